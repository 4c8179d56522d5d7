"""One row in the units of the file: a field for each column, with what was seen in training; ŷ follows each key."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.errors import DataError
from tui_ann.session.evaluate.typed_row import RowField
from tui_ann.text import cell_width, clean, fit, number, share
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput

_NAME = 26
_SEEN = 24
_BAR = 10
_WIDE = 100
"""From so many columns on, what was seen in training stands beside each field."""
_NUMBER = 9
_WIDEST = 120
"""From so many columns on, the number stands beside each bar."""
_AROUND = 9
"""Lines of the dialog around the fields."""


@dataclass(frozen=True)
class RowAnswer:
    """What there is to say of the texts of the form."""

    answer: str
    """ŷ in words; empty if a field cannot be used."""
    pushes: Mapping[str, float]
    """How much each column moved the answer, from −1 to 1."""
    moved: Mapping[str, str]
    """The same as numbers, each how much it moved `what_moved` from that of the mean row."""
    effects: Mapping[str, str]
    """ŷ for one σ less and one σ more of each column, in words."""
    words: Mapping[str, str]
    """What is unusual about a field, or why it cannot be used."""
    unusable: frozenset[str]
    """The fields that cannot be used."""
    nearest: str = ""
    """The training rows most like it."""
    what_moved: str = "ŷ"
    """What the bars and numbers are of: ŷ or its log-odds."""


class RowInput(PlainInput):
    """A field of the form.

    Args:
        field: The column.
        place: Its number, for its id.
        fill: Takes over a pasted line; returns whether it did.
    """

    def __init__(self, field: str, place: int, fill: Callable[[str], bool]) -> None:
        super().__init__(id=f"row-input-{place}", classes="row-input", select_on_focus=True)
        self.field = field
        self._fill = fill

    def _on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, or fill all fields with a line of CSV."""
        event.prevent_default()
        event.stop()
        if not self._fill(event.text):
            self.replace(event.text.splitlines()[0] if event.text else "", *sorted(self.selection))


