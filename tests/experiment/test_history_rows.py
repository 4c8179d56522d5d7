"""Rows of a history are found, cut and copied without reading all of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.experiment.history_rows import copy_rows, cut_rows, end_of_row, last_row

HEAD = "epoch,loss,learning_rate,gradient_norm,examples,updates,seconds\n"


def row(epoch: int) -> str:
    return f"{epoch},{1 / epoch!r},0.1,1e-{epoch % 300},{4 * epoch},{epoch},{epoch / 7:.6f}\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("rows") / "history.csv"


@settings(deadline=None)
@given(epochs=st.lists(st.integers(1, 3000), unique=True, max_size=60).map(sorted), wanted=st.integers(0, 3001))
def test_the_end_of_any_epoch(path, epochs, wanted):
    path.write_text(HEAD + "".join(map(row, epochs)) + "30", encoding="utf-8")
    before = [epoch for epoch in epochs if epoch <= wanted]
    text = HEAD + "".join(map(row, before))
    assert end_of_row(path, wanted) == (len(text), before[-1] if before else 0)
    cut_rows(path, wanted)
    assert path.read_text(encoding="utf-8") == text
    assert last_row(path).get("epoch") == (before[-1] if before else None)


def test_a_copy_replaces_what_is_there(path, tmp_path):
    path.write_text(HEAD + "".join(map(row, range(1, 20000))), encoding="utf-8")
    target = tmp_path / "copy.csv"
    target.write_text("older", encoding="utf-8")
    assert copy_rows(path, target, 15000) == 15000
    assert target.read_text(encoding="utf-8") == HEAD + "".join(map(row, range(1, 15001)))
    assert copy_rows(path, target, 10**9) == 19999


def test_what_is_no_history_is_refused(path):
    path.write_text(HEAD + "one,two\nthree\n", encoding="utf-8")
    with pytest.raises(ValueError, match="three"):
        end_of_row(path, 1)
