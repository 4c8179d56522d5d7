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


@pytest.fixture
def eager(two_classes: Answerer) -> Answerer:
    """The network of two classes with every ŷ too large, so that ½ takes the first class for the second."""
    parameters = two_classes.network.parameters
    parameters[max(name for name in parameters if name.startswith("b"))][...] += 3.0
    return two_classes


def test_it_is_chosen_on_the_validation_part_and_judged_on_the_test_part(eager: Answerer) -> None:
    costs = Costs(miss=10, alarm=1)
    found = cheapest_threshold(eager, costs)
    assert found is not None
    assert (found.chosen_on, found.judged_on, found.rows) == ("validation", "test", 15)
    least = min(cost(eager, "validation", threshold, costs) for threshold in np.linspace(0, 1, 1001))
    assert cost(eager, "validation", found.threshold, costs) == least
    assert found.cost == cost(eager, "test", found.threshold, costs)
    assert found.usual_cost == cost(eager, "test", 0.5, costs)
    assert "chosen on the validation part; on the test part it costs" in found.sentence


def test_half_stays_where_nothing_is_cheaper(two_classes: Answerer) -> None:
    found = cheapest_threshold(two_classes, Costs(0, 0))  # every threshold costs the same
    assert found is not None
    assert found.threshold == 0.5
    assert not any(found.beats(threshold) for threshold in (0.0, 0.3, 0.5, 1.0))
    assert found.sentence == (
        "No threshold is cheaper than 0.5 on the validation part (a miss costs 0, a false alarm 0); "
        "its mistakes cost 0 on the test part."
    )


def test_a_threshold_beats_those_that_cost_more_where_it_was_chosen(eager: Answerer) -> None:
    costs = Costs(miss=10, alarm=1)
    found = cheapest_threshold(eager, costs)
    assert found is not None
    assert found.beats(0.5)
    least = cost(eager, "validation", found.threshold, costs)
    for threshold in np.linspace(0, 1, 101):
        assert found.beats(threshold) == (cost(eager, "validation", threshold, costs) > least)


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
