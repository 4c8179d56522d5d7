"""A saved run as a live one, where it stopped: what follows is as if the program had never been left."""

import time

from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import UNFINISHED, RunFolder
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.store import state_file
from tui_ann.session.store.replay import Replay
from tui_ann.session.store.saved_run import SavedRun


def regained(saved: SavedRun, data: Prepared, number: int, clock: Clock = time.perf_counter) -> Run | None:
    """The run of a folder, live, at its last update.

    Without a state that can be read, as of a run that stopped early, its updates are repeated from the start.

    Args:
        saved: The run.
        data: The table and the rows read so far, which may be those of the run.
        number: The number of the run in its session.
        clock: Seconds, from any start.

    Returns:
        `None` if it cannot be had here: the data have changed, or this computer computes other numbers.

    Raises:
        SessionError: Its folder is damaged.
        DataError: Its data cannot be read.
        ExperimentError, EngineError: Its experiment cannot run.
    """
    record, folder = saved.record, RunFolder.open(saved.folder)
    table, dataset = data.make(saved.experiment)
    if record.sha256 not in (None, table.report.sha256) or not folder.has_weights("initial"):
        return None
    stored = state_file.stored_in(folder)
    if stored is not None:
        run = stored.live(saved.experiment, dataset, table.report.sha256, number, clock, resume=True)
        run.log.take(folder.history_path, run.trainer.history.epochs)
    else:
        try:
            repeated = Replay(saved, data, number=number, clock=clock).take_whole()
        except SessionError as error:
            if error.code != "no_replay":
                raise
            return None
        assert repeated is not None, "nothing cancels it"
        run = repeated
    run.forked = record.forked
    if record.stop_reason != UNFINISHED:  # else its folder may be in use by the program that trains it
        run.folder, run.saved_at = saved.folder, (run.length, run.experiment)
    return run
