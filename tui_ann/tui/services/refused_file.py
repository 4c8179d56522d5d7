"""A file that could not be opened: asks for its format, its target or its table, and opens it again."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.worker import Worker

from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.tui.content.edits import put
from tui_ann.tui.content.setting_text import DIALECT
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.settings_form import Line
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.opening_work import GROUP, refuse

Columns = tuple[tuple[str, str], ...]
"""Names and kinds of the columns of a file."""


@dataclass(frozen=True)
class Asked:
    """What the user wants to open."""

    source: str
    """A path, or `sample:NAME`."""
    target: str | None = None
    """The column to predict, instead of the proposed one."""
    options: ReadOptions | None = None
    """Reader options that override what the reader detects."""


class RefusedFile:
    """Asks how the file that was asked for last can be opened.

    Args:
        app: The application; runs the worker.
        open_again: Opens it as it is asked for now.
    """

    def __init__(self, app: Host, open_again: Callable[[Asked], Awaitable[None]]) -> None:
        self._app, self._open_again = app, open_again
        self._worker: Worker[Columns] | None = None
        self.asked: Asked | None = None
        """What was asked for; `None` if what is opened has no file with a format and a target."""

    @property
    def _busy(self) -> bool:
        return self._worker is not None and not self._worker.is_finished

    def ask(self, what: str) -> None:
        """Ask for another format or target, and open the file again.

        Args:
            what: `dialect` or `target`.

        Raises:
            KeyError: It is something else.
        """
        {"dialect": self._ask_dialect, "target": self._ask_target}[what]()

    def _ask_dialect(self) -> None:
        if self.asked is None:
            return
        given = self.asked.options or ReadOptions()
        data = DataSpec(path=self.asked.source, **{name: getattr(given, name) for name in DIALECT})
        experiment = Experiment(data=data, network=NetworkSpec(layers=(DenseSpec(units=1),)))
        lines = [Line(SETTINGS[f"data.{name}"]) for name in DIALECT]
        dialog: FormDialog[Experiment] = FormDialog("File format", experiment, lines, put, "Read again")
        self._app.push_screen(dialog, self._read_again)

    async def _read_again(self, told: Experiment | None) -> None:
        if told is not None and self.asked is not None:
            options = ReadOptions(**{name: getattr(told.data, name) for name in DIALECT})
            await self._open_again(replace(self.asked, options=options))

    def _ask_target(self) -> None:
        """Read the names of the columns in a thread; the choice follows."""
        asked = self.asked
        if asked is None or self._busy:
            return

        def work() -> Columns:
            table = read_table(Path(os.path.expanduser(asked.source)), asked.options or ReadOptions())
            return tuple((column.name, column.kind) for column in table.columns)

        self._worker = self._app.run_worker(
            work, name="names", group=GROUP, thread=True, exclusive=True, exit_on_error=False
        )

    def ended(self, worker: Worker[Any]) -> bool:
        """Ask for the target, if the worker that reads the names has ended.

        Args:
            worker: A worker that has ended.

        Returns:
            Whether the outcome has been handled.
        """
        if worker is not self._worker:
            return False
        if isinstance(worker.error, TuiAnnError):
            refuse(self._app, worker.error)
        elif worker.result is not None:
            choices = [Choice(name, name, kind) for name, kind in worker.result]
            self._app.push_screen(ChooseDialog("Target", choices), self._use_target)
        return worker.error is None or isinstance(worker.error, TuiAnnError)

    async def _use_target(self, choice: Choice | None) -> None:
        if choice is not None and self.asked is not None:
            await self._open_again(replace(self.asked, target=choice.value))

    def ask_table(self, error: TuiAnnError) -> bool:
        """Ask which table is meant, if a file was refused because it has several.

        Args:
            error: The refusal.

        Returns:
            Whether that was the reason.
        """
        if error.code != "several_tables" or self.asked is None:
            return False
        choices = [Choice(name, name, "") for name in error.details]
        self._app.push_screen(ChooseDialog("Table", choices), self._use_table)
        return True

    async def _use_table(self, choice: Choice | None) -> None:
        if choice is not None and self.asked is not None:
            options = replace(self.asked.options or ReadOptions(), table=choice.value)
            await self._open_again(replace(self.asked, options=options))
