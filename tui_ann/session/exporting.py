"""Takes the run of a session to other programs: finds what a format needs, and writes the files."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Table
from tui_ann.engine.history import Mark
from tui_ann.engine.tape import Array
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.outputs import REMEDY, check_output, create_output_folder, write_output
from tui_ann.experiment.run_folder import STATE, RunFolder, safe_name
from tui_ann.experiment.spec import DataSpec
from tui_ann.export.run_formats import RunFormat, run_format_named
from tui_ann.export.runs.source import ExportedRun, FileReading, Files
from tui_ann.gate import refuse_changes
from tui_ann.session.reporting.reporting import Reporting
from tui_ann.session.run.build import Progress
from tui_ann.session.run.lookback import Lookback
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.runs import Runs
from tui_ann.session.store import state_file
from tui_ann.session.store.recovery import refuse_changed
from tui_ann.session.store.replay import Replay
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.workspace import Workspace
from tui_ann.text import clean

_MOST_MOMENTS = 50
"""Epochs of which the parameters are shown, evenly spaced."""
_LONGEST_REPLAY = 20.0
"""Seconds of training that are repeated for them."""
UNTRAINED = "It was not trained yet: its parameters are the start values."
"""What a file says of a run without an update."""


@dataclass(frozen=True)
class Exported:
    """What was written."""

    paths: tuple[Path, ...]
    """The files, the one to use first; of a folder, the folder alone."""
    remarks: tuple[str, ...]
    """What a user must know about it, one sentence each."""


class Exporting:
    """Writes the run of the open experiment, or the opened saved run, in the formats of `run_formats`.

    Every method may be called from any thread.

    Args:
        workspace: What is open.
        runs: The runs of the session.
        reporting: Reports the run.
    """

    def __init__(self, workspace: Workspace, runs: Runs, reporting: Reporting) -> None:
        self._workspace, self._runs, self._reporting = workspace, runs, reporting

    def proposed(self, name: str) -> str:
        """The file, or the folder, that is proposed for a format.

        Raises:
            SessionError: There is no such format, or nothing is open.
        """
        form = run_format_named(name)
        stem = safe_name(self._workspace.experiment.name)
        if form.is_report:
            stem += "-report"
        return f"{stem}-{form.name}" if form.is_folder else f"{stem}.{form.suffix}"

    def inside(self, folder: Path, name: str) -> Path:
        """Where a format goes in a folder: the proposed file; of a format with several files, the folder itself.

        Raises:
            SessionError: There is no such format, or nothing is open.
        """
        return folder if run_format_named(name).is_folder else folder / self.proposed(name)

    def write(
        self,
        name: str,
        out: Path | None = None,
        *,
        force: bool = False,
        threshold: float = 0.5,
        remedy: str = REMEDY,
        progress: Progress | None = None,
    ) -> Exported:
        """Write the run in a format.

        Args:
            name: The format.
            out: The file, or the folder of a format with several files; by default `proposed`.
            force: Whether existing files are replaced.
            threshold: With two classes and one output, the second is the answer where ŷ is at least this.
            remedy: What to do about a file that exists.
            progress: Gets the progress of reading the data.

        Raises:
            SessionError: There is no such format, its library is missing, it cannot hold this run, or a file exists.
            DataError: The data are needed and cannot be read.
        """
        refuse_changes()
        form = run_format_named(name)
        path = Path(self.proposed(name)) if out is None else out
        if not form.is_folder:
            check_output(path, force=force, inputs=self._inputs(), remedy=remedy)
        content, remarks = self._content(form, threshold, progress)
        if form.is_folder:
            create_output_folder(path)
            for inside, part in content.items():
                (path / inside).parent.mkdir(parents=True, exist_ok=True)
                write_output(path / inside, part)
            return Exported((path,), remarks)
        paths = _beside(path, tuple(content))
        check_output(*paths, force=force, inputs=self._inputs(), remedy=remedy)
        for each, part in reversed(tuple(zip(paths, content.values(), strict=True))):  # the main file last
            write_output(each, part, force=force, remedy=remedy)
        return Exported(paths, remarks)

    def text(self, name: str, *, threshold: float = 0.5, progress: Progress | None = None) -> str:
        """The run as text, for a format that is one text.

        Raises:
            SessionError: As for `write`; also if the format is no single text.
            DataError: As for `write`.
        """
        form = run_format_named(name)
        content = tuple(self._content(form, threshold, progress)[0].values())
        if len(content) != 1 or not isinstance(content[0], str):
            raise SessionError(
                f"The format {name} is not one text.", remedy="Name a file with --out FILE.", code="not_a_text"
            )
        return content[0]

    def _content(self, form: RunFormat, threshold: float, progress: Progress | None) -> tuple[Files, tuple[str, ...]]:
        """The files of a format, and what a user must know."""
        if form.is_report:
            form.check_installed()
            return {f".{form.suffix}": form.write(self._reporting.report(threshold, progress))}, ()
        run = self.run(form, threshold, progress)
        return form.write(run), run.remarks

    def run(self, form: RunFormat, threshold: float = 0.5, progress: Progress | None = None) -> ExportedRun:
        """The run with what a format needs.

        Raises:
            SessionError: Its library is missing, the threshold does not suit the run, or the data have changed.
            DataError, ExperimentError, EngineError: There is no run, and none can be made.
        """
        form.check_installed()
        source: RunSource = self._runs.opened or self._runs.prepare(progress)
        table, dataset = self._data(source, form, progress)
        last = source.snapshot().update
        run = ExportedRun(
            source.experiment,
            source.copy_network(),
            _start(source),
            source.preprocessing,
            source.history,
            dataset,
            _reading(source.experiment.data, table),
            self._moments(source) if form.needs_moments else {},
            threshold,
            (*([] if last else [UNTRAINED]), *_changes(source)),
        )
        if not np.isfinite(run.network.theta).all():
            raise SessionError(
                "The run diverged: its parameters are no finite numbers, so there is nothing to take away.",
                remedy="Go back to an earlier update, or train with a smaller learning rate.",
                code="diverged",
            )
        if threshold != 0.5 and not run.pipeline.is_threshold:
            raise SessionError(
                "A threshold turns one probability into one of two classes, which this network does not give.",
                remedy="Leave the threshold out.",
                code="bad_threshold",
            )
        return run

    def _data(
        self, source: RunSource, form: RunFormat, progress: Progress | None
    ) -> tuple[Table | None, Dataset | None]:
        """The table and the rows of the run, as far as the format needs them."""
        if isinstance(source, Run):
            return self._workspace.data.table(source.experiment), source.dataset
        if not (form.needs_rows or form.reads_files):
            return None, None
        try:
            table, dataset = self._workspace.data.make(source.experiment, progress)
        except DataError:
            if form.needs_rows:
                raise
            return None, None
        if isinstance(source, SavedRun) and source.record.sha256 is not None and form.needs_rows:
            refuse_changed(source.experiment.data.path, table, source.record.sha256)
        return table, dataset

    def _moments(self, source: RunSource) -> dict[int, Mapping[str, Array]]:
        """The parameters at the ends of some epochs, by exact replay; none if that takes long, or cannot be done."""
        epochs = source.history.epochs
        if not len(epochs) or epochs[-1].seconds > _LONGEST_REPLAY:
            return {}
        at: Lookback | Replay
        if isinstance(source, Run):
            at = Lookback(source)
        elif isinstance(source, SavedRun):
            at = Replay(source, self._workspace.data)
        else:
            raise TypeError(f"{type(source).__name__} is no run to repeat")
        found: dict[int, Mapping[str, Array]] = {}
        wanted = np.linspace(1, epochs.done, min(epochs.done, _MOST_MOMENTS)).round()
        places = np.unique(np.searchsorted(epochs.field("epoch"), wanted, side="right") - 1)
        with suppress(SessionError):  # the data are missing or have changed, or this computer computes other numbers
            for record in (epochs[place] for place in places.tolist()):
                if (shot := at.at(record.updates)) is not None:
                    found[record.epoch] = shot.parameters
        return found

    def _inputs(self) -> list[str | Path]:
        source = self._runs.opened
        folder = [source.folder] if isinstance(source, SavedRun) else []
        return [*folder, self._workspace.experiment.data.path]


def _beside(path: Path, suffixes: Sequence[str]) -> tuple[Path, ...]:
    """The file that was named, and its companions: the same name with other suffixes.

    Raises:
        SessionError: The file has the suffix of a companion.
    """
    main, *others = suffixes
    if path.suffix in others:
        raise SessionError(
            f"{path} would be the file of numbers next to the result.",
            remedy=f"Name it {path.with_suffix(main)}.",
            code="bad_suffix",
        )
    return (path, *(path.with_suffix(other) for other in others))


def _start(source: RunSource) -> Mapping[str, Array]:
    """The initial parameters, empty if they are not known."""
    if isinstance(source, Run):
        return source.start
    try:
        return source.parameters_at(0)
    except SessionError:
        return {}


def _changes(source: RunSource) -> list[str]:
    """What must be known about settings that were changed during the run."""
    marks: Sequence[Mark] = source.history.marks
    if isinstance(source, SavedRun):
        folder = RunFolder(source.folder)
        try:
            marks = state_file.read(folder.at(STATE)).marks
        except SessionError:
            marks = ()
    texts = [f"{mark.text} after update {mark.update}" for mark in marks if mark.changes]
    return (
        [f"Settings were changed during the run: {clean('; '.join(texts))}. Here they are those of its end."]
        if texts
        else []
    )


def _reading(data: DataSpec, table: Table | None) -> FileReading:
    """How the data file is read: as it was, or as the experiment says."""
    if table is None or not table.report.encoding:
        has_header = data.header is not False
        return FileReading(data.delimiter, '"', data.decimal, data.encoding, data.skip_lines or 0, has_header)
    report = table.report
    dialect, names = report.dialect, tuple(table.names)
    return FileReading(
        dialect.delimiter, dialect.quote, dialect.decimal, report.encoding, report.skip_lines, report.has_header, names
    )
