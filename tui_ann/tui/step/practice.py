"""Predict, then reveal on the Step screen: its sheet is opened, the run follows it, the ledger shows what is asked."""

from tui_ann.session.step.reveal import Practice
from tui_ann.session.step.stepper import Place
from tui_ann.tui.dialogs.practice import PracticeDialog
from tui_ann.tui.draw.ledger import entries
from tui_ann.tui.services.errands import Stepped
from tui_ann.tui.step.verbs import StepVerbs
from tui_ann.tui.widgets.ledger import Ledger


class StepPractice(StepVerbs):
    """The part of the Step screen that practises.

    What is asked is the part after those that are done, so that its number stands nowhere on the screen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.practice: PracticeDialog | None = None
        """The sheet, while it is open."""

    def action_predict(self) -> None:
        """Ask for the next number of the update in hand; where it is complete of the next one, at the end of this."""
        session = self.session
        if self.practice is not None or session.run is None:
            return
        self.example = None

        def verb() -> Place:
            place = session.place()
            if place.complete:
                place = session.go_to(place.trace.update + (0 if place.ended else 1))
            self.app.call_later(self._begin, place)
            return place

        self.step(verb, "Going to the update")

    def _begin(self, place: Place) -> None:
        run = self.session.run
        if run is None or self.practice is not None:
            return
        practice = Practice.begin(run.network, place.trace, place.done)
        self.practice = PracticeDialog(practice, self.decimals, self._stand, self._scroll_ledger)
        self.add_class("-practising")
        self.app.push_screen(self.practice, self._ended)
        self._stand(practice.index)

    def _stand(self, done: int | None) -> None:
        """Stand before the part that is asked; for None in the next update."""
        session, place = self.session, self.place
        if done is not None:
            self.step(lambda: session.go_to_part(done))
        elif place is not None:
            self.step(lambda: session.go_to(place.trace.update + 1), "Going on to the next update")

    def _scroll_ledger(self, lines: int) -> None:
        self.query_one(Ledger).scroll_relative(y=lines, animate=False)

    def on_stepped(self, event: Stepped) -> None:
        """Let the sheet follow, and put the cursor of the ledger on what is asked."""
        if self.practice is None:
            return
        self.practice.follow(event.place)
        part, trace = self.practice.practice.index, event.place.trace
        lines = [index for index, entry in enumerate(entries(trace.parts)) if entry.part == part]
        if lines:
            self.query_one(Ledger).cursor = lines[0]

    def _ended(self, practice: Practice | None) -> None:
        self.practice = None
        self.remove_class("-practising")
        self.show_place()
