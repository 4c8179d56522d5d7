"""Why the program proposes what it proposes for the open data file."""

from collections.abc import Collection

from tui_ann.experiment.reasons import reasons
from tui_ann.session.store.recents import Kind
from tui_ann.session.workspace import Workspace


def proposal_reasons(workspace: Workspace, chosen: Collection[str] = ()) -> list[str]:
    """A line for each choice that is still as proposed; none for an experiment of one's own.

    Args:
        workspace: The open file.
        chosen: Dotted keys that the user has chosen; what is said of them is no proposal.
    """
    source, table = workspace.source, workspace.table
    if source is None or source.kind is not Kind.DATA or table is None:
        return []
    return [reason.text for reason in reasons(table, workspace.experiment) if not _touched(reason.keys, chosen)]


def _touched(keys: Collection[str], chosen: Collection[str]) -> bool:
    """Whether a key or something below it was chosen."""
    return any(other == key or other.startswith(f"{key}.") for key in keys for other in chosen)
