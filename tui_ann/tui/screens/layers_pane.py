"""The list of layers, and the settings of the selected layer."""

from collections.abc import Callable

from textual.widget import Widget
from textual.widgets import Static

from tui_ann.experiment.keys import layer_key
from tui_ann.experiment.settings import LAYER_SETTINGS
from tui_ann.experiment.spec import Experiment, LayerSpec
from tui_ann.text import count
from tui_ann.tui.content.layer_text import (
    curve_of,
    curve_title,
    faulty,
    form_keys,
    inputs_text,
    kind_word,
    layer_hint,
    layer_parts,
    usual,
)
from tui_ann.tui.content.plan import Plan, spaced
from tui_ann.tui.dialogs.settings_form import Line, SettingsForm
from tui_ann.tui.widgets.function_plot import FunctionPlot
from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

_MOST_BESIDE_CURVE = 9
"""With more layers and inputs in the list, the curve of the activation would leave no room for the settings."""


class LayersPane(Pane):
    """Shows the layers of a plan, set with `show_plan`."""

    def __init__(self) -> None:
        self.rows = RowList(id="layers", choosable=False, empty="open something first: 0")
        """The list: the inputs, then the layers."""
        self.form = SettingsForm(id="layer-form", choosable=False)
        """The settings of the current layer."""
        self._heading = Static(id="layer-title", markup=False)
        self._explanation = Static(id="layer-help", markup=False)
        self._curve_title = Static(id="layer-curve-title", markup=False)
        self._curve = FunctionPlot(id="layer-curve")
        super().__init__(
            self.rows,
            self._heading,
            self.form,
            self._curve_title,
            self._curve,
            self._explanation,
            title="Layers",
            id="layers-pane",
        )
        self.plan: Plan | None = None
        """The plan on display."""
        self._proposal: Experiment | None = None

    @property
    def place(self) -> int:
        """Index of the current layer; −1 for the inputs."""
        return self.rows.cursor - 1

    @property
    def current_layer(self) -> LayerSpec | None:
        """The current layer; `None` for the inputs."""
        layers = self.plan.experiment.network.layers if self.plan else ()
        return layers[self.place] if 0 <= self.place < len(layers) else None

    def select(self, place: int) -> None:
        """Move the cursor to a layer.

        Args:
            place: Its index.
        """
        self.rows.cursor = place + 1
        self.rows.focus()

    def stops(self) -> list[Widget]:
        """The list; the settings of a layer belong to it and have a key of their own."""
        return [widget for widget in super().stops() if widget is not self.form or widget.has_focus]

    def show_plan(self, plan: Plan | None, proposal: Experiment | None) -> None:
        """Show the layers of a plan.

        Args:
            plan: The plan; `None` if nothing is open.
            proposal: The program's proposal, to mark differences.
        """
        self.plan, self._proposal = plan, proposal
        if plan is None:
            self.rows.show(0, lambda index, width: Row(()))
            return
        layers = plan.experiment.network.layers
        self.rows.show(len(layers) + 1, self._row, cursor=None if self.rows.count else 1)
        self.show_layer()

    def _row(self, index: int, width: int) -> Row:
        plan = self.plan
        assert plan is not None
        if index == 0:
            inputs = count(plan.inputs) if plan.inputs else "?"
            return Row(((" 0 ", "muted"), ("input    ", ""), (f"{inputs:>6}", "strong")), (("x ", "muted"),))
        layer = plan.experiment.network.layers[index - 1]
        key = layer_key(index - 1)
        bad = any(problem.where == key or problem.where.startswith(f"{key}.") for problem in plan.problems)
        kind = kind_word(layer)
        head = ((f"{'✗' if bad else ' '}{index} ", "bad" if bad else "muted"), (f"{kind:<9}", ""))
        lines = plan.lines
        tail = f"{count(lines[index - 1].parameters)} " if lines and lines[index - 1].parameters else ""
        return Row((*head, *layer_parts(layer)), ((tail, "muted"),))

    def show_layer(self) -> None:
        """Show the settings of the current layer and the formula of its parameters."""
        plan, layer = self.plan, self.current_layer
        self.form.display = layer is not None
        self.help_topic = layer.type if layer is not None else "input"
        name, alpha = curve_of(layer)
        self._curve.set_function(name, alpha)
        self._curve_title.update(plain(curve_title(layer)))
        self.set_class(not name or self.rows.count > _MOST_BESIDE_CURVE, "-no-curve")
        if plan is None:
            return
        if layer is None:
            self._heading.update(plain(inputs_text(plan)))
            return
        proposed = self._proposal.network.layers if self._proposal else ()
        same = proposed[self.place] if self.place < len(proposed) else None
        self.form.show_settings(
            layer,
            [Line(setting) for setting in LAYER_SETTINGS[layer.type].values()],
            same if type(same) is type(layer) else None,
            usual=usual(plan.experiment, layer),
            faulty=faulty(plan, f"{layer_key(self.place)}."),
        )
        lines = plan.lines
        formula = spaced(lines[self.place].formula) if lines and lines[self.place].parameters else "no parameters"
        self._heading.update(plain(f"layer {self.place + 1} · {formula}"))

    def explain(self, key_of: Callable[[str], str]) -> None:
        """Explain the setting or the layer under the cursor, if this pane has the focus.

        Args:
            key_of: The key of an action, as displayed to the user.
        """
        text = self.form.explanation() if self.form.has_focus else ""
        self.tell(plain(form_keys(key_of) if self.form.has_focus else ""))
        if self.rows.has_focus and self.plan is not None:
            text = layer_hint(self.current_layer, key_of)
        self._explanation.update(plain(text))
