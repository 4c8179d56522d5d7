"""Shows the selection in the panes of the Step screen."""

from tui_ann.engine.readability import any_reads_as_power
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.captions import change, given_steps, sentence, title, whose
from tui_ann.tui.step.course_curve import CourseCurve
from tui_ann.tui.step.numeric_check import NumericCheck
from tui_ann.tui.step.panes import UpdatePanes
from tui_ann.tui.step.picture import lights
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.status import NoUpdate, StepStatus
from tui_ann.tui.step.working import Working
from tui_ann.tui.widgets.panes import TITLE_FRAME
from tui_ann.tui.widgets.plain import plain

MOST_DECIMALS = 15
"""More digits than this are rounding noise."""
_SCROLLED = 4
"""Number of lines to scroll the formula by."""


class Display:
    """Keeps the panes up to date with the selection.

    Args:
        host: The application.
        selection: The current selection.
        panes: The panes to update.
        status: Knows why there is nothing to show.
    """

    def __init__(self, host: ScreenHost, selection: Selection, panes: UpdatePanes, status: StepStatus) -> None:
        self._host, self._selection, self._panes, self._status = host, selection, panes, status
        self.plan: Plan | None = None
        """The untrained network; `None` if nothing is open."""
        self._working, self._check, self._course = Working(), NumericCheck(), CourseCurve()
        self._shown_part: int | None = None
        self._formula_title = ""
        self._reason: NoUpdate | None = None
        """The reason last shown for having no update."""

    @property
    def is_stale(self) -> bool:
        """Whether the reason for showing no update has changed since it was written."""
        return self._reason != self._status.no_update()

    def show(self) -> None:
        """Show the selected update, or why there is none."""
        if self._selection.place is None:
            self._clear()
        else:
            self._show_update()
        self._host.refresh_status()

    def show_all(self) -> None:
        """Show the selected update and the losses."""
        self.show_loss()
        self.show()

    def change_decimals(self, step: int) -> None:
        """Show more decimals, or fewer.

        Args:
            step: Number of decimals to add; negative to remove.
        """
        self._selection.decimals = max(0, min(MOST_DECIMALS, self._selection.decimals + step))
        self.show()

    def _clear(self) -> None:
        panes, decimals = self._panes, self._selection.decimals
        self._reason = reason = self._status.no_update()
        panes.numbers.empty, panes.ledger.empty, panes.formula.empty = reason
        panes.ledger.set_data((), 0, decimals)
        panes.ledger_pane.border_title, panes.ledger_pane.border_subtitle = plain("Update"), plain("")
        panes.formula.set_data((), decimals)
        self._name_formula("Formula")
        panes.numbers.set_part(None, (), {})
        self._show_network()

    def _show_update(self) -> None:
        selection, session = self._selection, self._host.session
        place, trace = selection.place, selection.trace
        if place is None or trace is None:
            return
        self._host.notation.require_brackets(any_reads_as_power(part.expression for part in trace.parts))
        self.name_update()
        who = whose(place, trace, session.workspace.dataset, session.workspace.table)
        self._panes.ledger_pane.border_subtitle = plain(who)
        done = min(place.done, len(trace.parts))
        self._panes.ledger.set_data(trace.parts, done, selection.decimals, made=selection.made_parts)
        self._show_part()

    def show_part(self) -> bool:
        """Show the part under the cursor.

        Returns:
            Whether the part has changed.
        """
        moved = self._shown_part != self._selection.index
        if moved:
            self._show_part()
        return moved

    def name_update(self) -> None:
        """Write the title of the ledger, as long as fits its frame."""
        place, trace, pane = self._selection.place, self._selection.trace, self._panes.ledger_pane
        if place is not None and trace is not None:
            width, alone = pane.size.width - TITLE_FRAME, self._selection.is_alone
            pane.border_title = plain(title(place, width, alone=alone, from_here=bool(trace.row)))

    def _show_part(self) -> None:
        selection = self._selection
        trace, part = selection.trace, selection.part if selection.is_done else None
        self._panes.numbers.empty = "Not computed yet."
        self._shown_part = selection.index
        columns = self.plan.weight_columns if self.plan is not None else {}
        examples = [int(example) for example in trace.examples] if trace is not None else []
        self._panes.numbers.set_part(part, examples, columns)
        self.show_formula()
        self._show_network()

    def show_formula(self) -> None:
        """Show how the part is computed, and the number under the cursor in full."""
        selection, view = self._selection, self._panes.formula
        trace, part = selection.trace, selection.part
        if trace is None or part is None:
            return
        if selection.at_start:
            words = "What the update begins with."
            view.set_data(given_steps(trace), selection.decimals, sentence=words)
            self._name_formula("Before the update")
            return
        known = selection.is_done
        cell = selection.cell if part.value.size > 1 or part.value.ndim == 0 else (0,) * part.value.ndim
        view.set_data(
            self._working.steps(trace.network, trace, part),
            selection.decimals,
            told=known,
            cell=cell,
            examples=trace.examples,
            change=change(trace, part),
            check=self._check.words(trace.network, trace, part, cell) if known else "",
            sentence=sentence(part, told=known),
        )
        unmade = "" if selection.is_made else "Not made by the run · "
        self._name_formula(f"{unmade}{view.title or 'Formula'}")

    def _name_formula(self, title: str) -> None:
        if title != self._formula_title:  # setting it repaints the whole pane
            self._formula_title = title
            self._panes.formula_pane.border_title = plain(title)

    def _show_network(self) -> None:
        picture, selection, note = self._panes.network, self._selection, ""
        place, trace, index = selection.place, selection.trace, selection.index
        if self.plan is None:
            picture.set_data(())
        elif place is None or trace is None:
            picture.set_data(self.plan.views())
        else:
            done = place.done if index is None else min(place.done, index + 1)
            ahead = None if selection.is_done or selection.at_start else selection.part
            shown = lights(self.plan.views(), trace.network, trace, done, ahead)
            picture.set_data(shown.views, shown.weights, shown.lit)
            note = shown.note
        self._panes.network_pane.border_title = plain(f"Network · {note}" if note else "Network")

    def show_loss(self) -> None:
        """Show the losses of the run: all ever computed if an update is shown; in practice, those so far."""
        session, place = self._host.session, self._selection.place
        course = session.stepper.farthest if session.workspace.run is not None and place is not None else None
        so_far = self._selection.practising
        self._course.show(self._panes.curve, self._host.snapshot, place, course, so_far=so_far)

    def scroll_formula(self, pages: int) -> None:
        """Scroll the formula.

        Args:
            pages: 1 for down, −1 for up.
        """
        self._panes.formula.scroll_relative(y=pages * _SCROLLED, animate=False)
