"""Every call of every tape has an opcode, or is declared as Python's."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, output_combinations, targets
from tui_ann.engine.activations import ACTIVATIONS, FEW
from tui_ann.engine.kernel.opcode import Opcode
from tui_ann.engine.kernel.opcodes import BINARY, IN_PLACE, METHODS, PYTHON_ONLY, UFUNC_METHODS, UNARY
from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.kernel.translator import translated
from tui_ann.engine.layers import LAYERS, BatchNormalization, Dense, Dropout, Layer, LayerNormalization
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.schedule import WIDE
from tui_ann.engine.tape import Call
from tui_ann.engine.threads import LARGE
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings

OTHERS: list[Layer] = [BatchNormalization(), LayerNormalization(), Dropout(0.2), Dropout(0.3, "classic")]
SAMPLE = {type(layer).type for layer in OTHERS} | {"dense"}


def calls_of(layers: list[Layer], loss: str, *, m: int = 3, **settings: Any) -> list[Call]:
    """The calls of an update of a batch of 5, and those that are due now and then."""
    network = Network(m, layers, loss)
    trainer = Trainer(network, inputs(5, m), targets(loss, 5, network.outputs), TrainingSettings(**settings))
    return [*trainer.tape().calls, *trainer.optimizer.flush_calls]


def every_call() -> list[Call]:
    """Every activation, loss, update rule and layer, penalties, a summed gradient, and a wide layer."""
    calls = []
    for activation, units, loss in output_combinations():
        calls += calls_of([Dense(units, activation)], loss)
    for activation in ACTIVATIONS:
        layers: list[Layer] = [Dense(4, activation, l1=0.1, l2=0.1), *OTHERS, Dense(1)]
        calls += calls_of(layers, "huber", gradient_tolerance=1e-9)
    for optimizer in OPTIMIZERS:
        calls += calls_of([Dense(2)], "mean_squared_error", optimizer=optimizer)
    calls += calls_of([Dense(1)], "mean_squared_error", m=LARGE)
    calls += calls_of([Dense(FEW // 5 + 1, "relu"), Dense(1)], "mean_squared_error")  # many numbers at once
    z = np.zeros((2, 2))
    calls += ACTIVATIONS["linear"].g_prime_calls(z, z, z.copy(), z)  # no tape needs the slope of 1
    return calls + calls_of([Dense(2), Dense(1)], "mean_squared_error", m=WIDE)


def test_every_call_has_an_opcode_or_is_pythons() -> None:
    assert set(LAYERS) == SAMPLE, "a new layer belongs into the list above"
    met, by_python = set(), set()
    for call in every_call():
        if isinstance(call[0], PerUpdate):
            by_python.add(type(call[0]).__name__)
        elif (made := translated(call)) is not None:  # raises TypeError at one that is not declared
            met.add(made.opcode)
        else:
            by_python.add(getattr(call[0], "__name__", ""))
    assert met == set(Opcode)
    assert {"Draw", "NextUpdate", "run_on_threads"} <= by_python


def test_a_callable_that_says_nothing_is_an_error() -> None:
    x = np.zeros(3)
    with pytest.raises(TypeError, match="no opcode"):
        translated((np.arctan, (x, x)))
    with pytest.raises(TypeError, match="no opcode"):
        translated((x.sort, ()))
    with pytest.raises(TypeError, match="no array"):
        translated((np.add, (x, np.float64(1.0), x)))


def test_every_opcode_is_declared_once() -> None:
    declared = [*BINARY.values(), *UNARY.values(), *IN_PLACE.values(), *METHODS.values(), *UFUNC_METHODS.values()]
    assert len(declared) == len(set(declared))
    others = {Opcode.GREATER_MASK, Opcode.COPY, Opcode.COPY_WHERE}  # by their arguments
    assert set(declared) | others == set(Opcode)
    assert not PYTHON_ONLY & {*BINARY, *UNARY, *IN_PLACE}
