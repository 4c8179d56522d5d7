"""Quit the application: save the run first, and ask if that fails."""

import asyncio
from pathlib import Path
from typing import Any

from textual.app import App

from tui_ann.errors import SessionError
from tui_ann.session.store.recents import Kind
from tui_ann.tui.dialogs.messages import NotSavedDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.progress import WaitDialog
from tui_ann.tui.services.screen_host import ScreenHost


async def save_and_quit(app: App[Any], host: ScreenHost) -> None:
    """Stop and save the run, then exit; a run that cannot be saved is discarded only if the user agrees.

    Args:
        app: The application.
        host: The same application, with its services.
    """
    session, saving = host.session, None
    host.opener.cancel()
    host.runner.stop_soon()
    run = session.workspace.run
    if run is not None and run.begun:
        saving = WaitDialog("Saving …", f"The run of {run.experiment.name} is being saved.")
        await app.push_screen(saving)
    await host.runner.stop()

    def leave(answer: str | None) -> None:
        if answer == "lose":
            session.close()
            app.exit()
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
        folder = await asyncio.to_thread(session.preserve)
        if folder is not None and (run := session.workspace.run) is not None:
            from tui_ann.session.run_note import run_note  # loads the engine, as the session does

            host.recents.add(Kind.RUN, str(folder), host.open_name, run_note(run, session.workspace.source))
    except SessionError as error:
        if saving is not None:
            await saving.dismiss(None)
        ask(error)
    else:
        session.close()
        app.exit()
