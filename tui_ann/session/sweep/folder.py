"""The folder of a sweep: `base.toml`, `sweep.json`, `sweep.csv`, and a run folder for each run.

Every file is written whole or not at all, and the record of a run last, so that the folder can be read at any moment
and a sweep that was interrupted or killed goes on where it stopped.
"""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.atomic import write_text
from tui_ann.experiment.files import dumps, load
from tui_ann.experiment.outputs import create_output_folder
from tui_ann.experiment.run_folder import RUN, STATE, RunFolder, json_text, new_folder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.session.store import state_file
from tui_ann.session.store.claim import claimed
from tui_ann.session.store.run_files import write_run_files
from tui_ann.session.store.run_list import SWEEP
from tui_ann.session.store.state_file import StoredRun
from tui_ann.session.sweep.record import SCHEMA, SweepRecord

BASE, TABLE = "base.toml", "sweep.csv"

_PLAN = ("settings", "search", "seed", "repeats", "folds", "metric", "rungs", "sha256")
"""What must be the same for a sweep to go on."""


class SweepFolder:
    """The folder of one sweep.  Get one by `create` or `open`.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: Path | None, experiment: Experiment, record: SweepRecord) -> "SweepFolder":
        """The folder for a sweep: a new one, or that of the same sweep, which goes on.

        Args:
            path: The folder; by default `runs/<name>-sweep-<time>`.
            experiment: What every trial begins from.
            record: The record at its start.

        Raises:
            SessionError: It cannot be written, has another sweep, or has something else in it.
        """
        if path is None:
            path = new_folder(Path("runs"), f"{experiment.name}-sweep", datetime.now())
        elif (path / SWEEP).is_file():
            folder = cls(path.absolute())
            if not (folder.path / BASE).exists():  # it was interrupted at its very start
                write_text(folder.path / BASE, dumps(experiment))
            folder._refuse_another(experiment, record)
            return folder
        else:
            create_output_folder(path)
        folder = cls(path.absolute())
        folder.write(record)
        write_text(folder.path / BASE, dumps(experiment))
        return folder

    @classmethod
    def open(cls, path: Path) -> "SweepFolder":
        """The folder of a sweep that exists.

        Raises:
            SessionError: It is not the folder of a sweep.
        """
        if not (path / SWEEP).is_file():
            raise SessionError(
                f"{path} is not the folder of a sweep: it has no {SWEEP}.",
                remedy="Name a folder that `tui-ann sweep` wrote.",
                code="not_a_sweep",
            )
        return cls(path.absolute())

    def experiment(self) -> Experiment:
        """What every trial begins from.

        Raises:
            ExperimentError: Its file has mistakes.
        """
        return load(self.path / BASE)

    def record(self) -> SweepRecord:
        """What is known of the sweep.

        Raises:
            SessionError: It is damaged.
        """
        path = self.path / SWEEP
        try:
            record = msgspec.json.decode(path.read_bytes(), type=SweepRecord)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SessionError(
                f"{path} is damaged: {error}.", remedy="Make the sweep anew, in another folder.", code="bad_sweep"
            ) from error
        if record.schema != SCHEMA:
            raise SessionError(
                f"{path} is of another version of tui-ann: schema {record.schema}, not {SCHEMA}.",
                remedy="Use that version, or make the sweep anew, in another folder.",
                code="bad_sweep",
            )
        return record

    def write(self, record: SweepRecord) -> None:
        """Write the record and the table of runs.

        Raises:
            SessionError: They cannot be written; what was there is unchanged.
        """
        write_text(self.path / SWEEP, json_text(msgspec.to_builtins(record)))
        write_text(self.path / TABLE, _table(record))

    def keep(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a run.

        Raises:
            SessionError: It cannot be written.
        """
        write_run_files(self.path / name, files)

    def run_record(self, name: str) -> RunRecord | None:
        """The record of a run; `None` if it was not written to its end, or is damaged."""
        folder = RunFolder(self.path / name)
        if not folder.at(RUN).is_file():
            return None
        with contextlib.suppress(TuiAnnError):
            return folder.record()
        return None

    def stored(self, name: str) -> StoredRun | None:
        """The state from which a run goes on, if there is one."""
        with contextlib.suppress(TuiAnnError):
            return state_file.read(RunFolder(self.path / name).at(STATE))
        return None

    @contextlib.contextmanager
    def claimed(self) -> Iterator[None]:
        """Be the only one who writes into the folder.

        Raises:
            SessionError: Another program makes the sweep.
        """
        with claimed(self.path, BASE):
            yield

    def _refuse_another(self, experiment: Experiment, record: SweepRecord) -> None:
        known = self.record()
        differ = [name for name in _PLAN if getattr(known, name) != getattr(record, name)]
        if not differ and record.search == "points":
            differ = ["points"] if [each.changes for each in known.trials] != [e.changes for e in record.trials] else []
        if "sha256" in differ:
            raise SessionError(
                f"The data file has changed since the sweep in {self.path}.",
                remedy="Name another folder, or restore the data file.",
                code="data_changed",
            )
        if not differ and self.experiment() != experiment:
            differ = ["experiment"]
        if differ:
            raise SessionError(
                f"{self.path} has another sweep: {', '.join(differ)} {'differ' if len(differ) > 1 else 'differs'}.",
                remedy="Name another folder; or go on with that one: tui-ann sweep --resume " + str(self.path),
                code="folder_in_use",
            )


def _table(record: SweepRecord) -> str:
    """One row for each run, as CSV."""
    parts = {"train": "", "validation": "val_", "test": "test_"}
    runs = [run for trial in record.trials for run in trial.runs]
    columns = list(
        dict.fromkeys(f"{parts[part]}{name}" for run in runs for part, values in run.metrics.items() for name in values)
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            *("trial", "repeat", "fold", *record.settings, "status", "epochs", "updates", "seconds", "value"),
            *columns,
            *("penalty", "folder", "reason"),
        ]
    )
    for trial in record.trials:
        for run in trial.runs:
            found = {
                f"{parts[part]}{name}": value for part, values in run.metrics.items() for name, value in values.items()
            }
            writer.writerow(
                [
                    *(trial.trial, run.repeat, _cell(run.fold)),
                    *(_cell(trial.changes.get(key)) for key in record.settings),
                    *(run.status or "waiting", run.epochs, run.updates, round(run.seconds, 6)),
                    _cell(run.value),
                    *(_cell(found.get(name)) for name in columns),
                    *(_cell(run.penalty), run.folder, run.reason),
                ]
            )
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
