import pytest

from tui_ann.tui.shell.start_up import locale_complaint


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, None),
        ({"LANG": "de_CH.UTF-8"}, None),
        ({"LANG": "C", "LC_ALL": "C.utf8"}, None),
        ({"LANG": "C"}, "LANG=C"),
        ({"LANG": "C.UTF-8", "LC_ALL": "POSIX"}, "LC_ALL=POSIX"),
    ],
)
def test_a_locale_without_the_signs_is_told(environment, named):
    told = locale_complaint(environment)
    assert told is None if named is None else told is not None and named in told
