"""What a report says, of live and saved runs, with and without their data."""

from unittest.mock import Mock

import numpy as np
import pytest

from tests.session.conftest import data, training
from tui_ann.errors import SessionError
from tui_ann.export.report.document import CodeBlock, CurveBlock, ParagraphBlock, TableBlock, WorkedBlock
from tui_ann.export.report.markdown import to_markdown_report
from tui_ann.session.reporting.about_run import _curve
from tui_ann.session.session import Session

SECTIONS = [
    "Data",
    "Network",
    "Settings",
    "Training",
    "Findings",
    "Result",
    "Worst rows",
    "One update",
    "How to repeat it",
]


@pytest.fixture
def trained(session, experiment):
    split = data(experiment, validation_split=0.2, test_split=0.25, split="shuffled")
    session.workspace.adopt(training(split, epochs=8, noise=0.0))
    session.runs.prepare().owner.train_here()
    return session


def blocks(report, title, kind):
    (section,) = (section for section in report.sections if section.title == title)
    return [block for block in section.blocks if isinstance(block, kind)]


def test_it_has_every_section_and_its_figures_are_those_of_the_evaluation(trained):
    report = trained.reporting.report()
    assert [section.title for section in report.sections] == SECTIONS
    found = trained.evaluating.evaluation()
    figures, *_ = blocks(report, "Result", TableBlock)
    assert [row[0] for row in figures.rows] == [figure.label for figure in found.figures]
    assert f"{len(found.rows)} rows" in blocks(report, "Result", ParagraphBlock)[0].text
    curve, *_ = blocks(report, "Training", CurveBlock)
    run = trained.runs.current
    assert curve.lines[0].y.tolist() == run.history.column("loss").tolist()
    assert curve.lines[1].y.tolist() == run.history.column("val_loss").tolist()
    (worked,) = blocks(report, "One update", WorkedBlock)
    assert worked.script
    assert run.trainer.finished, "the run itself stays at its end"


def test_a_saved_run_says_the_same_as_when_it_was_live(trained, make_session, tmp_path):
    live = to_markdown_report(trained.reporting.report())
    folder = trained.store.save(tmp_path / "run")
    other = make_session()
    other.workspace.open(str(folder))
    saved = to_markdown_report(other.reporting.report())
    assert _without_times(saved) == _without_times(live)


def test_its_lines_repeat_the_run_and_name_no_folder(trained, table_path, tmp_path, monkeypatch):
    report = trained.reporting.report()
    text, command = blocks(report, "How to repeat it", CodeBlock)
    assert str(table_path.parent) not in to_markdown_report(report)
    assert command.text == "tui-ann train experiment.toml"
    place = tmp_path / "elsewhere"
    place.mkdir()
    (place / table_path.name).write_bytes(table_path.read_bytes())
    (place / "experiment.toml").write_text(text.text, encoding="utf-8")
    again = Session()
    again.workspace.open(str(place / "experiment.toml"))
    run = again.runs.prepare()
    run.owner.train_here()
    assert run.history.column("loss").tolist() == trained.runs.current.history.column("loss").tolist()


def test_without_its_data_a_saved_run_says_what_is_missing_and_the_rest(trained, make_session, table_path, tmp_path):
    folder = trained.store.save(tmp_path / "run")
    table_path.unlink()
    session = make_session()
    session.workspace.open(str(folder))
    report = session.reporting.report()
    assert [section.title for section in report.sections if section.title != "Worst rows"] == [
        title for title in SECTIONS if title != "Worst rows"
    ]
    for title in ("Data", "Result", "One update"):
        (said,) = blocks(report, title, ParagraphBlock)
        assert said.text.startswith("This cannot be said here.")
    assert blocks(report, "Training", CurveBlock)


def test_an_untrained_run_and_a_threshold_that_makes_no_sense(session, experiment):
    session.workspace.adopt(data(experiment, test_split=0.25, split="shuffled"))
    report = session.reporting.report()
    assert "No epoch was completed" in blocks(report, "Training", ParagraphBlock)[0].text
    session.workspace.open("sample:iris")
    with pytest.raises(SessionError, match="threshold"):
        session.reporting.report(0.3)


def _without_times(text: str) -> list[str]:
    return [line for line in text.splitlines() if " s. It ended" not in line]


def test_the_curve_of_a_loss_at_the_end_of_the_range_is_drawn():
    history = Mock(names=("loss",), column=lambda name: np.array([1.5e308, 1.6e308]))
    assert not _curve("Loss", history, "loss", None).log
