"""What each remedy changes, and when there is none."""

import shlex
from typing import Any

import pytest

from tests.engine.diagnostics.evidences import evidence, layer, untrained
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.experiment.checks import problems
from tui_ann.experiment.keys import get, put
from tui_ann.experiment.sets import absolute_paths, apply_sets
from tui_ann.experiment.spec import DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec
from tui_ann.session.doctor.remedies import REMEDIES, remedies, without_opposites
from tui_ann.session.doctor.remedy import Case, Remedy
from tui_ann.session.doctor.treatment import rounded

HIDDEN = DenseSpec(units=8, activation="sigmoid")
OUTPUT = DenseSpec(units=1, activation="sigmoid")


def experiment(*layers: Any, **values: Any) -> Experiment:
    made = Experiment(
        data=DataSpec(path="table.csv", target="kind", scaling="none"),
        network=NetworkSpec(layers=layers or (HIDDEN, OUTPUT)),
    )
    for key, value in values.items():
        made = put(made, key.replace("__", "."), value)
    return made


def treated(
    finding: str, made: Experiment, known: Evidence | None = None, *, classes: int = 2, **numbers: float
) -> dict[str, Remedy]:
    """The remedies of a finding by their ids; the evidence is that of a healthy run with λmax 2 unless given."""
    known = known or evidence(start={"curvature": 2.0})
    case = Case(made, known, RunFinding(finding, Severity.FAULT, numbers), ("a", "b", "b"), classes)
    found = {remedy.id: remedy for remedy in remedies(case)}
    for remedy in found.values():
        assert pasted(remedy, made) == absolute_paths(remedy.apply(made), None), "its options give its experiment"
    return found


def pasted(remedy: Remedy, made: Experiment) -> Experiment:
    """The experiment with the options of a remedy as a shell would read them."""
    words = shlex.split(remedy.record().options)
    assert set(words[::2]) == {"--set"}
    return apply_sets(made, words[1::2])


def changed(remedy: Remedy, made: Experiment) -> dict[str, Any]:
    after = remedy.apply(made)
    assert not problems(after)
    assert after != made
    return {key: get(after, key) for key, _ in remedy.change.edits}


@pytest.mark.parametrize(
    ("settings", "eta"),
    [
        ({}, 0.5),
        ({"training__optimizer": "momentum"}, 0.05),
        ({"training__variant": "stochastic"}, 0.1),
    ],
    ids=str,
)
def test_the_rate_follows_from_the_curvature(settings, eta):
    made = experiment(training__learning_rate=9.0, **settings)
    remedy = treated("learning_rate_large", made)["rate"]
    assert changed(remedy, made) == {"training.learning_rate": eta}
    assert remedy.title == f"η 9 → {eta:g}"


def test_a_rate_is_never_changed_the_wrong_way():
    slow, fast = experiment(training__learning_rate=0.01), experiment(training__learning_rate=9.0)
    assert "rate" in treated("learning_rate_small", slow)
    assert "rate" not in treated("learning_rate_large", slow)
    assert "rate" not in treated("learning_rate_small", fast)


def test_no_rate_is_advised_where_the_curvature_is_not_known():
    for curvature in (float("nan"), -1.0, 0.0):
        known = evidence(start={"curvature": curvature})
        assert "rate" not in treated("learning_rate_large", experiment(training__learning_rate=9.0), known)


def test_adam_gets_a_share_of_the_weights():
    layers = (layer(1, weights=3.0, weight_size=0.3), layer(2, weights=0.3, weight_size=0.1))
    known = evidence(start={"layers": layers}, settings={"optimizer": "adam"})
    made = experiment(training__optimizer="adam", training__learning_rate=0.5)
    assert changed(treated("learning_rate_large", made, known)["rate_of_weights"], made) == {
        "training.learning_rate": 0.006
    }
    assert "adam" not in treated("learning_rate_large", made, known)


