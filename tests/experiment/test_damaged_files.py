"""Files damaged at random: whatever stands in them, the answer is an experiment or a list of mistakes."""

import contextlib
import random
from pathlib import Path

import pytest

from tests.experiment.conftest import FULL
from tui_ann.errors import ExperimentError
from tui_ann.experiment.checks import problems
from tui_ann.experiment.files import apply_sets, dumps, loads
from tui_ann.experiment.settings import SETTINGS

VALUES = [
    "1", "-1", "0", "1.0", "1e400", "1e-300", "nan", "inf", "true", '"x"', '""', "[]", "[1]", "{}", "{a = 1}", "1979-05-27",
    "0x10", "9" * 30, "[[[]]]", '["a", "a"]', "'''a'''", "=",
]  # fmt: skip
KEYS = [
    *SETTINGS,
    "network.layers.1.units",
    "network.layers.3.type",
    "network.layers.10",
    "network.layers.1",
    "a.b",
    "",
]


def damaged(chance: random.Random) -> str:
    lines = FULL.splitlines()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines[at] = lines[at].partition("=")[0] + "= " + chance.choice(VALUES)
            case 2:
                lines.insert(at, chance.choice(lines))
            case 3:
                lines[at] = lines[at].replace("e", chance.choice("\"'[]=.\0\x1bé\u202e"), 1)
            case 4:
                lines[at] = lines[at][::-1]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(10))
def test_damaged_files_are_understood_or_refused(seed):
    chance = random.Random(seed)
    for _ in range(60):
        text = damaged(chance)
        try:
            experiment = loads(text, label="x.toml", folder=Path("/data"))
        except ExperimentError:
            continue
        assert loads(dumps(experiment), label="x.toml", folder=Path("/")) == experiment
        problems(experiment, inputs=5, task="multiclass", n_classes=3)
        with contextlib.suppress(ExperimentError):
            apply_sets(experiment, [f"{chance.choice(KEYS)}={chance.choice(VALUES)}"])
