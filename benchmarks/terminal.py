"""The cost of the terminal while a network trains at full speed, and its response time.

`python -m benchmarks.terminal` drives the real application in a pseudo-terminal, with every pane of its Train screen
shown, then its Explore screen, and the headless command on the same experiment.  Only one of the two runs at a time, in
turns, so that a busy machine slows both down equally.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from benchmarks.terminal_probe import FORM, read_note
from benchmarks.terminal_pty import Terminal
from benchmarks.terminal_work import WORKLOADS, Workload

SIZES = ((120, 36), (200, 50))
SETTLE = 0.4
"""Seconds after waking before anything is measured."""
WARM = 3.0
"""Seconds of training before anything is measured."""
FRAME = re.compile(rb"update ([\d \xc2\xa0\xe2\x80\xaf]+)")
"""What every repaint of the progress line contains."""
GOALS = {
    "median_ms": ("≤", 20.0),
    "p95_ms": ("≤", 60.0),
    "repaints": ("≥", 4.5),
    "kilobytes": ("≤", 100.0),
}


@dataclass(frozen=True)
class Shown:
    """A screen that is shown while the network trains."""

    digit: str
    """The key that shows it."""
    keys: tuple[str, str]
    """Two keys with an effect at once, pressed in turns."""
    effects: tuple[str, str]
    """What each writes."""


SCREENS = {
    "train": Shown("3", ("l", "l"), ("· linear", "· log")),
    "explore": Shown("5", ("]", "["), ("Activations", "Map")),
}
"""The screens that can be measured."""


@dataclass
class Figures:
    """The measurements of one workload at one size."""

    workload: str
    screen: str
    columns: int
    lines: int
    headless: float
    """Updates per second without a screen."""
    watched: float
    """Updates per second in the application."""
    share: float
    """The median of the turns' ratios."""
    spread: tuple[float, float]
    """The minimum and the maximum of them."""
    share_of_processor: float
    """The same with updates per second of processor time, which a busy machine does not change; lower than the share if
    training and screen use one processor each."""
    median_ms: float
    """Milliseconds from a key to its effect on the screen."""
    p95_ms: float
    repaints: float
    """Repaints per second."""
    kilobytes: float
    """Thousands of bytes written per second."""
    memory: list[float]
    """Memory in megabytes, at the start and the end of the measurement."""


def measure(
    workload: Workload, size: tuple[int, int], seconds: float, turns: int, keys: int, minutes: float, screen: str
) -> Figures:
    """Measure one workload in a terminal of one size, with one of `SCREENS` shown."""
    shown = SCREENS[screen]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        experiment, notes = workload.write(folder), [folder / "headless", folder / "watched"]
        for note in notes:
            note.write_bytes(FORM.pack(0.0, 0))
        environment = os.environ | {"TUI_ANN_HOME": str(folder / "home"), "TERM": "xterm-256color"}
        program = [sys.executable, "-m", "benchmarks.terminal_probe"]
        headless = [*program, str(notes[0]), "train", str(experiment), "--out", str(folder / "out"), "--quiet"]
        application = [*program, str(notes[1]), str(experiment)]
        with Terminal(application, size, environment) as app, Terminal(headless, size, environment) as command:
            _until(lambda: read_note(notes[0])[1] > 0, command)
            command.pause(WARM)
            command.freeze()
            app.wait_for("starts the training")  # an experiment is opened on Train
            app.pause(1.0)
            app.press(" ")
            _until(lambda: read_note(notes[1])[1] > 0, app)
            app.press(shown.digit)
            app.pause(WARM)
            rates: list[tuple[float, float]] = []
            worth: list[float] = []
            repaints: list[float] = []
            kilobytes: list[float] = []
            for _ in range(turns):
                app.freeze()
                rate, cheap, _ = _rate(command, notes[0], seconds)
                command.freeze()
                watched, dear, output = _rate(app, notes[1], seconds)
                rates.append((rate, watched))
                worth.append(dear / cheap)
                repaints.append(len(set(FRAME.findall(output))) / seconds)
                kilobytes.append(len(output) / seconds / 1000)
            delays = _delays(app, keys, shown)
            memory = _memory(app, minutes)
    shares = [watched / rate for rate, watched in rates]
    return Figures(
        workload.id,
        screen,
        *size,
        statistics.median(rate for rate, _ in rates),
        statistics.median(rate for _, rate in rates),
        statistics.median(shares),
        (min(shares), max(shares)),
        statistics.median(worth),
        statistics.median(delays),
        statistics.quantiles(delays, n=20)[-1],
        statistics.median(repaints),
        statistics.median(kilobytes),
        memory,
    )


