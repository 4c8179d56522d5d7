"""Asks where a result is written, and writes it there by the rule of `experiment/outputs.py`."""

import os
from collections.abc import Callable
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.outputs import check_output, folder_made, write_output
from tui_ann.gate import refuse_changes
from tui_ann.text import clean
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.services.downloads import offer
from tui_ann.tui.services.screen_host import ScreenHost


def ask_output(host: ScreenHost, proposed: str, content: Callable[[], str]) -> None:
    """Ask for a file and write a text into it; ask again before an existing file is replaced.

    Args:
        host: The application.
        proposed: The proposed file name.
        content: Makes the text, called when it is written.
    """
    refuse_changes()

    def write(path: Path, *, force: bool = False) -> None:
        made = folder_made(path)
        write_output(path, content(), force=force, remedy="Name another file.")
        offer(host, path)
        host.tell(f"Written to {path}{made}")

    def confirm(answer: str | None) -> None:
        if not answer or not answer.strip():
            return
        path = Path(os.path.expanduser(answer.strip())).absolute()
        try:
            check_output(path, inputs=[host.session.workspace.experiment.data.path])
        except SessionError as error:
            if error.code != "file_in_use":
                raise
        else:
            write(path)
            return

        def sure(yes: bool | None) -> None:
            if yes:
                write(path, force=True)

        question = f"{clean(str(path))} exists already. Its content would be lost."
        host.push_screen(ConfirmDialog("Replace the file", question, "Replace"), sure)

    help_ = f"A relative path starts in {Path.cwd()}."
    host.push_screen(EntryDialog("Into the file", proposed, help=help_), confirm)


def file_name(name: str) -> str:
    """The name of an experiment as part of a file name.

    Args:
        name: The name; may come from a file.
    """
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in clean(name, 40))
    return kept.strip("-") or "run"
