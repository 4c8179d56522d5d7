from functools import partial

from tests.importing.answering import MODELS
from tests.tui.pilots import press, running, settle, text_of
from tui_ann.session.imports.reading import read_with_weights
from tui_ann.session.watching.recorder import Recorder
from tui_ann.tui.dialogs.messages import ErrorDialog
from tui_ann.tui.services.following import GROUP
from tui_ann.tui.shell.app import TuiAnnApp


async def look(app, pilot):
    """Look into the folders now instead of with the next second."""
    app._services.following.look()
    await settle(pilot, GROUP)
    await settle(pilot)


async def test_a_watched_run_without_a_network_is_shown_on_compare_while_it_grows(tmp_path):
    recorder = Recorder(tmp_path / "mine", program="PyTorch", epochs=9)
    recorder.epoch(1, {"loss": 1.0, "val_loss": 2.0})
    app = TuiAnnApp(runs=[tmp_path / "mine"])
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert app.current_mode == "compare"
        assert "mine" in text_of(app)
        assert "One run, 1 epoch" in text_of(app)
        for epoch in range(2, 6):
            recorder.epoch(epoch, {"loss": 1 / epoch, "val_loss": 2 / epoch})
        await look(app, pilot)
        assert "One run, 5 epochs" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ErrorDialog)
        shown = " ".join(text_of(app).replace("│", " ").split())
        assert "mine has a history only: PyTorch trains it, and wrote no network." in shown
        await press(pilot, "escape", "w", "escape", "3", "4", "2", "6")
        assert app.current_mode == "compare"
        assert not app.failures.seen


async def test_the_weights_of_a_watched_network_follow_on_train(tmp_path):
    now = [0.0]
    network = partial(read_with_weights, MODELS / "torch_net.py")
    recorder = Recorder(tmp_path / "mine", network=network, epochs=9, clock=lambda: now[0])
    recorder.epoch(1, {"loss": 1.0})
    async with running(tmp_path / "mine") as (app, pilot):
        assert app.current_mode == "train"
        assert app.snapshot is not None
        assert app.snapshot.epoch == 1
        now[0] = 60.0  # weights are written now and then
        recorder.epoch(2, {"loss": 0.5})
        await look(app, pilot)
        assert (app.snapshot.epoch, app.snapshot.status) == (2, "watched")
        assert "▶ watched" in text_of(app)
        recorder.end()
        await look(app, pilot)
        assert app.snapshot.status == "completed"
        await press(pilot, "4", "5", "1", "2")
