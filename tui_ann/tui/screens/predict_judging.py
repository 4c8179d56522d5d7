"""What Predict judges, and the sentence about it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.content import Content

from tui_ann.errors import TuiAnnError
from tui_ann.session.evaluate.judged_moment import JudgedMoment, JudgeWish
from tui_ann.session.evaluate.rows import CHANGED
from tui_ann.session.explore.moment import NetworkRig, moment_of
from tui_ann.text import clean, number
from tui_ann.tui.content.judged_text import threshold_sentence
from tui_ann.tui.content.run_text import looking_back
from tui_ann.tui.screens.predict_panes import PredictPanes
from tui_ann.tui.screens.predict_row import RowTeller
from tui_ann.tui.screens.predict_work import PredictWork, with_threshold
from tui_ann.tui.screens.went_back import went_back
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.plain import plain

STEP = 0.01
"""By how much a key moves the threshold."""


class Judging:
    """Holds what is wanted, has it judged, and shows the result.

    Args:
        host: Returns the application.
        body: The panes.
        work: Computes.
        teller: Shows one row.
        shown: Called after something new is shown, with whether it is the first of its kind.
        obstacle: Called with the reason why nothing can be judged; empty if something can.
    """

    def __init__(
        self,
        host: Callable[[], ScreenHost],
        body: PredictPanes,
        work: PredictWork,
        teller: RowTeller,
        *,
        shown: Callable[[bool], object],
        obstacle: Callable[[str], object],
    ) -> None:
        self._host, self._body, self._work, self._teller = host, body, work, teller
        self._shown, self._obstacle = shown, obstacle
        self.wish = JudgeWish()
        """What is judged."""
        self.trouble = ""
        """Why nothing can be judged."""
        self._untell: Callable[[], None] = lambda: None
        """Takes away the last message about the rows that were asked for."""
        self._rig = NetworkRig()

    def forget(self) -> None:
        """Begin anew: something else was opened."""
        self.wish = JudgeWish()
        self._work.forget()
        self._teller.typed = None
        self._body.show_judged(None, {})

    def judge(self) -> None:
        """Judge the run as it is, or the moment of it that was picked on the loss curve."""
        host = self._host()
        moment = moment_of(host.session.workspace, host.moment, self._rig)
        judged = self._work.judged
        if moment is None:
            self._say_trouble(self._why_nothing())
            return
        if judged is not None and judged.moment.snapshot is moment.snapshot and judged.moment.rows is moment.rows:
            moment = judged.moment
        self._work.judge(moment, self.wish, self._show)

    def change(self, **changes: Any) -> None:
        """Judge something else.

        Args:
            **changes: Other values of the wish.
        """
        if {"file", "part"} & changes.keys():
            self._untell()
        if "file" in changes:
            changes["asked"] = self.wish.asked + 1
        self.wish = replace(self.wish, **changes)
        self.judge()

    def move_threshold(self, steps: int = 0, to: float | None = None) -> None:
        """Move the threshold, if there is one.

        Args:
            steps: By how many steps.
            to: Where to, instead.
        """
        judged = self._work.judged
        if judged is not None and judged.evaluation.pictures is not None:
            self.wish = with_threshold(self.wish, self.wish.threshold + steps * STEP if to is None else to)
            self.judge()

    def back(self) -> None:
        """List all rows again; or return from a typed row, from another file, or to the present."""
        if self._body.wish.cell is not None:
            self._body.list_all()
        elif self._teller.typed is not None:
            self._teller.show_typed(None)
        elif self.wish.file is not None:
            self.change(file=None)
        else:
            self._host().moments.give_up()

    @property
    def can_go_back(self) -> bool:
        """Whether `back` does anything."""
        here = self._teller.typed is not None or self._body.wish.cell is not None or self.wish.file is not None
        return here or self._host().picked is not None

    def _show(self, judged: JudgedMoment) -> None:
        before = self._body.judged
        first = before is None or before.rows.task != judged.rows.task
        self.wish = replace(self.wish, threshold=judged.wish.threshold)
        if judged.rows.notes and (before is None or before.rows.notes != judged.rows.notes):
            self._tell("\n".join(clean(note, 200) for note in judged.rows.notes), 10)
        self._say_trouble("")
        self._body.show_judged(judged, self._work.intervals)
        self._teller.tell()
        if not self._host().runner.running:
            self._work.find_intervals(self._show_intervals)
        self._shown(first and judged.evaluation.pictures is not None)

    def _show_intervals(self) -> None:
        if self._work.judged is not None:
            self._body.show_judged(self._work.judged, self._work.intervals)

    # Obstacles and words.

    def refuse(self, error: TuiAnnError) -> None:
        """Say why something cannot be judged; what was shown before stays.

        Args:
            error: The reason.
        """
        words = " ".join(part for part in (error.message, error.remedy) if part)
        before = self._work.judged
        if before is None:
            self._say_trouble(words)
            return
        self.wish = before.wish
        self._tell(clean(words, 300), 12)

    def _tell(self, words: str, seconds: float) -> None:
        self._untell = self._host().tell(words, "warning", seconds)

    def _say_trouble(self, words: str) -> None:
        self.trouble = words
        self._obstacle(words)

    def _why_nothing(self) -> str:
        host = self._host()
        plan, trouble, key = host.plan(), host.bench.trouble, host.key_of
        if trouble is not None:
            return f"{trouble.message} {key('app.data')} goes to the data."
        if plan is not None and plan.problems:
            return f"{plan.problems[0].message} {key('app.build')} goes to the fix."
        return "The data are being prepared." if host.open_name else ""

    def sentence(self) -> tuple[Content, str]:
        """The sentence for the status line: what the threshold does, or what is shown."""
        host, judged = self._host(), self._work.judged
        key, snapshot = host.key_of, host.snapshot
        if not host.open_name:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if self.trouble:
            return plain(f"✗ {self.trouble}"), "bad"
        if snapshot is not None and host.picked is not None:
            return plain(looking_back(host.picked, snapshot, key("predict.now"))), "note"
        if back := went_back(host):
            return plain(back), "note"
        if judged is not None and judged.rows.notes and (not judged.rows.part or CHANGED in judged.rows.notes):
            return plain(clean(judged.rows.notes[-1], 200)), "warn"
        if snapshot is not None and snapshot.status == "ready" and not host.runner.running:
            words = f"These are the answers of the start values; {key('predict.run')} starts the training."
            return plain(words), "note"
        return plain("The rows are being judged." if judged is None else self._of(judged)), ""

    def _of(self, judged: JudgedMoment) -> str:
        key, found = self._host().key_of, judged.evaluation
        if found.pictures is not None:
            words = threshold_sentence(found.pictures, judged.wish.threshold)
            cheapest, costs = judged.cheapest, judged.wish.costs
            if cheapest is not None and cheapest.beats(judged.wish.threshold):
                words += f" · {key('predict.cheapest')} τ {number(cheapest.threshold, 3)}"
                words += f" (miss {number(costs.miss, 3)}, alarm {number(costs.alarm, 3)})"
            return words
        if judged.rows.notes:
            return clean(judged.rows.notes[-1], 200)
        return f"Judged on {'the ' if judged.rows.part not in ('', 'all') else ''}{found.sentence}."
