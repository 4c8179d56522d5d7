"""Startup time: the first painted screen, and the output of `--version` and `--help`.

`python -m benchmarks.startup` starts each program and its reference in turns, A B A B, and prints the ratio of the
medians: the application against a minimal Textual application that imports NumPy, the outputs against `python -c
"import click"`.  Processor time is printed next to wall time, because a busy machine changes only the latter.

The application loads NumPy and the data modules after its start screen is painted.  Therefore the time until an example
is open on the Train screen is printed as well; it has no goal.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.terminal_pty import Terminal

SIZE = (120, 36)
PAINTED = "first painted screen"
BARE = f"""
import numpy
from textual.app import App
from textual.widgets import Footer, Header, Static

class Bare(App):
    def compose(self):
        yield Header()
        yield Static({PAINTED!r})
        yield Footer()

Bare().run()
"""
MAIN = "from tui_ann.__main__ import main; main()"


@dataclass
class Figures:
    """One comparison."""

    what: str
    goal: float | None
    """The maximum ratio, if there is a goal."""
    seconds: float
    """Median time of the program."""
    of_measure: float
    """Median time of its reference."""
    ratio: float
    """Ratio of the medians."""
    processor_ratio: float
    """Ratio of the medians of processor time."""


def _with(word: str) -> str:
    """The program with one command-line argument."""
    return f"import sys; sys.argv[1:] = [{word!r}]; {MAIN}"


def _painted(code: str, text: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and seconds of processor time, from the command to a text on the screen."""
    with Terminal([sys.executable, "-c", code], SIZE, environment) as terminal:
        terminal.wait_for(text)
        return time.perf_counter() - terminal.began, terminal.processor()


def _answered(code: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds, and seconds of processor time, of a program that prints its output and exits."""
    began = time.perf_counter()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code],
        environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    usage = os.wait4(child, 0)[2]
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime


def compare(
    what: str,
    goal: float | None,
    ours: Callable[[], tuple[float, float]],
    measure: Callable[[], tuple[float, float]],
    n: int,
) -> Figures:
    """Time both in turns, after one run of each to fill the caches."""
    ours(), measure()
    timed = [(ours(), measure()) for _ in range(n)]
    mine, other = (
        [statistics.median(column) for column in zip(*side, strict=True)] for side in zip(*timed, strict=True)
    )
    return Figures(what, goal, mine[0], other[0], mine[0] / other[0], mine[1] / other[1])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    given = parser.parse_args(arguments)
    everything = []
    with tempfile.TemporaryDirectory() as home:
        # As after an installation: compiled once, by the first run of each.
        own = {"TUI_ANN_HOME": home, "PYTHONPYCACHEPREFIX": f"{home}/compiled", "PYTHONPATH": os.getcwd()}
        environment = os.environ | own | {"TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}
        comparisons = [
            (
                "the start screen",
                1.6,
                lambda: _painted(MAIN, "Open a file", environment),
                lambda: _painted(BARE, PAINTED, environment),
            ),
            (
                "an example, opened",
                None,
                lambda: _painted(_with("sample:xor"), "Rewind", environment),
                lambda: _painted(BARE, PAINTED, environment),
            ),
            *(
                (
                    f"tui-ann {word}",
                    2.5,
                    lambda word=word: _answered(_with(word), environment),
                    lambda: _answered("import click", environment),
                )
                for word in ("--version", "--help")
            ),
        ]
        for what, goal, ours, measure in comparisons:
            f = compare(what, goal, ours, measure, given.turns)
            everything.append(asdict(f))
            wanted = "" if goal is None else f"  goal ≤ {goal} {'✓' if f.ratio <= goal else '✗'}"
            print(
                f"{what:18} {f.ratio:5.2f} × ({1000 * f.seconds:.0f} against {1000 * f.of_measure:.0f} ms; "
                f"processor {f.processor_ratio:.2f} ×){wanted}",
                flush=True,
            )
    if given.json:
        given.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
