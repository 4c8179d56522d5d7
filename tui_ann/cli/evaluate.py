"""`tui-ann evaluate`: how good the answers of a trained network are."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import (
    complete_experiment,
    json_option,
    missing_option,
    read_options,
    reading_options,
    threshold_option,
)
from tui_ann.cli.predict import say_state
from tui_ann.cli.terminal import Bar, amount, figure, say, show, show_json, show_table
from tui_ann.text import line_name

if TYPE_CHECKING:
    from tui_ann.session.evaluate.evaluation import RunEvaluation

_PARTS = {"training": "train"}
"""Other words for a part."""
_IMPORTANT = 10
"""How many columns are listed by their importance."""


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", required=False, shell_complete=complete_experiment)
@click.option(
    "--part",
    type=click.Choice(["test", "validation", "train", "training", "all"]),
    help="Which rows of the run's own data.  [test, or else validation, or else training]",
)
@threshold_option
@click.option("--miss", type=click.FloatRange(0), default=1.0, metavar="COST", help="Two classes: what a miss costs.")
@click.option("--alarm", type=click.FloatRange(0), default=1.0, metavar="COST", help="What a false alarm costs.")
@missing_option
@reading_options
@json_option
@click.option("--markdown", is_flag=True, help="Print Markdown instead.")
def evaluate(
    run: Path,
    data: str | None,
    part: str | None,
    threshold: float,
    miss: float,
    alarm: float,
    missing: str | None,
    as_json: bool,
    markdown: bool,
    **reading: Any,
) -> int:
    """Judge the network in the run folder RUN on a part of its data, or on another file DATA.

    Every figure stands next to that of a constant answer: the shares of the classes, or the mean.  Its 95 % interval is
    Wilson's for a share of rows (accuracy, and of two classes precision and recall), else where it lies in resamples of
    these rows.  Classes get a confusion matrix; two classes the threshold that is cheapest for --miss and --alarm,
    chosen on the validation part and judged on the test part.  The worst rows follow, and how much worse the answers
    are if a column is shuffled.
    """
    from tui_ann.data.read.streams import at_hand
    from tui_ann.data.samples import data_path
    from tui_ann.errors import DataError
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.evaluate.evaluation_text import to_json
    from tui_ann.session.evaluate.thresholds import Costs
    from tui_ann.session.session import Session

    if as_json and markdown:
        raise click.UsageError("--json and --markdown exclude each other.")
    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    quiet = as_json or markdown
    with Bar("reading", quiet=quiet) as bar, at_hand(str(data_path(data))) if data else nullcontext() as path:
        found = session.evaluating.evaluation(
            path,
            _PARTS.get(part, part) if part else None,
            threshold,
            costs=Costs(miss, alarm),
            missing=missing,
            options=read_options(**reading),
            progress=bar.at,
        )
    say_state(session, run)
    if not found.judged:
        for note in found.rows.notes:
            say(note)
        raise DataError(
            f"No row of {found.rows.what} has a target to judge the answers by.",
            remedy="Name a file with the target; `tui-ann predict` needs none.",
            code="nothing_to_judge",
        )
    if as_json:
        show_json(to_json(found))
        return DONE
    if markdown:
        from tui_ann.session.reporting.about_result import evaluation_markdown

        print(evaluation_markdown(found, session.workspace.experiment.name), end="")
        return DONE
    for note in found.rows.notes:
        say(note)
    _show(found)
    return DONE


def _show(found: "RunEvaluation") -> None:
    from tui_ann.session.evaluate.evaluation_text import absent_in_words, baseline_explained, untold_in_words

    show(f"{found.sentence}")
    show()
    if found.figures:
        rows = [
            [
                each.label,
                figure(each.value),
                f"{figure(each.interval[0], 3)} to {figure(each.interval[1], 3)}" if each.interval else "",
                figure(each.baseline) if each.baseline is not None else "",
            ]
            for each in found.figures
        ]
        name = "" if found.baseline is None else found.baseline.name
        show_table(["", "value", "95 % interval", name], rows, right=(1, 2, 3))
        for line in baseline_explained(found):
            show(line)
        if absent := absent_in_words(found):
            show(absent)
        if untold := untold_in_words(found):
            show(untold)
    if found.confusion is not None:
        show()
        matrix = found.confusion
        counts = [[f"true {name}", *map(amount, row)] for name, row in zip(matrix.classes, matrix.counts, strict=True)]
        show_table(["", *(f"says {name}" for name in matrix.classes)], counts, right=range(1, len(matrix.classes) + 1))
    if found.cheapest is not None:
        show()
        show(found.cheapest.sentence)
    if len(found.worst):
        show()
        _show_worst(found)
    if found.importance:
        show()
        metric = found.importance[0].metric_label
        important = [
            [each.column, figure(each.loss_rise, 3), figure(each.metric_drop, 3)]
            for each in found.importance[:_IMPORTANT]
        ]
        show_table(["shuffled", "loss rises by", f"{metric} falls by"], important, right=(1, 2))


def _show_worst(found: "RunEvaluation") -> None:
    from tui_ann.session.evaluate.evaluation_text import worst_rows

    rows = worst_rows(found)
    answered = "y_hat" in rows[0]
    cells = [
        [
            line_name(row["line"]),
            _words(row["actual"]),
            _words(row["predicted"]),
            *([figure(row["y_hat"], 3)] if answered else []),
        ]
        for row in rows
    ]
    show_table(["worst: line", "actual", "predicted", *(["ŷ"] if answered else [])], cells, right=(0, 3))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {figure(part)}" for name, part in value.items())
    return figure(value) if isinstance(value, float) else str(value)
