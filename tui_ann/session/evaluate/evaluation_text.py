"""An evaluation for other programs and documents: JSON and Markdown."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import listing
from tui_ann.experiment.run_folder import finite
from tui_ann.session.evaluate.class_means import FEWEST_OF_CLASS
from tui_ann.session.evaluate.evaluation import RunEvaluation
from tui_ann.session.evaluate.figures import Figure
from tui_ann.session.evaluate.listing import answer_of
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.evaluate.share_intervals import COVERED
from tui_ann.session.run.baseline_names import CLASS_SHARES, shares_explained
from tui_ann.text import count, number

_MOST_POINTS = 200


def to_json(found: RunEvaluation) -> dict[str, Any]:
    """The object that `evaluate --json` prints; what is not finite becomes null there."""
    rows = found.rows
    content: dict[str, Any] = {
        "part": rows.part or None,
        "what": rows.what,
        "rows": len(rows),
        "judged": found.judged,
        "task": rows.task,
        "figures": {figure.name: _figure(figure) for figure in found.figures},
        "baseline": None if found.baseline is None else found.baseline.name,
        "baseline_answer": None if found.baseline is None else found.baseline.what,
        "interval": {"covers": COVERED, "resamples": found.resamples, "seed": found.seed},
        "worst": [row_to_json(rows, int(place), found.threshold) for place in found.worst],
        "importance": [
            {
                "column": each.column,
                "loss_rise": each.loss_rise,
                "spread": each.spread,
                f"{each.metric.partition(' ')[0]}_drop": each.metric_drop,
            }
            for each in found.importance
        ],
        "classes_without_rows": list(found.absent),
        "notes": list(rows.notes),
    }
    if found.confusion is not None:
        content["confusion"] = {
            "classes": list(found.confusion.classes),
            "counts": found.confusion.counts.tolist(),
        }
    if rows.has_threshold:
        content["threshold"] = found.threshold
    if found.pictures is not None:
        content |= _pictures(found)
    if found.cheapest is not None:
        cheapest = found.cheapest
        content["cheapest"] = {
            "miss": cheapest.costs.miss,
            "alarm": cheapest.costs.alarm,
            "threshold": cheapest.threshold,
            "chosen_on": cheapest.chosen_on,
            "judged_on": cheapest.judged_on,
            "cost": cheapest.cost,
            "cost_at_half": cheapest.usual_cost,
        }
    return content


def json_text(found: RunEvaluation) -> str:
    """The same as the content of a file; numbers that are not finite are null."""
    return json.dumps(finite(to_json(found)), allow_nan=False, indent=1) + "\n"


def _figure(figure: Figure) -> dict[str, float | None]:
    low, high = figure.interval or (None, None)
    return {"value": figure.value, "low": low, "high": high, "baseline": figure.baseline}


def _pictures(found: RunEvaluation) -> dict[str, Any]:
    assert found.pictures is not None
    sweep, calibration = found.pictures.sweep, found.pictures.calibration
    kept = np.unique(np.linspace(0, len(sweep.threshold) - 1, _MOST_POINTS).round().astype(np.intp))

    def some(values: NDArray[np.float64]) -> list[float]:
        points: list[float] = values[kept].tolist()
        return points

    return {
        "positive": found.pictures.positive,
        "thresholds": {
            "threshold": some(sweep.threshold),
            "false_positive_rate": some(sweep.false_positive_rate),
            "true_positive_rate": some(sweep.true_positive_rate),
            "precision": some(sweep.precision),
            "lift": some(sweep.lift),
        },
        "average_precision": sweep.average_precision,
        "calibration": {
            "rows": calibration.rows.tolist(),
            "mean_score": calibration.mean_score.tolist(),
            "share": calibration.share.tolist(),
            "error": calibration.error,
        },
    }


def row_to_json(rows: JudgedRows, place: int, threshold: float = 0.5) -> dict[str, Any]:
    """One row: where it is, what is true, what is predicted.

    Args:
        rows: The rows.
        place: Which, counted from 0.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    content: dict[str, Any] = {"line": int(rows.lines[place]), "loss": float(rows.losses[place])}
    if rows.task == "regression":
        names = rows.preprocessing.target.names
        if len(names) == 1:
            return content | {"actual": float(rows.actual[place, 0]), "predicted": float(rows.predicted[place, 0])}
        pairs = {"actual": rows.actual[place], "predicted": rows.predicted[place]}
        return content | {key: dict(zip(names, values.tolist(), strict=True)) for key, values in pairs.items()}
    classes = rows.preprocessing.classes
    code = int(rows.codes[place])
    return content | {
        "actual": classes[code] if code >= 0 else None,
        "predicted": classes[int(rows.decided(threshold)[place])],
        "y_hat": float(answer_of(rows)[place]),
    }


def worst_rows(found: RunEvaluation) -> list[dict[str, Any]]:
    """The worst rows, each as `row_to_json` has it."""
    return [row_to_json(found.rows, int(place), found.threshold) for place in found.worst]


def value_of_row(value: Any) -> str:
    """What a row has or what is predicted for it, in words; with several targets, each by its name."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {number(part)}" for name, part in value.items())
    return number(value) if isinstance(value, float) else str(value)


def baseline_explained(found: RunEvaluation) -> tuple[str, ...]:
    """What the baseline is, as lines; none if its name says so."""
    baseline = found.baseline
    return () if baseline is None or baseline.name != CLASS_SHARES else shares_explained(baseline.what)


def untold_in_words(found: RunEvaluation) -> str:
    """Which figures have no interval, and why; empty if each has one."""
    said = []
    if found.untold:
        said.append(f"No interval, because every resample of these rows gives the same: {', '.join(found.untold)}.")
    if found.thin:
        few = dict.fromkeys(name for names in found.thin.values() for name in names)
        have = f"{listing(few)} {'has' if len(few) == 1 else 'have'} fewer than {FEWEST_OF_CLASS} rows here"
        said.append(f"No interval, because {have}: {', '.join(found.thin)}.")
    return " ".join(said)


def absent_in_words(found: RunEvaluation) -> str:
    """Which classes have no row, and what that means; empty if each has one."""
    if not found.absent:
        return ""
    assert found.confusion is not None
    others = len(found.confusion.classes) - len(found.absent)
    mean = f"the mean over the {count(others)} other classes" if others > 1 else "that of the other class"
    return f"No row here is of {listing(found.absent)}: balanced accuracy is {mean}."


def interval_in_words(figure: Figure) -> str:
    """The interval of a figure; empty if there is none."""
    return "" if figure.interval is None else f"{number(figure.interval[0])} … {number(figure.interval[1])}"
