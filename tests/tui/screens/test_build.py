import shutil

import pytest
from textual.events import Paste
from textual.widgets import TextArea

from tests.tui.pilots import press, running, settle, shown, text_of, type_text
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec
from tui_ann.tui.content import edits
from tui_ann.tui.dialogs.choose import ChecklistDialog, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog
from tui_ann.tui.dialogs.settings_form import SettingsForm
from tui_ann.tui.widgets.lines_view import LinesView
from tui_ann.tui.widgets.row_list import RowList


def layers(app):
    return app.session.workspace.experiment.network.layers


def training(app):
    return app.session.workspace.experiment.training


async def descent(pilot, label):
    """Put the cursor of the descent's form on a setting."""
    form = pilot.app.screen.query_one("#descent-form", SettingsForm)
    form.focus()
    names = [line.setting.label if line.setting else "" for line in form._lines]
    form.cursor = names.index(label)
    await settle(pilot)


class TestLayers:
    async def test_layers_are_added_moved_duplicated_removed_and_brought_back(self):
        async with running("sample:iris", "2") as (app, pilot):
            first = layers(app)
            await press(pilot, "a")
            assert isinstance(app.screen, ChooseDialog)
            await press(pilot, "down", "enter")
            assert layers(app) == (first[0], DropoutSpec(rate=0.2), first[1])
            await press(pilot, "K")
            assert layers(app)[0] == DropoutSpec(rate=0.2)
            await press(pilot, "J", "C")
            assert [layer.type for layer in layers(app)] == ["dense", "dropout", "dropout", "dense"]
            await press(pilot, "backspace", "backspace")
            assert layers(app) == first
            await press(pilot, "u", "u", "u", "u")
            assert layers(app)[0] == DropoutSpec(rate=0.2)
            await press(pilot, "ctrl+r", "U")
            assert [layer.type for layer in layers(app)] == ["dense", "dropout", "dropout", "dense"]

    async def test_a_layer_among_equal_ones_is_named_by_its_place(self):
        async with running("sample:iris", "2", "a", "enter", "up", "a") as (app, pilot):
            assert "Add layer 2, below layer 1" in text_of(app)
            await press(pilot, "enter")
            assert len(set(layers(app)[:3])) == 1
            assert "✓ add layer 2: dense" in text_of(app)
            assert app.screen.query_one(RowList).cursor == 2
            await press(pilot, "up", "backspace")
            assert "✓ remove layer 1: dense" in text_of(app)
            await press(pilot, "end", "a")
            assert "Add layer 3, above the output layer" in text_of(app)
            await press(pilot, "escape", "home", "a")
            assert "Add layer 1, below the inputs" in text_of(app)

    async def test_plus_and_minus_change_the_layer_in_hand(self):
        async with running("sample:iris", "2", "+", "+", "-") as (app, _):
            assert layers(app)[0].units == 9
            assert "9·4 + 9 = 45" in text_of(app)

    async def test_a_unit_number_is_typed_and_checked(self):
        async with running("sample:iris", "2", "enter", "enter") as (app, pilot):
            assert isinstance(app.screen, EntryDialog)
            await type_text(pilot, "oops")
            await press(pilot, "enter")
            assert isinstance(app.screen, EntryDialog)
            assert "a whole number from 1 to 100,000" in text_of(app)
            await press(pilot, "ctrl+u")
            await type_text(pilot, "12")
            await press(pilot, "enter")
            assert layers(app)[0].units == 12

    async def test_an_activation_is_chosen_beside_its_formula(self):
        async with running("sample:iris", "2", "enter", "down", "enter") as (app, pilot):
            assert "max(0, z)" in text_of(app)
            await press(pilot, "down", "enter")
            assert layers(app)[0].activation == "relu"

    async def test_the_curve_of_the_activation_under_the_cursor_is_drawn_if_there_is_room(self):
        async with running("sample:iris", "2", "enter", "down", "enter") as (app, pilot):
            view = app.screen.query_one(LinesView)
            tanh = view.plain
            assert "−4" in tanh
            await press(pilot, "down")
            assert view.plain != tanh
            await press(pilot, "end")
            assert "no curve" in view.plain
        async with running("sample:iris", "2", "enter", "down", "enter", size=(80, 24)) as (app, _):
            assert not app.screen.query_one(LinesView).display
            assert "max(0, z)" in text_of(app)

    async def test_the_last_layer_stays(self):
        async with running("sample:logistic-unit", "2", "backspace") as (app, _):
            assert len(layers(app)) == 1
            assert "at least one layer" in str([note.message for note in app._notifications])

    async def test_the_inputs_cannot_be_edited(self):
        async with running("sample:iris", "2", "up", "+", "backspace", "J", "enter") as (app, _):
            assert len(layers(app)) == 2
            assert "inputs: sepal length (cm)" in text_of(app)

    async def test_a_batch_normalisation_shows_its_parameters(self):
        async with running("sample:iris", "2", "a", "down", "down", "enter") as (app, _):
            assert layers(app)[1] == BatchNormalizationSpec()
            assert "2·8 = 16" in text_of(app)


