"""A run on disk: the experiment, its history and its results.

A state of the run (its record, its parameters, and what it goes on from) is written as one, and `history.csv` gets a
row after each epoch, so that a folder can be read at any time: during the run, after it ended, and after the program
was killed.  The history of a run that was killed may have epochs after its last state.
"""

import contextlib
import json
import math
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import msgspec

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_write, encoded, make_folder, write_bytes
from tui_ann.experiment.files import dumps, load
from tui_ann.experiment.history_file import EpochRow, HistoryFile, HistoryTable, read_history
from tui_ann.experiment.history_rows import last_row
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.together import (
    NEXT,
    Contents,
    create_together,
    is_being_written,
    present,
    read_present,
    read_together,
    tidy,
    write_together,
)
from tui_ann.experiment.weights import Array, load_weights
from tui_ann.gate import allowed

T = TypeVar("T")
Which = Literal["initial", "final", "best"]

EXPERIMENT, HISTORY, PREPROCESSING, RUN = "experiment.toml", "history.csv", "preprocessing.json", "run.json"
STATE = "state.safetensors"
WEIGHTS = ("initial.safetensors", "final.safetensors", "best.safetensors")
FILES = (EXPERIMENT, HISTORY, PREPROCESSING, RUN, *WEIGHTS, STATE)
"""Every file that a run folder may have."""

UNFINISHED = "The run had not ended when this was written."


class RunFolder:
    """One run folder, open for writing and reading.  Get one by `create` or `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._history = HistoryFile(path / HISTORY)

    @classmethod
    def create(
        cls,
        path: Path,
        experiment: Experiment,
        record: RunRecord | None = None,
        others: Contents | None = None,
        room: AbstractContextManager[None] | None = None,
    ) -> Self:
        """Create a run folder; a new one has all its files from its first moment on.

        Args:
            path: The folder; it may exist, but must not contain a run.
            experiment: The experiment.
            record: The record at the start, in case the program is killed.
            others: The contents of further files by name.
            room: Makes room for the folder, which exists; entered when everything is written but for its name.

        Raises:
            SessionError: It cannot be created, or a run in it would be overwritten (`folder_in_use`).
        """
        path = Path(os.path.abspath(path))
        record = record or RunRecord(status="interrupted", stop_reason=UNFINISHED)
        text = encoded(path / EXPERIMENT, experiment_content(experiment))
        files: dict[str, bytes | Path] = {RUN: encoded(path / RUN, record_content(record)), **(others or {})}
        try:
            if room is not None or not os.path.lexists(path):
                create_together(path, {**files, EXPERIMENT: text}, room=room)
                return cls(path)
            make_folder(path)
            if there := [name for name in FILES if os.path.lexists(path / name)]:
                raise SessionError(
                    f"{path} already contains {', '.join(there)}; a new run would overwrite that.",
                    remedy="Name another folder.",
                    code="folder_in_use",
                )
            write_bytes(path / EXPERIMENT, text, exclusive=True)
        except FileExistsError as error:  # of two runs that start at once, one claims the folder
            raise SessionError(
                f"Another run has just started in {path}.", remedy="Name another folder.", code="folder_in_use"
            ) from error
        try:
            write_together(path, {name: content for name, content in files.items() if name != EXPERIMENT})
        except BaseException:
            _delete(path)
            raise
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a run folder that exists.

        Raises:
            SessionError: It is not a run folder.
        """
        path = allowed(os.path.abspath(path))
        if not path.is_dir():
            what = f"{path} is a file, not a run folder." if path.exists() else f"There is no folder {path}."
            raise SessionError(what, remedy="Name a folder that `tui-ann train` wrote.", code="no_such_file")
        if not is_run_folder(path):
            missing = f"it has no {EXPERIMENT}" if not (path / EXPERIMENT).exists() else "it has no results"
            raise SessionError(
                f"{path} is not a run folder: {missing}.",
                remedy="Name a folder that `tui-ann train` wrote.",
                code="not_a_run",
            )
        return cls(path)

    def write(self, files: Contents, *, durable: bool = True) -> None:
        """Write files that are one state of the run as one.

        Args:
            files: Their contents by name.
            durable: Whether to flush them to the disk; if not, a power failure (not a kill) may lose them.

        Raises:
            SessionError: They cannot be written; the state before is still there.
        """
        if HISTORY in files:
            self._history.close()
        write_together(self.path, files, durable=durable)

    def tidy(self) -> None:
        """Finish what a killed program had begun to write; only for the one who writes into the folder."""
        tidy(self.path)

    def at(self, name: str) -> Path:
        """Where a file of the folder is now."""
        return present(self.path, name)

    def as_one(self, read: Callable[[], T]) -> T:
        """Read several files of the folder, all of one state, while another program may be writing it.

        Args:
            read: Reads them; it may be called several times.
        """
        return read_together(self.path, RUN, read)

    @property
    def history_path(self) -> Path:
        """The file of the history."""
        return self.at(HISTORY)

    @property
    def last_epoch(self) -> int:
        """The last epoch in the history; 0 if there is none, or the history cannot be read."""
        try:
            return int(last_row(self.history_path).get("epoch", 0))
        except (OSError, ValueError):
            return 0  # whoever needs the history says what is wrong with it

    def append(self, *records: EpochRow) -> None:
        """Add epochs to the history."""
        self._history.extend(records)

    def write_history(self, records: Iterable[EpochRow], names: Iterable[str]) -> None:
        """Replace the history.

        Args:
            records: The epochs.
            names: The values of an epoch, for the header of a history without epochs.
        """
        self._history.rewrite(records, names)

    def close(self) -> None:
        """Close the history; the next row opens it again."""
        self._history.close()

    def experiment(self) -> Experiment:
        """The experiment of the run.

        Raises:
            ExperimentError: Its file has mistakes.
        """
        return read_present(self.path, EXPERIMENT, load)

    def history(self) -> list[dict[str, float]]:
        """The epochs, each by the names of its columns."""
        return self.history_table().dictionaries()

    def history_table(self) -> HistoryTable:
        """The epochs as one array, for runs with very many."""
        return read_present(self.path, HISTORY, read_history)

    def has_weights(self, which: Which) -> bool:
        """Whether these parameters were written."""
        return self.at(f"{which}.safetensors").exists()

    def weights(self, which: Which = "final") -> dict[str, Array]:
        """The parameters by name.

        Raises:
            SessionError: They are not there, or damaged.
        """
        if not self.has_weights(which):
            raise SessionError(
                f"{self.path} has no {which} parameters: the run was stopped before they were written.",
                remedy="Train the experiment in it again.",
                code="no_weights",
            )
        return read_present(self.path, f"{which}.safetensors", load_weights)

    def preprocessing(self) -> dict[str, Any]:
        """How the data were prepared.

        Raises:
            SessionError: It is not there, or damaged.
        """
        return self._read_json(PREPROCESSING, dict[str, Any])

    def record(self) -> RunRecord:
        """How the run ended, or its last state if it was killed; then the history may have further epochs.

        Without parameters there is only the history, and the record is of its last epoch.

        Raises:
            SessionError: It is damaged.
        """
        if self.at(RUN).exists():
            record = self._read_json(RUN, RunRecord)
        else:
            record = RunRecord(status="interrupted", stop_reason=UNFINISHED)
        if record.status != "interrupted" or self.has_weights("final") or self.has_weights("initial"):
            return record
        try:
            last = last_row(self.history_path)
        except (OSError, ValueError):
            return record  # whoever needs the history says what is wrong with it
        if last.get("epoch", 0) <= record.epochs:
            return record
        return msgspec.structs.replace(
            record, epochs=int(last["epoch"]), updates=int(last["updates"]), seconds=last["seconds"]
        )

    def _read_json(self, name: str, kind: type[T]) -> T:
        path = self.path / name
        try:
            return msgspec.json.decode(read_present(self.path, name, Path.read_bytes), type=kind)
        except FileNotFoundError as error:
            raise SessionError(
                f"{self.path} has no {name}.", remedy="Train the experiment in it again.", code="bad_run"
            ) from error
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SessionError(
                f"{path} is damaged: {error}.",
                remedy="Open another run, or train this experiment again.",
                code="bad_run",
            ) from error


