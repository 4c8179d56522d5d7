"""Turns a traced update into a worked solution: one step for each part of the trace, in the order of the update."""

from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.noise import without_dust
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import UpdateRule
from tui_ann.engine.tape import Phase
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.nodes import Row, WordsNode, column, joined, row
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Section, Solution, Stage, Step
from tui_ann.export.worked.working import in_numbers
from tui_ann.text import count
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import Symbol

_TITLES = {
    Stage.GIVEN: "Given",
    Stage.FORWARD: "Forward",
    Stage.LOSS: "Loss",
    Stage.BACKWARD: "Backward",
    Stage.UPDATE: "Update",
}
_BATCH = (Symbol("x"), Symbol("y"))


def solution(network: Network, trace: UpdateTrace, *, name: str = "") -> Solution:
    """Work out one update in full.

    Args:
        network: The network that was traced.
        trace: The update.
        name: The experiment's name, for the heading.
    """
    reading = Reading(network, trace)
    steps: dict[Phase, list[Step]] = {phase: [] for phase in Phase}
    for part in trace.parts:
        if part.symbol not in _BATCH:
            steps[part.phase].append(step_of(reading, part))
    return Solution(
        network=network,
        trace=trace,
        title=f"Update {count(trace.update)}{_alone(trace)}, worked out",
        facts=_facts(network, trace, name),
        remarks=_remarks(reading),
        sections=(
            Section(Stage.GIVEN, _TITLES[Stage.GIVEN], rows=_given(reading)),
            *(Section(stage, _TITLES[stage], steps=tuple(steps[Phase(stage)])) for stage in list(Stage)[1:4]),
            Section(
                Stage.UPDATE,
                _TITLES[Stage.UPDATE],
                rows=_step_size(reading),
                steps=tuple(steps[Phase.UPDATE]),
                closing=_old_and_new(trace),
            ),
        ),
    )


def _given(reading: Reading) -> tuple[Row, ...]:
    """x, y, the parameters, and the initial state of the update rule."""
    trace = reading.trace
    rows = [row(symbol, "=", column(trace.value(symbol))) for symbol in _BATCH]
    rows += [row(name, "=", column(trace.clean_before(name))) for name in trace.before]
    for slot in trace.rule.slots:
        states = trace.slots_before[slot.name]
        if any(values.any() for values in states.values()):
            rows += [
                row(symbol, "=", column(without_dust(states[name], trace.noises.get(symbol, 0.0))))
                for name in trace.gradients
                for symbol in (Symbol.parse(name).of_rule(slot.letter),)
            ]
        else:
            rows.append(row(Symbol(slot.letter), "=", 0, WordsNode("for every parameter: this is the first step.")))
    return (*rows, joined([row(symbol, "=", value) for symbol, value in constants(trace).items()], ","))


def constants(trace: UpdateTrace) -> dict[Symbol, float]:
    """The scalars in the formulas of the update rule: η, m, ρ, β₁, β₂, ε, t."""
    named = {symbol for tree in _formulas(trace.rule) for symbol in tree.symbols}
    settings = {symbol: value for symbol, value in trace.settings.items() if symbol in named | {Symbol("eta")}}
    settings.pop(Symbol("eta_t"), None)
    if not trace.rule.uses_momentum:
        settings.pop(Symbol("m"), None)
    steps = settings.pop(Symbol("t"), None)
    found = settings | trace.rule.constants
    return found if steps is None else found | {Symbol("t"): steps}


def _formulas(rule: UpdateRule) -> list[Expression]:
    return [rule.new, *(slot.new for slot in rule.slots), *([rule.step_size] if rule.step_size else [])]


def _step_size(reading: Reading) -> tuple[Row, ...]:
    """The step size of a rule that corrects η, the same for all parameters."""
    tree, settings, write = reading.trace.rule.step_size, reading.trace.settings, reading.notation
    if tree is None:
        return ()
    numbers = in_numbers(tree, settings)
    symbol = Symbol("eta_t")
    return (row(symbol, "=", tree.write(write), "=", numbers.write(write), "=", settings[symbol]),)


def _old_and_new(trace: UpdateTrace) -> dict[Symbol, Row]:
    """The old and new value of every trainable parameter."""
    return {
        Symbol.parse(name): row(
            name, ":", column(trace.clean_before(name)), "→", column(trace.part(Symbol.parse(name).after).clean)
        )
        for name in trace.gradients
    }


def _alone(trace: UpdateTrace) -> str:
    """The subject of a heading, if its numbers are not those of the run."""
    return f", {trace.row or f'example {count(int(trace.examples[0]) + 1)}'} alone" if trace.alone else ""


def _facts(network: Network, trace: UpdateTrace, name: str) -> tuple[tuple[str, str], ...]:
    examples = [str(int(row) + 1) for row in trace.examples]
    if len(examples) > 12:
        examples = [*examples[:6], "…", examples[-1]]
    batch = (trace.row or f"example {examples[0]}") if len(trace.examples) == 1 else f"examples {', '.join(examples)}"
    if len(trace.examples) > 1:
        batch += f" ({len(trace.examples)} in all)"
    if trace.alone:
        batch += " alone, whatever else the run has in this batch"
    inputs = f"{network.inputs} input{'s' if network.inputs > 1 else ''}"
    layers = " → ".join([inputs, *(layer.label for layer in network.layers)])
    facts = [
        ("Experiment", name),
        ("Epoch", f"{trace.epoch}, update {trace.update_of_epoch} of {trace.updates_per_epoch}"),
        ("Batch", batch),
        ("Network", f"{layers}, {count(network.n_parameters)} parameters"),
        ("Loss", LOSSES[network.loss].label),
        ("Rule", f"{trace.rule.label}, learning rate η = {shown(trace.learning_rate, 6)}"),
    ]
    return tuple((label, text) for label, text in facts if text)


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
