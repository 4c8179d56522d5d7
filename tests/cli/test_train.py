import csv
import json
import math
import subprocess
import sys
from typing import Any

import pytest

from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.run_record import EndVerdict, Trouble
from tui_ann.session.run.verdict import advice
from tui_ann.text import count


def events(out):
    return [json.loads(line) for line in out.splitlines()]


def test_a_row_an_epoch_and_a_summary(command, working_folder):
    result = command("train", "xor.toml", "--out", "run")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["epoch", "loss", "accuracy", "‖∇L‖", "seconds"]
    assert [line.split()[0] for line in lines[1:6]] == ["1", "2", "3", "4", "5"]
    assert "completed after 5 epochs, 5 updates" in result.out
    assert f"saved in {working_folder / 'run'}" in result.out
    assert "20 rows to train" in result.err


def test_tables_that_a_program_reads_are_in_ascii(command, working_folder):
    rows = "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n" * 300
    (working_folder / "xor.csv").write_text(f"a,b,y\n{rows}", encoding="utf-8")
    result = command("train", "xor.toml", "--out", "run", "--set", "training.epochs=1", "--set", "training.metrics=auc")
    header, first = result.out.splitlines()[:2]
    assert header.split()[3] == "‖∇L‖"
    assert first.isascii()
    assert all(math.isfinite(float(cell)) for cell in first.split())
    table = command("data", "xor.csv").out.splitlines()
    assert table[0] == "xor.csv: 1200 rows, 3 columns"
    assert [line for line in command("check", "xor.toml").out.splitlines()[2:6] if not line.isascii()] == []


def test_json_lines_as_documented(command, working_folder):
    result = command("train", "xor.toml", "--out", "run", "--json")
    start, *epochs, end = events(result.out)
    assert result.err == ""
    assert start["event"] == "start"
    assert (start["parameters"], start["examples"], start["features"]) == (17, 20, 2)
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3, 4, 5]
    assert {"event", "loss", "accuracy", "gradient_norms", "seconds"} <= set(epochs[0])
    assert set(epochs[0]["gradient_norms"]) == {"W1", "b1", "W2", "b2"}
    assert (end["event"], end["status"], end["out"]) == ("end", "completed", str(working_folder / "run"))
    assert end["stop_reason"]
    assert set(end["metrics"]) == {"train"}


