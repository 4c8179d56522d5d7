"""Questions from the pages of the course; each shows everything that its answer needs."""

from collections.abc import Mapping

from tui_ann.experiment.spec import DenseSpec, DropoutSpec, Experiment
from tui_ann.session.course.pages import Check, Page, pages
from tui_ann.session.course.queries import CourseQueries
from tui_ann.session.course.workbook import experiment_of, given, in_line, told
from tui_ann.session.exam.question import Question, table

_ASK: Mapping[str, str] = {
    "trace": "What is {label}?",
    "count": "How many {label}?",
    "g": "What is {label}?",
    "slope": "What is {label}?",
    "proposal": "{thing} does the output layer need for {label}?",
    "answers": "What is {label}?",
}
"""The checks of a page that can be asked; settings cannot be worked out, and a training run not by hand."""
_COUNTED = ("parameters", "updates")
"""What can be counted from what is shown."""
_CONVENTIONS = ("slope relu 0",)
"""What is agreed, not computed."""
_LAST_UPDATE = 2
"""The last update that can be followed by hand."""


def page_checks(concept: str) -> list[tuple[Page, Check]]:
    """The checks that can be asked about a concept.

    Args:
        concept: C3 to C21.
    """
    return [(page, check) for page in pages() if concept in page.concepts for check in page.checks if _is_asked(check)]


def _is_asked(check: Check) -> bool:
    kind, *words = check.what.split()
    if kind not in _ASK or check.what in _CONVENTIONS:
        return False
    if kind == "count":
        return words[0] in _COUNTED
    return kind != "trace" or len(words) == 1 or int(words[1]) <= _LAST_UPDATE


def of_page(concept: str, page: Page, check: Check) -> Question:
    """The question about a number of a page.

    Args:
        concept: What it is about.
        page: The page.
        check: One of its checks, of `page_checks`.
    """
    kind, *words = check.what.split()
    queries = CourseQueries(experiment_of(page))
    label = check.label or _label_above(page, check)
    thing = "How many neurons" if words[-1:] == ["units"] else f"Which {''.join(words[-1:])}"
    asked = _ASK[kind].format(label=label, thing=thing)
    traced = queries.traced(*words) if kind == "trace" else None
    known = _known(page, check, queries)
    if traced is not None and len(traced.trace.examples) > 1:
        known = (*known, "Each column of x and y is an example.")
    value = table(queries.value(check.what))
    return Question(concept, page.title, known, asked, value, page.id, traced).in_one_notation()


def _known(page: Page, check: Check, queries: CourseQueries) -> tuple[str, ...]:
    """What the answer needs, as lines."""
    kind, *words = check.what.split()
    experiment = experiment_of(page)
    match kind:
        case "trace" | "answers":
            values = tuple(f"{one.label} = {in_line(table(one.value))}" for one in given(page) if one.label != "η")
            return (_network(experiment, queries), *page.notes, *values)
        case "count" if words[0] == "updates":
            rows, batch = (told(table(queries.value(f"count {what}")))[0] for what in ("rows", "batch"))
            return (f"{rows} training examples, mini-batches of {batch}",)
        case "count":
            return (_network(experiment, queries),)
        case "g" | "slope":
            return (f"g = {words[0].replace('_', ' ')}" + (f", α = {words[2]}" if len(words) > 2 else ""),)
        case "proposal":
            target = _label_above(page, check) if not check.label else check.label
            if words[-1] == "units":
                return (f"The task: {target}; as few output neurons as it takes",)
            neurons = told(table(queries.value(f"proposal {words[0]} units")))[0]
            return (f"The task: {target}; output neurons: {neurons}",)
    raise ValueError(kind)


def _network(experiment: Experiment, queries: CourseQueries) -> str:
    """The layers, the loss and η of an experiment: 2-3-1, linear, linear; loss half squared error, η = 0.1."""
    inputs = told(table(queries.value("count features")))[0]
    sizes, layers = [inputs], []
    for layer in experiment.network.layers:
        if isinstance(layer, DenseSpec):
            sizes.append(str(layer.units))
            alpha = "" if layer.alpha is None else f" (α = {layer.alpha:g})"
            layers.append(f"{layer.activation.replace('_', ' ')}{alpha}")
        elif isinstance(layer, DropoutSpec):
            layers.append(f"dropout ({layer.mode}, units stay with p = {1 - layer.rate:g})")
        else:
            raise TypeError(layer)
    training = experiment.training
    return f"{'-'.join(sizes)}, {', '.join(layers)}; loss {told(training.loss)[0]}, η = {training.learning_rate:g}"


def _label_above(page: Page, check: Check) -> str:
    """The label of the last labelled line above; a page names it once for several lines."""
    above = page.checks[: page.checks.index(check)]
    return next((each.label for each in reversed(above) if each.label), page.title)
