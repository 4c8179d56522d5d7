import numpy as np
import pytest

from tests.tui.hosts import WidgetHost
from tui_ann.tui.draw.lines import Progress
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.distribution import Distribution
from tui_ann.tui.widgets.gradient_norms import NOT_SAVED, GradientNorms
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.picture import Picture
from tui_ann.tui.widgets.run_lines import MetricsTable, ProgressLine


async def test_distributions_say_what_they_show() -> None:
    picture = Distribution()
    async with WidgetHost(picture).run_test(size=(50, 8)) as pilot:
        assert picture.describe() == "There is nothing to count."
        picture.set_counts(["benign", "[red]malignant"], np.array([357, 212]))
        await pilot.pause()
        assert picture.describe() == "2 labels; most often benign: 357 rows, 62.7 %."
        assert "[red]" in picture.sheet.plain()
        picture.set_histogram(np.array([0.0, 1, 2]), np.array([3, 9]))
        assert picture.describe() == "From 0 to 2; most rows, 9, between 1 and 2."
        picture.clear()
        await pilot.pause()
        assert picture.sheet.plain().strip() == ""


async def test_norms_leave_the_biases_out_where_there_is_no_room() -> None:
    picture = GradientNorms()
    async with WidgetHost(picture).run_test(size=(50, 3)) as pilot:
        picture.set_data({"W1": 1e-5, "b1": 0.1, "W2": 0.3, "b2": 0.2})
        await pilot.pause()
        assert [line.split()[0] for line in picture.sheet.plain().splitlines()[:2]] == ["W¹", "W²"]
        assert picture.describe() == "largest ‖∂L/∂W²‖ 0.3, smallest ‖∂L/∂W¹‖ 1e−5"
        picture.set_data({})
        await pilot.pause()
        assert "no gradient yet" in picture.sheet.plain()
        picture.set_data({}, NOT_SAVED)
        await pilot.pause()
        assert "not saved · ← on the curve has earlier ones" in picture.sheet.plain()


async def test_metrics_by_keras_names() -> None:
    picture = MetricsTable()
    async with WidgetHost(picture).run_test(size=(50, 3)) as pilot:
        assert "no epoch finished yet" in picture.sheet.plain()
        picture.set_data({"loss": 0.5, "r2": 0.9, "val_loss": 0.6, "val_r2": 0.8})
        await pilot.pause()
        assert [line.split() for line in picture.sheet.plain().splitlines()] == [
            ["loss", "R²"], ["train", "0.5", "0.9"], ["val", "0.6", "0.8"],
        ]  # fmt: skip


class Listening(WidgetHost):
    """Keeps the descriptions that are sent up."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        self.seen: list[str] = []

    def on_described(self, event: Described) -> None:
        self.seen.append(event.text)


async def test_a_sentence_is_sent_up_once() -> None:
    class Sentence(Picture):
        INKS = ("",)

        def describe(self) -> str:
            return "epoch 3 of 10"

    picture = Sentence()
    host = Listening(picture)
    async with host.run_test(size=(50, 3)) as pilot:
        picture.redraw()
        picture.redraw()
        await pilot.pause()
        assert host.seen == ["epoch 3 of 10"]


async def test_the_line_of_the_progress_sends_nothing() -> None:
    picture = ProgressLine()
    host = Listening(picture)
    async with host.run_test(size=(50, 3)) as pilot:
        picture.set_data(Progress("running", 3, 10))
        await pilot.pause()
        assert (host.seen, picture.describe()) == ([], "running, epoch 3 of 10")


@pytest.mark.parametrize("kind", [LossCurve, NetworkPicture, GradientNorms, Distribution, MetricsTable, ProgressLine])
@pytest.mark.parametrize("size", [(1, 1), (3, 40), (200, 3), (40, 12)], ids=str)
async def test_alive_at_any_size_and_through_a_change_of_theme(kind: type[Picture], size: tuple[int, int]) -> None:
    picture = kind()
    host = WidgetHost(picture)
    async with host.run_test(size=size) as pilot:
        host.theme = "dawn"
        await pilot.pause()
        await pilot.resize_terminal(30, 8)
        assert picture.render_line(0).cell_length == picture.size.width


async def test_a_hidden_picture_is_not_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = 0
    paint = LossCurve.paint

    def spy(curve: LossCurve, width: int, height: int) -> object:
        nonlocal painted
        painted += 1
        return paint(curve, width, height)

    monkeypatch.setattr(LossCurve, "paint", spy)
    curve = LossCurve()
    async with WidgetHost(curve).run_test(size=(40, 10)) as pilot:
        curve.display = False
        await pilot.pause()
        painted = 0
        for n in range(5):
            curve.set_data(np.ones(n + 1), np.zeros(0), np.zeros(0), np.zeros(0))
            await pilot.pause()
        assert painted == 0


async def test_only_lines_that_changed_are_written_again(monkeypatch):
    picture = GradientNorms()
    async with WidgetHost(picture).run_test(size=(50, 8)) as pilot:
        picture.set_data({"W1": 0.01, "W2": 0.3})
        await pilot.pause()
        asked = []
        usual = picture.refresh

        def refresh(*regions, **how):
            asked.append(regions)
            return usual(*regions, **how)

        monkeypatch.setattr(picture, "refresh", refresh)
        picture.set_data({"W1": 0.02, "W2": 0.3})
        picture.set_data({"W1": 0.02, "W2": 0.3})
        assert [region.y for region in asked[0]] == [0]
        assert len(asked) == 1
        picture.display = False
        await pilot.pause()
        asked.clear()
        picture.set_data({"W1": 0.03, "W2": 0.3})
        assert asked == [()]
        picture.display = True
        await pilot.pause()
        assert "0.03" in picture.sheet.plain()
