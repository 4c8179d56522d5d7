"""`tui-ann serve`: the application in a browser on this machine."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_ann.cli.failures import INTERRUPTED
from tui_ann.cli.terminal import say, show
from tui_ann.errors import SessionError

if TYPE_CHECKING:
    from tui_ann.web.access import Access


@click.command(short_help="Show the application in a browser.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False), default=".", required=False)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 takes a free one."
)
@click.option(
    "--sessions",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many browser windows may use it at the same time.",
)
@click.option("--read-only", is_flag=True, help="Show runs only: train, edit, save and export nothing.")
def serve(folder: str, port: int, sessions: int, read_only: bool) -> int:
    """Show the application in a browser on this machine, until Ctrl+C.

    It may use the files in FOLDER only, by default the working folder; settings and saved runs are in FOLDER/.tui-ann.
    What is written there is offered as a download too.

    The printed address has a secret in it: whoever has it can use the files in FOLDER.  It is open to this machine
    alone; from another one, forward the port by ssh.
    """
    try:
        from tui_ann.web.place import ServedPlace
        from tui_ann.web.server import serve as serve_place
    except ImportError as error:
        if (error.name or "").startswith("tui_ann"):
            raise
        raise SessionError(
            "tui-ann serve needs the package textual-serve, which is not installed.",
            remedy="Install it with: pip install 'tui-ann[web]'",
            code="needs_package",
        ) from error

    place = ServedPlace.of(Path(folder), read_only=read_only)
    place.prepare()

    def ready(access: "Access") -> None:
        windows = "one browser window" if sessions == 1 else f"{sessions} browser windows"
        what = "Shows the runs in" if read_only else "Serves"
        say(f"{what} {place.folder} to at most {windows}. Open this address:")
        show(access.address)
        sys.stdout.flush()
        say(f"From another machine: ssh -L {access.port}:127.0.0.1:{access.port} THIS-MACHINE, then open it there.")
        say("Ctrl+C ends it.")

    ended = asyncio.run(serve_place(place, port, sessions, ready))
    if ended == signal.SIGINT:
        say("Interrupted.")
        return INTERRUPTED
    return 128 + ended
