from tests.tui.pilots import running, text_of
from tui_ann.tui.draw.what_if import MOST_ENTRIES


async def shown(size: tuple[int, int]) -> str:
    async with running("sample:iris", "4", "n", "w", "+", size=size) as (app, pilot):
        await pilot.pause()
        return text_of(app)


async def test_one_block_of_weights_where_there_is_room_for_one():
    text = await shown((80, 60))
    assert f"{MOST_ENTRIES} of 67 one by one" in text
    assert text.count("new w") == 1


async def test_the_weights_stand_side_by_side_where_there_is_room():
    text = await shown((200, 60))
    assert "One by one" in text
    headings = next(line for line in text.splitlines() if "new w" in line)
    assert headings.count("new w") == 3
    first = text.splitlines()[text.splitlines().index(headings) + 1]
    assert first.count("W^[1]") + first.count("W^[2]") == 3
