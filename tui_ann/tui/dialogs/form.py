"""A dialog with a few settings, such as the format of a file or the split of the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tui_ann.experiment.spec import Experiment, LayerSpec
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.settings_form import Line, SettingsForm
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList

Edited = TypeVar("Edited", Experiment, LayerSpec)


class FormDialog(Dialog[Edited], Generic[Edited]):
    """Edits a copy; dismissed with the copy if the user accepts it.

    Args:
        title: Title of the dialog.
        owner: The experiment or layer to edit.
        lines: The lines of the form.
        put: Returns the changed copy: owner, key, value → owner.
        accept: Label of the button that accepts the changes.
        usual: Defaults of unset settings, by name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "done"), *bindings("build", "more", "fewer")]

    def __init__(
        self,
        title: str,
        owner: Edited,
        lines: Sequence[Line],
        put: Callable[[Edited, str, object], Edited],
        accept: str = "Accept",
        usual: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self._owner: Edited = owner
        self._lines = lines
        self._put: Callable[[Edited, str, object], Edited] = put
        self._accept = accept
        self._usual = usual

    def compose_content(self) -> Iterable[Widget]:
        """The form, the help of the current line, the buttons."""
        form = SettingsForm(id="settings")
        form.styles.height = min(len(self._lines), 12)
        yield form
        yield Static(id="allowed", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content(self._accept), id="accept", variant="primary")
            yield Button(Content("Cancel"), id="cancel")

    def on_mount(self) -> None:
        """Fill the form."""
        self._show()

    def _show(self) -> None:
        form = self.query_one(SettingsForm)
        form.show_settings(self._owner, self._lines, usual=self._usual)
        self._explain()

    def _explain(self) -> None:
        self.query_one("#allowed", Static).update(plain(self.query_one(SettingsForm).explanation()))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the help of the current line."""
        event.stop()
        self._explain()

    def on_settings_form_wanted(self, event: SettingsForm.Wanted) -> None:
        """Change the copy."""
        event.stop()
        if event.owner is not self._owner:
            return
        self._owner = self._put(self._owner, event.setting.key, event.value)
        self._show()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Accept or discard the changes."""
        event.stop()
        self.dismiss(self._owner if event.button.id == "accept" else None)

    def action_do(self, verb: str) -> None:
        """Step the setting under the cursor up (`more`) or down (`fewer`)."""
        self.query_one(SettingsForm).step({"more": 1, "fewer": -1}[verb])

    def action_done(self) -> None:
        """Accept the changes."""
        self.dismiss(self._owner)
