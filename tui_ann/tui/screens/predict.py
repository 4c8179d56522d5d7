"""Predict: how good the answers are, for which rows they are wrong, and what the network says to a row of one's own."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.errors import TuiAnnError
from tui_ann.session.evaluate.judged_moment import JudgedMoment, JudgeWish
from tui_ann.session.evaluate.one_row import RowStory
from tui_ann.session.evaluate.typed_row import TypedRow, texts_of_row
from tui_ann.session.explore.moment import NetworkRig, moment_of
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import clean, number
from tui_ann.tui.content.judged_text import CURVES, nearest_text, story_picture, threshold_sentence
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.run_text import looking_back
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.predict_panes import PredictPanes
from tui_ann.tui.screens.predict_verbs import PredictVerbs, TypedTexts
from tui_ann.tui.screens.predict_work import PredictWork, with_threshold
from tui_ann.tui.services.picture_queue import Pictured
from tui_ann.tui.widgets.confusion_view import ConfusionView
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.judged_table import JudgedTable
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.threshold_view import RowMoved, ThresholdMoved

_STEP = 0.01
"""By how much a key moves the threshold."""


class PredictScreen(AnnScreen):
    """Shows a judged moment of the run, live or saved.  All is worked out in a thread; the panes only draw it."""

    MODE = "predict"
    CSS_PATH = "predict.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("predict")]
    AUTO_FOCUS = "JudgedTable"

    def __init__(self) -> None:
        super().__init__()
        self.body = PredictPanes(lambda: self.host)
        """The panes."""
        self.work = PredictWork(lambda: self.host, judging=self, rows=self.body.table, figures=self.body.figures)
        """What is computed."""
        self._verbs = PredictVerbs(lambda: self.host, self.body, self.work, self._change, self._show_typed)
        self.wish = JudgeWish()
        """What is judged."""
        self.verbs = {
            **self._verbs.verbs(),
            "more": lambda: self._move_threshold(1),
            "fewer": lambda: self._move_threshold(-1),
            "kind": self._next_curve,
            "sort": self.body.sort,
            "now": self._return,
        }
        self._plan: Plan | None = None
        self._rig = NetworkRig()
        self._trouble = ""

    def compose_body(self) -> Iterable[Widget]:
        """Why there is nothing to show, and the panes."""
        yield Static(id="predict-note", markup=False)
        yield self.body

    # What is judged.

    def begin(self) -> None:
        """Reset for a newly opened experiment."""
        super().begin()
        self.wish = JudgeWish()
        self.work.forget()
        self._verbs.shown = None
        self.body.show_judged(None, {})

    def show_session(self) -> None:
        """Read the shape of the network from the experiment."""
        self._plan = self.host.plan()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Judge the run, or the moment of it that was picked on the loss curve; now and then while it trains."""
        if not self.host.used:
            return
        if not self.host.runner.running or self.work.due:
            self._judge()

    def _judge(self) -> None:
        moment = moment_of(self.session.workspace, self.host.moment, self._rig)
        judged = self.work.judged
        if moment is None:
            self._say_trouble(self._why_nothing())
            return
        if judged is not None and judged.moment.snapshot is moment.snapshot and judged.moment.rows is moment.rows:
            moment = judged.moment
        self.work.judge(moment, self.wish, self._show)

    def _change(self, **changes: Any) -> None:
        """Judge something else.

        Args:
            **changes: Other values of the wish.
        """
        self.wish = replace(self.wish, **changes)
        self._judge()

    def _move_threshold(self, steps: int) -> None:
        judged = self.work.judged
        if judged is not None and judged.evaluation.pictures is not None:
            self.wish = with_threshold(self.wish, self.wish.threshold + steps * _STEP)
            self._judge()

    def on_threshold_moved(self, event: ThresholdMoved) -> None:
        """Move the threshold."""
        event.stop()
        if event.to is None:
            self._move_threshold(event.steps)
        else:
            self.wish = with_threshold(self.wish, event.to)
            self._judge()

    def _return(self) -> None:
        """List all rows again; or return from a typed row, from another file, or to the present."""
        if self.body.wish.cell is not None:
            self.body.list_all()
        elif self._verbs.shown is not None:
            self._show_typed(None)
        elif self.wish.file is not None:
            self._change(file=None)
        else:
            self.host.moments.give_up()

    # What is shown.

    def on_pictured(self, event: Pictured) -> None:
        """Show what was worked out, or why it cannot be."""
        event.stop()
        error = self.work.take(event)
        if error is not None:
            self._refuse(error)

    def _refuse(self, error: TuiAnnError) -> None:
        """Say why something cannot be judged; what was shown before stays."""
        words = " ".join(part for part in (error.message, error.remedy) if part)
        before = self.work.judged
        if before is None:
            self._say_trouble(words)
            return
        self.wish = before.wish
        self.host.tell(clean(words, 300), "warning", 12)

    def _say_trouble(self, words: str) -> None:
        self._trouble = words
        note = self.query_one("#predict-note", Static)
        note.update(plain(words))
        note.display = bool(words)
        self.body.display = not words
        self.refresh_status()

    def _why_nothing(self) -> str:
        """Why there is nothing to judge."""
        plan, trouble, key = self._plan, self.host.bench.trouble, self.host.key_of
        if trouble is not None:
            return f"{trouble.message} {key('app.data')} goes to the data."
        if plan is not None and plan.problems:
            return f"{plan.problems[0].message} {key('app.build')} goes to the fix."
        return "The data are being prepared." if self.host.open_name else ""

    def _show(self, judged: JudgedMoment) -> None:
        first = self.body.judged is None or self.body.judged.rows.task != judged.rows.task
        self.wish = replace(self.wish, threshold=judged.wish.threshold)
        self._say_trouble("")
        self.body.show_judged(judged, self.work.intervals)
        if first and judged.evaluation.pictures is not None and self.is_current:
            self.set_focus(self.body.threshold)
        self._tell_row()
        if not self.host.runner.running:
            self.work.find_intervals(self._show_intervals)
        self.refresh_bindings()
        self.refresh_status()

    def _show_intervals(self) -> None:
        if self.work.judged is not None:
            self.body.show_judged(self.work.judged, self.work.intervals)

    # One row.

    def _tell_row(self) -> None:
        """Ask what moved the answer of the row that is shown."""
        if self._verbs.shown is not None:
            self.work.tell_typed(self.body.story, self._verbs.shown.texts, self._show_typed_story)
            return
        row = self.body.table.row
        if row is None:
            self.body.story.set_picture(None)
        else:
            self.work.tell_row(row, self._show_story)

    def _show_story(self, judged: JudgedMoment, place: int, story: RowStory) -> None:
        rows = judged.rows
        values = texts_of_row(rows.preprocessing, rows.table, int(rows.places[place]))
        self._draw_story(judged, story, values, ())
        self.body.name_story(self.body.row_words)

    def _show_typed(self, typed: TypedTexts | None) -> None:
        """Show a typed row; `None` for the row of the list again."""
        self._verbs.shown = typed
        self._tell_row()

    def _show_typed_story(self, judged: JudgedMoment, row: TypedRow, story: RowStory | None) -> None:
        if self._verbs.shown is None or story is None:
            return
        words = [f"{clean(column, 24)} is {said}" for column, said in row.words.items()]
        self._draw_story(judged, story, self._verbs.shown.texts, words[:2])
        key = self.host.key_of
        self.body.name_story(f"The typed row · {key('predict.row')} changes it, {key('predict.now')} leaves it")

    def _draw_story(self, judged: JudgedMoment, story: RowStory, values: Any, words: Iterable[str]) -> None:
        near = nearest_text(judged.rows, story, judged.truth_of_training(story))
        threshold = judged.wish.threshold
        self.body.story.set_picture(story_picture(judged.rows, story, values, threshold, [*words, near]))

    def on_grid_view_cursor_moved(self, event: JudgedTable.CursorMoved) -> None:
        """Show the row under the cursor."""
        event.stop()
        self._verbs.shown = None
        self._tell_row()

    def on_row_moved(self, event: RowMoved) -> None:
        """Move the cursor of the list."""
        event.stop()
        self.body.table.action_move(event.where)

    def on_confusion_view_chosen(self, event: ConfusionView.Chosen) -> None:
        """List the rows of a cell of the matrix."""
        event.stop()
        self.body.filter_cell(event.cell)
        self.refresh_bindings()

    def _next_curve(self) -> None:
        """Draw the next curve, or of a regression the next target."""
        judged = self.work.judged
        if judged is not None and judged.rows.task == "regression":
            self.body.target = (self.body.target + 1) % len(judged.rows.preprocessing.target.names)
            self.body.show_judged(judged, self.work.intervals)
            return
        self.body.curve_name = CURVES[(CURVES.index(self.body.curve_name) + 1) % len(CURVES)]
        self.body.show_threshold()

    # Words.

    def status(self) -> tuple[Content, str]:
        """What the threshold does, or what is shown."""
        plan, judged, key, snapshot = self._plan, self.work.judged, self.host.key_of, self.host.snapshot
        if plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if self._trouble:
            return plain(f"✗ {self._trouble}"), "bad"
        if snapshot is not None and self.host.picked is not None:
            return plain(looking_back(self.host.picked, snapshot, key("predict.now"))), "note"
        if judged is not None and not judged.rows.part and judged.rows.notes:
            return plain(clean(judged.rows.notes[-1], 200)), "warn"
        if snapshot is not None and snapshot.status == "ready" and not self.host.runner.running:
            return plain(
                f"These are the answers of the start values; {key('predict.run')} starts the training."
            ), "note"
        if judged is None:
            return plain(""), ""
        return plain(self._sentence(judged)), ""

    def _sentence(self, judged: JudgedMoment) -> str:
        key, pictures = self.host.key_of, judged.evaluation.pictures
        if pictures is not None:
            words = threshold_sentence(pictures, judged.wish.threshold)
            cheapest, costs = judged.cheapest, judged.wish.costs
            if cheapest is not None and abs(cheapest.threshold - judged.wish.threshold) > 1e-9:
                words += f" · {key('predict.cheapest')} cheapest at {number(cheapest.threshold, 3)}"
                words += f" (miss {number(costs.miss, 3)}, alarm {number(costs.alarm, 3)})"
            return words
        if judged.rows.notes:
            return clean(judged.rows.notes[-1], 200)
        found = judged.evaluation
        against = f", against {found.baseline}" if found.baseline else ""
        return f"Judged on the {found.sentence}{against}." if judged.rows.part else f"Judged on {found.sentence}."

    def on_described(self, event: Described) -> None:
        """Show what is under the cursor."""
        event.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what is possible now."""
        if action != "do" or not self.is_mounted:
            return True
        judged, verb = self.work.judged, parameters[0]
        if judged is None:
            return False
        two, regression = judged.evaluation.pictures is not None, judged.rows.task == "regression"
        if verb in ("more", "fewer", "cheapest", "costs"):
            return two
        if verb == "kind":
            return two or (regression and len(judged.rows.preprocessing.target.names) > 1)
        if verb == "x_axis":
            return regression
        if verb == "now":
            shown = self._verbs.shown is not None or self.body.wish.cell is not None
            return shown or self.wish.file is not None or self.host.picked is not None
        return True
