"""Weights view."""

from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.lines_view import LinesView


class WeightsView(ExploreView):
    """Weights."""

    NAME, TITLE = "weights", "Weights"
    BESIDE = ("histograms", "activations")

    def __init__(self, queue: PictureQueue) -> None:
        super().__init__(queue, LinesView())
