"""Predict by keys alone: what the answers are worth, the threshold, rows of one's own, other files, and Step."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from textual.events import Paste
from textual.widgets import Input, Static

from tests.tui.pilots import press, running, settle, shown, steady, trained, type_text
from tui_ann.engine.metrics import class_codes, confusion_matrix
from tui_ann.session.evaluate.judged_moment import JudgedMoment
from tui_ann.text import count
from tui_ann.text.symbols import Symbol
from tui_ann.tui.dialogs.importance import ImportanceDialog
from tui_ann.tui.dialogs.row_form import RowFormDialog
from tui_ann.tui.screens.predict import PredictScreen
from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.widgets.threshold_view import ThresholdView


def predict(app) -> PredictScreen:
    """The screen, also below a dialog."""
    return next(screen for screen in app.screen_stack if isinstance(screen, PredictScreen))


def judged(app) -> JudgedMoment:
    found = predict(app).work.judged
    assert found is not None
    return found


def told(app) -> str:
    """Every message so far."""
    return " ".join(" ".join(note.message.split()) for note in app._notifications)


def listed_lines(app) -> list[int]:
    table = predict(app).body.table
    return [int(table.row_label(row, 6)[0]) for row in range(table.n_rows)]


async def quickly(pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def run_to_the_end(pilot) -> None:
    await press(pilot, "3", "space")
    await trained(pilot)
    await press(pilot, "7")


class TestThreshold:
    """C4 and C13: a logistic unit, its threshold, and the confusion matrix that follows it."""

    async def test_a_person_moves_the_threshold_by_keys_and_the_matrix_follows(self):
        async with running("sample:logistic-unit") as (app, pilot):
            await run_to_the_end(pilot)
            assert isinstance(app.focused, ThresholdView)
            text = await steady(app, pilot)
            assert "Confusion · test part, 40 rows" in text
            assert "Threshold on ŷ = P(passed)" in text
            await quickly(pilot, *["left"] * 15)
            assert judged(app).wish.threshold == 0.35
            rows = judged(app).rows
            counts = confusion_matrix(rows.codes, class_codes(rows.y_hat, 0.35), 2)
            np.testing.assert_array_equal(judged(app).evaluation.confusion.counts, counts)
            text = await steady(app, pilot)
            missed, passed, alarms = counts[1, 0], counts[1].sum(), counts[0, 1]
            assert f"at 0.35: {missed} of {passed} passed missed, {alarms} false alarm" in text
            recall = counts[1, 1] / passed
            assert f"recall {recall:.3g}" in " ".join(text.split())
            await quickly(pilot, "+", "home")
            assert judged(app).wish.threshold == 0
            assert judged(app).evaluation.confusion.counts[:, 0].sum() == 0  # an answer at the threshold is class 1
            await quickly(pilot, "end", "-")
            assert judged(app).wish.threshold == 0.99

    async def test_the_cheapest_threshold_is_chosen_on_one_part_and_judged_on_another(self):
        async with running("sample:logistic-unit") as (app, pilot):
            await run_to_the_end(pilot)
            await press(pilot, "=")
            await type_text(pilot, "ten")
            assert "these are not two such numbers" in await steady(app, pilot)
            app.screen.query_one(Input).value = ""
            await type_text(pilot, "10 1")
            await press(pilot, "enter")
            cheapest = judged(app).cheapest
            assert (cheapest.costs.miss, cheapest.costs.alarm) == (10, 1)
            assert "(miss 10, alarm 1)" in " ".join((await steady(app, pilot)).split())
            await press(pilot, "!")
            assert judged(app).wish.threshold == cheapest.threshold < 0.5
            assert "chosen on the validation part; on the test part it costs" in told(app)
            assert "! τ" not in await steady(app, pilot)  # nothing is cheaper than the present one
            await press(pilot, "!")
            assert judged(app).wish.threshold == cheapest.threshold
            assert f"No threshold is cheaper than {cheapest.threshold}" in told(app)

    async def test_curves_one_after_the_other_and_intervals_beside_the_figures(self):
        async with running("sample:breast-cancer", size=(200, 50)) as (app, pilot):
            await run_to_the_end(pilot)
            text = await steady(app, pilot)
            assert "±" in text
            assert "in brackets: class shares" in text
            assert "always '" in text  # with its accuracy, on the frame
            assert predict(app).work.intervals["accuracy"][0] < 1
            titles = []
            for _ in range(4):
                text = await steady(app, pilot)
                titles.append(
                    next(name for name in ("─ ROC", "─ Precision and", "─ Lift", "─ Calibration") if name in text)
                )
                await press(pilot, "v")
            assert len(set(titles)) == 4
            assert "─ ROC" in await steady(app, pilot)

    async def test_the_rows_of_a_cell_are_listed_and_all_again(self):
        async with running("sample:logistic-unit") as (app, pilot):
            await run_to_the_end(pilot)
            await quickly(pilot, *["left"] * 30)
            everything = listed_lines(app)
            assert len(everything) == 40
            predict(app).set_focus(predict(app).body.matrix)
            await press(pilot, "down", "enter")  # failed, taken for passed
            rows = judged(app).rows
            wanted = (rows.codes == 0) & (rows.y_hat[:, 0] >= 0.2)
            assert sorted(listed_lines(app)) == rows.lines[wanted].tolist()
            assert "failed taken for passed" in await steady(app, pilot)
            await press(pilot, "escape")
            assert len(listed_lines(app)) == 40


class TestRows:
    """The list, the form, and Step."""

    async def test_the_worst_row_in_step_is_the_row_that_predict_shows(self):
        async with running("sample:logistic-unit") as (app, pilot):
            await run_to_the_end(pilot)
            row = predict(app).body.table.row
            rows = judged(app).rows
            assert row == int(np.argmax(rows.badness))
            line, y_hat = int(rows.lines[row]), float(rows.y_hat[row, 0])
            await press(pilot, "I")
            assert isinstance(app.screen, StepScreen)
            trace = shown(app).selection.trace
            assert trace.row == f"line {line}, test part"
            assert float(trace.value("a1")[0, 0]) == pytest.approx(y_hat, abs=1e-12)
            np.testing.assert_array_equal(trace.value("x")[:, 0], rows.X[row])
            # ∂L/∂W of exactly this row: (ŷ − y) x
            y = float(rows.Y[row, 0])
            np.testing.assert_allclose(trace.gradients["W1"][0], (y_hat - y) * rows.X[row])
            assert f"line {line}, test part" in await steady(app, pilot)

    async def test_a_row_in_step_says_that_its_weights_are_the_present_ones(self):
        async with running("sample:moons", "4", "greater_than_sign", size=(80, 24)) as (app, pilot):
            made = app.session.stepper.place().made
            await press(pilot, "7", "I")
            step, now = shown(app), app.session.workspace.run.network.copy_parameters()
            np.testing.assert_array_equal(step.selection.trace.before["W1"], now["W1"])
            text = await steady(app, pilot)
            assert f"After update {count(made)}" in text
            assert "alone: line " in text
            await press(pilot, "end")
            assert "Not made by the run · New " in await steady(app, pilot)
            step.example.ask()
            await settle(pilot)
            help = str(app.screen.query_one(".help", Static).content)
            assert help.endswith(f"The row of Predict begins with the parameters after update {count(made)}.")

    async def test_two_features_are_whole_on_a_small_screen(self):
        async with running("sample:spirals", "e", "7", size=(80, 24)) as (app, pilot):
            text, rows = await steady(app, pilot), judged(app).rows
            raw = rows.table.column("x1").raw(int(rows.places[predict(app).body.table.row]))
            listed = next(line for line in text.splitlines() if f" {listed_lines(app)[0]} " in line)
            assert listed.split("│")[-2].split()[-1] == raw

    async def test_the_first_row_in_step_begins_at_its_y_hat(self):
        """Step writes W^[1] from now on, and so reads everything anew; the row stays."""
        async with running("sample:iris", size=(80, 24)) as (app, pilot):
            await press(pilot, "e", "7", "I")
            selection = shown(app).selection
            row = app.choices.row
            assert row is not None
            assert selection.trace.row == row.name
            assert selection.part.name == Symbol("a", 2)
            assert f"L{row.name[1:]}, alone. Part " in await steady(app, pilot)
            await press(pilot, "up")
            assert selection.part.name == Symbol("z", 2)
            await press(pilot, "I", "home", "enter")
            assert selection.example is None

    async def test_the_title_keeps_the_number_of_rows_in_a_narrow_window(self):
        async with running("sample:diabetes", size=(80, 24)) as (app, pilot):
            await run_to_the_end(pilot)
            assert str(app.screen.query_one("#judged-pane").border_title) == "test part, 89 rows"

    async def test_a_row_is_typed_in_the_units_of_the_file_and_y_hat_follows(self):
        async with running("sample:logistic-unit") as (app, pilot):
            await run_to_the_end(pilot)
            await press(pilot, "a")
            form = shown(app)
            assert isinstance(form, RowFormDialog)
            mean = await steady(app, pilot)
            assert re.search(r"Empty takes the mean, [\d.]+\.", str(form.query_one("#allowed", Static).content))
            names = judged(app).rows.preprocessing.feature_names
            app.focused.value = ""
            await type_text(pilot, "1e6")
            await settle(pilot)
            outside = await steady(app, pilot)
            assert "the largest in training" in outside
            assert outside.split("P(passed) = ")[1].split()[0] != mean.split("P(passed) = ")[1].split()[0]
            await type_text(pilot, "x")
            await settle(pilot)
            assert "is no number" in await steady(app, pilot)
            await press(pilot, "enter")
            assert isinstance(app.screen, RowFormDialog)  # a field cannot be used
            rows = judged(app).rows
            line = ",".join(rows.table.columns[j].raw(int(rows.places[0])) for j in range(len(rows.table.columns)))
            app.focused.post_message(Paste(line))
            await settle(pilot)
            assert form.texts[names[0]] == rows.table.column(names[0]).raw(int(rows.places[0]))
            app.focused.post_message(Paste("1,2,3,4,5,6,7\n"))
            await settle(pilot)
            assert "The line has 7 cells" in await steady(app, pilot)
            await press(pilot, "enter")
            text = await steady(app, pilot)
            assert "The typed row" in text
            said = rows.preprocessing.classes[int(rows.y_hat[0, 0] >= 0.5)]
            assert f"ŷ = P(passed) = {float(rows.y_hat[0, 0]):.3g} · says {said}" in text
            await press(pilot, "I")  # has no target
            assert "The gradient of this row needs its exam" in told(app)
            await press(pilot, "enter", "up")
            await type_text(pilot, "passed")
            await press(pilot, "enter", "I")
            assert shown(app).selection.trace.row == "the typed row"
            assert float(shown(app).selection.trace.value("a1")[0, 0]) == pytest.approx(float(rows.y_hat[0, 0]))

    async def test_sorting_turns_and_ends(self):
        async with running("sample:iris", size=(120, 36)) as (app, pilot):
            await press(pilot, "7")
            await quickly(pilot, "right", "right", "right", ">")
            rows = judged(app).rows
            lengths = [rows.table.columns[0].numbers[line - 2] for line in listed_lines(app)]
            assert lengths == sorted(lengths, reverse=True)
            await press(pilot, ">")
            assert [rows.table.columns[0].numbers[line - 2] for line in listed_lines(app)] == sorted(lengths)
            await press(pilot, ">")
            assert "Worst first" in await steady(app, pilot)

    async def test_importance_of_the_columns(self):
        async with running("sample:iris") as (app, pilot):
            await run_to_the_end(pilot)
            await press(pilot, "*")
            assert isinstance(app.screen, ImportanceDialog)
            lines = (await steady(app, pilot)).splitlines()
            first = next(i for i, line in enumerate(lines) if "loss rises by" in line and "column" in line)
            assert "petal" in lines[first + 1]


class TestOtherData:
    """Parts, other files, and what is wrong with them."""

    async def test_parts_one_after_the_other(self):
        async with running("sample:logistic-unit", "7") as (app, pilot):
            seen = []
            for _ in range(4):
                seen.append((judged(app).rows.part, len(judged(app).rows)))
                await press(pilot, "]")
            assert seen == [("test", 40), ("validation", 16), ("train", 144), ("all", 200)]
            await press(pilot, "[")
            assert judged(app).rows.part == "all"

    async def test_line_numbers_are_written_as_the_names_they_are(self, tmp_path: Path):
        head = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"
        path = tmp_path / "long.csv"
        path.write_text(f"{head}\n" + "5,3,1,0.2\n" * 1099 + "99,3,1,0.2\n", encoding="utf-8")
        async with running("sample:iris", "7") as (app, pilot):
            await press(pilot, "o")
            await type_text(pilot, str(path))
            await press(pilot, "enter")
            await press(pilot, "end")
            text = await steady(app, pilot)
            assert "Line 1101, as in the file" in text
            assert len(re.findall(r"\b1101\b", text)) == 2  # also in the list
            assert not re.search(r"1\s101", text + told(app))

    async def test_another_file_and_bad_ones_each_in_a_sentence(self, tmp_path: Path):
        async with running("sample:iris", "7") as (app, pilot):

            async def judge(text: str) -> None:
                path = tmp_path / "new.csv"
                path.write_text(text, encoding="utf-8")
                await press(pilot, "o")
                await type_text(pilot, str(path))
                await press(pilot, "enter")

            head = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"
            await judge("p,q\n1,2\n3,4\n")
            assert "no column 'sepal length (cm)', which the network was trained on" in told(app)
            assert judged(app).rows.part == "test"  # what was shown stays
            await judge(f"{head}\n5,3,1,0.2\n6,3,5,2\n")
            assert judged(app).rows.what == "new.csv"
            assert "no column 'sepal length (cm)'" not in told(app)  # that was the other file
            text = await steady(app, pilot)
            assert "Answers · new.csv, 2 rows, no target" in text
            assert {"says setosa", "says virginica"} <= set(re.findall(r"says \w+", text))  # no empty matrix
            assert "Confusion" not in text
            assert "has no column species, so its rows are predicted but not judged" in text
            await judge(f"{head}\n5,3,1,0.2\n")
            assert len(judged(app).rows) == 1  # the file has changed, and is read again
            await judge(f"{head}\n5,3,1,0.2\n6,3,5,2\n")
            await press(pilot, "*")
            assert "have no target, so nothing can be judged" in told(app)
            await press(pilot, "escape")
            assert judged(app).rows.part == "test"

    async def test_predictions_and_figures_are_written(self, tmp_path: Path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        async with running("sample:iris", "7") as (app, pilot):
            await press(pilot, "s", "enter", "enter")
            with (tmp_path / "iris-predictions.csv").open(encoding="utf-8", newline="") as file:
                lines = list(csv.DictReader(file))
            rows = judged(app).rows
            assert [int(line["line"]) for line in lines] == rows.lines.tolist()
            assert float(lines[0]["P(setosa)"]) == pytest.approx(rows.y_hat[0, 0])
            await press(pilot, "s", "down", "down", "enter", "enter")
            found = json.loads((tmp_path / "iris-evaluation.json").read_text(encoding="utf-8"))
            assert found["rows"] == len(rows)
            assert "made the folder" not in told(app)
            path = tmp_path / "new" / "part" / "rows.csv"
            await press(pilot, "s", "enter")
            await type_text(pilot, str(path))
            await press(pilot, "enter")
            assert path.exists()
            assert f"Written to {path}; made the folder {path.parent}" in told(app)


class TestCourse:
    """C12 and C17: prediction listings for a linear unit and for one hidden layer with several classes."""

    async def test_a_linear_unit_lists_predicted_against_actual(self):
        async with running("sample:linear-unit") as (app, pilot):
            await run_to_the_end(pilot)
            text = await steady(app, pilot)
            assert "ŷ against actual · test part, 40 rows" in text
            assert "Residuals against ŷ" in text
            rows = judged(app).rows
            worst = int(np.argmax(np.abs(rows.predicted - rows.actual)[:, 0]))
            assert listed_lines(app)[0] == rows.lines[worst]
            predicted = app.session.runs.predict(rows.table)
            by_line = dict(zip(predicted.lines.tolist(), predicted.predicted, strict=True))
            assert by_line[int(rows.lines[worst])] == pytest.approx(float(rows.predicted[worst, 0]))
            assert {figure.name for figure in judged(app).evaluation.figures} == {"loss", "mae", "rmse", "r2"}
            await press(pilot, "x", "down", "enter")
            assert "Residuals against hours" in await steady(app, pilot)

    async def test_three_classes_list_probabilities_and_truth(self):
        async with running("sample:iris") as (app, pilot):
            await run_to_the_end(pilot)
            text = await steady(app, pilot)
            assert "says" in text
            assert "Threshold" not in text
            found = judged(app)
            assert found.evaluation.confusion.counts.sum() == len(found.rows) == 30
            row = predict(app).body.table.row
            table = predict(app).body.table
            assert table.text_at(0, 0) == found.rows.preprocessing.classes[found.rows.codes[row]]
            assert "nearest training rows" in text
