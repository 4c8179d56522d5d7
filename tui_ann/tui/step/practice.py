"""Predict, then reveal on the Step screen: opens the dialog, and moves run and ledger along with it."""

from collections.abc import Callable

from textual.screen import Screen

from tui_ann.experiment.spec import Experiment
from tui_ann.session.step.reveal import Practice
from tui_ann.session.step.stepper import Place
from tui_ann.tui.dialogs.practice import PracticeDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk
from tui_ann.tui.widgets.ledger import LedgerView

_CLASS = "-practising"


class PracticeMode:
    """Practice mode on the run, while its dialog is open.

    The dialog asks for the part after the completed ones, so that its number is not on the screen.

    Args:
        host: The application.
        screen: The Step screen; it gets a style class during practice.
        selection: The current selection.
        walk: Steps through the run.
        ledger: Its cursor follows the question.
        ended: Called when the dialog is closed.
    """

    def __init__(
        self,
        host: ScreenHost,
        screen: Screen[None],
        selection: Selection,
        walk: Walk,
        ledger: LedgerView,
        ended: Callable[[], None],
    ) -> None:
        self._host, self._screen, self._selection, self._walk = host, screen, selection, walk
        self._ledger, self._when_ended = ledger, ended
        self._dialog: PracticeDialog | None = None

    def begin(self) -> None:
        """Ask for the next number of the update, or of the next update if this one is complete."""
        session = self._host.session
        if self._dialog is not None or session.workspace.run is None:
            return
        self._selection.example = None
        edition = session.workspace.edition

        def verb() -> Place:
            place = session.stepper.place()
            if place.complete:
                place = session.stepper.go_to(place.trace.update + (0 if place.ended else 1))
            self._host.call_later(self._open, place, edition)
            return place

        self._walk.take(verb, "Going to the update")

    def _open(self, place: Place, edition: Experiment | None) -> None:
        if self._dialog is not None or self._host.session.workspace.edition is not edition:
            return
        practice = Practice.begin(place.trace.network, place.trace, place.done)
        self._dialog = PracticeDialog(practice, self._selection.decimals, self._go_to_question, self._scroll)
        self._screen.add_class(_CLASS)
        self._selection.practising = True
        self._host.push_screen(self._dialog, self._closed)
        self._go_to_question(practice.index)

    def _go_to_question(self, done: int | None) -> None:
        """Go to the part before the question; to the next update for `None`."""
        session, place = self._host.session, self._selection.place
        if done is not None:
            self._walk.take(lambda: session.stepper.go_to_part(done))
        elif place is not None:
            self._walk.take(lambda: session.stepper.go_to(place.trace.update + 1), "Going to the next update")

    def _scroll(self, lines: int) -> None:
        self._ledger.scroll_relative(y=lines, animate=False)

    def follow(self, place: Place) -> None:
        """Notify the dialog of the position of the run, and move the ledger cursor to the question.

        Args:
            place: The position of the run.
        """
        if self._dialog is not None:
            self._dialog.follow(place)
            asked, ledger = self._dialog.practice.index, self._ledger
            ledger.cursor = ledger.line_of.get(asked, ledger.cursor)

    def _closed(self, practice: Practice | None) -> None:
        self._dialog = None
        self._screen.remove_class(_CLASS)
        self._selection.practising = False
        self._ledger.go_to_done()
        self._when_ended()
