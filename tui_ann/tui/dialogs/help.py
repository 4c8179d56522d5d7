"""Help: first what is under the cursor, then the screen, then its keys."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown, Static

from tui_ann.text import cell_width
from tui_ann.tui.content.glossary import Term, page
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.widgets.plain import plain


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


class HelpDialog(Dialog[None]):
    """Help for the current state of a screen.

    Args:
        term: The term for what is under the cursor, if there is one.
        page_name: Name of the screen's page.
        keys: The actions that are possible now.
        footnote: Where the user's own files are.
    """

    def __init__(self, term: Term | None, page_name: str, keys: Sequence[Key], footnote: str) -> None:
        super().__init__(term.title if term is not None else "Help")
        self._term = term
        self._page = page_name
        self._keys = keys
        self._footnote = footnote
        self.add_class("-help")

    def compose_content(self) -> Iterable[Widget]:
        """Term, page and keys, in one scrollable view."""
        with VerticalScroll(id="help"):
            if self._term is not None:
                if self._term.formula:
                    yield Static(plain(self._term.formula), classes="formula", markup=False)
                yield Static(plain(" ".join(self._term.text.split())), classes="term", markup=False)
            text = page(self._page)
            if text:
                yield Markdown(text, open_links=False)
            yield Static("Keys", classes="title", markup=False)
            yield Static(Content("\n").join(self._lines()), classes="keys", markup=False)
            yield Static(plain(self._footnote), classes="footnote", markup=False)

    def _lines(self) -> Iterator[Content]:
        width = max((cell_width(key.keys) for key in self._keys), default=0)
        label = max((cell_width(key.label) for key in self._keys), default=0)
        for key in self._keys:
            gap = " " * (width - cell_width(key.keys))
            yield Content.assemble(f"{gap}", (key.keys, "bold"), f"  {key.label:<{label}}  ", (key.sentence, "dim"))
