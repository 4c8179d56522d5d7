"""Trains the samples as they are shipped and examines them after every epoch: every warning there is a false alarm."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tui_ann.data.samples import sample_folder
from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.engine.diagnostics.judging import judge
from tui_ann.experiment.files import load
from tui_ann.experiment.sets import apply_sets
from tui_ann.session.doctor.patient import Patient, look
from tui_ann.session.session import Session


@dataclass
class Watched:
    """One healthy run, watched epoch by epoch."""

    sample: str
    """The sample."""
    seed: int
    """The seed of start values and order."""
    epochs: int = 0
    """Epochs, with the start as one of them."""
    warned: int = 0
    """Those with a warning or a fault."""
    findings: "Counter[str]" = field(default_factory=Counter)
    """Epochs by finding that was told as a warning or fault."""
    notes: "Counter[str]" = field(default_factory=Counter)
    """Epochs by finding that was told as a note."""
    proof: dict[str, str] = field(default_factory=dict)
    """Numbers of the last such finding."""


def watched(sample: str, seed: int) -> Watched:
    """Train one sample with one seed, and examine it at its start and after every epoch."""
    experiment = load(sample_folder(sample) / "experiment.toml")
    experiment = apply_sets(experiment, [f"network.seed={seed}", f"training.shuffle_seed={seed}"])
    session = Session()
    session.workspace.adopt(experiment)
    run = session.runs.prepare()
    patient = Patient(experiment, run.dataset, run.start)
    seen = Watched(sample, seed)
    while True:
        trainer = run.trainer
        evidence = patient.examined(look(trainer)) if trainer.update else patient.untrained()
        _count(seen, evidence)
        if trainer.finished:
            return seen
        run.advance(epochs=1)
        if trainer.epoch >= trainer.settings.epochs and not trainer.finished:
            run.advance(updates=1)


def _count(seen: Watched, evidence: "object") -> None:
    told = judge(evidence).findings  # type: ignore[arg-type]
    seen.epochs += 1
    seen.warned += any(finding.severity > Severity.NOTE for finding in told)
    for finding in told:
        if finding.severity > Severity.NOTE:
            seen.findings[finding.id] += 1
            numbers = ", ".join(f"{name} {value:.3g}" for name, value in finding.numbers.items())
            seen.proof[finding.id] = f"epoch {evidence.history.epochs}: {numbers}"  # type: ignore[attr-defined]
        else:
            seen.notes[finding.id] += 1


def all_watched(samples: list[str], seeds: range) -> Iterator[Watched]:
    """Every sample with every seed."""
    for sample in samples:
        for seed in seeds:
            yield watched(sample, seed)
