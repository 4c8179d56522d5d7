"""Whether the files of a run folder are those of one run."""

from collections.abc import Sequence
from pathlib import Path

from tui_ann.data.phrases import listing
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import EXPERIMENT, HISTORY, PREPROCESSING, RUN
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.text import counted


def check_fit(
    path: Path,
    experiment: Experiment,
    network: Network,
    preprocessing: Preprocessing,
    record: RunRecord,
    history: History,
) -> None:
    """Refuse files that say different things of the same run.

    Args:
        path: The run folder.
        experiment: Its experiment.
        network: The network of that experiment.
        preprocessing: How its rows were prepared.
        record: How it ended.
        history: Its epochs.

    Raises:
        SessionError: They have other targets, classes or epochs.
    """
    target = preprocessing.target
    wanted = experiment.data.target
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted or ())
    if any(names) and names != target.names:
        raise misfit(path, f"{EXPERIMENT} predicts {listing(names)}, {PREPROCESSING} {listing(target.names)}.")
    if target.outputs != network.outputs:
        raise misfit(
            path,
            f"the network has {counted(network.outputs, 'output')}, the target in {PREPROCESSING} has "
            f"{target.outputs}.",
        )
    last = history.epochs.done
    if record.status == Status.INTERRUPTED or record.watched or not last:
        return  # a run that was killed may have epochs after its last record
    if last != record.epochs:
        raise misfit(path, f"{RUN} says {counted(record.epochs, 'epoch')}, {HISTORY} has {last}.")


def misfit(path: Path, why: str, details: Sequence[str] = ()) -> SessionError:
    """The error for a folder whose files do not belong together.

    Args:
        path: The run folder.
        why: What does not fit, as a sentence.
        details: Further lines.
    """
    return SessionError(
        f"The files of {path} do not fit each other: {why}",
        remedy="Open another run, or train this experiment again.",
        code="bad_run",
        details=details,
    )
