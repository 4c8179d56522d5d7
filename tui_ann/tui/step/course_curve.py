"""The loss on the Step screen: all losses ever computed if an update is shown, otherwise those so far."""

import numpy as np

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.step.stepper import Place
from tui_ann.tui.widgets.loss_curve import LossCurve


class CourseCurve:
    """Updates the data of a loss curve if they have changed."""

    def __init__(self) -> None:
        self._shown: tuple[UpdateLosses, int] | None = None

    def show(
        self,
        curve: LossCurve,
        snapshot: Snapshot | None,
        place: Place | None,
        farthest: FarthestHistory | None,
        *,
        so_far: bool = False,
    ) -> None:
        """Show the losses.

        Args:
            curve: The loss curve.
            snapshot: The progress of the run.
            place: The position of the run; `None` if no update is shown.
            farthest: All losses of the run, also beyond the current position; `None` if no update is shown.
            so_far: Whether to leave out the losses after the position, as they are being asked for.
        """
        if place is None or farthest is None:
            self._shown = None
            self._follow(curve, snapshot)
            return
        curve.pin(place.made)
        losses, epochs = farthest.losses, farthest.epochs
        most = place.made if so_far else len(losses)
        if self._shown is not None and self._shown[0] is losses and self._shown[1] == most:
            return
        self._shown = losses, most
        ended = int(np.searchsorted(epochs.ends, most, side="right"))
        curve.set_data(
            losses.up_to(most) if so_far else losses,
            *epochs.curves(epochs[ended - 1].epoch if so_far and ended else 0 if so_far else None),
            updates_per_epoch=place.trace.updates_per_epoch,
        )

    def _follow(self, curve: LossCurve, snapshot: Snapshot | None) -> None:
        curve.pin(None)
        if snapshot is None:
            curve.clear()
            return
        curve.set_data(
            snapshot.history.losses.up_to(snapshot.update),
            *snapshot.history.epochs.curves(snapshot.epoch),
            updates_per_epoch=snapshot.updates_per_epoch,
            made=snapshot.update,
        )
