"""Takes things out of the program: text under the cursor to the clipboard, and pictures of the screen to files."""

import base64
import contextlib
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui_ann.errors import TuiAnnError
from tui_ann.experiment.atomic import make_folder, write_text
from tui_ann.session.store.paths import UserPaths
from tui_ann.text import clean, counted
from tui_ann.tui.services.downloads import offer
from tui_ann.tui.services.host import BRIEF
from tui_ann.tui.services.screen_host import ScreenHost

if TYPE_CHECKING:
    from tui_ann.tui.widgets.copying import Copy

MOST = 74_994
"""Most bytes that terminals take to their clipboard: 100,000 after encoding."""
_SHOWN = 40


def clipboard_sequences(text: str, environment: Mapping[str, str]) -> list[str]:
    """What makes the terminal put a text on its clipboard (OSC 52); nothing if it cannot.

    Args:
        text: The text.
        environment: The variables of the process.
    """
    content = text.encode()
    without = environment.get("TERM", "") in ("linux", "dumb") or environment.get("TERM_PROGRAM") == "Apple_Terminal"
    if len(content) > MOST or without:
        return []
    plain = f"\x1b]52;c;{base64.b64encode(content).decode()}\a"
    if environment.get("TMUX"):  # it takes the text itself, or passes it on, as it is set up
        return [plain, "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"]
    if environment.get("TERM", "").startswith("screen"):
        return ["\x1bP" + plain + "\x1b\\"]
    return [plain]


class Desk:
    """Copies and pictures.

    Args:
        app: The application, which is also the host.
        paths: Where files go if no better place can be written.
    """

    def __init__(self, app: Any, paths: UserPaths) -> None:
        self._app: App[Any] = app
        self._host: ScreenHost = app
        self._paths = paths
        self._last: tuple[object, str, int] | None = None

    def take(self, what: str) -> None:
        """Take something.

        Args:
            what: `copy`, `picture` or `selection`.

        Raises:
            KeyError: It is something else.
        """
        {"copy": self._copy, "picture": self._picture, "selection": self._copy_selection}[what]()

    def _copy(self, action: str = "app.take") -> None:
        """Copy what the cursor is on; at the same place again, the next larger thing."""
        from tui_ann.tui.widgets.copying import copies_of  # loads NumPy, which would delay the start

        widget = self._app.screen.focused
        choices = copies_of(widget) if widget is not None else []
        if not choices:
            self._host.tell("There is nothing to copy here" + self._way_out(action), timeout=BRIEF)
            return
        here, turn = choices[0].text(), 0
        if self._last is not None and self._last[:2] == (widget, here):
            turn = (self._last[2] + 1) % len(choices)
        self._last = (widget, here, turn)
        self._put(choices[turn], choices[(turn + 1) % len(choices)] if len(choices) > 1 else None, action)

    def _copy_selection(self) -> None:
        """Copy the text that was selected with the mouse; without one, what the cursor is on."""
        selected = self._app.screen.get_selected_text()
        if selected is None:
            self._copy("app.copy")
        else:
            self._app.copy_to_clipboard(selected)

    def _way_out(self, action: str) -> str:
        """How to quit, which the key of this action does elsewhere: the end of a message."""
        return f" · {self._host.key_of('app.quit')} quits" if action == "app.copy" else "."

    def _put(self, copy: "Copy", following: "Copy | None", action: str) -> None:
        text = copy.text()
        first, more = text.partition("\n")[0], text.count("\n")
        shown = clean(" ".join(first.split()), _SHOWN) + (f" … ({counted(more + 1, 'line')})" if more else "")
        sequences = clipboard_sequences(text, os.environ)
        if sequences:
            self._app.copy_to_clipboard(text)  # the first sequence, and a paste within the program
            for sequence in sequences[1:]:
                if self._app._driver is not None:
                    self._app._driver.write(sequence)
            said = f"Copied {copy.what}: {shown}"
        else:
            path = self._paths.state / "copied.txt"
            make_folder(path.parent)
            write_text(path, text + "\n")
            said = f"Copied {copy.what} into {path}: the terminal's clipboard cannot take it."
        if following is not None:
            said += f"; {self._host.key_of(action)} again copies {following.what}"
        self._host.tell(said + (self._way_out(action) if action == "app.copy" else ""))

    def _picture(self) -> None:
        """Save the screen as SVG, and as PNG if a library for that is installed."""
        svg = self._app.export_screenshot()
        name = f"tui-ann-{self._app.current_mode}-{datetime.now():%Y%m%d-%H%M%S}"
        try:
            path = _write_new(self._folders(), name, svg)
        except OSError as error:
            raise TuiAnnError(
                f"The picture cannot be saved: {error.strerror or error}.",
                remedy="Start the program in a folder that you can write.",
                code="cannot_write",
            ) from error
        said = f"Saved {path} {_png(svg, path)}"
        offer(self._host, path)
        self._host.tell(said, timeout=10)

    def _folders(self) -> Iterator[Path]:
        """Where pictures go: the usual folder if there is one, else the present one, else the program's own."""
        with contextlib.suppress(RuntimeError):  # no home
            yield Path.home() / "Downloads"
        yield Path.cwd()
        with contextlib.suppress(TuiAnnError):
            make_folder(self._paths.data / "pictures")
        yield self._paths.data / "pictures"


def _write_new(folders: Iterator[Path], name: str, text: str) -> Path:
    """Write a text into a new file in the first folder that can be written.

    Raises:
        OSError: None can.
    """
    failed: OSError = FileNotFoundError()
    for folder in folders:
        for number in range(1, 100):
            path = folder / (f"{name}.svg" if number == 1 else f"{name}-{number}.svg")
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(text)
            except FileExistsError:
                continue
            except OSError as error:
                if not isinstance(error, FileNotFoundError):  # a folder that is not there says less
                    failed = error
                break
            return path
    raise failed


def _png(svg: str, path: Path) -> str:
    """Write the PNG next to the SVG; returns what to say about it."""
    try:
        cairosvg = import_module("cairosvg")
    except (ImportError, OSError):  # OSError: it is there, but not the system's library
        return "(a PNG as well needs the Python package cairosvg)"
    target = path.with_suffix(".png")
    if target.exists():
        return ""
    cairosvg.svg2png(bytestring=svg.encode(), write_to=str(target))
    return f"and {target.name}"
