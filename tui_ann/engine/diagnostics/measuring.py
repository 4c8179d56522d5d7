"""Measures a network for the rules: at its start, and as it is now."""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from tui_ann.engine.arrays import Array, norm
from tui_ann.engine.diagnostics.evidence import NowFacts, StartFacts
from tui_ann.engine.diagnostics.layer_facts import MOST_ROWS, layer_facts, spread_rows
from tui_ann.engine.inspect.curvature import largest_curvature
from tui_ann.engine.metrics import class_codes
from tui_ann.engine.network import Network

MOST_PARAMETERS = 1 << 20
"""Layers of larger networks are not looked at: a look would take seconds."""
MOST_WORK = 1 << 21
"""Parameters times rows of a batch whose curvature is measured; about a second in all."""
BATCHES = 3
"""Batches of the set size whose curvature is measured: a step that suits all rows may be too long for one batch."""
STEPS = 15
"""Steps of the power iteration: enough for two digits, which is all that an advice needs."""


def start_facts(network: Network, X: Array, Y: Array, batch_size: int) -> StartFacts:
    """Measure a network at its start.

    Args:
        network: A copy at its start that nobody else uses.
        X: Training features (n, m).
        Y: Training targets (n, k).
        batch_size: Examples of an update.
    """
    rows = spread_rows(len(X), network.inputs)
    few_X, few_Y = X[rows], Y[rows]
    loss, _ = network.loss_of(few_X, few_Y)
    layers = layer_facts(network, few_X, few_Y)
    return StartFacts(layers, loss, _curvature(network, X, Y, batch_size), network.n_parameters)


def now_facts(
    network: Network,
    X: Array,
    Y: Array,
    X_validation: Array,
    Y_validation: Array,
    X_test: Array,
    Y_test: Array,
    *,
    classes: int,
    change: float,
) -> NowFacts:
    """Measure a network as it is now.

    Args:
        network: A copy that nobody else uses.
        X: Training features (n, m).
        Y: Training targets (n, k).
        X_validation: Validation features; may have no rows.
        Y_validation: Their targets.
        X_test: Test features; may have no rows.
        Y_test: Their targets.
        classes: Number of classes; 0 for regression.
        change: The largest ‖ΔW‖/‖W‖ of the last update; NaN if not known.
    """
    largest = float(np.abs(network.theta).max(initial=0.0))
    rows = spread_rows(len(X), network.inputs)
    few_X, few_Y = X[rows], Y[rows]
    with np.errstate(all="ignore"):
        logits = network.logits(few_X)
        loss = network.mean_loss(few_Y, logits)
        accuracy = majority = others_found = math.nan
        unseen = [_answers(network, *part) for part in ((X_validation, Y_validation), (X_test, Y_test))]
        loss_validation, loss_test = (math.nan if part is None else network.mean_loss(*part) for part in unseen)
        if classes:
            codes = class_codes(few_Y)
            accuracy = float((class_codes(network.y_hat(logits)) == codes).mean())
            shares = np.bincount(codes) / len(codes)
            majority = float(shares.max())
            others_found = _others_found(network, int(shares.argmax()), unseen, (few_Y, logits))
    layers = layer_facts(network, few_X, few_Y) if math.isfinite(largest) else ()
    return NowFacts(layers, loss, loss_validation, loss_test, accuracy, majority, change, largest, others_found)


_Answers = tuple[Array, Array]
"""Targets (n, k) and logits (n, k) of some rows."""


def _answers(network: Network, X: Array, Y: Array) -> _Answers | None:
    """Some of the rows with what the network says of them in inference mode; `None` without rows."""
    if not len(X):
        return None
    few = spread_rows(len(X), network.inputs)
    return Y[few], network.logits(X[few])


def _others_found(network: Network, commonest: int, unseen: Iterable[_Answers | None], trained: _Answers) -> float:
    """The share of the rows of all classes but one whose class is predicted: of unseen rows if there are any such.

    Accuracy hides them where they are few; a network that has learned its rows by heart finds them only there.
    """
    for parts in ([part for part in unseen if part is not None], [trained]):
        found = rows = 0
        for Y, logits in parts:
            codes = class_codes(Y)
            rare = codes != commonest
            found += int(np.count_nonzero(class_codes(network.y_hat(logits[rare])) == codes[rare]))
            rows += int(np.count_nonzero(rare))
        if rows:
            return found / rows
    return math.nan


def relative_change(before: Mapping[str, Array], change: Mapping[str, Array]) -> float:
    """The largest ‖ΔW‖/‖W‖ of an update over the weight matrices; NaN if there is none.

    Args:
        before: Parameters by name.
        change: What the update added to each.
    """
    shares = [norm(change[name]) / size for name in change if name.startswith("W") and (size := norm(before[name])) > 0]
    return max(shares, default=math.nan)


def _curvature(network: Network, X: Array, Y: Array, batch_size: int) -> float:
    """The largest λmax of a few batches of the set size, or of as many rows of them as can be afforded.

    NaN if these are fewer than 8 rows of a larger batch, because they would say little about it.
    """
    afforded = min(MOST_ROWS, MOST_WORK // network.n_parameters)
    size = min(batch_size, afforded, len(X))
    if size < min(batch_size, len(X), 8):
        return math.nan
    if size >= min(len(X), afforded):
        return largest_curvature(network, X, Y, steps=STEPS, most=size)
    order = np.random.default_rng(0).permutation(len(X))
    found = []
    for batch in range(min(BATCHES, len(X) // size)):
        rows = order[batch * size : (batch + 1) * size]
        found.append(largest_curvature(network, X[rows], Y[rows], steps=STEPS))
    return max(found, key=lambda value: (math.isnan(value), value))