class RowFormDialog(Dialog[dict[str, str]]):
    """The form; dismissed with the texts when the user accepts them.

    Args:
        title: Its title.
        fields: The fields.
        target: The name of the target; its field is the last, and may stay empty.
        texts: The first text of each field.
        answer: Asked after each key with the texts; its answer comes to `show_answer`.
        line: Turns a pasted line of CSV into texts.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("exercise", "up", "down"), *bindings("dialog", "done")]
    AUTO_FOCUS = "RowInput"

    def __init__(
        self,
        title: str,
        fields: tuple[RowField, ...],
        target: str,
        texts: Mapping[str, str],
        answer: Callable[["RowFormDialog", dict[str, str]], object],
        line: Callable[[str], dict[str, str]],
    ) -> None:
        super().__init__(title)
        self._fields, self._target, self._first = fields, target, texts
        self._ask, self._line = answer, line
        self._answer: RowAnswer | None = None
        self._pasted = ""

    @property
    def _names(self) -> list[str]:
        return [field.column for field in self._fields] + ([self._target] if self._target else [])

    def compose_content(self) -> Iterable[Widget]:
        """The answer, the fields, the help of the current one."""
        yield Static(id="answer", markup=False)
        yield Static(id="nearest", markup=False)
        yield Static(id="head", markup=False)
        with VerticalScroll(id="fields", can_focus=False):
            for place, name in enumerate(self._names):
                with Horizontal(classes="row-field"):
                    yield Static(plain(fit(name, _NAME)), classes="row-name", markup=False)
                    yield RowInput(name, place, self._fill)
                    yield Static(id=f"row-said-{place}", classes="row-said", markup=False)
        yield Static(id="allowed", markup=False)

    def on_mount(self) -> None:
        """Fill the fields, and ask for the answer; as high as the fields need, within the window."""
        self.query_one(".dialog").styles.height = len(self._names) + _AROUND
        moved = _BAR + (_NUMBER if self.size.width >= _WIDEST else 0)
        head = f"{'column':<{_NAME}} {'value':<14} {'moved ŷ':<{moved}} ŷ at x−σ, at x+σ"
        self.query_one("#head", Static).update(
            plain(head + ("   seen in training" if self.size.width >= _WIDE else ""))
        )
        self._put(self._first)

    def _put(self, texts: Mapping[str, str]) -> None:
        for each in self.query(RowInput):
            if each.field in texts:
                with each.prevent(Input.Changed):
                    each.value = texts[each.field]
                    each.action_select_all() if each.has_focus else each.action_end()
        self._ask(self, self.texts)

    @property
    def texts(self) -> dict[str, str]:
        """The text of each field."""
        return {each.field: each.value for each in self.query(RowInput)}

    def _fill(self, text: str) -> bool:
        """Take over a pasted line of CSV, if it is one."""
        if "\n" not in text.strip() and not any(sign in text for sign in ",;\t|"):
            return False
        if "\n" not in text.strip() and text.count(",") == 1 and len(self._fields) != 2:
            return False  # a number with a decimal comma
        try:
            found = self._line(text)
        except DataError as error:
            self._pasted = f"{error.message} {error.remedy}"
            self._explain()
            return True
        self._pasted = ""
        self._put(found)
        return True

    @on(Input.Changed, ".row-input")
    def _typed(self, event: Input.Changed) -> None:
        """Ask for the answer to what is typed."""
        event.stop()
        self._pasted = ""
        self._ask(self, self.texts)

    @on(Input.Submitted, ".row-input")
    def _submitted(self, event: Input.Submitted) -> None:
        """Show the row in its pane."""
        event.stop()
        self.action_done()

    def action_done(self) -> None:
        """Accept the row, unless a field cannot be used."""
        answer = self._answer
        if answer is not None and not answer.unusable:
            self.dismiss(self.texts)
            return
        self.app.bell()
        for each in self.query(RowInput):
            if answer is not None and each.field in answer.unusable:
                each.focus()
                break

    def action_move(self, by: int) -> None:
        """Go to another field, at once: what is typed next belongs to it.

        Args:
            by: 1 for the next, −1 for the previous.
        """
        inputs = list(self.query(RowInput))
        here = next((i for i, each in enumerate(inputs) if each is self.focused), 0)
        self.set_focus(inputs[(here + by) % len(inputs)])

    def on_descendant_focus(self) -> None:
        """Explain the field that was entered."""
        self._explain()

    def show_answer(self, answer: RowAnswer) -> None:
        """Show what there is to say of the texts.

        Args:
            answer: The answer.
        """
        self._answer = answer
        words = answer.answer or "A field cannot be used."
        self.query_one("#answer", Static).update(Content.styled(words, "$text-error" if answer.unusable else "bold"))
        self.query_one("#nearest", Static).update(plain(answer.nearest))
        for place, field in enumerate(self._fields):
            self.query_one(f"#row-said-{place}", Static).update(self._said(field, answer))
        if self._target:
            said = self.query_one(f"#row-said-{len(self._fields)}", Static)
            said.update(Content.styled("the truth, if known: Step needs it for the gradient", "$dim-text"))
        self._explain()

    def _said(self, field: RowField, answer: RowAnswer) -> Content:
        """Bar, effects, and what is unusual or was seen in training."""
        push = answer.pushes.get(field.column, 0.0)
        bar = ("+" if push > 0 else "−") + "▇" * round(abs(push) * (_BAR - 1)) if push else ""
        colour = "$data-positive" if push > 0 else "$data-negative"
        if self.size.width >= _WIDEST:
            bar = fit(bar, _BAR) + fit(answer.moved.get(field.column, ""), _NUMBER - 1)
        bar = fit(bar, _BAR + (_NUMBER if self.size.width >= _WIDEST else 0))
        parts = [Content.styled(bar, colour), Content(f" {fit(answer.effects.get(field.column, ''), 16)} ")]
        words = answer.words.get(field.column, "")
        if words:  # instead of the effects, so that there is room for them in a narrow window
            sign = "✗" if field.column in answer.unusable else "!"
            style = "$text-error" if field.column in answer.unusable else "$text-warning"
            return Content.assemble(parts[0], Content.styled(f" {sign} {clean(words, 60)}", style))
        seen = clean(field.seen, _SEEN) if self.size.width >= _WIDE else ""
        return Content.assemble(*parts, Content.styled(seen, "$dim-text"))

    def _explain(self) -> None:
        note, focused = self.query_one("#allowed", Static), self.focused
        note.set_class(bool(self._pasted), "-bad")
        if self._pasted:
            note.update(plain(self._pasted))
            return
        field = next((f for f in self._fields if isinstance(focused, RowInput) and f.column == focused.field), None)
        if field is None:
            note.update(plain("Enter shows the row; Escape closes."))
            return
        answer = self._answer
        said = answer.words.get(field.column, "") if answer is not None else ""
        moved = answer.moved.get(field.column, "") if answer is not None else ""
        width = max(20, cell_width(field.seen))
        words = f"{clean(field.column, 40)}: {field.kind}, in training {clean(field.seen, width)}."
        if answer is not None and moved:
            words += f" Moved {answer.what_moved} by {moved} from that of the mean row."
        words += f" Empty takes {field.typical_is}, {clean(field.typical, 20)}. A line of CSV can be pasted."
        note.update(plain(f"{clean(said, 90)}. {words}" if said else words))


def effect_text(lower: float, higher: float, *, probability: bool, labels: bool = False) -> str:
    """ŷ for one σ less and one σ more, in words; the range of labels, which has ŷ of the row in it.

    Of one σ less and more, ŷ of the row need not be between: a network is not monotone.

    Args:
        lower: ŷ for one σ less, or the least of all labels.
        higher: ŷ for one σ more, or the most of all labels.
        probability: Whether they are probabilities.
        labels: Whether it is a column of labels.
    """
    written = partial(share, digits=2) if probability else partial(number, digits=3)
    return f"{written(lower)}{' … ' if labels else ', '}{written(higher)}"
