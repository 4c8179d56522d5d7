"""A file that is read for a run: what the run knows of its columns decides what their cells are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tui_ann.errors import DataError
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.session import Session

HEADER = "rate,price,member"


@pytest.fixture
def answers(session: Session, tmp_path: Path) -> Callable[..., Predictions]:
    """Predictions for rows by a run on rates in %, prices in $ and members, that fills in missing cells."""
    rows = [
        f"{i * 7 % 50}%,${i % 9 + 1}00,{'true' if i % 3 else 'false'},{'no' if i % 9 < 4 else 'yes'}" for i in range(60)
    ]
    rows[-1] = ",,true,no"
    path = tmp_path / "rows.csv"
    path.write_text("\n".join([f"{HEADER},y", *rows, ""]), encoding="utf-8")
    session.workspace.open(path)
    session.runs.one_epoch(5)

    def predicted(*rows: str) -> Predictions:
        new = tmp_path / "new.csv"
        new.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        return session.runs.predict(new, missing="median")

    return predicted


def shares(found: Predictions) -> list[list[float]]:
    assert found.probabilities is not None
    shown: list[list[float]] = found.probabilities.tolist()
    return shown


def test_a_cell_with_the_unit_of_the_run_is_a_number_among_cells_without(answers: Callable[..., Predictions]) -> None:
    plain = answers("20,300,true", "30,400,true", "40,500,true", "45,600,true")
    mixed = answers("20%,$300,true", "30,400,true", "40,500,true", "45 %,600,true")
    assert shares(mixed) == shares(plain)
    assert mixed.notes == plain.notes == ()


def test_a_cell_in_another_unit_is_missing_and_a_column_of_them_refused(answers: Callable[..., Predictions]) -> None:
    found = answers("20%,$300,true", "30%,€400,true", "40%,500,true", "45%,,true")
    assert "1 cell became missing (not a number): line 3 column 'price' ('€400')." in found.notes
    with pytest.raises(DataError, match="is in '€', but the network was trained on"):
        answers("20%,€300,true", "30%,€400,true")


def test_another_word_for_a_truth_value_is_the_label_of_the_run(answers: Callable[..., Predictions]) -> None:
    words = ["1", "1", "1", "yes", "TRUE", "Ja", "0", "no"]
    right = ["true"] * 6 + ["false"] * 2
    plain = answers(*(f"20%,$300,{word}" for word in right))
    assert plain.probabilities is not None
    assert plain.probabilities[0].tolist() != plain.probabilities[-1].tolist()
    for cells, meant in (
        (words, right),
        ([*words[:3], "0"], [*right[:3], "false"]),
        (["yes", "no"], ["true", "false"]),
    ):
        found = answers(*(f"20%,$300,{cell}" for cell in cells))
        assert shares(found) == shares(answers(*(f"20%,$300,{word}" for word in meant)))
        assert found.notes == ()


def test_an_unknown_label_among_two_is_told_to_be_answered_as_the_first(answers: Callable[..., Predictions]) -> None:
    found = answers("20%,$300,1", "20%,$300,2", "20%,$300,false")
    assert shares(found)[1] == shares(found)[2] != shares(found)[0]
    assert found.notes == (
        "Column 'member': '2' in line 3. 1 row with a label that no training row has; such a row is answered as "
        "'false', because the feature of both is 0.",
    )
