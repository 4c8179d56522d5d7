"""What a user has chosen to look at on one screen, and sees on the others too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loads NumPy and the engine, which would delay the first screen
    from tui_ann.session.step.alone import AloneRow


@dataclass(frozen=True)
class SharedChoices:
    """Choices that hold on every screen, until something else is opened."""

    weight: tuple[str, tuple[int, ...]] | None = None
    """A parameter, such as `W1`, and the place of a number in it, counted from 0; `None` is the first one."""
    neuron: tuple[int, int] | None = None
    """The neuron drawn on the map of Explore: its dense layer, from 1, and its unit, from 0; `None` is the output."""
    columns: tuple[str, str | None] | None = None
    """The columns of the data across and upwards on maps; `None` are those that tell most."""
    row: "AloneRow | None" = None
    """The row that Predict has sent to Step, to be shown alone."""
