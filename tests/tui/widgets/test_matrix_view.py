import numpy as np
import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from tests.tui.hosts import WidgetHost
from tui_ann.tui.content.colours import contrast, own_themes
from tui_ann.tui.widgets.copying import copies_of
from tui_ann.tui.widgets.matrix_view import MatrixView


def lines(view: MatrixView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def test_numbers_line_up_under_their_symbols() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(30, 5)):
        view.set_data(np.array([[0.484, -0.031, 1.5], [-2, 0, np.nan]]), "W¹")
        assert lines(view) == [
            "         x₁      x₂      x₃",
            "n₁   +0.484  −0.031  +1.500",
            "n₂   −2.000   0.000       –",
            "",
            "",
        ]


async def test_a_single_column_is_as_wide_as_its_symbol() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(30, 3)):
        view.set_data(np.array([-0.0416]), "new b^[3]", "")
        assert lines(view)[:2] == ["    new b^[3]", "n₁     −0.042"]


@pytest.mark.parametrize(
    ("largest", "corner", "shown"), [(3.2e-5, "×10⁻⁵", "+3.200"), (0.05, "", "+0.050"), (45678.0, "×10⁴", "+4.568")]
)
async def test_all_numbers_share_a_power_of_ten(largest: float, corner: str, shown: str) -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(30, 4)):
        view.set_data(np.array([[largest, largest / 10]]), "∂L/∂W¹", "a¹")
        header, row = lines(view)[:2]
        assert header.split()[0] == (corner or "a¹₁")
        assert row.split()[1] == shown


async def test_infinite_values_are_told() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(30, 4)):
        view.set_data(np.array([np.inf, -np.inf, 0.5]), "b¹", "")
        assert [line.split() for line in lines(view)] == [["b¹"], ["n₁", "+∞"], ["n₂", "−∞"], ["n₃", "+0.500"]]


async def test_only_what_is_in_sight_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[int, int]] = set()
    cell = MatrixView.cell

    def spy(view: MatrixView, row: int, column: int, width: int) -> object:
        asked.add((row, column))
        return cell(view, row, column, width)

    monkeypatch.setattr(MatrixView, "cell", spy)
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(60, 20)) as pilot:
        view.set_data(np.random.default_rng(0).normal(size=(784, 512)), "W¹")
        view.focus()
        await pilot.press("end")
        view.move_cursor(783, 511)
        await pilot.pause()
        assert view.describe().startswith("W¹₇₈₄,₅₁₂ = ")
        text = lines(view)
        assert "x₅₁₂" in text[0]
        assert text[-1].startswith("n₇₈₄")
    assert len(asked) < 2_000


async def test_the_cursor_moves_by_keys_and_click_and_says_where_it_is() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(40, 8)) as pilot:
        view.set_data(np.arange(12.0).reshape(3, 4), "W¹", "x", ("a", "b", "[red]c", "d"))
        view.focus()
        await pilot.press("down", "right", "right")
        assert view.describe() == "W¹₂₃ = 6 ([red]c) · 3 × 4"
        await pilot.click(MatrixView, offset=(8, 3))
        assert view.cursor == (2, 0)
        await pilot.press("up", "up", "up", "left")
        assert view.cursor == (0, 0)


async def test_a_smaller_matrix_keeps_the_cursor_inside() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(40, 8)) as pilot:
        view.set_data(np.ones((5, 5)), "W¹")
        view.move_cursor(4, 4)
        view.set_data(np.ones((2, 1)), "W²")
        assert view.cursor == (1, 0)
        view.set_data(np.ones((0, 3)), "W³")
        assert view.describe() == "W³ is empty."
        await pilot.pause()
        assert lines(view)[0].split() == ["x₁", "x₂", "x₃"]


