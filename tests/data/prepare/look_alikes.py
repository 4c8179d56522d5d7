"""Small tables with the headers and kinds of well-known ones, and the columns that they are collected to predict."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.read.table import Column, Table

Cells = Callable[[np.random.Generator], NDArray[np.float64] | list[str]]
ROWS = 300


def whole(low: int, high: int) -> Cells:
    return lambda rng: rng.integers(low, high + 1, ROWS).astype(float)


def real(scale: float = 1.0) -> Cells:
    return lambda rng: np.round(rng.normal(scale=scale, size=ROWS), 3)


def words(*labels: str) -> Cells:
    return lambda rng: [labels[i] for i in rng.integers(0, len(labels), ROWS)]


def groups(count: int) -> Cells:
    return lambda rng: np.sort(np.arange(ROWS) % count + 1).astype(float)


def gappy(cells: Cells, share: float) -> Cells:
    def cut(rng: np.random.Generator) -> NDArray[np.float64] | list[str]:
        values, gone = cells(rng), rng.random(ROWS) < share
        if isinstance(values, list):
            return [None if lost else value for value, lost in zip(values, gone, strict=True)]  # type: ignore[misc]
        return np.where(gone, np.nan, values)

    return cut


def each_row(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.arange(1.0, ROWS + 1)


YES = words("no", "yes")
HEATING = {f"{kind}.{name}": real(100) for kind in ("ic", "oc") for name in ("gc", "gr", "ec", "er", "hp")}
TABLES: dict[str, tuple[str, dict[str, Cells]]] = {
    "titanic": (
        "survived",
        {"class": words("1st", "2nd", "3rd"), "age": words("adults", "child"), "sex": words("man", "women"),
         "survived": YES},
    ),
    "titanic, survived first": (
        "Survived",
        {"PassengerId": each_row, "Survived": whole(0, 1), "Pclass": whole(1, 3), "Age": gappy(real(20), 0.2),
         "class": words("First", "Second", "Third"), "embarked": words("S", "C", "Q")},
    ),
    "airquality": (
        "Ozone",
        {"Ozone": gappy(whole(1, 168), 0.24), "Solar.R": gappy(whole(7, 334), 0.05), "Wind": real(3),
         "Temp": whole(56, 97), "Month": whole(5, 9), "Day": whole(1, 31)},
    ),
    "Hedonic": (
        "mv",
        {"mv": real(), "crim": real(), "zn": real(), "chas": YES, "nox": real(), "rm": real(), "age": real(),
         "dis": real(), "rad": real(), "tax": whole(187, 711), "blacks": real(), "lstat": real(),
         "townid": groups(92)},
    ),
    "infert": (
        "case",
        {"education": words("0-5yrs", "6-11yrs", "12+ yrs"), "age": whole(21, 44), "parity": whole(1, 6),
         "induced": whole(0, 2), "case": whole(0, 1), "spontaneous": whole(0, 2), "stratum": groups(83),
         "pooled.stratum": groups(63)},
    ),
    "Heating": (
        "depvar",
        {"idcase": each_row, "depvar": words("gc", "gr", "ec", "er", "hp"), **HEATING, "income": whole(2, 7),
         "agehed": whole(20, 65), "rooms": whole(2, 7), "region": words("valley", "scostl", "mountn", "ncostl"),
         "pb.gc": real(), "pb.hp": real()},
    ),
    "flchain": (
        "death",
        {"age": whole(50, 101), "sex": words("F", "M"), "sample.yr": whole(1995, 2003), "kappa": real(),
         "lambda": real(), "flc.grp": whole(1, 10), "creatinine": gappy(real(), 0.17), "mgus": whole(0, 1),
         "futime": whole(0, 5215), "death": whole(0, 1),
         "chapter": gappy(words("Circulatory", "Neoplasms", "Respiratory"), 0.72)},
    ),
    "credit": (
        "default",
        {"status": words("a", "b", "c", "d"), "amount": whole(250, 18424), "default": whole(0, 1),
         "class": words("clerk", "worker", "officer")},
    ),
    "penguins": (
        "species",
        {"species": words("Adelie", "Chinstrap", "Gentoo"), "island": words("Biscoe", "Dream"),
         "bill_length_mm": real(), "body_mass_g": real(), "sex": words("male", "female"), "year": whole(2007, 2009)},
    ),
    "glass": ("Type", {"RI": real(), "Na": real(), "Mg": real(), "Type": whole(1, 6), "batch": groups(30)}),
}  # fmt: skip
"""Each with its answer."""
SCHOOLS: dict[str, tuple[str, str, dict[str, Cells]]] = {
    "Star": (
        "tmathssk",
        "schidkn",
        {"tmathssk": whole(320, 626), "treadssk": whole(315, 627), "classk": words("regular", "small.class"),
         "totexpk": whole(0, 27), "sex": words("girl", "boy"), "freelunk": YES, "race": words("white", "black"),
         "schidkn": groups(79)},
    ),
    "nlschools": (
        "lang",
        "class",
        {"lang": whole(9, 58), "IQ": real(2), "class": groups(133), "GS": whole(10, 39), "SES": whole(10, 50),
         "COMB": whole(0, 1)},
    ),
}  # fmt: skip
"""Each with its answer, and with the number of a group that is none."""


def look_alike(columns: dict[str, Cells]) -> Table:
    rng = np.random.default_rng(0)
    made = ((name, cells(rng)) for name, cells in columns.items())
    return Table.of(
        [
            Column.of_labels(name, values) if isinstance(values, list) else Column.of_numbers(name, values)
            for name, values in made
        ]
    )
