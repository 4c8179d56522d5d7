import json

import pytest

CLASSES = "\n".join(
    [
        "x,colour,kind",
        *(f"{x / 10},{'red' if x % 3 else 'blue'},{'yes' if x * 7 % 40 > 18 else 'no'}" for x in range(80)),
    ]
)


@pytest.fixture
def trained(command, working_folder):
    (working_folder / "kinds.csv").write_text(CLASSES + "\n", encoding="utf-8")
    words = ["--epochs", "4", "--test", "0.25", "--validation", "0.2", "--quiet", "--out", "run"]
    assert command("train", "kinds.csv", "--target", "kind", *words).code == 0
    return working_folder / "run"


def test_the_test_part_with_baseline_intervals_matrix_and_worst_rows(command, trained):
    result = command("evaluate", "run")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "test part, 20 rows"
    assert "95 % interval" in lines[2]
    assert "class shares" in lines[2]
    assert "\nas probabilities, so that its answer is always '" in result.out
    assert any(line.startswith("Balanced accuracy") for line in lines)
    assert any(line.startswith("true yes") for line in lines)
    assert "(a miss costs 1, a false alarm 1), chosen on the validation part; on the test part it costs" in result.out
    assert "worst: line" in result.out
    assert "loss rises by" in result.out


def test_json_has_every_figure(command, trained):
    found = json.loads(command("evaluate", "run", "--json", "--part", "training", "--threshold", "0.4").out)
    assert (found["part"], found["rows"], found["threshold"]) == ("train", 48, 0.4)
    assert set(found["figures"]) == {
        "loss", "accuracy", "balanced_accuracy", "precision", "recall", "f1", "auc", "log_loss",
    }  # fmt: skip
    assert (found["baseline"], found["baseline_answer"][:8]) == ("class shares", "always '")
    figure = found["figures"]["accuracy"]
    assert figure["low"] <= figure["value"] <= figure["high"]
    counts = found["confusion"]["counts"]
    assert sum(map(sum, counts)) == 48
    assert figure["value"] == pytest.approx((counts[0][0] + counts[1][1]) / 48)
    assert found["thresholds"]["threshold"][0] is None  # infinity
    assert sum(found["calibration"]["rows"]) == 48
    assert {each["column"] for each in found["importance"]} == {"x", "colour"}
    assert set(found["worst"][0]) == {"line", "loss", "actual", "predicted", "y_hat"}
    assert (found["cheapest"]["chosen_on"], found["cheapest"]["judged_on"]) == ("validation", "test")


def test_evaluate_and_predict_agree(command, trained):
    mine = json.loads(command("evaluate", "run", "kinds.csv", "--json").out)
    theirs = json.loads(command("predict", "run", "kinds.csv", "--json").out)
    for name, value in theirs["metrics"].items():
        assert mine["figures"][name]["value"] == pytest.approx(value)
    part = json.loads(command("evaluate", "run", "--json", "--part", "test").out)
    for name, value in theirs["metrics_by_part"]["test"].items():
        assert part["figures"][name]["value"] == pytest.approx(value)


def test_markdown(command, trained):
    text = command("evaluate", "run", "--markdown", "--part", "all").out
    assert text.startswith("# Evaluation of kinds\n\n## Result\n\nAll rows, 80 rows.\n\n|  | value |")
    assert "| true \\\\ predicted | no | yes |" in text
    assert "| column | loss rises by | Accuracy falls by |" in text
    assert command("evaluate", "run", "--markdown", "--json").code == 2


def test_rows_that_are_all_right_are_no_certainty(command, working_folder):
    rows = "\n".join(f"{(-1) ** x * (9 + x % 3)},{'yes' if x % 2 else 'no'}" for x in range(80))
    (working_folder / "apart.csv").write_text(f"x,kind\n{rows}\n", encoding="utf-8")
    words = ["--epochs", "20", "--test", "0.25", "--validation", "0", "--quiet", "--out", "run"]
    assert command("train", "apart.csv", "--target", "kind", *words).code == 0
    out = command("evaluate", "run").out
    accuracy = next(line for line in out.splitlines() if line.startswith("Accuracy"))
    assert accuracy.split()[1:5] == ["1", "0.839", "to", "1"]  # Wilson's of 20 of 20
    assert " 1 to 1" not in out
    assert "No interval, because every resample of these rows gives the same: Balanced accuracy, F1, Area under" in out
    assert "No threshold is cheaper than 0.5 on the training part (a miss costs 1, a false alarm 1)" in out
    figures = json.loads(command("evaluate", "run", "--json").out)["figures"]
    assert (figures["auc"]["low"], figures["auc"]["high"]) == (None, None)
    assert figures["accuracy"]["high"] == 1
    assert "Shares of rows have Wilson's interval." in command("evaluate", "run", "--markdown").out


