"""All checks of the doctor as lines of text: what was found, why, what to try, and what was fine."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.session.doctor.diagnosis import Diagnosis, ExplainedFinding
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.session.doctor.words import finding_words
from tui_ann.text import cell_width, count, counted, fit
from tui_ann.text import number as shown
from tui_ann.tui.draw.prose import Line, line

_SIGNS = {Severity.FAULT: ("▲", "bad"), Severity.WARNING: ("●", "accent"), Severity.NOTE: ("·", "muted")}
"""Sign and role of each severity."""
_INDENT, _LABEL = "  ", 9
_PASSED_ROWS = 2
"""Lines for what was fine, if something was found."""
_BAR = 24
"""Cells of the longest bar."""
_BARS = {"vanishing": "∂L/∂z", "exploding": "∂L/∂z"}
"""Findings with a bar for each layer, and what the bars show."""


@dataclass(frozen=True)
class DoctorEntry:
    """Something the cursor can be on: a finding, or one that is muted."""

    id: str
    """Its id."""
    finding: ExplainedFinding | None = None
    """The finding; `None` if it is muted."""
    first: int = 1
    """The number of its first remedy."""

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What can be done."""
        return self.finding.remedies if self.finding is not None else ()


def entries(diagnosis: Diagnosis | None, muted: frozenset[str]) -> list[DoctorEntry]:
    """What the cursor can be on: findings, the worst first, then what is muted.

    Args:
        diagnosis: What was found; `None` if nothing is known yet.
        muted: Ids of the muted findings.
    """
    found, first = [], 1
    for finding in diagnosis.findings if diagnosis is not None else ():
        found.append(DoctorEntry(finding.id, finding, first))
        first += len(finding.remedies)
    return found + [DoctorEntry(name) for name in sorted(muted) if name in finding_words()]


