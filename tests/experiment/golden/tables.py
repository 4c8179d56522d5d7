"""Ordinary tables, a hundred to fifty thousand rows with numbers and categories mixed, and the samples of the course.

What is told about each is made up, but shaped as such tables are: units of their own, skewed numbers, rare and many
labels, missing cells, an answer that only partly follows from the rest.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.samples import sample_folder

Columns = dict[str, NDArray[Any]]
"""Cells by name of the column: numbers, NaN where missing, or texts, empty where missing."""


class Made(NamedTuple):
    """A table with what is to be predicted."""

    columns: Columns
    """All columns."""
    target: str
    """Name of the one to predict."""


def plants(draw: np.random.Generator, n: int = 100) -> Made:
    kind = draw.integers(3, size=n)
    return Made(
        {
            "species": np.array(["alba", "nigra", "rubra"])[kind],
            "height cm": np.round(20 + 4 * kind + 3 * draw.normal(size=n), 1),
            "petals": draw.poisson(5 + kind).astype(float),
            "soil": np.array(["clay", "sand", "loam"])[(kind + (draw.random(n) < 0.5)) % 3],
        },
        "species",
    )


def patients(draw: np.random.Generator, n: int = 300) -> Made:
    age, pressure, sugar = (
        draw.uniform(20, 90, n),
        120 + 15 * draw.normal(size=n),
        np.exp(4.6 + 0.25 * draw.normal(size=n)),
    )
    smoker = draw.choice(3, n, p=[0.6, 0.25, 0.15])
    risk = 0.05 * (age - 55) + 0.04 * (pressure - 120) + 3 * np.log(sugar / 100) + np.array([0, 0.8, 1.6])[smoker]
    return Made(
        {
            "patient id": np.arange(5000, 5000 + n).astype(float),
            "age": np.round(age),
            "pressure": _holes(draw, np.round(pressure), 0.08),
            "sugar": _holes(draw, np.round(sugar, 1), 0.05),
            "smoker": np.array(["never", "former", "yes"])[smoker],
            "sex": draw.choice(["f", "m"], n),
            "diagnosis": np.where(risk + 0.8 * draw.logistic(size=n) > 0.6, "ill", "well"),
        },
        "diagnosis",
    )


def rents(draw: np.random.Generator, n: int = 400) -> Made:
    area, floor, district = np.exp(4.1 + 0.4 * draw.normal(size=n)), draw.integers(0, 7, n), draw.integers(0, 8, n)
    worth = np.linspace(8, 16, 8)[district] * area**0.9 + 12 * floor
    return Made(
        {
            "district": np.array([f"district {i}" for i in "ABCDEFGH"])[district],
            "area": np.round(area, 1),
            "floor": floor.astype(float),
            "balcony": draw.choice(["yes", "no"], n),
            "rent": np.round(worth * np.exp(0.12 * draw.normal(size=n))),
        },
        "rent",
    )


def sensors(draw: np.random.Generator, n: int = 600, m: int = 120) -> Made:
    X = draw.normal(size=(n, m)) * 10.0 ** draw.integers(-2, 4, m)
    scores = (X[:, :12] / X[:, :12].std(axis=0)) @ draw.normal(size=(12, 4)) + draw.gumbel(size=(n, 4))
    state = np.array(["idle", "run", "stall", "stop"])[scores.argmax(axis=1)]
    return Made({**{f"s{i}": X[:, i].round(4) for i in range(m)}, "state": state}, "state")


def houses(draw: np.random.Generator, n: int = 1500) -> Made:
    town, condition = draw.choice(15, n, p=draw.dirichlet(np.full(15, 2.0))), draw.integers(0, 4, n)
    area, built = np.exp(4.8 + 0.35 * draw.normal(size=n)), draw.integers(1900, 2024, n)
    value = (
        1500
        * np.exp(np.linspace(-0.6, 0.6, 15))[town]
        * area
        * (0.8 + 0.1 * condition)
        * (1 + ((built - 1960) / 90) ** 2)
    )
    return Made(
        {
            "id": np.arange(1, n + 1).astype(float),
            "town": np.array([f"town {i:02d}" for i in range(15)])[town],
            "price": np.round(value * np.exp(0.1 * draw.normal(size=n)), -3),
            "area": _holes(draw, np.round(area), 0.03),
            "year built": built.astype(float),
            "condition": np.array(["poor", "fair", "good", "new"])[condition],
            "garden": np.where(draw.random(n) < 0.1, "", draw.choice(["yes", "no"], n)),
        },
        "price",
    )


def visits(draw: np.random.Generator, n: int = 3000) -> Made:
    age, distance, region = draw.uniform(18, 80, n), draw.exponential(8, n), draw.integers(0, 6, n)
    rate = np.exp(0.6 + 0.02 * (age - 40) - 0.05 * distance + np.linspace(-0.5, 0.5, 6)[region])
    return Made(
        {
            "age": np.round(age),
            "distance": np.round(distance, 2),
            "region": np.array(["n", "s", "e", "w", "c", "o"])[region],
            "member": draw.choice(["true", "false"], n),
            "visits": draw.poisson(rate * 4).astype(float),
        },
        "visits",
    )


def tickets(draw: np.random.Generator, n: int = 5000) -> Made:
    source, product, hours = draw.integers(0, 5, n), draw.integers(0, 20, n), draw.exponential(20, n)
    words, angry = draw.poisson(60, n), draw.normal(size=n)
    tilt = draw.normal(size=(20, 5))
    scores = 1.2 * tilt[product] + draw.normal(size=(5, 5))[source] + draw.gumbel(size=(n, 5)) * 0.8
    scores += np.outer(angry, [0.0, 1.0, -1.0, 2.0, 0.0]) + np.outer(np.sin(hours / 8), [1.5, 0, 0, 0, -1.5])
    scores += np.array([1.5, 0.5, 0, -1, -2])
    return Made(
        {
            "source": np.where(draw.random(n) < 0.05, "", np.array(["mail", "phone", "chat", "web", "shop"])[source]),
            "product": np.array([f"P-{i}x" for i in range(20)])[product],
            "hours open": _holes(draw, np.round(hours, 2), 0.05),
            "words": words.astype(float),
            "tone": np.round(angry, 3),
            "team": np.array(["sales", "repair", "billing", "legal", "press"])[scores.argmax(axis=1)],
        },
        "team",
    )


def salaries(draw: np.random.Generator, n: int = 8000) -> Made:
    job, region, years = draw.choice(60, n, p=draw.dirichlet(np.ones(60))), draw.integers(0, 30, n), draw.gamma(2, 6, n)
    log = 10.5 + 0.3 * draw.normal(size=60)[job] + 0.15 * draw.normal(size=30)[region] + 0.35 * np.tanh(years / 12)
    return Made(
        {
            "job": np.array([f"job {i:02d}" for i in range(60)])[job],
            "region": np.array([f"region {i:02d}" for i in range(30)])[region],
            "years": np.round(years, 1),
            "hours": np.round(draw.uniform(20, 45, n)),
            "salary": np.round(np.exp(log + 0.2 * draw.normal(size=n)), 2),
        },
        "salary",
    )


def claims(draw: np.random.Generator, n: int = 10_000) -> Made:
    age, power, area = draw.uniform(18, 85, n), draw.integers(40, 250, n), draw.integers(0, 10, n)
    log = 6 + 0.0006 * (age - 45) ** 2 + 0.006 * power + np.linspace(-0.5, 0.5, 10)[area] + 0.6 * draw.normal(size=n)
    return Made(
        {
            "driver age": np.round(age),
            "power": power.astype(float),
            "area": np.array(list("ABCDEFGHIJ"))[area],
            "fuel": draw.choice(["petrol", "diesel", "electric"], n, p=[0.6, 0.3, 0.1]),
            "cost": np.round(np.exp(log), 2),
        },
        "cost",
    )


def customers(draw: np.random.Generator, n: int = 20_000) -> Made:
    months, bill, contract, calls = (
        draw.exponential(24, n),
        draw.gamma(4, 15, n),
        draw.integers(0, 3, n),
        draw.poisson(1.5, n),
    )
    urge = -0.05 * months + 0.02 * bill - 1.1 * contract + 0.5 * calls * (contract == 0) + draw.logistic(size=n) * 0.7
    return Made(
        {
            "customer": np.array([f"C{i:06d}" for i in draw.permutation(n)]),
            "months": np.round(months),
            "bill": np.round(bill, 2),
            "contract": np.array(["monthly", "1 year", "2 years"])[contract],
            "calls": calls.astype(float),
            "pays by": draw.choice(["card", "bank", "cheque", "cash"], n),
            "churn": np.where(urge > np.quantile(urge, 0.88), "yes", "no"),
        },
        "churn",
    )


def flights(draw: np.random.Generator, n: int = 50_000) -> Made:
    airline, airport = draw.integers(0, 14, n), draw.choice(70, n, p=draw.dirichlet(np.ones(70)))
    hour, miles, wind = draw.uniform(5, 24, n), draw.gamma(3, 300, n), draw.gamma(2, 6, n)
    late = 0.6 * draw.normal(size=14)[airline] + 0.6 * draw.normal(size=70)[airport] + 0.12 * (hour - 14)
    late = late + 0.08 * wind * (hour > 16) + 0.8 * np.sin(miles / 300) + draw.logistic(size=n)
    return Made(
        {
            "airline": np.array([f"AL{i}" for i in range(14)])[airline],
            "airport": np.array([f"AP{i:02d}" for i in range(70)])[airport],
            "hour": np.round(hour, 2),
            "miles": np.round(miles),
            "wind": _holes(draw, np.round(wind, 1), 0.04),
            "delayed": np.where(late > np.quantile(late, 0.75), "1", "0"),
        },
        "delayed",
    )


def energy(draw: np.random.Generator, n: int = 50_000) -> Made:
    hour, warmth, kind, people = (
        draw.uniform(0, 24, n),
        12 + 9 * draw.normal(size=n),
        draw.integers(0, 5, n),
        draw.poisson(2.5, n),
    )
    load = (
        300
        + 120 * np.sin((hour - 7) / 24 * 2 * np.pi) * (1 + 0.4 * kind)
        + 15 * np.maximum(16 - warmth, 0) * (kind < 3)
    )
    return Made(
        {
            "hour": np.round(hour, 2),
            "warmth": np.round(warmth, 1),
            "building": np.array(["house", "flat", "shop", "school", "plant"])[kind],
            "people": people.astype(float),
            "weekday": draw.choice(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"], n),
            "watts": np.round(load + 60 * people + 70 * draw.normal(size=n)),
        },
        "watts",
    )


SAMPLES = ("iris", "wine", "breast-cancer", "digits", "diabetes")
TABLES: dict[str, Callable[[np.random.Generator], Made]] = {
    make.__name__: make
    for make in (
        *(plants, patients, rents, sensors, houses, visits, tickets, salaries, claims),
        *(customers, flights, energy),
    )
}
"""By name, the smallest first."""


def written(name: str, folder: Path) -> Path:
    """The table as a CSV file: of a sample its own, else one written into a folder."""
    if name in SAMPLES:
        return sample_folder(name) / "data.csv"
    columns, _ = TABLES[name](np.random.default_rng(list(name.encode())))
    path = folder / f"{name}.csv"
    cells = [[_spelled(cell) for cell in column.tolist()] for column in columns.values()]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(columns), *zip(*cells, strict=True)])
    return path


def _spelled(cell: float | str) -> str:
    """A cell as files have it: no `.0` after whole numbers, nothing where it is missing."""
    if isinstance(cell, str):
        return cell
    return "" if np.isnan(cell) else f"{cell:.10g}"


def _holes(draw: np.random.Generator, values: NDArray[Any], share: float) -> NDArray[Any]:
    return np.where(draw.random(len(values)) < share, np.nan, values)