async def test_sign_and_size_have_grounds_of_their_own_in_every_theme() -> None:
    for theme in ("dusk", "dawn", "contrast", "nord", "textual-light"):
        view = MatrixView()
        async with WidgetHost(view, theme).run_test(size=(60, 5)):
            view.set_data(np.array([[-1.0, -0.2, 0.0, 0.2, 1.0]]), "W¹")
            view.move_cursor(0, 2)
            styles = [view.cell(0, column, 8)[1] for column in range(5)]
            assert len({style.bgcolor for style in styles}) == 5


async def test_a_number_cut_by_the_edge_says_so() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(26, 5)) as pilot:
        view.set_data(np.full((2, 9), 0.125), "W¹")
        await pilot.pause()
        assert lines(view)[1] == "n₁   +0.125  +0.125  +0.1…"
        view.move_cursor(0, 8)  # the last column ends at the right edge, so the first is cut
        await pilot.pause()
        assert lines(view)[1] == "n₁ …+0.125  +0.125  +0.125"


async def test_without_colours_a_shade_before_each_number_shows_its_size() -> None:
    view = MatrixView()
    app = WidgetHost(view)
    async with app.run_test(size=(40, 3)):
        app.no_color = True
        view.set_data(np.array([[0.1, -0.5], [-2, 0]]), "W¹")
        assert lines(view)[1:] == ["n₁  ░+0.100 ░−0.500", "n₂  █−2.000   0.000"]
        app.no_color = False
        view.refresh()
        assert "░" not in "".join(lines(view))


async def test_a_long_row_stands_upright_with_the_names_of_its_columns() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(40, 8)) as pilot:
        names = [f"feature {n}" for n in range(29)] + ["a very long name that is cut somewhere"]
        view.set_data(np.linspace(-1, 1, 30)[None, :], "W¹", "x", names)
        view.focus()
        assert lines(view)[0].split() == ["n₁"]
        assert lines(view)[1].split() == ["x₁", "feature", "0", "−1.000"]
        await pilot.press("down", "down")
        assert view.describe() == "W¹₁,₃ = −0.862069 (feature 2) · 1 × 30" or view.describe().startswith("W¹₁₃ = ")
        view.move_cursor(29, 0)
        cell, table = copies_of(view)
        assert cell.text() == "1.0"
        assert table.text().split("\n") == ["n₁", *map(repr, np.linspace(-1, 1, 30).tolist())]
        await pilot.pause()
        assert "…" in lines(view)[-1]
        assert lines(view)[-1].endswith("+1.000")


async def test_a_short_row_lies_as_in_the_formula_unless_it_does_not_fit() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(40, 8)) as pilot:
        view.set_data(np.ones((1, 4)), "W²", "a¹")
        assert not view.upright
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        assert view.upright
        assert [line.split()[0] for line in lines(view)[1:5]] == ["a¹₁", "a¹₂", "a¹₃", "a¹₄"]
        view.set_data(np.ones((2, 4)), "W²", "a¹")
        assert not view.upright


async def test_decimals_are_the_same_in_a_column_and_numbers_never_touch() -> None:
    view = MatrixView()
    async with WidgetHost(view).run_test(size=(40, 8)):
        view.set_data(np.array([[123.456, -987.654], [0.001, 5.0]]), "W¹")
        assert lines(view)[1:3] == ["n₁  +123.456 −987.654", "n₂    +0.001   +5.000"]


THEMES = sorted(theme.name for theme in (*own_themes(), *BUILTIN_THEMES.values()) if not theme.ansi)
"""Themes whose colours are known; in the others the terminal decides."""


@pytest.mark.parametrize("theme", THEMES)
async def test_numbers_are_readable_on_every_ground_in_every_theme(theme: str) -> None:
    view = MatrixView()
    async with WidgetHost(view, theme).run_test(size=(160, 5)):
        view.set_data(np.linspace(-1, 1, 34).reshape(2, 17), "W¹")
        for column in range(17):
            for row in (0, 1):
                style = view.cell(row, column, 8)[1]
                if style.bgcolor is not None and style.color is not None and view._matrix[row, column]:
                    ground, letters = Color.from_rich_color(style.bgcolor), Color.from_rich_color(style.color)
                    assert contrast(ground, letters) >= 4.5
