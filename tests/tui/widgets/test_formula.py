from tests.tui.hosts import WidgetHost
from tests.tui.tracing import traced
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.reading import Reading
from tui_ann.text import cell_width
from tui_ann.tui.widgets.formula import FormulaView


async def test_no_line_is_cut_when_a_long_formula_brings_the_scrollbar():
    network, told = traced("mixed")
    reading = Reading(network, told)
    for width in range(44, 60, 3):
        view = FormulaView()
        async with WidgetHost(view).run_test(size=(width, 9)) as pilot:
            view.set_data([step_of(reading, told.part("L"))], 4)
            await pilot.pause()
            view.set_data([step_of(reading, told.part("dW1"))], 4)
            await pilot.pause()
            assert view.show_vertical_scrollbar
            assert max(map(cell_width, view.lines)) < view.scrollable_content_region.width
