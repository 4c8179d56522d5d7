"""Makes labs in the background: worker processes compute, a thread listens, and runs appear as they end."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_ann.session.labs.lab import Lab
from tui_ann.session.labs.over_rows import LabCurves, over_rows
from tui_ann.session.labs.proposal import LabPlan, LabProposal, proposed
from tui_ann.session.labs.record import LabRecord, read_lab
from tui_ann.session.labs.running import LabRun
from tui_ann.session.labs.words import lab_words
from tui_ann.session.sweep.record import SweepRun
from tui_ann.session.sweep.sweep import SweepRunEnded
from tui_ann.text import clean, count
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "lab"
"""Worker group for labs; only one runs at a time."""


class Laboratory:
    """Proposes a lab, makes its runs and adds them to the compared ones.

    Args:
        host: Returns the application, which runs the worker.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self._lab: LabRun | None = None
        self._running = False
        self._stopped = False
        self._recalled: Path | None = None
        self.title = ""
        """The title of the lab that runs, or that ran last."""
        self.said: tuple[str, ...] = ()
        """What its result says; empty while it runs."""
        self.words: Mapping[Path, str] = {}
        """A word on some runs by their folders: too small, good, diverges."""
        self.curves: LabCurves | None = None
        """What its result is drawn as, if not as the curves of its runs."""
        self.progress = ""
        """How far it is."""
        self.best: Path | None = None
        """The folder of the best run of the lab that ran last."""

    @property
    def running(self) -> bool:
        """Whether a lab is being made."""
        return self._running

    async def propose(self, lab: Lab) -> LabProposal:
        """What a lab proposes for the open experiment.

        Raises:
            DataError, ExperimentError: The experiment cannot be used.
        """
        workspace = self._host().session.workspace

        def make() -> LabProposal:
            dataset = workspace.prepare_data()
            assert workspace.table is not None
            return proposed(lab, workspace.experiment, workspace.table, dataset)

        return await asyncio.to_thread(make)

    def start(self, plan: LabPlan) -> None:
        """Make a lab; nothing happens if one is being made."""
        if self._running:
            return
        self._running, self._stopped, self.said, self.words, self.best = True, False, (), {}, None
        self.curves = None
        self.title = lab_words()[plan.lab.name].title
        self.progress = f"0 of {count(plan.sweep.runs)} runs"
        self._host().run_worker(lambda: self._make(plan), name="lab", group=GROUP, thread=True, exit_on_error=False)

    def stop(self) -> None:
        """Stop within half a second; runs that have ended stay.  Without a lab, forget what the last one said."""
        self._stopped = True
        if self._lab is not None:
            self._lab.stop()
        if not self._running:
            self.said, self.words, self.curves = (), {}, None

    def _make(self, plan: LabPlan) -> None:
        from tui_ann.session.jobs.local import LocalCarrier

        session = self._host().session
        try:
            self._lab = lab = LabRun.begun(plan, root=session.store.root)
            if self._stopped:
                lab.stop()
            planned = deque(run.folder for trial in lab.sweep.record.trials for run in trial.runs)
            ended: dict[str, SweepRun] = {}
            for event in lab.run(LocalCarrier):
                if isinstance(event, SweepRunEnded):
                    ended[event.run.folder] = event.run
                    self.progress = f"{count(len(ended))} of {count(lab.runs)} runs"
                    while planned and planned[0] in ended:  # letters in the order of the plan
                        self._add(lab, ended[planned.popleft()])
            for folder in planned:  # it was stopped: those before them have not ended
                if folder in ended:
                    self._add(lab, ended[folder])
            self._end(lab)
        finally:
            self._running, self._lab = False, None

    def _add(self, lab: LabRun, run: SweepRun) -> None:
        if run.useful or run.epochs:
            self._host().session.comparison.open([lab.path / run.folder])

    def recall(self, folder: Path) -> None:
        """Say again what the lab in a folder said, if there is one; nothing happens while a lab is being made."""
        if not self._running and folder != self._recalled:
            self._recalled = folder
            if (record := read_lab(folder)) is not None:
                self.title, self.curves = record.title, None
                self._say(record, folder)

    def _end(self, lab: LabRun) -> None:
        self._say(lab.record, lab.path)
        self.curves = over_rows(lab)
        best = lab.sweep.record.best_folder
        self.best = lab.path / best if best else None

    def _say(self, record: LabRecord, path: Path) -> None:
        failed = [f"{arm.name}: {arm.reason}" for arm in record.arms if not arm.n and arm.reason and not arm.word]
        stopped = (
            [] if record.status == "completed" else [f"Stopped after {self.progress}." if self.progress else "Stopped."]
        )
        self.said = tuple(map(clean, (*record.sentences, *failed, *stopped, f"Saved in {path}.")))
        self.words = {path / folder: arm.word for arm in record.arms if arm.word for folder in arm.folders}
