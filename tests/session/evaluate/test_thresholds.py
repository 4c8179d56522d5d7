"""The cheapest threshold: chosen on one part, judged on another."""

import numpy as np
import pytest

from tui_ann.errors import SessionError
from tui_ann.session.evaluate.rows import rows_of_part
from tui_ann.session.evaluate.thresholds import Costs, cheapest_threshold, pictures_of
from tui_ann.session.predicting import Answerer


def cost(answerer: Answerer, part: str, threshold: float, costs: Costs) -> float:
    rows = rows_of_part(answerer, part)
    says = rows.y_hat[:, 0] >= threshold
    missed, alarms = (rows.codes == 1) & ~says, (rows.codes == 0) & says
    return float(costs.miss * missed.sum() + costs.alarm * alarms.sum())


def test_it_is_chosen_on_the_validation_part_and_judged_on_the_test_part(two_classes: Answerer) -> None:
    costs = Costs(miss=10, alarm=1)
    found = cheapest_threshold(two_classes, costs)
    assert found is not None
    assert (found.chosen_on, found.judged_on, found.rows) == ("validation", "test", 15)
    least = min(cost(two_classes, "validation", threshold, costs) for threshold in np.linspace(0, 1, 1001))
    assert cost(two_classes, "validation", found.threshold, costs) == least
    assert found.cost == cost(two_classes, "test", found.threshold, costs)
    assert found.usual_cost == cost(two_classes, "test", 0.5, costs)
    assert "chosen on the validation part; on the test part it costs" in found.sentence


def test_the_pictures_are_of_two_classes_only(two_classes: Answerer, three_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    pictures = pictures_of(rows)
    assert pictures is not None
    assert (pictures.negative, pictures.positive) == ("no", "yes")
    first, second = pictures.histograms(10)
    assert first.sum() == (rows.codes == 0).sum()
    assert second.sum() == (rows.codes == 1).sum()
    assert pictures_of(rows_of_part(three_classes, "all")) is None
    assert cheapest_threshold(three_classes, Costs()) is None


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(SessionError, match="A false alarm cannot cost −1"):
        Costs(alarm=-1)
