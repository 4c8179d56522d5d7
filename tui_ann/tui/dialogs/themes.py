"""The theme dialog: it previews the theme under the cursor."""

from collections.abc import Sequence

from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.widgets.row_list import RowList


class ThemeDialog(ChooseDialog):
    """Chooses a theme; cancelling restores the previous one.

    Args:
        names: Name of each theme, and whether it is dark.
        current: The current theme.
    """

    def __init__(self, names: Sequence[tuple[str, bool]], current: str) -> None:
        choices = [Choice(name, name, "dark" if dark else "light") for name, dark in names]
        super().__init__("Theme", choices, current)
        self._before = current

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Preview the theme under the cursor."""
        event.stop()
        self.app.theme = self.choices[event.index].value

    def action_cancel(self) -> None:
        """Restore the previous theme."""
        self.app.theme = self._before
        super().action_cancel()
