"""A run on disk: the experiment, its history and its results.

Each file is written whole or not at all, and `history.csv` gets a row after each epoch, so that a folder can be read
at any time: during the run, after it ended, and after the program was killed.
"""

import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import msgspec

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_write, make_folder, write_text
from tui_ann.experiment.files import dumps, load
from tui_ann.experiment.history_file import EpochRow, HistoryFile, HistoryTable, read_history
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.weights import Array, Parameters, load_weights, save_weights
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
        cls, path: Path, experiment: Experiment, record: RunRecord | None = None, *, replace: bool = False
    ) -> Self:
        """Create a run folder.

        Args:
            path: The folder; it may exist, but must not contain a run.
            experiment: The experiment.
            record: The record at the start, in case the program is killed.
            replace: Whether an existing run is replaced.

        Raises:
            SessionError: It cannot be created, or a run in it would be overwritten.
        """
        path = Path(os.path.abspath(path))
        make_folder(path)
        there = [name for name in FILES if os.path.lexists(path / name)]
        if there and not replace:
            raise SessionError(
                f"{path} already contains {', '.join(there)}; a new run would overwrite that.",
                remedy="Name another folder.",
                code="folder_in_use",
            )
        try:
            for name in there:
                (path / name).unlink()
        except OSError as error:
            raise cannot_write(path, error) from error
        folder = cls(path)
        try:
            folder.write_experiment(experiment, new=True)  # of two runs that start at once, one claims the folder
        except FileExistsError as error:
            raise SessionError(
                f"Another run has just started in {path}.", remedy="Name another folder.", code="folder_in_use"
            ) from error
        folder.write_record(record or RunRecord(status="interrupted", stop_reason=UNFINISHED))
        return folder

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

    def write_experiment(self, experiment: Experiment, *, new: bool = False) -> None:
        """Write the experiment, with every default and the absolute path of the data.

        Initial weights from a file are replaced by their copy in this folder.

        Args:
            experiment: The experiment.
            new: Whether the folder must have none yet.

        Raises:
            FileExistsError: It has one, and must have none.
        """
        write_text(self.path / EXPERIMENT, experiment_content(experiment), exclusive=new)

    def append(self, record: EpochRow) -> None:
        """Add an epoch to the history."""
        self._history.append(record)

    def write_history(self, records: Iterable[EpochRow], names: Iterable[str]) -> None:
        """Replace the history.

        Args:
            records: The epochs.
            names: The values of an epoch, for the header of a history without epochs.
        """
        self._history.rewrite(records, names)

    def write_weights(self, which: Which, parameters: Parameters, *, durable: bool = True) -> None:
        """Write parameters; use `durable=False` if they are soon written again."""
        save_weights(self.path / f"{which}.safetensors", parameters, durable=durable)

    def write_preprocessing(self, description: Mapping[str, Any]) -> None:
        """Write how the data were prepared."""
        write_text(self.path / PREPROCESSING, json_text(description))

    def write_record(self, record: RunRecord) -> None:
        """Write how the run ended."""
        write_text(self.path / RUN, record_content(record))

    def close(self) -> None:
        """Close the history; the next row opens it again."""
        self._history.close()

    def experiment(self) -> Experiment:
        """The experiment of the run.

        Raises:
            ExperimentError: Its file has mistakes.
        """
        return load(self.path / EXPERIMENT)

    def history(self) -> list[dict[str, float]]:
        """The epochs, each by the names of its columns."""
        return self.history_table().dictionaries()

    def history_table(self) -> HistoryTable:
        """The epochs as one array, for runs with very many."""
        return read_history(self.path / HISTORY)

    def has_weights(self, which: Which) -> bool:
        """Whether these parameters were written."""
        return (self.path / f"{which}.safetensors").exists()

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
        return load_weights(self.path / f"{which}.safetensors")

    def preprocessing(self) -> dict[str, Any]:
        """How the data were prepared.

        Raises:
            SessionError: It is not there, or damaged.
        """
        return self._read_json(PREPROCESSING, dict[str, Any])

    def record(self) -> RunRecord:
        """How the run ended; if it was killed, according to its history.

        Raises:
            SessionError: It is damaged.
        """
        if (self.path / RUN).exists():
            record = self._read_json(RUN, RunRecord)
        else:
            record = RunRecord(status="interrupted", stop_reason=UNFINISHED)
        if record.status != "interrupted":
            return record
        table = self.history_table()
        if len(table.rows) <= record.epochs:
            return record
        last = dict(zip(table.names, table.rows[-1].tolist(), strict=True))
        return msgspec.structs.replace(
            record, epochs=int(last["epoch"]), updates=int(last["updates"]), seconds=last["seconds"]
        )

    def _read_json(self, name: str, kind: type[T]) -> T:
        path = self.path / name
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
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
    return (path / EXPERIMENT).is_file() and any((path / name).is_file() for name in FILES if name != EXPERIMENT)


def new_folder(root: Path, name: str, now: datetime) -> Path:
    """Create an empty folder `<name>-<time>` for a run, with a number appended if it exists.

    Raises:
        SessionError: It cannot be created.
    """
    make_folder(root)
    stem = f"{safe_name(name)}-{now:%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        path = root / (stem if number == 1 else f"{stem}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        except OSError as error:
            raise cannot_write(path, error) from error
        return path
    raise SessionError(f"{root} already has a thousand folders {stem}.", remedy="Name a folder.", code="cannot_write")


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
