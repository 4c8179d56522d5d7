"""The questions of an exam: from pages of the course, and from exercises with numbers of their own."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.experiment.files import load
from tui_ann.session.course.pages import Check, Page, pages
from tui_ann.session.course.queries import CourseQueries, Value
from tui_ann.session.course.workbook import experiment_of, given, told
from tui_ann.session.exam.records import CONCEPTS
from tui_ann.session.exercise.fields import field_names, numbers_in, parameter_shape
from tui_ann.session.exercise.folder import write_exercise
from tui_ann.text.entry import parse_entry
from tui_ann.text.symbols import spelled

QUESTIONS = 10
"""How many questions an exam has."""
TOLERANCE = 5e-3
"""Largest error of a right answer, relative to the largest number: three digits are enough."""
_SHORT = {"mse": "meansquarederror", "bce": "binarycrossentropy", "cce": "categoricalcrossentropy"}
_STATES = "completed, converged or diverged"


@dataclass(frozen=True, eq=False)
class Question:
    """One question."""

    concept: str
    """What it is about: C3 to C21."""
    title: str
    """The page or the kind of exercise."""
    given: tuple[str, ...]
    """What is known, as lines."""
    asked: str
    """The question."""
    expected: Value
    """The answer: numbers (rows, columns), or a word."""
    page: str = ""
    """The page that explains it, if there is one."""

    @property
    def expected_text(self) -> str:
        """The answer as text."""
        return "; ".join(told(self.expected))

    def judge(self, text: str) -> bool:
        """Whether an answer is right.

        Args:
            text: A number, a matrix or a word.

        Raises:
            EntryError: Numbers are expected, and the text has none.
        """
        if isinstance(self.expected, str):
            return _words(text) == _words(self.expected)
        entry = np.array(parse_entry(text, (self.expected.shape[0], self.expected.shape[1])).rows)
        if entry.shape != self.expected.shape and 1 in entry.shape and 1 in self.expected.shape:
            entry = entry.reshape(-1)
            wanted = self.expected.reshape(-1)
        else:
            wanted = self.expected
        if entry.shape != wanted.shape:
            return False
        return bool(np.all(np.abs(entry - wanted) <= TOLERANCE * max(1e-2, float(np.abs(wanted).max()))))


def _words(text: str) -> str:
    """A word without the ways to write it: MSE, mean squared error, mean_squared_error."""
    word = re.sub(r"[^a-z0-9]", "", text.lower())
    return _SHORT.get(word, word)


def draw_questions(seed: int) -> tuple[Question, ...]:
    """The questions of an exam, each about another concept; the same seed draws the same ones.

    Args:
        seed: Any whole number.
    """
    chance = random.Random(f"exam {seed}")
    chosen = sorted(chance.sample(list(CONCEPTS), QUESTIONS), key=lambda concept: int(concept[1:]))
    return tuple(_draw(concept, chance) for concept in chosen)


def _draw(concept: str, chance: random.Random) -> Question:
    """A question about a concept: from its exercise as often as from its pages, if it has both."""
    on_pages = [
        (page, check)
        for page in pages()
        if concept in page.concepts
        for check in page.checks
        if check.what.split()[0] in _ASK and check.what not in ("count batch", "count features")
    ]
    if concept in _MAKERS and (not on_pages or chance.random() < 0.5):
        return _MAKERS[concept](concept, chance)
    page = chance.choice(sorted({page.id for page, _ in on_pages}))
    return _of_page(concept, *chance.choice([(p, check) for p, check in on_pages if p.id == page]))


# Questions from a page.

_ASK: Mapping[str, str] = {
    "trace": "What is {label}?",
    "given": "What is {label}?",
    "count": "How many {label}?",
    "setting": "What is set for {label}?",
    "g": "What is {label}?",
    "slope": "What is {label}?",
    "end": f"How does the run end: {_STATES}?",
    "proposal": "Which {thing} does the output layer need for {label}?",
    "answers": "What is {label}?",
}


def _of_page(concept: str, page: Page, check: Check) -> Question:
    kind, *words = check.what.split()
    value = CourseQueries(experiment_of(page)).value(check.what)
    known = tuple(f"{one.label} = {'; '.join(one.text)}" for one in given(page))
    hints = (page.about,) if kind in ("count", "end") else ()
    notes = page.notes if kind in ("trace", "end", "answers") else ()
    label = check.label or _label_above(page, check)
    thing = "number of neurons" if words[-1:] == ["units"] else "".join(words[-1:])
    asked = _ASK[kind].format(label=label, thing=thing)
    return Question(concept, page.title, (*hints, *notes, *known), asked, _table(value), page.id)


def _label_above(page: Page, check: Check) -> str:
    """The label of the last labelled line above; a page names it once for several lines."""
    above = page.checks[: page.checks.index(check)]
    return next((each.label for each in reversed(above) if each.label), page.title)


def _table(value: Value) -> Value:
    return value if isinstance(value, str) or value.ndim == 2 else np.asarray(value).reshape(-1, 1)


# Questions with numbers of their own; the engine computes the answers.


def _numbers(chance: random.Random, rows: int, columns: int) -> str:
    return "; ".join(
        " ".join(str(chance.choice((-1, 1, 1)) * chance.randint(1, 9) / 10) for _ in range(columns))
        for _ in range(rows)
    )


def _exercise(
    concept: str, chance: random.Random, sizes: Sequence[int], names: Sequence[str], **fixed: str
) -> Question:
    """A question about one of the symbols of an exercise with random numbers."""
    fields = {"sizes": "-".join(map(str, sizes)), "eta": "0.5", "x": _numbers(chance, 1, sizes[0]), **fixed}
    for name in field_names(sizes)[6:]:
        rows, columns = parameter_shape(name, sizes)
        fields[name] = _numbers(chance, rows, columns) if name[0] == "W" else _numbers(chance, 1, rows)
    fields.setdefault("y", "1")
    symbol = chance.choice(list(names))
    with TemporaryDirectory() as folder:
        path = write_exercise(fields, Path(folder) / "exercise")
        value = CourseQueries(load(path / "experiment.toml")).value(f"trace {symbol}")
    order = ["x", "y", *field_names(sizes)[6:]]
    loss = fields["loss"].replace("_", " ")
    known = (
        f"{fields['sizes']}, {fields['activations']}; loss {loss}, η = {fields['eta']}",
        *(f"{spelled(name)} = {fields[name]}" for name in order),
    )
    return Question(concept, "An exercise", known, f"What is {spelled(symbol)}?", _table(value))


def _unit(*names: str, activation: str = "", loss: str = "half_squared_error", **fixed: str) -> "_Maker":
    def make(concept: str, chance: random.Random) -> Question:
        chosen = activation or chance.choice(("linear", "sigmoid", "tanh", "relu"))
        return _exercise(concept, chance, (2, 1), names, activations=chosen, loss=loss, **fixed)

    return make


def _network(*names: str) -> "_Maker":
    def make(concept: str, chance: random.Random) -> Question:
        activations = chance.choice(("linear, linear", "relu, linear", "linear, sigmoid"))
        return _exercise(concept, chance, (2, 2, 1), names, activations=activations, loss="half_squared_error")

    return make


def _logistic(concept: str, chance: random.Random) -> Question:
    return _exercise(
        concept, chance, (2, 1), ("z1", "a1"), activations="sigmoid", loss="binary_crossentropy", y=chance.choice("01")
    )


def _losses(concept: str, chance: random.Random) -> Question:
    fixed = {"x": _numbers(chance, 2, 2)}
    if chance.random() < 0.5:
        fixed |= {"activations": "sigmoid", "loss": "binary_crossentropy", "y": "1; 0"}
    else:
        fixed |= {"activations": "linear", "loss": "mean_squared_error", "y": f"{chance.randint(1, 4)}; 0.5"}
    return _exercise(concept, chance, (2, 1), ("L",), **fixed)


def _parameters(concept: str, chance: random.Random) -> Question:
    sizes = [chance.randint(2, 8) for _ in range(chance.randint(3, 4))]
    words, total = " → ".join(map(str, sizes)), numbers_in(sizes)
    return Question(concept, "A network of dense layers", (words,), "How many weights and biases?", _one(total))


def _updates(concept: str, chance: random.Random) -> Question:
    n, epochs = chance.randint(20, 90), chance.randint(2, 9)
    if concept == "C11":
        batch = chance.choice((8, 10, 16))
        known = (f"{n} training examples, mini-batches of {batch}",)
        if chance.random() < 0.5 and n % batch:
            return Question(concept, "Mini-batches", known, "How many examples has the last batch?", _one(n % batch))
        return Question(concept, "Mini-batches", known, "How many updates has an epoch?", _one(-(-n // batch)))
    kind, each = ("stochastic", n) if concept == "C9" else chance.choice((("batch", 1), ("stochastic", n)))
    known = (f"{n} training examples, {epochs} epochs of {kind} gradient descent",)
    return Question(concept, "Batch and stochastic", known, "How many updates are made in all?", _one(each * epochs))


def _vanishing(concept: str, chance: random.Random) -> Question:
    layers = chance.randint(2, 4)
    known = (f"{layers} layers of one sigmoid neuron each, every w = 1 and every z = 0",)
    asked = "By what factor do their slopes multiply the error signal on its way back?"
    return Question(concept, "Vanishing gradients", known, asked, _one(0.25**layers))


def _penalty(concept: str, chance: random.Random) -> Question:
    w, rate = chance.randint(1, 9) / 10, chance.choice((0.01, 0.1))
    known = (f"w = {w}, penalty l2·Σw² with l2 = {rate} (as in Keras, without ½)",)
    return Question(concept, "L2 penalty", known, "What does the penalty add to ∂L/∂w?", _one(2 * rate * w))


def _activation(concept: str, chance: random.Random) -> Question:
    name, z = chance.choice(("sigmoid", "tanh", "relu", "elu")), chance.choice((-2, -1, -0.5, 0.5, 1, 2))
    kind = chance.choice(("g", "slope"))
    alpha = 1.0 if name == "elu" else None
    known = (f"g = {name}" + (", α = 1" if alpha else ""),)
    g, point = ACTIVATIONS[name], np.array([float(z)])
    value = g.g(point, alpha) if kind == "g" else g.g_prime(point, alpha)
    return Question(
        concept, "Activation functions", known, f"What is {'g' if kind == 'g' else 'g′'}({z})?", _table(value)
    )


def _one(value: float) -> Value:
    return np.array([[float(value)]])


_Maker = Callable[[str, random.Random], Question]
_MAKERS: Mapping[str, _Maker] = {
    "C3": _unit("z1", "a1"),
    "C4": _logistic,
    "C5": _losses,
    "C6": _unit("dW1", "dz1", activation="sigmoid"),
    "C7": _unit("W1_new", "b1_new", activation="linear"),
    "C9": _updates,
    "C10": _updates,
    "C11": _updates,
    "C15": _network("z1", "a1", "a2"),
    "C16": _network("dW2", "dW1", "W2_new", "b1_new"),
    "C18": _parameters,
    "C19": _activation,
    "C20": _vanishing,
    "C21": _penalty,
}
