"""Jumps to any update of the run, and remembers how far the run had been."""

from functools import partial

from tui_ann.session.step.stepper import Place
from tui_ann.text import clean, count, counted, whole_number
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.captions import extent, most_updates
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk


class Jumps:
    """Goes to the first, the last or any update.

    Args:
        host: The application.
        selection: The current selection.
        walk: Steps through the run.
    """

    def __init__(self, host: ScreenHost, selection: Selection, walk: Walk) -> None:
        self._host, self._selection, self._walk = host, selection, walk
        self._stood = (0, 0)
        self.way_back = ""
        """How far the run had been, as a sentence, after a jump back; otherwise empty."""

    def first(self) -> None:
        """Go back to the start of the run."""
        self._walk.take(lambda: self._host.session.stepper.go_to(1), "Going back to the start", towards=-1)

    def last(self) -> None:
        """Go to the end of the run, until another step stops it."""
        host, walk = self._host, self._walk
        walk.take(
            lambda: host.session.stepper.to_the_end(publish=host.runner.publish, cancelled=walk.cancelled),
            "Going to the end of the run; any step stops it",
            towards=1,
        )

    def to(self, update: int) -> None:
        """Go to the end of an update, counted from 1; to the start of the run for 0.

        Args:
            update: Its number.
        """
        host, walk, place = self._host, self._walk, self._selection.place
        if place is not None and not walk.busy and _is_at(place, update):
            where = f"Update {count(update)}" if update else "The start of the run"
            host.tell(f"{where} is shown already.", passing=True)
            return

        def there() -> Place:
            return host.session.stepper.go_to(
                max(1, update), complete=update > 0, publish=host.runner.publish, cancelled=walk.cancelled
            )

        walk.take(there, f"Going to update {count(update)}; any step stops it")

    def ask(self) -> None:
        """Ask for the number of an update, and go there; it begins with where the person most likely wants to go."""
        picked = self._host.picked
        if picked is not None and not picked.update:
            self.to(0)  # the start values have no number that could be typed
            return
        far, most = self._extent()
        help, allowed = extent(far, most)
        # One more than the run has: it may have diverged in that one.
        fault = partial(not_an_update, most=10**12 if most is None else most + (most == far))
        place = self._selection.place
        proposed = place.trace.update if place is not None and place.made >= far else max(1, far)
        if picked is not None:
            proposed = picked.update
        self._host.push_screen(
            EntryDialog("Go to update", str(proposed), help=help, allowed=allowed, fault=fault), self._answered
        )

    def _answered(self, answer: str | None) -> None:
        if answer is not None:
            self.to(int(answer))

    def _extent(self) -> tuple[int, int | None]:
        """How many updates the run has had, and its maximum number of updates if known."""
        place, shot, session = self._selection.place, self._host.snapshot, self._host.session
        if place is None or session.workspace.run is None:
            far = shot.update if shot is not None else 0
            return far, far if shot is not None and shot.stop_reason is not None else None
        far = len(session.stepper.farthest.losses)
        epochs = session.workspace.run.trainer.settings.epochs
        return far, far if session.stepper.farthest.ended else max(far, most_updates(place.trace, epochs))

    def note(self, place: Place) -> None:
        """Remember how far the run had been, after a jump back by more than one step.

        Args:
            place: The position of the run now.
        """
        before, self._stood = self._stood, (place.trace.update, place.done)
        if before == self._stood:
            return
        far, key = len(self._host.session.stepper.farthest.losses), self._host.key_of("step.go_to")
        went_back = place.trace.update < before[0] - 1 and place.made < far
        had = f"the run is {counted(far, 'update')} long; {key} {far} goes back there"
        self.way_back = f"Back at update {count(place.trace.update)}: {had}." if went_back else ""


def _is_at(place: Place, update: int) -> bool:
    """Whether a place is the end of an update; for 0 the start of the run."""
    if not update:
        return place.trace.update == 1 and not place.done
    return place.trace.update == update and place.complete


def not_an_update(text: str, most: int) -> str | None:
    """Return what is wrong with a typed update number, or `None`.

    Args:
        text: The typed text.
        most: The last update.
    """
    return None if is_number(text, most) else f"“{clean(text, 20)}” is not the number of an update"


def is_number(text: str, most: int) -> bool:
    """Whether a text is a whole number from 1 to `most`."""
    number = whole_number(text) if text.isascii() else None
    return number is not None and 1 <= number <= most
