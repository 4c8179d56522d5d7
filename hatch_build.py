"""Compiles the C kernel when a wheel is built or the package is installed editably.

`TUI_ANN_BUILD_KERNEL` is `auto` (compile if a compiler is there), `skip`, or `require` (an error without one).
With the library a wheel is tagged for its platform and fits every Python, because nothing in it uses Python's own
interface; without it the wheel is pure, and the program trains with NumPy.
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
FOLDER = Path("tui_ann", "engine", "kernel")
SOURCE = "tape.c"
LIBRARY = "_tape" + {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
"""As `tui_ann/engine/kernel/library.py` looks for it."""
FLAGS = ["-std=c99", "-O3", "-ffp-contract=off", "-fPIC", "-fvisibility=hidden"]
"""Neither -march=native nor -ffast-math: numbers must not depend on the machine."""


class KernelBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles the kernel for wheels; source archives hold its source."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and put the library into the wheel, or next to its source for an editable installation."""
        mode = os.environ.get(VARIABLE, "auto")
        if mode not in ("auto", "skip", "require"):
            raise RuntimeError(f"{VARIABLE} is “{mode}”; it must be auto, skip or require.")
        if self.target_name != "wheel" or mode == "skip":
            return
        self._temporary = tempfile.mkdtemp()
        source, built = Path(self.root) / FOLDER / SOURCE, Path(self._temporary) / LIBRARY
        try:
            compile_library(source, built)
            if version == "editable":
                install(built, source.with_name(LIBRARY))
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            if mode == "require":
                raise RuntimeError(f"The C kernel could not be compiled: {error}") from error
            self.app.display_warning(f"Without the C kernel, training uses NumPy and is slower ({error}).")
            return
        if version != "editable":
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
            build_data["force_include"][str(built)] = (FOLDER / LIBRARY).as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled for the wheel."""
        if temporary := getattr(self, "_temporary", None):
            shutil.rmtree(temporary, ignore_errors=True)


def compile_library(source: Path, built: Path) -> None:
    """Compile the kernel, and see that it can be loaded.

    Args:
        source: `tape.c`.
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
