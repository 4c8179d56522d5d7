"""A traced update as a worked solution: every part of the trace as a step, in the order of the update."""

import re
from collections.abc import Callable

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.inspect.trace import Part, UpdateTrace
from tui_ann.engine.layers import BatchNormalization, Dropout, Layer
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import EPSILON, OPTIMIZERS
from tui_ann.engine.tape import Phase
from tui_ann.export.worked import backward, forward, gradients, loss, update
from tui_ann.export.worked.nodes import Row, Symbol, Words, column, row
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Section, Solution, Stage, Step
from tui_ann.text import count
from tui_ann.text.rounding import shown

_BUILDERS: dict[str, Callable[[Reading, Part, int], Step]] = {
    "z": forward.net_input,
    "a": forward.output,
    "r": forward.mask,
    "d": forward.dropped,
    "mu": forward.batch_mean,
    "var": forward.batch_variance,
    "x_hat": forward.normalised,
    "n": forward.scaled,
    "moving_mean": forward.running,
    "moving_var": forward.running,
    "l": loss.losses,
    "L": loss.overall,
    "R": loss.penalties,
    "da": backward.signal_slope,
    "dd": backward.signal_slope,
    "dn": backward.signal_slope,
    "g_prime": backward.derivative,
    "dz": backward.net_slope,
    "dW": gradients.weights,
    "db": gradients.biases,
    "dalpha": gradients.alphas,
    "dgamma": gradients.scales,
    "dbeta": gradients.scales,
    "dR": gradients.penalty_slope,
}
"""How each kind of quantity is worked out."""
_TITLES = {
    Stage.GIVEN: "Given",
    Stage.FORWARD: "Forward",
    Stage.LOSS: "Loss",
    Stage.BACKWARD: "Backward",
    Stage.UPDATE: "Update",
}


def solution(network: Network, trace: UpdateTrace, *, name: str = "") -> Solution:
    """Work one update out in full.

    Args:
        network: The network that was traced.
        trace: The update.
        name: The experiment's name, for the heading.
    """
    reading = Reading(network, trace)
    steps: dict[Phase, list[Step]] = {phase: [] for phase in Phase}
    for part in trace.parts:
        if part.symbol not in ("x", "y"):
            steps[part.phase] += steps_of(reading, part)
    adam = (update.adam_step(reading),) if trace.rule == "adam" else ()
    return Solution(
        title=f"Update {count(trace.update)}{_alone(trace)}, worked out",
        facts=_facts(network, trace, name),
        remarks=_remarks(reading),
        sections=(
            Section(Stage.GIVEN, _TITLES[Stage.GIVEN], rows=_given(reading)),
            *(Section(stage, _TITLES[stage], steps=tuple(steps[Phase(stage)])) for stage in list(Stage)[1:4]),
            Section(
                Stage.UPDATE,
                _TITLES[Stage.UPDATE],
                rows=adam,
                steps=tuple(steps[Phase.UPDATE]),
                closing=update.beside(reading),
            ),
        ),
    )


def steps_of(reading: Reading, part: Part) -> list[Step]:
    """The steps that work one part of the trace out: one, or more where an update rule keeps a state."""
    if part.symbol.endswith("_new"):
        return update.new_value(reading, part, 0)
    match = re.fullmatch(r"(.*?)(\d*)", part.symbol)
    assert match is not None
    kind, number = match.groups()
    return [_BUILDERS[kind](reading, part, int(number or 0))]


