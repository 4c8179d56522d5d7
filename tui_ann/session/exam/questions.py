"""The questions of an exam: from pages of the course, and from exercises with numbers of their own."""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.experiment.files import load
from tui_ann.session.course.queries import CourseQueries, Value
from tui_ann.session.course.workbook import in_line, told
from tui_ann.session.exam.page_questions import of_page, page_checks
from tui_ann.session.exam.question import Question, table
from tui_ann.session.exam.records import CONCEPTS
from tui_ann.session.exercise.fields import field_names, numbers_in, parameter_shape
from tui_ann.session.exercise.folder import write_exercise
from tui_ann.text.symbols import spelled

QUESTIONS = 10
"""How many questions an exam has."""


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
    on_pages = page_checks(concept)
    if concept in _MAKERS and (not on_pages or chance.random() < 0.5):
        return _MAKERS[concept](concept, chance)
    page = chance.choice(sorted({page.id for page, _ in on_pages}))
    return of_page(concept, *chance.choice([(p, check) for p, check in on_pages if p.id == page]))


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
        queries = CourseQueries(load(path / "experiment.toml"))
        traced = queries.traced(symbol)
        values = {name: table(queries.value(f"given {name}")) for name in ("x", "y", *field_names(sizes)[6:])}
    known = (
        f"{fields['sizes']}, {fields['activations']}; loss {told(fields['loss'])[0]}, η = {fields['eta']}",
        *(f"{spelled(name)} = {in_line(value)}" for name, value in values.items()),
    )
    if len(fields["x"].split(";")) > 1:
        known = (*known, "Each column of x and y is an example.")
    asked, value = f"What is {spelled(symbol)}?", table(traced.part.value)
    return Question(concept, "An exercise", known, asked, value, traced=traced).in_one_notation()


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
    known, asked = (words,), "How many weights and biases?"
    return Question(concept, "A network of dense layers", known, asked, _one(total), because=_counting(sizes))


def _counting(sizes: Sequence[int]) -> str:
    """How weights and biases are counted: each neuron has a weight for each input and a bias."""
    layers = " + ".join(f"{n}·({m} + 1)" for m, n in itertools.pairwise(sizes))
    return f"Neurons · (inputs + 1 bias), layer by layer: {layers} = {numbers_in(sizes)}."


