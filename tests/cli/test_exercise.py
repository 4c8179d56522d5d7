"""`tui-ann step --exercise`: a sheet and its solution, printed or in two new files."""

import re
import shutil
import subprocess

import pytest

BLANKS = {"text": "____", "markdown": r"\underline{\hspace{3em}}", "latex": r"\underline{\hspace{3em}}"}


def exercise(command, *words):
    return command("step", "sample:worked-example", "--exercise", *words)


def test_sheet_and_solution_are_printed_by_the_program_itself(program):
    result = program("step", "sample:worked-example", "--exercise", "--seed", "1")
    assert (result.code, result.err) == (0, "")
    sheet, _, solved = result.out.partition("═" * 72 + "\n\n")
    assert "to be worked out (sheet 1)" in sheet
    assert BLANKS["text"] in sheet
    assert "worked out (sheet 1)" in solved
    assert BLANKS["text"] not in solved
    assert "0.484" not in sheet
    assert "0.484" in solved


def test_a_seed_always_gives_the_same_sheet_and_another_seed_another_one(command):
    printed = [exercise(command, "--seed", seed).out for seed in ("1", "1", "2")]
    assert printed[0] == printed[1] != printed[2]
    assert exercise(command).out == exercise(command, "--seed", "0").out


def test_all_of_it_can_be_left_blank(command):
    sheet, _, _ = exercise(command, "--blanks", "all").out.partition("═" * 72 + "\n\n")
    body = sheet[sheet.index("FORWARD") :]
    assert not re.search(r"(?m)^\s+= .*0\.\d", body)


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md"), ("latex", "tex")])
def test_two_files(command, working_folder, form, suffix):
    result = exercise(command, "--format", form, "--out", f"sheet.{suffix}")
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [f"wrote sheet.{suffix}", f"wrote sheet-solution.{suffix}"]
    sheet, solved = (
        (working_folder / name).read_text(encoding="utf-8") for name in (f"sheet.{suffix}", f"sheet-solution.{suffix}")
    )
    assert BLANKS[form] in sheet
    assert BLANKS[form] not in solved


@pytest.mark.parametrize("there", ["sheet.txt", "sheet-solution.txt"])
def test_nothing_is_overwritten(command, working_folder, there):
    (working_folder / there).write_text("mine", encoding="utf-8")
    result = exercise(command, "--out", "sheet.txt")
    assert result.code == 2
    assert result.err == f"Error: {there} already exists. Name another file, or add --force to replace it.\n"
    assert [path.name for path in working_folder.glob("sheet*")] == [there]
    assert (working_folder / there).read_text(encoding="utf-8") == "mine"


def test_a_worked_solution_goes_into_a_file_too(command, working_folder):
    printed = command("step", "sample:worked-example", "--format", "latex").out
    assert command("step", "sample:worked-example", "--format", "latex", "--out", "one.tex").code == 0
    assert (working_folder / "one.tex").read_text(encoding="utf-8") == printed
    assert command("step", "sample:worked-example", "--out", "one.tex").code == 2


@pytest.mark.parametrize("form", ["json", "python"])
def test_a_sheet_is_for_people(program, form):
    result = program("step", "sample:worked-example", "--exercise", "--format", form)
    assert (result.code, result.out) == (2, "")
    assert f"An exercise sheet is written as text, markdown or latex, not {form}." in result.err


@pytest.mark.parametrize("words", [["--seed", "3"], ["--blanks", "all"]], ids=" ".join)
def test_how_a_sheet_is_made_is_nothing_without_one(command, words):
    result = command("step", "sample:worked-example", *words)
    assert result.code == 2
    assert "add --exercise" in result.err


def test_help_names_all_of_it(command):
    out = command("step", "--help").out
    for option in ("--exercise", "--seed", "--blanks", "--out", "sheet-solution.tex"):
        assert option in out


def test_the_printed_document_is_one_plain_article(command):
    printed = exercise(command, "--format", "latex").out
    for once in (r"\documentclass[a4paper]{article}", r"\begin{document}", r"\clearpage", r"\end{document}"):
        assert printed.count(once) == 1
    assert re.findall(r"\\usepackage.*", printed) == [r"\usepackage{amsmath}"]
    assert printed.index(BLANKS["latex"]) < printed.index(r"\clearpage") < printed.rindex("0.484")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX on this machine")
def test_it_compiles(program, working_folder):
    printed = program("step", "sample:xor", "--exercise", "--format", "latex").out
    (working_folder / "both.tex").write_text(printed, encoding="ascii")
    exercise(program, "--format", "latex", "--out", "sheet.tex")
    for name in ("both", "sheet", "sheet-solution"):
        compiled = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], capture_output=True, check=False
        )
        assert compiled.returncode == 0, compiled.stdout.decode(errors="replace")[-2000:]
