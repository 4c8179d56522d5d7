"""What every view of Explore says of a trained run, as text."""

from collections.abc import Callable

import pytest

from tests.tui.explore.waiting import complete
from tests.tui.pilots import press, running, shown, steady, trained


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_words_of_the_views(golden: Callable[[str], None], size: tuple[int, int]) -> None:
    texts = []
    async with running("sample:moons", "3", "+", "space", size=size) as (app, pilot):
        await trained(pilot)
        await press(pilot, "5")
        for _ in range(5):
            view = shown(app).body.chosen
            await complete(pilot, view)
            texts.append(f"── {view.NAME}\n{await steady(app, pilot)}")
            await press(pilot, "]")
    golden("\n".join(texts))
