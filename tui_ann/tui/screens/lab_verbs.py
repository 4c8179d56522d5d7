"""The actions for labs on Compare: choose one, edit its proposal, start and stop it."""

from collections.abc import Callable

from tui_ann.errors import TuiAnnError
from tui_ann.session.labs.lab import Lab
from tui_ann.session.labs.proposal import LabPlan
from tui_ann.session.labs.table import LABS
from tui_ann.session.labs.vary import vary_lab
from tui_ann.session.labs.words import lab_words
from tui_ann.tui.content.compare_text import named
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.lab import LabDialog
from tui_ann.tui.screens.compare_panes import ComparePanes
from tui_ann.tui.services.laboratory import Laboratory
from tui_ann.tui.services.screen_host import ScreenHost


class LabVerbs:
    """The actions.

    Args:
        host: Returns the application.
        laboratory: Makes the labs.
        changed: Called when a lab starts or stops.
    """

    def __init__(self, host: Callable[[], ScreenHost], laboratory: Laboratory, changed: Callable[[], object]) -> None:
        self._host, self._laboratory, self._changed = host, laboratory, changed

    def choose(self) -> None:
        """Ask which lab is made."""
        host = self._host()
        if self._laboratory.running:
            host.tell(f"A lab is being made; {host.key_of('compare.stop')} stops it.", passing=True)
            return
        if not host.open_name:
            host.tell("Open an experiment first: a lab varies it.", passing=True)
            return
        choices = [Choice(lab, lab_words()[name].title, lab_words()[name].shows) for name, lab in LABS.items()]
        host.push_screen(ChooseDialog("Labs: experiments of the lecture", choices), self._chosen)

    async def _chosen(self, choice: Choice | None) -> None:
        if choice is not None:
            await self._propose(choice.value)

    async def vary(self, key: str) -> None:
        """Ask for values of a setting of the open experiment.

        Args:
            key: Its dotted key.
        """
        await self._propose(vary_lab(key))

    async def _propose(self, lab: Lab) -> None:
        host = self._host()
        try:
            proposal = await self._laboratory.propose(lab)
        except TuiAnnError as error:
            host.report(error)
            return
        host.push_screen(LabDialog(proposal), self._start)

    async def _start(self, plan: LabPlan | None) -> None:
        if plan is not None:
            await self._host().runner.stop()
            self._laboratory.start(plan)
            self._changed()

    def show(self, body: ComparePanes) -> None:
        """Show what the last lab said, and go to its best run once.

        Args:
            body: The panes.
        """
        lab, host = self._laboratory, self._host()
        groups = body.board.groups if body.board is not None else ()
        words = named([group.first.run for group in groups], lab.words)
        lines = [line for line in (words, *lab.said) if line]
        body.show_result(f"{lab.title} · {host.key_of('compare.stop')} puts this away", [] if lab.running else lines)
        if lab.best is not None and not lab.running:
            best, lab.best = lab.best, None
            body.call_after_refresh(body.go_to_folder, best)  # the panes have their new heights then

    def stop(self) -> None:
        """Stop the lab, or put away what the last one said."""
        self._laboratory.stop()
        self._changed()
