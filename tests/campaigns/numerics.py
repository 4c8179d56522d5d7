"""Numbers at the ends of their range through every command and export: `python -m tests.campaigns.numerics`.

Each case is a table and settings, some of them extreme.  What must come is a right answer or one sentence: no traceback,
no warning of NumPy, no hang; an exported script runs and answers as the program does.
"""

import csv
import io
import json
import math
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy

from tests.campaigns.reporting import Tally
from tests.campaigns.trying import SECONDS, Tried, judged_command, kept_in, options, try_all

CASES = 3_000
_HUGE = [1e300, -1e300, 1e308, -1e308, 1e-320, 1e-300, 0.0, 1e154, -1e154, 1e38, 1e39]
TABLES = (
    "plain", "huge", "both ends", "subnormal", "narrow", "one class", "one row", "two rows", "constant", "10⁵ classes",
    "10⁵ numbers as classes", "wide", "large integers", "gaps", "zeros", "one column", "huge target", "tiny target",
    "far row", "text that is long",
)  # fmt: skip
"""Kinds of table."""
_LONGEST = 300
"""Seconds of the clock that an exported script may take on a busy machine."""
_MOST_UNITS = 30
"""Units of a layer for tables of 10⁵ rows."""
SCRIPTS = ("python", "numpy", "c")
"""Exports that are run here."""
OTHERS = ("keras", "keras-functional", "keras-file", "pytorch", "sklearn", "onnx", "tensorboard", "markdown", "html",
          "latex", "ipynb")  # fmt: skip


