"""The build hook: with a compiler a wheel for the platform, without one a pure one, or an error where it is required."""

import importlib.util
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from tui_ann.compiled import library_path

ROOT = Path(__file__).parents[1]
LIBRARIES = ["tui_ann/engine/kernel/_tape", "tui_ann/data/read/_scan"]
CAN_COMPILE = sys.platform != "win32" and shutil.which("cc") is not None


class Interface:
    """What the hook needs of hatchling, which is installed only while a wheel is built."""

    def __init__(self, root: Path) -> None:
        self.root, self.target_name, self.warnings = str(root), "wheel", list[str]()
        self.app = types.SimpleNamespace(display_warning=self.warnings.append)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The hook on a copy of the sources."""
    name = "hatchling.builders.hooks.plugin.interface"
    module = types.ModuleType(name)
    module.BuildHookInterface = Interface  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    hatch_build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hatch_build)
    for source in ROOT.joinpath("tui_ann").rglob("*.[ch]"):
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    monkeypatch.delenv("TUI_ANN_BUILD_KERNEL", raising=False)
    return hatch_build.KernelBuildHook(tmp_path)


@pytest.mark.skipif(not CAN_COMPILE, reason="there is no C compiler `cc`")
def test_a_wheel_gets_the_libraries_and_nothing_is_left_in_the_source(hook: Any) -> None:
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", data)
    assert [Path(place).with_suffix("").as_posix() for place in data["force_include"].values()] == LIBRARIES
    assert data["tag"].startswith("py3-none-")
    assert data["pure_python"] is False
    built = [*map(Path, data["force_include"])]
    assert all(path.exists() for path in built)
    hook.finalize("standard", data, "")
    assert not any(path.exists() for path in built)
    assert not list(Path(hook.root).rglob("_*"))


@pytest.mark.skipif(not CAN_COMPILE, reason="there is no C compiler `cc`")
def test_an_editable_installation_gets_each_beside_its_source(hook: Any) -> None:
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("editable", data)
    assert data == {"force_include": {}}
    root = Path(hook.root)
    found = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix not in (".c", ".h"))
    assert [path.relative_to(root).with_suffix("").as_posix() for path in found] == sorted(LIBRARIES)
    assert sorted(found) == sorted({*map(library_path, root.rglob("*.c"))})


def without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CC", "no-such-compiler")


def test_without_a_compiler_the_wheel_is_pure(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_compiler(monkeypatch)
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", data)
    assert data == {"force_include": {}}
    assert "use NumPy" in hook.warnings[0]


def test_the_libraries_can_be_required_or_skipped(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    without_a_compiler(monkeypatch)
    data: dict[str, Any] = {"force_include": {}}
    monkeypatch.setenv("TUI_ANN_BUILD_KERNEL", "require")
    with pytest.raises(RuntimeError, match="could not be compiled"):
        hook.initialize("standard", data)
    monkeypatch.setenv("TUI_ANN_BUILD_KERNEL", "skip")
    hook.initialize("standard", data)
    assert not hook.warnings
    monkeypatch.setenv("TUI_ANN_BUILD_KERNEL", "maybe")
    with pytest.raises(RuntimeError, match="must be auto, skip or require"):
        hook.initialize("standard", data)
