"""All actions, each declared once; bindings, footer, palette, help and keymap use these declarations.

An action has an id that never changes (users write it into their own `keymap.toml`), a label for the footer, one
sentence of help, and the method that does it.  Its key is in `tui_ann/text/keymap.toml`; the digits of the screens
are in `modes.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from textual.binding import Binding

from tui_ann.tui.keys.keymap import default_keys
from tui_ann.tui.keys.modes import MODES


@dataclass(frozen=True)
class Action:
    """Something a user can do."""

    id: str
    """Scope and name, such as `data.target`; stable, because users' keymaps refer to it."""
    label: str
    """A word or two, for the footer and the palette."""
    help: str
    """One sentence that says what it does."""
    rank: int = 0
    """Rank in the footer, 1 first; with 0 it appears only in the palette and the help."""
    call: str = ""
    """The action string that Textual runs; by default the method with the name of the second half of the id."""
    priority: bool = False
    """Whether the key works even while text is being typed."""
    screens: tuple[str, ...] = ()
    """Ids of the screens that may show it in the footer; empty for all."""
    meaning: str = ""
    """What its letter means on every screen, if its label says it in other words than the others with that letter."""

    @property
    def scope(self) -> str:
        """Where the action belongs: `app`, the id of a screen, or the name of a widget's group."""
        return self.id.partition(".")[0]

    @property
    def method(self) -> str:
        """The action string to run: a verb of its screen, or the method of that name."""
        scope, _, name = self.id.partition(".")
        return self.call or (f"do('{name}')" if scope in {mode.id for mode in MODES} else name)

    @property
    def keys(self) -> str:
        """The default keys, separated by commas."""
        return default_keys()[self.id]

    def binding(self) -> Binding:
        """The action as a binding of Textual, with its id and its help."""
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
    """One action for each screen: to go there."""
    for mode in MODES:
        yield Action(f"app.{mode.id}", mode.title, mode.help, call=f"app.go('{mode.id}')")


