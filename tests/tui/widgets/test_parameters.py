import numpy as np
import pytest

from tests.tui.hosts import WidgetHost
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.parameters import ParameterTable
from tui_ann.tui.widgets.tabs_line import TabsLine

VALUES = {"W1": np.ones((3, 2)), "b1": np.zeros(3), "W2": np.full((1, 3), 2.0), "b2": np.zeros(1), "gamma1": np.ones(3)}
GRADIENTS = {name: array / 100 for name, array in VALUES.items()}
CHANGES = {name: -array for name, array in VALUES.items() if name != "gamma1"}

COLUMNS = {"W1": WeightColumns("x", ("age", "income")), "W2": WeightColumns("n¹")}


def text(parameters: ParameterTable) -> list[str]:
    return [strip.text.rstrip() for strip in parameters.app.screen._compositor.render_strips()]


async def test_tabs_choose_table_and_kind() -> None:
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(60, 8)) as pilot:
        parameters.set_data(VALUES, GRADIENTS, CHANGES, columns=COLUMNS)
        await pilot.pause()
        assert text(parameters)[0].split() == ["[W¹]", "b¹", "W²", "b²", "γ¹", "[value]", "∂L/∂W", "ΔW"]
        assert parameters.matrix.describe() == "W¹₁₁ = 1 (age) · 3 × 2"
        parameters.step(2)
        parameters.next_kind()
        assert parameters.matrix.describe() == "∂L/∂W²₁₁ = 0.02 · 1 × 3"
        assert parameters.chosen == "W2"
        await pilot.pause()
        assert "n¹₃" in text(parameters)[1]
        parameters.next_kind()
        assert parameters.matrix.describe() == "ΔW²₁₁ = −2 · 1 × 3"
        parameters.choose("gamma1")
        await pilot.pause()
        assert "not trained, so no change" in "\n".join(text(parameters))
        parameters.step(1)
        assert parameters.chosen == "W1"


async def test_a_click_on_a_tab() -> None:
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(60, 8)) as pilot:
        parameters.set_data(VALUES, GRADIENTS, CHANGES)
        await pilot.pause()
        await pilot.click("#parameter-names", offset=(6, 0))
        assert parameters.chosen == "b1"
        await pilot.click("#parameter-kinds", offset=(10, 0))
        assert parameters.matrix.describe().startswith("∂L/∂b¹")


async def test_many_tabs_scroll() -> None:
    names = TabsLine()
    async with WidgetHost(names).run_test(size=(24, 3)) as pilot:
        names.set_data([f"W{n}" for n in range(20)], 10)
        await pilot.pause()
        line = names.sheet.plain().splitlines()[0]
        assert "[W10]" in line
        assert line.startswith("◂")
        assert line.endswith("▸")
        names.set_data([f"W{n}" for n in range(20)], 19)
        await pilot.pause()
        assert names.sheet.plain().splitlines()[0].endswith("[W19]")


async def test_more_tabs_are_announced_next_to_the_last_one_and_a_click_goes_there() -> None:
    parameters = ParameterTable()
    values = {name: np.zeros((1, 1)) for n in range(1, 8) for name in (f"W{n}", f"b{n}")}
    async with WidgetHost(parameters).run_test(size=(78, 8)) as pilot:
        parameters.set_data(values, {}, {})
        await pilot.pause()
        names = parameters.query_one("#parameter-names", TabsLine)
        line = names.sheet.plain().splitlines()[0]
        assert "W⁷" not in line
        assert line.rstrip().endswith("b⁶ ▸")
        await pilot.click(names, offset=(line.index("▸"), 0))
        assert parameters.chosen == "W7"


async def test_before_there_is_anything_and_what_is_too_large() -> None:
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(60, 8)) as pilot:
        parameters.set_data({}, {}, {})
        parameters.step(1)
        await pilot.pause()
        assert "start values are drawn at the first update" in "\n".join(text(parameters))
        parameters.set_data({"b1": np.zeros(3)}, {}, {}, omitted={"W1"})
        parameters.choose("W1")
        await pilot.pause()
        assert "W¹ is too large to be shown live" in "\n".join(text(parameters))


async def test_tables_beside_each_other_are_named_and_follow_the_choice() -> None:
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(100, 8)) as pilot:
        parameters.set_data(VALUES, GRADIENTS, CHANGES, columns={"W1": WeightColumns("x"), "W2": WeightColumns("a¹")})
        await pilot.pause()
        assert text(parameters)[1].split() == ["W¹", "x₁", "x₂", "b¹", "W²", "a¹₁", "a¹₂", "a¹₃", "b²", "γ¹"]
        parameters.step(2)
        await pilot.pause()
        assert text(parameters)[1].split() == ["W²", "a¹₁", "a¹₂", "a¹₃", "b²", "γ¹"]
        await pilot.resize_terminal(30, 8)
        await pilot.pause()
        assert text(parameters)[1].split() == ["W²", "a¹₁", "a¹₂", "a¹₃"]


async def test_only_the_selected_table_is_a_stop_of_the_tab_key() -> None:
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(100, 8)) as pilot:
        parameters.set_data(VALUES, GRADIENTS, CHANGES)
        await pilot.pause()
        assert [table.focusable for table in parameters.query(MatrixView)][:3] == [True, False, False]
        parameters.set_data({}, {}, {})
        await pilot.pause()
        assert "start values" in "\n".join(text(parameters))


@pytest.mark.parametrize("width", range(30, 80, 4))
async def test_no_number_of_a_table_beside_others_is_cut(width: int) -> None:
    values = {"W1": np.full((2, 2), -0.1), "b1": np.zeros(2), "W2": np.full((1, 2), -0.123), "b2": np.zeros(1)}
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(width, 8)) as pilot:
        parameters.set_data(values, {}, {})
        await pilot.pause()
        for table in parameters.query(MatrixView):
            if table.display:
                assert table.size.width >= table.natural_width


async def test_tables_without_room_beside_the_others_stand_whole_below_them() -> None:
    values = {"W1": np.ones((8, 4)), "b1": np.zeros(8), "W2": np.full((3, 8), 2.0), "b2": np.zeros(3)}
    parameters = ParameterTable()
    async with WidgetHost(parameters).run_test(size=(98, 20)) as pilot:
        parameters.set_data(values, values, values)
        await pilot.pause()
        places = {str(table._corner): table.region for table in parameters.query(MatrixView) if table.display}
        assert list(places) == ["W¹", "b¹", "W²", "b²"]
        assert places["b¹"].y == places["W¹"].y < places["W²"].y == places["b²"].y
        assert "…" not in "\n".join(text(parameters))
        await pilot.resize_terminal(98, 12)  # too low for both lines
        await pilot.pause()
        shown = [str(table._corner) for table in parameters.query(MatrixView) if table.display and table.region]
        assert shown == ["W¹", "b¹", "W²"]
