"""The parts that all scripts share: the heading, a raw row as features, ŷ as an answer, and a CSV file as rows.

Names and labels are written by `repr`, which escapes what could end a text; in comments they are one printable line.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from tui_ann.data.prepare.features import CategoryFeature, Feature
from tui_ann.data.read.column_types import FALSE, NUMBER_SHARE, TRUE, UNIT_SHARE
from tui_ann.data.read.spellings import MISSING
from tui_ann.engine.tape import Array
from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.source import ExportedRun
from tui_ann.export.worked.python import wrapped
from tui_ann.text import clean

_WIDTH = 110


def comment(*lines: str) -> list[str]:
    """Comment lines; whatever is in them, each stays one line."""
    return [f"# {clean(line)}".rstrip() for line in lines]


def heading(run: ExportedRun, what: str, *how: str) -> list[str]:
    """The first lines of a script.

    Args:
        run: The run.
        what: What the script is, one sentence.
        how: How to use it.
    """
    # The first two lines have no name in them: Python looks for the encoding there.
    return [*comment(what, "", f"Run: {run.name}", *run.remarks, *how), ""]


def template(name: str) -> list[str]:
    """Fixed lines of a script, from a file in the folder `parts`."""
    return _parts(name).splitlines()


@cache
def _parts(name: str) -> str:
    return files("tui_ann.export.runs").joinpath("parts", name).read_text("utf-8")


def numbers(name: str, values: Array, *, numpy: bool = False) -> Iterator[str]:
    """An assignment of exact numbers, as lists or as an array of NumPy."""
    before, after = ("np.array([", "])") if numpy else ("[", "]")
    if values.ndim == 1:
        yield from wrapped(f"{name} = {before}", values, after)
        return
    yield f"{name} = {before}"
    for row in values:
        yield from wrapped("    [", row, "],")
    yield after


def prepare(run: ExportedRun) -> list[str]:
    """The function `prepare`: the features of a raw row."""
    reading = run.reading
    lines = ["COLUMNS = ["]
    lines += [f"    {_column(feature)}," for feature in run.pipeline.features]
    lines += [
        "]",
        '"""The columns of a raw row, in the order of the features, with what was fitted to the training rows."""',
        f"DECIMAL = {reading.decimal or '.'!r}",
        f"MOST, MOST_OF_TIME = {NUMBER_SHARE}, {UNIT_SHARE}",
        *_wrapped_words("MISSING = {", sorted(MISSING), "}"),
        *_wrapped_words("FALSE = {", sorted(FALSE), "}"),
        *_wrapped_words("TRUE = {", sorted(TRUE), "}"),
        *template("prepare.py.txt"),
    ]
    return lines


def _column(feature: Feature) -> str:
    about: dict[str, object] = {"name": feature.column, "kind": feature.kind, "fill": feature.fill}
    if isinstance(feature, CategoryFeature):
        about["labels"] = list(feature.shown)
        # Rare labels are not stored, so an unknown label cannot be told from them.
        others = [label for label in feature.labels if label not in feature.shown]
        about["others"] = None if feature.rare else others
    else:
        about |= {"unit": feature.unit, "offset": feature.offset, "scale": feature.scale}
    return repr(about)


def _wrapped_words(before: str, words: Sequence[str], after: str) -> Iterator[str]:
    line = before
    for word in words:
        item = f"{word!r}, "
        if len(line) + len(item) > _WIDTH:
            yield line.rstrip()
            line = "    "
        line += item
    yield (line.rstrip().removesuffix(",") if words else line) + after


def answer(pipeline: Pipeline) -> list[str]:
    """The functions `answer` and, where ŷ are probabilities, `probabilities`."""
    target = pipeline.target
    if not target.classes:
        lines = [
            f"TARGETS = {list(target.names)!r}",
            f"OFFSET, SCALE = {list(target.offset)!r}, {list(target.scale)!r}",
            *template("answer_number.py.txt"),
        ]
    elif pipeline.is_threshold:
        lines = [
            f"TARGETS = {list(target.names)!r}",
            f"CLASSES = {list(target.classes)!r}",
            f"THRESHOLD = {pipeline.threshold!r}",
            *template("answer_two.py.txt"),
        ]
    else:
        lines = [
            f"TARGETS = {list(target.names)!r}",
            f"CLASSES = {list(target.classes)!r}",
            *template("answer_classes.py.txt"),
        ]
    return [*lines, *(template("probabilities.py.txt") if pipeline.gives_probabilities else [])]


def main(run: ExportedRun) -> list[str]:
    """The program: reads a CSV file and prints an answer for each row."""
    reading = run.reading
    encoding = reading.encoding or "utf-8"
    return [
        f"DELIMITER, QUOTE = {reading.delimiter!r}, {reading.quote!r}",
        f"ENCODING, SKIP_LINES = {encoding!r}, {reading.skip_lines!r}",
        f"HAS_HEADER = {reading.has_header}",
        *_wrapped_words("NAMES = [", reading.names, "]"),
        *template("main.py.txt"),
    ]
