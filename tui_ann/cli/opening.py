"""Opens what a command works on: an experiment file, a run folder, a sample or a data file, with changes."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_ann.cli.terminal import say
from tui_ann.errors import DataError, ExperimentError, Problem, TuiAnnError

if TYPE_CHECKING:
    from tui_ann.data.read.reader import ReadOptions
    from tui_ann.experiment.proposal import Wishes
    from tui_ann.experiment.spec import Experiment
    from tui_ann.importing.read_model import Remark
    from tui_ann.session.run.run import Run
    from tui_ann.session.session import Session
    from tui_ann.session.source import Source


def opened(
    source: str,
    *,
    targets: Sequence[str] = (),
    sets: Sequence[str] = (),
    options: "ReadOptions",
    progress: Callable[[float, str], None],
    wishes: "Wishes | None" = None,
    changes_follow: bool = False,
) -> "Session":
    """A session with the file opened and the changes applied; the data are read only after the changes.

    Args:
        source: An experiment file, a run folder, `sample:NAME`, a data file or a stream.
        targets: The columns to predict; those of the experiment, or the proposed one, by default.
        sets: Each `KEY=VALUE`.
        options: Options for the reader.
        progress: Gets the progress of reading.
        wishes: What the proposal for a data file must respect.
        changes_follow: Whether the caller makes more changes, and calls `require_data` after them.

    Raises:
        TuiAnnError: It cannot be opened, or a change cannot be made.
    """
    from tui_ann.experiment.files import load
    from tui_ann.session.session import Session
    from tui_ann.session.source import find
    from tui_ann.session.store.recents import Kind
    from tui_ann.session.store.spooled import at_rest

    target = targets[0] if len(targets) == 1 else tuple(targets) or None
    session = Session()
    source = at_rest(source, session.paths.spooled)
    found = find(source)
    if found.kind is Kind.DATA:
        try:
            session.workspace.open(source, target=target, options=options, progress=progress, wishes=wishes)
        except DataError as error:
            if error.code == "no_such_column" and sets:
                session.workspace.open(source, options=options, progress=progress, wishes=wishes)
                _refuse_with_target(session, error, sets)
            raise
        session.workspace.edit(_changed(session.workspace.experiment, sets, None))
    elif found.kind is Kind.MODEL:
        say_remarks(found.path, session.workspace.open(source, target=target, options=options).remarks)
        session.workspace.edit(_changed(session.workspace.experiment, sets, None))
    else:
        path = _experiment_file(found)
        session.workspace.adopt(_changed(_told(load(path), target, options), sets, path.parent))
        if not changes_follow:
            require_data(source, session.workspace.experiment)
    return session


def require_data(source: str, experiment: "Experiment") -> None:
    """Refuse an experiment whose data file is not there, in words that say where it is named.

    Args:
        source: What was opened.
        experiment: The experiment after the last change.

    Raises:
        ExperimentError: There is no such data file.
    """
    from tui_ann.experiment.files import load
    from tui_ann.session.source import find
    from tui_ann.session.store.recents import Kind
    from tui_ann.session.trouble import refuse_missing_data

    found = find(source)
    if found.kind in (Kind.DATA, Kind.MODEL):
        return
    path = _experiment_file(found)
    refuse_missing_data(experiment, path if experiment.data.path == load(path).data.path else None)


def _experiment_file(found: "Source") -> Path:
    """The file of an experiment or of the experiment of a run."""
    from tui_ann.experiment.run_folder import EXPERIMENT
    from tui_ann.session.store.recents import Kind

    return found.path / EXPERIMENT if found.kind is Kind.RUN else found.path


def say_remarks(file: Path, remarks: "Sequence[Remark]") -> None:
    """Print what was not taken over from a network of another program."""
    for remark in remarks:
        say(f"{file}, {remark}" if remark.line else str(remark))


def prepared(session: "Session", progress: Callable[[float, str], None]) -> "Run":
    """The run of an experiment at its start.

    Raises:
        TuiAnnError: It cannot run; all reasons are reported at once.
    """
    from tui_ann.experiment.checks import refuse
    from tui_ann.session.trouble import trouble

    try:
        return session.runs.prepare(progress)
    except TuiAnnError as error:
        found = trouble(session.workspace.experiment, session.workspace.table)
        if isinstance(error, DataError) and error.message not in {problem.message for problem in found}:
            found.insert(0, Problem("data", error.message, error.remedy))
        if len(found) > 1:
            refuse(found)
        raise


def _refuse_with_target(session: "Session", error: DataError, sets: Sequence[str]) -> None:
    """Report a missing target together with all other problems.

    Raises:
        ExperimentError: Something else is wrong.
    """
    from tui_ann.session.trouble import trouble

    try:
        others = trouble(_changed(session.workspace.experiment, sets, None), session.workspace.table)
    except ExperimentError as refused:
        others = list(refused.problems)
    # Problems of outputs, loss and metrics come from the target that was proposed instead.
    if others := [problem for problem in others if problem.where.startswith(("--set", "data."))]:
        problems = [Problem("--target", error.message, error.remedy), *others]
        raise ExperimentError(f"{len(problems)} problems:", problems, code=error.code) from error


def _changed(experiment: "Experiment", sets: Sequence[str], folder: Path | None) -> "Experiment":
    """The experiment with changes; if some are impossible, all other problems are reported too."""
    from tui_ann.experiment.checks import unrelated
    from tui_ann.experiment.files import apply_sets
    from tui_ann.session.trouble import trouble

    try:
        return apply_sets(experiment, sets, folder=folder)
    except ExperimentError as error:
        refused = [problem.where.removeprefix("--set ") for problem in error.problems]
        for change in sets:
            with suppress(ExperimentError):
                experiment = apply_sets(experiment, [change], folder=folder)
        problems = [*error.problems, *unrelated(trouble(experiment), refused)]
        if len(problems) == len(error.problems):
            raise
        message = f"These changes have {len(problems)} problems:"
        raise ExperimentError(message, problems, code=error.code) from error


def _told(experiment: "Experiment", target: str | tuple[str, ...] | None, options: "ReadOptions") -> "Experiment":
    """The experiment with the data options of the command."""
    from tui_ann.experiment.keys import put

    given = {name: value for name, value in vars(options).items() if value is not None}
    if target is not None:
        given |= {"target": target, "task": "auto", "classes": ()}
    for name, value in given.items():
        experiment = put(experiment, f"data.{name}", value)
    return experiment


def say_changed_data(source: str, run: "Run") -> None:
    """Say it if a run folder is trained again and its data file has changed since.

    Args:
        source: What was opened.
        run: The new run.
    """
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.source import find
    from tui_ann.session.store.recents import Kind
    from tui_ann.session.store.saved_run import changed_data

    found = find(source)
    if found.kind is Kind.RUN:
        folder = RunFolder.open(found.path)
        same_file = folder.experiment().data.path == run.experiment.data.path
        if same_file and (changed := changed_data(folder.record(), run.sha256)):
            say(changed)


def say_proposal(session: "Session", targets: Sequence[str], sets: Sequence[str], *, saved: bool) -> None:
    """Print why the experiment for a data file is proposed as it is, without what the command line chose.

    Args:
        session: It holds the experiment.
        targets: The targets of the command line.
        sets: Its changes, `KEY=VALUE` each.
        saved: Whether the command also saves it.
    """
    from tui_ann.session.reasons import proposal_reasons

    say("Proposed for this table" + ("" if saved else "; --save FILE writes all of it") + ":")
    chosen = {*(text.partition("=")[0].strip() for text in sets), *(["data.target"] if targets else [])}
    for reason in proposal_reasons(session.workspace, chosen):
        say(f"  {reason}")


def save_experiment(session: "Session", path: Path, *, force: bool = False) -> None:
    """Write the experiment to a file.

    Raises:
        SessionError: The file already exists, or cannot be written.
    """
    from tui_ann.experiment.files import dumps
    from tui_ann.experiment.outputs import write_output

    folder = Path(os.path.abspath(path)).parent
    write_output(path, dumps(session.workspace.experiment, folder=folder, comments=True), force=force)
    say(f"wrote {path}")
