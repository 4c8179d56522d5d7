"""What the Data screen says about the target: whether it was proposed, and whether it has classes."""

from tui_ann.data.prepare.dataset import task_of
from tui_ann.data.prepare.roles import propose_target
from tui_ann.data.read.table import Table
from tui_ann.experiment.spec import Experiment
from tui_ann.session.store.recents import Kind
from tui_ann.tui.content import edits
from tui_ann.tui.services.screen_host import ScreenHost


class TargetFacts:
    """Answers questions about the target of the open experiment.

    Args:
        host: The application.
    """

    def __init__(self, host: ScreenHost) -> None:
        self._host = host
        self._usual: tuple[Table, str | None] | None = None

    @property
    def all_proposed(self) -> bool:
        """Whether a data file was opened, for which everything was proposed."""
        source = self._host.session.workspace.source
        return source is not None and source.kind == Kind.DATA

    def is_proposed(self, experiment: Experiment, table: Table) -> bool:
        """Whether the target is the one that the program proposes.

        Args:
            experiment: The experiment.
            table: Its table.
        """
        if not self.all_proposed:
            return False
        if self._usual is None or self._usual[0] is not table:
            self._usual = (table, propose_target(table))
        return edits.targets(experiment) == (self._usual[1],)

    def has_classes(self, experiment: Experiment, table: Table) -> bool:
        """Whether the target has classes, also if the rows could not be prepared.

        Args:
            experiment: The experiment.
            table: Its table.
        """
        named = [name for name in edits.targets(experiment) if name in table.names]
        return len(named) == 1 and task_of(table, named, experiment.data.task) != "regression"