def _updates(concept: str, chance: random.Random) -> Question:
    n, epochs = chance.randint(20, 90), chance.randint(2, 9)
    if concept == "C11":
        batch = chance.choice((8, 10, 16))
        known = (f"{n} training examples, mini-batches of {batch}",)
        if chance.random() < 0.5 and n % batch:
            why = f"{n // batch} batches of {batch} are {n // batch * batch}; {n % batch} of {n} examples are left."
            asked = "How many examples has the last batch?"
            return Question(concept, "Mini-batches", known, asked, _one(n % batch), because=why)
        why = _rounded_up(n, batch)
        return Question(
            concept, "Mini-batches", known, "How many updates has an epoch?", _one(-(-n // batch)), because=why
        )
    kind, each = ("stochastic", n) if concept == "C9" else chance.choice((("batch", 1), ("stochastic", n)))
    known = (f"{n} training examples, {epochs} epochs of {kind} gradient descent",)
    of_one = "an update for each example" if kind == "stochastic" else "one update"
    why = f"{kind} gradient descent makes {of_one} in an epoch: {epochs} · {each} = {epochs * each}.".capitalize()
    asked = "How many updates are made in all?"
    return Question(concept, "Batch and stochastic", known, asked, _one(each * epochs), because=why)


def _rounded_up(n: int, batch: int) -> str:
    return f"{n}/{batch}, rounded up: {-(-n // batch)} updates, as the last batch may be smaller."


def _keras(concept: str, chance: random.Random) -> Question:
    """The numbers of a Keras program: parameters, updates an epoch, updates in all."""
    output = {"C12": "linear", "C13": "sigmoid", "C17": chance.choice(("linear", "sigmoid"))}[concept]
    inputs, hidden, n, epochs = (chance.randint(low, high) for low, high in ((2, 12), (2, 6), (40, 400), (2, 60)))
    sizes = [inputs, hidden, 1] if concept == "C17" else [inputs, 1]
    dense = f"Dense({hidden}, relu), " if concept == "C17" else ""
    batch = chance.choice((1, 10, 16))
    known = (
        f"{dense}Dense(1, {output}) on {inputs} inputs",
        f"{n} training examples, batch_size={batch}, epochs={epochs}",
    )
    each = -(-n // batch)
    total = f"{_rounded_up(n, batch)} Times {epochs} epochs: {each * epochs}."
    asked, answer, why = chance.choice(
        (
            ("How many weights and biases?", numbers_in(sizes), _counting(sizes)),
            ("How many updates has an epoch?", each, _rounded_up(n, batch)),
            ("How many updates are made in all?", each * epochs, total),
        )
    )
    return Question(concept, "A network in Keras", known, asked, _one(answer), because=why)


def _vanishing(concept: str, chance: random.Random) -> Question:
    layers = chance.randint(2, 4)
    known = (f"{layers} layers of one sigmoid neuron each, every w = 1 and every z = 0",)
    asked = "By what factor do their slopes multiply the error signal on its way back?"
    why = f"The slope of sigmoid at z = 0 is 1/4; {layers} layers: (1/4)^{layers} = {0.25**layers:g}."
    return Question(concept, "Vanishing gradients", known, asked, _one(0.25**layers), because=why)


def _penalty(concept: str, chance: random.Random) -> Question:
    w, rate = chance.randint(1, 9) / 10, chance.choice((0.01, 0.1))
    known = (f"w = {w}, penalty l2·Σw² with l2 = {rate} (as in Keras, without ½)",)
    why = f"The derivative of l2·w² is 2·l2·w = 2 · {rate} · {w} = {2 * rate * w:g}."
    return Question(
        concept, "L2 penalty", known, "What does the penalty add to ∂L/∂w?", _one(2 * rate * w), because=why
    )


def _cure(concept: str, chance: random.Random) -> Question:
    if chance.random() < 0.5:
        return _penalty(concept, chance)
    rate = chance.choice((0.1, 0.2, 0.25, 0.5))
    known = (f"Dropout as in Keras: in training a share {rate} of the units is dropped",)
    why = f"So that the sum stays the same on average: 1/(1 − {rate}) = {1 / (1 - rate):g}."
    asked = "By what factor is a unit that stays multiplied?"
    return Question(concept, "Dropout", known, asked, _one(1 / (1 - rate)), because=why)


def _activation(concept: str, chance: random.Random) -> Question:
    name, z = chance.choice(("sigmoid", "tanh", "relu", "elu")), chance.choice((-2, -1, -0.5, 0.5, 1, 2))
    kind = chance.choice(("g", "slope"))
    alpha = 1.0 if name == "elu" else None
    known = (f"g = {name}" + (", α = 1" if alpha else ""),)
    g, point = ACTIVATIONS[name], np.array([float(z)])
    value = g.g(point, alpha) if kind == "g" else g.g_prime(point, alpha)
    asked = f"What is {'g' if kind == 'g' else 'g′'}({z:g})?".replace("-", "−")
    why = f"g(z) = {g.formula}" if kind == "g" else f"g′(z) = {g.formula_prime}, a = g(z)"
    return Question(concept, "Activation functions", known, asked, table(value), because=why)


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
    "C12": _keras,
    "C13": _keras,
    "C15": _network("z1", "a1", "a2"),
    "C16": _network("dW2", "dW1", "W2_new", "b1_new"),
    "C17": _keras,
    "C18": _parameters,
    "C19": _activation,
    "C20": _vanishing,
    "C21": _cure,
}
