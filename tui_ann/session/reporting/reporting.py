"""The entry for front ends: puts the report of a run together."""

from collections.abc import Callable, Iterator
from functools import partial

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Table
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.run_record import FindingRecord
from tui_ann.export.report.document import ParagraphBlock, ReportSection, RunReport, WorkedBlock
from tui_ann.export.worked import solution, worked_solution
from tui_ann.session.doctor.doctor import Doctor
from tui_ann.session.evaluate.evaluating import Evaluating
from tui_ann.session.reasons import proposal_reasons
from tui_ann.session.reporting.about_data import TITLE, data_section
from tui_ann.session.reporting.about_result import findings_section, result_section, worst_section
from tui_ann.session.reporting.about_run import (
    Origin,
    network_section,
    repeat_section,
    settings_section,
    training_section,
    without_folders,
)
from tui_ann.session.run.build import Progress, make_run
from tui_ann.session.run.results import Results
from tui_ann.session.run.run import Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.runs import Runs
from tui_ann.session.step.alone import alone
from tui_ann.session.step.stepper import Stepper
from tui_ann.session.store.replay import Replay
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.storage import versions
from tui_ann.session.workspace import Workspace


class Reporting:
    """Reports the run of the open experiment, or the opened saved run.

    Every method may be called from any thread.

    Args:
        workspace: What is open.
        runs: The runs of the session.
        evaluating: Judges the answers.
        doctor: Says what is wrong.
    """

    def __init__(self, workspace: Workspace, runs: Runs, evaluating: Evaluating, doctor: Doctor) -> None:
        self._workspace, self._runs, self._evaluating, self._doctor = workspace, runs, evaluating, doctor

    def report(self, threshold: float = 0.5, progress: Progress | None = None) -> RunReport:
        """The report.  What cannot be said, because the data are gone, is named where it would stand.

        Args:
            threshold: With two classes and one output, the second is the answer where ŷ is at least this.
            progress: Gets the progress of reading the data.

        Raises:
            SessionError: The threshold does not suit the run.
            DataError, ExperimentError, EngineError: There is no run, and none can be made.
        """
        source: RunSource = self._runs.opened or self._runs.prepare(progress)
        data = self._data(source, progress)
        return RunReport(f"Report on {source.name}", tuple(self._sections(source, data, threshold)))

    def _data(self, source: RunSource, progress: Progress | None) -> tuple[Table, Dataset] | TuiAnnError:
        """The table and the rows of the run, or why they cannot be read."""
        try:
            if isinstance(source, Run):
                table = self._workspace.data.table(source.experiment)
                if table is not None:
                    return table, source.dataset
            return self._workspace.data.make(source.experiment, progress)
        except TuiAnnError as error:
            return error

    def _sections(
        self, source: RunSource, data: tuple[Table, Dataset] | TuiAnnError, threshold: float
    ) -> Iterator[ReportSection]:
        shot, network = source.snapshot(), source.copy_network()
        experiment = without_folders(source.experiment)
        origin = _origin(source)
        if isinstance(data, TuiAnnError):
            yield _missing(TITLE, data)
        else:
            yield data_section(experiment, *data)
        yield network_section(experiment, network, proposal_reasons(self._workspace))
        yield settings_section(experiment)
        yield training_section(shot, source.history, network.loss, origin)
        yield self._findings(source)
        yield from self._result(_results(source), threshold)
        yield _said("One update", partial(self._worked, source, data))
        yield repeat_section(experiment, origin)

    def _findings(self, source: RunSource) -> ReportSection:
        try:
            diagnosis = self._doctor.examine()
        except TuiAnnError as error:
            recorded: list[FindingRecord] = source.record.findings if isinstance(source, SavedRun) else []
            return findings_section(recorded, None) if recorded else _missing("Findings", error)
        return findings_section([finding.record() for finding in diagnosis.findings], len(diagnosis.passed))

    def _result(self, results: Results | None, threshold: float) -> Iterator[ReportSection]:
        try:
            found = self._evaluating.evaluation(threshold=threshold)
        except TuiAnnError as error:
            if error.code == "bad_threshold":
                raise
            yield _missing("Result", error)
            return
        yield result_section(found, results)
        worst = worst_section(found)
        if worst is not None:
            yield worst

    def _worked(self, source: RunSource, data: tuple[Table, Dataset] | TuiAnnError) -> ReportSection:
        """The first update of the run, of its first example alone, worked out."""
        if isinstance(data, TuiAnnError):
            raise data
        run = self._at_the_start(source, data[1])
        taken = alone(run, Stepper(run.trainer).go_to(1), 0)
        told = solution(run.network, taken, name=source.name)
        return ReportSection("One update", (WorkedBlock(told, _script(run.network, taken, source.name)),))

    def _at_the_start(self, source: RunSource, dataset: Dataset) -> Run:
        """A run of its own at the start of the source."""
        if isinstance(source, SavedRun):
            run = Replay(source, self._workspace.data).take(0)
            assert run is not None, "nothing cancels it"
            return run
        assert isinstance(source, Run), "a run is live or saved"
        start, begun_with, kernel = source.start, source.begun_with, source.trainer.kernel
        return make_run(source.experiment, dataset, source.sha256, 0, start=start, begun_with=begun_with, kernel=kernel)


def _origin(source: RunSource) -> Origin:
    if isinstance(source, SavedRun):
        record = source.record
        return Origin(record.sha256, record.versions, record.seconds)
    assert isinstance(source, Run), "a run is live or saved"
    return Origin(source.sha256, versions(), source.snapshot().seconds)


def _results(source: RunSource) -> Results | None:
    if isinstance(source, SavedRun):
        return source.results
    assert isinstance(source, Run), "a run is live or saved"
    return source.results() if source.trainer.finished else None


def _script(network: Network, taken: UpdateTrace, name: str) -> str:
    """The update as a NumPy script; empty if it would be too long."""
    try:
        return worked_solution(network, taken, format="python", name=name)
    except TuiAnnError:
        return ""


def _said(title: str, section: Callable[[], ReportSection]) -> ReportSection:
    """A section, or why it is missing."""
    try:
        return section()
    except TuiAnnError as error:
        return _missing(title, error)


def _missing(title: str, error: TuiAnnError) -> ReportSection:
    """A section that cannot be written."""
    return ReportSection(title, (ParagraphBlock(f"This cannot be said here. {error.message}"),))
