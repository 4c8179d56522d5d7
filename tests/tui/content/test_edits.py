import pytest

from tui_ann.experiment.checks import Answer
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.experiment.spec import (
    BatchNormalizationSpec,
    DataSpec,
    DenseSpec,
    DropoutSpec,
    Experiment,
    NetworkSpec,
)
from tui_ann.tui.content import edits


def experiment(*layers, **data):
    layers = layers or (DenseSpec(units=4, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
    return Experiment(data=DataSpec(path="/x.csv", target="y", **data), network=NetworkSpec(layers=layers))


@pytest.mark.parametrize(
    ("key", "value", "step", "result"),
    [
        ("training.learning_rate", 0.01, 1, 0.02),
        ("training.learning_rate", 0.02, 1, 0.05),
        ("training.learning_rate", 0.01, -1, 0.005),
        ("training.learning_rate", 0.03, 1, 0.05),
        ("training.learning_rate", 0.0001, -1, 0.0001),
        ("training.tolerance", 0.0, 1, 0.0001),
        ("training.tolerance", 0.0001, -1, 0.0),
        ("training.momentum", 0.9, 1, 0.95),
        ("training.momentum", 1.0, 1, 1.0),
        ("data.validation_split", 0.1, -1, 0.05),
        ("training.epochs", 1, -1, 1),
        ("training.epochs", 100, 1, 110),
        ("training.epochs", 7, 1, 8),
        ("training.shuffle", True, 1, False),
        ("training.optimizer", "sgd", 1, "momentum"),
        ("training.optimizer", "sgd", -1, "adam"),
    ],
)
def test_a_setting_is_turned_up_and_down(key, value, step, result):
    assert edits.stepped(SETTINGS[key], value, step) == result


@pytest.mark.parametrize("value", [1, 9, 10, 19, 20, 25, 32, 64, 100, 128, 200, 256, 500, 1000, 1024, 4096, 90_000])
def test_more_and_fewer_units_are_inverse(value):
    setting = LAYER_SETTINGS["dense"]["units"]
    more = edits.stepped(setting, value, 1)
    assert value < more <= max(value + 1, 1.11 * value)
    assert edits.stepped(setting, more, -1) == value


def test_a_size_that_is_not_on_the_ladder_leads_to_it():
    setting = LAYER_SETTINGS["dense"]["units"]
    assert edits.stepped(setting, 101, 1) == 110
    assert edits.stepped(setting, 101, -1) == 100
    assert edits.stepped(setting, 100_000, 1) == 100_000


def test_a_seed_is_followed_by_the_next_one():
    assert edits.stepped(SETTINGS["training.shuffle_seed"], 1234, 1) == 1235
    assert edits.stepped(SETTINGS["training.shuffle_seed"], 1234, -1) == 1233


def test_an_optional_choice_passes_unset_on_its_round():
    setting = LAYER_SETTINGS["dense"]["initializer"]
    assert edits.stepped(setting, None, 1) == "zeros"
    assert edits.stepped(setting, "zeros", -1) is None


def test_every_step_stays_within_the_limits():
    for setting in SETTINGS.values():
        if setting.kind in ("int", "float", "bool", "choice"):
            value = setting.default
            for step in (1, 1, 1, -1, -1, -1, -1, -1):
                value = edits.stepped(setting, value, step)
                assert setting.fault(value) is None, (setting.key, value)


def test_early_stopping_is_switched():
    on = edits.put(experiment(), edits.EARLY_STOPPING, True)
    assert on.training.early_stopping.patience == 5
    assert edits.put(on, edits.EARLY_STOPPING, False).training.early_stopping is None


class TestColumns:
    def test_a_feature_is_ignored_and_used_again(self):
        ignored = edits.use_column(experiment(), "a", {}, False)
        assert ignored.data.ignore == ("a",)
        assert not edits.uses_column(ignored, "a", {})
        used = edits.use_column(ignored, "a", {}, True)
        assert used == experiment()

    def test_a_column_left_out_by_itself_is_named_to_be_used(self):
        used = edits.use_column(experiment(), "id", {"id": "id"}, True)
        assert used.data.features == ("*", "id")
        assert edits.uses_column(used, "id", {"id": "id"})
        assert edits.use_column(used, "id", {"id": "id"}, False) == experiment()

    def test_named_features_without_a_star(self):
        named = experiment(features=("a", "b"))
        assert edits.use_column(named, "b", {}, False).data.features == ("a",)
        assert edits.use_column(named, "c", {}, True).data.features == ("a", "b", "c")

    def test_the_target_is_no_feature(self):
        assert not edits.uses_column(experiment(), "y", {})

    def test_another_target_forgets_what_held_for_the_old_one(self):
        before = experiment(task="binary", classes=("no", "yes"), ignore=("b",), features=("*", "b"))
        after = edits.set_target(before, "b").data
        assert (after.target, after.task, after.classes, after.ignore, after.features) == ("b", "auto", (), (), ("*",))

    def test_output_loss_and_metrics_follow_the_task(self):
        after = edits.suit_output(experiment(), Answer("multiclass", 3))
        assert after.network.layers[-1] == DenseSpec(units=3, activation="softmax")
        assert after.training.loss == "categorical_crossentropy"
        after = edits.suit_output(after, Answer("regression", None))
        assert after.network.layers[-1] == DenseSpec(units=1, activation="linear")
        assert after.training.metrics == ("mae", "r2")

    def test_an_output_that_is_no_dense_layer_stays(self):
        odd = experiment(DenseSpec(units=2), DropoutSpec())
        assert edits.suit_output(odd, Answer("binary", 2)) is odd


class TestLayers:
    def kinds(self, changed):
        return [layer.type for layer in changed.network.layers]

    def test_a_new_dense_layer_is_like_the_one_before(self):
        assert edits.new_layer(experiment(), "dense", 1) == DenseSpec(units=4, activation="tanh")
        assert edits.new_layer(experiment(DenseSpec(units=1)), "dense", 0) == DenseSpec(units=16, activation="relu")
        assert edits.new_layer(experiment(), "dropout", 1) == DropoutSpec(rate=0.2)
        assert edits.new_layer(experiment(), "batch_normalization", 1) == BatchNormalizationSpec()

    def test_a_layer_goes_in_before_the_output_at_the_latest(self):
        assert self.kinds(edits.insert_layer(experiment(), 9, DropoutSpec())) == ["dense", "dropout", "dense"]
        assert self.kinds(edits.insert_layer(experiment(), -3, DropoutSpec())) == ["dropout", "dense", "dense"]

    def test_the_last_layer_left_stays(self):
        one = edits.remove_layer(experiment(), 0)
        assert len(one.network.layers) == 1
        assert edits.remove_layer(one, 0) is one

    def test_a_layer_moves_and_stops_at_the_ends(self):
        before = experiment()
        assert edits.move_layer(before, 0, 1).network.layers == before.network.layers[::-1]
        assert edits.move_layer(before, 0, -1) is before
        assert edits.move_layer(before, 1, 1) is before

    def test_plus_and_minus_change_units_rate_and_momentum(self):
        assert edits.step_layer(DenseSpec(units=4), 1) == DenseSpec(units=5)
        assert edits.step_layer(DenseSpec(units=1), -1) == DenseSpec(units=1)
        assert edits.step_layer(DropoutSpec(rate=0.5), -1) == DropoutSpec(rate=0.45)
        assert edits.step_layer(BatchNormalizationSpec(), -1).momentum == pytest.approx(0.94)

    def test_one_layer_is_replaced(self):
        assert edits.put_layer(experiment(), 1, DropoutSpec()).network.layers[1] == DropoutSpec()

    def test_the_proposal_leaves_data_and_name(self):
        other = experiment(DenseSpec(units=9), task="regression")
        taken = edits.take_proposal(experiment(), other)
        assert taken.network == other.network
        assert taken.data == experiment().data