def test_the_run_folder_holds_what_was_printed(command, working_folder):
    *_, last, end = events(command("train", "xor.toml", "--out", "run", "--json").out)
    folder = RunFolder.open(working_folder / "run")
    record = folder.record()
    assert (record.status, record.epochs, record.updates) == ("completed", 5, 5)
    assert record.metrics == end["metrics"]
    with (folder.path / "history.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["loss"]) == last["loss"]
    assert folder.experiment().data.path == str(working_folder / "xor.csv")
    assert {"initial.safetensors", "final.safetensors", "preprocessing.json"} <= {p.name for p in folder.path.iterdir()}


def test_the_same_experiment_gives_the_same_numbers(command):
    def losses(*words):
        return [event["loss"] for event in events(command("train", *words, "--json").out) if event["event"] == "epoch"]

    first = losses("xor.toml", "--out", "a")
    assert losses("xor.toml", "--out", "b") == first
    assert losses("a", "--out", "c") == first  # a run folder is an experiment as well
    assert losses("xor.toml", "--set", "network.seed=2", "--out", "d") != first


def test_runs_get_a_folder_of_their_own(command, working_folder):
    for _ in range(2):
        assert command("train", "xor.toml", "--quiet").code == 0
    assert len(list((working_folder / "runs").iterdir())) == 2


def test_quiet_prints_the_run_folder_only(command, working_folder):
    result = command("train", "xor.toml", "--out", "run", "--quiet")
    assert (result.out, result.err) == (f"{working_folder / 'run'}\n", "")
    result = command("train", "xor.toml", "--out", "run2", "--quiet", "--json")
    assert [event["event"] for event in events(result.out)] == ["start", "end"]


def test_rows_and_cells_that_were_lost_are_told(command, working_folder):
    rows = "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n" * 8
    (working_folder / "xor.csv").write_text(f"a,b,y\n{rows}1,1,no,5\n1,oops,no\n", encoding="utf-8")
    words = ["train", "xor.toml", "--set", "data.missing=drop"]
    told = [
        "1 row left out: line 34 (too many fields).",
        "1 cell became missing (not a number): line 35 column 'b' ('oops').",
    ]
    result = command(*words, "--out", "a")
    assert result.err.splitlines()[:2] == told
    result = command(*words, "--out", "b", "--json")
    assert result.err.splitlines() == told
    assert events(result.out)[0]["notes"][:2] == told
    assert command(*words, "--out", "c", "--quiet").err == ""


def test_the_loss_of_a_scaled_target_is_explained(command, working_folder):
    (working_folder / "line.csv").write_text(
        "x,y\n" + "".join(f"{i},{2 * i + 0.5}\n" for i in range(12)), encoding="utf-8"
    )
    result = command("train", "line.csv", "--target", "y", "--out", "run", "--set", "training.epochs=1")
    assert "The loss is of the scaled target; metrics and predictions are in the original units." in result.err


def test_changes_from_the_command_line(command, working_folder):
    (working_folder / "xor.csv").rename(working_folder / "other.csv")  # the file it names is not read then
    result = command(
        "train", "xor.toml", "--out", "run", "--json",
        "--set", "training.epochs=2", "--set", "network.layers.1.units=3", "--set", "data.path=other.csv",
    )  # fmt: skip
    assert events(result.out)[0]["parameters"] == 13
    experiment = RunFolder.open(working_folder / "run").experiment()
    assert (experiment.training.epochs, experiment.network.layers[0].units) == (2, 3)


def test_target_and_reading_options_on_an_experiment(command, working_folder):
    (working_folder / "xor.csv").write_text("# note\na;b;y\n" + "0;1;0,5\n1;0;0,25\n" * 5, encoding="utf-8")
    result = command(
        "train", "xor.toml", "--out", "run", "--json", "--target", "b", "--delimiter", ";", "--decimal", ",",
        "--skip-lines", "1", "--header",
    )  # fmt: skip
    assert result.code == 0, result.err
    data = RunFolder.open(working_folder / "run").experiment().data
    assert (data.target, data.delimiter, data.decimal, data.skip_lines, data.header) == ("b", ";", ",", 1, True)


WILD = ["train", "xor.toml", "--set", "training.optimizer=sgd", "--set", "training.learning_rate=1e300"]
WILD += ["--set", "training.loss=mean_squared_error", "--set", "network.layers.2.activation=linear"]
WILD += ["--set", "network.layers.1.activation=linear", "--set", "training.epochs=50"]


def test_diverging_is_done_unless_it_must_not(command):
    result = command(*WILD, "--json", "--out", "a")
    assert result.code == 0
    end = events(result.out)[-1]
    assert end["status"] == "diverged"
    assert command(*WILD, "--json", "--out", "b", "--fail-on-divergence").code == 1


def test_a_run_that_diverges_quietly_says_so_all_the_same(command, working_folder):
    result = command(*WILD, "--out", "run", "--quiet")
    assert (result.code, result.out) == (0, f"{working_folder / 'run'}\n")
    record = RunFolder.open(working_folder / "run").record()
    diverged, advice = result.err.splitlines()
    assert diverged == f"The run diverged: {record.stop_reason}."
    assert advice.startswith("η is too large: η = 1e300 is ")
    assert "--set training.learning_rate=0." in advice
    assert f"after update {record.updates}" in result.err
    assert f"the parameters of update {record.updates} were kept" in result.err


def test_the_summary_says_infinite_where_the_epoch_does(command, working_folder):
    lines = command(*WILD, "--set", "training.learning_rate=1e100", "--out", "run").out.splitlines()
    epochs = [line.split() for line in lines[1 : lines.index("")]]
    assert epochs[-1][1] == "inf"
    assert next(line.split()[:2] for line in lines if line.startswith("train ")) == ["train", "inf"]
    assert (
        json.loads((working_folder / "run" / "run.json").read_text(encoding="utf-8"))["metrics"]["train"]["loss"]
        is None
    )


def test_numbers_that_are_not_finite_are_null(command):
    result = command("train", "xor.toml", "--out", "a", "--json", "--set", "training.metrics=auc,accuracy")
    assert "NaN" not in result.out
    assert "Infinity" not in result.out


def test_a_large_epoch_has_a_gap_between_its_thousands(command):
    result = command("train", "sample:xor", "--set", "training.epochs=1200", "--out", "run")
    assert f"Weights kept: epoch {count(1200)}, the last" in result.out


def test_the_result_is_that_of_the_weights_kept_with_baselines(command):
    result = command("train", "sample:breast-cancer", "--set", "training.epochs=3", "--out", "run")
    assert "Weights kept: epoch 3, the last, measured after the training." in result.out
    titles = next(line for line in result.out.splitlines() if line.lstrip().startswith("loss"))
    assert titles.split() == ["loss", "accuracy", "auc", "precision", "recall", "f1"]
    assert "\nclass shares " in result.out
    assert "\nas probabilities, so that its answer is always 'benign'." in result.out
    assert "\nlinear model " in result.out
    assert "baselines, for the test rows" in result.out
    end = events(command("train", "sample:breast-cancer", "--set", "training.epochs=3", "--json").out)[-1]
    assert set(end["metrics"]) == {"train", "validation", "test"}
    assert end["baseline"]["linear"]["metrics"]["test"]["accuracy"] > 0.95
    assert end["verdict"] is None


def test_a_run_that_is_worse_or_dead_says_so_on_stderr(command):
    wild = command("train", "sample:moons", "--set", "training.learning_rate=500", "--set", "training.epochs=4")
    assert "The run ended worse than it began: the loss was" in wild.err
    assert "Try η 500 → 1: --set training.learning_rate=1." in wild.err
    dead = command("train", "sample:moons", "--set", 'network.initializer="zeros"', "--set", "training.epochs=4", "-q")
    assert "The network is dead: the network gives the same answer for every row" in dead.err
    assert "Try start weights by Glorot: --set network.initializer=glorot_uniform." in dead.err


def test_training_a_run_again_on_changed_data_says_so(command, working_folder):
    assert command("train", "xor.toml", "--out", "run", "-q").code == 0
    assert "has changed" not in command("train", "run", "--out", "same", "-q").err
    with (working_folder / "xor.csv").open("a", encoding="utf-8") as file:
        file.write("1,1,no\n")
    assert "The data file has changed since this run was trained" in command("train", "run", "--out", "again", "-q").err


def test_a_run_is_not_overwritten(command, working_folder):
    command("train", "xor.toml", "--out", "run", "--quiet")
    before = {path.name: path.read_bytes() for path in (working_folder / "run").iterdir()}
    result = command("train", "xor.toml", "--out", "run")
    assert result.code == 2
    assert "Name another folder, or add --force" in result.err
    assert {path.name: path.read_bytes() for path in (working_folder / "run").iterdir()} == before


def test_the_experiment_can_be_saved_beside_it(command, working_folder):
    words = ["train", "xor.toml", "--set", "training.epochs=2", "--quiet", "--save", "copy.toml"]
    assert command(*words, "--out", "a").code == 0
    text = (working_folder / "copy.toml").read_text(encoding="utf-8")
    assert "epochs = 2 # How often all training examples are used, at most." in text
    assert 'path = "xor.csv"' in text
    result = command(*words, "--out", "b")
    assert result.code == 2
    assert "copy.toml already exists." in result.err


def test_the_loss_of_every_update_goes_to_disk_on_request(command, working_folder):
    stochastic = ("xor.toml", "--set", "training.variant='stochastic'")
    result = command("train", *stochastic, "--out", "run", "--json", "--losses", "losses.csv")
    title, *losses = (working_folder / "losses.csv").read_text(encoding="utf-8").split()
    assert title == "loss"
    assert len(losses) == 100
    epoch = next(event["loss"] for event in events(result.out) if event["event"] == "epoch")
    assert sum(map(float, losses[:20])) / 20 == pytest.approx(epoch)


def test_a_run_that_diverges_leaves_its_losses_up_to_the_last(command, working_folder):
    wild = ("xor.toml", "--set", "training.learning_rate=1e308", "--set", "training.variant='stochastic'")
    result = command("train", *wild, "--out", "run", "--json", "--losses", "losses.csv")
    end = events(result.out)[-1]
    assert end["status"] == "diverged"
    assert len((working_folder / "losses.csv").read_text(encoding="utf-8").split()) - 1 in (
        end["updates"],
        end["updates"] + 1,
    )


def test_a_table_of_one_row_trains(command, working_folder):
    (working_folder / "one.csv").write_text("x1,x2,y\n1,2,1\n", encoding="utf-8")
    result = command("train", "one.csv", "--out", "one", "--set", "training.epochs=2")
    assert result.code == 0
    assert "nothing can be set aside to validate or test" in result.err


def test_no_file_is_overwritten_unasked(command, working_folder):
    (working_folder / "mine.csv").write_text("old", encoding="utf-8")
    for option in ("--save", "--losses"):
        result = command("train", "xor.toml", "--out", "run", option, "mine.csv")
        assert (result.code, result.out) == (2, "")
        assert "mine.csv already exists" in result.err
        assert command("train", "xor.toml", option, "-").code == 2
    assert (working_folder / "mine.csv").read_text(encoding="utf-8") == "old"
    assert not (working_folder / "run").exists()
    assert command("train", "xor.toml", "--out", "run", "--losses", "mine.csv", "--force").code == 0
    assert (working_folder / "mine.csv").read_text(encoding="utf-8").startswith("loss\n")


def test_of_two_runs_that_start_at_once_into_a_folder_one_is_refused(working_folder):
    words = [sys.executable, "-m", "tui_ann", "train", "xor.toml", "--out", "same", "--quiet"]
    pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    both = [subprocess.Popen(words, **pipes) for _ in range(2)]
    told = [one.communicate(timeout=60)[1] for one in both]
    assert sorted(one.returncode for one in both) == [0, 2]
    assert "same" in "".join(told)
    assert RunFolder.open(working_folder / "same").record().status == "completed"


def test_a_loss_without_penalties_says_so(command, working_folder):
    result = command("train", "xor.toml", "--out", "run", "--set", "network.layers.1.l2=0.5")
    record = RunFolder.open(working_folder / "run").record()
    table = [line.split() for line in result.out.splitlines()]
    loss = next(line for line in table if line[:1] == ["train"])[1]
    both = record.metrics["train"]["loss"]
    assert both is not None
    assert record.penalty is not None
    assert float(loss) == pytest.approx(both - record.penalty, rel=1e-3)
    assert "data loss: without the L1 and L2 penalties" in result.out
    assert "here; the losses of the baselines have none." in result.out, "logistic regression is fitted with one"
    assert max(len(line) for line in result.out.splitlines() if not line.startswith("saved in")) <= 80
    assert "data loss" not in command("train", "xor.toml", "--out", "run2").out


@pytest.mark.parametrize(
    ("words", "told", "not_told"),
    [
        (("--target", "town", "--task", "binary"), "Use --task multiclass.", "Set task"),
        (("--validation", "0.99"), "--validation 0.99", "validation_split"),
        (("--validation", "0.99", "--set", "data.test_split=0.2"), "--validation 0.99", "--set"),
        (("--ignore", "town,size"), "Repeat the option for several columns: --ignore 'town' --ignore 'size'.", "mean"),
        (("--target", "town", "--set", 'data.task="binary"'), 'Set task = "multiclass".', "--task"),
    ],
)
def test_an_error_is_in_the_words_that_were_typed(command, working_folder, words, told, not_told):
    rows = "".join(f"{'abc'[i % 3]},{i},{2 * i}\n" for i in range(8))
    (working_folder / "t.csv").write_text(f"town,size,y\n{rows}", encoding="utf-8")
    result = command("train", "t.csv", *words)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert not_told not in result.err.partition("Error")[2]


def test_unrelated_files_are_not_suggested(command, working_folder):
    for name in ("one.csv", "new.csv"):
        (working_folder / name).write_text("a,b\n1,2\n", encoding="utf-8")
    assert "Did you mean" not in command("train", "nofile.csv").err
    assert "Did you mean" in command("train", "one.csw").err


@pytest.mark.parametrize(("rate", "told"), [(1e300, "=0.003."), (2.0, "=0.003."), (1.0, "=0.1."), (0.05, "=0.005.")])
def test_a_smaller_rate_is_one_that_can_work(rate, told):
    assert advice(EndVerdict(Trouble.DIVERGED, ""), rate).endswith(f"--set training.learning_rate{told}")


@pytest.mark.parametrize(
    ("where", "words", "said"),
    [
        ("tui_ann.cli.train.prepared", ["xor.toml"], "Nothing was trained yet, so no run is saved."),
        ("tui_ann.session.session.headless.train", ["xor.toml"], "Nothing was trained yet, so no run is saved."),
        (
            "tui_ann.session.session.headless.train",
            ["--resume", "done"],
            "Nothing more was trained, so the run is as it was.",
        ),
        ("tui_ann.cli.training.say_verdict", ["xor.toml", "--out", "run"], "/run."),
    ],
)
def test_an_interruption_says_what_is_saved(command, monkeypatch, where, words, said):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    assert command("train", "xor.toml", "--out", "done").code == 0
    monkeypatch.setattr(where, interrupted)
    words = [*words, "--epochs", "20"] if "--resume" in words else words
    result = command("train", *words)
    assert result.code == 130
    assert result.err.splitlines()[-1].startswith("Interrupted. ")
    assert result.err.splitlines()[-1].endswith(said)
