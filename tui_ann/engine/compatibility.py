"""Which layers, activations and losses fit each other; each refusal is one sentence with its remedy."""

from collections.abc import Sequence

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.layers import Dense, Fix, Incompatibility, Layer
from tui_ann.engine.losses import LOSSES

__all__ = ["Fix", "Incompatibility", "incompatibilities"]


def incompatibilities(layers: Sequence[Layer], loss: str) -> list[Incompatibility]:
    """All reasons why these layers cannot be trained with this loss, in the order of the layers."""
    found = [problem for place, layer in enumerate(layers, start=1) for problem in layer.problems(place)]
    if loss not in LOSSES:
        found.append(
            Incompatibility(None, "unknown_loss", f"There is no loss “{loss}”.", f"Take one of {', '.join(LOSSES)}.")
        )
    if not layers or not isinstance(layers[-1], Dense):
        message = "The last layer must be a dense layer: its units are the outputs of the network."
        found.append(Incompatibility(len(layers) or None, "no_output_layer", message, "Add a dense layer at the end."))
    elif not found:
        found.extend(_output_problems(len(layers), layers[-1], loss))
    return found


def _output_problems(place: int, output: Dense, loss: str) -> list[Incompatibility]:
    needed = LOSSES[loss].joined_activation
    if needed is None or output.activation == needed:
        return []
    activation = ACTIVATIONS[needed]
    if not activation.elementwise and output.units == 1:
        message = f"{LOSSES[loss].title} compares classes; a network with one output has only one."
        remedy = "Use binary cross-entropy with a sigmoid output, or one output unit for each class."
        return [Incompatibility(place, "cce_one_output", message, remedy, Fix(None, "loss", "binary_crossentropy"))]
    kind = activation.outputs_in_words
    message = f"{LOSSES[loss].title} needs {kind}, but the output layer is {output.activation}."
    other = next((name for name, each in LOSSES.items() if each.joined_activation == output.activation), None)
    if other is not None and activation.elementwise:
        fix = Fix(None, "loss", other)
        name = LOSSES[other].title
        remedy = f"Use {name[0].lower()}{name[1:]} with {output.activation}, or a {needed} output."
    else:
        fix = Fix(place, "activation", needed)
        remedy = f"Make the output {needed}, or use mean squared error."
    return [Incompatibility(place, "loss_activation", message, remedy, fix)]
