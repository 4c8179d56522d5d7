"""Damages every file that the program reads: `python -m tests.campaigns.mutations [--cases N]`.

A damaged file is refused in one sentence, or it is read and everything said of it is possible: no traceback, no
warning, no hang, no figure that its own declaration excludes.
"""

import json
import math
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.campaigns import mutators, sources
from tests.campaigns.mutators import ARRAYS, JSON, RAW, STATE, TABLE, TEXT, Mutate
from tests.campaigns.reporting import Tally
from tests.campaigns.trying import SECONDS, Tried, judged, judged_command, kept_in, options, try_all

CASES = 24_000
EXPORTS = ("keras", "keras-functional", "keras-file", "pytorch", "sklearn", "python", "numpy", "onnx", "c",
           "tensorboard", "markdown", "html", "latex", "ipynb")  # fmt: skip

Reader = Callable[[random.Random, float | None], str]
"""Reads the damaged file in the working folder, and says what goes wrong."""


@dataclass(frozen=True)
class Target:
    """A file to damage, and what reads it."""

    kind: str
    """Its row in the table."""
    file: str
    """Its name in the folder of good files."""
    needs: Sequence[str]
    """What is beside it when it is read."""
    mutates: Sequence[Mutate]
    """How it is damaged."""
    reads: Sequence[Reader]
    """What reads it; one is chosen."""


def words(*given: str) -> Reader:
    """A command."""

    def read(chance: random.Random, seconds: float | None) -> str:
        return judged_command(*given, seconds=seconds)[0]

    return read


def exported(folder: str) -> Reader:
    """An export of a run, in any format."""

    def read(chance: random.Random, seconds: float | None) -> str:
        return judged_command("export", folder, "--to", chance.choice(EXPORTS), "--out", "exported", seconds=seconds)[0]

    return read


def listed(chance: random.Random, seconds: float | None) -> str:
    """The list of runs, whose figures must be possible."""
    failure, answer = judged_command("runs", ".", "--json", seconds=seconds)
    if failure or answer.code:
        return failure
    for found in json.loads(answer.out)["runs"]:
        if found["error"] is None and (wrong := impossible_record(found)):
            return f"runs says {wrong}"
    return ""


def impossible_record(found: dict[str, Any]) -> str:
    """What of the record of a run cannot be; empty if all can."""
    for name in ("epochs", "updates", "seconds"):
        if not (isinstance(found[name], int | float) and 0 <= found[name] < 1e15):
            return f"{name} = {found[name]}"
    best = found["best_epoch"]
    if best is not None and not 0 <= best <= found["epochs"]:
        return f"best_epoch = {best} of {found['epochs']}"
    if found["status"] not in ("completed", "converged", "early_stopped", "diverged", "interrupted"):
        return f"status = {found['status']!r}"
    return ""


def compared(chance: random.Random, seconds: float | None) -> str:
    """The runs of the folder as Compare shows them."""

    def read() -> str | None:
        from tui_ann.session.compare.board import BoardReader, BoardWish
        from tui_ann.session.compare.quantities import AlongAxis
        from tui_ann.session.session import Session

        session = Session()
        session.comparison.open(["."])
        reader = BoardReader(session.comparison)
        for along in AlongAxis:
            reader.read(BoardWish(along=along, smoothing=0.5))
        for entry in session.comparison.entries:
            history = entry.source.history.epochs
            if any(record.epoch < 0 or record.updates < 0 or record.examples < 0 for record in history):
                return "a counter of the history is negative"
        return None

    return judged(read, seconds)


def opened(folder: str) -> Reader:
    """A run as the application opens it: its snapshot, its weights at the start and the end, one update again."""

    def read(chance: random.Random, seconds: float | None) -> str:
        return judged(partial(_look, folder), seconds)

    return read


def _look(folder: str) -> str | None:
    from tui_ann.session.session import Session
    from tui_ann.session.store.saved_run import SavedRun

    session = Session()
    session.workspace.open(folder)
    saved = session.runs.opened
    if isinstance(saved, SavedRun):
        saved.snapshot()
        for update in (0, saved.record.updates):
            saved.parameters_at(update)
        target = saved.preprocessing.target
        scales = [*target.scale, *(getattr(each, "scale", 1.0) for each in saved.preprocessing.columns)]
        if not all(math.isfinite(scale) and scale > 0 for scale in scales):
            return f"scales {scales} are taken"
        record = saved.record
        if wrong := impossible_record({name: getattr(record, name) for name in
                                       ("epochs", "updates", "seconds", "best_epoch", "status")}):  # fmt: skip
            return f"the record says {wrong}"
    session.stepper.trace_of(1)
    return None


