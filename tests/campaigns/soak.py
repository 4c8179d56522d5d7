"""Trains for an hour or more: memory stays flat, training does not slow down, nothing is lost and quitting is quick.

`python -m tests.campaigns.soak --minutes 60` runs three programs at once, for so long:

- `tui-ann train` of a full-batch run, for at least 10⁶ epochs,
- `tui-ann train` one example at a time, for at least 10⁷ updates,
- the application in a pseudo-terminal, training a full-batch run while its screens are opened in turns.

Speed is counted in updates per second of processor time, as a share of those of a fresh run at the same moment: on a busy
machine a second of processor time is worth less.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.peers.ours import BURST
from benchmarks.terminal_probe import FORM, read_note
from benchmarks.terminal_pty import Terminal
from tests.campaigns.reporting import Tally
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings, Variant
from tui_ann.experiment.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
PROBE = (sys.executable, "-m", "benchmarks.terminal_probe")
SLOWEST = 0.9
"""Speed of the last tenth of the time, as a share of that of the first."""
FRESH = 0.02
"""Seconds of processor time of a fresh run."""
FLAT = 8.0
"""Megabytes that the memory may differ between the middle and the end: buffers fill and are thinned again."""
QUICK = 10.0
"""Seconds of processor time in which a screen is opened and a run is saved, beside a training that may use most of it."""
PATIENCE = 300.0
"""Seconds, on a machine that does much else."""
SCREENS = {
    "1": "Columns", "2": "Layers", "3": "Loss:", "4": "Formula", "5": "Activations", "6": "What differs",
    "7": "Confusion",
}  # fmt: skip
"""The key of each screen, and a word on it."""
VISITS = "135363732343"
"""The keys in turn, each of another screen than the one before; a visit of Step pauses the run."""
ROWS = "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n"
_EXPERIMENT = """schema = 1
name = "{name}"
[data]
path = "{name}.csv"
target = "answer"
task = "binary"
validation_split = 0.0
[network]
[[network.layers]]
type = "dense"
units = 4
activation = "tanh"
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"
[training]
loss = "binary_crossentropy"
variant = "{variant}"
batch_size = 1
learning_rate = 0.01
epochs = 100_000_000
metrics = ["accuracy"]
"""


@dataclass(frozen=True)
class Sample:
    """A program at one moment."""

    seconds: float
    """On any clock."""
    updates: int
    """Updates made."""
    processor: float
    """Seconds of processor time used."""
    memory: float
    """Megabytes of resident memory."""
    fresh: float = 1.0
    """Updates per second of processor time of a run that begins at that moment."""


@dataclass
class Course:
    """A program over the time."""

    name: str
    samples: list[Sample] = field(default_factory=list)

    def part(self, first: float, last: float) -> list[Sample]:
        """The samples between two shares of the time."""
        begin, whole = self.samples[0].seconds, self.samples[-1].seconds - self.samples[0].seconds
        found = [each for each in self.samples if first * whole <= each.seconds - begin <= last * whole]
        return found or self.samples[-1:]

    def speed(self, first: float, last: float) -> float:
        """Updates per second of processor time as a share of a fresh run's, the median between two shares of time."""
        part = self.part(first, last)
        rates = [
            (after.updates - before.updates) / (after.processor - before.processor) / after.fresh
            for before, after in pairwise(part)
            if after.processor > before.processor and after.updates > before.updates  # not while it is paused
        ]
        return statistics.median(rates) if rates else 0.0

    def memory(self, first: float, last: float) -> float:
        """Megabytes, the median between two shares of the time."""
        return statistics.median(each.memory for each in self.part(first, last))

    @property
    def words(self) -> str:
        """Its figures so far."""
        return (
            f"{self.name}: {self.samples[-1].updates:,} updates, {self.speed(0.0, 0.1):.2f} → "
            f"{self.speed(0.9, 1.0):.2f} of the speed of a fresh run, "
            f"{self.samples[0].memory:.0f} → "
            f"{self.memory(0.4, 0.6):.0f} → {self.memory(0.8, 1.0):.0f} MB"
        )

    def judge(self, tally: Tally, updates: int) -> None:
        """Count whether memory is flat, training as fast as at first, and the run long enough."""
        made = self.samples[-1].updates
        early, late = self.speed(0.0, 0.1), self.speed(0.9, 1.0)
        middle, end = self.memory(0.4, 0.6), self.memory(0.8, 1.0)
        tally.note(self.words)
        slow = f"{late:.2f} of a fresh run's speed, {early:.2f} at first" if late < SLOWEST * early or not late else ""
        tally.count("as fast at the end as at first", self.name, slow)
        tally.count("memory flat", self.name, f"{middle:.1f} → {end:.1f} MB" if end - middle > FLAT else "")
        tally.count("long enough", self.name, f"{made:,} of {updates:,} updates" if made < updates else "")


