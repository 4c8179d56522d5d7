"""What a report says of the data and what was done to them."""

from collections.abc import Iterator
from pathlib import PurePath

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.read.report import reading_notes
from tui_ann.data.read.table import Table
from tui_ann.experiment.spec import Experiment
from tui_ann.export.report.document import ListBlock, ParagraphBlock, ReportBlock, ReportSection, TableBlock, table
from tui_ann.session.run.judging import parts_of
from tui_ann.text import count, counted

TITLE = "Data"
_MOST_COLUMNS = 60
_WORDS = {"train": "training", "validation": "validation", "test": "test"}


def data_section(experiment: Experiment, rows: Table, dataset: Dataset) -> ReportSection:
    """The data of a run.

    Args:
        experiment: Its experiment.
        rows: Its table.
        dataset: What was made of it.
    """
    sizes = ", ".join(f"{count(len(X))} {_WORDS[part]}" for part, X, _ in parts_of(dataset))
    file = PurePath(experiment.data.path).name
    targets = " and ".join(dataset.targets)
    read = f"{file}: {counted(rows.n_rows, 'row')}, {counted(len(rows.columns), 'column')}."
    aim = f"The target is {targets}, a {dataset.task} task. Rows: {sizes}."
    return ReportSection(TITLE, tuple(_blocks(f"{read} {aim}", experiment, rows, dataset)))


def _blocks(text: str, experiment: Experiment, rows: Table, dataset: Dataset) -> Iterator[ReportBlock]:
    yield ParagraphBlock(text)
    yield _columns(experiment, rows, dataset)
    if len(rows.columns) > _MOST_COLUMNS:
        yield ParagraphBlock(f"These are the first {_MOST_COLUMNS} of {count(len(rows.columns))} columns.")
    used = [feature.column for feature in dataset.preprocessing.columns]
    done = (*reading_notes(rows, [*used, *dataset.targets]), *dataset.notes)
    if done:
        yield ListBlock(done)


def _columns(experiment: Experiment, rows: Table, dataset: Dataset) -> TableBlock:
    """A line for each column: its kind, its gaps, what it is used for."""
    features = {feature.column: feature for feature in dataset.preprocessing.columns}

    def use(name: str) -> str:
        if name in dataset.targets:
            return "target"
        if name in features:
            n = len(features[name].names)
            return "feature" if n == 1 else f"{n} features"
        if name in experiment.data.ignore:
            return "ignored"
        reason = dataset.left_out.get(name)
        return "not used" if reason is None else f"left out: it {REASONS.get(reason, reason)}"

    lines = [
        [column.name, column.kind, count(int(column.is_missing.sum())), use(column.name)]
        for column in rows.columns[:_MOST_COLUMNS]
    ]
    return table(["column", "kind", "missing", "use"], lines, [2])
