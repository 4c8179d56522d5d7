"""Activations view."""

from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.lines_view import LinesView


class ActivationsView(ExploreView):
    """Activations."""

    NAME, TITLE = "activations", "Activations"
    BESIDE = ("map", "histograms")

    def __init__(self, queue: PictureQueue) -> None:
        super().__init__(queue, LinesView())
