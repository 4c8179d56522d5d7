"""The line of the doctor above the keys: the worst finding with its number, one remedy, and the key for all checks."""

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from tui_ann.text import cell_width, count, number
from tui_ann.tui.draw.fitting import first_parts

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.doctor.diagnosis import Diagnosis, ExplainedFinding
    from tui_ann.session.run.snapshot import Snapshot

SIGN = "⚕"
NOW = "now"
"""What lines about the present begin with while the panes show an earlier moment."""
_GOOD, _BAD, _MUTED, _KEY, _REMEDY = "$text-success", "$text-error", "$dim-text", "bold $data-key", "$text-primary"
_LEAST = 24
"""Cells of a sentence that still say something."""


class _Keys(NamedTuple):
    """What the keys do, at the end of the line."""

    checks: Content
    """The key for all checks."""
    remedy: Content
    """The keys that apply the remedy of the line, which is the first one there."""


def doctor_line(
    diagnosis: "Diagnosis | None",
    snapshot: "Snapshot | None",
    width: int,
    key: str,
    *,
    race: str = "",
    calmer: bool = False,
    past: bool = False,
) -> Content:
    """The line, cut where there is too little room: first a second sentence, then the end of the first.

    Args:
        diagnosis: What was found; `None` if nothing is known.
        snapshot: The run.
        width: Cells for the line.
        key: The key that shows all checks.
        race: How a race stands; it goes before what was found.
        calmer: Whether the screen offers a smaller η already, so that it is not said again.
        past: Whether the panes show an earlier moment, which this is not about.
    """
    when = f"{NOW}: " if past and not race else ""
    line = _line(diagnosis, snapshot, width - cell_width(when), key, race, calmer)
    if not when or not line:
        return line
    begun = len(SIGN) + 1
    return Content.assemble(line[:begun], (when, _MUTED), line[begun:])


def _line(
    diagnosis: "Diagnosis | None", snapshot: "Snapshot | None", width: int, key: str, race: str, calmer: bool
) -> Content:
    """The line about the present."""
    keys = _Keys(
        Content.assemble("  ", (key, _KEY), (" checks", _MUTED)),
        Content.assemble("  ", (f"{key} 1", _KEY), (" applies it", _MUTED)),
    )
    if race:
        longer = f"race · {race}"
        fits = cell_width(longer) <= width - cell_width(SIGN) - 1 - keys.checks.cell_length
        return _fitted(_REMEDY, longer if fits else race, "", keys, width)
    if diagnosis is None:
        return Content("")
    worst = diagnosis.worst
    if worst is not None:
        return _of_finding(worst, calmer, keys, width, _BAD if worst.severity.word == "fault" else "")
    note = diagnosis.findings[0] if diagnosis.findings else None
    if not diagnosis.epochs:
        when = "" if snapshot is not None and snapshot.update else "before training "
        text = f"{diagnosis.found_in_words} {when}by {count(diagnosis.checks)} checks{_muted(diagnosis)}"
        return _fitted(_MUTED, text if note is None else f"{text} · {_titled(note)}", "", keys, width)
    figure = f"{_figure(snapshot)}{_muted(diagnosis)}"
    if diagnosis.doubt:
        return _fitted("", f"{diagnosis.doubt.rstrip('.')} · {figure}", "", keys, width)
    role, text = (
        (_GOOD, f"learns well: {figure}") if diagnosis.learns_well and snapshot is not None else (_MUTED, figure)
    )
    if note is None:
        return _fitted(role, text, "", keys, width)
    text = figure
    longer = f"{text} · {note.sentence}"
    short = f"{text} · {_titled(note)}"
    remedy = note.first.title if note.first is not None else ""
    room = width - len(SIGN) - 2 - keys.checks.cell_length - (cell_width(remedy) + 6 if remedy else 0)
    return _fitted(role, longer if cell_width(longer) <= room else short, remedy, keys, width)


def _of_finding(finding: "ExplainedFinding", calmer: bool, keys: _Keys, width: int, role: str) -> Content:
    first = finding.first
    said = first is None or (calmer and first.only_rate)
    remedy = "" if first is None or said else first.title
    room = width - cell_width(SIGN) - 1 - keys.checks.cell_length - (cell_width(remedy) + 6 if remedy else 0)
    fits = cell_width(finding.sentence) <= room
    brief = f"{finding.brief}{'.' if remedy else ''}"
    return _fitted(role, finding.sentence if fits else brief, remedy, keys, width)


def _titled(finding: "ExplainedFinding") -> str:
    """Its name within a sentence."""
    return f"{finding.title[0].lower()}{finding.title[1:]}"


def _muted(diagnosis: "Diagnosis") -> str:
    return f" · {count(len(diagnosis.muted))} muted" if diagnosis.muted else ""


def _figure(snapshot: "Snapshot | None") -> str:
    """The figure of a healthy run: its validation loss, or its loss, in the epoch whose weights it has."""
    metrics = snapshot.metrics if snapshot is not None else {}
    name = "val_loss" if "val_loss" in metrics else "loss"
    if snapshot is None or name not in metrics:
        return "nothing found"
    epoch, value, kept = snapshot.epoch, metrics[name], ""
    best = snapshot.history.epochs.at(snapshot.kept_epoch)
    if best is not None and best.epoch != epoch and name in best.values:
        epoch, value, kept = best.epoch, best.values[name], ", which was kept"
    return f"{name.replace('_', ' ')} {number(value, 3)} in epoch {count(epoch)}{kept}"


def _fitted(role: str, sentence: str, remedy: str, keys: _Keys, width: int) -> Content:
    """The sentence as far as it fits, the remedy if enough of the sentence remains, and the keys."""
    sign = (f"{SIGN} ", role or _BAD if role else "$text-accent")
    room = width - cell_width(SIGN) - 1 - keys.checks.cell_length
    attempt = f" Try {remedy}." if remedy else ""
    if attempt and room - cell_width(attempt) < min(_LEAST, cell_width(sentence)):
        attempt = ""
    left = room - cell_width(attempt)
    text = shortened(first_parts(sentence, left), left)
    if attempt and not text.endswith((".", "…")) and cell_width(text) < left:
        attempt = f".{attempt}"
    line = Content.assemble(sign, (text, role), (attempt, _REMEDY), keys.checks)
    if attempt and text == sentence and line.cell_length + keys.remedy.cell_length <= width:
        line = Content.assemble(sign, (text, role), (attempt, _REMEDY), keys.remedy, keys.checks)
    return line


def shortened(text: str, width: int) -> str:
    """A text up to its last whole word that fits, with … if something is missing.

    Args:
        text: The text.
        width: Cells for it.
    """
    if cell_width(text) <= width:
        return text
    kept = ""
    for word in text.split(" "):
        longer = f"{kept} {word}" if kept else word
        if cell_width(longer) + 2 > width:
            break
        kept = longer
    return f"{kept.rstrip(',;:')} …" if kept else ""
