"""What the owner of a run does next: train, make single steps, or pause.  Only the owner's thread touches it."""

from enum import Enum

from tui_ann.errors import SessionError


class Go(Enum):
    """What the owner does next."""

    TRAIN = "train"
    """Train until another order arrives."""
    UPDATE = "update"
    """One update, then check again."""
    EPOCH = "epoch"
    """Train to the end of the epoch, then check again."""
    REST = "rest"
    """Nothing."""


class Orders:
    """The pending orders; at first there are none."""

    def __init__(self) -> None:
        self._training = False
        self._updates = 0
        self._epochs = 0
        self.speed: float | None = None
        """Maximum updates per second; `None` is full speed."""

    @property
    def go(self) -> Go:
        """What to do next; single updates come before whole epochs."""
        if self._training:
            return Go.TRAIN
        if self._updates:
            return Go.UPDATE
        return Go.EPOCH if self._epochs else Go.REST

    def resume(self) -> None:
        """Train continuously; pending single steps are dropped, because training makes them anyway."""
        self._training, self._updates, self._epochs = True, 0, 0

    def pause(self) -> None:
        """Pause; pending single steps are dropped."""
        self._training, self._updates, self._epochs = False, 0, 0

    def one_update(self, count: int = 1) -> None:
        """Stop training, and make `count` updates."""
        self._training = False
        self._updates += count

    def one_epoch(self, count: int = 1) -> None:
        """Stop training, and continue to the end of the epoch, `count` times."""
        self._training = False
        self._epochs += count

    def made(self, go: Go) -> None:
        """Count one completed single step."""
        if go is Go.UPDATE and self._updates:
            self._updates -= 1
        elif go is Go.EPOCH and self._epochs:
            self._epochs -= 1


def checked_speed(speed: float | None) -> float | None:
    """A speed limit in updates per second, or `None` for full speed.

    Raises:
        SessionError: The limit is not above 0.
    """
    if speed is not None and not speed > 0:
        raise SessionError(
            f"A speed of {speed:g} updates a second is not possible.",
            remedy="Give a number above 0, or none to run at full speed.",
            code="bad_speed",
        )
    return speed
