"""Quit the application: save the run first, and ask what becomes of forks and of a run that cannot be saved."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_ann.errors import SessionError
from tui_ann.text import clean, count
from tui_ann.tui.dialogs.messages import NotSavedDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.progress import WaitDialog
from tui_ann.tui.services.screen_host import ScreenHost

if TYPE_CHECKING:
    from tui_ann.session.compare.comparison import ComparedRun

_MOST_NAMED = 6
"""Forks that are named in the question."""


async def save_and_quit(app: App[Any], host: ScreenHost) -> None:
    """Stop and save the run, then exit; what is not saved is discarded only if the user agrees.

    Args:
        app: The application.
        host: The same application, with its services.
    """
    host.opener.cancel()
    host.runner.stop_soon()
    if not (forks := host.session.comparison.unsaved):
        await _save_run(app, host)
        return

    async def leave(answer: str | None) -> None:
        if answer == "save":
            from tui_ann.tui.services.racing import GROUP  # loads the engine, as the forks have

            app.workers.cancel_group(app, GROUP)
            saving = WaitDialog("Saving …", "The runs on Compare are being saved.")
            await app.push_screen(saving)
            trouble: NotSavedDialog | None = None
            try:
                await _save_forks(host, forks)
            except SessionError as error:
                trouble = NotSavedDialog(f"The runs cannot be saved. {error}", "Try again", "Quit and lose them")
            await saving.dismiss(None)  # it cannot be closed, so it must not stay below a question
            if trouble is not None:
                app.push_screen(trouble, leave)
                return
        if answer is not None:
            await _save_run(app, host, lost=forks if answer == "lose" else ())

    dialog = NotSavedDialog(
        _forks_in_words(forks, host.session.store.root), "Save and quit", "Quit without them", error=False
    )
    app.push_screen(dialog, leave)


def _forks_in_words(forks: "Sequence[ComparedRun]", folder: Path) -> str:
    """Which forks are not saved, and where they would be."""
    named = [f"{fork.letter} {clean(fork.name, 30)}" for fork in forks[:_MOST_NAMED]]
    more = [f"{count(len(forks) - _MOST_NAMED)} more"] if len(forks) > _MOST_NAMED else []
    runs = "A run on Compare is" if len(forks) == 1 else f"{count(len(forks))} runs on Compare are"
    them = "it" if len(forks) == 1 else "them"
    return f"{runs} not saved: {', '.join([*named, *more])}.\nSaving puts {them} into {folder}."


async def _save_forks(host: ScreenHost, forks: "Sequence[ComparedRun]") -> None:
    """Save forks, each into a folder of its own; the next start offers them.

    Raises:
        SessionError: One cannot be written; those before it are saved.
    """
    from tui_ann.session.run.run import Run  # loads the engine, as the session does

    for fork in forks:
        run = fork.source
        if isinstance(run, Run) and run.unsaved:
            await asyncio.to_thread(host.session.store.save, None, run)


async def _save_run(app: App[Any], host: ScreenHost, lost: "Sequence[ComparedRun]" = ()) -> None:
    """Save the run of the open experiment and exit without the forks that are to be lost; if that fails, ask."""
    session, saving = host.session, None
    run = session.workspace.run
    if run is not None and run.begun:
        saving = WaitDialog("Saving …", f"The run of {run.experiment.name} is being saved.")
        await app.push_screen(saving)
    await host.runner.stop()

    def close() -> None:
        for fork in lost:
            session.comparison.remove(fork)
        session.close()
        app.exit()

    def leave(answer: str | None) -> None:
        if answer == "lose":
            close()
        elif answer == "save":
            app.push_screen(OpenDialog(Path.cwd(), folders=True), save_into)

    def save_into(folder: Path | None) -> None:
        if folder is None:
            return
        try:
            session.store.save(folder)
        except SessionError as error:
            ask(error)
        else:
            leave("lose")  # nothing is: the run is in the folder

    def ask(error: SessionError) -> None:
        app.push_screen(NotSavedDialog(f"The run cannot be saved. {error}"), leave)

    try:
        await asyncio.to_thread(session.preserve)
    except SessionError as error:
        if saving is not None:
            await saving.dismiss(None)
        ask(error)
    else:
        close()