class TestStartWeights:
    @pytest.mark.parametrize("size", [(80, 24), (200, 50)])
    async def test_the_file_is_cut_from_the_left_and_its_label_stays(self, size, tmp_path):
        folder = tmp_path / "a-folder-with-a-long-name" / "and-one-more-of-them"
        folder.mkdir(parents=True)
        async with running("sample:worked-example", size=size) as (app, pilot):
            experiment = app.session.workspace.experiment
            shutil.copy(experiment.network.weights, folder / "weights.safetensors")
            app.bench.edit(edits.put(experiment, "network.weights", str(folder / "weights.safetensors")))
            await press(pilot, "2")
            form = app.screen.query_one("#descent-form", SettingsForm)
            form.focus()
            await settle(pilot)
            rows = [form.reading.line(index) for index in range(form.count)]
            (row,) = [row for row in rows if "weights.safetensors" in row]
            assert "start weights " in row
            assert row.endswith("/weights.safetensors")
            assert "…/" in row

    async def test_weights_that_no_longer_fit_are_a_problem_at_once_and_one_key_draws_them(self):
        async with running("sample:worked-example", "2", "+") as (app, pilot):
            assert layers(app)[0].units == 4
            assert (
                "✗ The start weights do not fit: W^[1] is 3 × 2, but 4 × 2 is needed; ! draws all weights anew."
                in text_of(app)
            )
            await press(pilot, "-")
            assert "✗" not in text_of(app)
            await press(pilot, "a", "enter")
            assert "✗ The start weights" in text_of(app)
            await press(pilot, "!")
            assert app.session.workspace.experiment.network.weights == ""
            assert "✓ start weights are drawn · u undoes it · space trains" in text_of(app)
            assert "✗" not in text_of(app)
            await press(pilot, "space")
            assert app.current_mode == "train"


class TestDescent:
    async def test_choices_numbers_switches_and_lists(self):
        async with running("sample:iris", "2") as (app, pilot):
            await descent(pilot, "update rule")
            await press(pilot, "+")
            assert training(app).optimizer == "momentum"
            assert "momentum" in text_of(app)
            await descent(pilot, "epochs")
            await press(pilot, "enter")
            await type_text(pilot, "7")
            await press(pilot, "enter")
            assert training(app).epochs == 7
            await descent(pilot, "early stopping")
            await press(pilot, "enter")
            assert training(app).early_stopping is not None
            await descent(pilot, "patience")
            await press(pilot, "+")
            assert training(app).early_stopping.patience == 6
            await descent(pilot, "shuffle")
            await press(pilot, "enter")
            assert training(app).shuffle is False

    async def test_metrics_are_ticked(self):
        async with running("sample:iris", "2") as (app, pilot):
            await descent(pilot, "metrics")
            await press(pilot, "enter")
            assert isinstance(app.screen, ChecklistDialog)
            await press(pilot, "end", "space", "enter")
            assert training(app).metrics == ("accuracy", "auc")

    async def test_a_setting_goes_back_to_what_was_proposed(self):
        async with running("sample:iris", "2") as (app, pilot):
            proposed = app.bench.proposal.training.learning_rate
            await descent(pilot, "learning rate η")
            await press(pilot, "+", "+", "+")
            assert training(app).learning_rate != proposed
            assert "Proposed:" in text_of(app)
            await press(pilot, "=")
            assert training(app).learning_rate == proposed

    async def test_everything_goes_back_to_what_was_proposed(self):
        async with running("sample:iris", "2", "P") as (app, _):
            assert app.session.workspace.experiment.network == app.bench.proposal.network
            assert app.session.workspace.experiment.training == app.bench.proposal.training


