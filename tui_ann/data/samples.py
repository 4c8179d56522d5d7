"""The built-in samples: a table and a finished experiment each, in the order of the course."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from tui_ann.errors import DataError


@dataclass(frozen=True)
class Sample:
    """One built-in sample, as the start screen and `tui-ann samples` list it."""

    name: str
    """Short name, that of its folder: `sample:NAME` opens it."""
    title: str
    """Title in plain words."""
    shows: str
    """One line on what it teaches."""
    rows: int
    """Number of examples in its table."""
    columns: int
    """Number of columns, the target among them."""


SAMPLE = "sample:"
"""The prefix of a built-in sample where a file may be named."""

SAMPLES = (
    Sample("worked-example", "Worked example, 2-3-1", "one update that can be followed by hand", 1, 3),
    Sample("linear-by-hand", "Linear unit by hand", "one neuron and two examples: MSE and its gradient", 2, 3),
    Sample("linear-unit", "Linear unit", "one neuron is linear regression: exam points from hours studied", 200, 3),
    Sample("logistic-by-hand", "Logistic unit by hand", "the same with sigmoid and binary cross-entropy", 2, 3),
    Sample("logistic-unit", "Logistic unit", "one sigmoid neuron is logistic regression: exam passed or not", 200, 3),
    Sample("breast-cancer", "Breast cancer", "one sigmoid neuron on 30 real measurements", 569, 31),
    Sample("xor", "Exclusive or", "four points that no single neuron can tell apart; a hidden layer can", 4, 3),
    Sample("circles", "Circles", "hidden neurons bend the boundary into a ring", 300, 3),
    Sample("moons", "Half moons", "a curved boundary; compare batch, mini-batch and stochastic descent", 300, 3),
    Sample("iris", "Iris", "three classes: softmax and categorical cross-entropy", 150, 5),
    Sample("wine", "Wine", "features of very different size: what scaling does", 178, 14),
    Sample("diabetes", "Diabetes", "regression on real, noisy data: overfitting and early stopping", 442, 11),
    Sample("spirals", "Spirals", "a problem that asks for depth: two hidden layers and Adam", 400, 3),
    Sample("digits", "Handwritten digits", "8×8 images in ten classes: a wider network on more data", 1797, 65),
)
"""All samples in the order of the course."""


def data_path(source: str) -> Path:
    """The data file that a user named: a path, or `sample:NAME` for the data of a built-in sample.

    Raises:
        DataError: There is no such sample.
    """
    if source.startswith(SAMPLE):
        return sample_folder(source.removeprefix(SAMPLE)) / "data.csv"
    return Path(source)


def sample_folder(name: str) -> Path:
    """The folder with `data.csv`, `experiment.toml` and `SOURCE.md` of a sample.

    Raises:
        DataError: There is no such sample, or this installation lacks the samples.
    """
    names = [sample.name for sample in SAMPLES]
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise DataError(
            f"There is no sample called {name!r}.",
            remedy=f"Did you mean {near[0]!r}?" if near else f"The samples are {', '.join(names)}.",
            code="unknown_sample",
        )
    package = Path(__file__).parents[1]
    for root in (package / "_samples", package.parent / "samples"):  # in an installed wheel, in a checkout
        if (root / name / "data.csv").is_file():
            return root / name
    raise DataError(
        f"The files of the sample {name!r} are not part of this installation.",
        remedy="Install tui-ann again.",
        code="missing_sample",
    )
