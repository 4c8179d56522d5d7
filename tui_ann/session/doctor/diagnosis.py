"""What the doctor says: findings with their words and remedies."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.report import selection_notes
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.judging import judge
from tui_ann.experiment.run_record import FindingRecord
from tui_ann.session.doctor.patient import Patient, look
from tui_ann.session.doctor.remedies import remedies, without_opposites
from tui_ann.session.doctor.remedy import Case, Remedy
from tui_ann.session.doctor.words import FindingWords, finding_words
from tui_ann.session.run.results import Results
from tui_ann.session.run.run import Run
from tui_ann.text import clean, counted


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
    left_out: str = ""
    """What may be missing among the inputs, as sentences; empty if nothing is known or it does not matter."""

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
    def why(self) -> str:
        """Why it is so, and why it matters."""
        why = self.words.reason(self.finding)
        return f"{why} {self.left_out}" if self.left_out else why

    @property
    def line(self) -> str:
        """One line: what was found, and the first remedy."""
        return f"{self.sentence} Try {self.first.title}." if self.first is not None else self.sentence

    @property
    def first(self) -> Remedy | None:
        """The most promising remedy; `None` if there is none, or if all have been tried without success."""
        return next((remedy for remedy in self.remedies if not remedy.tried), None)

    def record(self) -> FindingRecord:
        """The same for `run.json` and `--json`."""
        return FindingRecord(
            id=self.id,
            severity=self.severity.word,
            title=self.title,
            text=self.sentence,
            why=self.why,
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
    """Ids of the rules that found nothing where they would have seen it."""
    epochs: int
    """Epochs completed by then; 0 before training."""
    evidence: Evidence
    """The numbers behind it."""
    unjudged: tuple[str, ...] = ()
    """Ids of the rules that had nothing to look at; they have not passed."""
    better: str = ""
    """The simple model that is clearly better on unseen rows, such as `a linear model`; empty if none is."""

    @property
    def worst(self) -> ExplainedFinding | None:
        """The first finding, unless it is only worth knowing."""
        first = self.findings[0] if self.findings else None
        return first if first is not None and first.severity > Severity.NOTE else None

    @property
    def found_in_words(self) -> str:
        """How much was found: `nothing found`, `2 findings`, or `1 note` if it is only worth knowing."""
        if not self.findings:
            return "nothing found"
        return counted(len(self.findings), "note" if self.worst is None else "finding")

    @property
    def learns_well(self) -> bool:
        """Whether nothing is wrong, muted or not, and it beats its start, a constant answer and a linear model."""
        return self.worst is None and not self.muted and not self.better and self.evidence.proven

    @property
    def doubt(self) -> str:
        """Why a run without findings is not said to learn well, in a sentence; empty if that is not known."""
        if self.better:
            return f"{self.better[0].upper()}{self.better[1:]} is better on unseen rows."
        if not self.epochs or self.evidence.proven or not self.evidence.has_rival:
            return ""
        return "It does not do clearly better than a constant answer."

    @property
    def checks(self) -> int:
        """How many rules had something to look at."""
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
            "better": self.better,
        }

    @property
    def passed_in_words(self) -> tuple[str, ...]:
        """A few words for each rule that found nothing."""
        return tuple(finding_words()[name].passed for name in self.passed)


def diagnose(
    patient: Patient, evidence: Evidence, muted: Container[str] = (), results: Results | None = None
) -> Diagnosis:
    """Judge evidence, and add words and remedies.

    Args:
        patient: Whose evidence it is.
        evidence: The evidence.
        muted: Ids of findings that are not told.
        results: The figures of a run that has ended, with those of simple models, if they are known.
    """
    better = results.better if results is not None and evidence.has_rows_to_compare else None
    judgement = judge(evidence, muted)
    told = [_explained(patient, evidence, finding) for finding in judgement.findings]
    kept = without_opposites(finding.remedies for finding in told)
    return Diagnosis(
        findings=tuple(replace(finding, remedies=left) for finding, left in zip(told, kept, strict=True)),
        silenced={finding.id: cause for finding, cause in judgement.silenced},
        muted=tuple(finding.id for finding in judgement.muted),
        passed=judgement.passed,
        unjudged=judgement.unjudged,
        epochs=evidence.history.epochs,
        evidence=evidence,
        better=better[0].what if better is not None else "",
    )


def diagnosis_of(run: Run, muted: Container[str] = ()) -> Diagnosis:
    """Everything about a run; only for its owner."""
    patient = Patient(run.experiment, run.dataset, run.start)
    seen = look(run.trainer)
    results = run.results_here() if seen.reason is not None else None
    return diagnose(patient, patient.untrained() if not seen.update else patient.examined(seen), muted, results)


def _explained(patient: Patient, evidence: Evidence, finding: RunFinding) -> ExplainedFinding:
    words = finding_words()[finding.id]
    texts = {}
    if "feature" in finding.numbers:
        texts["feature"] = clean(patient.dataset.feature_names[int(finding.numbers["feature"]) - 1], 32)
    if "class" in finding.numbers:
        texts["label"] = quoted(patient.dataset.classes[int(finding.numbers["class"])])
    case = Case(patient.experiment, evidence, finding, patient.columns, patient.classes)
    sentence, brief = words.sentence(finding, **texts), words.in_brief(finding, **texts)
    left_out = [*selection_notes(patient.missed), words.left_out] if words.left_out and patient.missed else []
    return ExplainedFinding(finding, sentence, remedies(case), words, brief, " ".join(left_out))