def _given(reading: Reading) -> tuple[Row, ...]:
    """x, y, the parameters, and what the update rule brings along."""
    trace = reading.trace
    rows = [_told("x", reading), _told("y", reading)]
    rows += [_told(name, reading) for name in trace.before]
    for slot, letter in update.STATE.get(trace.rule, {}).items():
        slots = trace.slots_before[slot]
        if any(values.any() for values in slots.values()):
            rows += [row(Symbol(f"{letter}_{name}"), "=", column(slots[name])) for name in trace.gradients]
        else:
            rows.append(row(Symbol(letter), "=", 0, Words("for every parameter: this is the first step.")))
    constants = row(Symbol("eta"), "=", trace.learning_rate)
    if trace.rule in ("momentum", "nesterov"):
        constants = row(constants, ",", Symbol("m"), "=", trace.momentum)
    elif trace.rule == "rmsprop":
        constants = row(constants, ",", Symbol("rho"), "=", 0.9, ",", Symbol("epsilon"), "=", EPSILON)
    elif trace.rule == "adagrad":
        constants = row(constants, ",", Symbol("epsilon"), "=", EPSILON)
    elif trace.rule == "adam":
        constants = row(
            *(constants, ",", Symbol("beta_1"), "=", 0.9, ",", Symbol("beta_2"), "=", 0.999, ","),
            *(Symbol("epsilon"), "=", EPSILON, ",", Symbol("t"), "=", trace.step),
        )
    return (*rows, constants)


def _told(name: str, reading: Reading) -> Row:
    return row(Symbol(name), "=", reading.value(name))


def _alone(trace: UpdateTrace) -> str:
    """Whose numbers a heading speaks of, where they are not the run's."""
    return f", example {count(int(trace.examples[0]) + 1)} alone" if trace.alone else ""


def _facts(network: Network, trace: UpdateTrace, name: str) -> tuple[tuple[str, str], ...]:
    rule = OPTIMIZERS[trace.rule]
    examples = [str(int(row) + 1) for row in trace.examples]
    if len(examples) > 12:
        examples = [*examples[:6], "…", examples[-1]]
    batch = f"example {examples[0]}" if len(trace.examples) == 1 else f"examples {', '.join(examples)}"
    if len(trace.examples) > 1:
        batch += f" ({len(trace.examples)} in all)"
    if trace.alone:
        batch += " alone, whatever else the run has in this batch"
    layers = " → ".join(
        [f"{network.inputs} input{'s' if network.inputs > 1 else ''}", *map(layer_text, network.layers)]
    )
    facts = [
        ("Experiment", name),
        ("Epoch", f"{trace.epoch}, update {trace.update_of_epoch} of {trace.updates_per_epoch}"),
        ("Batch", batch),
        ("Network", f"{layers}, {count(network.n_parameters)} parameters"),
        ("Loss", LOSSES[network.loss].label),
        ("Rule", f"{rule.label}, learning rate η = {shown(trace.learning_rate, 6)}"),
    ]
    return tuple((label, text) for label, text in facts if text)


def layer_text(layer: Layer) -> str:
    """A layer in a few words."""
    if isinstance(layer, Dropout):
        return f"dropout {layer.rate:g}"
    if isinstance(layer, BatchNormalization):
        return f"batch normalisation (ε = {layer.epsilon:g})"
    alpha = ACTIVATIONS[layer.activation].default_alpha if layer.alpha is None else layer.alpha
    options = [f"α = {alpha:g}"] if alpha is not None and layer.activation in ("leaky_relu", "elu") else []
    options += [f"{name} = {value:g}" for name, value in (("l1", layer.l1), ("l2", layer.l2)) if value]
    name = f"{layer.units} {layer.activation.replace('_', ' ')}"
    return f"{name} ({', '.join(options)})" if options else name


def _remarks(reading: Reading) -> tuple[str, ...]:
    remarks: list[str] = []
    if reading.n > 1:
        remarks.append(
            "Examples stand as columns, in the order of the batch; ⁽³⁾ is example 3 of the training part. Quantities "
            "that belong to every example alike are used for each column."
        )
    remarks.append("⊙, fractions, roots and powers of vectors and matrices are taken entry by entry.")
    if str(reading.network.dtype) == "float32":
        remarks.append("The run calculates with float32, so the last digits may differ from a calculation by hand.")
    return tuple(remarks)
