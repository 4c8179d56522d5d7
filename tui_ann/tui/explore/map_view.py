"""Map: the decision map or the fitted surface over two features, with the points of the data."""

from tui_ann.tui.explore.map_scene import MapScene
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.plane_map import PlaneMap


class MapView(ExploreView):
    """What the network answers over a plane of its inputs."""

    NAME, TITLE = "map", "Map"
    BESIDE = ("activations", "histograms")
    TOPIC = "decision_map"

    def __init__(self, queue: PictureQueue) -> None:
        self.picture = PlaneMap()
        """The map."""
        super().__init__(queue, self.picture)
        self.scene = MapScene(self, self.picture)
        """What it shows."""
        self.verbs = self.scene.verbs()

    def begin(self) -> None:
        """Forget the axes, the neuron and the points."""
        super().begin()
        self.scene.begin()
        self.leave = None
        self.picture.set_data(None, None, "")

    def show_nothing(self, note: str) -> None:
        """Show the empty plane of an experiment that is drawn, or why there is no map."""
        if not self.scene.show_drawing():
            super().show_nothing(note)

    def refresh_picture(self) -> None:
        """Ask for the map of the moment."""
        if self.scene.show_drawing():
            self.compute(lambda outdated: None, lambda nothing: None)  # drops a map that is on its way
        elif self.moment is not None and min(self.picture.size) >= 4:
            if self.scene.shown is None:
                self.picture.set_data(None, None, "Computing the map …")
            self.compute(self.scene.work(self.moment, self.point), self.scene.take)

    def on_mount(self) -> None:
        """Follow the theme: the words on the map name its colours."""
        self.app.theme_changed_signal.subscribe(self, lambda theme: self.refresh_picture())

    def on_resize(self) -> None:
        """Compute the map of the new size."""
        super().on_resize()
        self.call_after_refresh(self.refresh_picture)

    def on_plane_map_moved(self, event: PlaneMap.Moved) -> None:
        """Pick what is under the cross; with the mouse, a row nearby is meant."""
        event.stop()
        self.scene.pick((event.across, event.upwards), int(event.mouse))

    async def on_plane_map_dragged(self, event: PlaneMap.Dragged) -> None:
        """Move a point with the mouse."""
        event.stop()
        await self.scene.editor.drag(event.begin, event.end)
