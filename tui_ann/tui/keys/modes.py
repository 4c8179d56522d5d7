"""The screens of the application by digit; a new screen is one entry here."""

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from textual.screen import Screen


@dataclass(frozen=True)
class Mode:
    """A screen of the application."""

    id: str
    """Name of its mode, of the scope of its actions, and of its help page."""
    digit: str
    """The key that shows it."""
    title: str
    """Its title in the header."""
    help: str
    """One sentence for footer, palette and help."""
    target: str
    """Module and class, imported when the screen is first shown."""

    @property
    def style(self) -> str:
        """Its style sheet, next to the module; read at the start, so that it delays no screen."""
        return f"../screens/{self.target.partition(':')[0].rpartition('.')[2]}.tcss"

    def make(self) -> Screen[None]:
        """A new screen."""
        module, _, name = self.target.partition(":")
        return cast(Screen[None], getattr(import_module(module), name)())


MODES: tuple[Mode, ...] = (
    Mode(
        "start", "0", "Start", "Goes to the examples and recent files.",
        "tui_ann.tui.screens.start:StartScreen",
    ),
    Mode("data", "1", "Data", "Goes to the columns, the target and the rows.", "tui_ann.tui.screens.data:DataScreen"),
    Mode("build", "2", "Build", "Goes to the layers and the descent.", "tui_ann.tui.screens.build:BuildScreen"),
    Mode("train", "3", "Train", "Goes to the training run.", "tui_ann.tui.screens.train:TrainScreen"),
    Mode("step", "4", "Step", "Goes to one update, part by part.", "tui_ann.tui.screens.step:StepScreen"),
    Mode(
        "explore", "5", "Explore", "Goes to pictures of what the network has learnt.",
        "tui_ann.tui.screens.explore:ExploreScreen",
    ),
    Mode(
        "compare", "6", "Compare", "Goes to all runs side by side, as curves and as a table.",
        "tui_ann.tui.screens.compare:CompareScreen",
    ),
    Mode(
        "predict", "7", "Predict", "Goes to the answers: how good they are, row by row, and for rows of your own.",
        "tui_ann.tui.screens.predict:PredictScreen",
    ),
)  # fmt: skip
"""Every screen, by digit."""

HOME = MODES[0].id
"""The first screen."""
