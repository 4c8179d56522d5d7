"""A run as one C99 file: a raw row in, a class or numbers out; no memory is allocated."""

import re
from collections.abc import Iterator

from tui_ann.data.prepare.features import CategoryFeature, Feature
from tui_ann.engine.tape import Array
from tui_ann.export.runs.limits import check_size
from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.python_text import template
from tui_ann.export.runs.scalar import Language, Loop, ScalarSource
from tui_ann.export.runs.source import ExportedRun, Files
from tui_ann.export.worked.python import wrapped
from tui_ann.text import clean

_C = Language(
    {
        "exp": "exp",
        "ln": "log",
        "abs": "fabs",
        "sign": "sign",
        "tanh": "tanh",
        "erf": "erf",
        "max": "fmax",
        "min": "fmin",
        "sqrt": "sqrt",
        "pow": "pow",
        "dot": "dot",
    },
    "({positive} > 0 ? {then} : {otherwise})",
    repr,
)
_HELPERS = {
    "sign": "static double sign(double x) { return (x > 0) - (x < 0); }",
    "dot": """\
static double dot(const double *weights, const double *inputs, int count)
{
    double sum = 0.0;
    for (int j = 0; j < count; j++)
        sum += weights[j] * inputs[j];
    return sum;
}""",
}
_SAFE = re.compile(r"[ !#-\[\]-~]")


def to_c(run: ExportedRun) -> Files:
    """The file.

    Raises:
        SessionError: The network has too many numbers for a text.
    """
    pipeline = run.pipeline
    check_size("A C file", pipeline)
    lines = [
        "/* A trained network of tui-ann in C99.",
        " *",
        *(f" * {comment(text)}" for text in (f"Run: {run.name}", *run.remarks)),
        *(f" * {line}".rstrip() for line in template("c_use.txt")),
        " */",
        *("#include <math.h>", "#include <string.h>", ""),
        *_interface(pipeline),
        *_prepare(pipeline),
        *_network(pipeline),
        *_answer(pipeline),
        *_main(pipeline),
    ]
    return {".c": "\n".join(lines) + "\n"}


def comment(text: str) -> str:
    """Text for a comment, which it cannot end; a line of its own."""
    shown = clean(text, 100).replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")
    return shown + " ." if shown.endswith("\\") else shown


def string(text: str) -> str:
    """A string literal; what is no plain character is written by its bytes."""
    content = text.encode("utf-8", "replace").decode("latin-1")
    escaped = (letter if _SAFE.fullmatch(letter) and letter != "?" else f"\\{ord(letter):03o}" for letter in content)
    return f'"{"".join(escaped)}"'


def _member(feature: Feature, place: int) -> str:
    kind = "const char *" if isinstance(feature, CategoryFeature) else "double "
    unit = {"date": ", in days since 1970-01-01", "time": ", in seconds since midnight"}.get(feature.kind, "")
    return f"    {kind}c{place}; /* {comment(feature.column)}{unit} */"


def _interface(pipeline: Pipeline) -> Iterator[str]:
    yield "/* A raw row: the numbers of the columns (NAN: missing), and their labels (NULL or empty: missing). */"
    yield "struct row {"
    yield from (_member(feature, place) for place, feature in enumerate(pipeline.features, 1))
    yield "};"
    yield ""
    features, outputs = (pipeline.sizes[symbol] for symbol in (pipeline.x, pipeline.output))
    yield f"enum {{ COLUMNS = {len(pipeline.features)}, FEATURES = {features}, OUTPUTS = {outputs} }};"
    yield ""
    classes = pipeline.target.classes
    if classes:
        yield f"enum {{ CLASSES = {len(classes)} }};"
        yield f"static const char *const labels[CLASSES] = {{{', '.join(map(string, classes))}}};"
    names = ", ".join(map(string, pipeline.target.names))
    yield f"static const char *const targets[{len(pipeline.target.names)}] = {{{names}}};"
    yield ""
    yield "int prepare(const struct row *row, double x[FEATURES]);"
    yield "void network(const double x[FEATURES], double y_hat[OUTPUTS]);"
    yield "int predict(const struct row *row, double values[]);"
    yield "const char *label(int code);"
    yield "const char *target(int number);"


def _prepare(pipeline: Pipeline) -> Iterator[str]:
    if any(feature.kind == "boolean" for feature in pipeline.features):
        yield from template("c_same.txt")
    yield ""
    yield "/* The features of a raw row.  Returns 0, or the number of a column whose cell is missing. */"
    yield "int prepare(const struct row *row, double x[FEATURES])"
    yield "{"
    first = 0
    for place, feature in enumerate(pipeline.features, 1):
        yield from (f"    {line}" for line in _prepared(feature, place, first))
        first += len(feature.names)
    yield "    return 0;"
    yield "}"


