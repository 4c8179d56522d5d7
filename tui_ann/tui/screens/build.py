"""Build: the layers, the drawn network, the descent; every edit goes through the session and can be undone."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.experiment.spec import LAYER_TYPES, DenseSpec, Experiment, LayerSpec
from tui_ann.text import count, short
from tui_ann.tui.content import edits
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.layer_text import faulty, inputs_text, kind_word, layer_hint, layer_parts, usual
from tui_ann.tui.content.plan import Plan, spaced, total
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.settings_form import Line, SettingsForm
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import DescribedPane, Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

DESCENT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Descent",
        (
            "training.loss", "training.variant", "training.batch_size", "training.learning_rate",
            "training.optimizer", "training.momentum", "training.epochs",
        ),
    ),
    (
        "Stopping",
        (
            "training.tolerance", "training.gradient_tolerance", "training.early_stopping",
            "training.early_stopping.monitor", "training.early_stopping.patience",
            "training.early_stopping.min_delta", "training.early_stopping.restore_best_weights",
        ),
    ),
    ("Against overfitting", ("training.l1", "training.l2", "data.noise")),
    (
        "Start and order",
        ("network.seed", "network.initializer", "network.weights", "training.shuffle", "training.shuffle_seed"),
    ),
    ("Figures", ("training.metrics", "training.dtype")),
)  # fmt: skip
"""The settings of the descent under their titles."""


def descent_lines() -> list[Line]:
    """The form of the descent."""
    lines: list[Line] = []
    for title, keys in DESCENT:
        lines.append(Line(None, title))
        lines += [Line(SETTINGS[key]) for key in keys]
    return lines


class BuildScreen(AnnScreen):
    """The network and its training, ready to be changed."""

    MODE = "build"
    CSS_PATH = "build.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("build")]
    AUTO_FOCUS = "#layers"

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self._done: tuple[Experiment, str] | None = None
        """The experiment that the last change on this screen made, and what the change was."""

    def compose_body(self) -> Iterable[Widget]:
        """Layers, network, descent."""
        yield Panes(
            Pane(
                RowList(id="layers", choosable=False, empty="open something first: 0"),
                Static(id="layer-title", markup=False),
                SettingsForm(id="layer-form", choosable=False),
                Static(id="layer-help", markup=False),
                title="Layers",
                id="layers-pane",
            ),
            DescribedPane(
                NetworkPicture(id="network-picture"),
                Static(id="network-size", markup=False),
                title="Network",
                id="network-pane",
                topic="network",
            ),
            Pane(
                SettingsForm(id="descent-form", choosable=False),
                Static(id="descent-help", markup=False),
                title="Descent",
                id="descent-pane",
            ),
        )

    # Showing.

    def show_session(self) -> None:
        """Show the experiment as it is now."""
        self.plan = plan = self.host.plan()
        if plan is None:
            self.query_one("#layers", RowList).show(0, lambda index, width: Row(()))
            return
        lines = plan.lines
        layers = plan.experiment.network.layers
        rows = self.query_one("#layers", RowList)
        rows.show(len(layers) + 1, self._layer_row, cursor=None if rows.count else 1)
        self.query_one("#network-picture", NetworkPicture).set_data(plan.views())
        self.query_one("#descent-form", SettingsForm).show_settings(
            plan.experiment, descent_lines(), self.host.bench.proposal, faulty=faulty(plan, "training.", "data.")
        )
        cost = f"one update ≈ {short(plan.multiplications)} multiplications (batch of {count(plan.batch)})"
        size = f"{total(lines)} parameters\n{cost}" if lines else "the data do not say yet how many inputs there are"
        self.query_one("#network-size", Static).update(Content(size))
        self._show_layer()
        self._explain()

    def _layer_row(self, index: int, width: int) -> Row:
        plan = self.plan
        assert plan is not None
        if index == 0:
            inputs = count(plan.inputs) if plan.inputs else "?"
            return Row(((" 0 ", "muted"), ("input    ", ""), (f"{inputs:>6}", "strong")), (("x ", "muted"),))
        layer = plan.experiment.network.layers[index - 1]
        bad = any(problem.where.startswith(f"network.layers.{index - 1}") for problem in plan.problems)
        head = ((f"{'✗' if bad else ' '}{index} ", "bad" if bad else "muted"), (f"{kind_word(layer):<9}", ""))
        lines = plan.lines
        tail = f"{count(lines[index - 1].parameters)} " if lines and lines[index - 1].parameters else ""
        return Row((*head, *layer_parts(layer)), ((tail, "muted"),))

    def _show_layer(self) -> None:
        """Show the layer in hand: its settings and the formula of its parameters."""
        form, title = self.query_one("#layer-form", SettingsForm), self.query_one("#layer-title", Static)
        plan, layer = self.plan, self.in_hand
        form.display = layer is not None
        self.query_one("#layers-pane", Pane).help_topic = layer.type if layer is not None else "input"
        if plan is None:
            return
        if layer is None:
            title.update(plain(inputs_text(plan)))
            return
        proposed = self.host.bench.proposal
        same = proposed.network.layers[self.place] if proposed and self.place < len(proposed.network.layers) else None
        settings = [Line(setting) for setting in LAYER_SETTINGS[layer.type].values()]
        form.show_settings(
            layer,
            settings,
            same if type(same) is type(layer) else None,
            usual=usual(plan.experiment),
            faulty=faulty(plan, f"network.layers.{self.place}."),
        )
        lines = plan.lines
        formula = spaced(lines[self.place].formula) if lines and lines[self.place].parameters else "no parameters"
        title.update(plain(f"layer {self.place + 1} · {formula}"))

    @property
    def place(self) -> int:
        """Index of the layer in hand; −1 for the inputs."""
        return self.query_one("#layers", RowList).cursor - 1

    @property
    def in_hand(self) -> LayerSpec | None:
        """The layer in hand; `None` for the inputs."""
        layers = self.plan.experiment.network.layers if self.plan else ()
        return layers[self.place] if 0 <= self.place < len(layers) else None

    def status(self) -> tuple[Content, str]:
        """Whether it all fits, and how to mend it."""
        if self.plan is None:
            return Content("Nothing is open yet: 0 leads to the examples"), "note"
        if not self.plan.problems:
            train = f"{self.host.key_of('build.train')} trains"
            if self._done is not None and self._done[0] is self.host.bench.experiment:
                undo = self.host.key_of("app.undo")
                return plain(f"✓ {self._done[1]} ({undo} takes it back) · {train}"), "good"
            output = self.plan.experiment.network.layers[-1]
            words = f"{output.activation} output fits" if isinstance(output, DenseSpec) else "the output fits"
            return plain(f"✓ {train} · {words} {self.plan.experiment.training.loss}"), "good"
        problem = self.plan.problems[0]
        others = len(self.plan.problems) - 1
        more = f" ({others} more, also marked ✗)" if others else ""
        cure = f" Press {self.host.key_of('build.fix')}: {problem.fix}." if problem.fix else f" {problem.remedy}"
        return plain(f"✗ {problem.message}{cure}{more}"), "bad"

    def _explain(self) -> None:
        """Say what the line in hand does, in the pane that has the keyboard and in no other."""
        for name in ("layer", "descent"):
            form = self.query_one(f"#{name}-form", SettingsForm)
            text = form.explanation() if form.has_focus else ""
            self.query_one(f"#{name}-help", Static).update(plain(text))
        if self.query_one("#layers", RowList).has_focus and self.plan is not None:
            self.query_one("#layer-help", Static).update(plain(layer_hint(self.in_hand, self.host.key_of)))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The explanation goes where the keyboard goes."""
        self._explain()
        picture = self.query_one(NetworkPicture)
        words = "arrows take a unit in hand" if picture.has_focus else picture.describe()
        self.query_one("#network-pane", Pane).tell(plain(words))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor."""
        event.stop()
        if event.rows.id == "layers":
            self._show_layer()
        self._explain()
        self.refresh_bindings()

    # Editing.

    def change(self, experiment: Experiment) -> None:
        """Ask the session for the next experiment."""
        before = self.host.bench.experiment
        self.host.bench.edit(experiment)
        made, label = self.host.bench.experiment, self.session.workspace.undo_label
        if made is not None and made is not before and label:
            self._done = (made, label)
            self.refresh_status()

    def on_settings_form_wanted(self, event: SettingsForm.Wanted) -> None:
        """Change a setting of the training, or of the layer in hand."""
        event.stop()
        if self.plan is None:
            return
        experiment, key = self.plan.experiment, event.setting.key
        if event.form.id == "descent-form":
            self.change(edits.put(experiment, key, event.value))
        elif self.in_hand is not None:
            self.change(edits.put_layer(experiment, self.place, event.setting.put(self.in_hand, event.value)))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """A double click on a layer leads to its settings."""
        event.stop()
        self.action_edit()

    def action_add(self) -> None:
        """Ask for a kind of layer and put it below the one in hand."""
        if self.plan is None:
            return
        words = {kind: LAYER_TYPES[kind].title for kind in edits.KINDS}
        choices = [Choice(kind, word, choice_note("layer", kind)) for kind, word in words.items()]
        self.app.push_screen(ChooseDialog("Add a layer", choices), self._add)

    def _add(self, choice: Choice | None) -> None:
        if choice is None or self.plan is None:
            return
        experiment = self.plan.experiment
        place = min(self.place + 1, len(experiment.network.layers) - 1)
        layer = edits.new_layer(experiment, choice.value, place)
        self.change(edits.insert_layer(experiment, place, layer))
        self._go_to(place)

    def _go_to(self, place: int) -> None:
        rows = self.query_one("#layers", RowList)
        rows.cursor = place + 1
        rows.focus()

    def action_edit(self) -> None:
        """Go to the settings of the layer in hand, or change the setting in hand."""
        form = self.query_one("#layer-form", SettingsForm)
        if isinstance(self.focused, SettingsForm):
            self.focused.edit()
        elif self.in_hand is not None:
            form.focus()

    def action_remove(self) -> None:
        """Take the layer in hand out."""
        if self.plan is None or self.in_hand is None:
            return
        if len(self.plan.experiment.network.layers) == 1:
            self.host.tell("A network keeps at least one layer.", severity="warning")
            return
        place = self.place
        self.change(edits.remove_layer(self.plan.experiment, place))
        # Not on to the output layer: the same key once more would take that out.
        self._go_to(max(0, min(place, len(self.plan.experiment.network.layers) - 2)))

    def _move(self, step: int) -> None:
        if self.plan is None or self.in_hand is None:
            return
        place = self.place
        moved = edits.move_layer(self.plan.experiment, place, step)
        if moved is not self.plan.experiment:
            self.change(moved)
            self._go_to(place + step)

    def action_move_down(self) -> None:
        """Move the layer in hand towards the output."""
        self._move(1)

    def action_move_up(self) -> None:
        """Move the layer in hand towards the input."""
        self._move(-1)

    def action_duplicate(self) -> None:
        """Put a copy of the layer in hand below it."""
        if self.plan is None or self.in_hand is None:
            return
        place = self.place
        last = place == len(self.plan.experiment.network.layers) - 1
        self.change(edits.insert_layer(self.plan.experiment, place if last else place + 1, self.in_hand))
        self._go_to(place + 1)

    def _step(self, step: int) -> None:
        if isinstance(self.focused, SettingsForm):
            self.focused.step(step)
        elif self.plan is not None and self.in_hand is not None:
            layer = edits.step_layer(self.in_hand, step)
            self.change(edits.put_layer(self.plan.experiment, self.place, layer))

    def action_more(self) -> None:
        """One unit more, or the next value of the setting in hand."""
        self._step(1)

    def action_fewer(self) -> None:
        """One unit fewer, or the value before."""
        self._step(-1)

    def action_reset(self) -> None:
        """Give the setting in hand its proposed value."""
        if isinstance(self.focused, SettingsForm):
            self.focused.reset()

    def action_propose(self) -> None:
        """Give network and descent back as proposed."""
        if self.plan is not None and self.host.bench.proposal is not None:
            proposal = self.host.bench.proposal
            self.change(edits.take_proposal(self.plan.experiment, proposal))

    def action_fix(self) -> None:
        """Do what the message proposes."""
        fixable = [problem for problem in self.plan.problems if problem.fix] if self.plan else []
        if self.plan is not None and fixable and fixable[0].fix is not None:
            self.change(fixable[0].fix.apply(self.plan.experiment))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if not self.is_mounted or self.plan is None:
            return action in ("zoom", "next_pane", "previous_pane")
        if action == "fix":
            return any(problem.fix for problem in self.plan.problems)
        if action in ("remove", "move_down", "move_up", "duplicate"):
            return self.in_hand is not None
        if action == "reset":
            return isinstance(self.focused, SettingsForm)
        return True
