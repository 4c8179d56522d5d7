import numpy as np

from tests.tui.hosts import WidgetHost
from tui_ann.tui.draw.network_layout import LayerView
from tui_ann.tui.widgets.network_picture import NetworkPicture

LAYERS = [
    LayerView("x", 2, names=("[red]age", "income")),
    LayerView("a¹", 3, "relu", values=np.array([0.5, -1.0, 0.0])),
    LayerView("ŷ", 1, "sigmoid"),
]
WEIGHTS = [np.array([[0.4, -0.9], [0.1, 0.2], [0.3, -0.1]]), np.array([[0.7, -0.2, 0.5]])]


def shown() -> NetworkPicture:
    picture = NetworkPicture()
    picture.set_data(LAYERS, WEIGHTS)
    return picture


async def test_arrows_go_from_unit_to_unit() -> None:
    picture = shown()
    async with WidgetHost(picture).run_test(size=(70, 20)) as pilot:
        picture.focus()
        assert picture.describe() == "2 → 3 relu → 1 sigmoid"
        await pilot.press("right")
        assert picture.describe() == "x₁ ([red]age)"
        await pilot.press("right")
        assert picture.describe() == "a¹₁ = 0.5 · strongest W¹₁₂ = −0.9"
        await pilot.press("down", "down", "down")
        assert picture.describe() == "a¹₃ = 0 · strongest W¹₃₁ = 0.3"
        await pilot.press("right", "right")
        assert picture.describe() == "ŷ · strongest W²₁₁ = 0.7"
        picture.blur()
        await pilot.pause()
        assert picture.describe() == "2 → 3 relu → 1 sigmoid"


async def test_the_mouse_takes_a_unit_in_hand() -> None:
    picture = shown()
    async with WidgetHost(picture).run_test(size=(70, 20)) as pilot:
        rows, columns = np.nonzero(picture._drawing.units == (1 << 20) + 1)
        await pilot.hover(NetworkPicture, offset=(int(columns[0]), int(rows[0])))
        assert picture.describe().startswith("a¹₂ = −1")
        await pilot.click(NetworkPicture, offset=(1, 1))
        assert picture.describe() == "2 → 3 relu → 1 sigmoid"


async def test_a_smaller_network_lets_go() -> None:
    picture = shown()
    async with WidgetHost(picture).run_test(size=(70, 20)):
        picture.select((1, 2))
        picture.set_data([LAYERS[0], LAYERS[2]], [np.ones((1, 2))])
        assert picture.describe() == "2 → 1 sigmoid"


async def test_names_are_never_read_as_markup() -> None:
    picture = shown()
    async with WidgetHost(picture).run_test(size=(90, 20)) as pilot:
        await pilot.pause()
        assert "[red]age" in picture.sheet.plain()
