"""What a report says of the answers: the findings of the doctor, the figures, the worst rows."""

from collections.abc import Iterator, Sequence

from tui_ann.experiment.run_record import FindingRecord
from tui_ann.export.report.document import (
    ListBlock,
    ParagraphBlock,
    ReportBlock,
    ReportSection,
    RunReport,
    TableBlock,
    table,
)
from tui_ann.export.report.markdown import to_markdown_report
from tui_ann.session.evaluate.evaluation import RunEvaluation
from tui_ann.session.evaluate.evaluation_text import (
    absent_in_words,
    baseline_explained,
    interval_in_words,
    untold_in_words,
    value_of_row,
    worst_rows,
)
from tui_ann.session.run.results import Results
from tui_ann.text import count, line_name, number

_TELLING = 10
"""Columns whose importance is listed."""


def findings_section(findings: Sequence[FindingRecord], passed: int | None) -> ReportSection:
    """What the doctor found.

    Args:
        findings: The findings, the worst first.
        passed: How many rules found nothing; `None` if that is not known.
    """
    if not findings:
        by = "" if passed is None else f" by {passed} checks"
        return ReportSection("Findings", (ParagraphBlock(f"Nothing was found{by}."),))
    items = tuple(f"{each.title} ({each.severity}): {each.text} {each.why}" for each in findings)
    advice = tuple(
        f"{each.title}: {each.remedies[0].advice}. {each.remedies[0].why}" for each in findings if each.remedies
    )
    blocks: list[ReportBlock] = [ListBlock(items)]
    if advice:
        blocks += [ParagraphBlock("What to try:"), ListBlock(advice)]
    if passed is not None:
        blocks.append(ParagraphBlock(f"{passed} other checks found nothing."))
    return ReportSection("Findings", tuple(blocks))


def evaluation_markdown(found: RunEvaluation, title: str) -> str:
    """An evaluation as a Markdown document of its own.

    Args:
        found: The evaluation.
        title: The name of the run.
    """
    worst = worst_section(found)
    sections = (result_section(found, None), *([worst] if worst is not None else []))
    return to_markdown_report(RunReport(f"Evaluation of {title}", sections))


def result_section(found: RunEvaluation, results: Results | None) -> ReportSection:
    """The figures of the answers.

    Args:
        found: The evaluation of the part that says most about new rows.
        results: The figures of every part, if the run has ended.
    """
    return ReportSection("Result", tuple(_result(found, results)))


def _result(found: RunEvaluation, results: Results | None) -> Iterator[ReportBlock]:
    yield ParagraphBlock(f"{found.sentence[0].upper()}{found.sentence[1:]}.")
    if not found.figures:
        return
    yield _figures(found)
    if explained := " ".join(baseline_explained(found)):
        yield ParagraphBlock(f"{explained[0].upper()}{explained[1:]}")
    if absent := absent_in_words(found):
        yield ParagraphBlock(absent)
    if found.resamples:
        shares = " Shares of rows have Wilson's interval." if found.confusion is not None else ""
        untold = f" {words}" if (words := untold_in_words(found)) else ""
        yield ParagraphBlock(
            f"Intervals: where 95 % of {count(found.resamples)} bootstrap samples of these rows lie.{shares} They say "
            f"how much a figure depends on the rows that happened to be judged.{untold}"
        )
    if found.confusion is not None:
        classes = found.confusion.classes
        rows = [
            [name, *map(count, counts)] for name, counts in zip(classes, found.confusion.counts.tolist(), strict=True)
        ]
        yield ParagraphBlock("Confusion matrix: a row for each true class, a column for each predicted one.")
        yield table(["true \\ predicted", *classes], rows, range(1, len(classes) + 1))
        if found.rows.has_threshold:
            yield ParagraphBlock(f"The class is {classes[1]} where ŷ ≥ {number(found.threshold)}.")
    if found.cheapest is not None:
        yield ParagraphBlock(found.cheapest.sentence)
    if results is not None and len(results.metrics) > 1:
        yield ParagraphBlock("Every part, and simple predictors for comparison:")
        yield _parts(results)
    if found.importance:
        yield ParagraphBlock("How much the loss rises if the cells of a column are shuffled:")
        rows = [
            [each.column, f"{number(each.loss_rise, 3)} ± {number(each.spread, 2)}", number(each.metric_drop, 3)]
            for each in found.importance[:_TELLING]
        ]
        head = ["column", "loss rises by", f"{found.importance[0].metric_label} falls by"]
        yield table(head, rows, [1, 2])
    if found.rows.notes:
        yield ListBlock(found.rows.notes)


def _figures(found: RunEvaluation) -> TableBlock:
    with_interval = any(figure.interval for figure in found.figures)
    baseline = [] if found.baseline is None else [found.baseline.name]
    head = ["", "value", *(["95 % interval"] if with_interval else []), *baseline]
    rows = [
        [
            figure.label,
            number(figure.value),
            *([interval_in_words(figure)] if with_interval else []),
            *(["" if figure.baseline is None else number(figure.baseline)] if baseline else []),
        ]
        for figure in found.figures
    ]
    return table(head, rows, range(1, len(head)))


def _parts(results: Results) -> TableBlock:
    rows = [
        [who or "network", part, *(number(_known(figures.get(name))) for name in results.names)]
        for who, part, figures in results.rows()
    ]
    return table(["", "part", *results.titles], rows, range(2, len(results.names) + 2))


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def worst_section(found: RunEvaluation) -> ReportSection | None:
    """The worst rows; `None` if there are none.

    Args:
        found: The evaluation.
    """
    rows = worst_rows(found)
    if not rows:
        return None
    answered = "y_hat" in rows[0]
    lines = [
        [
            line_name(row["line"]),
            value_of_row(row["actual"]),
            value_of_row(row["predicted"]),
            *([number(row["y_hat"])] if answered else []),
            number(row["loss"], 3),
        ]
        for row in rows
    ]
    head = ["line of the file", "actual", "predicted", *(["ŷ"] if answered else []), "loss"]
    return ReportSection("Worst rows", (table(head, lines, [0, *range(3, len(head))]),))
