"""What tests of the Step screen read off it."""

from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.formula import FormulaView


def step_screen(app: TuiAnnApp) -> StepScreen:
    screen = app.screen
    assert isinstance(screen, StepScreen)
    return screen


def formula(app: TuiAnnApp) -> str:
    return "\n".join(app.screen.query_one(FormulaView).lines)
