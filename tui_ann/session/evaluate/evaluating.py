"""The entry for front ends: who answers, and which rows are judged."""

import os
from collections.abc import Callable
from dataclasses import replace

from tui_ann.data.read.options import ReadOptions
from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.session.evaluate.evaluation import RunEvaluation, evaluate
from tui_ann.session.evaluate.rows import PART_WORDS, JudgedRows, largest_unseen_part, rows_of_file, rows_of_part
from tui_ann.session.evaluate.thresholds import Costs
from tui_ann.session.explore.moment import RunMoment, moment_of
from tui_ann.session.predicting import Answerer
from tui_ann.session.run.build import Progress
from tui_ann.session.run.judging import PARTS
from tui_ann.session.run.predictions import check_threshold
from tui_ann.session.run.run import Run
from tui_ann.session.runs import Runs
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.workspace import Workspace


class Evaluating:
    """Judges the run of the open experiment, or the opened saved run.

    Args:
        workspace: What is open.
        runs: The runs.
    """

    def __init__(self, workspace: Workspace, runs: Runs) -> None:
        self._workspace, self._runs = workspace, runs

    def answerer(self) -> Answerer:
        """Who answers, with the run's own data.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run, or its data cannot be read.
            SessionError: The data do not fit the run any more.
        """
        workspace = self._workspace
        workspace.prepare_data()
        if workspace.run is None and workspace.saved_run is None:
            self._runs.prepare()
        moment = moment_of(workspace, self._runs.snapshot())
        if moment is None:
            raise SessionError(
                "The data do not fit this run any more: their columns or classes have changed.",
                remedy="Restore the file, or train again.",
                code="other_data",
            )
        return answerer_at(moment)

    def evaluation(
        self,
        data: str | os.PathLike[str] | None = None,
        part: str | None = None,
        threshold: float = 0.5,
        *,
        costs: Costs = Costs(),  # noqa: B008 - frozen
        missing: str | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> RunEvaluation:
        """Every figure of a part of the run's data, or of another file.

        Args:
            data: Another file; by default the run's own.
            part: One of `rows.PART_CHOICES`; by default that which says most about new rows.
            threshold: The second of two classes is predicted where ŷ is at least this.
            costs: What mistakes cost.
            missing: The rule for missing cells of another file.
            options: Reader options of another file.
            progress: Gets the progress of reading it.
            cancelled: Whether to leave out what takes long.

        Raises:
            DataError: The file cannot be read, or lacks a column.
            SessionError: The part has no rows, or the threshold makes no sense.
        """
        if data is None:
            answerer = self.answerer()
            rows = rows_of_part(answerer, part or largest_unseen_part(answerer))
        else:
            try:
                answerer = self.answerer()
            except TuiAnnError:  # without the run's own data, only what compares with them is missing
                answerer = self._runs.answerer()
            rows = rows_of_file(answerer, data, missing=missing, options=options, progress=progress)
            if part not in (None, "all"):
                rows = _of_part(rows, str(part))
        check_threshold(rows.preprocessing, threshold)
        return evaluate(answerer, rows, threshold, costs=costs, cancelled=cancelled)


def answerer_at(moment: RunMoment) -> Answerer:
    """Who answered at a moment of a run.

    Args:
        moment: The moment; its network is used, so only one thread may use the answerer.

    Raises:
        DataError: The table lacks a column of the run.
        SessionError: It is an earlier moment of a network too large to be kept.
    """
    source, table = moment.source, moment.table
    sha256 = None
    if isinstance(source, Run):
        sha256 = source.sha256
        if table is not None and sha256 is not None and table.report.sha256 != sha256:
            table = None  # the experiment has another file now
    elif isinstance(source, SavedRun):
        sha256 = source.record.sha256
    return Answerer(moment.network, moment.preprocessing, moment.experiment, moment.dataset, sha256, table)


def _of_part(rows: JudgedRows, part: str) -> JudgedRows:
    if (rows.parts < 0).all():
        raise SessionError(
            f"The parts of the run are those of its own data; {rows.what} is another file.",
            remedy="Leave out the part, or the file.",
            code="no_such_part",
        )
    wanted = rows.parts == PARTS.index(part)
    if not wanted.any():
        raise SessionError(f"The {PART_WORDS[part]} has no rows.", remedy="Judge another part.", code="empty_part")
    return replace(rows.only(wanted), part=part, what=f"{PART_WORDS[part]} of {rows.what}")