class TestChecks:
    async def test_what_does_not_fit_is_said_and_mended_by_one_key(self):
        async with running("sample:iris", "2", "down", "-") as (app, pilot):
            assert layers(app)[1].units == 2
            assert "✗ The output layer has 2 units" in text_of(app)
            assert "; ! sets units to 3" in text_of(app)
            await press(pilot, "!")
            assert layers(app)[1] == DenseSpec(units=3, activation="softmax")
            assert "✓ layer 2 units 2 → 3 · u undoes it · space trains" in text_of(app)
            await press(pilot, "u")
            assert "undoes it" not in text_of(app)

    async def test_the_key_that_mends_it_is_seen_in_a_small_terminal(self):
        async with running("sample:digits", "2", "down", "-", size=(80, 24)) as (app, pilot):
            assert "! fixes it." in text_of(app)
        async with running("sample:worked-example", "2", "+", size=(80, 24)) as (app, pilot):
            assert "✗ ! fixes it: The start weights do not fit: W^[1] is 3 × 2" in text_of(app)
            await press(pilot, "!")
            assert "✓ start weights are drawn · u undoes it · space trains" in text_of(app)

    async def test_a_network_that_does_not_fit_is_refused_and_the_dialog_tells_why(self):
        async with running("sample:iris", "2", "down", "-", "space") as (app, pilot):
            await settle(pilot, "training")
            assert "The output layer has 2 units" in text_of(app)
            notes = str([note.message for note in app._notifications])
            assert f"cannot be trained as it is; {app.key_of('build.fix')} fixes it" in notes
            await press(pilot, app.key_of("build.fix"))
            assert not app._notifications, "it is no longer true"

    async def test_sizes_are_counted(self):
        async with running("sample:breast-cancer", "2") as (app, _):
            assert "31 parameters" in text_of(app)
            assert "1·30 + 1 = 31" in text_of(app)
            assert "one update ≈ 631 multiplications" in text_of(app)
            assert "(batch of 10)" in text_of(app)


class TestMouse:
    async def test_a_click_moves_the_cursor_and_a_double_click_edits(self):
        async with running("sample:iris", "2") as (app, pilot):
            rows = app.screen.query_one("#layers", RowList)
            await pilot.click(rows, offset=(3, 2))
            assert rows.cursor == 2
            form = app.screen.query_one("#descent-form", SettingsForm)
            await pilot.click(form, offset=(3, 2), times=2)
            await settle(pilot)
            assert isinstance(app.screen, ChooseDialog)
            await pilot.click("#choices", offset=(3, 0))
            await settle(pilot)
            assert training(app).variant == "batch"

    async def test_the_footer_can_be_clicked(self):
        async with running("sample:iris", "2") as (app, pilot):
            await pilot.click("KeyFooter", offset=(15, 0))
            await settle(pilot)
            assert isinstance(app.screen, ChooseDialog)


class TestWords:
    async def test_a_layer_shows_what_it_takes_from_the_network(self):
        async with running("sample:iris", "2") as (app, _):
            assert "penalty l1                 (0)" in text_of(app)
            assert "initializer   (glorot_uniform)" in text_of(app)

    async def test_the_explanation_is_that_of_the_pane_in_hand(self):
        async with running("sample:iris", "2") as (app, pilot):
            assert "change its units" in text_of(app)
            await descent(pilot, "learning rate η")
            assert "The size of a step against" in text_of(app)
            assert "change its units" not in text_of(app)
            await press(pilot, "shift+tab")
            assert "arrow keys select a unit" in text_of(app)
            assert "The size of a step against" not in text_of(app)

    async def test_everything_that_does_not_fit_is_marked(self):
        async with running("sample:iris", "2", "down", "-") as (app, _):
            assert "✗2 dense" in text_of(app)
            assert "✗ units" in text_of(app)

    async def test_the_footer_names_the_main_keys(self):
        async with running("sample:iris", "2") as (app, _):
            footer = text_of(app).splitlines()[-1]
            assert all(word in footer for word in ("Add", "Duplicate", "Move down", "Move up", "Undo", "Help"))

    async def test_thousands_are_set_apart_and_may_be_typed_so(self):
        async with running("sample:xor", "2") as (app, pilot):
            assert "1 000" in text_of(app)
            await descent(pilot, "epochs")
            await press(pilot, "enter")
            await press(pilot, "enter")
            assert training(app).epochs == 1000


