"""How the pages of the course are found."""

import pytest

from tui_ann.errors import SessionError
from tui_ann.session.course.pages import find_page, pages


def test_a_page_is_found_by_its_title_or_by_a_part_of_it_that_no_other_has():
    first = pages()[0]
    assert find_page(first.title.upper()) is first
    unlike = next(
        page for page in pages() if sum(page.title.casefold()[3:] in p.title.casefold() for p in pages()) == 1
    )
    assert find_page(unlike.title[3:]) is unlike
    with pytest.raises(SessionError, match="Several titles contain"):
        find_page("e")
    with pytest.raises(SessionError, match="There is no page"):
        find_page("qqq")
