import numpy as np

from tui_ann.tui.draw.cells import Cells, braille


def test_writes_text_and_leaves_out_what_is_outside() -> None:
    cells = Cells(5, 2)
    cells.write(3, 0, "abc", 1)
    cells.write(-1, 1, "xyz", 2)
    cells.write(0, 7, "below")
    assert cells.plain() == "   ab\nyz"
    assert cells.inks.tolist() == [[0, 0, 0, 1, 1], [2, 2, 0, 0, 0]]


def test_wide_characters_take_two_cells_and_are_never_halved() -> None:
    cells = Cells(5, 1)
    assert cells.write(0, 0, "日本語", 3) == 6
    assert cells.plain() == "日本"
    assert cells.runs([0])[0] == [("日本", 3), (" ", 0)]


def test_runs_share_an_ink() -> None:
    cells = Cells(6, 1)
    cells.write(1, 0, "ab", 1)
    cells.write(3, 0, "c", 2)
    assert cells.runs([0])[0] == [(" ", 0), ("ab", 1), ("c", 2), ("  ", 0)]


def test_blanks_on_the_common_ground_go_with_the_text_before_them() -> None:
    cells = Cells(9, 1)
    for x, ink in ((0, 1), (3, 1), (5, 2), (7, 3)):
        cells.write(x, 0, "a", ink)
    clear = np.array([True, True, False, True])
    assert cells.runs([0], clear)[0] == [("a  a ", 1), ("a", 2), (" ", 0), ("a ", 3)]


def test_runs_of_several_rows_end_with_their_row() -> None:
    cells = Cells(3, 3)
    cells.write(0, 0, "abc", 1)
    cells.write(0, 2, "de", 1)
    assert cells.runs([2, 0]) == [[("de", 1), (" ", 0)], [("abc", 1)]]
    assert Cells(0, 2).runs([0, 1]) == [[], []]


def test_what_changed_is_told_by_row_and_end() -> None:
    before, after = Cells(4, 3), Cells(4, 3)
    after.write(1, 0, "a")
    after.write(0, 2, "   ", 1)
    assert after.changed(before) == [(0, 2), (2, 3)]
    assert after.changed(after) == []


def test_every_dot_of_a_braille_cell() -> None:
    patterns = []
    for row, column in [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]:
        mask = np.zeros((4, 2), dtype=bool)
        mask[row, column] = True
        patterns.append(chr(0x2800 + int(braille(mask)[0, 0])))
    assert "".join(patterns) == "⠁⠂⠄⠈⠐⠠⡀⢀"


def test_dots_are_drawn_over_what_is_there_only_where_they_are() -> None:
    cells = Cells(3, 1)
    cells.write(0, 0, "abc", 1)
    mask = np.zeros((4, 6), dtype=bool)
    mask[:, 2] = True
    cells.dots(mask, 2)
    assert cells.plain() == "a⡇c"
    assert cells.inks.tolist() == [[1, 2, 1]]


def test_words_stay_on_the_sheet() -> None:
    cells = Cells(6, 3)
    cells.write_right(6, 0, "ab")
    cells.write_centred(0, 1, "cd")
    cells.write_centred(5, 2, "efg")
    assert cells.plain() == "    ab\ncd\n   efg"
    assert Cells(0, 0).plain() == ""
