"""The views of Explore, in the order of their tabs; a new view is one module and one entry here."""

from tui_ann.session.explore.recording import RecordKeeper
from tui_ann.tui.explore.activations_view import ActivationsView
from tui_ann.tui.explore.histograms_view import HistogramsView
from tui_ann.tui.explore.loss_surface_view import LossSurfaceView
from tui_ann.tui.explore.map_view import MapView
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.explore.weights_view import WeightsView
from tui_ann.tui.services.picture_queue import PictureQueue

VIEWS: tuple[type[ExploreView], ...] = (MapView, ActivationsView, LossSurfaceView, HistogramsView, WeightsView)
"""Every view."""


def make_views(queue: PictureQueue, replays: PictureQueue) -> tuple[ExploreView, ...]:
    """A new widget of each view.

    Args:
        queue: Computes their pictures.
        replays: Computes what may take seconds.
    """
    views, records = tuple(view(queue) for view in VIEWS), RecordKeeper()
    for view in views:
        view.records, view.replays = records, replays
    return views
