"""What a writer gets, and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.export.runs.pipeline import Pipeline, pipeline_of
from tui_ann.text import clean

Files = dict[str, str | bytes]
"""What a writer returns: the content of each file by its suffix, such as `.py`, or by its path in a folder."""


@dataclass(frozen=True)
class FileReading:
    """How the rows of a file become cells; what is not known is None."""

    delimiter: str | None = None
    """What separates cells: a character, or `" +"` for runs of blanks."""
    quote: str | None = '"'
    """The character around cells that contain a delimiter."""
    decimal: str | None = None
    """`.` or `,`."""
    encoding: str | None = None
    """The encoding of the text."""
    skip_lines: int = 0
    """Lines before the header."""
    has_header: bool = True
    """Whether the first row has the names."""
    names: tuple[str, ...] = ()
    """The names of all columns as they are read: unlike the header, each is there, and none twice."""


@dataclass(frozen=True, eq=False)
class ExportedRun:
    """A run, as a writer sees it."""

    experiment: Experiment
    """Its experiment."""
    network: Network
    """Its network with the parameters it kept; a copy."""
    start: Mapping[str, Array]
    """Its initial parameters by name; empty if they are not known."""
    preprocessing: Preprocessing
    """How its rows are prepared."""
    history: History
    """Every epoch."""
    dataset: Dataset | None = None
    """Its rows, for formats that need them."""
    reading: FileReading = FileReading()
    """How its data file is read."""
    moments: Mapping[int, Mapping[str, Array]] = field(default_factory=dict)
    """Parameters by name at the ends of some epochs, by the epochs completed, for formats that show them."""
    threshold: float = 0.5
    """The second of two classes is the answer where ŷ is at least this."""
    remarks: tuple[str, ...] = ()
    """What a user must know about the run, one sentence each."""

    @property
    def name(self) -> str:
        """Its name as one printable line."""
        return clean(self.experiment.name, 120)

    @cached_property
    def pipeline(self) -> Pipeline:
        """Raw row → features → ŷ → answer."""
        return pipeline_of(self.network, self.preprocessing, self.threshold)

    def start_of(self, name: str) -> Array:
        """The initial value of a parameter.

        Raises:
            SessionError: It is not known.
        """
        if name not in self.start:
            raise SessionError(
                "This format needs the start values of the run, which were not saved.",
                remedy="Train it again, or take a format that only predicts.",
                code="no_start",
            )
        return np.asarray(self.start[name], np.float64)

    @property
    def rows(self) -> Dataset:
        """Its rows.

        Raises:
            SessionError: They are not at hand.
        """
        if self.dataset is None:
            raise SessionError("This format needs the rows of the run.", remedy="Open the run with its data file.")
        return self.dataset


def refusal(format: str, why: str, remedy: str) -> SessionError:
    """The error for a run that a format cannot hold.

    Args:
        format: What cannot hold it.
        why: What of the run it is.
        remedy: What to do instead.
    """
    return SessionError(f"{format} cannot hold this run: {why}.", remedy=remedy, code="cannot_export")
