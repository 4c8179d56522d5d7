"""Writes the worked solution of the update to a file: asks for a format, then for a path."""

from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.outputs import check_output, write_output
from tui_ann.export.formats import FORMATS
from tui_ann.export.worked import worked_solution
from tui_ann.text import clean
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
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
        trace = self._selection.trace
        if choice is None or trace is None:
            return
        proposed = f"{_file_name(self._host.open_name)}-update-{trace.update}.{FORMATS[choice.value].suffix}"
        self._host.push_screen(
            EntryDialog("Into the file", proposed, help=f"A relative path starts in {Path.cwd()}."),
            lambda answer: self._confirm(choice.value, answer),
        )

    def _confirm(self, form: str, answer: str | None) -> None:
        """Write the file; ask first if it exists already."""
        if not answer or not answer.strip():
            return
        path = Path(answer.strip()).expanduser().absolute()
        try:
            check_output(path, inputs=[self._host.session.workspace.experiment.data.path])
        except SessionError as error:
            if error.code != "file_in_use":
                raise
        else:
            self._write(form, path)
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self._write(form, path, force=True)

        question = f"{clean(str(path))} exists already. Its content would be lost."
        self._host.push_screen(ConfirmDialog("Replace the file", question, "Replace"), sure)

    def _write(self, form: str, path: Path, *, force: bool = False) -> None:
        trace, run, name = self._selection.trace, self._host.session.workspace.run, self._host.open_name
        if trace is None or run is None:
            return
        decimals = self._selection.decimals if FORMATS[form].decimals else None
        told = worked_solution(run.network, trace, format=form, decimals=decimals, name=name)
        write_output(path, told, force=force, remedy="Name another file.")
        self._host.tell(f"Written to {path}")


def _file_name(name: str) -> str:
    """The name of an experiment as part of a file name."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in clean(name, 40))
    return kept.strip("-") or "run"
