"""The table of epochs on a terminal: as many columns as fit."""

import pytest

from tui_ann.cli.training import _that_fit


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
