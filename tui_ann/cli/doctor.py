"""`tui-ann doctor`: what is wrong with a run or an experiment, and what to change."""

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.opening import opened, prepared
from tui_ann.cli.options import (
    experiment_argument,
    json_option,
    read_options,
    reading_options,
    set_option,
    target_option,
)
from tui_ann.cli.terminal import Bar, say, show, show_json, show_table
from tui_ann.text import counted

if TYPE_CHECKING:
    from tui_ann.data.read.reader import ReadOptions
    from tui_ann.experiment.run_record import FindingRecord
    from tui_ann.session.doctor.diagnosis import Diagnosis

_WIDEST = 240
"""Cells of the longest sentence of evidence: none is cut."""


@click.command(short_help="Say what is wrong with RUN or EXPERIMENT.")
@experiment_argument
@click.option("--train", is_flag=True, help="Train the experiment first, without saving it, and judge its end.")
@set_option
@target_option
@reading_options
@json_option
def doctor(
    experiment: str, train: bool, sets: tuple[str, ...], targets: tuple[str, ...], as_json: bool, **reading: Any
) -> int:
    """Say what is wrong with EXPERIMENT: a run folder, an experiment file, sample:NAME or a data file.

    A run is judged by its history, its start and its final weights; its data are read again.  An experiment is judged
    before training: its rows, its network at the start, its learning rate.  Nothing is trained, except with --train.

    \b
    tui-ann doctor runs/iris-20250101-120000
    tui-ann doctor iris.toml --train --json

    Causes are told, the worst first, not what follows from them.  With --json: "findings", each with "id", "severity"
    (note, warning or fault), "title", "text", "why", "numbers", "layers" and "remedies", each of these with "id",
    "title", "why" and the keys and values that it "sets"; "silenced", the consequences with their causes; "passed",
    the ids of the rules that found nothing; "epochs", "learns_well" and what is "better", such as a linear model.
    """  # noqa: D301 - click needs the character itself
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.source import find
    from tui_ann.session.store.recents import Kind

    options = read_options(**reading)
    found = None if experiment == "-" else find(experiment)
    with Bar("reading", quiet=as_json) as bar:
        if found is not None and found.kind is Kind.RUN and not (train or sets or targets):
            record = RunFolder.open(found.path).record()
            diagnosis = _of_run(str(found.path), options, record.findings)
            if diagnosis is None:
                _show_recorded(record.findings, as_json=as_json)
                return DONE
        else:
            session = opened(experiment, targets=targets, sets=sets, options=options, progress=bar.at)
            run = prepared(session, bar.at)
            if train:
                run.owner.train_here()
            diagnosis = session.doctor.examine_run(run)
    if as_json:
        show_json(diagnosis.to_json())
    else:
        _show(diagnosis)
    return DONE


def _of_run(path: str, options: "ReadOptions", recorded: "list[FindingRecord]") -> "Diagnosis | None":
    """The diagnosis of a saved run; `None` if its data are gone but it has findings of its own.

    Raises:
        TuiAnnError: Neither is there.
    """
    from tui_ann.errors import TuiAnnError
    from tui_ann.session.session import Session

    session: Session = Session()
    session.workspace.open(path, options=options)
    saved = session.workspace.saved_run
    assert saved is not None
    try:
        return session.doctor.examine_saved(saved)
    except TuiAnnError as error:
        if not recorded:
            raise
        say(f"{error.message} These are the findings of the time when the run ended.")
        return None


def _show_recorded(findings: "list[FindingRecord]", *, as_json: bool) -> None:
    import msgspec

    if as_json:
        show_json({"findings": msgspec.to_builtins(findings)})
    else:
        _show_findings(findings)


def _show_text(text: str, indent: str = "") -> None:
    """Print a paragraph, broken at the edge of a terminal; a program that reads it gets one line."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else max(len(text) + len(indent), 1)
    for line in textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=2 * indent):
        show(line)


def _show(diagnosis: "Diagnosis") -> None:
    from tui_ann.session.doctor.words import finding_words

    findings = [finding.record() for finding in diagnosis.findings]
    if findings:
        _show_findings(findings)
        show()
    when = f"after {counted(diagnosis.epochs, 'epoch')}" if diagnosis.epochs else "before training"
    unjudged = f"; {len(diagnosis.unjudged)} not possible" if diagnosis.unjudged else ""
    if diagnosis.worst is None:
        wrong = "Nothing is wrong" if diagnosis.learns_well or not diagnosis.epochs else "Nothing was found"
        wrong = "Nothing else was found" if findings else wrong
        show(f"{wrong} {when}: {diagnosis.checks} checks{unjudged}.{f' {diagnosis.doubt}' if diagnosis.doubt else ''}")
    else:
        show(f"Judged {when}: {diagnosis.checks} checks, {len(diagnosis.passed)} passed{unjudged}.")
    if diagnosis.silenced:
        causes = {finding.id: finding.title for finding in findings}
        names = ", ".join(finding_words()[name].title for name in diagnosis.silenced)
        cause = causes.get(next(iter(diagnosis.silenced.values())), "these")
        _show_text(f"Consequences of “{cause}”, not told: {names}.")


def _show_findings(findings: "list[FindingRecord]") -> None:
    rows = [
        (each.severity, each.title, each.text, each.remedies[0].title if each.remedies else "") for each in findings
    ]
    show_table(("severity", "finding", "evidence", "remedy"), rows, widest=_WIDEST)
    for each in findings:
        show()
        _show_text(f"{each.title}: {each.why}")
        for remedy in each.remedies:
            _show_text(f"{remedy.advice}. {remedy.why}", indent="  ")
