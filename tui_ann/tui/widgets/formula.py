"""The formula of one part of an update, as scrollable lines."""

import textwrap
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_ann.engine.tape import Array
from tui_ann.export.worked.nodes import Row
from tui_ann.export.worked.steps import Step
from tui_ann.text import cell_width, clean, counted
from tui_ann.tui.draw.formula import FormulaLine, formula_lines
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.describing import Describing
from tui_ann.tui.widgets.scrolling import resize_content

_BESIDE = 8
"""Lines of the pane that are left for other things than a matrix."""


class FormulaView(ScrollView, Describing, can_focus=True, inherit_bindings=False):
    """Shows the steps of one part, set with `set_data`; up, down and the mouse wheel scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", "up", "down", "page_up", "page_down", "first", "last")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "formula--label", "formula--strong", "formula--note", "formula--lead",
    }  # fmt: skip
    DEFAULT_CSS = """
    FormulaView {
        height: 1fr;
        background: transparent;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .formula--label { color: $dim-text; }
        & > .formula--lead { color: $foreground; }
        & > .formula--strong { color: $foreground; text-style: bold; }
        & > .formula--note { color: $dim-text; text-style: italic; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="formula")
        self.empty = ""
        """The text to show if there are no steps."""
        self._steps: Sequence[Step] = ()
        self._decimals, self._tells = 4, True
        self._cell: tuple[int, ...] = ()
        self._examples: Array | None = None
        self._change: Row = ()
        self._check = self._sentence = ""
        self._lines: list[FormulaLine] = []

    def set_data(
        self,
        steps: Sequence[Step],
        decimals: int,
        *,
        told: bool = True,
        cell: tuple[int, ...] = (),
        examples: Array | None = None,
        change: Row = (),
        check: str = "",
        sentence: str = "",
    ) -> None:
        """Show the steps of one part.

        Args:
            steps: The steps.
            decimals: Maximum number of decimals.
            told: Whether numbers are shown.
            cell: Index of the number that is shown in full.
            examples: Training rows in the batch; their numbers label the examples.
            change: What an update adds to a parameter, as an equation.
            check: The number in full, computed by another method.
            sentence: What the part is for.
        """
        other = [step.symbol for step in steps] != [step.symbol for step in self._steps]
        self._steps, self._decimals, self._tells = steps, decimals, told
        self._cell, self._change, self._check, self._sentence = cell, change, check, sentence
        self._examples = examples
        self._lay_out()
        if other:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        """Wrap the lines for the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        # Room for the scrollbar in any case: whether it is needed is known only when the lines are laid out.
        width = max(1, self.size.width - self.styles.scrollbar_size_vertical - 1)
        if not self._steps:
            self._lines = [FormulaLine(text=text, look="note") for text in textwrap.wrap(self.empty, max(8, width - 1))]
            resize_content(self, Size(width, len(self._lines)))
            self.refresh()
            self.tell()
            return
        self._lines = formula_lines(
            self._steps,
            width,
            self._decimals,
            told=self._tells,
            cell=self._cell,
            examples=self._examples,
            change=self._change,
            check=self._check,
            sentence=self._sentence,
            rows=min(16, self.size.height - _BESIDE),
        )
        resize_content(self, Size(width, len(self._lines)))
        self.refresh()
        self.call_after_refresh(self.tell)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Say again how much lies below."""
        super().watch_scroll_y(old_value, new_value)
        self.tell()

    def describe(self) -> str:
        """How many lines lie below those that are shown."""
        hidden = len(self._lines) - self.scroll_offset.y - self.size.height
        return f"▾ {counted(hidden, 'more line')}" if hidden > 0 else ""

    @property
    def lines(self) -> list[str]:
        """The lines as plain text."""
        return [f"{line.label}{line.text}" for line in self._lines]

    @property
    def title(self) -> str:
        """What is computed, in a word or two."""
        return self._steps[-1].title if self._steps else ""

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        index = y + self.scroll_offset.y
        blank = self.visual_style.rich_style
        if index >= len(self._lines):
            return Strip.blank(width, blank)
        line = self._lines[index]
        label = f" {clean(line.label)}"
        text = clean(line.text, max(0, width - cell_width(label)))
        look = self.get_visual_style(f"formula--{line.look}").rich_style if line.look else blank
        words = text.lstrip(" ")
        segments = [Segment(label, self.get_visual_style("formula--label").rich_style)]
        segments += [Segment(" " * (len(text) - len(words)), blank), Segment(words, look)]
        return Strip(segments).adjust_cell_length(width, blank)

    def action_move(self, where: str) -> None:
        """Scroll.

        Args:
            where: Second half of a list action's id, such as `up`.
        """
        scroll = {
            "up": self.scroll_up,
            "down": self.scroll_down,
            "page_up": self.scroll_page_up,
            "page_down": self.scroll_page_down,
            "first": self.scroll_home,
            "last": self.scroll_end,
        }
        scroll[where](animate=False)