class TestPlain:
    async def test_short_names_of_layers_fit_the_picture_and_the_list_names_its_numbers(self):
        async with running("sample:iris", "2", "a", "end", "enter") as (app, pilot):
            assert "layer norm ε 0.001" in text_of(app)
            await press(pilot, "a", "home", "enter", "a", "home", "enter", "a", "home", "enter")
            assert "layer no…" not in text_of(app)
            assert "LN" in text_of(app)

    async def test_the_alpha_in_use_is_shown(self):
        async with running("sample:iris", "2", "enter", "down") as (app, pilot):
            form = app.screen.query_one("#layer-form", SettingsForm)
            while layers(app)[0].activation != "leaky_relu":
                await press(pilot, "+")
            assert ["α", "(0.05)"] in [line.strip(" ┃│").split()[:2] for line in text_of(app).splitlines()]
            assert form.setting is not None

    async def test_the_curve_of_the_activation_is_drawn_where_there_is_room(self):
        async with running("sample:iris", "2") as (app, pilot):
            assert "g(z) = " in text_of(app)
            await press(pilot, "end")
            assert "g(z) = " not in text_of(app), "a softmax has no curve"
        async with running("sample:iris", "2", size=(80, 24)) as (app, _):
            assert "g(z) = " not in text_of(app)

    async def test_choices_show_their_whole_line(self):
        async with running("sample:iris", "2", "a") as (app, _):
            assert "scales each example to mean 0 and standard deviation 1 over the units" in text_of(app)

    async def test_a_setting_says_how_it_is_changed(self):
        async with running("sample:iris", "2", "enter") as (app, pilot):
            assert "⏎ edits · + - step · = proposed" in text_of(app)
            await descent(pilot, "epochs")
            assert text_of(app).count("⏎ edits · + - step · = proposed") == 1


CODE = """net = Sequential([Dense(5, activation="relu"), Mystery(), Dense(3, activation="softmax")])
net.compile(optimizer=SGD(0.2), loss="categorical_crossentropy")"""


class TestKerasCode:
    async def test_pasted_code_becomes_the_network_and_can_be_undone(self):
        async with running("sample:iris", "2") as (app, pilot):
            first = layers(app)
            await press(pilot, "ctrl+k")
            assert isinstance(app.screen, MatrixEntryDialog)
            assert "There is no code yet" in text_of(app)
            assert not app.screen.query_one("#allowed").has_class("-bad")
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, MatrixEntryDialog), "nothing is taken"
            app.screen.query_one(TextArea).text = "net = Sequential([Dense(5"
            await settle(pilot)
            assert "this is not Python" in text_of(app)
            await press(pilot, "escape")
            app.screen.post_message(Paste(CODE))
            await settle(pilot)
            assert isinstance(app.screen, MatrixEntryDialog), "what is pasted on the screen is shown first"
            assert "dense 5 relu → dense 3 softmax" in text_of(app)
            assert "line 1: the layer Mystery is not known" in " ".join(text_of(app).replace("│", " ").split())
            await press(pilot, "ctrl+s")
            assert layers(app) == (DenseSpec(units=5, activation="relu"), DenseSpec(units=3, activation="softmax"))
            assert training(app).learning_rate == 0.2
            assert "✓ read: dense 5 relu → dense 3 softmax · u undoes it" in text_of(app)
            await press(pilot, "u")
            assert layers(app) == first

    async def test_a_script_is_opened_on_build(self, tmp_path):
        (tmp_path / "net.py").write_text(CODE, encoding="utf-8")
        async with running(tmp_path / "net.py") as (app, pilot):
            assert app.current_mode == "build"
            assert len(layers(app)) == 2
            told = "\n".join(note.message for note in app._notifications)
            assert "line 1: the layer Mystery is not known here" in told
            await press(pilot, "4", "right")
            assert app.current_mode == "step"


class TestGoingAround:
    async def test_tab_visits_each_pane_once_and_a_layer_s_settings_have_a_key_of_their_own(self):
        async with running("sample:iris", "2") as (app, pilot):
            visited = []
            for _ in range(3):
                visited.append(shown(app).panes.active)
                await press(pilot, "tab")
            assert visited == ["layers-pane", "network-pane", "descent-pane"]
            assert app.focused.id == "layers"
            await press(pilot, "enter")
            assert app.focused.id == "layer-form"
            assert "esc Layers" in text_of(app)
            await press(pilot, "escape")
            assert app.focused.id == "layers"
            assert "esc Layers" not in text_of(app)
            await press(pilot, "enter", "tab")
            assert shown(app).panes.active == "network-pane"

    async def test_a_number_of_the_network_s_size_is_never_divided(self):
        async with running("sample:spirals", "2", "a", "enter", "a", "enter") as (app, _):
            assert "3 297 parameters" in text_of(app)
