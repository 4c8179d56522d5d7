"""Waits until a view of Explore shows all that it is going to show."""

from textual.pilot import Pilot

from tests.tui.pilots import settle
from tui_ann.session.explore.parameter_path import PathState
from tui_ann.tui.explore.loss_surface_view import LossSurfaceView
from tui_ann.tui.explore.view import ExploreView


async def complete(pilot: Pilot[None], view: ExploreView) -> None:
    """Wait for the pictures; for a loss surface, until it will not become finer, nor its path longer."""
    await settle(pilot, "loading", "preparing", "picturing", "judging")
    while isinstance(view, LossSurfaceView) and not _whole(view):
        await settle(pilot, "picturing")


def _whole(view: LossSurfaceView) -> bool:
    found = view.shown
    return found is not None and found.finished and found.path.state is PathState.EVEN
