import re
from dataclasses import replace

import numpy as np
import pytest

from tests.export.cases import everything
from tests.tui.tracing import traced
from tui_ann.session.session import Session
from tui_ann.session.step.stepper import Place
from tui_ann.text import cell_width
from tui_ann.tui.step.captions import _sentences, batch, example_name, extent, sentence, title


def test_every_part_has_a_sentence_that_fits_a_small_screen():
    for kind in ("plain", "mixed"):
        for part in traced(kind)[1].parts:
            text = sentence(part)
            assert text.endswith(".")
            assert cell_width(text) <= 76, text
            assert "{" not in text


def test_every_kind_of_part_is_explained():
    kinds = {part.symbol.family for part in everything()[1].parts if not part.symbol.state}
    assert kinds <= set(_sentences())


def test_what_is_not_finite_is_said():
    part = traced()[1].parts[3]
    part.value[0] = np.nan
    assert "is not finite" in sentence(part)
    assert "is not finite" not in sentence(part, told=False)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (80, "Update 1 · epoch 1 (1 of 1)"),
        (25, "Update 1 · ep 1 (1/1)"),
        (20, "Update 1 · epoch 1"),
        (17, "Update 1 · ep 1"),
        (12, "Update 1"),
    ],
)
def test_a_title_fits(width, text):
    assert title(Place(traced()[1], 0, False), width) == text


@pytest.mark.parametrize(
    ("width", "done", "row", "text"),
    [
        (80, 0, False, "Alone, not made by the run · update 1"),
        (23, 0, False, "Alone · update 1"),
        (12, 0, False, "Alone"),
        (80, 99, True, "Alone, not made by the run · after update 1"),
        (24, 99, True, "Alone · after update 1"),
        (16, 99, True, "After update 1"),
        (80, 0, True, "Alone, not made by the run · before update 1"),
    ],
)
def test_numbers_that_are_not_of_the_run_are_named_first(width, done, row, text):
    trace = traced()[1]
    place = Place(trace, min(done, len(trace.parts)), False)
    assert title(place, width, alone=True, from_here=row) == text


def test_an_update_that_diverged_says_so_first():
    place = Place(traced()[1], 3, False, broken=True)
    assert title(place, 80) == "Not made: it diverged · update 1"
    assert title(place, 20) == "Not made · update 1"


def test_who_is_in_the_batch():
    _, told = traced("mixed")
    assert re.fullmatch(r"4 examples: (\d, ){3}\d", batch(told, None, None))
    assert batch(traced()[1], None, None) == "example 1"


def test_the_line_of_an_example_is_named_if_the_user_has_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path))
    session = Session()
    session.workspace.open("sample:xor")
    run = session.runs.prepare()
    table = session.workspace.table
    assert table is not None
    assert example_name(0, run.dataset, table) == "example 1 (line 2)"
    assert example_name(0, run.dataset, replace(table, path=None)) == "example 1"
    own = session.paths.exercises / "0" / "data.csv"
    assert example_name(0, run.dataset, replace(table, path=own)) == "example 1"


def test_how_many_updates_a_run_has_is_said_with_the_number_one_may_ask_for():
    assert extent(238, 238) == ("The run has 238 updates.", "a number from 1 to 238")
    help, allowed = extent(1, 1500)
    assert help.startswith("The run has 1 update so far, and 1 500 at most.")
    assert allowed == "a number from 1 to 1 500"
    assert extent(40, None)[1] == "a number from 1"
