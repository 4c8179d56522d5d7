"""Build: the layers, the drawn network, the training settings; every edit goes to the session and can be undone."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import cell_width, count, short
from tui_ann.tui.content import edits
from tui_ann.tui.content.layer_text import faulty, form_keys
from tui_ann.tui.content.plan import Plan, shown_network, total
from tui_ann.tui.dialogs.settings_form import SettingsForm
from tui_ann.tui.draw.fitting import whole_sentences
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.layers_pane import LayersPane
from tui_ann.tui.screens.network_editor import NetworkEditor
from tui_ann.tui.screens.training_form import training_lines
from tui_ann.tui.widgets.fitted import Fitted
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import DescribedPane, Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList


class BuildScreen(AnnScreen):
    """Edits the network and its training."""

    MODE = "build"
    WRITES_LAYERS = True
    CSS_PATH = "build.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("build")]
    AUTO_FOCUS = "#layers"

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self._layer_pane = LayersPane()
        self._editor = NetworkEditor(self.host, self, self._layer_pane, self.change)
        self._training = SettingsForm(id="descent-form", choosable=False)
        self._done: tuple[Experiment, str] | None = None
        """The experiment after the last change on this screen, and a description of the change."""
        self.verbs = self._editor.verbs()

    def compose_body(self) -> Iterable[Widget]:
        """Layers, network, training settings."""
        yield Panes(
            self._layer_pane,
            DescribedPane(
                NetworkPicture(id="network-picture"),
                Fitted(self._size_lines, id="network-size"),
                title="Network",
                id="network-pane",
                topic="network",
            ),
            Pane(self._training, Static(id="descent-help", markup=False), title="Training", id="descent-pane"),
        )

    # Display.

    def show_session(self) -> None:
        """Show the current experiment."""
        self.plan = plan = self.host.plan()
        proposal = self.host.bench.proposal if plan is not None else None
        self._layer_pane.show_plan(plan, proposal)
        if plan is None:
            return
        self._training.show_settings(
            plan.experiment, training_lines(), proposal, faulty=faulty(plan, "training.", "data.")
        )
        self.query_one("#network-size").refresh(layout=True)
        self._explain()

    def _size_lines(self, width: int) -> Iterable[Content]:
        """How many numbers the network has and what an update costs; a number is never divided."""
        if self.plan is None:
            return
        if not self.plan.lines:
            yield Content("the number of inputs is not known yet")
            return
        parameters = sum(layer.parameters for layer in self.plan.lines)
        size = f"{total(self.plan.lines)} parameters"
        yield Content(size if cell_width(size) <= width else f"{count(parameters)} parameters")
        cost, batch = (
            f"one update ≈ {short(self.plan.multiplications)} multiplications",
            f"batch of {count(self.plan.batch)}",
        )
        whole = f"{cost} ({batch})"
        yield from map(Content, [whole] if cell_width(whole) <= width else [cost, f"({batch})"])

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Draw the network with its start values, or those of the run."""
        if self.plan is not None:
            numbers = snapshot if snapshot is not None and self.plan.fits(snapshot.parameters) else None
            self.query_one(NetworkPicture).set_data(*shown_network(self.plan, numbers))

    def status(self) -> tuple[Content, str]:
        """Whether the network can be trained; if not, why, and how to fix it."""
        if self.plan is None:
            return Content("Nothing is open yet: 0 goes to the examples"), "note"
        if not self.plan.problems:
            train = f"{self.host.key_of('build.train')} trains"
            if self._done is not None and self._done[0] is self.host.bench.experiment:
                undo = self.host.key_of("app.undo")
                return plain(f"✓ {self._done[1]} · {undo} undoes it · {train}"), "good"
            output = self.plan.experiment.network.layers[-1]
            words = f"{output.activation} output fits" if isinstance(output, DenseSpec) else "the output fits"
            return plain(f"✓ {train} · {words} {self.plan.experiment.training.loss}"), "good"
        problem = self.plan.problems[0]
        others = len(self.plan.problems) - 1
        more = f" ({others} more, also marked ✗)" if others else ""
        if not problem.fix:
            return plain(f"✗ {problem.message} {problem.remedy}{more}"), "bad"
        key, message = self.host.key_of("build.fix"), problem.message.removesuffix(".")
        # The key must be seen in any room; what it does is seen when it is pressed, and can be undone.
        tries = [f"✗ {message}; {key} {problem.fix}.{more}", f"✗ {message}; {key} {problem.fix}."]
        tries += [f"✗ {message}; {key} fixes it.", f"✗ {key} fixes it: {message}."]
        return plain(next((text for text in tries if cell_width(text) <= self.size.width - 2), tries[-1])), "bad"

    def _explain(self) -> None:
        """Explain what is under the cursor, only in the pane with the focus."""
        self._layer_pane.explain(self.host.key_of)
        text = self._training.explanation() if self._training.has_focus else ""
        help_line = self.query_one("#descent-help", Static)
        help_line.update(plain(whole_sentences(text, *help_line.content_size)))
        keys = form_keys(self.host.key_of) if self._training.has_focus else ""
        self.query_one("#descent-pane", Pane).tell(plain(keys))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the explanation in the pane with the focus."""
        self._explain()
        picture = self.query_one(NetworkPicture)
        words = "arrow keys select a unit" if picture.has_focus else picture.describe()
        self.query_one("#network-pane", Pane).tell(plain(words))

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Follow the cursor."""
        event.stop()
        if event.rows is self._layer_pane.rows:
            self._layer_pane.show_layer()
        self._explain()
        self.refresh_bindings()

    # Editing.

    def change(self, experiment: Experiment, said: str = "", /, *, label: str | None = None) -> None:
        """Ask the session for the next experiment.

        Args:
            experiment: The experiment.
            said: What the status line says of the change; by default its label.
            label: The label for undo; by default the settings that changed.
        """
        before = self.host.bench.experiment
        if self.plan is None or self.plan.experiment is not before:
            return  # made from an older edition than the one that is open
        self.host.bench.edit(experiment, label)
        made, done = self.host.bench.experiment, self.session.workspace.undo_label
        if made is not None and made is not before and done:
            self._done = (made, said or done)
            self.refresh_status()

    def on_settings_form_wanted(self, event: SettingsForm.Wanted) -> None:
        """Change a setting of the training, or of the current layer."""
        event.stop()
        if self.plan is None:
            return
        experiment, layer = self.plan.experiment, self._layer_pane.current_layer
        if event.form is self._training and event.owner is experiment:
            self.change(edits.put(experiment, event.setting.key, event.value))
        elif layer is not None and event.owner is layer:
            self.change(edits.put_layer(experiment, self._layer_pane.place, event.setting.put(layer, event.value)))

    def on_paste(self, event: events.Paste) -> None:
        """Show what code that was pasted here makes, before it is taken."""
        event.stop()
        self._editor.paste(event.text)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go to the settings of the layer that was double-clicked."""
        event.stop()
        self._editor.edit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what is possible now."""
        verb = parameters[0] if action == "do" else ""
        if not self.is_mounted or self.plan is None:
            return action == "move_pane"
        if verb == "fix":
            return any(problem.fix for problem in self.plan.problems)
        if verb in ("remove", "move_down", "move_up", "duplicate"):
            return self._layer_pane.current_layer is not None
        if verb == "back":
            return self._layer_pane.form.has_focus
        if verb == "reset":
            return isinstance(self.focused, SettingsForm)
        return True
