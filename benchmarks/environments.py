"""The environments of the peers: one for each in a separate folder, created on demand."""

import subprocess
import sys
import venv
from pathlib import Path

import platformdirs

from benchmarks.peers import Peer, c_loop, node

_PROGRAMS = {"c-loop": c_loop.missing, "node": node.missing}
"""Why a peer that needs a program of the machine cannot take part."""

ROOT = Path(__file__).parents[1]

CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
"""PyTorch without CUDA; CUDA is larger than everything else together."""


def default_folder() -> Path:
    """The folder of the peers and their data."""
    return Path(platformdirs.user_cache_dir("tui-ann")) / "benchmarks"


def python_of(peer: Peer, folder: Path) -> Path:
    """The interpreter that runs a peer: this one if the peer needs no packages."""
    if not peer.packages:
        return Path(sys.executable)
    return folder / peer.name / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def missing(peer: Peer, folder: Path) -> str | None:
    """Why a peer cannot take part; empty if it can."""
    if peer.name in _PROGRAMS:
        return _PROGRAMS[peer.name]()
    if not peer.packages:
        return None
    python = python_of(peer, folder)
    if not python.exists():
        return "not installed, see --install"
    search = f"from importlib.util import find_spec; raise SystemExit(not all(map(find_spec, {peer.imports!r})))"
    found = subprocess.run([str(python), "-c", search], capture_output=True, check=False)
    return f"{python} does not have {' and '.join(peer.imports)}" if found.returncode else None


def install(peer: Peer, folder: Path) -> None:
    """Create the environment of a peer."""
    place = folder / peer.name
    venv.create(place, with_pip=True)
    command = [str(python_of(peer, folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wheels = ["--extra-index-url", CPU_WHEELS] if peer.name == "torch" else []
    subprocess.run([*command, *wheels, *peer.packages], check=True)
