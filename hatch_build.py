"""Compiles the C libraries when a wheel is built or the package is installed editably.

`TUI_ANN_BUILD_KERNEL` is `auto` (compile if a compiler is there), `skip`, or `require` (an error without one).
With the libraries a wheel is tagged for its platform and fits every Python, because nothing in them uses Python's own
interface; without them the wheel is pure, and the program trains, and reads large files, with NumPy.
"""

import ctypes
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "TUI_ANN_BUILD_KERNEL"
SOURCES = (Path("tui_ann", "engine", "kernel", "tape.c"), Path("tui_ann", "data", "read", "scan.c"))
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
FLAGS = ["-std=c99", "-O3", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden"]
"""Neither -march=native nor -ffast-math: numbers must not depend on the machine."""


class KernelBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the libraries for wheels; source archives hold their sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put each library into the wheel, or next to its source for an editable installation."""
        mode = os.environ.get(VARIABLE, "auto")
        if mode not in ("auto", "skip", "require"):
            raise RuntimeError(f"{VARIABLE} is “{mode}”; it must be auto, skip or require.")
        if self.target_name != "wheel" or mode == "skip":
            return
        self._temporary = tempfile.mkdtemp()
        libraries = {library_of(source): Path(self._temporary, library_of(source).name) for source in SOURCES}
        try:
            for source, built in zip(SOURCES, libraries.values(), strict=True):
                compile_library(Path(self.root, source), built)
            if version == "editable":
                for place, built in libraries.items():
                    install(built, Path(self.root, place))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            if mode == "require":
                raise RuntimeError(f"The C libraries could not be compiled: {error}") from error
            self.app.display_warning(
                f"Without the C libraries, training and reading use NumPy and are slower ({error})."
            )
            return
        if version != "editable":
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
            build_data["force_include"] |= {str(built): place.as_posix() for place, built in libraries.items()}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled for the wheel."""
        if temporary := getattr(self, "_temporary", None):
            shutil.rmtree(temporary, ignore_errors=True)


def library_of(source: Path) -> Path:
    """Where `tui_ann/compiled.py` looks for the library of a source."""
    return source.with_name(f"_{source.stem}{SUFFIX}")


def compile_library(source: Path, built: Path) -> None:
    """Compile a source, and see that its library can be loaded.

    Args:
        source: Its path.
        built: The library to write.

    Raises:
        OSError, RuntimeError, CalledProcessError: There is no compiler, it fails, or its result cannot be loaded.
    """
    if sys.platform == "win32":
        compile_by_msvc(source, built)
    else:
        compile_by_cc(source, built)
    ctypes.CDLL(str(built))


def compile_by_cc(source: Path, built: Path) -> None:
    """Compile with the compiler that Python names, or `cc`."""
    named = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    compiler = named if shutil.which(named[0]) else ["cc"]
    if not shutil.which(compiler[0]):
        raise RuntimeError("there is no C compiler")
    flags = shlex.split(os.environ.get("ARCHFLAGS") or sysconfig.get_config_var("CFLAGS") or "")
    architectures = [word for flag, name in pairwise(flags) if flag == "-arch" for word in (flag, name)]
    command = [*compiler, *FLAGS, *architectures, "-shared", str(source), "-o", str(built), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"{compiler[0]} failed")


def compile_by_msvc(source: Path, built: Path) -> None:
    """Compile with the compiler of Visual Studio, which setuptools knows how to find."""
    try:
        from setuptools._distutils.ccompiler import new_compiler
    except ImportError as error:
        raise RuntimeError("setuptools, which finds the compiler, is missing") from error
    compiler, folder = new_compiler(), str(built.parent)
    try:
        options = ["/O2", "/fp:precise", "/std:c11"]
        objects = compiler.compile([str(source)], output_dir=folder, extra_postargs=options)
        compiler.link_shared_object(objects, str(built))
    except Exception as error:  # its errors have no common base
        raise RuntimeError(f"the compiler failed: {error}") from error


def install(built: Path, place: Path) -> None:
    """Put the library next to its source, replacing an older one in one step: a program may have it loaded."""
    new = place.with_name(f".{place.name}.new")
    shutil.copyfile(built, new)
    os.replace(new, place)
