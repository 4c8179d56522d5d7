"""Help: what is under the cursor, the keys in two columns, the legend of the pictures, and the page of the screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from textwrap import wrap

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown, Static

from tui_ann.text import cell_width
from tui_ann.tui.content.glossary import LegendEntry, Term
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.widgets.fitted import Fitted
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.text_scroll import TextScroll

_GAP = "  "
_SIGN_WIDTH = 9
_LEAST_SENTENCE = 34
"""Least room for sentences in a column; with less there is one column, and in that only the labels."""
_KEYS_WIDTH = 9
"""Most cells of the keys of an action before its sentence is moved to the right."""


@dataclass(frozen=True)
class Key:
    """One action with its keys."""

    keys: str
    """As displayed to the user."""
    label: str
    """A word or two."""
    sentence: str
    """What happens."""
    scope: str
    """The scope of the action."""

    def also(self, key: str) -> "Key":
        """Return a copy with another key added."""
        return replace(self, keys=f"{self.keys} {key}")


@dataclass(frozen=True)
class HelpPage:
    """What the help shows about a screen."""

    text: str = ""
    """Its page in Markdown."""
    keys: Sequence[Key] = ()
    """The actions that are possible now."""
    legend: Sequence[LegendEntry] = ()
    """The signs of its pictures."""
    footnote: str = ""
    """Where the user's own files are."""


class HelpDialog(Dialog[None]):
    """Help for the current state of a screen, or for a term.

    Args:
        term: The term to explain: that under the cursor if there is a page.
        page: What is shown about the screen.
    """

    def __init__(self, term: Term | None = None, page: HelpPage | None = None) -> None:
        both = term is not None and page is not None
        title = term.title if term is not None else "Help"
        super().__init__(f"Help · {title}" if both else title)
        self._term = term
        self._page = page if page is not None else HelpPage()
        self.add_class("-help")

    def compose_content(self) -> Iterable[Widget]:
        """All of it in one scrollable view; the keys are arranged when the width is known."""
        term, page = self._term, self._page
        with TextScroll(id="help"):
            if term is not None:
                if page.keys:
                    yield Static(plain(f"Under the cursor: {term.title}"), classes="title", markup=False)
                if term.formula:
                    yield Static(plain(term.formula), classes="formula", markup=False)
                yield Static(plain(" ".join(term.text.split())), classes="term", markup=False)
            if page.keys:
                yield Static("Keys", classes="title", markup=False)
                yield Fitted(self._arranged, classes="keys")
            if page.legend:
                yield Static("Signs in the pictures", classes="title", markup=False)
                yield Fitted(self._explained, classes="legend")
            if page.text:
                yield Markdown(page.text, open_links=False)
            if page.footnote:
                yield Static(plain(page.footnote), classes="footnote", markup=False)

    def _explained(self, width: int) -> Iterator[Content]:
        """The lines of the legend: the meaning of each sign next to it."""
        for entry in self._page.legend:
            yield from _meaning(entry, width)

    def _arranged(self, width: int) -> Iterator[Content]:
        """The lines of the keys, in two columns of about the same height; in one if two have no room for sentences."""
        key_width = min(_KEYS_WIDTH, max(cell_width(key.keys) for key in self._page.keys))
        whole, width = width, (width - len(_GAP)) // 2
        if width - key_width - len(_GAP) < _LEAST_SENTENCE:
            for key in self._page.keys:
                yield from _block(key, key_width, whole)
            return
        blocks = [list(_block(key, key_width, width)) for key in self._page.keys]
        half, height, split = sum(map(len, blocks)) / 2, 0, len(blocks)
        for index, block in enumerate(blocks):
            if height >= half:
                split = index
                break
            height += len(block)
        left, right = ([line for block in part for line in block] for part in (blocks[:split], blocks[split:]))
        for first, second in zip_longest(left, right, fillvalue=Content("")):
            yield Content.assemble(first.pad_right(max(0, width - first.cell_length)), _GAP, second)


def _block(key: Key, key_width: int, width: int) -> Iterator[Content]:
    """The lines of an action: its keys, then its sentence, or its label if there is too little room."""
    room = width - key_width - len(_GAP)
    texts = wrap(key.sentence, room) if room >= _LEAST_SENTENCE else [key.label]
    if cell_width(key.keys) > key_width:
        yield Content.styled(key.keys, "bold $data-key")
        head = ""
    else:
        head = key.keys
    for text in texts:
        gap = " " * (key_width - cell_width(head))
        yield Content.assemble(gap, (head, "bold $data-key"), _GAP, text)
        head = ""


def _meaning(entry: LegendEntry, width: int) -> Iterator[Content]:
    """The lines of a sign: the sign in its colour, and its meaning next to it."""
    sign = entry.sign.ljust(_SIGN_WIDTH)
    for text in wrap(entry.text, max(10, width - _SIGN_WIDTH)):
        yield Content.assemble((sign, f"bold ${entry.colour}" if entry.colour else "bold"), text)
        sign = " " * _SIGN_WIDTH
