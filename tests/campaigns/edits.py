"""Edits that leave every screen with numbers of another network: `python -m tests.campaigns.edits`.

A case opens a sample and changes its layers, columns and settings again and again.  In between it trains, visits the
screens and presses keys that choose something there, often before the last change has been worked out.  Wrong is an
exception that is a mistake of the program, and a warning of NumPy.
"""

import asyncio
import os
import random
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.campaigns.reporting import Tally
from tests.campaigns.trying import Tried, condensed, kept_in, options, try_all
from tests.tui.pilots import press, running, settle, wait_for_screens
from tui_ann.experiment.spec import (
    Activation,
    BatchNormalizationSpec,
    DenseSpec,
    DropoutSpec,
    Experiment,
    LayerNormalizationSpec,
)
from tui_ann.session.run import pace
from tui_ann.tui.content.edits import put
from tui_ann.tui.shell.app import TuiAnnApp

CASES = 1_000
SAMPLES = ("diabetes", "iris", "moons", "xor", "wine", "linear-unit")
SIZES = ((80, 24), (120, 36), (200, 50))
CHOOSING = (
    "end", "home", "down", "up", "left", "right", "pagedown", "enter", "tab", "escape", "space", "plus", "minus", "comma",
    "full_stop", "right_square_bracket", "left_square_bracket", *"abcdefghjklmnoprstuvwxyz",
)  # fmt: skip
"""Keys that choose a row, a neuron, an axis, a moment …"""
TURNS = 6


def layers(chance: random.Random, last: DenseSpec) -> tuple[Any, ...]:
    """The layers of a network with this output.

    Args:
        chance: Draws them.
        last: The output layer.
    """
    found: list[Any] = []
    for _ in range(chance.choice([0, 0, 1, 1, 2, 4])):
        activation: Activation = chance.choice(("tanh", "relu", "prelu", "linear"))
        found.append(DenseSpec(units=chance.choice([1, 2, 3, 7, 30]), activation=activation))
        if chance.random() < 0.3:
            found.append(chance.choice([BatchNormalizationSpec(), LayerNormalizationSpec(), DropoutSpec(rate=0.2)]))
    return (*found, last)


def edited(chance: random.Random, now: Experiment, whole: Experiment, columns: list[str]) -> Experiment:
    """An experiment after one change.

    Args:
        chance: Draws it.
        now: The experiment.
        whole: The experiment that was opened, with all columns.
        columns: Its features.
    """
    last = now.network.layers[-1]
    assert isinstance(last, DenseSpec)
    match chance.choice(["layers", "layers", "columns", "columns", "variant", "optimizer", "split", "output"]):
        case "layers":
            return put(now, "network.layers", layers(chance, last))
        case "columns":
            few = tuple(sorted(chance.sample(columns, chance.randint(1, len(columns)))))
            return put(now, "data.features", chance.choice([few, whole.data.features]))
        case "variant":
            return put(now, "training.variant", chance.choice(["batch", "mini-batch", "stochastic"]))
        case "optimizer":
            return put(now, "training.optimizer", chance.choice(["sgd", "momentum", "adam", "rmsprop"]))
        case "split":
            return put(now, "data.validation_split", chance.choice([0.0, 0.2, 0.5]))
        case "output":
            return put(now, "network.layers", (*now.network.layers[:-1], whole.network.layers[-1]))
        case other:
            raise ValueError(other)


async def _visit(chance: random.Random, pilot: Pilot[None]) -> None:
    """Go to a screen and choose something on it."""
    await pilot.press(chance.choice("1234567"))
    for key in chance.choices(CHOOSING, k=chance.randint(1, 8)):
        if chance.random() < 0.4:
            await press(pilot, key)
        else:
            await pilot.press(key)
    await pilot.press("escape")


async def play(number: int, turns: int = TURNS) -> str:
    """Play a case.

    Args:
        number: Which.
        turns: How often it changes something.

    Returns:
        What went wrong; empty if nothing did.
    """
    chance = random.Random(number)
    async with running(f"sample:{SAMPLES[number % len(SAMPLES)]}", size=chance.choice(SIZES)) as (app, pilot):
        workspace = app.session.workspace
        assert workspace.dataset is not None
        columns = [feature.column for feature in workspace.dataset.preprocessing.columns]
        app.bench.edit(put(workspace.experiment, "training.epochs", 3))
        whole = workspace.experiment
        for _ in range(turns):
            if workspace.run is None or not app.runner.alive:
                app.bench.edit(edited(chance, workspace.experiment, whole, columns))
            if chance.random() < 0.3:
                await settle(pilot)
            if chance.random() < 0.6:
                await _train(app, pilot)
            for _ in range(chance.randint(0, 3)):
                await _visit(chance, pilot)
                if app.failures.seen:
                    return condensed(str(app.failures.seen[0]))
    return ""


async def _train(app: TuiAnnApp, pilot: Pilot[None]) -> None:
    await pilot.press("escape", "3", "space")
    with suppress(TimeoutError):  # it may train slowly
        async with asyncio.timeout(2.0):
            await settle(pilot, "training", "preparing")
    app._look()


def tried(number: int, folder: Path) -> Tried:
    """Play a case with a home of its own.

    Args:
        number: Which.
        folder: An empty folder.
    """
    os.environ["TUI_ANN_HOME"] = str(folder / "home")
    wait_for_screens(setattr)
    warnings.simplefilter("error", RuntimeWarning)
    pace.PLAYING = 0.0  # a run that is played slowly to be watched
    return Tried(SAMPLES[number % len(SAMPLES)], asyncio.run(play(number)))


def main() -> int:
    """Run the campaign and return its exit code."""
    arguments = options(__doc__ or "", CASES).parse_args()
    tally = Tally("edits")
    numbers = range(arguments.first, arguments.first + arguments.cases)
    try_all(tally, tried, numbers, arguments.workers, kept_in(arguments.keep))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
