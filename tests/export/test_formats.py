"""A format is one record: its name, its file, what it is for and its writer."""

import pytest

from tests.export.cases import worked
from tui_ann.errors import TuiAnnError
from tui_ann.export.formats import FORMATS, SHEETS, format_named
from tui_ann.export.worked import solution


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_writer(name: str) -> None:
    chosen = format_named(name)
    text = chosen.write(solution(*worked()), chosen.decimals)
    assert text.endswith("\n")
    assert chosen.note
    assert len({each.suffix for each in FORMATS.values()}) == len(FORMATS)


def test_sheets_are_written_for_paper_only() -> None:
    assert SHEETS == ("text", "markdown", "latex")
    with pytest.raises(TuiAnnError, match="no format “json” for this"):
        format_named("json", sheet=True)
    with pytest.raises(TuiAnnError, match="no format “pdf”"):
        format_named("pdf")
