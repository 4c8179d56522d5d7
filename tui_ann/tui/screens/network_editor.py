"""The editing actions of the Build screen for layers and settings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from textual.screen import Screen

from tui_ann.errors import ModelError
from tui_ann.experiment.keys import layer_key
from tui_ann.experiment.settings import LAYER_SETTINGS
from tui_ann.experiment.spec import LAYER_TYPES, Experiment
from tui_ann.session.changes import layer_added, layer_removed
from tui_ann.session.imports.pasting import pasted
from tui_ann.tui.content import edits
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog
from tui_ann.tui.dialogs.settings_form import SettingsForm
from tui_ann.tui.screens.layers_pane import LayersPane
from tui_ann.tui.services.screen_host import ScreenHost

_AROUND_CODE = 20
"""Lines of the terminal that are not those of pasted code."""


class TakesExperiment(Protocol):
    """Takes the next experiment."""

    def __call__(self, experiment: Experiment, said: str = "", /, *, label: str | None = None) -> None:
        """Take it; say a sentence instead of the label, and give it a label other than the settings that changed."""


class NetworkEditor:
    """Changes the network and the training of the experiment that a screen shows.

    Args:
        host: The application.
        screen: The screen, for its focused widget.
        pane: The pane with the layers.
        change: Takes the next experiment, and what is said of the change.
    """

    def __init__(self, host: ScreenHost, screen: Screen[None], pane: LayersPane, change: TakesExperiment) -> None:
        self._host, self._screen, self._pane, self._change = host, screen, pane, change

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions of the screen, by the second half of their ids."""
        return {
            "edit": self.edit,
            "back": self._pane.rows.focus,
            "more": partial(self.step, 1),
            "fewer": partial(self.step, -1),
            "reset": self.reset,
            "propose": self.propose,
            "paste": self.paste,
            "vary": self.vary,
            "fix": self.fix,
            "add": self.ask_kind,
            "remove": self.remove,
            "move_down": partial(self.move, 1),
            "move_up": partial(self.move, -1),
            "duplicate": self.duplicate,
        }

    def ask_kind(self) -> None:
        """Ask for a kind of layer and add it below the current one."""
        if self._pane.plan is None:
            return
        choices = [Choice(kind, LAYER_TYPES[kind].title, choice_note("layer", kind)) for kind in edits.KINDS]
        place = self._place_below
        where = f"below layer {place}" if place and place == self._pane.place + 1 else "above the output layer"
        title = f"Add layer {place + 1}, {where if place else 'below the inputs'}"
        self._host.push_screen(ChooseDialog(title, choices), self._add)

    @property
    def _place_below(self) -> int:
        """The place of a new layer: below the current one, but above the output layer."""
        plan = self._pane.plan
        return min(self._pane.place + 1, len(plan.experiment.network.layers) - 1) if plan is not None else 0

    def _add(self, choice: Choice | None) -> None:
        plan = self._pane.plan
        if choice is None or plan is None:
            return
        place = self._place_below
        layer = edits.new_layer(plan.experiment, choice.value, place)
        self._change(edits.insert_layer(plan.experiment, place, layer), label=layer_added(place + 1, layer))
        self._pane.select(place)

    def remove(self) -> None:
        """Remove the current layer."""
        plan, place, layer = self._pane.plan, self._pane.place, self._pane.current_layer
        if plan is None or layer is None:
            return
        remaining = len(plan.experiment.network.layers) - 1
        if not remaining:
            self._host.tell("A network needs at least one layer.", severity="warning")
            return
        self._change(edits.remove_layer(plan.experiment, place), label=layer_removed(place + 1, layer))
        # Not to the output layer: pressing the key again would remove it.
        self._pane.select(max(0, min(place, remaining - 2)))

    def move(self, step: int) -> None:
        """Move the current layer.

        Args:
            step: 1 towards the output, −1 towards the input.
        """
        plan, place = self._pane.plan, self._pane.place
        if plan is None or self._pane.current_layer is None:
            return
        moved = edits.move_layer(plan.experiment, place, step)
        if moved is not plan.experiment:
            self._change(moved)
            self._pane.select(place + step)

    def duplicate(self) -> None:
        """Add a copy of the current layer; a copy of the output layer goes above it."""
        plan, layer, place = self._pane.plan, self._pane.current_layer, self._pane.place
        if plan is None or layer is None:
            return
        copy = self._place_below
        self._change(edits.insert_layer(plan.experiment, copy, layer), label=layer_added(copy + 1, layer))
        self._pane.select(place + 1)

    def edit(self) -> None:
        """Go to the settings of the current layer, or change the current setting."""
        if isinstance(self._screen.focused, SettingsForm):
            self._screen.focused.edit()
        elif self._pane.current_layer is not None:
            self._pane.form.focus()

    def step(self, step: int) -> None:
        """Change the current setting, or the first setting of the current layer, such as its number of units.

        Args:
            step: 1 for more, −1 for fewer.
        """
        plan, layer = self._pane.plan, self._pane.current_layer
        if isinstance(self._screen.focused, SettingsForm):
            self._screen.focused.step(step)
        elif plan is not None and layer is not None:
            self._change(edits.put_layer(plan.experiment, self._pane.place, edits.step_layer(layer, step)))

    @property
    def key(self) -> str:
        """The dotted key of the setting at the cursor, or of the first one of the current layer; empty without one."""
        focused, layer = self._screen.focused, self._pane.current_layer
        if isinstance(focused, SettingsForm) and focused is not self._pane.form:
            return focused.setting.key if focused.setting is not None else ""
        if layer is None:
            return ""
        setting = self._pane.form.setting if focused is self._pane.form else None
        name = setting.name if setting is not None else next(iter(LAYER_SETTINGS[layer.type]))
        return layer_key(self._pane.place, name)

    async def vary(self) -> None:
        """Ask for several values of the setting at the cursor, and compare them on Compare."""
        from tui_ann.tui.screens.compare import CompareScreen

        key = self.key
        if not key or self._pane.plan is None or self._pane.plan.problems:
            self._host.tell(
                "Nothing can be varied here: choose a setting of a network that can be trained.", passing=True
            )
            return
        await self._host.action_go("compare")
        screen = self._screen.app.screen
        if isinstance(screen, CompareScreen):
            await screen.labs.vary(key)

    def reset(self) -> None:
        """Reset the current setting to its proposed value."""
        if isinstance(self._screen.focused, SettingsForm):
            self._screen.focused.reset()

    def propose(self) -> None:
        """Reset network and training to the proposal."""
        plan, proposal = self._pane.plan, self._host.bench.proposal
        if plan is not None and proposal is not None:
            self._change(edits.take_proposal(plan.experiment, proposal))

    def paste(self, code: str = "") -> None:
        """Ask for code of Keras or PyTorch, and take its network and training.

        Args:
            code: What was pasted already.
        """
        plan = self._pane.plan
        if plan is None:
            return
        experiment = plan.experiment

        def fault(text: str) -> str | None:
            try:
                pasted(text, experiment)
            except ModelError as error:
                return str(error)
            return None

        self._host.push_screen(
            MatrixEntryDialog(
                "Paste Keras code",
                code,
                help="Paste the network, and compile and fit if you have them. The code is read, never run.",
                fault=fault,
                note=lambda text: pasted(text, experiment).words,
                lines=max(6, min(24, self._screen.size.height - _AROUND_CODE)),
            ),
            self._take,
        )

    def _take(self, text: str | None) -> None:
        plan = self._pane.plan
        if text is None or plan is None:
            return
        made = pasted(text, plan.experiment)
        self._change(made.experiment, f"read: {made.layers}")
        if made.remarks:
            self._host.tell("\n".join(map(str, made.remarks)), severity="warning")

    def fix(self) -> None:
        """Apply the fix that the message proposes."""
        plan = self._pane.plan
        fixes = [problem.fix for problem in plan.problems if problem.fix] if plan else []
        if plan is not None and fixes:
            self._change(fixes[0].apply(plan.experiment))