@pytest.mark.parametrize("finding", ["dead", "vanishing", "exploding", "saturated"])
def test_one_row_in_a_batch_gets_no_batch_normalization(finding):
    """The mean of one row is the row itself, so that every normalised value is 0."""
    one_row = evidence(data={"rows": 1}, start={"curvature": 2.0})
    assert "batch_normalization" in treated(finding, experiment(HIDDEN, HIDDEN, OUTPUT))
    assert "batch_normalization" not in treated(finding, experiment(HIDDEN, HIDDEN, OUTPUT), one_row)
    stochastic = experiment(HIDDEN, HIDDEN, OUTPUT, training__variant="stochastic")
    assert "batch_normalization" not in treated(finding, stochastic)


def test_vanishing_gradients_get_relu_norms_or_fewer_layers():
    made = experiment(HIDDEN, HIDDEN, HIDDEN, OUTPUT, network__weights="start.safetensors")
    found = treated("vanishing", made)
    assert [*found] == ["relu", "batch_normalization", "fewer_layers", "start"]
    layers = found["relu"].apply(made).network.layers
    assert [(each.activation, each.initializer) for each in layers[:3]] == [("relu", "he_normal")] * 3
    assert layers[3] == OUTPUT
    kept, replaced = found["relu"].record().options, found["batch_normalization"].record().options
    assert kept.startswith("--set network.layers.1.activation=relu --set network.layers.1.initializer=he_normal ")
    assert "units" not in kept, "only what changes"
    assert "network.layers.4" not in kept
    assert '{type="batch_normalization"}' in replaced, "without its defaults"
    assert [each.type for each in changed(found["batch_normalization"], made)["network.layers"]] == [
        *["dense", "batch_normalization"] * 3,
        "dense",
    ]
    assert changed(found["fewer_layers"], made) == {"network.layers": (HIDDEN, OUTPUT), "network.weights": ""}


def test_twins_and_explosions_get_another_start():
    made = experiment(network__initializer="zeros")
    assert changed(treated("twins", made)["start"], made) == {"network.initializer": "glorot_uniform"}
    relu = experiment(DenseSpec(units=4, activation="relu", initializer="zeros"), OUTPUT)
    after = treated("twins", relu)["start"].apply(relu)
    assert after.network.initializer == "he_normal"
    assert after.network.layers[0].initializer is None
    assert "start" not in treated("exploding", experiment())


def test_dead_units_get_a_slope_and_keep_their_start():
    made = experiment(DenseSpec(units=4, activation="relu"), OUTPUT, network__weights="start.safetensors")
    after = treated("dead", made)["leaky"].apply(made)
    assert after.network.layers[0].activation == "leaky_relu"
    assert after.network.weights == "start.safetensors"


def test_scaling_is_switched_on():
    made = experiment()
    assert changed(treated("features_unscaled", made)["scale_features"], made) == {"data.scaling": "standard"}
    number = experiment(HIDDEN, DenseSpec(units=1), training__loss="mean_squared_error", data__task="regression")
    number = put(number, "training.metrics", ("mae",))
    remedy = treated("target_unscaled", number, classes=0)["scale_target"]
    assert changed(remedy, number) == {"data.target_scaling": "standard"}


def test_the_output_is_that_of_the_task():
    made = experiment(HIDDEN, OUTPUT, training__loss="mean_squared_error")
    assert treated("wrong_loss", made)["suited_output"].apply(made).training.loss == "binary_crossentropy"
    three = experiment(HIDDEN, DenseSpec(units=3, activation="sigmoid"), training__loss="binary_crossentropy")
    after = treated("wrong_loss", three, classes=3)["suited_output"].apply(three)
    assert (after.network.layers[-1].activation, after.training.loss) == ("softmax", "categorical_crossentropy")
    number = experiment(HIDDEN, OUTPUT, training__loss="mean_squared_error", training__metrics=("mae",))
    assert treated("wrong_output", number, classes=0)["linear_output"].apply(number).network.layers[-1].activation == (
        "linear"
    )


def test_a_tell_tale_column_is_left_out():
    made = experiment()
    assert changed(treated("leaked_target", made, feature=3)["drop_feature"], made) == {"data.ignore": ("b",)}
    named = experiment(data__features=("a", "b"))
    assert changed(treated("leaked_target", named, feature=1)["drop_feature"], named) == {"data.features": ("b",)}


