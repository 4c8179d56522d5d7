"""What can be opened: a data file, an experiment, a run folder, a network of another program, or `sample:NAME`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.data.read.table import Table
from tui_ann.data.samples import sample_folder
from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import refuse_impossible
from tui_ann.experiment.files import load
from tui_ann.experiment.proposal import Wishes, propose
from tui_ann.experiment.run_folder import EXPERIMENT, is_run_folder
from tui_ann.experiment.spec import Experiment
from tui_ann.gate import allowed
from tui_ann.importing.model_file import is_model_file
from tui_ann.importing.read_model import Remark
from tui_ann.session.run.build import Cancelled, Progress
from tui_ann.session.run.prepared import read_options
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Kind
from tui_ann.session.store.run_list import SWEEP
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.trouble import refuse_missing_data

SAMPLE = "sample:"
"""The prefix of a built-in sample."""


MOST_BY_HAND = 12
"""Most rows of a table that is followed by hand."""

Target = str | Sequence[str]
"""One column or several."""


@dataclass(frozen=True)
class Source:
    """Something that can be opened."""

    kind: Kind
    """Its kind."""
    path: Path
    """The file or folder, absolute."""
    text: str
    """The argument that reopens it: the path, or `sample:NAME`."""


@dataclass(frozen=True, eq=False)
class Opened:
    """An opened source."""

    source: Source
    """Where it came from."""
    experiment: Experiment
    """The experiment as read, or as proposed for a data file."""
    table: Table | None
    """The data; not read yet for a run folder, because its data may be missing."""
    saved_run: SavedRun | None
    """The saved run of a run folder."""
    remarks: tuple[Remark, ...] = ()
    """What was not taken over from a network of another program."""

    @property
    def by_hand(self) -> bool:
        """Whether it is made to be followed by hand: start values are given, and there are only a few rows."""
        return bool(self.experiment.network.weights) and self.table is not None and self.table.n_rows <= MOST_BY_HAND


def find(source: str | os.PathLike[str]) -> Source:
    """Identify a path or name without reading files.

    Raises:
        SessionError: It cannot be opened, or is outside the folder that this program may use.
        DataError: There is no such sample.
    """
    text = os.fspath(source)
    if text.startswith(SAMPLE):
        return Source(Kind.SAMPLE, sample_folder(text.removeprefix(SAMPLE)) / EXPERIMENT, text)
    path = Path(os.path.abspath(os.path.expanduser(text)))
    refuse_impossible(path, "no_such_file")
    path = allowed(path)
    if path.is_dir():
        return _folder(path)
    if path.suffix.lower() == ".safetensors":
        if (script := path.with_suffix(".py")).is_file():
            return Source(Kind.MODEL, script, str(script))
        raise SessionError(
            f"{path} holds parameters only.",
            remedy="Open the run folder it is in, or name it as network.weights in an experiment.",
            code="cannot_open",
        )
    kind = Kind.EXPERIMENT if path.suffix.lower() == ".toml" else Kind.DATA
    return Source(Kind.MODEL if is_model_file(path) else kind, path, str(path))


def _folder(path: Path) -> Source:
    if is_run_folder(path):
        return Source(Kind.RUN, path, str(path))
    if (path / EXPERIMENT).is_file():
        return Source(Kind.EXPERIMENT, path / EXPERIMENT, str(path / EXPERIMENT))
    if (path / SWEEP).is_file():
        raise _sweep(path)
    raise SessionError(
        f"{path} is a folder without a run or an experiment in it.",
        remedy="Name a data file, an experiment file, or a folder that a run was saved in.",
        code="cannot_open",
    )


def _sweep(path: Path) -> SessionError:
    """The error for a folder of many runs, which names the one to open."""
    from tui_ann.session.sweep.folder import SweepFolder

    best = SweepFolder.open(path).record().best_folder
    return SessionError(
        f"{path} is the folder of a sweep, with many runs.",
        remedy=f"Open its best run, {path / best}." if best else f"Go on with it: tui-ann sweep --resume {path}",
        code="cannot_open",
    )


def load_source(
    source: Source,
    *,
    target: Target | None = None,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    wishes: Wishes | None = None,
    imported: Path | None = None,
) -> Opened:
    """Read a source without changing the session.

    Args:
        source: What to open.
        target: The column to predict, instead of the proposed one or that of the experiment.
        options: Reader options, instead of the detected ones or those of the experiment.
        progress: Gets the progress of reading.
        cancelled: Returns whether to stop.
        wishes: What the proposal for a data file must respect.
        imported: Where the files are kept that a network of another program needs; by default the user's folder.

    Raises:
        DataError: The table cannot be read.
        ModelError: There is no network that can be held.
        ExperimentError: The experiment has mistakes, or its data file is not there.
        SessionError: The run folder is damaged.
    """
    options = options or ReadOptions()
    if source.kind is Kind.DATA:
        table = read_table(source.path, options, progress=progress, cancelled=cancelled)
        experiment = _with_options(propose(table, source.path, target, **(wishes or Wishes())._asdict()), options)
        return Opened(source, experiment, table, None)
    if source.kind is Kind.RUN:
        saved = SavedRun.load(source.path)
        saved.require_network()
        return Opened(source, _adjusted(saved.experiment, target, options), None, saved)
    remarks: tuple[Remark, ...] = ()
    if source.kind is Kind.MODEL:
        from tui_ann.session.imports.keeping import keep_imported

        found, remarks = keep_imported(source.path, imported or UserPaths.of_user().imported)
    else:
        found = load(source.path)
    experiment = _adjusted(found, target, options)
    if source.kind is Kind.EXPERIMENT:
        refuse_missing_data(experiment, source.path)
    path = Path(experiment.data.path)
    table = read_table(path, read_options(experiment), progress=progress, cancelled=cancelled)
    return Opened(source, experiment, table, None, remarks)


def _adjusted(experiment: Experiment, target: Target | None, options: ReadOptions) -> Experiment:
    """The experiment with the target and the reader options of the caller."""
    if target is not None:
        columns = target if isinstance(target, str) else tuple(target)
        data = msgspec.structs.replace(experiment.data, target=columns, task="auto", classes=())
        experiment = msgspec.structs.replace(experiment, data=data)
    return _with_options(experiment, options)


def _with_options(experiment: Experiment, options: ReadOptions) -> Experiment:
    """The experiment with these reader options, so that the table is always read the same way."""
    given = {name: value for name in ReadOptions.__dataclass_fields__ if (value := getattr(options, name)) is not None}
    return msgspec.structs.replace(experiment, data=msgspec.structs.replace(experiment.data, **given))
