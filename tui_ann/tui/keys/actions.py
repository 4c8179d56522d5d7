"""What a person can do, each thing declared once: bindings, footer, palette, help and keymap all read it from here.

An action has an id that never changes (people write it into their own `keymap.toml`), a label for the footer, one
sentence of help, and the method that does it.  Which key it has stands in `tui_ann/text/keymap.toml`; the digits of
the screens stand with the screens in `modes.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding

from tui_ann.tui.keys.keymap import default_keys
from tui_ann.tui.keys.modes import MODES

BY_NAME = ("step",)
"""Scopes whose actions all run the method `action_do`, which gets the second half of the id."""


@dataclass(frozen=True)
class Action:
    """One thing a person can do."""

    id: str
    """Scope and name, such as `data.target`; stable, for the user's keymap."""
    label: str
    """A word or two, for the footer and the palette."""
    help: str
    """One sentence that says what happens."""
    rank: int = 0
    """Mode in the footer, 1 first; 0 leaves it to the palette and the help."""
    call: str = ""
    """The action string that Textual runs; by default the method named like the second half of the id."""
    priority: bool = False
    """Whether the key works even while a text is being typed."""
    screens: tuple[str, ...] = ()
    """Ids of the screens whose footer may show it; without any, all."""

    @property
    def scope(self) -> str:
        """Where the action belongs: `app`, the id of a screen, or the name of a widget's group."""
        return self.id.partition(".")[0]

    @property
    def method(self) -> str:
        """The action string to run."""
        name = self.id.partition(".")[2]
        return self.call or (f"do('{name}')" if self.scope in BY_NAME else name)

    @property
    def keys(self) -> str:
        """The default keys, separated by commas."""
        return default_keys()[self.id]

    def binding(self) -> Binding:
        """The action as Textual wants it, with its id and its sentence."""
        return Binding(
            self.keys,
            self.method,
            self.label,
            id=self.id,
            tooltip=self.help,
            show=self.rank > 0,
            priority=self.priority,
        )


def _going() -> Iterator[Action]:
    """One action for each screen, as the list of screens has them."""
    for mode in MODES:
        yield Action(f"app.{mode.id}", mode.title, mode.help, call=f"app.go('{mode.id}')")


