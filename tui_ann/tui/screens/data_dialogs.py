"""The dialogs of the Data screen that change its settings."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import Experiment
from tui_ann.tui.content import edits
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.data_report import dialect_words
from tui_ann.tui.content.setting_text import DIALECT, dialog_title
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.settings_form import Line
from tui_ann.tui.services.screen_host import ScreenHost

SPLIT = ("validation_split", "test_split", "split", "split_seed", "folds", "fold")
"""Settings that choose the rows not used for training."""
OTHERS = ("task", "scaling", "target_scaling", "missing", *SPLIT, "noise")
"""The data settings, except columns and format."""


class DataDialogs:
    """Asks for data settings and changes the experiment.

    Args:
        host: The application.
    """

    def __init__(self, host: ScreenHost) -> None:
        self._host = host

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions that open a dialog, by the second half of their ids."""
        return {
            "task": lambda: self._choose("task", self._host.bench.set_task),
            "scaling": lambda: self._choose("scaling", partial(self._put, "data.scaling")),
            "missing": lambda: self._choose("missing", partial(self._put, "data.missing")),
            "split": lambda: self._fill_in("Split", SPLIT),
            "dialect": self._ask_dialect,
            "settings": lambda: self._fill_in("Data settings", OTHERS),
        }

    def ask_target(self, names: Sequence[tuple[str, str]], target: str) -> None:
        """Ask for another target.

        Args:
            names: Names and types of the columns.
            target: The current target.
        """
        choices = [Choice(name, name, kind) for name, kind in names]

        def use(choice: Choice | None) -> None:
            if choice is not None:
                self._host.bench.retarget(choice.value)

        self._host.push_screen(ChooseDialog("Target", choices, target), use)

    def _put(self, key: str, value: Any) -> None:
        if self._host.bench.experiment is not None:
            self._host.bench.edit(edits.put(self._host.bench.experiment, key, value))

    def _choose(self, name: str, use: Callable[[Any], None]) -> None:
        experiment = self._host.bench.experiment
        if experiment is None:
            return
        setting = SETTINGS[f"data.{name}"]
        choices = [Choice(word, str(word), choice_note(name, word)) for word in setting.choices]

        def answered(choice: Choice | None) -> None:
            if choice is not None:
                use(choice.value)

        dialog = ChooseDialog(dialog_title(setting.label), choices, setting.get(experiment), help=setting.help)
        self._host.push_screen(dialog, answered)

    def _ask_dialect(self) -> None:
        table = self._host.session.workspace.table
        found = dialect_words(table.report) if table is not None else None
        self._fill_in("File format", DIALECT, "Read again", found)

    def _fill_in(
        self, title: str, names: Sequence[str], accept: str = "Accept", usual: Mapping[str, str] | None = None
    ) -> None:
        experiment = self._host.bench.experiment
        if experiment is None:
            return
        lines = [Line(SETTINGS[f"data.{name}"]) for name in names]
        dialog: FormDialog[Experiment] = FormDialog(title, experiment, lines, edits.put, accept, usual)

        def use(changed: Experiment | None) -> None:
            if changed is not None:
                self._host.bench.edit(changed)

        self._host.push_screen(dialog, use)
