"""What Compare and the labs need from a run, live or saved."""

from collections.abc import Mapping
from typing import Protocol

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.snapshot import Snapshot


class RunSource(Protocol):
    """A run to inspect.  Every method may be called from any thread, even while the run trains."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def experiment(self) -> Experiment:
        """Its experiment."""

    @property
    def preprocessing(self) -> Preprocessing:
        """Its preprocessing."""

    @property
    def history(self) -> History:
        """Every epoch so far; the history of a live run grows."""

    @property
    def can_go_on(self) -> bool:
        """Whether it can be trained further."""

    def snapshot(self) -> Snapshot:
        """The current state of the run."""

    def copy_network(self) -> Network:
        """A copy of the current network."""

    def parameters_at(self, update: int) -> Mapping[str, Array]:
        """Copies of the parameters after this number of updates.

        Raises:
            SessionError: They are not known.
        """


def no_such_update(name: str, update: int, known: str) -> SessionError:
    """The error for an update whose parameters are not known.

    Args:
        name: The run.
        update: The requested update.
        known: The updates that are known, in words.
    """
    return SessionError(
        f"The parameters of {name} after update {update} are not known.",
        remedy=f"Choose {known}.",
        code="no_such_update",
    )
