"""What can be done on Predict: rows of one's own, Step, parts, files, costs, importance, and files to write."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tui_ann.session.evaluate.evaluation import RunEvaluation
from tui_ann.session.evaluate.evaluation_text import json_text
from tui_ann.session.evaluate.figures import resamples_for
from tui_ann.session.evaluate.judged_moment import JudgedMoment, typed_alone
from tui_ann.session.evaluate.one_row import RowStory
from tui_ann.session.evaluate.predictions_text import judged_csv
from tui_ann.session.evaluate.rows import ALL, CHANGED, PART_CHOICES, PART_WORDS
from tui_ann.session.evaluate.thresholds import Costs
from tui_ann.session.evaluate.typed_row import TypedRow, fields_of, texts_of_line, texts_of_row, typed_row
from tui_ann.session.step.alone import AloneRow
from tui_ann.text import clean, line_name, number
from tui_ann.tui.content.judged_text import answer_text, nearest_text
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.importance import ImportanceDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.row_form import RowAnswer, RowFormDialog, effect_text
from tui_ann.tui.screens.predict_panes import PredictPanes
from tui_ann.tui.screens.predict_row import RowTeller
from tui_ann.tui.screens.predict_work import PredictWork
from tui_ann.tui.services.output_file import ask_output, file_name
from tui_ann.tui.services.screen_host import ScreenHost

_TRAINING_ONLY = ("dropout", "batch_normalization")
_OTHERWISE = (
    "Step shows the row as if the network learnt from it: with the dropout masks of the update and the batch "
    "statistics of this row alone, so its ŷ is not that of Predict."
)


class DataFileDialog(OpenDialog):
    """Asks for another file to judge."""

    TITLE = "Judge the rows of another file"
    WANTED = "a data file with the columns of the run"


class PredictVerbs:
    """The actions that ask something.

    Args:
        host: Returns the application.
        body: The panes.
        work: Computes.
        teller: Shows one row.
        wish: Changes what is judged.
    """

    def __init__(
        self,
        host: Callable[[], ScreenHost],
        body: PredictPanes,
        work: PredictWork,
        teller: RowTeller,
        wish: Callable[..., object],
    ) -> None:
        self._host, self._body, self._work, self._teller, self._wish = host, body, work, teller, wish

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions by their names."""
        return {
            "row": self.show_row,
            "add": self.type_row,
            "example": self.open_in_step,
            "part_before": lambda: self.turn_part(-1),
            "part_after": lambda: self.turn_part(1),
            "open": self.ask_file,
            "cheapest": self.go_to_cheapest,
            "costs": self.ask_costs,
            "x_axis": self.ask_column,
            "importance": self.show_importance,
            "write": self.ask_format,
        }

    @property
    def _judged(self) -> JudgedMoment | None:
        return self._work.judged

    # Rows.

    def show_row(self) -> None:
        """Show every column of the row under the cursor, to be changed; of a typed row, its own."""
        judged, row = self._judged, self._body.table.row
        if self._teller.typed is not None:
            self._open_form("The typed row", self._teller.typed)
        elif judged is not None and row is not None:
            rows = judged.rows
            texts = texts_of_row(rows.preprocessing, rows.table, int(rows.places[row]))
            names = rows.preprocessing.target.names
            if len(names) == 1 and names[0] in rows.table.names:
                texts[names[0]] = rows.table.column(names[0]).raw(int(rows.places[row]))
            self._open_form(f"Line {line_name(rows.lines[row])}", texts)

    def type_row(self) -> None:
        """Ask for a row; it begins with the means and the most frequent labels."""
        judged = self._judged
        if judged is not None:
            self._open_form(
                "A row of your own", {field.column: field.typical for field in fields_of(judged.rows.preprocessing)}
            )

    def _open_form(self, title: str, texts: Mapping[str, str]) -> None:
        judged, host = self._judged, self._host()
        if judged is None:
            return
        rows, names = judged.rows, judged.rows.preprocessing.target.names
        dialect = rows.table.report.dialect

        def paste(line: str) -> dict[str, str]:
            return texts_of_line(rows.preprocessing, line, rows.table.names, dialect.delimiter)

        def answer(dialog: RowFormDialog, typed: dict[str, str]) -> None:
            self._work.tell_typed(
                self._body.matrix, typed, lambda judged, row, story: self._answer(dialog, judged, row, story)
            )

        def accept(typed: dict[str, str] | None) -> None:
            if typed is not None:
                self._teller.show_typed(typed)

        target = names[0] if len(names) == 1 else ""
        fields = fields_of(rows.preprocessing)
        host.push_screen(RowFormDialog(title, fields, target, texts, answer, paste), accept)

    def _answer(self, dialog: RowFormDialog, judged: JudgedMoment, row: TypedRow, story: RowStory | None) -> None:
        """Show what is known of the typed texts in the form."""
        if not dialog.is_open:
            return
        if story is None:
            dialog.show_answer(RowAnswer("", {}, {}, {}, row.words, row.unusable))
            return
        threshold = judged.wish.threshold
        words = answer_text(judged.rows, story, threshold)
        if judged.rows.has_threshold and threshold != 0.5:
            words += f", threshold {number(threshold, 3)}"
        likely = judged.rows.task != "regression"
        labelled = {field.column for field in fields_of(judged.rows.preprocessing) if field.labels}
        dialog.show_answer(
            RowAnswer(
                words,
                story.shares,
                {mover.column: number(mover.push, 3, sign=True).strip() for mover in story.movers},
                {
                    mover.column: effect_text(
                        mover.lower, mover.higher, probability=likely, labels=mover.column in labelled
                    )
                    for mover in story.movers
                },
                row.words,
                row.unusable,
                nearest_text(judged.rows, story, judged.truth_of_training(story)),
                "the log-odds" if story.log_odds else "ŷ",
            )
        )

    async def open_in_step(self) -> None:
        """Show the row on Step, as the only example."""
        host, judged = self._host(), self._judged
        row = self._alone()
        if judged is None:
            return
        if row is None:
            names = ", ".join(judged.rows.preprocessing.target.names)
            how = f"type it in the form ({host.key_of('predict.row')})" if self._teller.typed is not None else "type it"
            host.tell(f"The gradient of this row needs its {clean(names, 40)}: {how}.", "warning")
            return
        if any(layer.type in _TRAINING_ONLY for layer in judged.moment.experiment.network.layers):
            host.tell(_OTHERWISE, timeout=12)
        host.moments.give_up()
        host.runner.pause()
        host.choices = replace(host.choices, row=row)
        await host.action_go("step")

    def _alone(self) -> AloneRow | None:
        judged, row = self._judged, self._body.table.row
        if judged is None:
            return None
        if self._teller.typed is None:
            return judged.alone(row) if row is not None else None
        x = typed_row(judged.rows.preprocessing, self._teller.typed, judged.rows.table.report.dialect.decimal).x
        name = judged.rows.preprocessing.target.names[0]
        return None if x is None else typed_alone(judged, x, self._teller.typed.get(name, ""))

    # What is judged.

    def turn_part(self, step: int) -> None:
        """Judge the next part that has rows, or the one before.

        Args:
            step: 1 or −1.
        """
        judged = self._judged
        if judged is None or not judged.parts:
            return
        parts = [part for part in PART_CHOICES if part in judged.parts]
        if judged.wish.file is not None:
            self._wish(file=None, part=parts[0])
        elif len(parts) == 1:
            only = f"The run has only one part, the {PART_WORDS[parts[0]]}."
            self._host().tell(CHANGED if parts == [ALL] else only, passing=True)
        else:
            here = parts.index(judged.rows.part)
            self._wish(part=parts[(here + step) % len(parts)])

    def ask_file(self) -> None:
        """Ask for another file."""

        def judge(path: Path | None) -> None:
            if path is not None:
                self._wish(file=path)

        self._host().push_screen(DataFileDialog(Path.cwd()), judge)

    def go_to_cheapest(self) -> None:
        """Go to the cheapest threshold, and say where it was chosen; stay if it is no cheaper than the present one."""
        judged, host = self._judged, self._host()
        if judged is None or judged.cheapest is None:
            host.tell("There is no threshold to choose: it needs two classes and one probability.", passing=True)
            return
        if not judged.cheapest.beats(judged.wish.threshold):
            host.tell(f"{judged.cheapest.not_beaten(judged.wish.threshold)}.", timeout=10)
            return
        self._wish(threshold=judged.cheapest.threshold)
        host.tell(judged.cheapest.sentence, timeout=10)

    def ask_costs(self) -> None:
        """Ask what a miss and a false alarm cost."""
        judged, host = self._judged, self._host()
        if judged is None or not judged.rows.has_threshold:
            return
        costs = judged.wish.costs
        classes = [clean(label, 20) for label in judged.rows.preprocessing.classes]

        def read(text: str) -> Costs | None:
            parts = text.replace(":", " ").split()
            try:
                values = [float(part.replace(",", ".")) for part in parts]
            except ValueError:
                return None
            good = len(values) == 2 and all(0 <= value < float("inf") for value in values)
            return Costs(*values) if good else None

        def use(text: str | None) -> None:
            found = read(text) if text is not None else None
            if found is not None:
                self._wish(costs=found)

        host.push_screen(
            EntryDialog(
                "Costs: a miss and a false alarm",
                f"{number(costs.miss)} {number(costs.alarm)}",
                help=f"A miss is a {classes[1]} that is called {classes[0]}; an alarm is the other way round. "
                f"{host.key_of('predict.cheapest')} goes to the cheapest threshold.",
                allowed="two numbers from 0 on, such as 10 1",
                fault=lambda text: None if read(text) is not None else "these are not two such numbers",
            ),
            use,
        )

    def ask_column(self) -> None:
        """Ask for the column that the residuals are shown against."""
        judged, charts = self._judged, self._body.charts
        if judged is None or judged.rows.task != "regression":
            return
        choices = [Choice("", "ŷ", "the prediction")]
        choices += [
            Choice(each.column, clean(each.column, 40), each.kind) for each in judged.rows.preprocessing.columns
        ]

        def use(choice: Choice | None) -> None:
            if choice is not None:
                charts.against = choice.value
                charts.show_residuals()

        self._host().push_screen(ChooseDialog("Residuals against", choices, charts.against), use)

    # Reports.

    def show_importance(self) -> None:
        """Shuffle every column, and show how much worse the answers are."""
        judged, host = self._judged, self._host()
        if judged is None:
            return
        if not judged.rows.known.any():
            host.tell("These rows have no target, so nothing can be judged.", "warning")
            return
        dialog = ImportanceDialog(judged.rows.what)
        host.push_screen(dialog)

        def show(found: object) -> None:
            if dialog.is_open:
                dialog.show_importance(found)  # type: ignore[arg-type]

        self._work.find_importance(show)

    def ask_format(self) -> None:
        """Ask what to write."""
        choices = [
            Choice("csv", "Predictions as CSV", "every row: line, truth, answer, probabilities, columns"),
            Choice("md", "Figures as Markdown", "figures, matrix, worst rows"),
            Choice("json", "Figures as JSON", "the same for other programs, with the curves"),
        ]
        self._host().push_screen(ChooseDialog("Write", choices), self._write)

    def _write(self, choice: Choice | None) -> None:
        judged, host = self._judged, self._host()
        if choice is None or judged is None:
            return
        name = file_name(host.open_name)
        intervals = self._work.intervals
        figures = tuple(replace(each, interval=intervals.get(each.name)) for each in judged.evaluation.figures)
        times = resamples_for(judged.evaluation.judged) if intervals else 0
        found = replace(judged.evaluation, figures=figures, cheapest=judged.cheapest, resamples=times)
        contents: dict[str, tuple[str, Callable[[], str]]] = {
            "csv": (f"{name}-predictions.csv", lambda: judged_csv(judged.rows, judged.wish.threshold)),
            "md": (f"{name}-evaluation.md", lambda: _markdown(found, host.open_name)),
            "json": (f"{name}-evaluation.json", lambda: json_text(found)),
        }
        ask_output(host, *contents[choice.value])


def _markdown(found: RunEvaluation, name: str) -> str:
    from tui_ann.session.reporting.about_result import evaluation_markdown  # not needed until something is written

    return evaluation_markdown(found, name)