ACTIONS: tuple[Action, ...] = (
    *_going(),
    Action("app.help", "Help", "Explains the thing under the cursor, this screen and its keys.", 90),
    Action("app.palette", "Commands", "Lists all that can be done, and finds it by name.", 91, "command_palette"),
    Action("app.open", "Open", "Opens a data file, an experiment file or a run folder."),
    Action("app.read_as", "Read otherwise", "Says how the file that was refused is written, and reads it again."),
    Action("app.other_target", "Other target", "Chooses what to predict in the file that was refused."),
    Action("app.save", "Save", "Saves the experiment and what was trained into a run folder."),
    Action("app.save_as", "Save as", "Saves into a folder of your choice."),
    Action("app.theme", "Theme", "Changes the colours; the choice is remembered.", 0, "change_theme"),
    Action("app.zoom", "Maximise", "Gives the pane in hand the whole screen, or gives it back.", 0, "screen.zoom"),
    Action("app.next_pane", "Next pane", "Moves to the next pane.", 0, "screen.next_pane"),
    Action("app.previous_pane", "Previous pane", "Moves to the pane before.", 0, "screen.previous_pane"),
    Action("app.undo", "Undo", "Takes the last change of the experiment back.", 30, screens=("data", "build")),
    Action("app.redo", "Redo", "Makes the change again that was taken back."),
    Action("app.screenshot", "Screenshot", "Saves a picture of the screen as SVG."),
    Action("app.quit", "Quit", "Leaves; a run in progress is kept and offered at the next start."),
    Action("app.quit_now", "Quit", "Leaves at once, even while a text is being typed.", 0, "quit", priority=True),
    Action("app.copy", "Copy", "Copies the selected text.", 0, "screen.copy_text"),
    Action("start.choose", "Open", "Opens the entry under the cursor.", 1),
    Action("start.open", "Open a file", "Asks for a path, with completion and a list of what is there.", 2, "app.open"),
    Action("start.course", "Course", "Goes to the pages of the course, with the numbers that were expected.", 3),
    Action("start.forget", "Forget", "Takes the entry off the list; the files stay where they are."),
    Action("data.accept", "Accept", "Takes the data as proposed and goes on to the network.", 1),
    Action("data.use", "Use/ignore", "Uses the column as a feature, or leaves it out.", 2),
    Action("data.target", "Target", "Makes the column the one to predict; on the target, asks for another.", 3),
    Action("data.task", "Task", "Changes the task: regression, two classes or several.", 4),
    Action("data.scaling", "Scaling", "Chooses how the features are scaled.", 5),
    Action("data.missing", "Missing", "Chooses what happens to rows with missing cells.", 6),
    Action("data.split", "Split", "Sets how many rows are kept for validation and for the test.", 7),
    Action("data.dialect", "Dialect", "Overrides how the file is read: delimiter, decimal, header, encoding.", 8),
    Action("data.settings", "All settings", "Shows every setting of the data."),
    Action("build.train", "Train", "Starts training with this network.", 1, "app.run"),
    Action("build.add", "Add", "Adds a layer below the one under the cursor.", 2),
    Action("build.edit", "Edit", "Changes the layer or setting under the cursor.", 3),
    Action("build.remove", "Remove", "Removes the layer under the cursor.", 4),
    Action("build.fix", "Fix", "Does what the message below proposes.", 5),
    Action("build.move_down", "Move down", "Moves the layer one place towards the output.", 7),
    Action("build.move_up", "Move up", "Moves the layer one place towards the input.", 8),
    Action("build.duplicate", "Duplicate", "Puts a copy of the layer below it.", 6),
    Action("build.more", "More", "One unit more, or the next value of the setting."),
    Action("build.fewer", "Fewer", "One unit fewer, or the value before."),
    Action("build.reset", "As proposed", "Gives the setting under the cursor the value that was proposed."),
    Action("build.propose", "Propose again", "Gives network and descent back as proposed for this data."),
    Action("train.run", "Run/pause", "Starts the training, or pauses it.", 1, "app.run"),
    Action("train.update", "Update", "Makes one update of the parameters, then waits.", 2, "app.one_update"),
    Action("train.epoch", "Epoch", "Trains to the end of the epoch, then waits.", 3, "app.one_epoch"),
    Action("train.rewind", "Rewind", "Goes back to the same start values.", 4, "app.rewind"),
    Action("train.new_start", "New start", "Draws other start values, from the next seed.", 5, "app.new_start"),
    Action("train.faster", "Faster", "Trains faster, up to flat out.", 6, "app.faster"),
    Action("train.slower", "Slower", "Trains slower, down to one update a second.", 7, "app.slower"),
    Action("train.log_axis", "Log axis", "Draws the loss on a logarithmic axis, or a plain one."),
    Action("train.epochs_axis", "Epochs/updates", "Counts epochs below the loss curve, or updates."),
    Action("train.window", "Recent/all", "Shows the last part of the curve only, or all of it."),
    Action("train.batches", "Batches", "Shows how far the losses of single batches reach, or leaves that out."),
    Action("train.layer_before", "Layer before", "Shows the tables of the parameter before."),
    Action("train.layer_after", "Next layer", "Shows the tables of the next parameter."),
    Action("train.kind", "Value/∂L/Δ", "Shows values, gradient or last change in the tables."),
    Action("step.forward", "Part", "Computes the next part of the update.", 1),
    Action("step.back", "Back", "Goes back one part, exactly.", 2),
    Action("step.update", "Update", "Goes forward by a whole update.", 3),
    Action("step.update_back", "Before", "Goes back by a whole update.", 4),
    Action("step.go_to", "Go to", "Goes to any update of the run.", 9),
    Action("step.phase", "Phase", "Goes on to the end of the phase: forward, loss, backward or update.", 15),
    Action("step.phase_back", "Phase back", "Goes back to the start of the phase."),
    Action("step.epoch", "Epoch", "Goes on to the end of the epoch.", 16),
    Action("step.epoch_back", "Epoch back", "Goes back to the start of the epoch."),
    Action("step.first", "Start", "Goes back to the start of the run."),
    Action("step.last", "End", "Goes on to the end of the run; any other step stops it."),
    Action("step.example", "Example", "Chooses whose numbers are shown: the batch or one example alone.", 6),
    Action("step.write", "Write", "Writes the worked solution of this update into a file.", 7),
    Action("step.formula_down", "Formula down", "Scrolls the formula down."),
    Action("step.formula_up", "Formula up", "Scrolls the formula up."),
    Action("step.more", "More decimals", "Shows one decimal more."),
    Action("step.fewer", "Fewer decimals", "Shows one decimal less."),
    Action("step.predict", "Predict", "Hides each number until you have worked it out yourself.", 5),
    Action("step.microscope", "Microscope", "Shows the gradient of one weight or bias, factor by factor.", 10),
    Action("step.neuron", "Neuron", "Shows one neuron: its weighted inputs term by term, z, g and a.", 13),
    Action("step.what_if", "What if", "Repeats the update with another η, loss, activation or rule.", 8),
    Action("step.breakpoints", "Breakpoints", "Lists the breakpoints, to add and remove them.", 12),
    Action("step.run_until", "Run until", "Runs until a breakpoint is met; Escape stops it.", 14),
    Action("step.stop", "Stop", "Stops a long step, such as running until a breakpoint."),
    Action("step.weights", "Type weights", "Takes typed or pasted weights or biases to start from.", 11),
    Action("list.up", "Up", "Moves the cursor up.", 0, "move('up')"),
    Action("list.down", "Down", "Moves the cursor down.", 0, "move('down')"),
    Action("list.left", "Left", "Moves the cursor left.", 0, "move('left')"),
    Action("list.right", "Right", "Moves the cursor right.", 0, "move('right')"),
    Action("list.page_up", "Page up", "Moves the cursor a page up.", 0, "move('page_up')"),
    Action("list.page_down", "Page down", "Moves the cursor a page down.", 0, "move('page_down')"),
    Action("list.first", "First", "Moves the cursor to the first row.", 0, "move('first')"),
    Action("list.last", "Last", "Moves the cursor to the last row.", 0, "move('last')"),
    Action("list.choose", "Choose", "Takes the row under the cursor.", 1, "choose"),
    Action("lines.page_up", "Page up", "Scrolls a page up."),
    Action("lines.page_down", "Page down", "Scrolls a page down.", 20),
    Action("study.up", "Up", "Goes to the neuron before.", 2, "move(-1, 0)"),
    Action("study.down", "Down", "Goes to the next neuron.", 3, "move(1, 0)"),
    Action("study.left", "Left", "Goes to the input before.", 4, "move(0, -1)"),
    Action("study.right", "Right", "Goes to the next input.", 5, "move(0, 1)"),
    Action("study.before", "Tab before", "Goes to the parameter or layer before.", 6, "turn(-1)"),
    Action("study.after", "Next tab", "Goes to the next parameter or layer.", 7, "turn(1)"),
    Action("study.example_before", "Example before", "Shows the example before.", 8, "example(-1)"),
    Action("study.example_after", "Next example", "Shows the next example of the batch.", 9, "example(1)"),
    Action("what_if.more", "Next", "The next value of the setting.", 2),
    Action("what_if.fewer", "Before", "The value before.", 3),
    Action("what_if.reset", "As it is", "Gives the setting back the value of the run.", 4),
    Action("breakpoints.add", "Add", "Adds a breakpoint.", 2),
    Action("breakpoints.remove", "Remove", "Removes the breakpoint under the cursor.", 3),
    Action("breakpoints.run", "Run until", "Closes the list and runs until one of them is met.", 4),
    Action("weights.accept", "Accept", "Takes what was typed.", 2),
    Action("path.complete", "Complete", "Puts the name under the cursor into the path.", 2),
    Action("course.step", "Step", "Opens the experiment of the page and takes its update apart.", 1),
    Action("course.train", "Train", "Opens the experiment of the page where it is trained.", 2),
    Action("course.following", "Next page", "Shows the next page.", 3),
    Action("course.before", "Page before", "Shows the page before.", 4),
    Action("reveal.hint", "Hint", "Puts the numbers into the formula.", 2),
    Action("reveal.show", "Reveal", "Gives up and shows the number; it does not count as right.", 3),
    Action("reveal.skip", "Skip", "Skips the number; it does not count as right.", 4),
    Action("reveal.up", "Up", "Scrolls the ledger up.", 0, "scroll_ledger(-1)"),
    Action("reveal.down", "Down", "Scrolls the ledger down.", 0, "scroll_ledger(1)"),
    Action("reveal.page_up", "Page up", "Scrolls the ledger a page up.", 0, "scroll_ledger(-8)"),
    Action("reveal.page_down", "Page down", "Scrolls the ledger a page down.", 0, "scroll_ledger(8)"),
    Action("dialog.next", "Next field", "Moves to the next field or button.", 0, "app.focus_next"),
    Action("dialog.previous", "Previous field", "Moves to the field or button before.", 0, "app.focus_previous"),
    Action("dialog.cancel", "Close", "Closes the dialog and changes nothing.", 1),
    Action("dialog.done", "Accept", "Takes the changes.", 2),
    Action("dialog.tick", "Tick", "Ticks the row under the cursor, or takes its tick away.", 2),
    Action("dialog.details", "Details", "Shows what a bug report needs.", 2),
)
"""Every action of the program."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
"""The actions by their id."""


def bindings(scope: str, *names: str) -> list[Binding]:
    """The bindings of a scope, for the `BINDINGS` of a screen or widget.

    Args:
        scope: First half of the ids, such as `data`.
        names: Second halves to take; without any, the whole scope.
    """
    return [
        action.binding()
        for action in ACTIONS
        if action.scope == scope and (not names or action.id.partition(".")[2] in names)
    ]
