"""Writes the worked solution of the update to a file: asks for a format, then for a path."""

from tui_ann.export.formats import FORMATS
from tui_ann.export.worked import worked_solution
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.services.output_file import ask_output, file_name
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection


class SolutionFile:
    """Writes the worked solution of the selected update.

    Args:
        host: The application.
        selection: The current selection.
    """

    def __init__(self, host: ScreenHost, selection: Selection) -> None:
        self._host, self._selection = host, selection

    def ask(self) -> None:
        """Ask for a format, then for a file."""
        if self._selection.trace is not None:
            choices = [Choice(each.name, each.name, each.note) for each in FORMATS.values()]
            self._host.push_screen(ChooseDialog("Write the worked solution as", choices), self._ask_path)

    def _ask_path(self, choice: Choice | None) -> None:
        trace, name = self._selection.trace, self._host.open_name
        if choice is None or trace is None:
            return
        form = FORMATS[choice.value]
        decimals = self._selection.decimals if form.decimals else None
        ask_output(
            self._host,
            f"{file_name(name)}-update-{trace.update}.{form.suffix}",
            lambda: worked_solution(trace.network, trace, format=choice.value, decimals=decimals, name=name),
        )
