"""Runs tui-ann as users do, and notes what a terminal does not show.

`python -m tests.campaigns.key_probe FOLDER [ARGUMENT …]` runs `tui-ann ARGUMENT …`.  FOLDER gets `idle`, the seconds on
the clock when no key was waiting last, and `faults`, a line of JSON for each fault: an exception that is a mistake of
the program, a main thread that answers nothing, a key without an effect, a text of the user that was obeyed.
"""

import asyncio
import json
import mmap
import os
import re
import struct
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from tui_ann.__main__ import main
from tui_ann.errors import TuiAnnError
from tui_ann.tui.dialogs.progress import ProgressDialog, WaitDialog
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.shell.failures import Failures

CLOCK = struct.Struct("=d")
LONGEST = 3.0
"""Seconds that a key may stay without an effect."""
STARVED = 12.0
"""Seconds after which it does not count that the main thread had no processor time, on a machine without other work."""
SEQUENCES = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What must not reach the terminal from a text."""


class Probe:
    """Notes the faults of an application.

    Args:
        folder: Where the notes go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._main = threading.get_ident()
        self._app: TuiAnnApp | None = None
        self._seen: set[str] = set()

    def note(self, kind: str, text: str) -> None:
        """Write a fault; one that repeats is written once.

        Args:
            kind: A word.
            text: What happened.
        """
        known = kind + text[-300:]
        if known not in self._seen:
            self._seen.add(known)
            with (self._folder / "faults").open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(json.dumps({"kind": kind, "text": text}) + "\n")

    def attach(self) -> None:
        """Watch the application that is made next."""
        report, handle, mount = Failures.report, TuiAnnApp._handle_exception, TuiAnnApp.on_mount
        probe, panic = self, TuiAnnApp.panic

        def reported(self: Failures, error: Exception) -> None:
            seen = len(self.seen)
            report(self, error)
            if len(self.seen) > seen:
                probe.note("exception", "".join(traceback.format_exception(error)))

        def handled(self: TuiAnnApp, error: Exception) -> None:
            if not isinstance(error, TuiAnnError):
                probe.note("exception", "".join(traceback.format_exception(error)))
            handle(self, error)

        def panicked(self: TuiAnnApp, *told: Any) -> None:
            probe.note("exit", "".join(traceback.format_exc()) + str(told)[:1000])
            panic(self, *told)

        async def mounted(self: TuiAnnApp) -> None:
            probe._app = self
            threading.Thread(target=probe._watch, args=(asyncio.get_running_loop(),), daemon=True).start()
            self.set_interval(1.0, probe._look)
            await mount(self)

        def ended(hook: Any) -> None:
            probe.note("thread", "".join(traceback.format_exception(hook.exc_type, hook.exc_value, hook.exc_traceback)))

        Failures.report, TuiAnnApp._handle_exception = reported, handled  # type: ignore[method-assign]
        TuiAnnApp.panic = panicked  # type: ignore[method-assign, assignment]
        TuiAnnApp.on_mount = mounted  # type: ignore[method-assign]
        threading.excepthook = ended

    def _look(self) -> None:
        """Whether what is on the screen is plain text."""
        app = self._app
        if app is None or not app.screen.size:
            return
        for strip in app.screen._compositor.render_strips():
            for text, style, _ in strip:
                if SEQUENCES.search(text):
                    self.note("obeyed", f"{text!a} on {app.screen}")
                if style is not None and "taken" in str(style.meta.get("@click", "")):
                    self.note("obeyed", f"a link {style.meta} on {app.screen}")

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ask the main thread again and again; note where it is when it does not answer."""
        (self._folder / "idle").write_bytes(CLOCK.pack(0.0))
        acting: object = None
        since = spent = 0.0
        with (self._folder / "idle").open("r+b") as file, mmap.mmap(file.fileno(), CLOCK.size) as shared:
            while self._app is not None and self._app.is_running and not loop.is_closed():
                asked, answered = time.monotonic(), threading.Event()
                worked = self._spent()
                try:
                    loop.call_soon_threadsafe(answered.set)
                except RuntimeError:
                    return
                while not answered.wait(0.25):
                    if self._too_long(asked, worked):
                        self.note("hang", "the main thread answers nothing:\n" + self._stack())
                        answered.wait()
                keys = self._app.keys
                if not keys.waiting and not self._app._message_queue.qsize():
                    shared[:] = CLOCK.pack(asked)
                now = keys._acting
                if now is None or now is not acting or _shows_progress(self._app):
                    acting, since, spent = now, time.monotonic(), self._spent()
                elif keys.waiting and self._app.is_running and self._too_long(since, spent):
                    self.note("hang", f"a key waits for another: {now.screen} {now.at} {now.at.is_running}")
                    acting = None
                time.sleep(0.03)

    def _spent(self) -> float:
        """Seconds of processor time of the main thread."""
        return time.clock_gettime(time.pthread_getcpuclockid(self._main))

    def _too_long(self, since: float, spent: float) -> bool:
        """Whether the main thread had the time: a busy machine gives it little."""
        waited, busy = time.monotonic() - since, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
        return waited > STARVED * busy or (waited > LONGEST and self._spent() - spent > 0.8 * LONGEST)

    def _stack(self) -> str:
        frame = sys._current_frames().get(self._main)
        return "".join(traceback.format_stack(frame)) if frame is not None else ""


def _shows_progress(app: TuiAnnApp) -> bool:
    """Whether the application opens or saves something, and says so; keys wait for that."""
    return (app.used and app.opener.opening) or isinstance(app.screen, WaitDialog | ProgressDialog)


if __name__ == "__main__":
    Probe(Path(sys.argv[1])).attach()
    sys.argv[1:] = sys.argv[2:]
    main()
