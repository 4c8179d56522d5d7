"""The loss over the run: training, validation and single batches, with a cursor to read values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import var

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.text import count, number
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.curve import draw_losses
from tui_ann.tui.draw.curve_data import TRAIN_MEAN, Losses, Plot, View, read_off
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.picture import Picture


class LossCurve(Picture):
    """The loss curve. `set_data` sets the run so far; `log_axis`, `epochs_axis` and `recent` set the view.

    Left and right move the cursor, and it follows the mouse; when the mouse leaves, it disappears. If it is `pickable`,
    Enter, a click or dragging picks the update under the cursor; `pin` marks an update permanently. If it `scrubs`,
    each move of the cursor by key picks too, and End returns to the present.
    """

    INKS = (
        "", "curve--axis", "curve--grid", "curve--band", "curve--validation", "curve--training", "curve--best",
        "curve--cursor", "curve--legend", "curve--mark",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS[1:])
    DEFAULT_CSS = """
    LossCurve {
        & > .curve--axis { color: $dim-text; }
        & > .curve--grid { color: $foreground 14%; }
        & > .curve--band { color: $data-train 55%; }
        & > .curve--validation { color: $data-validation; }
        & > .curve--training { color: $data-train; }
        & > .curve--best { color: $data-lit; text-style: bold; }
        & > .curve--cursor { color: $data-key; text-style: bold; }
        & > .curve--legend { color: $dim-text; }
        & > .curve--mark { color: $text-warning; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "left", "right", "first", "last", "choose")]

    class Picked(Message):
        """An update was picked on the curve."""

        def __init__(self, curve: LossCurve, update: int) -> None:
            super().__init__()
            self.curve = curve
            self.update = update
            """Number of updates made at that point."""

        @property
        def control(self) -> LossCurve:
            """The curve."""
            return self.curve

        def can_replace(self, message: Message) -> bool:
            """While dragging, only the newest position matters."""
            return isinstance(message, LossCurve.Picked) and message.curve is self.curve

    log_axis: var[bool] = var(True, init=False)
    """Whether the loss axis is logarithmic."""
    epochs_axis: var[bool] = var(True, init=False)
    """Whether the horizontal axis counts epochs; otherwise updates."""
    recent: var[bool] = var(False, init=False)
    """Whether only the recent part of the run is shown."""
    batches: var[bool] = var(True, init=False)
    """Whether single batches are shown."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._losses = Losses(UpdateLosses(np.zeros(0)))
        self._cursor: float | None = None
        self.pickable = False
        """Whether an update can be picked."""
        self.scrubs = False
        """Whether moving the cursor picks at once."""
        self._pin: float | None = None
        self._dragging = False
        self._plot: Plot | None = None

    def set_data(
        self,
        update_losses: UpdateLosses | NDArray[np.float64],
        epoch_ends: NDArray[np.float64],
        training: NDArray[np.float64],
        validation: NDArray[np.float64],
        numbers: NDArray[np.float64] | None = None,
        *,
        best_epoch: int | None = None,
        updates_per_epoch: int = 1,
        marks: Sequence[tuple[int, str]] = (),
        made: int = 0,
    ) -> None:
        """Show a run.

        Args:
            update_losses: Batch loss of each update, in the run's own format or as an array (updates,).
            epoch_ends: Updates done at the end of each epoch, (epochs,).
            training: Loss of each epoch, (epochs,).
            validation: Validation loss of each epoch, nan if there is none, (epochs,).
            numbers: The number of each epoch, (epochs,); by default 1, 2, …
            best_epoch: The best epoch, counted from 1; `None` if there is none.
            updates_per_epoch: Updates of the current epoch.
            marks: Updates at which a setting was changed, with a description.
            made: Updates made, if more than those with a loss or in an epoch.
        """
        updates = update_losses if isinstance(update_losses, UpdateLosses) else UpdateLosses(update_losses)
        epochs = np.zeros(0) if numbers is None else numbers
        self._losses = Losses(
            updates, epoch_ends, training, validation, best_epoch, max(1, updates_per_epoch), marks, epochs, made
        )
        if self._cursor is not None and self._cursor > self._losses.made:
            self._cursor = None
        self.redraw()

    def clear(self) -> None:
        """Show no run."""
        nothing = np.zeros(0)
        self.set_data(nothing, nothing, nothing, nothing)

    def paint(self, width: int, height: int) -> Cells:
        """Draw the curve for the size."""
        few = few_colours(self.app)
        view = View(self.log_axis, self.epochs_axis, self.recent, self._mark, self.batches, few)
        self._plot = draw_losses(self._losses, view, width, height)
        return self._plot.cells

    def describe(self) -> str:
        """Return the values at the cursor, or a summary of the loss so far."""
        losses = self._losses
        if self._mark is not None:
            return read_off(losses, self._mark)
        if not len(losses.updates):
            return ""
        if not len(losses.training):
            made = "1 update" if len(losses.updates) == 1 else f"{count(len(losses.updates))} updates"
            return f"batch loss {number(losses.updates.at(len(losses.updates) - 1)[0])} after {made}"
        begin = losses.training[0] if np.isfinite(losses.training[0]) else losses.updates.at(0)[0]
        end = number(losses.training[-1], 3)
        if not np.isfinite(losses.training[-1]):
            end = f"not finite after update {count(len(losses.updates))}"
        text = f"{TRAIN_MEAN} {number(begin, 3)} → {end}"
        finite = np.flatnonzero(np.isfinite(losses.validation))
        if finite.size:
            first, last = losses.validation[finite[0]], losses.validation[finite[-1]]
            text += f" · val {number(first, 3)} → {number(last, 3)}"
        if losses.best_epoch is not None:
            text += f" · ◆ {count(losses.best_epoch)}"
        return text

    def _draw_again(self) -> None:
        self.redraw()

    watch_log_axis = watch_epochs_axis = watch_recent = watch_batches = _draw_again

    @property
    def cursor(self) -> float | None:
        """The update under the cursor, if any."""
        return self._cursor

    @property
    def _mark(self) -> float | None:
        return self._pin if self._cursor is None else self._cursor

    def pin(self, update: int | None) -> None:
        """Mark an update while there is no cursor; `None` removes the mark."""
        pinned = None if update is None or (update == 0 and not self.scrubs) else float(update)
        if pinned != self._pin:
            self._pin = pinned
            self.redraw()

    def put_cursor(self, update: float | None) -> None:
        """Show the values at an update; `None` removes the cursor."""
        if update is not None:
            update = min(max(0.0 if self.scrubs else 1.0, update), float(max(1, self._losses.made)))
        if update != self._cursor:
            self._cursor = update
            self.redraw()

    def _step(self, columns: int) -> None:
        plot = self._plot
        if plot is None or not self._losses.made:
            return
        per_column = max(1.0, (plot.last - plot.first) / max(1, plot.width))
        here = self._mark if self._mark is not None else plot.last
        self.put_cursor(min(max(here + columns * per_column, plot.first), plot.last))

    def action_move(self, where: str) -> None:
        """Move the cursor along the updates.

        Args:
            where: Second half of a list action's id, such as `left`.
        """
        if where == "last" and self.scrubs:
            self.put_cursor(None)
            self.post_message(self.Picked(self, self._losses.made))
            return
        if where in ("first", "last"):
            end = None if self._plot is None else self._plot.first if where == "first" else self._plot.last
            self.put_cursor(end)
        else:
            self._step({"left": -1, "right": 1}[where])
        if self.scrubs:
            self.action_choose()

    def _point(self, event: events.MouseEvent) -> bool:
        """Move the cursor to the mouse, if it is over the curve."""
        offset, plot = event.get_content_offset(self), self._plot
        if offset is None or plot is None or offset.x < plot.left or not self._losses.made:
            return False
        self.put_cursor(plot.update_at(offset.x))
        return True

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show the values at the mouse position."""
        if self._point(event) and self._dragging:
            self.action_choose()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start dragging."""
        self._dragging = self.pickable and event.button == 1 and self._point(event)
        self.capture_mouse(self._dragging)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Pick the update at which the button is released."""
        self.release_mouse()
        if self._dragging:
            self.action_choose()
        self._dragging = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable picking only if it has an effect."""
        return self.pickable and not self.scrubs if action == "choose" else True

    def action_choose(self) -> None:
        """Pick the update under the cursor."""
        if self._cursor is not None:
            self.post_message(self.Picked(self, round(self._cursor)))

    def on_leave(self) -> None:
        """Show the legend again."""
        self.put_cursor(None)

    on_blur = on_leave
