import numpy as np
import pytest

from tui_ann.cli.chart import loss_chart
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.history import History


def history(losses, validation=()):
    made = History()
    for epoch, loss in enumerate(losses, start=1):
        values = {"loss": float(loss)} | ({"val_loss": float(validation[epoch - 1])} if len(validation) else {})
        made.epochs.append(EpochRecord(epoch, values, 0.0, 0.1, 1.0, {}, 1, epoch, 0.0))
    return made


def test_both_losses_over_the_epochs():
    text = loss_chart(history(np.linspace(2, 1, 50), np.linspace(2, 1.5, 50)), width=70)
    assert "loss over the epochs" in text
    assert "log" not in text
    assert "val_loss" in text
    assert "50" in text.splitlines()[-1]
    assert {len(line) <= 70 for line in text.splitlines()} == {True}


def test_a_wide_range_stands_on_a_log_axis():
    assert "log axis" in loss_chart(history(np.geomspace(1, 1e-6, 40)), width=70)


@pytest.mark.parametrize("losses", [[], [np.nan], [np.inf, np.nan]])
def test_without_a_finite_loss_there_is_no_chart(losses):
    assert loss_chart(history(losses), width=70) == ""


def test_a_gap_and_a_long_run():
    losses = np.linspace(1, 0.1, 20_000)
    losses[1000:2000] = np.nan
    assert "loss" in loss_chart(history(losses), width=70)


def test_the_command_draws_it_once(command):
    result = command("train", "xor.toml", "--out", "run", "--plot")
    assert result.code == 0
    assert result.out.count("loss over the epochs") == 1


def test_a_chart_is_not_json(command):
    result = command("train", "xor.toml", "--out", "run", "--plot", "--json")
    assert result.code == 2
    assert "Leave one of them out" in result.err
