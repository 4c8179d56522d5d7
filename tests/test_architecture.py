"""What keeps the program quick to start, its parts apart and its files readable."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import circle, method_counts

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("tui_ann", "benchmarks", "tests") for path in (ROOT / folder).rglob("*.py"))

MOST_LINES = 400
MOST_METHODS = 25


def whole_names_loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after some code."""
    script = f"{code}\nimport sys; print('|'.join(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return set(result.stdout.splitlines()[-1].split("|"))


def loaded_by(code: str) -> set[str]:
    """The top-level modules among them."""
    return {name.partition(".")[0] for name in whole_names_loaded_by(code)}


def test_imports_keep_their_contracts():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    result = subprocess.run(
        [*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_modules_import_each_other_in_a_circle():
    assert not circle()


def test_classes_can_be_known():
    large = {name: count for name, count in method_counts().items() if count > MOST_METHODS}
    assert not large, "compose these of smaller objects"


def test_files_can_be_read_in_one_go():
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in FILES}
    too_long = {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > MOST_LINES}
    assert not too_long, "split these by subject"


START = """
import asyncio
from tui_ann.tui.shell.app import TuiAnnApp
async def start():
    async with TuiAnnApp().run_test():
        pass
"""


def test_the_first_screen_waits_for_nothing_that_works_with_data(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path))
    loaded = whole_names_loaded_by(
        f"{START}\nfrom tui_ann.tui.shell import app\napp.load_ahead = lambda app: None\nasyncio.run(start())"
    )
    assert not loaded & {"numpy", "safetensors.numpy", "tomlkit", "threadpoolctl", "tui_ann.session.session"}
    assert not {name for name in loaded if name.startswith(("tui_ann.engine", "tui_ann.export"))}
    assert {name for name in loaded if name.startswith("tui_ann.data.")} == {"tui_ann.data.samples"}


def test_the_application_loads_only_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path))
    needless = {"markdown_it", "plotext", "textual_plotext", "duckdb", "clevercsv", "importlib.metadata"}
    needless |= {"tui_ann.export", "tui_ann.tui.screens.step", "tui_ann.tui.screens.build", "tui_ann.cli"}
    loaded = whole_names_loaded_by(f"{START}\nasyncio.run(start())\nimport tui_ann.tui.shell.lazy_services")
    assert not loaded & needless


def test_the_session_needs_no_screen():
    assert not loaded_by("import tui_ann.session.session") & {"textual", "rich", "click", "plotext"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["train", "--help"]], ids=" ".join)
def test_help_and_version_start_quickly(words):
    code = f"""
import sys
from tui_ann.cli.app import run
assert run(lambda path: 0, {words!r}) == 0
"""
    assert not loaded_by(code) & {"numpy", "textual", "rich", "msgspec", "tomlkit"}


def public_classes() -> dict[str, list[str]]:
    """The files that define a public class of each name."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tui_ann").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    return found


def test_a_public_class_name_is_unique():
    assert not {name: files for name, files in public_classes().items() if len(files) > 1}
