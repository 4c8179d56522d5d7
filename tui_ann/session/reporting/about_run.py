"""What a report says of the network, the settings, the training, and how to repeat it."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from tui_ann.engine.history import History
from tui_ann.engine.layer_summary import summary
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import MEASURES
from tui_ann.engine.network import Network
from tui_ann.experiment.files import dumps
from tui_ann.experiment.keys import LAYERS
from tui_ann.experiment.sets import PATH_KEYS
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import Experiment
from tui_ann.export.report.document import (
    CodeBlock,
    CurveBlock,
    CurveLine,
    ListBlock,
    ParagraphBlock,
    ReportBlock,
    ReportSection,
    table,
)
from tui_ann.session.compare.all_settings import layer_settings
from tui_ann.session.compare.differences import value_in_words
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import count, counted, duration

_WHO = {"python": "Python", "numpy": "NumPy"}
"""How programs are spelled."""
_LOG_FROM = 50.0
"""A curve is drawn on a logarithmic axis if its largest value is this many times its smallest."""


class Origin(NamedTuple):
    """Where the numbers of a run come from."""

    sha256: str | None
    """The fingerprint of the data file."""
    versions: dict[str, str]
    """Of the programs that trained it."""
    seconds: float
    """Time spent training."""


def without_folders(experiment: Experiment) -> Experiment:
    """The experiment with names of files only: where a user keeps them is not said to others."""
    for key in PATH_KEYS:
        value = SETTINGS[key].get(experiment)
        if value:
            experiment = SETTINGS[key].put(experiment, PurePath(value).name)
    return experiment


def network_section(experiment: Experiment, network: Network, reasons: Sequence[str]) -> ReportSection:
    """The network and why it is as it is.

    Args:
        experiment: The experiment.
        network: The network.
        reasons: Why something was proposed, a sentence each without its full stop.
    """
    lines = summary(network.inputs, network.layers)
    rows = [
        [str(line.index), line.type.replace("_", " "), line.activation or "–", count(line.outputs), line.formula or "0"]
        for line in lines
    ]
    widths = " → ".join(map(str, [network.inputs, *(line.outputs for line in lines if line.type == "dense")]))
    blocks: list[ReportBlock] = [
        ParagraphBlock(f"{widths}, {counted(network.n_parameters, 'parameter')}."),
        table(["layer", "type", "activation", "units", "parameters"], rows, [3]),
    ]
    if reasons:
        blocks += [
            ParagraphBlock("Why, where the program proposed it:"),
            ListBlock(tuple(f"{reason}." for reason in reasons)),
        ]
    return ReportSection("Network", tuple(blocks))


def settings_section(experiment: Experiment) -> ReportSection:
    """Every setting of the training, and those of layers that are not the default.

    Args:
        experiment: The experiment.
    """
    rows = [
        [setting.label, value_in_words(setting.get(experiment))]
        for key, setting in SETTINGS.items()
        if key != LAYERS
        and key.startswith(("training.", "network.", "data.noise"))
        and setting.kind != "table"
        and setting.applies(experiment)
        and setting.get(experiment) not in (None, "", ())
    ]
    rows += [
        [setting.label, value_in_words(setting.get(experiment))]
        for setting in layer_settings(experiment)
        if setting.name not in ("units", "activation") and setting.get(experiment) != setting.default
    ]
    return ReportSection("Settings", (table(["setting", "value"], rows),))


def training_section(shot: Snapshot, history: History, loss: str, origin: Origin) -> ReportSection:
    """How the training went.

    Args:
        shot: The state of the run that is reported.
        history: Its history.
        loss: The name of its loss.
        origin: Where its numbers come from.
    """
    return ReportSection("Training", tuple(_training(shot, history, loss, origin)))


def _training(shot: Snapshot, history: History, loss: str, origin: Origin) -> Iterator[ReportBlock]:
    if not len(history.epochs):
        yield ParagraphBlock("No epoch was completed: the parameters are the start values or those soon after.")
        return
    reason = shot.stop_reason
    ended = " It has not ended." if reason is None else f" It ended: {reason.text.rstrip('.')}."
    took = f" in {duration(origin.seconds)}" if origin.seconds else ""
    size = f"{counted(history.epochs.done, 'epoch')}, {counted(shot.update, 'update')}{took}."
    yield ParagraphBlock(f"{size}{ended}")
    if shot.verdict is not None:
        yield ParagraphBlock(f"Mind: {shot.verdict.text}.")
    best = shot.kept_epoch
    title = LOSSES[loss].title
    penalties = any(history.epochs[place].penalty for place in (0, -1))
    yield _curve(f"Loss by epoch: {title}{', penalties included' if penalties else ''}", history, "loss", best)
    for name in ("accuracy", "r2", "mae"):
        if name in history.names:
            yield _curve(f"{MEASURES[name].label} by epoch", history, name, best)
            break
    if history.marks:
        yield ListBlock(tuple(f"After update {count(mark.update)}: {mark.text}." for mark in history.marks))


def _curve(title: str, history: History, name: str, best: int | None) -> ReportBlock:
    lines = [CurveLine("training", history.column(name))]
    if f"val_{name}" in history.names:
        lines.append(CurveLine("validation", history.column(f"val_{name}"), dotted=True))
    values = np.concatenate([line.y[np.isfinite(line.y)] for line in lines])
    if not len(values):
        return ParagraphBlock(f"{title}: no value is a finite number.")
    log = bool(values.min() > 0 and values.max() / _LOG_FROM > values.min())
    return CurveBlock(title, tuple(lines), log, best, history.epochs.field("epoch"))


def repeat_section(experiment: Experiment, origin: Origin) -> ReportSection:
    """How to repeat the run.

    Args:
        experiment: Its experiment.
        origin: Where its numbers come from.
    """
    file = PurePath(experiment.data.path).name
    versions = ", ".join(f"{_WHO.get(name, name)} {version}" for name, version in origin.versions.items())
    facts = [
        f"Seeds: start values {experiment.network.seed}, order of the rows {experiment.training.shuffle_seed}, "
        f"split {experiment.data.split_seed}.",
        *([f"Trained with {versions}."] if versions else []),
        *([f"SHA-256 of {file}: {origin.sha256}"] if origin.sha256 else []),
    ]
    blocks = (
        ParagraphBlock("Save these lines as experiment.toml next to the data file, and run the command below."),
        CodeBlock(dumps(experiment), "toml"),
        CodeBlock("tui-ann train experiment.toml", "sh"),
        ListBlock(tuple(facts)),
    )
    return ReportSection("How to repeat it", blocks)
