"""The values of a sweep over the setting that varies, as text."""

import math
import shutil
from collections.abc import Sequence

from tui_ann.session.sweep.record import SweepRecord, SweepTrial

_HEIGHT = 18
_WIDEST = 120
_DECADES = 10.0
"""Numbers whose largest is so many times their smallest are drawn on a logarithmic axis."""
_MARKS = "ox+*#%"
"""What marks the trials of each choice of the other settings; with more choices all are marked alike."""
_MOST_TICKS = 8


class _Axis:
    """Where numbers are drawn, and what is written there.

    Args:
        numbers: All that are drawn; at least one.
    """

    def __init__(self, numbers: Sequence[float]) -> None:
        self._low, self._high = min(numbers), max(numbers)
        self.log = self._low > 0 and self._high >= _DECADES * self._low
        """Whether it is logarithmic."""

    def at(self, numbers: Sequence[float]) -> list[float]:
        """The places of numbers: their logarithms to base 10, or themselves."""
        return [math.log10(number) for number in numbers] if self.log else list(numbers)

    def ticks(self) -> tuple[list[float], list[str]]:
        """The places that are labelled, and their labels; different places have different labels."""
        numbers = self._round() if self.log else self._even()
        texts = dict(zip(map(_text, numbers), numbers, strict=True))
        return self.at(list(texts.values())), list(texts)

    def _even(self) -> list[float]:
        return [self._low + (self._high - self._low) * part / 4 for part in range(5)]

    def _round(self) -> list[float]:
        """Powers of ten, with 2 and 5 times them where there is room; the ends too where none is near."""
        first, last = math.floor(math.log10(self._low)), math.ceil(math.log10(self._high))
        factors = (1, 2, 5) if last - first <= 2 else (1,)
        step = -(-(last - first + 1) // _MOST_TICKS)
        round_ones = [factor * 10.0**power for power in range(first, last + 1, step) for factor in factors]
        return [number for number in round_ones if self._low * 0.999 <= number <= self._high * 1.001]


def sweep_chart(record: SweepRecord, width: int | None = None) -> str:
    """Draw the value of each run over the first setting of numbers; over the rank of its trial if there is none.

    Trials of other settings that vary have marks of their own, as long as there are few.

    Args:
        record: The sweep.
        width: Columns of text; by default those of the terminal, 120 at most.

    Returns:
        Lines of text, without colours; empty if no run has a value.
    """
    trials = record.ranked
    if not trials:
        return ""
    import plotext

    key = next((key for key in record.settings if all(_is_number(trial.changes.get(key)) for trial in trials)), None)
    places = {trial.trial: float(rank if key is None else trial.changes[key]) for rank, trial in enumerate(trials, 1)}
    runs = [(places[trial.trial], run.value) for trial in trials for run in trial.runs if run.value is not None]
    x_axis, y_axis = _Axis([x for x, _ in runs]), _Axis([y for _, y in runs])
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.plot_size(width or min(_WIDEST, shutil.get_terminal_size((80, 24)).columns), _HEIGHT)
    plotext.theme("clear")
    axes = [name for name, axis in (("x", x_axis), ("y", y_axis)) if axis.log]
    over = "the rank of the trial" if key is None else key
    plotext.title(f"{record.metric} over {over}" + (f", {' and '.join(axes)} logarithmic" if axes else ""))
    legend = list[str]()  # below: in the picture it would hide what is drawn there
    if len(runs) > len(trials):
        plotext.scatter(x_axis.at([x for x, _ in runs]), y_axis.at([y for _, y in runs]), marker="dot")
        legend.append("• a run")
    for place, (name, group) in enumerate(_groups(record, trials, key).items()):
        means = sorted((places[trial.trial], trial.mean) for trial in group if trial.mean is not None)
        x, y = x_axis.at([x for x, _ in means]), y_axis.at([y for _, y in means])
        if key is not None and len(record.settings) == 1:
            plotext.plot(x, y, marker="braille")
        plotext.scatter(x, y, marker=_MARKS[place])
        legend.append(f"{_MARKS[place]} {name}")
    plotext.xticks(*x_axis.ticks())
    plotext.yticks(*y_axis.ticks())
    picture = str(plotext.uncolorize(plotext.build())).rstrip()
    return f"{picture}\n{'   '.join(legend)}"


def _groups(record: SweepRecord, trials: list[SweepTrial], key: str | None) -> dict[str, list[SweepTrial]]:
    """The trials by the values of the other settings; all in one if those are many."""
    others = [other for other in record.settings if other != key]
    if key is None or not others:
        return {"the mean of a trial": trials}
    groups = dict[str, list[SweepTrial]]()
    for trial in sorted(trials, key=lambda trial: [_order(trial.changes[other]) for other in others]):
        name = ", ".join(_words(trial.changes[other]) for other in others)
        groups.setdefault(name, []).append(trial)
    return groups if len(groups) <= len(_MARKS) else {"the mean of a trial": trials}


def _order(value: object) -> tuple[bool, float, str]:
    """Numbers by their size, before everything else by its text."""
    number = float(value) if isinstance(value, int | float) else None
    return (number is None, number or 0.0, "" if number is not None else str(value))


def _words(value: object) -> str:
    return _text(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _text(number: float) -> str:
    return f"{number:.4g}".replace("e-0", "e-").replace("e+0", "e+")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
