"""One update computed on a single example: one of the training part, or any row."""

from dataclasses import dataclass, replace

import numpy as np

from tui_ann.engine.epoch_cursor import Batch
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.run.run import Run
from tui_ann.session.step.stepper import Place
from tui_ann.session.step.what_if import what_if


@dataclass(frozen=True, eq=False)
class AloneRow:
    """A row of any part or file, or one that was typed."""

    x: Array
    """Its features (m,), scaled."""
    y: Array
    """Its target (k,), scaled."""
    name: str
    """What it is called: `line 299, test part`."""


def alone(run: Run, place: Place, example: int | AloneRow) -> UpdateTrace:
    """An update computed on a single example; only for the owner of the run.

    Args:
        run: The run.
        place: Its position.  A training example repeats the update there.  Any other row takes the parameters that the
            run has now, so that its ŷ is the one that Predict shows.
        example: Row of the training data, counted from 0, or a row.

    Raises:
        SessionError: There is no such example.
    """
    if isinstance(example, AloneRow):
        batch = Batch(np.array([-1]), example.x[:, None], example.y[:, None])
        return replace(what_if(run.trainer, _from_here(run, place), batch=batch), alone=True, row=example.name)
    X, Y = run.dataset.X_train, run.dataset.Y_train
    if not 0 <= example < len(X):
        raise SessionError(
            f"There is no training example {example + 1}.",
            remedy=f"The training part has {len(X)}; choose a number from 1 to {len(X)}.",
            code="no_such_example",
        )
    rows = slice(example, example + 1)
    batch = Batch(np.array([example]), X[rows].T, Y[rows].T)
    return replace(what_if(run.trainer, place.trace, batch=batch), alone=True)


def _from_here(run: Run, place: Place) -> UpdateTrace:
    """The update at a position, from the parameters that the run has there: after an update that is done, its own."""
    taken = place.trace
    if not place.complete:
        return taken
    return replace(
        taken,
        before=run.network.copy_parameters(),
        slots_before=taken.slots_after,
        step=taken.step + (not place.broken),
    )
