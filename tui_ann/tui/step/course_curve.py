"""The loss on the Step screen: all losses ever computed if an update is shown, otherwise those so far."""

from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.step.stepper import Place
from tui_ann.tui.widgets.loss_curve import LossCurve


class CourseCurve:
    """Updates the data of a loss curve if they have changed."""

    def __init__(self) -> None:
        self._shown: UpdateLosses | None = None

    def show(
        self, curve: LossCurve, snapshot: Snapshot | None, place: Place | None, farthest: FarthestHistory | None
    ) -> None:
        """Show the losses.

        Args:
            curve: The loss curve.
            snapshot: The progress of the run.
            place: The position of the run; `None` if no update is shown.
            farthest: All losses of the run, also beyond the current position; `None` if no update is shown.
        """
        if place is None or farthest is None:
            self._shown = None
            self._follow(curve, snapshot)
            return
        curve.pin(place.made)
        losses, epochs = farthest.losses, farthest.epochs
        if losses is self._shown:
            return
        self._shown = losses
        curve.set_data(
            losses,
            *epochs.curves(len(epochs)),
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
        )
