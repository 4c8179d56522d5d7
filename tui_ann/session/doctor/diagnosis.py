"""What the doctor says: findings with their words and remedies."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.judging import judge
from tui_ann.experiment.run_record import FindingRecord
from tui_ann.session.doctor.patient import Patient, look
from tui_ann.session.doctor.remedies import remedies
from tui_ann.session.doctor.remedy import Case, Remedy
from tui_ann.session.doctor.words import FindingWords, finding_words
from tui_ann.session.run.run import Run
from tui_ann.text import clean


@dataclass(frozen=True)
class ExplainedFinding:
    """A finding with its words and remedies."""

    finding: RunFinding
    """The finding with its numbers."""
    sentence: str
    """What was found, with its numbers."""
    remedies: tuple[Remedy, ...]
    """What can be done, the most promising first; empty if nothing needs to be."""
    words: FindingWords
    """Its title, why it is so, how it is judged, the lecture's section."""
    brief: str = ""
    """What was found in a few words."""

    @property
    def id(self) -> str:
        """The id of its rule."""
        return self.finding.id

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.finding.severity

    @property
    def title(self) -> str:
        """Its name."""
        return self.words.title

    @property
    def line(self) -> str:
        """One line: what was found, and the first remedy."""
        return f"{self.sentence} Try {self.remedies[0].title}." if self.remedies else self.sentence

    def record(self) -> FindingRecord:
        """The same for `run.json` and `--json`."""
        return FindingRecord(
            id=self.id,
            severity=self.severity.word,
            title=self.title,
            text=self.sentence,
            why=self.words.why,
            numbers={name: float(value) for name, value in self.finding.numbers.items()},
            layers=list(self.finding.layers),
            remedies=[remedy.record() for remedy in self.remedies],
        )


@dataclass(frozen=True)
class Diagnosis:
    """Everything that the doctor says of one moment."""

    findings: tuple[ExplainedFinding, ...]
    """What is told, the worst first: causes, not their consequences."""
    silenced: Mapping[str, str]
    """Consequences that are not told: the id of each, with the id of its cause."""
    muted: tuple[str, ...]
    """Ids that would be told, but are muted."""
    passed: tuple[str, ...]
    """Ids of the rules that found nothing."""
    epochs: int
    """Epochs completed by then; 0 before training."""
    evidence: Evidence
    """The numbers behind it."""

    @property
    def worst(self) -> ExplainedFinding | None:
        """The first finding, unless it is only worth knowing."""
        first = self.findings[0] if self.findings else None
        return first if first is not None and first.severity > Severity.NOTE else None

    @property
    def learns_well(self) -> bool:
        """Whether it was trained and nothing is wrong."""
        return self.epochs > 0 and self.worst is None

    @property
    def checks(self) -> int:
        """How many rules were applied."""
        return len(self.passed) + len(self.findings) + len(self.silenced) + len(self.muted)

    def calmer(self, learning_rate: float) -> float | None:
        """The η below this one that follows from what was measured; `None` if no remedy is a smaller η alone."""
        for finding in self.findings:
            for remedy in finding.remedies:
                match remedy.change.edits:
                    case (("training.learning_rate", float(eta)),) if eta < learning_rate:
                        return eta
        return None

    def to_json(self) -> dict[str, Any]:
        """The same for `tui-ann doctor --json`."""
        return {
            "findings": [msgspec.to_builtins(finding.record()) for finding in self.findings],
            "silenced": dict(self.silenced),
            "passed": list(self.passed),
            "epochs": self.epochs,
            "learns_well": self.learns_well,
        }

    @property
    def passed_in_words(self) -> tuple[str, ...]:
        """A few words for each rule that found nothing."""
        return tuple(finding_words()[name].passed for name in self.passed)


def diagnose(patient: Patient, evidence: Evidence, muted: Container[str] = ()) -> Diagnosis:
    """Judge evidence, and add words and remedies.

    Args:
        patient: Whose evidence it is.
        evidence: The evidence.
        muted: Ids of findings that are not told.
    """
    judgement = judge(evidence, muted)
    return Diagnosis(
        findings=tuple(_explained(patient, evidence, finding) for finding in judgement.findings),
        silenced={finding.id: cause for finding, cause in judgement.silenced},
        muted=tuple(finding.id for finding in judgement.muted),
        passed=judgement.passed,
        epochs=evidence.history.epochs,
        evidence=evidence,
    )


def diagnosis_of(run: Run, muted: Container[str] = ()) -> Diagnosis:
    """Everything about a run; only for its owner."""
    patient = Patient(run.experiment, run.dataset, run.start)
    seen = look(run.trainer)
    return diagnose(patient, patient.untrained() if not seen.update else patient.examined(seen), muted)


def _explained(patient: Patient, evidence: Evidence, finding: RunFinding) -> ExplainedFinding:
    words = finding_words()[finding.id]
    texts = {}
    if "feature" in finding.numbers:
        texts["feature"] = clean(patient.dataset.feature_names[int(finding.numbers["feature"]) - 1], 32)
    case = Case(patient.experiment, evidence, finding, patient.columns, patient.classes)
    sentence, brief = words.sentence(finding, **texts), words.in_brief(finding, **texts)
    return ExplainedFinding(finding, sentence, remedies(case), words, brief)
