"""Applications that hold one screen or widget, with what a screen asks of the real one."""

from types import SimpleNamespace
from typing import cast

from textual.app import App, ComposeResult
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.colours import own_themes, with_data_colours
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.keys.keymap import default_keys
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.services.choices import SharedChoices
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.notation import LayerNotation
from tui_ann.tui.services.past_moments import PastMoments
from tui_ann.tui.shell.style_sheets import StyleSheets

APP_STYLE = "../../tui_ann/tui/shell/app.tcss"


class ColouredApp(App[None], inherit_bindings=False):
    """Has the program's themes, style sheets and the colours of the data."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str = "dusk", css: str | None = None) -> None:
        super().__init__(css_path=css)
        for own in own_themes():
            self.register_theme(own)
        self.theme = theme
        self.stylesheet = StyleSheets(variables=self.get_css_variables())

    def get_css_variables(self) -> dict[str, str]:
        return with_data_colours(super().get_css_variables(), self.current_theme)


class WidgetHost(ColouredApp):
    """Shows one widget on the whole screen."""

    CSS = "Screen { overflow: hidden; }"

    def __init__(self, widget: Widget, theme: str = "dusk", *, css: bool = False) -> None:
        super().__init__(theme, APP_STYLE if css else None)
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


class TrainHost(ColouredApp):
    """Shows the Train screen with the snapshots that a test gives it."""

    BINDINGS = [*bindings("app")]  # noqa: RUF012

    revision = var(0)
    snapshot: var[Snapshot | None] = var[Snapshot | None](None)
    picked: var[Snapshot | None] = var[Snapshot | None](None)
    consulted = var(0)

    def __init__(self, plan: Plan | None, snapshot: Snapshot | None = None, theme: str = "dusk") -> None:
        super().__init__(theme, APP_STYLE)
        self._plan, self._first = plan, snapshot
        running = snapshot is not None and snapshot.status == "running"
        state = snapshot.outcome if snapshot is not None else "ready"
        self.runner = SimpleNamespace(running=running, state=state, speed=None, paced=False, full_speed_chosen=False)
        self.runner.summary = lambda: Content("")
        self.keeping = SimpleNamespace(warning=lambda: Content(""))
        self.tour = SimpleNamespace(line=lambda mode: "")
        self.moments = PastMoments(cast(Host, self))
        self.doctor = SimpleNamespace(
            line=lambda width, calmer=False: Content(""), calmer=lambda eta: None, knows_better=lambda: False
        )
        self.open_name, self.openings = "rings" if plan else "", 0
        self.choices = SharedChoices()
        self.notation = LayerNotation(cast(Host, self))

    def on_mount(self) -> None:
        self.push_screen(TrainScreen())
        self.snapshot = self._first

    def action_show(self, what: str) -> None:
        """So that the footer shows the key of the palette."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the end of the run where the application does."""
        end = (action, parameters) == ("train", ("end",))
        return not end or (self.snapshot is not None and self.snapshot.left_its_end)

    def plan(self) -> Plan | None:
        return self._plan

    def key_of(self, action: str) -> str:
        keys = default_keys()[action].split(",")[0]
        return {"space": "Space"}.get(keys, keys)