def _delete(path: Path) -> None:
    """Delete the files of a run that could not be begun; the others in its folder stay."""
    shutil.rmtree(path / NEXT, ignore_errors=True)
    for name in FILES:
        with contextlib.suppress(OSError):
            (path / name).unlink()


def experiment_content(experiment: Experiment) -> str:
    """The text of `experiment.toml` in a run folder: initial weights from a file are those of the folder."""
    if experiment.network.weights:
        network = msgspec.structs.replace(experiment.network, weights="initial.safetensors")
        experiment = msgspec.structs.replace(experiment, network=network)
    return dumps(experiment)


def record_content(record: RunRecord) -> str:
    """The text of `run.json`."""
    return json_text(msgspec.to_builtins(record))


def is_run_folder(path: Path) -> bool:
    """Whether a folder looks like a run: an experiment, and at least one other file of a run."""
    if is_being_written(path.name) or not (path / EXPERIMENT).is_file():
        return False
    return (path / NEXT).is_dir() or any((path / name).is_file() for name in FILES if name != EXPERIMENT)


def new_names(root: Path, name: str, now: datetime) -> Iterator[Path]:
    """Names `<name>-<time>` for a folder that nothing has yet, with a number appended after the first.

    Raises:
        SessionError: A thousand of them are taken.
    """
    stem = f"{safe_name(name)}-{now:%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        path = root / (stem if number == 1 else f"{stem}-{number}")
        if not os.path.lexists(path):
            yield path
    raise SessionError(f"{root} already has a thousand folders {stem}.", remedy="Name a folder.", code="cannot_write")


def new_folder(root: Path, name: str, now: datetime) -> Path:
    """Create an empty folder `<name>-<time>`, with a number appended if it exists.

    Raises:
        SessionError: It cannot be created.
    """
    make_folder(root)
    for path in new_names(root, name, now):
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise cannot_write(path, error) from error
        return path
    raise AssertionError("the names end with an error")


def safe_name(name: str) -> str:
    """A name that is valid for folders everywhere: letters, digits, dot, dash and underscore."""
    words = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    # 200 bytes leave room for the time; cutting bytes must not split a letter.
    return words.encode()[:200].decode(errors="ignore") or "run"


def json_text(value: Any) -> str:
    """Indented JSON; numbers that are not finite are null."""
    return json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def finite(value: Any) -> Any:
    """A value for JSON: numbers of NumPy as Python's, arrays as lists, numbers that are not finite as `None`."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value
