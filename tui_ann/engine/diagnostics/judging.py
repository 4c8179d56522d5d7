"""Applies the rules to evidence."""

from collections.abc import Container
from dataclasses import dataclass

from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.rules import EXPLAIN_AS_NOTES, EXPLAIN_NOTHING, RULES
from tui_ann.engine.diagnostics.scope import applies, can_judge


@dataclass(frozen=True)
class Judgement:
    """What all rules together say."""

    findings: tuple[RunFinding, ...]
    """What is told: causes, the worst first."""
    silenced: tuple[tuple[RunFinding, str], ...]
    """Consequences that are not told, each with the id of its cause."""
    muted: tuple[RunFinding, ...]
    """What would be told, but is muted."""
    passed: tuple[str, ...]
    """Ids of the rules that found nothing where they would have seen it."""
    unjudged: tuple[str, ...] = ()
    """Ids of the rules that had nothing to look at, such as validation rows, or only what a divergence left."""


def judge(evidence: Evidence, muted: Container[str] = ()) -> Judgement:
    """Apply every rule.

    A finding silences its consequences only if it weighs as much as they do: a note explains no fault, unless it is
    one of `EXPLAIN_AS_NOTES`; those of `EXPLAIN_NOTHING` explain none at all.  A muted finding still silences, because
    its consequences would only say the same again.

    Args:
        evidence: What is known.
        muted: Ids of findings that are not told.
    """
    found: list[RunFinding] = []
    silenced: list[tuple[RunFinding, str]] = []
    passed: list[str] = []
    unjudged: list[str] = []
    hushed: dict[str, RunFinding] = {}
    for rule in RULES:
        finding = rule.judge(evidence) if applies(rule.id, evidence) else None
        if finding is None:
            (passed if can_judge(rule.id, evidence) else unjudged).append(rule.id)
            continue
        cause = hushed.get(rule.id)
        if cause is not None and _explains(cause, finding):
            silenced.append((finding, cause.id))
            continue
        found.append(finding)
        for consequence in rule.silences:
            hushed.setdefault(consequence, finding)
    found.sort(key=lambda finding: -finding.severity)  # a stable sort: the rank decides within a severity
    told = tuple(finding for finding in found if finding.id not in muted)
    hidden = tuple(finding for finding in found if finding.id in muted)
    return Judgement(told, tuple(silenced), hidden, tuple(passed), tuple(unjudged))


def _explains(cause: RunFinding, finding: RunFinding) -> bool:
    if (cause.id, cause.variant) in EXPLAIN_NOTHING:
        return False
    return cause.severity >= min(Severity.WARNING, finding.severity) or cause.id in EXPLAIN_AS_NOTES