def _prepared(feature: Feature, place: int, first: int) -> Iterator[str]:
    cell = f"c{place}"
    if not isinstance(feature, CategoryFeature):
        yield f"double {cell} = row->{cell};"
        fill = "return " + str(place) if feature.fill is None else f"{cell} = {feature.fill!r}"
        yield f"if (isnan({cell}))"
        yield f"    {fill};"
        yield f"x[{first}] = ({cell} - {feature.offset!r}) / {feature.scale!r};".replace("- -", "+ ")
        return
    yield f"const char *{cell} = row->{cell};"
    fill = "return " + str(place) if feature.fill is None else f"{cell} = {string(feature.fill)}"
    yield f"if ({cell} == NULL || *{cell} == 0)"
    yield f"    {fill};"
    for i, shown in enumerate(feature.shown):
        yield f"x[{first + i}] = {_equal(feature, cell, shown)};"


def _equal(feature: CategoryFeature, cell: str, label: str) -> str:
    """Whether a cell has a label."""
    return f"same({cell}, {string(label)})" if feature.kind == "boolean" else f"!strcmp({cell}, {string(label)})"


def _network(pipeline: Pipeline) -> Iterator[str]:
    yield ""
    for symbol, values in pipeline.parameters.items():
        yield from _array(str(symbol), values)
    source = ScalarSource(pipeline.sizes, _C)
    loops = [source.loop(formula) for formula in pipeline.formulas]
    text = "\n".join(loop.term + "".join(each.term for each in loop.before) for loop in loops)
    for name, helper in _HELPERS.items():
        if f"{name}(" in text:
            yield from ("", *helper.splitlines())
    yield from ("", "/* The outputs of prepared features. */")
    yield from ("void network(const double x[FEATURES], double y_hat[OUTPUTS])", "{")
    for loop in loops:
        yield from (f"    {line}" for line in _statements(loop))
    yield from (f"    memcpy(y_hat, {pipeline.output}, sizeof {pipeline.output});", "}")


def _array(name: str, values: Array) -> Iterator[str]:
    sizes = "".join(f"[{size}]" for size in values.shape)
    if values.ndim == 1:
        yield from wrapped(f"static const double {name}{sizes} = {{", values, "};")
        return
    yield f"static const double {name}{sizes} = {{"
    for row in values:
        yield from wrapped("    {", row, "},")
    yield "};"


def _statements(loop: Loop) -> Iterator[str]:
    for each in loop.before:
        if each.largest:
            yield f"double {each.name} = -INFINITY;"
            step = f"{each.name} = fmax({each.name}, {each.term});"
        else:
            yield f"double {each.name} = 0.0;"
            step = f"{each.name} += {each.term};"
        yield from (f"for (int i = 0; i < {each.units}; i++)", f"    {step}")
    yield f"double {loop.name}[{loop.units}];"
    yield from (f"for (int i = 0; i < {loop.units}; i++)", f"    {loop.name}[i] = {loop.term};")


def _answer(pipeline: Pipeline) -> Iterator[str]:
    target = pipeline.target
    if not target.classes:
        offset, scale = (", ".join(map(repr, values)) for values in (target.offset, target.scale))
        yield from _filled(template("c_predict_number.txt"), OFFSET=offset, SCALE=scale)
    elif pipeline.is_threshold:
        yield from _filled(template("c_predict_two.txt"), THRESHOLD=repr(pipeline.threshold))
    else:
        yield from template("c_predict_classes.txt")
    yield from template("c_labels.txt" if target.classes else "c_no_labels.txt")


def _filled(lines: list[str], **values: str) -> Iterator[str]:
    for line in lines:
        for name, value in values.items():
            line = line.replace(f"@{name}@", value)
        yield line


def _main(pipeline: Pipeline) -> Iterator[str]:
    cells = []
    for place, feature in enumerate(pipeline.features, 1):
        text = f"cells[{place}]"
        if not isinstance(feature, CategoryFeature):
            text = f"number({text}, {string(feature.unit or '')})"
        cells.append(f"row.c{place} = {text};")
    yield from template("c_main_head.txt")
    yield from (f"    {cell}" for cell in cells)
    for place, feature in enumerate(pipeline.features, 1):
        # Rare labels are not stored, so an unknown label cannot be told from them.
        if isinstance(feature, CategoryFeature) and not feature.rare:
            yield from _told_unknown(feature, place)
    yield from template("c_main_classes.txt" if pipeline.target.classes else "c_main_numbers.txt")


def _told_unknown(feature: CategoryFeature, place: int) -> Iterator[str]:
    """What says that no training row has the label of a cell, whose features are all 0 then."""
    cell = f"cells[{place}]"
    known = "\n        || ".join(_equal(feature, cell, label) for label in feature.labels)
    yield from f"    if (*{cell} && !({known}))".splitlines()
    column = string(clean(feature.column, 100))
    words, values = "", ""
    if feature.zeros is not None:
        words, values = "; answered as %s", f", {string(clean(feature.zeros, 100))}"
    said = f"Column {place}, %s: no training row has the label %s{words}\\n"
    yield f'        fprintf(stderr, "{said}", {column}, {cell}{values});'