def _until(reached: Callable[[], bool], terminal: Terminal) -> None:
    deadline = time.perf_counter() + 60
    while not reached():
        terminal.pause(0.1)
        if time.perf_counter() > deadline:
            raise TimeoutError("the training does not begin")


def _rate(terminal: Terminal, note: Path, seconds: float) -> tuple[float, float, bytes]:
    """Updates per second of a resumed program, updates per second of processor time, and its output."""
    terminal.thaw()
    terminal.pause(SETTLE)
    spent = terminal.processor()
    begun, before = read_note(note)
    output = terminal.pause(seconds)
    ended, after = read_note(note)
    made = after - before
    return made / (ended - begun), made / max(terminal.processor() - spent, 1e-9), output


def _delays(app: Terminal, keys: int, shown: Shown) -> list[float]:
    """Milliseconds from a key to what it writes, such as the label of the loss axis, at irregular times."""
    moments, delays = random.Random(3), []
    for press in range(keys):
        app.pause(0.15 + 0.2 * moments.random())
        app.press(shown.keys[press % 2])
        delays.append(1000 * app.wait_for(shown.effects[press % 2], 10.0))
    return delays


def _memory(app: Terminal, minutes: float) -> list[float]:
    """Memory in megabytes, at ten times."""
    held = [app.memory()]
    for _ in range(10):
        app.pause(6 * minutes)
        held.append(app.memory())
    return held


def report(figures: Figures, goal: float) -> str:
    """The figures as text; missed goals are marked."""
    f = figures
    marks = {name: _mark(getattr(f, name), *GOALS[name]) for name in GOALS}
    return "\n".join(
        [
            f"{f.workload} on {f.screen} at {f.columns}×{f.lines}",
            f"  share of the headless command  {f.share:6.1%}  ({f.spread[0]:.1%} to {f.spread[1]:.1%}; "
            f"{f.watched:,.0f} of {f.headless:,.0f} updates/s)  goal ≥ {goal:.0%} {_mark(f.share, '≥', goal)}",
            f"    by processor time            {f.share_of_processor:6.1%}",
            f"  key to effect, median          {f.median_ms:6.1f} ms  goal ≤ 20 {marks['median_ms']}",
            f"  key to effect, 95th percentile {f.p95_ms:6.1f} ms  goal ≤ 60 {marks['p95_ms']}",
            f"  repaints per second              {f.repaints:6.1f}     goal ≥ 4.5 {marks['repaints']}",
            f"  written per second               {f.kilobytes:6.1f} kB  goal ≤ 100 {marks['kilobytes']}",
            f"  memory                         {f.memory[0]:6.1f} → {f.memory[-1]:.1f} MB",
        ]
    )


def _mark(value: float, sense: str, goal: float) -> str:
    return "✓" if (value >= goal if sense == "≥" else value <= goal) else "✗"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.terminal", description=__doc__)
    parser.add_argument("--only", default="", metavar="W1b,W2", help="these workloads")
    parser.add_argument("--sizes", default=",".join(f"{w}x{h}" for w, h in SIZES), help="of the terminal")
    parser.add_argument("--screen", choices=sorted(SCREENS), help="shown while it trains; by default each")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3, help="with and without a screen")
    parser.add_argument("--keys", type=int, default=60, help="pressed")
    parser.add_argument("--minutes", type=float, default=0.5, help="over which the memory is measured; 10 for the goal")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args(arguments)
    sizes = [(int(w), int(h)) for w, h in (size.split("x") for size in given.sizes.split(","))]
    everything = []
    for workload in WORKLOADS:
        if given.only and workload.id not in given.only.split(","):
            continue
        for size, screen in product(sizes, [given.screen] if given.screen else SCREENS):
            figures = measure(workload, size, given.seconds, given.turns, given.keys, given.minutes, screen)
            everything.append(asdict(figures))
            print(report(figures, workload.share), flush=True)
    if given.json:
        given.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
