import math

import pytest

from tui_ann.session.run_note import run_note, small_curve
from tui_ann.session.session import Session


def test_a_run_in_a_line():
    session = Session()
    session.workspace.open("sample:xor")
    run = session.runs.prepare()
    assert run_note(run, None).text.startswith("2→")
    run.advance(epochs=20)
    note = run_note(run, session.workspace.source)
    loss, metric, sizes = note.text.split(" · ")
    measured = run.results().headline
    part, name, value = loss.split()
    assert (part, name) == (measured.part, "loss")
    assert float(value) == pytest.approx(measured.loss, rel=0.01)
    assert metric == f"acc {measured.value:.3f}"
    assert sizes.startswith("2→")
    assert (len(note.curve), note.origin) == (8, "sample:xor")


def test_a_curve_falls_from_left_to_right_and_leaves_out_what_is_not_finite():
    assert small_curve([1.0, 0.1, 0.01, math.inf]) == "█▅▁"
    assert small_curve([1.0]) == ""
    assert small_curve([0.0, 0.0]) == "▁▁"
