"""Histograms view."""

from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.lines_view import LinesView


class HistogramsView(ExploreView):
    """Histograms."""

    NAME, TITLE = "histograms", "Histograms"
    BESIDE = ("map", "activations")

    def __init__(self, queue: PictureQueue) -> None:
        super().__init__(queue, LinesView())
