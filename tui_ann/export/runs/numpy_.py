"""A run as one Python file that computes with NumPy, all rows at once."""

from collections.abc import Iterator

from tui_ann.export.runs.limits import check_size
from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.python_text import answer, heading, main, numbers, prepare
from tui_ann.export.runs.source import ExportedRun, Files
from tui_ann.export.worked.source import NumpySource


def to_numpy(run: ExportedRun) -> Files:
    """The file.

    Raises:
        SessionError: The network has too many numbers for a text.
    """
    check_size("A NumPy file", run.pipeline)
    lines = [
        *heading(
            run,
            "A trained network of tui-ann in NumPy, line by line as in the lecture; examples are columns.",
            "",
            "Use:  python this_file.py data.csv",
            "      or  from this_file import predict, with a dict of cells for each row",
        ),
        *("import csv", "import datetime", "import io", "import os", "import re", "import sys"),
        *(["from math import erf"] if "erf" in run.pipeline.functions else []),
        *("", "import numpy as np", ""),
        *(["erf = np.vectorize(erf, otypes=[float])", ""] if "erf" in run.pipeline.functions else []),
        *prepare(run),
        *("", "", "# The parameters"),
        *(
            line
            for symbol, values in run.pipeline.parameters.items()
            for line in numbers(str(symbol), values, numpy=True)
        ),
        *_network(run.pipeline),
        *("", ""),
        *answer(run.pipeline),
        *("", "", "def predict(row):", '    """The answer to a raw row."""'),
        "    return answer(network([prepare(row)])[0])",
        *main(run),
    ]
    return {".py": "\n".join(lines) + "\n"}


def _network(pipeline: Pipeline) -> Iterator[str]:
    dimensions = {symbol: values.ndim for symbol, values in pipeline.parameters.items()}
    dimensions |= {pipeline.x: 2} | {formula.symbol: 2 for formula in pipeline.formulas}
    source = NumpySource(dimensions, columns=True)
    yield from ("", "", "def network(features):", '    """ŷ of prepared rows, a row for each."""')
    yield f"    {pipeline.x} = np.array(features, float).reshape(-1, {pipeline.sizes[pipeline.x]}).T"
    yield '    with np.errstate(all="ignore"):  # e to a large power is infinite, and its reciprocal the right 0'
    for formula in pipeline.formulas:
        yield f"        {formula.symbol} = {source.of(formula.expression, 2)}"
    yield f"    return {pipeline.output}.T"