def write_experiment(folder: Path, name: str, variant: str) -> Path:
    """An experiment that never ends, of four rows or, one at a time, of a thousand; returns its file."""
    table = "a,b,answer\n" + ROWS * (1 if variant == "batch" else 250)
    (folder / f"{name}.csv").write_text(table, encoding="utf-8")
    path = folder / f"{name}.toml"
    path.write_text(_EXPERIMENT.format(name=name, variant=variant), encoding="utf-8")
    return path


def history_fault(folder: Path) -> str:
    """What is wrong with the history of a run folder: a row for each epoch, and its record agrees; empty if nothing."""
    last = 0
    with (folder / "history.csv").open(encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            last += 1
            if int(row.partition(",")[0]) != last:
                return f"row {last} is of another epoch: {row[:40]}"
    record = RunFolder.open(folder).record()
    return "" if record.epochs == last else f"{last} rows, {record.epochs} epochs in run.json"


def fresh_speed(variant: Variant) -> float:
    """Updates per second of processor time of a short run that begins now, with the data of `write_experiment`."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]] * (1 if variant == "batch" else 250))
    Y = (X.sum(axis=1, keepdims=True) > 0).astype(float)
    network = Network(2, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy")
    settings = TrainingSettings(variant=variant, learning_rate=0.01, epochs=1_000_000, metrics=("accuracy",))
    trainer = Trainer(network, X, Y, settings)
    trainer.burst = BURST
    begun = time.process_time()
    for _ in trainer.run():
        spent = time.process_time() - begun
        if spent > FRESH:
            break
    return trainer.update / spent


class Programs:
    """Starts programs whose updates are counted, and ends them.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: Mapping[str, str] = os.environ | {
            "TUI_ANN_HOME": str(folder / "home"),
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
        }

    def note(self, name: str) -> Path:
        """The file in which a program writes its updates."""
        path = self.folder / f"{name}.note"
        if not path.exists():
            path.write_bytes(FORM.pack(0.0, 0))
        return path

    @contextmanager
    def training(self, name: str, variant: str) -> Iterator[subprocess.Popen[bytes]]:
        """`tui-ann train` into the folder of that name; it is killed if it does not end by itself."""
        experiment = write_experiment(self.folder, name, variant)
        command = [*PROBE, str(self.note(name)), "train", str(experiment), "--out", str(self.folder / name), "--quiet"]
        with (self.folder / f"{name}.txt").open("wb") as said:
            program = subprocess.Popen(command, cwd=ROOT, env=dict(self.environment), stdout=said, stderr=said)
        try:
            yield program
        finally:
            program.kill()
            program.wait()

    def sample(self, name: str, pid: int, fresh: float) -> Sample:
        """What a program has made and used, while a fresh run has that speed."""
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
        processor = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return Sample(time.monotonic(), read_note(self.note(name))[1], processor, memory, fresh)

    def end(self, tally: Tally, name: str, program: subprocess.Popen[bytes]) -> None:
        """Interrupt a training, and count whether everything is saved."""
        program.send_signal(signal.SIGINT)
        with tally.case("ends when interrupted", name):
            program.wait(PATIENCE)
        with tally.case("every epoch is saved", name):
            if fault := history_fault(self.folder / name):
                raise AssertionError(fault)


class SoakedApplication:
    """The application in a pseudo-terminal.

    Args:
        programs: Its folder and environment.
        terminal: Its terminal.
        tally: Counts what it does.
        period: Seconds in which its training must have gone on.
    """

    def __init__(self, programs: Programs, terminal: Terminal, tally: Tally, period: float) -> None:
        self._programs, self._terminal, self._tally, self._period = programs, terminal, tally, period
        self.slowest = 0.0
        """Seconds of processor time until a screen was there, at most."""

    def begin(self) -> None:
        """Start the training; an experiment is opened on Train."""
        self._terminal.wait_for("starts the training")
        self._terminal.press(" ")
        while not self._updates:
            self._terminal.pause(0.1)

    def open_next(self, key: str) -> None:
        """Open a screen, and count whether it is there soon."""
        spent, begun, seen, used = self._terminal.processor(), time.monotonic(), b"", 0.0
        self._terminal.press(key)
        with self._tally.case("screens open", f"key {key} after {self._updates} updates"):
            while SCREENS[key].encode() not in seen:
                seen = seen[-4096:] + self._terminal.read(time.perf_counter() + 0.1)
                used = self._terminal.processor() - spent
                if used > QUICK or time.monotonic() > begun + PATIENCE:
                    raise AssertionError(f"{SCREENS[key]} not within {used:.1f} s of processor time: {seen[-500:]!r}")
        self.slowest = max(self.slowest, used)
        if key == "3":
            self._go_on()

    def _go_on(self) -> None:
        """Train again if Step has paused the run."""
        before, end = self._updates, time.monotonic() + 3 * self._period
        while self._updates == before and time.monotonic() < end:
            self._terminal.pause(0.1)
        if self._updates == before:
            self._terminal.press(" ")

    @property
    def _updates(self) -> int:
        return read_note(self._programs.note("application"))[1]

    def quit(self) -> None:
        """Pause, quit, and count whether everything is saved."""
        spent, begun = self._terminal.processor(), time.monotonic()
        self._terminal.press(" ")
        self._terminal.pause(self._period)
        self._terminal.press("q")
        used = 0.0
        with self._tally.case("quits", "application"):
            try:
                while time.monotonic() < begun + PATIENCE:
                    used = self._terminal.processor() - spent
                    self._terminal.read(time.perf_counter() + 0.05)
                raise AssertionError("it does not end")
            except EOFError:
                pass
            if used > QUICK:
                raise AssertionError(f"{used:.1f} s of processor time")
        self._tally.note(
            f"application: a screen was there after {self.slowest:.1f} s of processor time at most, training included; "
            f"quitting took {used:.1f} s of processor time, {time.monotonic() - begun - self._period:.1f} s in all"
        )
        with self._tally.case("every epoch is saved", "application"):
            (history,) = (self._programs.folder / "home").rglob("runs/*/history.csv")
            if fault := history_fault(history.parent):
                raise AssertionError(fault)


def soak(folder: Path, tally: Tally, seconds: float, goals: tuple[int, int, int], period: float = 2.0) -> None:
    """Train for so many seconds, and count what holds.

    Args:
        folder: An empty folder.
        tally: Counts.
        seconds: How long.
        goals: The least updates of the full-batch run, of the other one, and of that in the application.
        period: Seconds between two looks at the programs.
    """
    programs = Programs(folder)
    courses = {name: Course(name) for name in ("epochs", "updates", "application")}
    experiment = write_experiment(folder, "application", "batch")
    command = [*PROBE, str(programs.note("application")), str(experiment)]
    with (
        programs.training("epochs", "batch") as epochs,
        programs.training("updates", "stochastic") as updates,
        Terminal(command, (120, 36), programs.environment) as terminal,
    ):
        application = SoakedApplication(programs, terminal, tally, period)
        application.begin()
        pids = {"epochs": epochs.pid, "updates": updates.pid, "application": terminal.pid}
        end, keys = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            terminal.pause(period)
            batch, stochastic = fresh_speed("batch"), fresh_speed("stochastic")
            for name, pid in pids.items():
                speed = stochastic if name == "updates" else batch
                courses[name].samples.append(programs.sample(name, pid, speed))
            if keys % 8 == 7:
                application.open_next(VISITS[keys // 8 % len(VISITS)])
            keys += 1
            if keys % 150 == 0:
                for course in courses.values():
                    print(course.words, file=sys.stderr, flush=True)
        programs.end(tally, "epochs", epochs)
        programs.end(tally, "updates", updates)
        application.quit()
    for course, goal in zip(courses.values(), goals, strict=True):
        course.judge(tally, goal)


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print tried and failed, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long [%(default)g]")
    parser.add_argument("--epochs", type=int, default=1_000_000, help="the least of the full-batch run [%(default)s]")
    parser.add_argument("--updates", type=int, default=10_000_000, help="the least of the other run [%(default)s]")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs in the background
    tally = Tally("soak", period=300.0)
    with tempfile.TemporaryDirectory(prefix="tui-ann-soak-") as folder:
        soak(Path(folder), tally, 60 * given.minutes, (given.epochs, given.updates, given.epochs // 10))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
