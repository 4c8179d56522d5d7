"""Layers in words: what the Build screen says of a layer, of what it leaves open and of what does not fit."""

from collections.abc import Callable

from tui_ann.experiment.settings import LAYER_SETTINGS
from tui_ann.experiment.spec import DenseSpec, Experiment, LayerSpec
from tui_ann.text import clean, count
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.setting_text import value_text


def usual(experiment: Experiment) -> dict[str, str]:
    """What holds for a layer that leaves a setting open, by its name: the network's own value, in brackets.

    Args:
        experiment: The experiment that the layer belongs to.
    """
    network, training = experiment.network, experiment.training
    values = {"l1": value_text(training.l1), "l2": value_text(training.l2), "initializer": network.initializer}
    return {name: f"({value})" for name, value in values.items()}


def faulty(plan: Plan, *sections: str) -> list[str]:
    """Names of the settings that stand in the way.

    Args:
        plan: The experiment worked out.
        sections: What their keys begin with, such as `training.`.
    """
    places = [problem.where for problem in plan.problems]
    places += [key for problem in plan.problems if problem.fix for key, _ in problem.fix.edits]
    return [place.rpartition(".")[2] for place in places if place.startswith(sections)]


def layer_hint(layer: LayerSpec | None, key_of: Callable[[str], str]) -> str:
    """What the keys do to the layer under the cursor.

    Args:
        layer: The layer; `None` for the inputs.
        key_of: The key of an action as a person reads it.
    """
    if layer is None:
        return f"Which columns are inputs is chosen on screen {key_of('app.data')}."
    first = next(iter(LAYER_SETTINGS[layer.type].values())).label
    edit, more, fewer = (key_of(f"build.{name}") for name in ("edit", "more", "fewer"))
    return f"{edit} leads to its settings; {more} and {fewer} change its {first}."


def kind_word(layer: LayerSpec) -> str:
    """What a row calls the kind of a layer."""
    return layer.short


def layer_parts(layer: LayerSpec) -> tuple[tuple[str, str], ...]:
    """What a row says of a layer after its kind."""
    if isinstance(layer, DenseSpec):
        return ((f"{count(layer.units):>6}", "strong"), (f"  {layer.activation}", ""))
    setting = next(iter(LAYER_SETTINGS[layer.type].values()))
    value = setting.get(layer)
    shown = f"{100 * value:g} %" if setting.name == "rate" else f"{value:g}"
    return ((f"{shown:>6}", "strong"), (f"  {getattr(layer, 'mode', '')}", ""))


def inputs_text(plan: Plan) -> str:
    """The inputs by their names, as many as help."""
    names = ", ".join(clean(name, 20) for name in plan.input_names[:12])
    return f"inputs: {names}{' …' if len(plan.input_names) > 12 else ''}" if names else "inputs"
