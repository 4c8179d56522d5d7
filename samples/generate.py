"""Writes the data of the samples anew: `python samples/generate.py [--public]`.

The made-up tables need NumPy and safetensors and come out the same on every machine, for each has its own seed.
`--public` also fetches the public data sets from an installed scikit-learn and writes them with headers in plain words.
Where each table comes from stands in its `SOURCE.md`.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).parent


def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write `<name>/data.csv`."""
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def worked_example() -> None:
    """One example, and the start values of a 2-3-1 network that can be followed by hand."""
    write("worked-example", ["x1", "x2", "y"], [(1, 2, 1)])
    start = {
        "W1": np.array([[0.5, 0.2], [0.3, 0.8], [0.6, 0.4]]),
        "b1": np.array([0.1, 0.1, 0.1]),
        "W2": np.array([[0.4, 0.3, 0.2]]),
        "b2": np.array([0.1]),
    }
    save_file(start, HERE / "worked-example" / "weights.safetensors")


def units_by_hand() -> None:
    """Two examples each for a linear and a logistic unit, with start values that can be followed by hand."""
    start = {"W1": np.array([[0.4, 0.3]]), "b1": np.array([0.1])}
    write("linear-by-hand", ["x1", "x2", "y"], [(1, 2, 2), (3, 1, 1)])
    save_file(start, HERE / "linear-by-hand" / "weights.safetensors")
    write("logistic-by-hand", ["x1", "x2", "y"], [(1, 2, 1), (-2, 1, 0)])
    save_file(start | {"b1": np.array([-0.5])}, HERE / "logistic-by-hand" / "weights.safetensors")


def linear_unit() -> None:
    """Exam points that grow with the hours studied and slept: a plane with noise of 4 points."""
    rng = np.random.default_rng(12)
    studied, slept = rng.uniform(0, 10, 200), rng.uniform(4, 9, 200)
    points = 10 + 5.5 * studied + 3 * slept + rng.normal(0, 4, 200)
    rows = ((f"{a:.1f}", f"{b:.1f}", f"{c:.1f}") for a, b, c in zip(studied, slept, points, strict=True))
    write("linear-unit", ["hours studied", "hours slept", "points"], rows)


def logistic_unit() -> None:
    """The same students, passed or failed: the chance is a sigmoid of a weighted sum."""
    rng = np.random.default_rng(13)
    studied, slept = rng.uniform(0, 10, 200), rng.uniform(4, 9, 200)
    chance = 1 / (1 + np.exp(-(1.6 * (studied - 5) + 1.0 * (slept - 6.5))))
    passed = np.where(rng.random(200) < chance, "passed", "failed")
    rows = ((f"{a:.1f}", f"{b:.1f}", c) for a, b, c in zip(studied, slept, passed, strict=True))
    write("logistic-unit", ["hours studied", "hours slept", "exam"], rows)


def xor() -> None:
    """The truth table of exclusive or."""
    write("xor", ["a", "b", "a xor b"], [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)])


def plane(name: str, seed: int, points: np.ndarray, labels: Sequence[str], noise: float) -> None:
    """Write points of the plane, one equal block per label, with noise added and the rows mixed."""
    rng = np.random.default_rng(seed)
    points = points + rng.normal(0, noise, points.shape)
    names = np.repeat(labels, len(points) // len(labels))
    order = rng.permutation(len(points))
    write(name, ["x1", "x2", "class"], ((f"{points[i, 0]:.3f}", f"{points[i, 1]:.3f}", names[i]) for i in order))


def on_a_circle(angle: np.ndarray, radius: np.ndarray | float) -> np.ndarray:
    """Points (n, 2) by angle and radius."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def circles() -> None:
    """A ring around a ring."""
    turn = np.linspace(0, 2 * np.pi, 150, endpoint=False)
    plane("circles", 14, np.concatenate([on_a_circle(turn, 0.5), on_a_circle(turn, 1.0)]), ["inner", "outer"], 0.1)


def moons() -> None:
    """Two half moons that reach into each other."""
    half = np.linspace(0, np.pi, 150)
    upper, lower = on_a_circle(half, 1.0), np.array([1.0, 0.5]) - on_a_circle(half, 1.0)
    plane("moons", 15, np.concatenate([upper, lower]), ["upper", "lower"], 0.15)


def spirals() -> None:
    """Two spirals wound into each other, one and a half turns each."""
    along = np.sqrt(np.linspace(0.02, 1, 200))
    one = on_a_circle(3 * np.pi * along, along)
    plane("spirals", 16, np.concatenate([one, -one]), ["one", "other"], 0.02)


PUBLIC = {
    "iris": (["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"], "species"),
    "wine": (
        [
            *("alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "total phenols", "flavonoids"),
            *("non-flavonoid phenols", "proanthocyanins", "colour intensity", "hue", "OD280/OD315", "proline"),
        ],
        "cultivar",
    ),
    "breast_cancer": (None, "diagnosis"),
    "diabetes": (
        [
            *("age", "sex", "body mass index", "blood pressure", "total cholesterol", "LDL cholesterol"),
            *("HDL cholesterol", "cholesterol ratio", "log triglycerides", "blood sugar"),
        ],
        "progression",
    ),
    "digits": ([f"row {row} column {column}" for row in range(1, 9) for column in range(1, 9)], "digit"),
}
"""Headers of the public data sets by scikit-learn's name: features (None: as scikit-learn calls them) and target."""


def public(name: str, features: Sequence[str] | None, target: str) -> None:
    """Write one of scikit-learn's data sets."""
    from sklearn import datasets

    bunch = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
    names = bunch.get("target_names")
    if name == "wine":
        names = ["cultivar 1", "cultivar 2", "cultivar 3"]
    if name == "digits":
        names = None
    answers = [f"{value:g}" if names is None else str(names[value]) for value in bunch.target]
    header = [*(features or [str(feature) for feature in bunch.feature_names]), target]
    numbers = ([np.format_float_positional(value, trim="-") for value in row] for row in bunch.data)
    write(name.replace("_", "-"), header, ([*row, answer] for row, answer in zip(numbers, answers, strict=True)))


if __name__ == "__main__":
    for made_up in (worked_example, units_by_hand, linear_unit, logistic_unit, xor, circles, moons, spirals):
        made_up()
    if "--public" in sys.argv[1:]:
        for key, (columns, answer) in PUBLIC.items():
            public(key, columns, answer)
