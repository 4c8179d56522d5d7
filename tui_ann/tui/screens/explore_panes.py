"""The views of Explore as panes: the chosen one large, two that go with it beside it."""

import time
from collections.abc import Callable
from itertools import takewhile

from tui_ann.session.explore.moment import RunMoment
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.explore.lateness import goes_back
from tui_ann.tui.explore.view import ExploreView, PickedPoint, PointPicked
from tui_ann.tui.explore.views import make_views
from tui_ann.tui.screens.render_budget import RenderBudget
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.panes import NOTED, Pane, Panes

_SHARE = 0.08
"""Maximum share of the time for pictures while the run trains at full speed."""
_RESERVE = 0.25
"""Extra seconds of processor time for pictures at the start."""
_PAUSE = 0.25
"""Minimum seconds between two pictures while the run trains."""


class ExplorePanes(Panes):
    """The views, of which the chosen one and the two beside it are visible.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self.queue = PictureQueue(host)
        """Computes the pictures."""
        self.views = make_views(self.queue, PictureQueue(host))
        """Every view, in the order of the tabs."""
        super().__init__(*self.views)
        queue = self.queue
        self._budget = RenderBudget(_SHARE, _RESERVE, spent=lambda: queue.spent + time.thread_time())
        self._moment: RunMoment | None = None
        self._point: PickedPoint | None = None
        self._note = ""
        self._next_frame = 0.0
        self._fast = False

    @property
    def chosen(self) -> ExploreView:
        """The view that the keys go to."""
        return next(view for view in self.views if view.id == self.active)

    @property
    def visible_views(self) -> list[ExploreView]:
        """The views that are shown."""
        beside = () if self.zoomed else self.chosen.beside.split()
        return [view for view in self.views if view is self.chosen or view.id in beside]

    def begin(self) -> None:
        """Reset for a newly opened experiment."""
        super().begin()
        self._moment = self._point = None
        for view in self.views:
            view.begin()

    def turn(self, step: int) -> None:
        """Choose the next view (1) or the previous one (−1)."""
        place = self.views.index(self.chosen) + step
        self.active = self.views[place % len(self.views)].id or ""
        _focus_before_layout(self.chosen)

    def watch_active(self) -> None:
        """Put the chosen view in its place, and show what the visible views have missed."""
        super().watch_active()
        self.put_in_order()
        self._show(self.visible_views)

    def put_in_order(self) -> None:
        """Put the chosen view first; where there is room for three side by side, keep the order of the tabs."""
        self.set_class(not self.chosen.beside, "-alone")
        wide, order = self.screen.has_class("-wide"), [*self.views]
        if not wide:
            order.sort(key=lambda view: view is not self.chosen)
        places = {view: place for place, view in enumerate(order)}
        self.sort_children(key=lambda child: places.get(child, -1))  # type: ignore[call-overload]

    def on_resize(self) -> None:
        """Arrange the views for the new size."""
        self.put_in_order()

    def watch_zoomed(self) -> None:
        """Show what the views that have become visible have missed."""
        self._show(self.visible_views)

    def show_plan(self, plan: Plan | None) -> None:
        """Read the shape of the network from the experiment.

        Args:
            plan: The experiment; `None` if nothing is open.
        """
        for view in self.views:
            view.show_plan(plan)

    def show_moment(self, moment: RunMoment | None, running: bool, full_speed: bool, note: str = "") -> None:
        """Show a moment of the run; while it trains, as often as the share of the time allows.

        Args:
            moment: The moment; `None` if there is none.
            running: Whether the run trains.
            full_speed: Whether it trains without a limit.
            note: Why there is no moment.
        """
        before = self._moment
        if running and moment is not None and before is not None and not goes_back(before, moment):
            now = time.monotonic()
            if now < self._next_frame or (full_speed and self._fast and not self._affords()):
                return
            self._next_frame = now + _PAUSE
        if full_speed and not self._fast:
            self._budget.begin()
        self._fast = full_speed
        self._moment, self._note = moment, note
        self._show(self.visible_views)

    def _affords(self) -> bool:
        return not self.queue.busy and self._budget.affords()

    def _show(self, views: list[ExploreView]) -> None:
        for view in reversed(views):  # the newest request comes first: the chosen view
            if view is not self.chosen:
                self._show_in(view)
        self._show_in(self.chosen)

    def _show_in(self, view: ExploreView) -> None:
        if self._moment is None:
            view.show_nothing(self._note)
            return
        view.point = self._point
        if view.moment is not self._moment or view.has_class(NOTED):
            view.show_moment(self._moment)

    def on_point_picked(self, event: PointPicked) -> None:
        """Show a picked point in every visible view."""
        event.stop()
        self._point = event.point
        for view in self.visible_views:
            view.show_point(event.point)


def _focus_before_layout(view: ExploreView) -> None:
    """Focus a widget of a view, which need not be displayed yet: then both take a single layout."""
    inside = (
        stop
        for stop in Pane.stops(view)
        if all(node.display for node in takewhile(lambda node: node is not view, stop.ancestors_with_self))
    )
    view.screen.set_focus(next(inside, None), scroll_visible=False)