def test_far_targets_get_the_huber_loss():
    made = experiment(HIDDEN, DenseSpec(units=1), training__loss="mean_squared_error", data__task="regression")
    made = put(made, "training.metrics", ("mae",))
    assert changed(treated("far_targets", made, classes=0)["huber"], made) == {"training.loss": "huber"}


def test_less_of_what_is_too_much():
    dropped = experiment(HIDDEN, DropoutSpec(rate=0.9), OUTPUT)
    after = treated("dropout_strong", dropped, evidence(dropout=0.9))["less_dropout"].apply(dropped)
    assert after.network.layers[1].rate == 0.2
    penalised = experiment(DenseSpec(units=8, activation="tanh", l1=2.0), OUTPUT, training__l2=1.0)
    after = treated("penalty_strong", penalised, share=2.0)["weaker_penalty"].apply(penalised)
    assert (after.training.l2, after.network.layers[0].l1) == (0.005, 0.01)
    assert treated("penalty_strong", experiment(), share=2.0) == {}


def test_batches_and_epochs():
    large = experiment(training__variant="batch")
    assert changed(treated("few_updates", large)["smaller_batch"], large) == {
        "training.variant": "mini-batch",
        "training.batch_size": 10,
    }
    made = experiment()
    assert treated("oscillation", made)["larger_batch"].apply(made).training.batch_size == 40
    assert treated("oscillation", made)["quarter"].apply(made).training.learning_rate == 0.0025
    assert treated("few_epochs", made)["more_epochs"].apply(made).training.epochs == 300


def test_overfitting_is_treated_in_several_ways():
    made = experiment()
    found = treated("overfitting", made)
    assert [*found] == ["early_stopping", "l2", "dropout", "fewer_units"]
    assert found["early_stopping"].apply(made).training.early_stopping.restore_best_weights
    assert [each.type for each in found["dropout"].apply(made).network.layers] == ["dense", "dropout", "dense"]
    assert found["fewer_units"].apply(made).network.layers[0].units == 2
    assert "early_stopping" not in treated("overfitting", made, evidence(data={"validation_rows": 0}))


def test_a_network_that_is_too_small_grows():
    line = experiment(OUTPUT)
    after = treated("plateau", line)["hidden_layer"].apply(line)
    assert after.network.layers == (DenseSpec(units=16, activation="tanh"), OUTPUT)
    made = experiment()
    found = treated("plateau", made)
    assert "hidden_layer" not in found
    assert found["more_units"].apply(made).network.layers[0].units == 32


@pytest.mark.parametrize(("variant", "ids"), [("slow", ["adam", "more_epochs"]), ("steps", ["adam"]), ("deep", [])])
def test_a_network_that_learns_slowly_gets_faster_steps_before_more_units(variant, ids):
    made = experiment(HIDDEN, HIDDEN, OUTPUT)
    case = Case(made, evidence(), RunFinding("plateau", Severity.FAULT, {}, (), variant), ("a",), 2)
    found = [remedy.id for remedy in remedies(case)]
    assert found[: found.index("more_units")] == ids


def test_a_run_that_goes_on_needs_no_more_epochs_yet():
    slow = RunFinding("plateau", Severity.FAULT, {}, (), "slow")
    found = remedies(Case(experiment(), evidence(status=None), slow, ("a",), 2))
    assert "more_epochs" not in {remedy.id for remedy in found}


def test_rows_and_metrics():
    made = experiment(data__validation_split=0.7, data__test_split=0.2)
    remedy = treated("few_rows", made)["more_training_rows"]
    assert changed(remedy, made) == {"data.validation_split": 0.2}
    assert remedy.title == "36 % of the rows for validation and test"
    for classes in (2, 3):
        assert "f1" in treated("imbalance", made, classes=classes)["f1"].apply(made).training.metrics
    seen = experiment(training__metrics=("accuracy", "precision", "recall", "f1"))
    assert treated("imbalance", seen) == {}


