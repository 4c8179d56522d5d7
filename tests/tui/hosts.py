"""Applications that hold one screen or widget, with what a screen asks of the real one."""

from types import SimpleNamespace

from textual.app import App, ComposeResult
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.keys.keymap import default_keys
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.shell.themes import own_themes


class WidgetHost(App[None]):
    """Shows one widget on the whole screen."""

    CSS = "Screen { overflow: hidden; }"

    def __init__(self, widget: Widget, theme: str = "dusk") -> None:
        super().__init__()
        self.widget = widget
        for own in own_themes():
            self.register_theme(own)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield self.widget


class TrainHost(App[None], inherit_bindings=False):
    """Shows the Train screen with the snapshots that a test gives it."""

    CSS_PATH = "../../tui_ann/tui/shell/app.tcss"
    BINDINGS = [*bindings("app")]  # noqa: RUF012

    revision = var(0)
    snapshot: var[Snapshot | None] = var[Snapshot | None](None)

    def __init__(self, plan: Plan | None, snapshot: Snapshot | None = None, theme: str = "dusk") -> None:
        super().__init__()
        for own in own_themes():
            self.register_theme(own)
        self.theme = theme
        self._plan, self._first = plan, snapshot
        running = snapshot is not None and snapshot.status == "running"
        self.runner = SimpleNamespace(running=running, speed=None, speed_chosen=False, summary=lambda: Content(""))
        self.open_name, self.openings = "rings" if plan else "", 0
        self.tour = SimpleNamespace(line=lambda mode: "")

    def on_mount(self) -> None:
        self.push_screen(TrainScreen())
        self.snapshot = self._first

    def plan(self) -> Plan | None:
        return self._plan

    def key_of(self, action: str) -> str:
        keys = default_keys()[action].split(",")[0]
        return {"space": "Space"}.get(keys, keys)
