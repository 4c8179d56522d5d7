"""The delimiter: the obvious one, the one clevercsv finds, the one our own sniffer finds."""

from typing import Any

import pytest

from tui_ann.data.read import sniff
from tui_ann.data.read.sniff import Cut


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


TABLES = {
    ",": "x,y,z\n1,2,a\n3,4,b\n",
    ";": "x;y;z\n1,5;2,5;a b\n3,5;4,5;b c\n",
    "\t": "x\ty\n1,5 kg\t2\n3,5 kg\t4\n",
    "|": "x|y\n1, 2|3\n4, 5|6\n",
    " +": "x   y\n1.5   2\n10.5  3\n",
    " ": "x y z\n1 2 \n3 4 5\n6  7\n8 9 10\n",
    None: "y\n0.5\n1.5\n2.5\n",
}


@pytest.mark.parametrize("delimiter", TABLES)
def test_each_delimiter_is_found(delimiter: str | None) -> None:
    assert sniff.sniff(lines(TABLES[delimiter])).delimiter == delimiter


@pytest.mark.parametrize("delimiter", TABLES)
def test_each_delimiter_is_found_by_our_own_sniffer(delimiter: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniff, "_by_clevercsv", lambda text: None)
    assert sniff.sniff(lines(TABLES[delimiter])).delimiter == delimiter


def test_blanks_in_the_cells_of_many_regular_lines_need_no_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    text = [f"{i},{i / 7:.4f},{('red', 'dark blue', 'very dark green')[i % 3]}\n" for i in range(40)]
    aligned = [f"{i / 7:.1f}, {i / 3:.1f}, {i:4}\n".replace(".", ",") for i in range(40)]
    assert sniff.sniff(text).delimiter == ","
    detected: list[str] = []
    monkeypatch.setattr(sniff, "_by_clevercsv", detected.append)
    assert sniff.sniff(text).delimiter == ","
    assert not detected
    for doubtful in (text[:19], [line.split(",", 1)[1] for line in text], aligned, ["a 'b', c,d\n", *text]):
        sniff.sniff(doubtful)
    assert len(detected) == 4


def test_prose_has_no_delimiter() -> None:
    text = "Ein Satz, der hier steht.\nNoch einer ohne Komma.\nUnd, nun, noch ein ganzer Satz.\n"
    assert sniff.sniff(lines(text)).delimiter is None


def test_a_sample_that_trips_clevercsv_up_is_sniffed_by_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    clevercsv = pytest.importorskip("clevercsv")

    def trip(*_: object, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(clevercsv.Detector, "detect", trip)
    assert sniff.sniff(lines(TABLES[";"])).delimiter == ";"


def test_an_apostrophe_in_words_is_no_quote() -> None:
    assert sniff.sniff(lines("a;b\nL'eau; d'or\nL'air; d'argent\n")).quote == '"'


def test_runs_of_blanks_keep_quoted_blanks() -> None:
    assert Cut(" +").rows(['1   "a  b"  3\n', "  4 5\t6  \n"]) == [["1", "a  b", "3"], ["4", "5", "6"]]


def test_long_lines_are_sniffed_too() -> None:
    assert sniff.sniff([", ".join(map(str, range(5000))) + "\n"] * 3).delimiter == ","