def test_a_note_about_dead_units_needs_no_remedy():
    case = Case(experiment(), evidence(), RunFinding("dead", Severity.NOTE))
    assert remedies(case) == ()


@pytest.mark.parametrize("finding", REMEDIES)
def test_every_remedy_leaves_an_experiment_that_can_run(finding):
    for made in (experiment(), experiment(OUTPUT), experiment(HIDDEN, DropoutSpec(rate=0.6), HIDDEN, OUTPUT)):
        for remedy in treated(finding, made, feature=1, share=1.0).values():
            changed(remedy, made)
            assert remedy.why.endswith(".")
            assert remedy.record().id == remedy.id


@pytest.mark.parametrize(("value", "expected"), [(0.0399, 0.039), (12.9, 12.0), (0.5, 0.5), (1e-7, 1e-7)])
def test_a_limit_is_rounded_down(value, expected):
    assert rounded(value) == expected


def test_options_can_be_pasted_into_a_shell():
    made = experiment()
    case = Case(
        made, evidence(), RunFinding("leaked_target", Severity.WARNING, {"feature": 1}), ('mean "x" 1\'s', "b"), 2
    )
    (remedy,) = remedies(case)
    assert pasted(remedy, made).data.ignore == ('mean "x" 1\'s',)
    plain = treated("leaked_target", made, feature=1)["drop_feature"].record()
    assert plain.options == """--set 'data.ignore=["a"]'"""
    units = treated("overfitting", experiment(HIDDEN, OUTPUT))["fewer_units"].record().options
    assert "None" not in units


def test_linear_hidden_layers_get_bends():
    linear = experiment(DenseSpec(units=8), DenseSpec(units=4), OUTPUT)
    remedy = treated("plateau", linear)["bent"]
    assert set(changed(remedy, linear)) == {"network.layers.1.activation", "network.layers.2.activation"}
    assert [each.activation for each in remedy.apply(linear).network.layers] == ["tanh", "tanh", "sigmoid"]
    assert next(iter(treated("plateau", linear))) == "bent"
    assert "bent" not in treated("plateau", experiment())


def test_a_start_that_is_there_already_is_not_advised():
    made = experiment(HIDDEN, HIDDEN, HIDDEN, OUTPUT)
    after = treated("vanishing", made)["relu"].apply(made)
    assert "start" not in treated("vanishing", after)


def test_before_training_no_loss_was_still_falling():
    made = experiment()
    assert "more_epochs" in treated("learning_rate_small", made)
    assert "more_epochs" not in treated("learning_rate_small", made, untrained())


def test_a_report_has_no_two_opposite_remedies():
    made = experiment(training__l2=0.1)
    strong, heart = (treated(name, made, share=2.0) for name in ("penalty_strong", "learned_by_heart"))
    first, second = without_opposites([tuple(heart.values()), tuple(strong.values())])
    assert "l2" in {remedy.id for remedy in first}
    assert second == ()


def test_a_remedy_says_whether_the_start_stays():
    made = experiment(HIDDEN, HIDDEN, HIDDEN, OUTPUT)
    found = treated("vanishing", made)
    assert not found["relu"].keeps_start(made)
    assert treated("oscillation", made)["quarter"].keeps_start(made)
    assert not treated("leaked_target", made, feature=1)["drop_feature"].keeps_start(made)


def test_a_remedy_says_whether_there_is_anything_to_race():
    made = experiment()
    assert treated("imbalance", made)["f1"].trains_the_same
    assert not any(remedy.trains_the_same for remedy in treated("overfitting", made).values())


def test_one_row_is_not_offered_a_scaler():
    made = experiment(training__learning_rate=9.0)
    for name in ("diverged", "learning_rate_large", "plateau"):
        assert "scale_features" in treated(name, made)
        assert not {"scale_features", "scale_target"} & {*treated(name, made, evidence(data={"rows": 1}))}
    scaled = put(made, "data.scaling", "standard")
    assert "scale_features" not in treated("diverged", scaled), "they are standardised already"
