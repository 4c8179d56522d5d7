import numpy as np
import pytest

from tests.tui.hosts import WidgetHost
from tui_ann.tui.widgets.loss_curve import LossCurve


def shown(epochs: int = 30) -> LossCurve:
    curve = LossCurve()
    batches = np.linspace(1.0, 0.1, epochs * 10)
    ends = np.arange(1.0, epochs + 1) * 10
    training = np.linspace(0.9, 0.1, epochs)
    curve.set_data(batches, ends, training, training + 0.05, best_epoch=epochs, updates_per_epoch=10)
    return curve


async def test_arrows_move_the_cursor_and_escape_from_the_pane_takes_it_away() -> None:
    curve = shown()
    async with WidgetHost(curve).run_test(size=(80, 20)) as pilot:
        curve.focus()
        await pilot.press("left", "left", "left")
        assert curve.cursor is not None
        assert 250 < curve.cursor < 300
        assert curve.describe().startswith("update 2")
        assert "update 2" in curve.sheet.plain().splitlines()[0]
        await pilot.press("home")
        assert curve.describe().startswith("update 1 · batch 1")
        curve.blur()
        await pilot.pause()
        assert curve.cursor is None


async def test_the_mouse_reads_values_off() -> None:
    curve = shown()
    async with WidgetHost(curve).run_test(size=(80, 20)) as pilot:
        await pilot.hover(LossCurve, offset=(40, 10))
        assert curve.cursor is not None
        assert curve.describe().startswith("update 14")
        await pilot.hover(LossCurve, offset=(0, 10))  # on the axis: nothing to read
        assert curve.describe().startswith("update 14")


async def test_a_shorter_run_drops_the_cursor() -> None:
    curve = shown()
    async with WidgetHost(curve).run_test(size=(80, 20)):
        curve.put_cursor(290)
        curve.set_data(np.ones(5), np.zeros(0), np.zeros(0), np.zeros(0))
        assert curve.cursor is None
        assert curve.describe() == "batch loss 1 after 5 updates"


@pytest.mark.parametrize(("switch", "sign"), [("log_axis", "0.2"), ("epochs_axis", "update"), ("recent", "28")])
async def test_switches_draw_another_view(switch: str, sign: str) -> None:
    curve = shown()
    async with WidgetHost(curve).run_test(size=(80, 20)) as pilot:
        before = curve.sheet.plain()
        setattr(curve, switch, not getattr(curve, switch))
        await pilot.pause()
        assert curve.sheet.plain() != before
        assert sign in curve.sheet.plain()


async def test_says_how_the_loss_went() -> None:
    curve = shown()
    assert curve.describe() == "train (mean) 0.9 → 0.1 · val 0.95 → 0.15 · ◆ 30"
    assert LossCurve().describe() == ""


async def test_a_run_without_losses_of_batches_is_read_off_by_its_epochs() -> None:
    curve, picked = LossCurve(), list[int]()
    curve.scrubs = True
    ends, training = np.arange(1.0, 31) * 10, np.linspace(0.9, 0.1, 30)
    curve.set_data(np.zeros(0), ends, training, training + 0.05, updates_per_epoch=10, made=304)

    class Host(WidgetHost):
        def on_loss_curve_picked(self, event: LossCurve.Picked) -> None:
            picked.append(event.update)

    async with Host(curve).run_test(size=(80, 20)) as pilot:
        curve.focus()
        await pilot.press("left", "left")
        assert curve.cursor is not None
        assert 285 < curve.cursor < 300
        assert curve.describe().startswith("update 29")
        await pilot.hover(LossCurve, offset=(40, 10))
        assert curve.describe().startswith("update 14")
        await pilot.press("end")
        await pilot.pause()
        assert picked[-1] == 304, "the end, not the start"
