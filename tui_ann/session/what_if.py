"""What if: the update in hand once more with something else, on a network of its own; the run is not touched."""

from dataclasses import replace

from tui_ann.engine.descent import Descent
from tui_ann.engine.epoch_walk import Batch
from tui_ann.engine.layers import Dense, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trace import UpdateTrace, trace
from tui_ann.engine.trainer import Trainer


def what_if(
    trainer: Trainer,
    taken: UpdateTrace,
    *,
    learning_rate: float | None = None,
    loss: str | None = None,
    activations: dict[int, str] | None = None,
    optimizer: str | None = None,
    batch: Batch | None = None,
) -> UpdateTrace:
    """The same update from the same parameters with another η, loss, activation, update rule or batch.

    Args:
        trainer: The run's trainer; only its settings are read.
        taken: The update in hand.
        learning_rate: Another η.
        loss: Another loss.
        activations: Another activation by the place of its layer, the first is 1.
        optimizer: Another update rule, begun afresh; the same rule goes on with its state.
        batch: Other examples.

    Raises:
        EngineError: The combination makes no sense.
    """
    network, settings = trainer.network, trainer.descent
    layers = [_changed(layer, (activations or {}).get(place)) for place, layer in enumerate(network.layers, start=1)]
    twin = Network(network.inputs, layers, loss or network.loss, seed=network.seed, dtype=str(network.dtype))
    for name, view in twin.parameters.items():
        if name in taken.before:
            view[:] = taken.before[name]
    descent = Descent(
        variant="batch",
        optimizer=optimizer or settings.optimizer,
        learning_rate=learning_rate or taken.learning_rate,
        momentum=settings.momentum,
        epochs=1,
    )
    batch = batch or Batch(taken.examples, taken.value("x"), taken.value("y"))
    alone = Trainer(twin, batch.X.T, batch.Y.T, descent)
    if descent.optimizer == settings.optimizer and twin.theta.shape == network.theta.shape:
        for name, slots in taken.slots_before.items():
            for parameter, view in twin.views(alone.optimizer.slots[name]).items():
                view[:] = slots[parameter]
        alone.optimizer.steps[()] = taken.step - 1
    twin.seek_masks(taken.update - 1)
    again = trace(alone)
    return replace(again, update=taken.update, epoch=taken.epoch, examples=batch.examples)


def _changed(layer: Layer, activation: str | None) -> Layer:
    return replace(layer, activation=activation) if isinstance(layer, Dense) and activation else layer
