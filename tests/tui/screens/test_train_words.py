"""Titles and descriptions of the Train screen: which moment and which figures they name."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from tests.tui.hosts import TrainHost
from tests.tui.pilots import press, running, trained
from tests.tui.runs import plan, snapshot, trainer
from tests.tui.screens.test_train import ended, result, settled
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.text import count
from tui_ann.tui.content.run_text import metrics_title
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import DescribedPane
from tui_ann.tui.widgets.parameters import ParameterTable


def test_the_title_of_the_metrics_is_in_words_that_fit() -> None:
    now = replace(ended(results=result()), epoch=12)
    past = replace(now, epoch=11, results=None, stop_reason=None)
    scaled: Any = SimpleNamespace(scales_target=True)
    full = metrics_title(scaled, now, None, 200)
    assert full == "Metrics · kept: epoch 40, the last · baselines: test · loss: scaled target"
    assert metrics_title(scaled, now, None, len(full) - 1) == "Metrics · kept: epoch 40 · baselines: test · scaled loss"
    assert metrics_title(scaled, now, None, 40) == "Metrics · kept: epoch 40 · scaled loss"
    assert metrics_title(scaled, now, past, 200).startswith("Metrics · of epoch 11 · train: mean while learning · loss")
    for width in range(10, 90):
        for moment in (None, past):
            assert len(metrics_title(scaled, now, moment, width)) <= width
            assert "kept" not in metrics_title(scaled, now, past, width), "the figures are those of the earlier epoch"


async def test_the_title_of_the_metrics_has_the_room_of_its_pane_when_a_saved_run_is_opened() -> None:
    async with running("sample:linear-by-hand", "3", "space", size=(80, 24)) as (app, pilot):
        await trained(pilot)
        await press(pilot, "ctrl+s")
        folder = app.recents.entries()[0].source
    async with running(folder, size=(80, 24)) as (app, pilot):
        await press(pilot)
        title = str(app.screen.query_one("#metrics-pane").border_title)
        assert title.startswith("Metrics · kept: epoch")
        assert ", the last" in title


async def test_a_run_that_went_back_is_described_at_its_update() -> None:
    """Not as the whole run, with the best epoch of a part of it."""
    whole = ended()
    run = trainer(epochs=12)
    for _ in run.run():
        pass
    farthest = FarthestHistory()
    farthest.follow(SimpleNamespace(trainer=run))
    per_epoch = whole.updates_per_epoch
    shot = replace(
        whole, status="paused", stop_reason=None, epoch=3, update=3 * per_epoch, farthest=farthest, best_epoch=3
    )
    host = TrainHost(plan(), shot)
    async with host.run_test(size=(120, 36)) as pilot:
        await settled(pilot)
        curve = host.screen.query_one(LossCurve)
        assert curve.describe().startswith(f"update {count(3 * per_epoch)} · batch")
        assert "epoch 3 done · train" in curve.describe()
        assert "→" not in curve.describe()


async def test_frames_say_what_their_pictures_show_at_once() -> None:
    run = trainer()
    host = TrainHost(plan(), snapshot(10, of=run))
    async with host.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        host.snapshot = snapshot(run.update + 20, of=run)
        numbers = host.screen.query_one(ParameterTable).matrix
        for picture in (host.screen.query_one(LossCurve), host.screen.query_one(NetworkPicture), numbers):
            on_frame = str(picture.query_ancestor(DescribedPane).border_subtitle)
            assert on_frame.split(" · ")[0] == picture.describe().split(" · ")[0] != ""
