"""New exercise: one form with sizes, activations, loss, η, an example, and every weight and bias."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.session.exercise.draft import Draft, one_line
from tui_ann.session.exercise.fields import field_info, numbers_in
from tui_ann.session.exercise.reading import faults, help_of
from tui_ann.text import counted
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput


class FieldInput(PlainInput):
    """One field; a pasted matrix keeps its rows, a pasted text that names fields goes to those.

    Args:
        name: Name of the field.
        fill: Takes over the fields that a text names; returns whether it names any.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("exercise", "work")]

    def __init__(self, name: str, fill: Callable[[str], bool]) -> None:
        super().__init__(name=name, classes="field")
        self.field = name
        self.shown = ""
        """The text that the form has seen last; if the value differs, its message is still on the way."""
        self._fill = fill

    def _on_paste(self, event: events.Paste) -> None:
        """Insert what was pasted, or fill the fields that it names."""
        event.prevent_default()
        event.stop()
        if not self._fill(event.text):
            self.replace(one_line(event.text), *sorted(self.selection))

    def action_work(self) -> None:
        """Work the exercise out."""
        self.post_message(self.Submitted(self, self.value))


class ExerciseDialog(Dialog[dict[str, str]]):
    """Every field has a proposal; dismissed with the texts of all fields when none has a mistake.

    Args:
        draft: What was typed so far; it is kept also if the dialog is closed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("exercise", "up", "down", "fresh")]
    AUTO_FOCUS = "FieldInput"

    def __init__(self, draft: Draft) -> None:
        super().__init__("New exercise")
        self._draft = draft
        self._aside: dict[str, str] = {}
        """What was typed before the form was emptied."""
        self._faults: dict[str, str] = {}
        self._names: tuple[str, ...] = ()
        self._here = self._left = ""
        """The current field, and the one that was left for it, until something is typed."""

    def compose_content(self) -> Iterable[Widget]:
        """The network in words, the fields, the help of the current field."""
        yield Static(id="network", markup=False)
        yield VerticalScroll(id="fields", can_focus=False)
        yield Static(id="allowed", markup=False)

    async def on_mount(self) -> None:
        """Show the fields."""
        await self._lay_out()
        self.query(FieldInput).first().focus()

    async def _lay_out(self) -> None:
        """Add and remove fields, so that there is one for each parameter of the network."""
        names, body = self._draft.names, self.query_one("#fields")
        for row in list(body.query(".field-row")):
            if row.name not in names:
                await row.remove()
        for place, name in enumerate(names):
            if not body.query(f"#row-{name}"):
                label = Static(classes="label", markup=False)
                row = Horizontal(label, FieldInput(name, self._fill), name=name, id=f"row-{name}", classes="field-row")
                await body.mount(row, before=place if place < len(body.children) else None)
        self._names = names
        self._refresh_values()

    def _refresh_values(self) -> None:
        """Show what is typed or proposed in every field but the one in which the user types."""
        texts = self._draft.texts
        for each in self.query(FieldInput):
            left_empty = each is self.focused and not each.value.strip()
            if each.value == each.shown != texts[each.field] and not left_empty:
                with each.prevent(Input.Changed):
                    each.value = each.shown = texts[each.field]
            each.set_class(each.field not in self._draft.typed, "-proposed")
        self._judge()

    def _judge(self) -> None:
        sizes = self._draft.sizes
        self._faults = faults(self._draft.texts)
        for each in self.query(FieldInput):
            wrong = each.field in self._faults
            label = Content(f"{'✗' if wrong else ' '} {field_info(each.field, sizes).label}")
            row = each.parent
            assert row is not None
            mark = row.query_one(".label", Static)
            mark.update(label)
            mark.set_class(wrong, "-bad")
        layers = f"{counted(len(sizes) - 1, 'layer')}, {counted(numbers_in(sizes), 'number')}"
        count = len(self._faults)
        words = f"{counted(count, 'field')} to correct" if count else "Enter works it out on Step"
        self.query_one("#network", Static).update(plain(f"{words} · {' → '.join(map(str, sizes))}: {layers}"))
        self._explain()

    def _explain(self) -> None:
        """Show the mistake of the current field, else that of the field that was just left, or what to type."""
        focused, note = self.focused, self.query_one("#allowed", Static)
        if not isinstance(focused, FieldInput):
            return
        wrong = self._left if self._left in self._faults and focused.field not in self._faults else focused.field
        fault = self._faults.get(wrong)
        label = field_info(wrong, self._draft.sizes).label
        proposal = " An empty field takes what is proposed."
        words = help_of(focused.field, self._draft.sizes) + proposal
        if fault:
            words = fault if fault.startswith(label) else f"{label}: {fault}"
        note.update(plain(words))
        note.set_class(fault is not None, "-bad")

    def _fill(self, text: str) -> bool:
        """Take over the fields that a pasted text names."""
        named = self._draft.fill(text)
        if named:
            self.call_later(self._show_filled)
        return bool(named)

    async def _show_filled(self) -> None:
        """Show what was pasted, and the first mistake in it at once."""
        await self._lay_out()
        self._go_to_fault()

    def _go_to_fault(self) -> None:
        """Go to the first field with a mistake, if there is one."""
        for each in self.query(FieldInput):
            if each.field in self._faults:
                each.focus()
                break

    @on(Input.Changed, ".field")
    async def _typed(self, event: Input.Changed) -> None:
        """Keep what is typed; other sizes have other fields."""
        event.stop()
        field = event.input
        assert isinstance(field, FieldInput)
        field.shown, self._left = field.value, ""
        self._draft.put(field.field, field.value)
        if self._draft.names != self._names:
            await self._lay_out()
        else:
            self._refresh_values()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Explain the field that was entered."""
        if isinstance(event.widget, FieldInput) and event.widget.field != self._here:
            self._left, self._here = self._here, event.widget.field
        if self._names:
            self._refresh_values()

    @on(Input.Submitted, ".field")
    def _submit(self, event: Input.Submitted) -> None:
        """Work it out, or go to the first field with a mistake."""
        event.stop()
        self._faults = faults(self._draft.texts)
        if not self._faults:
            self.dismiss(self._draft.texts)
            return
        self.app.bell()
        self._go_to_fault()
        self._judge()

    async def action_fresh(self) -> None:
        """Empty the form, or bring back what was typed."""
        typed = self._draft.typed
        if typed:
            self._aside = dict(typed)
            typed.clear()
        else:
            typed.update(self._aside)
        await self._lay_out()
        first = self.query(FieldInput).first()
        first.value = first.shown = self._draft.texts[first.field]
        self._refresh_values()
        first.focus()

    def action_move(self, by: int) -> None:
        """Go to another field, at once: what is typed next belongs to it.

        Args:
            by: 1 for the next, −1 for the previous.
        """
        fields = list(self.query(FieldInput))
        here = next((i for i, each in enumerate(fields) if each is self.focused), 0)
        self.set_focus(fields[(here + by) % len(fields)])
