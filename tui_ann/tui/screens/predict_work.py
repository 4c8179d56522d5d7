"""What Predict computes off the event loop: the judged moment, its intervals, one row, a typed row, importance."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from textual.widget import Widget

from tui_ann.errors import TuiAnnError
from tui_ann.session.evaluate.figures import intervals_of
from tui_ann.session.evaluate.importance import ColumnImportance, permutation_importance
from tui_ann.session.evaluate.judged_moment import JudgedMoment, JudgeWish, judge_moment
from tui_ann.session.evaluate.one_row import RowStory, told
from tui_ann.session.evaluate.share_intervals import Interval
from tui_ann.session.evaluate.typed_row import TypedRow, typed_row
from tui_ann.session.explore.moment import RunMoment
from tui_ann.tui.services.picture_queue import Outdated, Pictured, PictureQueue
from tui_ann.tui.services.screen_host import ScreenHost

_PAUSE = 0.25
"""Minimum seconds between two judgements while the run trains."""
_SHARE = 8
"""A judgement is repeated after at least so many times the seconds that it took."""


class PredictWork:
    """Asks for everything that Predict shows; answers come back through `take`.

    Args:
        host: Returns the application.
        widgets: A widget for each kind of request: of each, the newest request counts.
    """

    def __init__(self, host: Callable[[], ScreenHost], *, judging: Widget, rows: Widget, figures: Widget) -> None:
        self._host = host
        self._judging, self._rows, self._figures = judging, rows, figures
        self._queue, self._slow = PictureQueue(host), PictureQueue(host)
        self._takes: dict[int, Callable[[Any], object]] = {}
        self._waiting: dict[Widget, int] = {}
        self.judged: JudgedMoment | None = None
        """What was judged last."""
        self.intervals: Mapping[str, Interval] = {}
        """The intervals of its figures, once they are known."""
        self._next = 0.0
        self._generation = 0

    def _ask(
        self, queue: PictureQueue, widget: Widget, work: Callable[[Outdated], Any], take: Callable[[Any], object]
    ) -> None:
        ticket = queue.ask(widget, work)
        self._takes.pop(self._waiting.pop(widget, 0), None)
        self._takes[ticket], self._waiting[widget] = take, ticket

    def take(self, event: Pictured) -> TuiAnnError | None:
        """Give an answer to who asked, unless a newer one is on its way.

        Returns:
            Why there is none, if that can be told; a mistake of the program is reported.
        """
        take = self._takes.pop(event.ticket, None)
        if take is None:
            return None
        if event.error is None:
            take(event.picture)
        elif isinstance(event.error, TuiAnnError):
            return event.error
        else:
            self._host().report(event.error)
        return None

    def forget(self) -> None:
        """Drop what was judged: something else was opened."""
        self.judged, self.intervals = None, {}
        self._generation += 1
        self._takes.clear()

    @property
    def due(self) -> bool:
        """Whether it is time for another judgement while the run trains: not before the last one has been shown.

        A newer request takes the place of an older one, so that of many rows none would ever be shown.
        """
        return time.monotonic() >= self._next and self._waiting.get(self._judging) not in self._takes

    def judge(self, moment: RunMoment, wish: JudgeWish, show: Callable[[JudgedMoment], object]) -> None:
        """Judge a moment.

        Args:
            moment: The moment.
            wish: What is to be judged.
            show: Called with the result.
        """
        before = self.judged
        self._next = time.monotonic() + _PAUSE

        def work(outdated: Outdated) -> tuple[JudgedMoment, float]:
            begun = time.perf_counter()
            return judge_moment(moment, wish, before), time.perf_counter() - begun

        def take(found: tuple[JudgedMoment, float]) -> None:
            judged, seconds = found
            self._next = max(self._next, time.monotonic() + _SHARE * seconds)
            old = self.judged
            if old is None or old.rows is not judged.rows or old.wish.threshold != judged.wish.threshold:
                self.intervals = {}
                self._generation += 1
            self.judged = judged
            show(judged)

        self._ask(self._queue, self._judging, work, take)

    def find_intervals(self, show: Callable[[], object]) -> None:
        """Resample the rows, unless their intervals are known."""
        judged, generation = self.judged, self._generation
        if judged is None or self.intervals:
            return

        def work(outdated: Outdated) -> dict[str, Interval]:
            return intervals_of(
                judged.rows,
                judged.wish.threshold,
                cancelled=lambda: outdated() or generation != self._generation,
            )

        def take(found: dict[str, Interval]) -> None:
            if generation == self._generation and found:
                self.intervals = found
                show()

        self._ask(self._slow, self._figures, work, take)

    def tell_row(self, place: int, target: int, show: Callable[[JudgedMoment, int, RowStory], object]) -> None:
        """Find out what moved the answer for a judged row.

        Args:
            place: Its place.
            target: Which target of a regression, counted from 0.
            show: Called with the moment, the place and the story.
        """
        judged = self.judged
        if judged is not None and place < len(judged.rows):
            self._ask(
                self._queue,
                self._rows,
                lambda outdated: judged.story(place, target),
                lambda story: show(judged, place, story),
            )

    def tell_typed(
        self,
        widget: Widget,
        texts: Mapping[str, str],
        show: Callable[[JudgedMoment, TypedRow, RowStory | None], object],
    ) -> None:
        """Answer a typed row.

        Args:
            widget: Who asks.
            texts: The text of each column.
            show: Called with the moment, the row, and its story unless a field cannot be used.
        """
        judged = self.judged
        if judged is None:
            return
        decimal = judged.rows.table.report.dialect.decimal

        def work(outdated: Outdated) -> tuple[TypedRow, RowStory | None]:
            row = typed_row(judged.rows.preprocessing, texts, decimal)
            return row, None if row.x is None else told(judged.answerer, row.x)

        self._ask(self._queue, widget, work, lambda found: show(judged, *found))

    def find_importance(self, show: Callable[[tuple[ColumnImportance, ...]], object]) -> None:
        """Shuffle every column of the judged rows.

        Args:
            show: Called with the importance of every column.
        """
        judged = self.judged
        if judged is not None:
            self._ask(
                self._queue,
                self._judging,
                lambda outdated: permutation_importance(judged.answerer.network, judged.rows, cancelled=outdated),
                show,
            )


def with_threshold(wish: JudgeWish, threshold: float) -> JudgeWish:
    """A wish with another threshold, from 0 to 1, without the noise of steps.

    Args:
        wish: The wish.
        threshold: The threshold.
    """
    return replace(wish, threshold=min(1.0, max(0.0, round(threshold, 4))))
