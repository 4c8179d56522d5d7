"""The table of epochs on a terminal: as many columns as fit."""

import pytest

from tui_ann.cli.training import _round_step, _that_fit


def test_on_a_terminal_the_table_of_epochs_keeps_to_its_width(command, working_folder, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    many = 'training.metrics=["accuracy", "auc", "precision", "recall", "f1"]'
    result = command("train", "xor.toml", "--set", "training.epochs=3", "--set", many, "--out", "many")
    table = result.out[: result.out.index("\n\n")].splitlines()
    assert table[0].split() == ["epoch", "loss", "accuracy", "auc", "precision", "recall", "f1"]
    assert all(len(line) <= 80 for line in table)
    assert "Not shown, because the terminal is too narrow: ‖∇L‖, seconds." in result.err
    monkeypatch.setenv("COLUMNS", "120")
    result = command("train", "xor.toml", "--set", "training.epochs=3", "--set", many, "--out", "wide")
    assert result.out.splitlines()[0].split()[-1] == "seconds"
    assert "Not shown" not in result.err


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (None, {"epoch", "loss", "mae", "val_loss", "val_mae", "seconds"}),
        (32, {"epoch", "loss", "val_loss"}),
        (54, {"epoch", "loss", "val_loss", "mae", "val_mae"}),
        (5, set()),
    ],
)
def test_a_value_stays_with_that_of_the_validation_rows(room, shown):
    assert _that_fit(["epoch", "loss", "mae", "val_loss", "val_mae", "seconds"], room) == shown


def _epochs(out: str) -> list[int]:
    return [int(line.split()[0]) for line in out[: out.index("\n\n")].splitlines()[1:]]


def test_a_terminal_gets_about_thirty_epochs_and_a_pipe_all(command, working_folder, monkeypatch):
    words = ("train", "xor.toml", "--set", "training.epochs=207", "--out")
    assert _epochs(command(*words, "all").out) == list(range(1, 208))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert _epochs(command(*words, "some").out) == [1, *range(10, 207, 10), 207]


def test_a_terminal_gets_no_row_that_says_the_same_as_the_one_above(command, working_folder, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    still = ("--set", "training.learning_rate=1e-30", "--set", "training.shuffle=false")
    result = command("train", "xor.toml", *still, "--set", "training.epochs=60", "--out", "still")
    assert _epochs(result.out) == [1, 60]


@pytest.mark.parametrize(("least", "step"), [(1, 1), (2, 2), (3, 5), (7, 10), (11, 20), (34, 50), (13334, 20000)])
def test_the_epochs_shown_are_round_numbers(least, step):
    assert _round_step(least) == step
