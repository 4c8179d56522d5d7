import pytest


@pytest.fixture
def trained(command, working_folder):
    assert command("train", "xor.toml", "--quiet", "--out", "run").code == 0
    return working_folder / "run"


def test_a_page_by_default_and_any_format_anywhere(command, trained, working_folder):
    result = command("report", "run")
    assert (result.code, result.out) == (0, "")
    assert "wrote xor-report.html" in result.err
    assert (working_folder / "xor-report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert command("report", "run", "--format", "latex", "--out", "sheet.tex").code == 0
    assert r"\end{document}" in (working_folder / "sheet.tex").read_text("utf-8")
    shown = command("report", "run", "--format", "markdown", "--out", "-")
    assert shown.out.startswith("# Report on xor\n")
    assert command("export", "run", "--to", "markdown", "--out", "-").out == shown.out


def test_the_format_follows_the_name_of_the_file_unless_it_is_named(command, trained, working_folder):
    assert command("report", "run", "--out", "sheet.tex").code == 0
    assert (working_folder / "sheet.tex").read_text("utf-8").startswith("\\documentclass")
    assert command("report", "run", "--out", "page.MD").code == 0
    assert (working_folder / "page.MD").read_text("utf-8").startswith("# Report on xor\n")
    assert command("report", "run", "--out", "other.txt").code == 0
    assert (working_folder / "other.txt").read_text("utf-8").startswith("<!DOCTYPE html>")
    # The words of `export` mean the same here, and the other way round.
    shown = command("report", "run", "--to", "latex", "--out", "-").out
    assert shown == command("export", "run", "--format", "latex", "--out", "-").out
    assert shown.startswith("\\documentclass")


def test_nothing_is_overwritten_and_a_folder_without_a_run_is_refused(command, trained, working_folder):
    assert command("report", "run").code == 0
    again = command("report", "run")
    assert again.code == 2
    assert "--force" in again.err
    assert command("report", "run", "--force").code == 0
    assert command("report", "nowhere").code == 2


def test_a_missing_library_is_named_with_the_command_that_installs_it(command, trained, monkeypatch):
    monkeypatch.setattr("tui_ann.export.run_formats.find_spec", lambda name: None)
    result = command("report", "run", "--format", "ipynb")
    assert result.code == 2
    assert "pip install 'tui-ann[notebook]'" in result.err