def table(kind: str, chance: random.Random) -> str:
    """A CSV file."""
    n = {"one row": 1, "two rows": 2, "10⁵ classes": 100_000, "10⁵ numbers as classes": 100_000}.get(kind, 24)
    width = 300 if kind == "wide" else 1 if kind == "one column" else 2
    rows = [[*(f"x{j}" for j in range(width)), "y"]]
    for i in range(n):
        values: list[Any] = [chance.gauss(0, 1) for _ in range(width)]
        target: Any = "ab"[i % 2] if chance.random() < 2 else i
        match kind:
            case "huge":
                values = [value * 1e307 for value in values]
            case "both ends":
                values = [math.copysign(1.7e308, value) for value in values]
            case "subnormal":
                values = [value * 1e-310 for value in values]
            case "narrow":
                values = [1.0 + round(value) * 2.3e-16 for value in values]
            case "one class":
                target = "a"
            case "constant":
                values = [3.0] * width
            case "10⁵ classes":
                target = f"class {i}"
            case "10⁵ numbers as classes":
                target = i
            case "large integers":
                values = [2**60 + i * 1001, 10**25 + i]
            case "gaps":
                values = [value if i in (3, 4, 9, 10, 20) else "" for value in values]
            case "zeros":
                values, target = [0.0] * width, 0.5 * i
            case "huge target":
                target = chance.gauss(0, 1) * 1e307
            case "tiny target":
                target = chance.gauss(0, 1) * 1e-310
            case "far row":
                values = [value if i else 1e308 for value in values]
            case "text that is long":
                target = "ab"[i % 2] * 5000
        rows.append([*values, target])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def settings(chance: random.Random, regression: bool) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Layers and training settings, each extreme with some chance."""

    def some(usual: Any, *extreme: Any) -> Any:
        return chance.choice(extreme) if chance.random() < 0.3 else usual

    activations = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "prelu", "softplus", "gelu"]
    layers: list[dict[str, Any]] = []
    if chance.random() < 0.2:
        layers.append({"type": "layer_normalization", "epsilon": some(1e-3, 1e-300, 1e300, 1e-320)})
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        activation = chance.choice(activations)
        dense = {"type": "dense", "units": some(3, 1, 100), "activation": activation}
        if activation in ("leaky_relu", "elu", "prelu"):
            dense["alpha"] = some(0.1, *_HUGE)
        if chance.random() < 0.2:
            dense["l2"] = some(0.1, 1e300, 1e308, 1e-320)
        if chance.random() < 0.1:
            dense["l1"] = some(0.1, 1e300, 1e308, 1e-320)
        layers.append(dense)
        if chance.random() < 0.2:
            layers.append(
                {"type": "batch_normalization", "epsilon": some(1e-3, 1e-300, 1e300), "momentum": some(0.9, 0.0)}
            )
        if chance.random() < 0.2:
            layers.append(
                {"type": "dropout", "rate": some(0.3, 0.999999), "mode": chance.choice(["inverted", "classic"])}
            )
    if regression:
        layers.append(
            {"type": "dense", "units": 1, "activation": chance.choice(["linear", "linear", "softplus", "elu"])}
        )
        loss = chance.choice(["half_squared_error", "mean_squared_error", "mean_absolute_error", "huber"])
    else:
        layers.append({"type": "dense", "units": 1, "activation": "sigmoid"})
        loss = "binary_crossentropy"
    training = {
        "loss": loss,
        "epochs": some(2, 1, 30),
        "variant": chance.choice(["batch", "mini-batch", "stochastic"]),
        "batch_size": some(8, 1, 10**9),
        "optimizer": chance.choice(["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam"]),
        "learning_rate": some(0.1, 1e-320, 1e300, 1e308, 1e10, 1e154, 1e-300, 1e39),
        "momentum": some(0.9, 0.0, 0.999999999999),
        "l2": some(0.0, 1e300, 1e-320, 1e308),
        "l1": some(0.0, 1e300, 1e-320),
        "tolerance": some(0.0, 1e300, 1e-320),
        "gradient_tolerance": some(0.0, 1e300, 1e-320),
        "dtype": some("float64", "float32"),
    }
    return layers, training


def toml(data: dict[str, Any], network: dict[str, Any], layers: list[dict[str, Any]], training: dict[str, Any]) -> str:
    """The text of an experiment."""

    def lines(values: dict[str, Any]) -> str:
        return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())

    text = f'name = "ends"\n[data]\n{lines(data)}[network]\n{lines(network)}'
    text += "".join(f"[[network.layers]]\n{lines(layer)}" for layer in layers)
    return f"{text}[training]\n{lines(training)}"


def start_weights(layers: list[dict[str, Any]], inputs: int, chance: random.Random) -> bytes:
    """Start weights of the dense layers, some of them extreme; those of other layers would be missing."""
    found: dict[str, Any] = {}
    place = 0
    for layer in layers:
        if layer["type"] == "dense":
            place += 1
            W = np.array([[chance.gauss(0, 1) for _ in range(inputs)] for _ in range(layer["units"])])
            if chance.random() < 0.5:
                W *= chance.choice([1e308, 1e-310, 1e154, 1e39]) / max(1.0, np.abs(W).max())
            found[f"W{place}"], found[f"b{place}"] = W, np.zeros(layer["units"])
            inputs = layer["units"]
    return safetensors.numpy.save(found)


def run_script(to: str, path: Path, data: str) -> tuple[str, str]:
    """Run an exported script; what goes wrong, and what it printed."""
    if to == "c":
        if shutil.which("cc") is None:
            return "", ""
        built = subprocess.run(["cc", "-std=c99", "-Wall", "-Werror", "-DWITH_MAIN", str(path), "-o", "program", "-lm"],
                               capture_output=True, text=True, timeout=_LONGEST, check=False, encoding="utf-8")  # fmt: skip
        if built.returncode:
            return f"cc: {built.stderr[-400:]}", ""
        with Path(data).open(encoding="utf-8") as file:
            rows = [row[:-1] for row in csv.reader(file)][1:6]
        shown = ["line,predicted"]
        for place, row in enumerate(rows, 2):
            process = subprocess.run(["./program", *row], capture_output=True, text=True, timeout=_LONGEST, check=False,
                                     encoding="utf-8")  # fmt: skip
            if process.returncode not in (0, 1):
                return f"c: exit code {process.returncode} {process.stderr[-400:]}", ""
            shown += [f"{place},{process.stdout.splitlines()[0].partition(' = ')[2]}"] if process.stdout else []
        return "", "\n".join(shown)
    process = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", str(path), data], capture_output=True, text=True, timeout=_LONGEST,
        check=False, encoding="utf-8",
    )  # fmt: skip
    return (f"{to}: {process.stderr[-400:]}" if process.returncode else ""), process.stdout


def _usual(cells: Iterable[str]) -> float:
    """The median size of the numbers among some cells."""
    sizes = [abs(float(cell)) for cell in cells if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", cell)]
    return statistics.median(sizes) if sizes else 0.0


def _from_the_line(text: str) -> list[list[str]]:
    """The rows of a printed table, from the column `line` on: the program prints another before it."""
    head, *rows = csv.reader(io.StringIO(text))
    return [row[head.index("line") :] for row in rows]


def differ(wanted: str, got: str, single: bool) -> str:
    """Where two printed tables of answers differ; empty if nowhere.

    Args:
        wanted: The answers of the program.
        got: Those of a script.
        single: Whether the program computes with single precision, whose rounding is seen where terms cancel.
    """
    one, other = _from_the_line(wanted), _from_the_line(got)
    if len(other) > len(one):
        return f"{len(other)} answers instead of {len(one)}"
    if len(one) != len(other):
        return ""  # it answers fewer rows, those with all cells
    least = max(1e-6 * _usual(row[1] for row in one), 1e-37) if single else 1e-300  # what is subnormal may vanish
    for row, other_row in zip(one, other, strict=True):
        if row[1] == other_row[1] or "nan" in row:
            continue
        try:
            a, b = float(row[1]), float(other_row[1])
        except ValueError:
            shares = [float(cell) for cell in other_row[2:]]
            if shares and max(shares) < 0.5 + 1e-6:
                continue  # as good as a tie
            return f"line {row[0]}: {other_row[1:]} instead of {row[1:]}"
        # Whether an overflow is ∞ or NaN depends on the order of a sum; double precision may not overflow at all.
        overflows = math.isnan(a) or (math.isinf(a) and (single or not math.isfinite(b)))
        if not (overflows or math.isclose(a, b, rel_tol=1e-3 if single else 1e-4, abs_tol=least)):
            return f"line {row[0]}: {other_row[1]} instead of {row[1]}"
    return ""


def tried(seconds: float | None, scripts: bool, number: int, folder: Path) -> Tried:
    """Try one table with one choice of settings.

    Args:
        seconds: The longest time of a command.
        scripts: Whether exported scripts are run.
        number: Which case.
        folder: An empty folder, which is the working folder.
    """
    chance = random.Random(number)
    kind = TABLES[number % len(TABLES)]
    (folder / "t.csv").write_text(table(kind, chance), encoding="utf-8")
    regression = kind in ("zeros", "huge target", "tiny target", "10⁵ numbers as classes")
    layers, training = settings(chance, regression)
    data: dict[str, Any] = {
        "path": "t.csv", "target": "y", "scaling": chance.choice(["none", "standard", "minmax"]),
        "validation_split": chance.choice([0.0, 0.25]), "missing": chance.choice(["error", "drop", "mean", "median"]),
        "task": "regression" if regression else chance.choice(["auto", "binary"]),
    }  # fmt: skip
    if regression:
        data["target_scaling"] = chance.choice(["none", "standard", "minmax"])
    if kind.startswith("10⁵"):
        training |= {"variant": "batch", "epochs": 2}
        for layer in layers:  # a step holds some twenty arrays of (units, 10⁵), twice; the memory is limited
            if "units" in layer:
                layer["units"] = min(layer["units"], _MOST_UNITS)
    if chance.random() < 0.1:
        data["noise"] = chance.choice([1e300, 1e-320, 1e308])
    network: dict[str, Any] = {"seed": 1}
    plain = all(layer["type"] in ("dense", "dropout") and layer.get("activation") != "prelu" for layer in layers)
    if plain and chance.random() < 0.3:
        (folder / "w.safetensors").write_bytes(
            start_weights(layers, 300 if kind == "wide" else 1 if kind == "one column" else 2, chance)
        )
        network["weights"] = "w.safetensors"
    (folder / "e.toml").write_text(toml(data, network, layers, training), encoding="utf-8")
    return Tried(kind, _through(chance, seconds, scripts, folder))


def _through(chance: random.Random, seconds: float | None, scripts: bool, folder: Path) -> str:
    words: tuple[str, ...]
    for words in (("check", "e.toml"), ("step", "e.toml", "--format", chance.choice(["text", "latex", "json", "markdown", "python"])),
                  ("doctor", "e.toml", "--json"), ("data", "t.csv", "--json")):  # fmt: skip
        if chance.random() < 0.6 and (failure := judged_command(*words, seconds=seconds)[0]):
            return failure
    failure, answer = judged_command(
        "train", "e.toml", "--out", "run", *chance.choice([(), ("--json",), ("--plot",)]), seconds=seconds
    )
    if failure or not (folder / "run" / "final.safetensors").exists():
        return failure
    failure, predicted = judged_command("predict", "run", "t.csv", "--out", "-", seconds=seconds)
    if failure:
        return failure
    for words in (("evaluate", "run"), ("evaluate", "run", "t.csv", "--json"), ("report", "run", "--format", "markdown", "--out", "-"),
                  ("doctor", "run"), ("runs", "."), ("step", "run", "--update", "1")):  # fmt: skip
        if chance.random() < 0.4 and (failure := judged_command(*words, seconds=seconds)[0]):
            return failure
    single = 'dtype = "float32"' in (folder / "e.toml").read_text(encoding="utf-8")
    for to in (chance.choice(SCRIPTS), chance.choice(OTHERS)):
        name = f"out.{'c' if to == 'c' else 'py'}" if to in SCRIPTS else "out"
        failure, answer = judged_command("export", "run", "--to", to, "--out", name, "--force", seconds=seconds)
        if failure:
            return failure
        if scripts and to in SCRIPTS and not answer.code and not predicted.code:
            failure, shown = run_script(to, folder / name, "t.csv")
            if failure:
                return failure
            if shown and (why := differ(predicted.out, shown, single)):
                return f"{to} answers otherwise: {why}"
    return judged_command("train", "--resume", "run", "--epochs", "40", seconds=seconds)[0]


def main() -> int:
    """Run the campaign and return its exit code."""
    arguments = options(__doc__ or "", CASES).parse_args()
    tally = Tally("numerics")
    numbers = range(arguments.first, arguments.first + arguments.cases)
    try_all(tally, partial(tried, SECONDS, True), numbers, arguments.workers, kept_in(arguments.keep))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