def recovered(chance: random.Random, seconds: float | None) -> str:
    """The unfinished run, continued."""

    def read() -> None:
        from tui_ann.session.session import Session

        session = Session()
        for left in session.store.recoverable():
            run = session.store.recover(left)
            if not run.trainer.finished:
                run.owner.train_here()
            run.snapshot()

    return judged(read, seconds)


def own_file(chance: random.Random, seconds: float | None) -> str:
    """The files of the user, as the application reads them at its start."""

    def read() -> None:
        from tui_ann.session.exam.records import ExamRecords, weak_points
        from tui_ann.session.exercise.draft import read_draft
        from tui_ann.session.store.paths import UserPaths
        from tui_ann.session.store.recents import Recents
        from tui_ann.session.store.step_marks import StepMarks
        from tui_ann.tui.keys.keymap import read_keymap
        from tui_ann.tui.shell.preferences import read_preferences

        paths = UserPaths.of_user()
        read_preferences(paths.settings)
        read_keymap(paths.keymap)
        recents = Recents(paths.recents)
        recents.entries()
        recents.add("sample", "sample:moons", "moons")
        marks = StepMarks(paths.step_marks)
        marks.of("/runs/a")
        exams = ExamRecords(paths.exams)
        weak_points(exams.all())
        assert exams.next_seed >= 1
        read_draft(paths.exercise_form)

    return judged(read, seconds)


def resumed_sweep(chance: random.Random, seconds: float | None) -> str:
    """The folder of a sweep that goes on, or is listed."""
    verb = chance.choice([("sweep", "--resume", "sweep", "--workers", "1", "-q"), ("runs", "sweep"), ("runs", ".")])
    return judged_command(*verb, seconds=seconds)[0]


def data_then(*given: str) -> Reader:
    """What a table is read as: every row is a row of the table, listed as rejected, or said to be left out."""

    def read(chance: random.Random, seconds: float | None) -> str:
        file = given[0]
        failure, answer = judged_command("data", file, "--json", "--values", seconds=seconds)
        if failure or answer.code:
            return failure
        found = json.loads(answer.out)
        for column in found["columns"]:
            if len(column["values"]) != found["rows"]:
                return f"{len(column['values'])} values of column {column['name']!r} in {found['rows']} rows"
            if column["kind"] == "number" and any(isinstance(value, str) for value in column["values"]):
                return f"column {column['name']!r} of numbers has a text"
        more = chance.choice([("train", file, "--epochs", "2", "-q", "--out", "new"), ("predict", "classes", file),
                              ("evaluate", "numbers", file), ("check", file), ("doctor", file)])  # fmt: skip
        return judged_command(*more, seconds=seconds)[0]

    return read


RUN_READS: Callable[[str], list[Reader]] = lambda run: [  # noqa: E731
    listed, compared, opened(run), words("predict", run, "table.csv"), words("predict", run, "table.csv", "--json"),
    words("evaluate", run, "table.csv"), words("evaluate", run), exported(run), exported(run),
    words("report", run, "--format", "markdown", "--out", "-"), words("doctor", run, "--json"), words("doctor", run),
    words("train", "--resume", run, "--epochs", "6"), words("train", run, "--out", "new", "-q"),
    words("step", run, "--update", "2"), words("check", run),
]  # fmt: skip
EXPERIMENT_READS = [words("train", "{}", "--out", "new"), words("check", "{}"), words("step", "{}"),
                    words("doctor", "{}", "--json")]  # fmt: skip


