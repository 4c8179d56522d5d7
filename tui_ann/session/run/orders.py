"""What the owner of a run is to do next: train, make single steps, or rest.  Only the owner's thread touches it."""

from enum import Enum

from tui_ann.errors import SessionError


class Go(Enum):
    """What the owner does next."""

    TRAIN = "train"
    """Updates until another order comes."""
    UPDATE = "update"
    """One update, then look again."""
    EPOCH = "epoch"
    """Updates to the end of the epoch, then look again."""
    REST = "rest"
    """Nothing."""


class Orders:
    """The orders that are not carried out yet; at first there are none."""

    def __init__(self) -> None:
        self._training = False
        self._updates = 0
        self._epochs = 0
        self.speed: float | None = None
        """Updates a second at most; `None` is full speed."""

    @property
    def go(self) -> Go:
        """What to do next; single updates come before epochs."""
        if self._training:
            return Go.TRAIN
        if self._updates:
            return Go.UPDATE
        return Go.EPOCH if self._epochs else Go.REST

    def resume(self) -> None:
        """Train without end; single steps that are not made yet are dropped, for they are made anyway."""
        self._training, self._updates, self._epochs = True, 0, 0

    def pause(self) -> None:
        """Rest; single steps that are not made yet are dropped."""
        self._training, self._updates, self._epochs = False, 0, 0

    def one_update(self, count: int = 1) -> None:
        """Stop training, and make `count` updates."""
        self._training = False
        self._updates += count

    def one_epoch(self, count: int = 1) -> None:
        """Stop training, and go on to the end of the epoch, `count` times."""
        self._training = False
        self._epochs += count

    def made(self, go: Go) -> None:
        """Count one single step that was made."""
        if go is Go.UPDATE and self._updates:
            self._updates -= 1
        elif go is Go.EPOCH and self._epochs:
            self._epochs -= 1


def checked_speed(speed: float | None) -> float | None:
    """A speed limit in updates a second, or `None` for full speed.

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
