"""Layers in words: what the Build screen says about a layer, its defaults and its problems."""

from collections.abc import Callable

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.experiment.settings import LAYER_SETTINGS
from tui_ann.experiment.spec import DenseSpec, Experiment, LayerSpec
from tui_ann.text import clean, count
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.setting_text import value_text
from tui_ann.tui.draw.function_plot import has_curve

GIVEN = "not used: start weights given"
"""The initializer of a network whose start weights are in a file."""


def usual(experiment: Experiment, layer: LayerSpec) -> dict[str, str]:
    """The default of each setting that a layer leaves unset: the value in use, in brackets.

    Args:
        experiment: The experiment with the layer.
        layer: The layer.
    """
    network, training = experiment.network, experiment.training
    initializer = GIVEN if network.weights else network.initializer
    values = {"l1": value_text(training.l1), "l2": value_text(training.l2), "initializer": initializer}
    if isinstance(layer, DenseSpec):
        values["alpha"] = value_text(ACTIVATIONS[layer.activation].default_alpha)
    return {name: f"({value})" for name, value in values.items()}


def faulty(plan: Plan, *sections: str) -> list[str]:
    """Names of the settings that prevent training.

    Args:
        plan: The plan of the experiment.
        sections: Prefixes of their keys, such as `training.`.
    """
    places = [problem.where for problem in plan.problems]
    places += [key for problem in plan.problems if problem.fix for key, _ in problem.fix.edits]
    return [place.rpartition(".")[2] for place in places if place.startswith(sections)]


def layer_hint(layer: LayerSpec | None, key_of: Callable[[str], str]) -> str:
    """What the keys do with the current layer.

    Args:
        layer: The layer; `None` for the inputs.
        key_of: The key of an action, as displayed to the user.
    """
    if layer is None:
        return f"Choose the input columns on screen {key_of('app.data')}."
    first = next(iter(LAYER_SETTINGS[layer.type].values())).label
    edit, more, fewer = (key_of(f"build.{name}") for name in ("edit", "more", "fewer"))
    return f"{edit} goes to its settings; {more} and {fewer} change its {first}."


def form_keys(key_of: Callable[[str], str]) -> str:
    """How a setting of the form is changed.

    Args:
        key_of: The key of an action, as displayed to the user.
    """
    edit, more, fewer, reset = (key_of(f"build.{name}") for name in ("edit", "more", "fewer", "reset"))
    return f"{edit} edits · {more} {fewer} step · {reset} proposed"


def kind_word(layer: LayerSpec) -> str:
    """The kind of a layer, as shown in its row."""
    return layer.short


def layer_parts(layer: LayerSpec) -> tuple[tuple[str, str], ...]:
    """What a layer's row shows after its kind."""
    if isinstance(layer, DenseSpec):
        return ((f"{count(layer.units):>6}", "strong"), (f"  {layer.activation}", ""))
    setting = next(iter(LAYER_SETTINGS[layer.type].values()))
    value = setting.get(layer)
    shown = f"{100 * value:g} %" if setting.name == "rate" else f"{value:g}"
    return ((f" {setting.label} ", ""), (shown, "strong"), (f"  {getattr(layer, 'mode', '')}", ""))


def curve_of(layer: LayerSpec | None) -> tuple[str, float | None]:
    """The activation of a layer whose curve can be drawn, and its α; an empty name if there is none.

    Args:
        layer: The layer; `None` for the inputs.
    """
    if isinstance(layer, DenseSpec) and has_curve(layer.activation):
        return layer.activation, layer.alpha
    return "", None


def curve_title(layer: LayerSpec | None) -> str:
    """The formula of the activation of a layer, with its α.

    Args:
        layer: The layer; `None` for the inputs.
    """
    if not isinstance(layer, DenseSpec):
        return ""
    g = ACTIVATIONS[layer.activation]
    alpha = f", α = {value_text(g.alpha(layer.alpha))}" if g.default_alpha is not None else ""
    return f"g(z) = {g.formula}{alpha}"


def inputs_text(plan: Plan) -> str:
    """The names of the first inputs."""
    names = ", ".join(clean(name, 20) for name in plan.input_names[:12])
    return f"inputs: {names}{' …' if len(plan.input_names) > 12 else ''}" if names else "inputs"
