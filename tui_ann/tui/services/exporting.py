"""Takes the open run to another program: asks for the format and the file, and writes it in a thread."""

from asyncio import to_thread
from functools import partial
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.export.run_formats import EXPORT_FORMATS
from tui_ann.gate import refuse_changes
from tui_ann.text import clean
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.services.downloads import offer
from tui_ann.tui.services.screen_host import ScreenHost

GROUP = "exporting"
"""Worker group of exports."""
_LONG = 10.0
"""Seconds for the message with the path, which a user may want to copy."""


def ask_export(host: ScreenHost) -> None:
    """Ask for a format and a file, and write the open run into it; ask again before files are replaced.

    Args:
        host: The application.
    """
    refuse_changes()

    def chosen(choice: Choice | None) -> None:
        if choice is not None:
            _ask_where(host, choice.value)

    choices = [Choice(form.name, form.name, form.note) for form in EXPORT_FORMATS.values()]
    help_ = "Where the format can hold it: a raw row in, the answer out."
    host.push_screen(ChooseDialog("Take the run to", choices, help=help_), chosen)


def _ask_where(host: ScreenHost, name: str) -> None:
    exporting, form = host.session.exporting, EXPORT_FORMATS[name]

    async def write(path: Path, force: bool = False) -> None:
        try:
            made = await to_thread(partial(exporting.write, name, path, force=force, remedy="Name another file."))
        except SessionError as error:
            if error.code != "file_in_use" or force:
                raise
            host.push_screen(ConfirmDialog("Replace the file", _question(error), "Replace"), partial(sure, path))
            return
        where = " and ".join(clean(str(each)) for each in made.paths)
        offer(host, *made.paths)
        host.tell("\n".join([f"Written to {where}", *made.remarks]), timeout=_LONG)

    def start(path: Path, force: bool = False) -> None:
        host.run_worker(write(path, force), name="export", group=GROUP, exit_on_error=False)

    def sure(path: Path, yes: bool | None) -> None:
        if yes:
            start(path, force=True)

    def answered(text: str | None) -> None:
        if text and text.strip():
            start(Path(text.strip()).expanduser().absolute())

    help_ = f"{form.note[0].upper()}{form.note[1:]}. A relative path starts in {Path.cwd()}."
    title = "Into the folder" if form.is_folder else "Into the file"
    host.push_screen(EntryDialog(title, exporting.proposed(name), help=help_), answered)


def _question(error: SessionError) -> str:
    return f"{error.message} Its content would be lost."
