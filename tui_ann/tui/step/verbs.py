"""The keys of the Step screen: steps forwards and back, whose numbers are shown, and the solution as a file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tui_ann.data.phrases import counted
from tui_ann.engine.trace import UpdateTrace
from tui_ann.experiment.atomic import write_text
from tui_ann.export.worked import FORMATS, worked_solution
from tui_ann.session.step.stepper import Grain, Place
from tui_ann.text import clean, count
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.services.errands import Errands, Stepped
from tui_ann.tui.step.captions import example_name, extent, most_updates

MOST_DECIMALS = 15
"""More digits than that are noise of the last bits."""
PATIENCE = 0.25
"""Seconds after which it is said what takes so long."""
_SUFFIXES = {"text": "txt", "markdown": "md", "latex": "tex", "json": "json", "python": "py"}
_NOTES = {
    "text": "for a terminal or a printer",
    "markdown": "with math blocks",
    "latex": "for a plain article",
    "json": "every number, exact",
    "python": "a NumPy script of this update that prints the same numbers",
}
_BATCH, _OTHER = -1, -2


class StepVerbs(AnnScreen):
    """The part of the Step screen that has things done at the run."""

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        """Where the run stands; None while nothing is taken apart."""
        self.example: int | None = None
        """The training example, counted from 0, whose numbers are shown alone; None for the whole batch."""
        self.decimals = 4
        """Decimals shown at most."""
        self.doing = ""
        """What is being done at the run, where it may take long."""
        self.way_back = ""
        """How far the run had been, after going back in it."""
        self._stood = (0, 0)
        self._errands: Errands | None = None

    @property
    def trace(self) -> UpdateTrace | None:
        """The update whose numbers are shown."""
        raise NotImplementedError

    def show_place(self) -> None:
        """Show what is in hand, anew."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether something is being done at the run."""
        return self._errands is not None and self._errands.busy

    def step(self, verb: Callable[[], Place], doing: str = "") -> None:
        """Have something done at the run, after all that was asked for before, and show where it stands then.

        A run that goes on is paused first.

        Args:
            verb: What to do; called in a thread, returns where the run stands then.
            doing: What it does, in case it takes long.
        """
        plan = self.host.plan()
        if plan is None or plan.problems:
            return
        self.host.runner.pause()
        if self._errands is None:
            self._errands = Errands(self.host, self.post_message)
        example, session = self.example, self.session

        def errand() -> Stepped:
            place = verb()
            return Stepped(place, None if example is None else session.example_alone(example))

        self.doing = doing
        self._errands.add(errand)
        self.set_timer(PATIENCE, self.refresh_status)

    def called_off(self) -> bool:
        """Whether what is being done at the run should leave off: something else was asked for."""
        return self._errands is not None and self._errands.called_off()

    def call_off(self) -> None:
        """Let what is being done at the run leave off where it is."""
        if self._errands is not None:
            self._errands.call_off()

    # Forwards and back.

    def action_forward(self) -> None:
        """One part on."""
        self.step(lambda: self.session.forward(Grain.PART))

    def action_back(self) -> None:
        """One part back."""
        self.step(lambda: self.session.back(Grain.PART))

    def action_phase(self) -> None:
        """On to the end of the phase."""
        self.step(lambda: self.session.forward(Grain.PHASE))

    def action_phase_back(self) -> None:
        """Back to the start of the phase."""
        self.step(lambda: self.session.back(Grain.PHASE))

    def action_update(self) -> None:
        """One update on."""
        self.step(lambda: self.session.forward(Grain.UPDATE), "Making the update")

    def action_update_back(self) -> None:
        """One update back."""
        self.step(lambda: self.session.back(Grain.UPDATE), "Going back")

    def action_epoch(self) -> None:
        """On to the end of the epoch."""
        self.step(lambda: self.session.forward(Grain.EPOCH), "Going on to the end of the epoch")

    def action_epoch_back(self) -> None:
        """Back to the start of the epoch."""
        self.step(lambda: self.session.back(Grain.EPOCH), "Going back to the start of the epoch")

    def action_first(self) -> None:
        """Back to the start of the run."""
        self.step(lambda: self.session.go_to(1), "Going back to the start")

    def action_last(self) -> None:
        """On to the end of the run, unless another step calls it off."""
        publish = self.host.runner.publish
        self.step(
            lambda: self.session.to_the_end(publish=publish, cancelled=self.called_off),
            "Going on to the end of the run; any step stops it",
        )

    def action_go_to(self) -> None:
        """Ask for an update, and go there."""
        far, most = self._extent()
        help, allowed = extent(far, most)
        # One more than the run has: it may be the one in which it diverged.
        fault = partial(not_an_update, most=10**12 if most is None else most + (most == far))
        proposed = self.place.trace.update if self.place is not None else max(1, far)
        self.host.push_screen(
            EntryDialog("Go to update", str(proposed), help=help, allowed=allowed, fault=fault), self._go_to
        )

    def _extent(self) -> tuple[int, int | None]:
        """Updates that the run has had, and those at its end at the latest, where that is known."""
        place, shot, course, run = self.place, self.host.snapshot, self.session.course, self.session.run
        if place is None or run is None:
            far = shot.update if shot is not None else 0
            return far, far if shot is not None and shot.stop_reason is not None else None
        far = len(course.losses)
        return far, far if course.ended else max(far, most_updates(place.trace, run.trainer.settings.epochs))

    def note_way(self, place: Place) -> None:
        """Remember how far the run had been, where one goes back in it by more than a step.

        Args:
            place: Where it stands now.
        """
        before, self._stood = self._stood, (place.trace.update, place.done)
        if before == self._stood:
            return
        far, key = len(self.session.course.losses), self.host.key_of("step.go_to")
        went_back = place.trace.update < before[0] - 1 and place.made < far
        had = f"the run had {counted(far, 'update')}; {key} {far} goes there again"
        self.way_back = f"Back at update {count(place.trace.update)}: {had}." if went_back else ""

    def _go_to(self, answer: str | None) -> None:
        if answer is not None:
            self.go_to(int(answer))

    def go_to(self, update: int) -> None:
        """Stand behind an update, the first is 1; at the start of the run for 0.

        Args:
            update: Its number.
        """
        publish = self.host.runner.publish

        def there() -> Place:
            return self.session.go_to(max(1, update), complete=update > 0, publish=publish, cancelled=self.called_off)

        self.step(there, f"Going to update {count(update)}; any step stops it")

    # What is shown.

    def action_more(self) -> None:
        """One decimal more."""
        self.decimals = min(MOST_DECIMALS, self.decimals + 1)
        self.show_place()

    def action_fewer(self) -> None:
        """One decimal less."""
        self.decimals = max(0, self.decimals - 1)
        self.show_place()

    def action_example(self) -> None:
        """Ask whose numbers are to be shown."""
        if self.place is None:
            return
        dataset, table = self.session.dataset, self.session.table
        members = [int(example) for example in self.place.trace.examples]
        whole = "The batch" if len(members) > 1 else "The example of the update"
        choices = [Choice(_BATCH, whole, "what the run really does")]
        alone = members if len(members) > 1 else []
        choices += [Choice(member, example_name(member, dataset, table), "alone") for member in alone]
        choices.append(Choice(_OTHER, "Another example …", "any of the training part, alone"))
        current = _BATCH if self.example is None else self.example
        help = "One example alone: the same update from the same parameters, as if the batch held nothing else."
        self.host.push_screen(ChooseDialog("Whose numbers", choices, current, help), self._choose_example)

    def _choose_example(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.value == _OTHER:
            run = self.session.run
            most = len(run.dataset.X_train) if run is not None else 1
            self.host.push_screen(
                EntryDialog(
                    "Training example", "1", allowed=f"a number from 1 to {count(most)}",
                    fault=lambda text: None if _is_number(text, most) else f"“{clean(text, 20)}” is none",
                ),
                lambda answer: self._show_example(int(answer) - 1) if answer is not None else None,
            )  # fmt: skip
            return
        self._show_example(None if choice.value == _BATCH else choice.value)

    def _show_example(self, example: int | None) -> None:
        self.example = example
        self.step(self.session.place)

    # The solution as a file.

    def action_write(self) -> None:
        """Ask for a format, then for a file."""
        if self.trace is not None:
            choices = [Choice(form, form, _NOTES[form]) for form in FORMATS]
            self.host.push_screen(ChooseDialog("Write the worked solution as", choices), self._ask_path)

    def _ask_path(self, choice: Choice | None) -> None:
        trace = self.trace
        if choice is None or trace is None:
            return
        proposed = f"{_file_name(self.host.open_name)}-update-{trace.update}.{_SUFFIXES[choice.value]}"
        self.host.push_screen(
            EntryDialog("Into the file", proposed, help=f"In {Path.cwd()}, unless the path says otherwise."),
            lambda answer: self._write(choice.value, answer),
        )

    def _write(self, form: str, answer: str | None) -> None:
        if not answer or not answer.strip():
            return
        path = Path(answer.strip()).expanduser().absolute()
        if not path.exists():
            self._put(form, path)
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self._put(form, path)

        question = f"{clean(str(path))} is there already. What it holds would be lost."
        self.host.push_screen(ConfirmDialog("Replace the file", question, "Replace"), sure)

    def _put(self, form: str, path: Path) -> None:
        trace, run = self.trace, self.session.run
        if trace is None or run is None:
            return
        decimals = self.decimals if form != "python" else None
        write_text(path, worked_solution(run.network, trace, format=form, decimals=decimals, name=self.host.open_name))
        self.host.tell(f"Written to {path}")


def not_an_update(text: str, most: int) -> str | None:
    """What is wrong with the number of an update as it was typed, if anything is.

    Args:
        text: What was typed.
        most: The last update.
    """
    return None if _is_number(text, most) else f"“{clean(text, 20)}” is not the number of an update"


def _is_number(text: str, most: int) -> bool:
    return text.strip().isascii() and text.strip().isdecimal() and 1 <= int(text) <= most


def _file_name(name: str) -> str:
    """The name of an experiment as a part of a file's name."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in clean(name, 40))
    return kept.strip("-") or "run"
