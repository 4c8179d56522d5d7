"""A run as one Python file without any library, which reads a CSV file and prints the answers."""

import re
from collections.abc import Iterator

from tui_ann.export.runs.limits import check_size
from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.python_text import answer, heading, main, numbers, prepare
from tui_ann.export.runs.scalar import Language, Loop, ScalarSource
from tui_ann.export.runs.source import ExportedRun, Files

_PYTHON = Language(
    {
        "exp": "exp",
        "ln": "math.log",
        "abs": "abs",
        "sign": "sign",
        "tanh": "math.tanh",
        "erf": "math.erf",
        "max": "max",
        "min": "min",
        "sqrt": "math.sqrt",
        "pow": "pow",
        "dot": "dot",
    },
    "({then} if {positive} > 0 else {otherwise})",
    repr,
)
_HELPERS = {
    "exp": '''\
def exp(x):
    """e to the power of x; infinite where it is too large."""
    return math.exp(x) if x < 709.0 else math.inf''',
    "sign": '''\
def sign(x):
    """−1, 0 or 1."""
    return (x > 0) - (x < 0)''',
    "dot": '''\
def dot(weights, inputs, count):
    """The sum of the products."""
    return sum(weights[j] * inputs[j] for j in range(count))''',
}


def to_python(run: ExportedRun) -> Files:
    """The file.

    Raises:
        SessionError: The network has too many numbers for a text.
    """
    check_size("A Python file", run.pipeline)
    lines = [
        *heading(
            run,
            "A trained network of tui-ann as one file; it needs Python 3.9 or later and no library.",
            "",
            "Use:  python this_file.py data.csv",
            "      or  from this_file import predict, with a dict of cells for each row",
        ),
        *("import csv", "import datetime", "import io", "import math", "import os", "import re", "import sys", ""),
        *prepare(run),
        *("", "", "# The parameters"),
        *(line for symbol, values in run.pipeline.parameters.items() for line in numbers(str(symbol), values)),
        *_network(run.pipeline),
        *("", ""),
        *answer(run.pipeline),
        *("", "", "def predict(row):", '    """The answer to a raw row."""'),
        "    return answer(network([prepare(row)])[0])",
        *main(run),
    ]
    return {".py": "\n".join(lines) + "\n"}


def _network(pipeline: Pipeline) -> Iterator[str]:
    source = ScalarSource(pipeline.sizes, _PYTHON)
    loops = [source.loop(formula) for formula in pipeline.formulas]
    text = "\n".join(loop.term + "".join(each.term for each in loop.before) for loop in loops)
    for name, helper in _HELPERS.items():
        if re.search(rf"(?<![.\w]){name}\(", text):
            yield from ("", "", *helper.splitlines())
    yield from ("", "", "def forward(x):", '    """ŷ of one prepared row."""')
    for loop in loops:
        yield from (f"    {line}" for line in _statements(loop))
    yield f"    return {pipeline.output}"
    yield from ("", "", "def network(features):", '    """ŷ of prepared rows."""')
    yield "    return [forward(x) for x in features]"


def _statements(loop: Loop) -> Iterator[str]:
    for each in loop.before:
        yield f"{each.name} = {'max' if each.largest else 'sum'}({each.term} for i in range({each.units}))"
    yield f"{loop.name} = [{loop.term} for i in range({loop.units})]"
