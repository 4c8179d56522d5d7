"""The base class of the views on Explore: a pane that shows a moment of the run, computed off the event loop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, cast

from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.engine.tape import Array
from tui_ann.errors import TuiAnnError
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.recording import RecordKeeper
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.draw.fitting import longest_of
from tui_ann.tui.explore.lateness import Lateness
from tui_ann.tui.services.picture_queue import Pictured, PictureQueue, Work
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.panes import NOTED, TITLE_FRAME, DescribedPane, tell_description
from tui_ann.tui.widgets.plain import plain


@dataclass(frozen=True, eq=False)
class PickedPoint:
    """A point of the input space, picked in one view and shown in the others."""

    x: Array
    """Its features (m,), in the units of the engine."""
    part: str = "train"
    """The part of its row."""
    row: int | None = None
    """Its place in that part, from 0; `None` if it is no row of the data."""


class _Asked(NamedTuple):
    """A picture that has been asked for."""

    ticket: int
    """The ticket of the queue."""
    take: Callable[[Any], object]
    """Shows it."""
    moment: RunMoment | None
    """The moment that it is of."""


class PointPicked(Message):
    """A view has picked a point, for every view."""

    def __init__(self, point: PickedPoint) -> None:
        super().__init__()
        self.point = point


class SummaryChanged(Message):
    """The sentence about a view has changed."""


class ExploreView(DescribedPane):
    """One view of Explore.

    A subclass sets the class variables, gives its widgets to `super().__init__`, fills `verbs`, and overrides
    `refresh_picture`, which asks for a picture with `compute`.  The sentence under the picture is that of the widget
    inside that describes itself (`Describing.describe`).

    Args:
        queue: Computes pictures.
        *children: Its widgets; the first focusable one gets the keys.
    """

    NAME: ClassVar[str]
    """Its id is this with `-pane` after it."""
    TITLE: ClassVar[str]
    """On its tab, and on its frame until it names itself."""
    BESIDE: ClassVar[tuple[str, ...]] = ()
    """Names of the two views that are shown with it."""
    TOPIC: ClassVar[str] = ""
    """Its term of the glossary."""

    def __init__(self, queue: PictureQueue, *children: Widget) -> None:
        note = Static(classes="view-note", markup=False)
        super().__init__(
            *children,
            note,
            title=self.TITLE,
            id=f"{self.NAME}-pane",
            beside=" ".join(f"{name}-pane" for name in self.BESIDE),
            topic=self.TOPIC,
        )
        self.verbs: Mapping[str, Callable[[], object]] = {}
        """What the actions of `explore` do in this view, by the second half of their ids."""
        self.leave: Callable[[], object] | None = None
        """What Escape does, if the view shows something that it leaves."""
        self.plan: Plan | None = None
        """The open experiment."""
        self.moment: RunMoment | None = None
        """The moment to show."""
        self.point: PickedPoint | None = None
        """The point picked last in any view; by default the first training row."""
        self.records = RecordKeeper()
        """Earlier moments of the run, kept or replayed; `make_views` lets all views share one."""
        self.replays = queue
        """Computes what may take seconds; `make_views` lets all views share one of its own."""
        self._queue, self._note = queue, note
        self._takes: dict[PictureQueue, _Asked] = {}
        self._lateness = Lateness(self, lambda: self.moment, lambda: self.summary)
        self._reported: type[Exception] | None = None
        self._titles: tuple[str, ...] = ()
        self._resumes, self._said_instead = False, ""

    @property
    def host(self) -> ScreenHost:
        """The application with its services."""
        return cast(ScreenHost, self.app)

    @property
    def summary(self) -> str:
        """The sentence that sums up the picture."""
        return self._said_instead if self.has_class(NOTED) else self._description

    def stops(self) -> list[Widget]:
        """The focusable widgets that are displayed, in order."""
        return [stop for stop in super().stops() if all(node.display for node in stop.ancestors_with_self)]

    def begin(self) -> None:
        """Forget what belongs to the experiment that was open before.  Subclasses extend this."""
        self.plan = self.moment = self.point = self._reported = None
        self._lateness.forget()
        self._takes.clear()

    def show_plan(self, plan: Plan | None) -> None:
        """Read the shape of the network from the experiment.  Subclasses may extend this.

        Args:
            plan: The experiment; `None` if nothing is open.
        """
        self.plan = plan

    def show_moment(self, moment: RunMoment) -> None:
        """Show a moment of the run; called only while the view is visible.

        Args:
            moment: The moment.
        """
        self.moment = moment
        self._lateness.expect(moment)
        if self.has_class(NOTED):  # the picture has no size before it is laid out again
            self.show_note("")
            self.call_after_refresh(self.refresh_picture)
        else:
            self.refresh_picture()

    def show_point(self, point: PickedPoint) -> None:
        """Show a picked point; called only while the view is visible.

        Args:
            point: The point.
        """
        self.point = point
        if self.moment is not None:
            self.refresh_picture()

    def refresh_picture(self) -> None:
        """Ask for the picture of `self.moment`.  Subclasses override this."""

    def compute(self, work: Work, take: Callable[[Any], object], *, slow: bool = False) -> None:
        """Compute something off the event loop; an earlier request of this view is dropped.

        Args:
            work: Called in a thread with a function that says whether its result is no longer wanted.  It must not
                touch a widget; a `TuiAnnError` is shown in the view.
            take: Gets the result, on the event loop, unless it is outdated.
            slow: Whether it may take seconds: it is computed beside the pictures, in another thread, so it must not use
                the network of a moment.
        """
        queue = self.replays if slow else self._queue
        self._takes[queue] = _Asked(queue.ask(self, work), take, self.moment)

    def on_described(self, event: Described) -> None:
        """Tell the screen, which the event does not reach if the view itself has changed the picture."""
        self.post_message(SummaryChanged())

    def on_pictured(self, event: Pictured) -> None:
        """Show a result, if it is the newest."""
        event.stop()
        asked = next((asked for asked in self._takes.values() if asked.ticket == event.ticket), None)
        if asked is None:
            return
        if event.error is None:
            asked.take(event.picture)
            if self._takes.get(self._queue) is asked:
                self._lateness.came(asked.moment)
            self.show_note("")
        elif isinstance(event.error, TuiAnnError):
            self.show_note(f"{event.error.message} {event.error.remedy}")
        else:
            self.show_note("This picture cannot be computed: the program has a mistake.")
            if self._reported is not type(event.error):
                self._reported = type(event.error)
                self.host.report(event.error)

    def show_nothing(self, note: str) -> None:
        """Show why there is no moment; what is being computed is dropped.  Subclasses may show something else.

        Args:
            note: Why.
        """
        self.moment = None
        self._lateness.forget()
        self._takes.clear()
        self.show_note(note)

    def show_note(self, text: str) -> None:
        """Show a sentence instead of the picture, or the picture again.

        Args:
            text: The sentence; empty for the picture.
        """
        if text and self.has_focus_within:  # hiding what has the focus would give it to another view
            self._resumes = True
            self.screen.set_focus(None)
        if bool(text) != self.has_class(NOTED):
            self.set_class(bool(text), NOTED)
            tell_description(self)
        if not text and self._resumes:
            self._resumes = False
            self.call_after_refresh(lambda: self.focus_inside() if self.screen.focused is None else None)
        if text:
            self._note.update(plain(text))
            self._said_instead = text

    def name_pane(self, *titles: str) -> None:
        """Write a title on the frame.

        Args:
            *titles: The title, from the longest form to the shortest; the first that fits is shown.
        """
        self._titles = titles
        title = longest_of(titles, self.size.width - TITLE_FRAME) if self.size.width else titles[0]
        if str(self.border_title) != title:
            self.border_title = plain(title)

    def on_resize(self) -> None:
        """Write as much of the title and of the sentence as fits.  Subclasses extend this."""
        super().on_resize()
        if self._titles:
            self.name_pane(*self._titles)

    def pick(self, point: PickedPoint) -> None:
        """Pick a point for every view.

        Args:
            point: The point.
        """
        self.post_message(PointPicked(point))