class DoctorPage:
    """Writes all checks.

    Args:
        diagnosis: What was found; `None` if nothing is known yet.
        muted: Ids of the muted findings.
        judged: Whether to say how each is judged.
        race: How a race stands; empty without one.
    """

    def __init__(
        self, diagnosis: Diagnosis | None, muted: frozenset[str], *, judged: bool = False, race: str = ""
    ) -> None:
        self._diagnosis, self._judged, self._race = diagnosis, judged, race
        self.entries = entries(diagnosis, muted)
        """What the cursor can be on."""

    def title(self) -> str:
        """The title: the moment, the checks, the findings."""
        if self._diagnosis is None:
            return "Doctor"
        when = f"epoch {count(self._diagnosis.epochs)}" if self._diagnosis.epochs else "before training"
        return f"Doctor · {when} · {counted(self._diagnosis.checks, 'check')}, {self._diagnosis.found_in_words}"

    def lines(self, width: int, cursor: int, remedy: int) -> tuple[list[Line], int]:
        """The text, and the line of the entry under the cursor.

        Args:
            width: Line width in cells.
            cursor: Index of the entry under the cursor.
            remedy: Index of the chosen remedy of that entry.
        """
        written: list[Line] = []
        place = 0
        if self._race:
            written += [*_wrapped("race", self._race, width, "accent"), line()]
        if self._diagnosis is None:
            return [*written, line("Nothing has been examined yet.", "muted")], 0
        if not self._diagnosis.findings:
            good = "Nothing is wrong: it learns well." if self._diagnosis.learns_well else "Nothing was found."
            good = "Nothing else was found." if self._diagnosis.muted else good
            doubt = self._diagnosis.doubt
            written += [line(f"· {good} {doubt}", "muted") if doubt else line(f"✓ {good}", "good"), line()]
        for i, entry in enumerate(self.entries):
            if i == cursor:
                place = len(written)
            if entry.finding is not None:
                written += [*self._of_finding(entry, entry.finding, width, i == cursor, remedy), line()]
            else:
                written += self._of_muted(entry, width, i == cursor)
        if written and written[-1] != line():
            written.append(line())
        return [*written, *self._silenced(width), *self._passed(width)], place

    def _of_finding(
        self, entry: DoctorEntry, finding: ExplainedFinding, width: int, chosen: bool, remedy: int
    ) -> Iterator[Line]:
        sign, role = _SIGNS[finding.severity]
        yield ("▶ " if chosen else _INDENT, "strong"), (f"{sign} {finding.title}", f"{role}" if not chosen else "title")
        yield from _wrapped("", finding.sentence, width)
        yield from self._bars(finding)
        if chosen:
            yield from _wrapped("why", finding.why, width, "muted")
            if self._judged:
                yield from self._how(finding.id, width)
        for j, each in enumerate(finding.remedies):
            marked = chosen and j == remedy
            label = f"    {fit('try' if j == 0 else '', _LABEL - 2)}{'▶' if marked else ' '} "
            tried = " · tried: no better" if each.tried else ""
            yield (
                (label, "muted"),
                (f"{entry.first + j} ", "key"),
                (each.title, "strong" if marked else ""),
                (tried, "muted"),
            )
            if marked:
                yield from _wrapped("", each.why, width, "muted", indent=2)

    def _bars(self, finding: ExplainedFinding) -> Iterator[Line]:
        """A bar for each layer, on a logarithmic scale."""
        what = _BARS.get(finding.id)
        layers = self._diagnosis.evidence.start.layers if self._diagnosis is not None else ()
        sizes = [layer.delta for layer in layers]
        if what is None or not sizes or not all(0 < size < float("inf") for size in sizes):
            return
        yield line("    the bars are logarithmic", "muted")
        low, high = math.log10(min(sizes)) - 0.5, math.log10(max(sizes))
        for layer, size in zip(layers, sizes, strict=True):
            filled = max(1, round(_BAR * (math.log10(size) - low) / max(high - low, 1e-9)))
            text = f"    {what} in layer {layer.number}  "
            yield (text, "muted"), (f"{shown(size, 2):<9}", ""), ("▇" * filled, "accent")

    def _of_muted(self, entry: DoctorEntry, width: int, chosen: bool) -> Iterator[Line]:
        words = finding_words()[entry.id]
        found = self._diagnosis is not None and entry.id in self._diagnosis.muted
        yield (
            ("▶ " if chosen else _INDENT, "strong"),
            (f"− {words.title}: muted{', and found' if found else ''}", "muted"),
        )
        if chosen and self._judged:
            yield from self._how(entry.id, width)

    def _how(self, name: str, width: int) -> Iterator[Line]:
        words = finding_words()[name]
        yield from _wrapped("judged", words.judged, width, "muted")
        yield from _wrapped("lecture", words.section, width, "muted")

    def _silenced(self, width: int) -> Iterator[Line]:
        """What is not told because something else explains it, by its cause."""
        assert self._diagnosis is not None
        words = finding_words()
        for name, cause in self._diagnosis.silenced.items():
            yield line(f"{_INDENT}○ {words[name].title}: follows from “{words[cause].title}”", "muted")
        if self._diagnosis.silenced:
            yield line()

    def _passed(self, width: int) -> Iterator[Line]:
        """What was fine: a few lines, or all of them with how each is judged."""
        assert self._diagnosis is not None
        texts = [f"✓ {words}" for words in self._diagnosis.passed_in_words]
        if self._judged:
            for name in self._diagnosis.passed:
                words = finding_words()[name]
                yield line(f"{_INDENT}✓ {words.passed}", "good")
                yield from _wrapped("judged", words.judged, width, "muted")
            return
        rows = _filled(texts, width - len(_INDENT))
        most = _PASSED_ROWS if self._diagnosis.findings else len(rows)
        shown_rows, left = rows[:most], sum(len(row) for row in rows[most:])
        room = width - len(_INDENT)
        while left and shown_rows[-1] and cell_width("  ".join(shown_rows[-1])) + len(f"  and {left} more") > room:
            shown_rows[-1].pop()
            left += 1
        for place, row in enumerate(shown_rows):
            more = f"  and {left} more" if left and place == most - 1 else ""
            yield (_INDENT + "  ".join(row), "good"), (more, "muted")


def _filled(texts: Sequence[str], width: int) -> list[list[str]]:
    """Texts in rows, as many in each as fit with two blanks between them."""
    rows: list[list[str]] = []
    for text in texts:
        if rows and cell_width("  ".join([*rows[-1], text])) <= width:
            rows[-1].append(text)
        else:
            rows.append([text])
    return rows


def _wrapped(label: str, text: str, width: int, role: str = "", *, indent: int = 0) -> Iterator[Line]:
    """A text on as many lines as it needs, with a label before the first."""
    room = max(20, width - 4 - _LABEL - indent)
    for i, part in enumerate(textwrap.wrap(text, room)):
        yield (f"    {fit(label if i == 0 else '', _LABEL)}{' ' * indent}", "muted"), (part, role)


def numbered(found: Sequence[DoctorEntry], number: int) -> Remedy | None:
    """The remedy of a number; `None` if there is none.

    Args:
        found: The entries.
        number: Its number on the page.
    """
    for entry in found:
        if 0 <= number - entry.first < len(entry.remedies):
            return entry.remedies[number - entry.first]
    return None