ACTIONS: tuple[Action, ...] = (
    *_going(),
    Action("app.help", "Help", "Explains what is under the cursor, this screen and its keys.", 90, "app.show('help')"),
    Action("app.palette", "Keys", "Finds every key and command of every screen by name.", 91, "show('palette')"),
    Action(
        "app.doctor",
        "Doctor",
        "Shows what is wrong with the open run or experiment, why, and what to try.",
        0,
        "app.show('doctor')",
    ),
    Action("app.open", "Open", "Opens a data file, an experiment file, a run folder or Keras code."),
    Action(
        "app.read_as",
        "Read as",
        "Sets the format of the refused file and reads it again.",
        call="app.reopen('dialect')",
    ),
    Action("app.other_target", "Other target", "Chooses the target of the refused file.", call="app.reopen('target')"),
    Action("app.save", "Save", "Saves the experiment and its run into a run folder.", call="app.edit('save')"),
    Action("app.save_as", "Save to", "Saves as a run folder that you choose.", call="app.edit('save_as')"),
    Action(
        "app.export",
        "Export",
        "Writes the run for another program: Keras, PyTorch, ONNX, Python, C and more.",
        call="app.edit('export')",
    ),
    Action("app.theme", "Theme", "Dark, light or high contrast; the choice is remembered.", 0, "show('themes')"),
    Action(
        "app.notation",
        "W² or W^[2]",
        "Writes layers as W² or as in the lecture, W^[2]; the choice is remembered.",
        call="show('notation')",
    ),
    Action("app.zoom", "Maximise", "Maximises the active pane, or shows all panes.", 0, "screen.move_pane('zoom')"),
    Action("app.next_pane", "Next pane", "Moves to the next pane.", 0, "screen.move_pane('next')"),
    Action("app.previous_pane", "Previous pane", "Moves to the previous pane.", 0, "screen.move_pane('previous')"),
    Action(
        "app.undo",
        "Undo",
        "Undoes the last change of the experiment.",
        30,
        call="app.edit('undo')",
        screens=("data", "build", "explore"),
    ),
    Action("app.redo", "Redo", "Redoes the change that was undone.", call="app.edit('redo')"),
    Action("app.take", "Copy this", "Copies what the cursor is on; then its row, then all.", 0, "app.take('copy')"),
    Action(
        "app.screenshot",
        "Picture",
        "Saves a picture of the screen as SVG, and PNG if it can.",
        0,
        "app.take('picture')",
    ),
    Action("app.quit", "Quit", "Quits; an unfinished run is saved and offered at the next start.", 92),
    Action("app.quit_now", "Quit", "Quits at once, even while text is being typed.", 0, "quit", priority=True),
    Action("app.copy", "Copy", "Copies the selected text, or else what the cursor is on.", 0, "app.take('selection')"),
    Action("start.choose", "Open", "Opens the entry under the cursor.", 1),
    Action("start.open", "Open a file", "Asks for a path, with completion and a list of files.", 2, "app.open"),
    Action("start.course", "Course", "Goes to the course pages and their expected numbers.", 3),
    Action("start.exercise", "New exercise", "Asks for the numbers of an exercise, and works it out on Step.", 4),
    Action("start.forget", "Forget", "Removes the entry from the list; its files stay."),
    Action("data.accept", "To Build", "Goes on to the network, with the data settings as they are.", 1),
    Action("data.use", "Use/ignore", "Uses the column as a feature, or leaves it out.", 2),
    Action("data.target", "Target", "Makes the column the target; on the target, asks for another.", 3),
    Action("data.picture", "Picture", "Shows the next picture: distribution, scatter of two columns, images.", 4),
    Action("data.against", "As x axis", "Holds the column as x of the scatter; the cursor chooses y.", 5),
    Action("data.task", "Task", "Changes the task: regression, two classes or several.", 6),
    Action("data.scaling", "Scaling", "Chooses how the features are scaled.", 7),
    Action("data.missing", "Missing", "Chooses what happens to rows with missing cells.", 8),
    Action("data.split", "Split", "Sets how many rows are used for validation and test.", 9),
    Action(
        "data.dialect",
        "Dialect",
        "Overrides how the file is read: delimiter, decimal, header, encoding.",
        10,
        meaning="Read as",
    ),
    Action("data.settings", "All settings", "Shows every setting of the data."),
    Action("build.train", "Train", "Starts training with this network.", 1, "app.train('toggle')"),
    Action("build.add", "Add", "Adds a layer below the current one.", 2),
    Action("build.edit", "Edit", "Changes the layer or setting under the cursor.", 3),
    Action("build.remove", "Remove", "Removes the layer under the cursor.", 4),
    Action("build.fix", "Fix", "Applies the fix that the message proposes.", 5),
    Action("build.move_down", "Move down", "Moves the layer towards the output.", 7),
    Action("build.move_up", "Move up", "Moves the layer towards the input.", 8),
    Action("build.duplicate", "Duplicate", "Adds a copy of the layer below it.", 6),
    Action("build.more", "More", "Adds a unit, or takes the next value of the setting."),
    Action("build.fewer", "Fewer", "Removes a unit, or takes the previous value."),
    Action("build.reset", "As proposed", "Resets the setting to its proposed value."),
    Action(
        "build.vary",
        "Vary",
        "Trains with several values of the setting at the cursor, and compares them.",
        meaning="several trials",
    ),
    Action("build.paste", "Paste Keras code", "Takes network and training from Keras or PyTorch code."),
    Action("build.propose", "Propose again", "Resets network and training to the proposal for this data."),
    Action("train.run", "Run/pause", "Starts the training, or pauses it.", 1, "app.train('toggle')"),
    Action("train.now", "Now", "Returns from an earlier moment, picked on the loss curve, to the present.", 2),
    Action("train.faster", "Faster", "Trains faster, up to full speed.", 3, "app.train('faster')"),
    Action("train.slower", "Slower", "Trains slower, down to one update a second.", 4, "app.train('slower')"),
    Action("train.update", "Update", "Makes one update, then waits.", 5, "app.train('update')", meaning="next"),
    Action("train.epoch", "Epoch", "Trains to the end of the epoch, then waits.", 6, "app.train('epoch')"),
    Action("train.rewind", "Rewind", "Goes back to the same start values.", 7, "app.train('rewind')"),
    Action("train.new_start", "New start", "Draws new start values from the next seed.", 8, "app.train('new_start')"),
    Action(
        "train.calmer",
        "Calmer restart",
        "Trains again from the same start values with the smaller η that the doctor proposes, or a tenth.",
        call="app.train('calmer')",
    ),
    Action("train.log_axis", "Log axis", "Switches between a logarithmic and a linear loss axis."),
    Action("train.epochs_axis", "Epochs/updates", "Switches the x axis between epochs and updates.", meaning="x axis"),
    Action("train.window", "Recent/all", "Switches between the recent part and the whole curve."),
    Action("train.batches", "Batches", "Shows or hides the range of the batch losses."),
    Action("train.layer_before", "Previous layer", "Shows the tables of the previous parameter."),
    Action("train.layer_after", "Next layer", "Shows the tables of the next parameter."),
    Action(
        "train.maps",
        "Maps/circles",
        "Draws what each neuron answers over two features, or the neurons as circles.",
        9,
        meaning="Neuron",
    ),
    Action("train.kind", "Value/∂L/Δ", "Switches the tables between values, gradients and last changes."),
    Action("step.forward", "Part", "Computes the next part of the update.", 1),
    Action("step.back", "Back", "Goes back one part, exactly.", 2),
    Action("step.autoplay", "Play", "Plays the parts of the update, or stops; + and − change the speed.", 17),
    Action("step.update", "Update", "Goes forward by a whole update.", 3, meaning="next"),
    Action("step.update_back", "Before", "Goes back by a whole update.", 4, meaning="previous"),
    Action("step.go_to", "Go to", "Goes to any update of the run.", 9, meaning="go to"),
    Action("step.phase", "Phase", "Goes to the end of the phase: forward, loss, backward or update.", 15),
    Action("step.phase_back", "Phase back", "Goes back to the start of the phase."),
    Action("step.epoch", "Epoch", "Goes to the end of the epoch.", 16),
    Action("step.epoch_back", "Epoch back", "Goes back to the start of the epoch."),
    Action("step.first", "Start", "Goes back to the start of the run."),
    Action("step.last", "End", "Goes to the end of the run; any other step stops it."),
    Action("step.example", "Example", "Chooses what the numbers are for: the batch or one example.", 6),
    Action("step.write", "Write", "Writes the worked solution of this update into a file.", 7),
    Action("step.formula_down", "Formula down", "Scrolls the formula down."),
    Action("step.formula_up", "Formula up", "Scrolls the formula up."),
    Action("step.more", "More decimals", "Shows one more decimal; while parts are played, plays faster."),
    Action("step.fewer", "Fewer decimals", "Shows one decimal fewer; while parts are played, plays slower."),
    Action("step.predict", "Practise", "Hides each number until you have worked it out yourself.", 5),
    Action("step.microscope", "Microscope", "Shows the gradient of one weight or bias, factor by factor.", 10),
    Action("step.neuron", "Neuron", "Shows one neuron: its weighted inputs term by term, z, g and a.", 13),
    Action("step.what_if", "What if", "Repeats the update with another η, loss, activation or rule.", 8),
    Action("step.breakpoints", "Breakpoints", "Lists the breakpoints, to add and remove them.", 12),
    Action("step.run_until", "Run until", "Runs until a breakpoint is met; Escape stops it.", 14),
    Action("step.stop", "Stop", "Stops a long step, such as running until a breakpoint."),
    Action("step.weights", "Type weights", "Takes typed or pasted weights or biases to start from.", 11),
    Action("explore.view_before", "Previous view", "Shows the previous view.", 2),
    Action("explore.view_after", "View", "Shows the next view.", 3),
    Action("explore.run", "Run/pause", "Starts the training, or pauses it.", 1, "app.train('toggle_here')"),
    Action("explore.now", "Back", "Returns from a neuron to the output, or from an earlier moment to the present.", 2),
    Action("explore.x_axis", "x axis", "Chooses what is across.", 5),
    Action("explore.y_axis", "y axis", "Chooses what is upwards.", 6),
    Action("explore.add", "Add", "Map: adds a point, in a copy of the data.  Loss surface: adds three descents.", 11),
    Action("explore.turn", "Class", "Gives the point at the cross, or the next one, the next class.", 12),
    Action("explore.take", "Take/put", "Takes the point at the cross, then puts it where the cross is.", 13),
    Action("explore.remove", "Remove", "Removes the point at the cross, in a copy of the data.", 14),
    Action("explore.draw", "Draw data", "Opens an empty plane to draw your own data.", 15),
    Action("explore.held", "Others", "Holds the other features at their means, or as in the picked row.", 8),
    Action("explore.layer_before", "Previous layer", "Shows the previous layer.", 8),
    Action("explore.layer_after", "Layer", "Shows the next layer.", 9),
    Action(
        "explore.kind",
        "Show",
        "Switches what is shown: z's of the point or a part, now or over the epochs, weights or images, the plane.",
        4,
        meaning="Value/∂L/Δ",
    ),
    Action("explore.more", "α +", "Makes the α of the drawn function larger."),
    Action("explore.fewer", "α −", "Makes the α of the drawn function smaller."),
    Action("explore.scale", "One scale", "Gives the images of all neurons one scale, or each its own.", 6),
    Action("explore.order", "Order", "Sorts the images of the neurons by the size of their weights, or by number.", 7),
    Action("explore.write", "Write", "Writes the way of the chosen weight into a CSV file.", 10),
    Action("explore.neuron", "Neuron", "Draws what another neuron answers instead of the output.", 7),
    Action("compare.show", "Show/hide", "Draws the curve of the run under the cursor, or leaves it out.", 1),
    Action("compare.open", "Open", "Makes the run under the cursor the open one, on every screen.", 2),
    Action(
        "compare.fork",
        "Fork",
        "Forks the run at any update: the same weights and shuffles, one setting changed; both race if you like.",
        3,
        meaning="What if",
    ),
    Action("compare.add", "Add", "Adds saved runs: a run folder, a folder of runs, a pattern such as runs/iris-*.", 4),
    Action("compare.along", "x axis", "Counts epochs, updates, examples or seconds on the x axis.", 5),
    Action(
        "compare.quantity",
        "Metric",
        "Chooses what is drawn: the loss, a metric, gradient norms, the loss of each update.",
        6,
        meaning="Value/∂L/Δ",
    ),
    Action("compare.goal", "Target", "Sets the value to reach; the table says when each run has reached it.", 7),
    Action(
        "compare.lab",
        "Labs",
        "Makes an experiment of the lecture: runs that differ in one thing, and what they show.",
        4,
        meaning="several trials",
    ),
    Action("compare.race", "Play", "Trains every shown run that can go on, in lockstep, or stops.", 8),
    Action("compare.keep", "Keep", "Keeps the run here when another one takes its place as the open run.", 9),
    Action("compare.sort", "Sort", "Sorts by the column under the cursor; again in the other order, then not.", 10),
    Action("compare.weights", "Weights", "Compares the weights of two runs, cell by cell.", 11),
    Action("compare.write", "Write", "Writes the table as Markdown, CSV or LaTeX.", 12),
    Action("compare.remove", "Remove", "Removes the run from the list; a saved one with its folder if you like.", 13),
    Action("compare.log_axis", "Log axis", "Switches between a logarithmic and a linear y axis."),
    Action("compare.smoother", "Smoother", "Smooths the curves more."),
    Action("compare.rougher", "Rougher", "Smooths the curves less, down to the values as they are."),
    Action("compare.stop", "Stop", "Stops the race."),
    Action("list.up", "Up", "Moves the cursor up.", 0, "move('up')"),
    Action("list.down", "Down", "Moves the cursor down.", 0, "move('down')"),
    Action("list.left", "Left", "Moves the cursor left.", 0, "move('left')"),
    Action("list.right", "Right", "Moves the cursor right.", 0, "move('right')"),
    Action("list.page_up", "Page up", "Moves the cursor a page up.", 0, "move('page_up')"),
    Action("list.page_down", "Page down", "Moves the cursor a page down.", 0, "move('page_down')"),
    Action("list.first", "First", "Moves the cursor to the first row.", 0, "move('first')"),
    Action("list.last", "Last", "Moves the cursor to the last row.", 0, "move('last')"),
    Action("list.top", "Top", "Moves the cursor to the first row (gg works too).", 0, "move('top')", meaning="go to"),
    Action("list.find", "Find", "Finds a text in the list; Enter alone finds the next place.", 0, "find('text')"),
    Action("list.row", "Go to row", "Goes to the row of a number.", 0, "find('row')"),
    Action("list.filter", "Filter", "Shows only the rows that contain a text.", 0, "filter('ask')"),
    Action("list.all_rows", "All rows", "Shows all rows again.", 0, "filter('all')"),
    Action("list.choose", "Choose", "Chooses the row under the cursor.", 1, "choose"),
    Action("lines.page_up", "Page up", "Scrolls a page up."),
    Action("lines.page_down", "Page down", "Scrolls a page down.", 20),
    Action("study.up", "Up", "Goes to the previous neuron.", 2, "move(-1, 0)"),
    Action("study.down", "Down", "Goes to the next neuron.", 3, "move(1, 0)"),
    Action("study.left", "Left", "Goes to the previous input.", 4, "move(0, -1)"),
    Action("study.right", "Right", "Goes to the next input.", 5, "move(0, 1)"),
    Action("study.before", "Previous tab", "Goes to the previous parameter or layer.", 6, "turn(-1)"),
    Action("study.after", "Next tab", "Goes to the next parameter or layer.", 7, "turn(1)"),
    Action("study.example_before", "Previous example", "Shows the previous example.", 8, "example(-1)"),
    Action("study.example_after", "Next example", "Shows the next example of the batch.", 9, "example(1)"),
    Action("doctor.up", "Previous", "Goes to the finding before.", 0, "move(-1)"),
    Action("doctor.down", "Finding", "Goes to the next finding.", 6, "move(1)"),
    Action("doctor.left", "Remedy before", "Goes to the remedy before.", 0, "turn(-1)"),
    Action("doctor.right", "Remedy", "Goes to the next remedy of the finding.", 7, "turn(1)"),
    Action("doctor.apply", "Apply", "Changes the experiment as the remedy says; undo takes it back.", 2),
    Action("doctor.fork", "Race it", "Trains the same start with this one thing changed, in the background.", 3),
    Action("doctor.open_fork", "Open the race", "Makes the run of the race the open one.", 4, meaning="Open a file"),
    Action("doctor.mute", "Mute", "Does not tell this finding any more, or tells it again.", 8),
    Action("doctor.judged", "How judged", "Shows the thresholds, and the section of the lecture.", 5),
    Action("what_if.more", "Next", "The next value of the setting.", 2),
    Action("what_if.fewer", "Previous", "The previous value of the setting.", 3),
    Action("what_if.reset", "As it is", "Resets the setting to the value of the run.", 4),
    Action("breakpoints.add", "Add", "Adds a breakpoint.", 2),
    Action("breakpoints.remove", "Remove", "Removes the breakpoint under the cursor.", 3),
    Action("breakpoints.run", "Run until", "Closes the list and runs until a breakpoint is met.", 4),
    Action("weights.accept", "Accept", "Accepts what was typed.", 2),
    Action("palette.choose", "Choose", "Does or explains what is under the cursor.", 1, "choose", priority=True),
    Action("path.complete", "Complete", "Completes the path with the name under the cursor.", 2),
    Action("course.step", "Step", "Opens the experiment of the page and steps through its update.", 1),
    Action("course.practise", "Practise", "Asks for each number of the page's update on the Step screen.", 5),
    Action("course.train", "Train", "Opens the experiment of the page on the Train screen.", 2),
    Action("course.following", "Next page", "Shows the next page.", 3, meaning="next"),
    Action("course.before", "Previous page", "Shows the previous page.", 4, meaning="previous"),
    Action("start.exam", "Exam", "Asks ten questions over the course, and keeps the score.", 5),
    Action("exam.page", "Page", "Shows the page of the course that explains the answer.", 2),
    Action("exercise.work", "Work it out", "Opens exactly this network and example on the Step screen.", 1),
    Action("exercise.down", "Next field", "Goes to the next field.", 2, "move(1)", priority=True),
    Action("exercise.up", "Previous", "Goes to the field before.", 3, "move(-1)", priority=True),
    Action("reveal.hint", "Hint", "Puts the numbers into the formula.", 2),
    Action("reveal.show", "Reveal", "Gives up and shows the number; it does not count as right.", 3),
    Action("reveal.skip", "Skip", "Skips the number; it does not count as right.", 4),
    Action("reveal.up", "Up", "Scrolls the ledger up.", 0, "scroll_ledger(-1)"),
    Action("reveal.down", "Down", "Scrolls the ledger down.", 0, "scroll_ledger(1)"),
    Action("reveal.page_up", "Page up", "Scrolls the ledger a page up.", 0, "scroll_ledger(-8)"),
    Action("reveal.page_down", "Page down", "Scrolls the ledger a page down.", 0, "scroll_ledger(8)"),
    Action("dialog.next", "Next field", "Moves to the next field or button.", 0, "app.focus_next"),
    Action("dialog.previous", "Previous field", "Moves to the previous field or button.", 0, "app.focus_previous"),
    Action("dialog.cancel", "Close", "Closes the dialog without a change.", 1),
    Action("dialog.done", "Accept", "Accepts the changes.", 2),
    Action("dialog.tick", "Tick", "Ticks or unticks the row under the cursor.", 2),
    Action("dialog.details", "Details", "Shows what a bug report needs.", 2),
)
"""Every action of the program."""

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}
"""The actions by their id."""


def bindings(scope: str, *names: str) -> list[Binding]:
    """The bindings of a scope, for the `BINDINGS` of a screen or widget.

    Args:
        scope: First half of the ids, such as `data`.
        names: Second halves to take; all of the scope if there are none.
    """
    return [
        action.binding()
        for action in ACTIONS
        if action.scope == scope and (not names or action.id.partition(".")[2] in names)
    ]
