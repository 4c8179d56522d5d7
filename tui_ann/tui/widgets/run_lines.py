"""The progress of the run as a line, and its metrics as a small table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from tui_ann.engine.metrics import METRICS
from tui_ann.text import clean, count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.lines import Progress, draw_metrics, draw_progress
from tui_ann.tui.widgets.picture import Picture

if TYPE_CHECKING:
    from tui_ann.session.run.results import Results

_INKS = ("", "line--label", "line--value", "line--done", "line--left", "line--good", "line--bad", "line--warn")
_LONGEST = 24
"""Cells of the name of a row."""
_PARTS = {"train": "train", "validation": "val", "test": "test"}
_LABELS = {"mae": "MAE", "mse": "MSE", "r2": "R²", "auc": "AUC", "f1": "F1"}
_SHARES = frozenset(_LABELS.get(name, name) for name, metric in METRICS.items() if metric.higher_is_better)
"""The metrics of which 1 is the best possible."""


class RunFigures(Picture):
    """Figures of a run as text, in the colours of good and bad."""

    INKS = _INKS
    COMPONENT_CLASSES: ClassVar[set[str]] = set(_INKS[1:])
    DEFAULT_CSS = """
    RunFigures {
        & > .line--label { color: $dim-text; }
        & > .line--value { color: $foreground; }
        & > .line--done { color: $text-primary; }
        & > .line--left { color: $foreground 20%; }
        & > .line--good { color: $text-success; text-style: bold; }
        & > .line--bad { color: $text-error; text-style: bold; }
        & > .line--warn { color: $text-warning; text-style: bold; }
    }
    """


class ProgressLine(RunFigures, can_focus=False):
    """Epoch, bar, updates, speed, remaining time, η. `set_data` takes a `Progress`."""

    DEFAULT_CSS = "ProgressLine { height: 1; padding: 0 1; }"

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._progress = Progress()

    def set_data(self, progress: Progress) -> None:
        """Show the progress of a run."""
        if progress != self._progress:
            self._progress = progress
            self.redraw()

    def tell(self) -> None:
        """Post nothing: no frame shows its description, which changes several times a second."""

    def paint(self, width: int, height: int) -> Cells:
        """Draw the line for the width."""
        line = draw_progress(self._progress, width)
        if height == 1:
            return line
        cells = Cells(width, height)
        cells.codes[:1], cells.inks[:1] = line.codes, line.inks
        return cells

    def describe(self) -> str:
        """Return the progress of the run."""
        progress = self._progress
        return f"{progress.status}, epoch {count(progress.epoch)} of {count(progress.epochs)}"


class MetricsTable(RunFigures):
    """Loss and metrics: of the last epoch, or the result of a run. `set_data` takes them by Keras' names."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._metrics: Mapping[str, float] = {}
        self._best: tuple[int, Mapping[str, float]] | None = None
        self._results: Results | None = None

    def set_data(
        self,
        metrics: Mapping[str, float],
        best: tuple[int, Mapping[str, float]] | None = None,
        results: Results | None = None,
    ) -> None:
        """Show metrics: loss, accuracy, …, val_loss, val_accuracy, …; {} for none.

        Args:
            metrics: The metrics of the last epoch.
            best: The best epoch and its metrics, shown below if there is room.
            results: The result of the run, shown instead.
        """
        if (metrics, best) != (self._metrics, self._best) or results is not self._results:
            self._metrics, self._best, self._results = metrics, best, results
            self.redraw()

    @property
    def tabbed(self) -> str:
        """The whole table as text, cells separated by tabs; empty if there are no figures."""
        names, rows = self._rows(99) if self._results is None else _result(self._results, 99)
        if not names:
            return ""
        lines = [["", *names], *([label.strip(), *(_cell(values, name) for name in names)] for label, values in rows)]
        return "\n".join("\t".join(line) for line in lines)

    def _rows(self, height: int) -> tuple[list[str], list[tuple[str, dict[str, float]]]]:
        names = [name for name in self._metrics if not name.startswith("val_")]
        rows = _parts("", self._metrics, names)
        if self._best is not None and height > 2 * len(rows):
            epoch, values = self._best
            rows += _parts(f" ◆ {count(epoch)}", values, names)
        return [_LABELS.get(name, name) for name in names], rows

    def paint(self, width: int, height: int) -> Cells:
        """Draw the table for the size."""
        names, rows = self._rows(height) if self._results is None else _result(self._results, height)
        if not names:
            cells = Cells(width, height)
            cells.write(0, 0, "no epoch finished yet"[:width], 1)
            return cells
        return draw_metrics(names, rows, width, height, _SHARES)


def _result(results: Results, height: int) -> tuple[list[str], list[tuple[str, dict[str, float]]]]:
    """Return the names and the rows that fit; the part that says most about new rows is left out last."""
    rows = results.rows()
    best = next((who for who, _, _ in reversed(rows) if who.strip() == who), "")  # the last baseline is the best one
    ranks: list[int] = []
    for who, part, _ in rows:  # the row of a target belongs to the row above
        ranks.append(ranks[-1] if who.startswith(" ") else _rank(who, part, best, results.unseen))
    important = sorted(range(len(rows)), key=ranks.__getitem__)
    shown = [rows[place] for place in sorted(important[: max(1, height - 1)])]
    labels = [clean(who, _LONGEST) if who else _PARTS[part] for who, part, _ in shown]
    titles = [_LABELS.get(title, title) for title in results.titles]
    return titles, [
        (label, {title: _known(values.get(name)) for title, name in zip(titles, results.names, strict=True)})
        for label, (_, _, values) in zip(labels, shown, strict=True)
    ]


def _rank(who: str, part: str, best: str, unseen: str) -> int:
    """Return the rank of a row: the unseen part, the best baseline, the others, the other parts."""
    if who:
        return 1 if who == best else 2
    return 0 if part == unseen else 3


def _cell(values: Mapping[str, float], name: str) -> str:
    return number(values[name], 7) if name in values else ""


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def _parts(label: str, metrics: Mapping[str, float], names: list[str]) -> list[tuple[str, dict[str, float]]]:
    """Return a row for training and, if measured, one for validation."""
    sides = [("train", "")] + ([("val", "val_")] if any(name.startswith("val_") for name in metrics) else [])
    return [
        (side + label, {_LABELS.get(name, name): metrics.get(prefix + name, float("nan")) for name in names})
        for side, prefix in sides
    ]
