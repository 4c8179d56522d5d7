"""Loss surface: the loss over two parameters or directions, with the path of the run."""

from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.lines_view import LinesView


class LossSurfaceView(ExploreView):
    """The loss around the parameters of the run."""

    NAME, TITLE = "surface", "Loss surface"
    BESIDE = ("map", "histograms")

    def __init__(self, queue: PictureQueue) -> None:
        super().__init__(queue, LinesView())
        self.verbs = {"x_axis": self.refresh_picture, "y_axis": self.refresh_picture}
