"""Plants each fault, asks the doctor, applies its first remedy and compares with the healthy experiment."""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.doctor.planting import PlantedCase, broken, healthy
from tui_ann.experiment.spec import Experiment
from tui_ann.session.doctor.diagnosis import Diagnosis
from tui_ann.session.session import Session

MENDED = 1.1
"""Validation loss of the mended experiment over that of the healthy one."""


@dataclass(frozen=True)
class CaseResult:
    """What the doctor made of one broken experiment."""

    case: PlantedCase
    """The case."""
    first: str
    """The finding that it named first; empty if none."""
    others: tuple[str, ...]
    """What else it named."""
    remedy: str
    """Its first remedy; empty if it had none."""
    healthy: float
    """Validation loss of the healthy experiment, of the weights that it kept, without penalties."""
    broken: float
    """The same of the broken one."""
    mended: float
    """The same after the remedy; NaN without."""

    @property
    def named(self) -> bool:
        """Whether the planted fault was named first."""
        return self.first == self.case.fault

    @property
    def is_mended(self) -> bool:
        """Whether the remedy changed the loss, and brought it to within 10 % of the healthy one's."""
        return self.mended != self.broken and self.mended <= MENDED * self.healthy


def results(cases: list[PlantedCase], seed: int) -> Iterator[CaseResult]:
    """Every case, one after the other.

    Args:
        cases: The cases.
        seed: The seed of start values, masks and order.
    """
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            yield _result(case, seed, Path(folder))


def _result(case: PlantedCase, seed: int, folder: Path) -> CaseResult:
    well, _ = trained(healthy(case, seed))
    planted = broken(case, seed, folder)
    ill, diagnosis = trained(planted)
    told = [finding for finding in diagnosis.findings if finding is not None]
    remedy = told[0].remedies[0] if told and told[0].remedies else None
    mended = math.nan
    if remedy is not None:
        mended, _ = trained(remedy.apply(planted))
    names = [finding.id for finding in told]
    title = remedy.title if remedy is not None else ""
    return CaseResult(case, names[0] if names else "", tuple(names[1:]), title, well, ill, mended)


def trained(experiment: Experiment) -> tuple[float, Diagnosis]:
    """Validation loss, without penalties, of the weights that a run keeps, and what the doctor says at its end."""
    session = Session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    while not run.trainer.finished:
        run.advance(epochs=run.trainer.settings.epochs)
        run.advance(updates=1)
    loss, _ = run.copy_network().loss_of(run.dataset.X_validation, run.dataset.Y_validation)
    return loss if math.isfinite(loss) else math.inf, session.doctor.examine_run(run)
