"""Every rule: evidence just beyond its threshold, and healthy evidence just short of it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.diagnostics.evidences import evidence, layer, stuck, untrained
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.judging import judge
from tui_ann.engine.diagnostics.rules import RULES
from tui_ann.engine.stopping import Status

OUTPUT = layer(2, units=1, activation="sigmoid")
REGRESSION = {"classes": 0, "constant_loss": 1.0, "constant_loss_validation": 1.0}
DEEP = tuple(layer(n, activation="sigmoid", delta=10.0 ** (n - 5), slope=0.2) for n in (1, 2, 3, 4))


def case(
    provoked: Evidence, near: Evidence, severity: Severity = Severity.WARNING
) -> tuple[Evidence, Evidence, Severity]:
    return provoked, near, severity


CASES: dict[str, tuple[Evidence, Evidence, Severity]] = {
    "wrong_output": case(
        evidence(data={**REGRESSION, "unreachable": 0.02}),
        evidence(data={**REGRESSION, "unreachable": 0.009}),
        Severity.FAULT,
    ),
    "twins": case(
        evidence(start={"layers": (layer(1, twins=4), OUTPUT)}),
        evidence(start={"layers": (layer(1, twins=3), OUTPUT)}),
        Severity.FAULT,
    ),
    "features_unscaled": case(
        evidence(data={"features_scaled": False, "spread_ratio": 101.0}),
        evidence(data={"features_scaled": False, "spread_ratio": 99.0, "largest": 99.0}),
    ),
    "target_unscaled": case(
        evidence(data={**REGRESSION, "target_spread": 11.0, "target_offset": 0.0}),
        evidence(data={**REGRESSION, "target_spread": 9.0, "target_offset": 9.0}),
    ),
    "wrong_loss": case(
        evidence(settings={"loss": "mean_squared_error"}),
        evidence(settings={"loss": "mean_squared_error"}, data=REGRESSION),
    ),
    "far_targets": case(
        evidence(data={**REGRESSION, "far_targets": 3, "far_weight": 0.9}, settings={"loss": "mean_squared_error"}),
        evidence(data={**REGRESSION, "far_targets": 3, "far_weight": 0.9}, settings={"loss": "huber"}),
    ),
    "leaked_target": case(evidence(data={"telling": 1.0}), evidence(data={"telling": 0.998})),
    "few_rows": case(evidence(data={"rows": 29}), evidence(data={"rows": 29, "validation_rows": 0})),
    "exploding": case(
        stuck(start={"layers": (layer(1, delta=1.01), OUTPUT)}),
        stuck(start={"layers": (layer(1, delta=0.99), OUTPUT)}),
        Severity.FAULT,
    ),
    "learning_rate_large": case(stuck(start={"curvature": 20.1}), stuck(start={"curvature": 19.9}), Severity.FAULT),
    "diverged": case(
        evidence(history={"last": 701.0}), evidence(history={"last": 699.0, "level": 0.1}), Severity.FAULT
    ),
    "penalty_strong": case(
        stuck(start={"layers": (layer(1, data_gradient=0.08, penalty_gradient=0.09), OUTPUT)}),
        stuck(start={"layers": (layer(1, data_gradient=0.1, penalty_gradient=0.04), OUTPUT)}),
        Severity.FAULT,
    ),
    "dead": case(
        stuck(now={"layers": (layer(1, activation="relu", dead=(1, 5)), OUTPUT)}),
        stuck(now={"layers": (layer(1, activation="relu"), OUTPUT)}),
    ),
    "dropout_strong": case(stuck(dropout=0.6), stuck(dropout=0.5), Severity.FAULT),
    "vanishing": case(
        stuck(start={"layers": DEEP}),
        evidence(start={"layers": DEEP}),
        Severity.FAULT,
    ),
    "few_updates": case(
        evidence(updates_per_epoch=1, start={"curvature": 0.9}, history={"progress": 0.9}),
        evidence(updates_per_epoch=1, start={"curvature": 1.1}, history={"progress": 0.9}),
    ),
    "learning_rate_small": case(
        evidence(start={"curvature": 0.014}, history={"progress": 0.99}),
        evidence(start={"curvature": 0.016}, history={"progress": 0.99}),
    ),
    "saturated": case(
        stuck(now={"layers": (layer(1, saturated=0.31), OUTPUT)}),
        evidence(now={"layers": (layer(1, saturated=0.9), OUTPUT)}),
        Severity.FAULT,
    ),
    "bad_start": case(untrained(start={"loss": 2.2}), untrained(start={"loss": 2.0})),
    "oscillation": case(
        evidence(history={"sign_changes": 0.7, "swing": 0.2, "rising": 1.0}),
        evidence(history={"sign_changes": 0.7, "swing": 0.2, "rising": 0.85}),
    ),
    "imbalance": case(
        evidence(data={"majority": 0.96}, now={"accuracy": 0.965, "majority": 0.96}),
        evidence(data={"majority": 0.79}, now={"accuracy": 0.79, "majority": 0.79}),
    ),
    "learned_by_heart": case(
        evidence(now={"loss_validation": 0.66}, history={"best_validation": 0.6}),
        evidence(
            now={"loss_validation": 0.66, "loss_test": 0.5},
            data={"test_rows": 40, "constant_loss_test": 0.7},
            history={"best_validation": 0.66, "validation": 0.66},
        ),
        Severity.FAULT,
    ),
    "overfitting": case(
        evidence(history={"best_epoch": 60, "validation": 0.16, "train_at_best": 0.2}),
        evidence(history={"best_epoch": 60, "validation": 0.14, "train_at_best": 0.2}),
    ),
    "plateau": case(stuck(), stuck(history={"progress": 0.98}), Severity.FAULT),
    "few_epochs": case(
        evidence(history={"end_share": 0.08, "best_epoch": 100}),
        evidence(history={"end_share": 0.04, "best_epoch": 100}),
        Severity.NOTE,
    ),
    "dropout_explains": case(
        evidence(dropout=0.3, history={"met": 0.2}, now={"loss": 0.1}),
        evidence(dropout=0.3, history={"met": 0.2, "level": 0.2}, now={"loss": 0.19}),
        Severity.NOTE,
    ),
}


def found(known: Evidence) -> dict[str, RunFinding]:
    return {finding.id: finding for finding in judge(known).findings}


def test_there_is_a_case_for_every_rule():
    assert list(CASES) == sorted(CASES, key=[rule.id for rule in RULES].index)
    assert set(CASES) == {rule.id for rule in RULES}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_named_and_its_neighbour_is_not(name):
    provoked, near, severity = CASES[name]
    assert found(provoked)[name].severity is severity
    assert name not in found(near)


def test_a_healthy_run_passes_everything():
    assert judge(evidence()).findings == ()
    assert len(judge(evidence()).passed) == len(RULES) - 1
    assert judge(evidence()).unjudged == ("far_targets",), "a class is not far from the others"
    assert judge(untrained()).findings == ()


def test_what_the_first_update_and_the_curves_look_like_is_no_praise_of_a_diverged_run():
    judgement = judge(evidence(status=Status.DIVERGED))
    assert {finding.id for finding in judgement.findings} == {"diverged"}
    praise = {"exploding", "plateau", "oscillation", "overfitting", "saturated", "few_epochs", "learning_rate_large"}
    assert praise <= {*judgement.unjudged}
    assert not praise & {*judgement.passed}
    assert {"features_unscaled", "twins", "imbalance"} <= {*judgement.passed}, "the data have not diverged"
    assert len(judgement.passed) + len(judgement.unjudged) + 1 == len(RULES)


def test_there_are_no_curves_before_training():
    judgement = judge(untrained())
    curves = {"diverged", "saturated", "oscillation", "learned_by_heart", "overfitting", "plateau", "few_updates"}
    assert {*judgement.unjudged} == curves | {"few_epochs", "dropout_explains", "far_targets"}
    assert {"dead", "learning_rate_large", "features_unscaled"} <= {*judgement.passed}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_silences_itself_or_a_cause(rule):
    places = {other.id: place for place, other in enumerate(RULES)}
    assert all(places[consequence] > places[rule.id] for consequence in rule.silences), "causes stand before them"


def test_what_follows_from_a_cause_is_not_told():
    judgement = judge(stuck(start={"curvature": 100.0}, now={"layers": (layer(1, saturated=0.9), OUTPUT)}))
    assert [finding.id for finding in judgement.findings] == ["learning_rate_large"]
    silenced = {finding.id: cause for finding, cause in judgement.silenced}
    assert silenced == {"saturated": "learning_rate_large", "plateau": "learning_rate_large"}


def test_a_muted_finding_is_not_told_but_silences_all_the_same():
    judgement = judge(stuck(start={"curvature": 100.0}), {"learning_rate_large"})
    assert judgement.findings == ()
    assert [finding.id for finding in judgement.muted] == ["learning_rate_large"]
    assert [finding.id for finding, _ in judgement.silenced] == ["plateau"]


def test_a_little_too_steep_is_only_noted_before_the_run_has_shown_anything():
    def told(known: Evidence) -> tuple[Severity, str]:
        finding = found(known)["learning_rate_large"]
        return finding.severity, finding.variant

    for limits, told_before in ((1.3, (Severity.NOTE, "climbs")), (2.1, (Severity.FAULT, "curvature"))):
        assert told(untrained(start={"curvature": 20 * limits})) == told_before
    steep = {"curvature": 26.0}
    assert told(evidence(start=steep, history={"epochs": 5}, status=None)) == (Severity.NOTE, "climbs")
    assert told(evidence(start=steep)) == (Severity.NOTE, "anyway")
    assert told(evidence(start=steep, history={"last": 1e9})) == (Severity.FAULT, "diverged")
    assert told(stuck(start=steep)) == (Severity.FAULT, "curvature")


def test_a_note_explains_no_warning():
    swinging = {"best_epoch": 60, "validation": 0.16, "train_at_best": 0.2}
    told = judge(evidence(start={"curvature": 21.0}, history=swinging)).findings
    assert [(finding.id, finding.severity) for finding in told] == [
        ("overfitting", Severity.WARNING),
        ("learning_rate_large", Severity.NOTE),
    ]


@pytest.mark.parametrize(
    ("optimizer", "limit"), [("sgd", 2.0), ("momentum", 3.8), ("nesterov", 3.8 / 2.8)]
)  # 2, 2(1 + m) and 2(1 + m)/(1 + 2m) with m = 0.9
def test_each_update_rule_has_its_limit(optimizer, limit):
    def steepness(eta_lambda: float) -> float:
        return evidence(settings={"optimizer": optimizer}, start={"curvature": eta_lambda / 0.1}).steepness

    assert steepness(limit) == pytest.approx(1.0)


def test_adam_has_no_limit_by_curvature_but_by_the_size_of_the_weights():
    known = evidence(settings={"optimizer": "adam"}, start={"curvature": 1e6})
    assert "learning_rate_large" not in found(known)
    assert known.step_of_weights == pytest.approx(0.1 / 0.3)
    large = (layer(1, weight_size=0.19), OUTPUT)
    assert "learning_rate_large" in found(stuck(settings={"optimizer": "adam"}, start={"layers": large}))


def test_dead_units_are_noted_warned_of_or_a_fault():
    def severity(count: int, make: Callable[..., Evidence]) -> Severity:
        dead = tuple(range(1, count + 1))
        return found(make(now={"layers": (layer(1, activation="relu", dead=dead), OUTPUT)}))["dead"].severity

    assert [severity(count, stuck) for count in (1, 2, 8)] == [Severity.NOTE, Severity.WARNING, Severity.FAULT]
    assert [severity(count, evidence) for count in (1, 2, 8)] == [Severity.NOTE, Severity.NOTE, Severity.FAULT]


def test_dead_units_of_other_layers_are_counted():
    layers = (layer(1, activation="relu", dead=(1, 2)), layer(2, activation="relu", dead=(1, 2, 3)), layer(3, units=1))
    finding = found(stuck(now={"layers": layers}))["dead"]
    assert (finding.numbers["dead"], finding.numbers["others"], finding.layers) == (3, 2, (1, 2))


def relus(*units: int) -> dict[str, Any]:
    return {"layers": (layer(1, activation="relu", dead=units), OUTPUT)}


@pytest.mark.parametrize(
    ("start", "now", "variant", "born", "since"),
    [
        ((), (1, 3), "course", 0, 2),
        ((1, 3), (1, 3), "start", 2, 0),
        ((1, 6), (1, 3, 7), "both", 1, 2),
        ((6,), (1, 3), "course", 0, 2),
    ],
)
def test_dead_units_are_compared_with_those_of_the_start_one_by_one(start, now, variant, born, since):
    finding = found(stuck(start=relus(*start), now=relus(*now)))["dead"]
    assert (finding.variant, finding.numbers["born"], finding.numbers["since"]) == (variant, born, since)


def test_units_whose_weights_a_penalty_took_are_a_note():
    def known(count: int, shrunk: int) -> Evidence:
        units = tuple(range(1, count + 1))
        return stuck(now={"layers": (layer(1, activation="relu", dead=units, shrunk=shrunk), OUTPUT)})

    finding = found(known(4, 3))["dead"]
    assert (finding.variant, finding.severity, finding.numbers["shrunk"]) == ("shrunk", Severity.NOTE, 3)
    assert found(known(4, 2))["dead"].severity is Severity.WARNING
    assert found(known(8, 8))["dead"].severity is Severity.FAULT


def test_a_quarter_of_a_layer_may_be_drawn_dead():
    def severity(known: Evidence) -> Severity:
        return found(known)["dead"].severity

    assert severity(untrained(start=relus(1, 2))) is Severity.NOTE
    assert severity(untrained(start=relus(1, 2, 3, 4))) is Severity.WARNING
    assert found(untrained(start=relus(1, 2)))["dead"].variant == "before"
    early = {"epochs": 3}
    assert severity(stuck(start=relus(1, 2), now=relus(1, 2), history=early)) is Severity.NOTE
    assert severity(stuck(start=relus(1), now=relus(1, 2), history=early)) is Severity.WARNING
    assert severity(stuck(start=relus(1, 2), now=relus(1, 2))) is Severity.WARNING, "it had time to learn"


def test_nothing_is_called_stuck_too_early():
    early = {"epochs": 9}
    assert found(stuck(history=early, status=None)) == {}
    assert "plateau" in found(stuck(status=None))
    assert found(stuck(status=None, updates_per_epoch=1)) == {}, "a hundred updates of batch descent"


def test_a_bad_start_is_forgotten_once_it_has_recovered():
    assert "bad_start" in found(stuck(start={"loss": 2.2}, now={"loss": 0.9}, history={"level": 0.9}))
    assert found(evidence(start={"loss": 2.2})) == {}


def test_a_hopeless_rate_is_the_fault_of_the_rate_not_of_few_updates():
    few: dict[str, Any] = {
        "updates_per_epoch": 1,
        "settings": {"variant": "batch"},
        "history": {"progress": 0.99, "end_share": 0.1},
    }
    tiny = found(stuck(**few, start={"curvature": 1e-4}, now={"relative_change": 1e-7}))
    assert "learning_rate_small" in tiny
    assert not {"few_updates", "plateau"} & {*tiny}
    assert "few_updates" in found(evidence(**few))
    assert "learning_rate_small" in found(untrained(updates_per_epoch=1, start={"curvature": 1e-4}))


def test_with_a_penalty_few_rows_are_only_noted():
    assert found(evidence(data={"rows": 29}, settings={"l2": 0.01}))["few_rows"].severity is Severity.NOTE
    layers = (layer(1, penalty_gradient=0.01), layer(2, units=1))
    assert found(evidence(data={"rows": 29}, start={"layers": layers}))["few_rows"].severity is Severity.NOTE


def test_linear_layers_are_told_apart():
    variants = {}
    for name, layers in {
        "one": (layer(1, units=1, activation="sigmoid"),),
        "linear": (layer(1, activation="linear"), layer(2, units=1, activation="sigmoid")),
        "tanh": (layer(1), layer(2, units=1, activation="sigmoid")),
    }.items():
        variants[name] = found(stuck(start={"layers": layers}))["plateau"].variant
    assert variants == {"one": "linear", "linear": "lines", "tanh": "deep"}


SLOW = {"first": 0.75, "progress": 0.997, "end_share": 0.08, "swing": 4e-4, "best_epoch": 100}
"""The last tenth of the epochs made 8 % of all progress, 17 times what the loss jumps by from epoch to epoch."""


def test_a_loss_that_still_falls_is_not_said_to_stay():
    judgement = judge(stuck(history=SLOW))
    assert [(finding.id, finding.variant) for finding in judgement.findings] == [("plateau", "slow")]
    assert dict((finding.id, cause) for finding, cause in judgement.silenced) == {"few_epochs": "plateau"}
    one_layer = stuck(history=SLOW, start={"layers": (layer(1, units=1, activation="sigmoid"),)})
    assert found(one_layer)["plateau"].variant == "linear", "more epochs bend no line"


def test_a_loss_that_only_jumps_is_not_said_to_fall():
    jumping = stuck(history={**SLOW, "swing": 0.01})
    assert found(jumping)["plateau"].variant == "deep"
    assert "few_epochs" not in {finding.id for finding, _ in judge(jumping).silenced}
    assert "few_epochs" in judge(evidence(history={"end_share": 0.08, "best_epoch": 100, "swing": 0.2})).passed
    settled = stuck(history={**SLOW, "end_share": 0.01})
    assert found(settled)["plateau"].variant == "deep"


def test_equal_steps_through_saturating_layers_are_told_apart():
    deep = {"layers": (layer(1), layer(2), layer(3, units=1, activation="sigmoid"))}
    finding = found(stuck(start=deep))["plateau"]
    assert (finding.variant, finding.numbers["bounded"]) == ("steps", 2)
    assert found(stuck(start=deep, settings={"optimizer": "adam"}))["plateau"].variant == "deep"


def test_units_that_are_partly_dead_do_not_hide_that_nothing_is_learned():
    half = (layer(1, activation="relu", dead=(0, 1, 2, 3)), layer(2, units=1))
    assert {"dead", "plateau"} <= {*found(stuck(now={"layers": half}))}
    whole = (layer(1, activation="relu", dead=tuple(range(8))), layer(2, units=1))
    assert "plateau" not in found(stuck(now={"layers": whole}))


def test_a_strong_penalty_is_told_with_a_finite_number_or_none():
    """A penalty that outweighs the data was said to pull ∞ times as hard."""
    strong = found(stuck(start={"layers": (layer(1, data_gradient=0.01, penalty_gradient=1.43), OUTPUT)}))
    assert strong["penalty_strong"].numbers["share"] == pytest.approx(143)
    assert strong["penalty_strong"].variant == ""
    lost = found(stuck(start={"layers": (layer(1, data_gradient=0.0, penalty_gradient=9.0), OUTPUT)}))
    assert lost["penalty_strong"].variant == "alone"
    silent = {"layers": (layer(1, data_gradient=0.0, delta=0.0, penalty_gradient=9.0), OUTPUT)}
    assert "penalty_strong" not in found(stuck(start=silent)), "the penalty is not what silences the data"


def test_a_penalty_is_not_blamed_before_training_nor_of_a_run_that_learns():
    strong = {"layers": (layer(1, data_gradient=0.05, penalty_gradient=0.1), layer(2, units=1))}
    shrunk = {"layers": (layer(1, weights=0.1), layer(2, units=1, weights=0.1))}
    assert "penalty_strong" not in found(untrained(start=strong))
    assert "penalty_strong" not in found(evidence(start=strong, now=shrunk))
    poor = {"level": 0.5, "last": 0.5}
    assert "penalty_strong" in found(evidence(start=strong, now={**shrunk, "loss": 0.5}, history=poor))
