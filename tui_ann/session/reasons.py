"""Why the program proposes what it proposes for the open data file."""

from tui_ann.experiment.reasons import reasons
from tui_ann.session.store.recents import Kind
from tui_ann.session.workspace import Workspace


def proposal_reasons(workspace: Workspace) -> list[str]:
    """A line for each choice that is still as proposed; none for an experiment of one's own."""
    source, table = workspace.source, workspace.table
    if source is None or source.kind is not Kind.DATA or table is None:
        return []
    return [reason.text for reason in reasons(table, workspace.experiment)]
