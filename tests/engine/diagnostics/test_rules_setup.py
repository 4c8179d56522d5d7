"""Rules on the rows: a rare class, targets far from all others."""

from tests.engine.diagnostics.evidences import evidence, stuck, untrained
from tests.engine.diagnostics.test_rules import REGRESSION, found
from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.engine.diagnostics.judging import judge


def test_an_imbalance_is_judged_by_the_rows_of_the_accuracy():
    told = found(evidence(data={"majority": 0.882}, now={"accuracy": 0.873, "majority": 0.873}))
    assert told["imbalance"].numbers == {"majority": 0.873, "accuracy": 0.873}


def test_with_metrics_that_see_the_rare_class_an_imbalance_is_a_note_that_says_what_to_do():
    rare: dict[str, dict[str, float]] = {"data": {"majority": 0.96}, "now": {"accuracy": 0.965, "majority": 0.96}}
    for classes, variant in ((2, "threshold"), (3, "matrix")):
        known = evidence(
            data={**rare["data"], "classes": classes},
            now=rare["now"],
            settings={"metrics": ("precision", "recall", "f1")},
        )
        assert (found(known)["imbalance"].severity, found(known)["imbalance"].variant) == (Severity.NOTE, variant)
    plain = evidence(**rare, settings={"metrics": ("accuracy", "auc")})
    assert found(plain)["imbalance"].severity is Severity.WARNING


def test_a_good_accuracy_does_not_hide_a_rare_class_that_is_missed():
    def told(found_share: float, metrics: tuple[str, ...] = ("accuracy",)) -> tuple[Severity, str] | None:
        now = {"accuracy": 0.975, "majority": 0.95, "others_found": found_share}
        finding = found(evidence(data={"majority": 0.95}, now=now, settings={"metrics": metrics})).get("imbalance")
        return None if finding is None else (finding.severity, finding.variant)

    assert told(0.33) == (Severity.WARNING, "missed")
    assert told(0.33, ("precision", "recall", "f1")) == (Severity.NOTE, "missed"), "figures of the rare class are shown"
    assert told(0.6) == (Severity.NOTE, "missed")
    assert told(0.85) is None, "the rare class is learnt"


def test_a_rare_class_that_is_missed_is_no_reason_for_a_loss_that_stays():
    now = {"loss": 0.69, "accuracy": 0.975, "majority": 0.95, "others_found": 0.3}
    judgement = judge(stuck(data={"majority": 0.95}, now=now))
    assert [finding.id for finding in judgement.findings] == ["plateau", "imbalance"]


def test_a_class_with_hardly_a_row_is_told_before_and_after_training_and_silences_nothing():
    scarce = {"classes": 8, "rows": 2160, "scarcest": 7, "scarcest_rows": 2}
    for known in (untrained(data=scarce), evidence(data=scarce)):
        finding = found(known)["imbalance"]
        assert (finding.severity, finding.variant) == (Severity.NOTE, "scarce")
        assert finding.numbers == {"class": 7, "few": 2, "rows": 2160}
    stays = stuck(data=scarce, settings={"loss": "categorical_crossentropy"})
    assert [finding.id for finding in judge(stays).findings] == ["plateau", "imbalance"]
    rare = {**scarce, "majority": 0.9}
    assert found(evidence(data=rare, now={"others_found": 0.9}))["imbalance"].variant == "scarce"
    for enough in ({"scarcest_rows": 10}, {"rows": 100, "classes": 4, "scarcest_rows": 3}):
        assert "imbalance" in judge(evidence(data={**scarce, **enough})).passed, "small exercises are left in peace"


def test_more_metrics_find_no_other_fault_in_the_same_training():
    rare = {"data": {"majority": 0.92}, "now": {"loss": 0.69, "accuracy": 0.92, "majority": 0.92}}
    for metrics in (("accuracy",), ("precision", "recall", "f1")):
        judgement = judge(stuck(**rare, settings={"metrics": metrics}))
        assert [finding.id for finding in judgement.findings] == ["imbalance"]
        assert [finding.id for finding, _ in judgement.silenced] == ["plateau"]


def test_far_targets_matter_to_losses_that_square_and_explain_a_loss_that_stays():
    far = {**REGRESSION, "far_targets": 3, "far_weight": 0.9}
    for loss, told in (("half_squared_error", True), ("mean_squared_error", True), ("mean_absolute_error", False)):
        assert ("far_targets" in found(evidence(data=far, settings={"loss": loss}))) is told
    assert "far_targets" in judge(evidence(data=REGRESSION)).passed
    memorised = {"loss_validation": 1.2}
    judgement = judge(evidence(data=far, now=memorised, settings={"loss": "mean_squared_error"}))
    assert dict((each.id, cause) for each, cause in judgement.silenced) == {"learned_by_heart": "far_targets"}
