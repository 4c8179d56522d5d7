"""The container file says what the project says; it is built where there is a container engine, not here."""

import json
import re
import tomllib
from pathlib import Path

from tui_ann.cli.app import cli

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
TEXT = "\n".join(line for line in LINES if not line.startswith("#"))


def instruction(name: str) -> list[str]:
    """The arguments of an instruction, each time it occurs."""
    return [line.partition(" ")[2] for line in TEXT.splitlines() if line.startswith(f"{name} ")]


def test_it_installs_extras_that_there_are():
    (extras,) = re.findall(r"\.whl\)\[([\w,]+)\]", TEXT)
    assert "web" in extras.split(",")
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])


def test_its_python_is_one_that_the_project_supports():
    least = tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
    for image in instruction("FROM"):
        found = re.match(r"python:(\d+)\.(\d+)\b", image)
        assert found is not None
        assert tuple(map(int, found.groups())) >= least
    assert "-slim" in instruction("FROM")[-1]
    assert "-slim" not in instruction("FROM")[0], "the slim image has no C compiler"


def test_it_compiles_its_libraries_itself():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    compiled = (ROOT / ".gitignore").read_text(encoding="utf-8").partition("# Compiled by the build\n")[2]
    assert set(compiled.split()) <= set(ignored)
    assert "TUI_ANN_BUILD_KERNEL=require pip wheel" in TEXT


def test_it_runs_as_a_user_without_rights():
    (user,) = instruction("USER")
    assert user not in ("root", "0")
    assert f"useradd --uid 1000 --create-home {user}" in TEXT
    assert TEXT.index("\nUSER ") < TEXT.index("\nENTRYPOINT ")


def test_its_command_is_one_of_the_program():
    program, command, folder, *options = json.loads(instruction("ENTRYPOINT")[0])
    assert program in PROJECT["scripts"]
    assert command in cli.commands
    assert [folder] == instruction("WORKDIR")
    assert not options
    assert not instruction("EXPOSE"), "a published port reaches nothing: it listens at 127.0.0.1 alone"


def test_what_is_built_is_in_the_context():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    wheel = build["targets"]["wheel"]
    needed = {
        *wheel["packages"],
        *wheel["force-include"],
        PROJECT["readme"],
        *PROJECT["license-files"],
        *(hook.get("path", "hatch_build.py") for hook in wheel["hooks"].values()),
        "pyproject.toml",
    }
    assert needed <= kept
    assert all((ROOT / name).exists() for name in kept)
