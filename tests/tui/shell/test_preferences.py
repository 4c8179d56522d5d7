import pytest

from tui_ann.errors import SessionError
from tui_ann.tui.shell.preferences import Preferences, read_preferences, remember


def test_without_a_file_the_usual_settings_hold(tmp_path):
    assert read_preferences(tmp_path / "settings.toml") == (Preferences(), ())


def test_settings_are_read(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('theme = "nord"\nfps = 4\nfull_speed = true\n', encoding="utf-8")
    assert read_preferences(path) == (Preferences("nord", 4, True), ())


@pytest.mark.parametrize(
    "line",
    [
        "fps = 0",
        "fps = true",
        'fps = "ten"',
        "theme = 3",
        'notation = "latex"',
        "colour = 1",
        "fps = [",
        "fps=999",
        "full_speed = 1",
    ],
)
def test_a_line_that_makes_no_sense_is_told(tmp_path, line):
    path = tmp_path / "settings.toml"
    path.write_text(line, encoding="utf-8")
    preferences, problems = read_preferences(path)
    assert preferences == Preferences()
    assert len(problems) == 1


def test_brackets_that_are_nested_too_deeply_are_told(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text(f"fps = {'[' * 5000}", encoding="utf-8")
    assert "cannot be read" in read_preferences(path)[1][0]


def test_a_choice_is_written_down_and_the_rest_kept(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("# mine\nfps = 5  # slow line\n", encoding="utf-8")
    remember(path, "theme", "dawn")
    assert path.read_text(encoding="utf-8") == '# mine\nfps = 5  # slow line\ntheme = "dawn"\n'
    assert read_preferences(path)[0] == Preferences("dawn", 5)


def test_a_choice_makes_the_file_and_its_folder(tmp_path):
    path = tmp_path / "deep" / "settings.toml"
    remember(path, "theme", "dawn")
    assert read_preferences(path)[0].theme == "dawn"


def test_a_broken_file_is_not_overwritten(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("theme = [", encoding="utf-8")
    remember(path, "theme", "dawn")
    assert path.read_text(encoding="utf-8") == "theme = ["


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SessionError):
        remember(tmp_path / "file" / "settings.toml", "theme", "dawn")