def targets() -> list[Target]:
    """Every file, each as often as there are ways to read it."""
    found = []
    for run in ("classes", "numbers"):
        needs = (run, "table.csv", "classes.toml", "numbers.toml")
        reads = RUN_READS(run)
        resume = [words("train", "--resume", run, "--epochs", "6"), words("train", "--resume", run, "--json"),
                  opened(run), compared]  # fmt: skip
        found += [
            Target("run: experiment.toml", f"{run}/experiment.toml", needs, TEXT, reads),
            Target("run: run.json", f"{run}/run.json", needs, JSON, reads),
            Target("run: history.csv", f"{run}/history.csv", needs, TABLE, reads),
            Target("run: preprocessing.json", f"{run}/preprocessing.json", needs, JSON, reads),
            Target("run: weights", f"{run}/final.safetensors", needs, ARRAYS, reads),
            Target("run: weights", f"{run}/initial.safetensors", needs, ARRAYS, reads),
            Target("run: weights", f"{run}/best.safetensors", needs, ARRAYS, reads),
            Target("run: state", f"{run}/state.safetensors", needs, STATE, resume),
        ]
        experiment = [
            words("train", f"{run}.toml", "--out", "new"), words("check", f"{run}.toml"),
            words("step", f"{run}.toml"), words("doctor", f"{run}.toml", "--json"), words(
                "sweep", f"{run}.toml", "--set", "training.learning_rate=0.1,1", "--workers", "1", "--epochs", "1"),
        ]  # fmt: skip
        found.append(Target("experiment.toml", f"{run}.toml", ("table.csv",), TEXT, experiment[:4]))
    table = ("classes", "numbers", "classes.toml", "numbers.toml")
    for name, how in (
        ("table.csv", TABLE), ("table.csv", TEXT), ("german.csv", TEXT), ("plain.csv", TEXT), ("table.csv.gz", RAW),
        ("table.zip", RAW), ("table.jsonl", (*TEXT, mutators.json_values)), ("table.sqlite", RAW),
        ("table.parquet", RAW),
    ):  # fmt: skip
        found.append(Target(f"data: {name.partition('.')[2]}", name, table, how, [data_then(name)]))
    home = ("home",)
    found += [
        Target("sweep.json", "sweep/sweep.json", ("sweep", "plain.csv"), JSON, [resumed_sweep]),
        Target("sweep: points", "points.json", ("plain.csv",), JSON, [
            words("sweep", "plain.csv", "--target", "y", "--points", "points.json", "--epochs", "1", "--workers", "1",
                  "-q")]),
        Target("sweep: base.toml", "sweep/base.toml", ("sweep", "plain.csv"), TEXT, [resumed_sweep]),
        Target("exercise sheet", "sheet.txt", (), TEXT, [
            words("exercise", "sheet.txt", "--format", "text"), words("exercise", "sheet.txt", "--format", "json"),
            words("exercise", "sheet.txt", "--format", "latex")]),
        Target("course", "course.toml", (), TEXT, [words("course", "course.toml"), words("course", "course.toml",
                                                                                         "--json")]),
        Target("Keras code", "net_keras.py", ("table.csv",), TEXT, [words("import", "net_keras.py")]),
        Target("Keras code", "again.py", ("again.npz",), TEXT, [words("import", "again.py")]),
        Target("PyTorch code", "torch_net.py", ("torch_net.safetensors",), TEXT, [words("import", "torch_net.py")]),
        Target("PyTorch weights", "torch_net.safetensors", ("torch_net.py",), ARRAYS, [
            words("import", "torch_net.py", "--save", "new.toml")]),
        *(Target(name.partition(".")[2], name, ("table.csv",), RAW, [words("import", name),
                                                                     words("import", name, "--save", "new.toml")])
          for name in ("sequential.keras", "functional.keras", "sequential.h5", "functional.h5", "mlp.onnx")),
        Target("unfinished run", "home/recovery/left.unfinished", ("home", "table.csv"), STATE, [recovered]),
        Target("settings", "home/settings.toml", home, TEXT, [own_file]),
        Target("keymap", "home/keymap.toml", home, TEXT, [own_file]),
        *(Target("own lists", f"home/{name}", home, JSON, [own_file])
          for name in ("recents.json", "exams.json", "step-marks.json", "exercise.json")),
    ]  # fmt: skip
    return found


TARGETS = targets()


def tried(good: Path, seconds: float | None, number: int, folder: Path) -> Tried:
    """Damage one file and read it.

    Args:
        good: The folder of good files.
        seconds: The longest time.
        number: Which case.
        folder: An empty folder, which is the working folder.
    """
    chance = random.Random(number)
    target = TARGETS[number % len(TARGETS)]
    for name in (*target.needs, target.file):
        if (good / name).is_dir():
            shutil.copytree(good / name, folder / name, dirs_exist_ok=True)
        elif (good / name).exists() and not (folder / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(good / name, folder / name)
    for experiment in folder.glob("*/experiment.toml"):
        text = experiment.read_text(encoding="utf-8")
        experiment.write_text(text.replace(str(good), str(folder)), encoding="utf-8")
    path = folder / target.file
    content = path.read_bytes()
    for _ in range(chance.choice([1, 1, 1, 2])):
        content = chance.choice(target.mutates)(content, chance)
    path.write_bytes(content)
    failure = chance.choice(target.reads)(chance, seconds)
    return Tried(target.kind, failure and f"{target.file}: {failure}")


def main() -> int:
    """Run the campaign and return its exit code."""
    parser = options(__doc__ or "", CASES)
    parser.add_argument("--only", default="", help="files whose kind has this in it")
    arguments = parser.parse_args()
    TARGETS[:] = [target for target in TARGETS if arguments.only in target.kind]
    tally = Tally("mutations")
    with tempfile.TemporaryDirectory() as name:
        good = sources.make(Path(name).resolve())
        work = partial(tried, good, SECONDS)
        numbers = range(arguments.first, arguments.first + arguments.cases)
        try_all(tally, work, numbers, arguments.workers, kept_in(arguments.keep))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