def test_another_file_and_what_is_wrong_with_it(command, trained, working_folder):
    def refused(*words):
        result = command("evaluate", "run", *words)
        assert result.code == 2, result.out
        assert len(result.err.strip().splitlines()) == 1
        return result.err

    (working_folder / "new.csv").write_text("x,colour,kind\n1,green,yes\n99,red,no\n2,red,perhaps\n", encoding="utf-8")
    result = command("evaluate", "run", "new.csv")
    assert result.out.startswith("new.csv, 3 rows, 2 of them with a target")
    assert "a label that no training row has" in result.err
    assert "a label that the network does not know" in result.err
    (working_folder / "bare.csv").write_text("x,colour\n1,red\n2,blue\n", encoding="utf-8")
    result = command("evaluate", "run", "bare.csv")
    assert (result.code, result.out) == (2, "")
    assert "no column kind, so its rows are predicted but not judged" in result.err
    assert "No row of bare.csv has a target" in result.err
    assert command("evaluate", "run", "bare.csv", "--json").code == 2
    (working_folder / "other.csv").write_text("p,q\n1,2\n", encoding="utf-8")
    assert "no column 'x', which the network was trained on" in refused("other.csv")
    assert "its own data; new.csv is another file" in refused("new.csv", "--part", "test")
    assert "nothing.csv" in refused("nothing.csv")


def test_without_the_data_of_the_run_another_file_is_still_judged(command, trained, working_folder):
    (working_folder / "kinds.csv").rename(working_folder / "moved.csv")
    result = command("evaluate", "run", "moved.csv", "--part", "test")
    assert result.code == 0
    assert result.out.startswith("test part of moved.csv, 20 rows\n")
    assert "class shares" not in result.out
    assert command("evaluate", "run").code == 2


def test_parts_of_a_changed_file_are_not_those_of_the_run(command, trained, working_folder):
    """A file cut after the training was split anew, and rows of the training were judged as its test part."""
    unknown = "The data file has changed since this run was trained: which rows it was trained on is not known."
    (working_folder / "copy.csv").write_text(CLASSES + "\n", encoding="utf-8")
    (working_folder / "kinds.csv").write_text("\n".join(CLASSES.split("\n")[:61]) + "\n", encoding="utf-8")
    result = command("evaluate", "run")
    assert result.code == 0
    assert result.err == f"{unknown}\n"
    assert result.out.startswith("all rows, 60 rows\n")
    assert "chosen on all rows" in result.out or "on all rows (" in result.out
    for word in ("test part", "validation part", "training part", "training rows", "class shares"):
        assert word not in result.out
    assert unknown in json.loads(command("evaluate", "run", "--json").out)["notes"]
    refused = command("evaluate", "run", "--part", "test")
    assert refused.code == 2
    assert f"{unknown} Restore the file" in refused.err
    same = command("evaluate", "run", "copy.csv", "--part", "test")
    assert same.out.startswith("test part of copy.csv, 20 rows\n")


def test_a_regression_has_no_threshold(command, working_folder):
    rows = "\n".join(f"{x},{3 * x + x % 5}" for x in range(40))
    (working_folder / "line.csv").write_text(f"x,y\n{rows}\n", encoding="utf-8")
    assert command("train", "line.csv", "--target", "y", "--epochs", "2", "--quiet", "--out", "run").code == 0
    result = command("evaluate", "run", "--threshold", "0.3")
    assert result.code == 2
    assert "this network predicts numbers" in result.err
    out = command("evaluate", "run").out
    assert "Root mean squared error" in out
    assert "always the mean" in out


def test_a_class_that_is_spelled_otherwise_is_the_same_class(command, trained, working_folder):
    first, rest = CLASSES.split("\n", 1)
    (working_folder / "other.csv").write_text(f"{first}\n{rest.replace('no', 'No', 1)}\n", encoding="utf-8")
    (working_folder / "loud.csv").write_text(
        f"{first}\n{rest.replace('no', 'NO').replace('yes', 'YES')}\n", encoding="utf-8"
    )
    wanted = json.loads(command("evaluate", "run", "kinds.csv", "--json").out)["figures"]
    for name in ("other.csv", "loud.csv"):
        assert json.loads(command("evaluate", "run", name, "--json").out)["figures"] == wanted
        assert "does not know" not in command("predict", "run", name).err
