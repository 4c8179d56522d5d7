"""The maps of the drawn network on Train: when they are shown, and computed in a thread while the run trains."""

import time
from collections.abc import Callable

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.session.explore.moment import moment_of
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.source import MOST_BY_HAND
from tui_ann.tui.content.network_maps import axis_features, map_columns, network_maps
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.plane_view import PlaneOfData
from tui_ann.tui.draw.network_maps import NetworkMaps, place_maps
from tui_ann.tui.services.picture_queue import Outdated, Pictured, PictureQueue
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.network_picture import NetworkPicture

_PAUSE = 0.25
"""Minimum seconds between two pictures while the run trains."""
_BY_DEFAULT = 2
"""With this many features the units are maps unless the user wants circles."""


class TrainMaps:
    """Gives the drawn network its maps.

    Args:
        host: Returns the application.
        picture: The drawn network.
    """

    def __init__(self, host: Callable[[], ScreenHost], picture: NetworkPicture) -> None:
        self.queue = PictureQueue(host)
        """Computes the maps."""
        self._host, self._picture = host, picture
        picture.resized = lambda: self.show(self._plan, self._snapshot)
        self._snapshot: Snapshot | None = None
        self._chosen: bool | None = None
        self._plan: Plan | None = None
        self._data: PlaneOfData | None = None
        self._wanted: tuple[str, str | None] | None = None
        self._ticket = 0
        self._next = 0.0

    @property
    def shown(self) -> bool:
        """Whether the units are maps."""
        if self._chosen is not None or self._plan is None:
            return bool(self._chosen)
        by_hand = bool(self._plan.experiment.network.weights) and self._plan.examples <= MOST_BY_HAND
        return self._plan.inputs == _BY_DEFAULT and not by_hand

    def fits(self, plan: Plan | None, width: int, height: int) -> bool:
        """Whether maps are shown and there is room for them.

        Args:
            plan: The experiment.
            width: Width for the drawn network in cells.
            height: Height in cells.
        """
        self._plan = plan
        self._prepare(plan.source if plan is not None and self.shown else None)
        if plan is None or self._data is None:
            return False
        return place_maps(plan.views(), axis_features(self._data.plane), width, height) is not None

    @property
    def title(self) -> str:
        """The title of the pane."""
        if self._data is None or self._picture.map_sizes is None:
            return "Network"
        plane = self._data.plane
        assert plane.y is not None
        return f"Network · what each neuron answers over {plane.x.column}, {plane.y.column}"

    def begin(self) -> None:
        """Forget what was chosen for the experiment that was open before."""
        self._chosen = self._data = self._snapshot = None

    def toggle(self, snapshot: Snapshot | None) -> None:
        """Switch between maps and circles.

        Args:
            snapshot: What is shown.
        """
        self._chosen = not self.shown
        self.show(self._plan, snapshot)

    def say_what_lacks(self) -> None:
        """Say why there are no maps, if they are wanted; call it when the panes have their room."""
        if self._chosen and self._plan is not None and self._data is None:
            self._host().tell("Maps need two features that are a number each.")
        elif self._chosen and self._picture.map_sizes is None:
            self._host().tell(f"There is no room for maps here; {self._host().key_of('app.zoom')} maximises the pane.")

    def show(self, plan: Plan | None, snapshot: Snapshot | None) -> None:
        """Ask for the maps of a moment, if they are shown; while the run trains, a few times a second.

        Args:
            plan: The experiment.
            snapshot: The moment.
        """
        self._plan, self._snapshot = plan, snapshot
        self._prepare(plan.source if plan is not None and self.shown else None)
        self._picture.set_axes(() if self._data is None else axis_features(self._data.plane))
        data, sizes = self._data, self._picture.map_sizes
        if plan is None or snapshot is None or data is None or sizes is None or not self._picture.is_on_screen:
            return
        now = time.monotonic()
        if snapshot.status == "running" and (now < self._next or self.queue.busy):
            return
        moment = moment_of(self._host().session.workspace, snapshot)
        if moment is None or moment.rows is not data.dataset:
            return
        self._next = now + _PAUSE
        layers = len(plan.views()) - 1

        def work(outdated: Outdated) -> NetworkMaps:
            return network_maps(moment, data, sizes, layers)

        self._ticket = self.queue.ask(self._picture, work)

    def take(self, event: Pictured) -> None:
        """Show the maps, if they are the newest.

        Args:
            event: What was computed.
        """
        if event.ticket == self._ticket and event.error is None and self.shown:
            self._picture.set_maps(event.picture)

    def _prepare(self, dataset: Dataset | None) -> None:
        """Make the plane of a dataset."""
        if dataset is None:
            self._data = None
            return
        wanted = self._host().choices.columns
        if self._data is None or self._data.dataset is not dataset or self._wanted != wanted:
            self._wanted, columns = wanted, map_columns(dataset, wanted)
            self._data = None if columns is None else PlaneOfData.of(dataset, columns)
