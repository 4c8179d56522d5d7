"""The doctor of a session: says what is wrong with what is open, and treats it."""

import weakref
from collections.abc import Container
from dataclasses import replace

from tui_ann.experiment.checks import Change, refuse
from tui_ann.experiment.spec import Experiment
from tui_ann.session.changes import Edit
from tui_ann.session.doctor.diagnosis import Diagnosis, diagnose
from tui_ann.session.doctor.patient import Look, Patient, look
from tui_ann.session.doctor.race import Race
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.session.run.build import make_network
from tui_ann.session.run.results import BEST
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.runs import Runs
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.workspace import Workspace


class Doctor:
    """Examines the open run or experiment.

    Every method may be called from any thread, but only one thread at a time should examine: what is measured is kept.
    The owner of a run only copies its network; everything else happens in the calling thread.

    Args:
        workspace: What is open.
        runs: The runs.
    """

    def __init__(self, workspace: Workspace, runs: Runs) -> None:
        self._workspace, self._runs = workspace, runs
        self._patients: weakref.WeakKeyDictionary[Run | SavedRun, Patient] = weakref.WeakKeyDictionary()
        self._experiment: Patient | None = None
        self._lost: set[tuple[Experiment, Change]] = set()

    def examine(self, muted: Container[str] = ()) -> Diagnosis:
        """Everything about the run of the open experiment, else the opened saved run, else the experiment at its start.

        A stale run is not that of the experiment any more, so the experiment is examined; no run is made or replaced.

        It takes a copy of the network, one traced update of up to 512 rows and, once for each run, the curvature at the
        start: milliseconds for small networks, so ask at most about once a second while a run trains.

        Args:
            muted: Ids of findings that are not told.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run, or the data of a saved run are gone.
        """
        run, saved = self._runs.current, self._workspace.saved_run
        if run is None and saved is not None:
            return self.examine_saved(saved, muted)
        if run is None or self._workspace.stale:
            return self._examine_experiment(muted)
        return self.examine_run(run, muted)

    def glance(self, snapshot: Snapshot, muted: Container[str] = ()) -> Diagnosis | None:
        """The same from the history of a snapshot and the last examination: cheap enough for every epoch.

        Returns:
            `None` if the snapshot is not of the current live run, or that was never examined: call `examine` first.
        """
        run = self._runs.current
        patient = self._patients.get(run) if run is not None else None
        if run is None or patient is None or snapshot.run != run.number:
            return None
        patient.experiment = run.experiment
        settings, reason, kept = run.experiment.training, snapshot.stop_reason, snapshot.kept_epoch or 0
        evidence = patient.glanced(settings, snapshot.history, snapshot.epoch, reason, kept)
        return self._with_tried(diagnose(patient, evidence, muted), patient)

    def examine_run(self, run: Run, muted: Container[str] = ()) -> Diagnosis:
        """Everything about a live run; see `examine`."""
        patient = self._patient(run)
        seen = run.owner.call(lambda: look(run.trainer), changes=False)
        results = run.results() if seen.reason is not None else None
        evidence = patient.untrained() if not seen.update else patient.examined(seen)
        return self._with_tried(diagnose(patient, evidence, muted, results), patient)

    def examine_saved(self, saved: SavedRun, muted: Container[str] = ()) -> Diagnosis:
        """Everything about a saved run: its data are read again, its start is that of its folder.

        Raises:
            DataError: The data cannot be read.
            SessionError: The folder has no start parameters.
        """
        patient = self._patients.get(saved)
        if patient is None:
            _, dataset = self._workspace.data.make(saved.experiment)
            patient = Patient(saved.experiment, dataset, saved.parameters_at(0))
            self._patients[saved] = patient
        record = saved.record
        kept = record.best_epoch or 0 if record.kept.endswith(BEST) else 0
        seen = Look(
            saved.copy_network(),
            saved.history,
            saved.history.epochs.done,
            record.updates,
            saved.experiment.training,
            saved.stop_reason,
            float("nan"),
            kept,
        )
        found = patient.untrained() if not seen.update else patient.examined(seen)
        return self._with_tried(diagnose(patient, found, muted, saved.results), patient)

    def apply(self, remedy: Remedy) -> Edit:
        """Make the edit of a remedy; `workspace.undo` takes it back, with the run that it ended.

        The next training begins again from the same start, unless a longer run is all there is to it.
        """
        workspace = self._workspace
        return workspace.edit(remedy.apply(workspace.experiment), remedy.title, anew=not remedy.goes_on)

    def fork(self, remedy: Remedy) -> Run:
        """A run from the same start with this one thing changed, next to the run of the open experiment.

        It is at its start; `runs.sources` has both, to train and compare.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        return self._runs.start_another(remedy.apply(self._workspace.experiment))

    def race(self, remedy: Remedy) -> Race:
        """Fork, to train both and compare them; `Race.fork` is at its start.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        run = self._runs.current
        return Race(remedy, self._workspace.experiment, run.number if run else 0, self.fork(remedy))

    @property
    def lost_races(self) -> int:
        """How many remedies were tried in vain; when this has grown, another one comes first."""
        return len(self._lost)

    def remember(self, race: Race, open_run: Snapshot | None, forked_run: Snapshot) -> None:
        """Remember a race that was lost: its remedy comes after the others from now on.

        Args:
            race: The race.
            open_run: The open run; `None` before its start.
            forked_run: The run with one thing changed.
        """
        if race.lost(open_run, forked_run):
            self._lost.add((race.experiment, race.remedy.change))

    def _with_tried(self, diagnosis: Diagnosis, patient: Patient) -> Diagnosis:
        """A diagnosis whose remedies that were tried in vain come last."""
        if not self._lost:
            return diagnosis

        def sorted_out(remedies: tuple[Remedy, ...]) -> tuple[Remedy, ...]:
            marked = [replace(each, tried=(patient.experiment, each.change) in self._lost) for each in remedies]
            return tuple(sorted(marked, key=lambda each: each.tried))

        findings = (replace(each, remedies=sorted_out(each.remedies)) for each in diagnosis.findings)
        return replace(diagnosis, findings=tuple(findings))

    def open_fork(self, race: Race) -> None:
        """Make the forked run the open one; `workspace.undo` opens the old one again, and `runs.sources` has both."""
        workspace, old, fork = self._workspace, self._runs.current, race.fork
        fork.owner.close()
        workspace.edit(fork.experiment, race.remedy.title, anew=True)
        workspace.put_run(lambda number: fork)
        if old is not None and old is not fork:
            self._runs.add(old)

    def _examine_experiment(self, muted: Container[str]) -> Diagnosis:
        """The experiment at its start; a second look at the same experiment measures nothing again."""
        workspace = self._workspace
        experiment = workspace.experiment
        if self._experiment is None or self._experiment.experiment != experiment:
            dataset = workspace.prepare_data()
            refuse(workspace.problems())
            network = make_network(experiment, len(dataset.feature_names))
            self._experiment = Patient(experiment, dataset, network.copy_parameters())
        return diagnose(self._experiment, self._experiment.untrained(), muted)

    def _patient(self, run: Run) -> Patient:
        patient = self._patients.get(run)
        if patient is None or patient.experiment.network != run.experiment.network:
            patient = self._patients[run] = Patient(run.experiment, run.dataset, run.start)
        patient.experiment = run.experiment
        return patient
