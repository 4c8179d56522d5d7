"""The folder that a user names for a run: checked before any work is done, and an older run in it replaced if asked."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_keep, cannot_write, refuse_special
from tui_ann.experiment.run_folder import FILES, is_run_folder
from tui_ann.experiment.together import is_being_written
from tui_ann.session.store.claim import claimed

RUNS = Path("runs")
"""Where a run is saved if no folder is named."""


def check_run_place(path: Path | None, *, force: bool = False, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse a folder that a run cannot be written into.

    Args:
        path: The folder; `None` stands for a new one in `runs`.
        force: Whether a run in it is replaced.
        inputs: What the same work reads; it is never replaced.

    Raises:
        SessionError: It is no folder (`not_a_file`), has a run (`folder_in_use`), or other files next to it, or is read
            here (`is_input`), or `runs` cannot be written (`cannot_write`).
    """
    if path is None:
        if why := cannot_keep(RUNS.absolute()):
            raise SessionError(
                f"Cannot make a folder for the run in {RUNS.absolute()}: {why}.",
                remedy="Name another folder with --out.",
                code="cannot_write",
            )
        return
    refuse_special(path)
    if path.exists() and not path.is_dir():
        raise SessionError(f"{path} is a file; a run is a folder.", remedy="Name a new folder.", code="not_a_file")
    there = [name for name in FILES if os.path.lexists(path / name)]
    if not there:
        return
    if not force:
        what = "a run" if is_run_folder(path) else ", ".join(there)
        raise SessionError(
            f"{path} already contains {what}.",
            remedy="Name another folder, or add --force to replace the run in it.",
            code="folder_in_use",
        )
    if any(_in(path, Path(each)) for each in inputs):
        raise SessionError(f"{path} is read here, so it is not replaced.", remedy="Name another.", code="is_input")
    names = [entry.name for entry in path.iterdir() if entry.name not in FILES]
    others = sorted(name for name in names if not is_being_written(name))
    if others or not is_run_folder(path):
        what = f"also has {', '.join(others[:3])}{', …' if len(others) > 3 else ''}" if others else "is no whole run"
        raise SessionError(
            f"{path} {what}; only a folder with a run and nothing else is replaced.",
            remedy="Name another folder.",
            code="folder_in_use",
        )


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[None]:
    """Move a run aside while another one is begun in its place; if that fails, it is moved back.

    Args:
        path: The folder of the run; if there is none, nothing is done.

    Raises:
        SessionError: It is more than a run, is being trained by another program, or cannot be moved.
    """
    path = Path(os.path.realpath(path))
    if not is_run_folder(path):
        yield
        return
    check_run_place(path, force=True)
    with claimed(path):
        pass  # Windows does not rename a folder with an open file
    aside = path.with_name(f".{path.name[:100]}-{secrets.token_hex(6)}.old")
    try:
        path.rename(aside)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            aside.rename(path)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _in(path: Path, file: Path) -> bool:
    """Whether a file is a folder itself or in it."""
    try:
        return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(path))
    except (OSError, ValueError):  # a name that no file can have
        return False
