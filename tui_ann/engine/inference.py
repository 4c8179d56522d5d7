"""Inference: logits, outputs ŷ and the signals of every unit.

*Logits* are the values that the loss is computed from: z of the output layer if the loss is joined with its activation
(cross-entropy with sigmoid or softmax, as Keras' `from_logits=True`), else ŷ itself.
"""

from collections.abc import Collection
from functools import partial

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.architecture import Architecture
from tui_ann.engine.examples import features, input_rows, target_rows
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.schedule import ChunkSchedule, pieces, spans
from tui_ann.engine.tape import Array, Operation, Phase, run_calls
from tui_ann.engine.tape_cache import TapeCache
from tui_ann.engine.threads import run_on_threads


class Inference:
    """Runs a network on examples without training it.

    Args:
        architecture: Its layers and loss.
        tapes: Its tapes.
        schedule: How large inputs are divided.
    """

    def __init__(self, architecture: Architecture, tapes: TapeCache, schedule: ChunkSchedule) -> None:
        self._architecture, self._tapes, self._schedule = architecture, tapes, schedule

    def logits(self, X: Array) -> Array:
        """Logits (n, k) for X (n, m), computed in chunks that fit the cache.

        Raises:
            EngineError: If the number of features of X differs from that of the network.
        """
        X = features(self._architecture, X)
        logits = np.empty((len(X), self._architecture.outputs), self._architecture.dtype)
        chunk = min(self._schedule.chunk, max(1, len(X)))
        if self._architecture.separate_bias:
            self._infer_in_place(X, logits, chunk)
        else:
            threads = max(1, min(self._schedule.threads, pieces(len(X), chunk)))
            run_on_threads(*(partial(self._infer, X, logits, chunk, thread, threads) for thread in range(threads)))
        return logits

    def _infer(self, X: Array, logits: Array, chunk: int, thread: int, threads: int) -> None:
        """The chunks of one thread, copied into and out of fixed buffers."""
        rows = input_rows(self._architecture, np.zeros((chunk, self._architecture.inputs), self._architecture.dtype))
        result = np.empty((chunk, self._architecture.outputs), self._architecture.dtype)
        calls = self._tapes.inference(chunk, thread).bound_calls(rows, None, result)
        for part in spans(len(X), chunk).slices()[thread::threads]:
            size = part.stop - part.start
            with np.errstate(over="ignore"):
                rows[:size, :-1] = X[part]
            run_calls(calls)
            logits[part] = result[:size]

    def _infer_in_place(self, X: Array, logits: Array, chunk: int) -> None:
        """All chunks, without copying the examples; very wide layers use the threads themselves."""
        for part in spans(len(X), chunk).slices():
            rows = input_rows(self._architecture, X[part])
            run_calls(self._tapes.inference(len(rows)).bound_calls(rows, None, logits[part]))

    def y_hat(self, logits: Array) -> Array:
        """Outputs ŷ (n, k) from logits (n, k)."""
        joined = LOSSES[self._architecture.loss].joined_activation
        y_hat: Array = logits if joined is None else ACTIVATIONS[joined].g(logits.T).T
        return y_hat

    def operations(self) -> tuple[Operation, ...]:
        """The forward pass of one example as operations, in order; the last one computes ŷ."""
        return tuple(step for step in self._tapes.inference(1).tape.operations if step.phase is Phase.FORWARD)

    def signals(self, X: Array, wanted: Collection[str] = ()) -> dict[str, Array]:
        """Signals of examples X (n, m) by symbol, z1, a1, z2 …, (n, units) each.

        Args:
            X: The examples.
            wanted: The symbols; all of them by default.

        Raises:
            EngineError: If the number of features of X differs from that of the network.
        """
        architecture = self._architecture
        X = features(architecture, X)
        chunk = min(self._schedule.chunk, max(1, len(X)))
        rows = input_rows(architecture, np.zeros((chunk, architecture.inputs), architecture.dtype))
        targets = target_rows(architecture, np.zeros((chunk, architecture.outputs)), chunk)
        logits = np.empty((chunk, architecture.outputs), architecture.dtype)
        tape = self._tapes.inference(chunk).bound(rows, targets, logits)
        steps = {str(step.symbol): step.result for step in tape.operations if step.phase is Phase.FORWARD}
        steps = {symbol: result for symbol, result in steps.items() if not wanted or symbol in wanted}
        found = {symbol: np.empty((len(X), len(result)), architecture.dtype) for symbol, result in steps.items()}
        for part in spans(len(X), chunk).slices():
            size = part.stop - part.start
            with np.errstate(over="ignore"):
                rows[:size, : architecture.inputs] = X[part]
            run_calls(tape.calls)
            for symbol, result in steps.items():
                found[symbol][part] = result[:, :size].T
        return found
