"""Map: the decision map or the fitted surface over two features, with the points of the data."""

from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.lines_view import LinesView


class MapView(ExploreView):
    """What the network answers over a plane of its inputs."""

    NAME, TITLE = "map", "Map"
    BESIDE = ("activations", "histograms")

    def __init__(self, queue: PictureQueue) -> None:
        super().__init__(queue, LinesView())
        self.verbs = {"x_axis": self.refresh_picture, "y_axis": self.refresh_picture, "neuron": self.refresh_picture}
