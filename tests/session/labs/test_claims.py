"""What the lecture claims, shown by the labs on samples.  The seeds are those of the samples and the next ones."""

from tui_ann.session.labs.found import MEASURES

SEEDS = "5"
"""Runs of each arm: the seeds 0 to 4."""


def by_name(lab):
    return {arm.name: arm for arm in lab.arms}


def words(lab):
    return {arm.name: arm.word for arm in lab.record.arms}


def test_a_learning_rate_is_too_small_good_or_diverges(make_lab):
    chosen = {"training.learning_rate": "0.0001,0.1,1000", "repeats": SEEDS, "training.epochs": "30"}
    lab = make_lab("learning-rate", "moons", chosen=chosen)
    assert words(lab) == {"η 0.0001": "too small", "η 0.1": "good", "η 1000": "diverges"}
    for small, good, large in zip(*(arm.runs for arm in lab.arms), strict=True):
        assert good.loss[-1] < small.loss[-1] < large.loss[-1]
    assert lab.record.sentences[0].startswith("η 0.1 is good: the loss falls from ")
    assert lab.record.sentences[-1] == "η 1000 diverges: the loss grows instead of falling."


def test_a_learning_rate_on_a_line_that_is_too_large_overshoots_to_infinity(make_lab):
    lab = make_lab(
        "learning-rate", "linear-unit", chosen={"training.learning_rate": "0.001,2", "training.epochs": "20"}
    )
    assert words(lab)["η 2"] == "diverges"


def test_batch_needs_more_epochs_but_fewer_updates_than_stochastic(make_lab):
    lab = make_lab("variant", "breast-cancer", chosen={"repeats": "3", "training.epochs": "15"})
    batch, mini, single = lab.arms
    for runs in zip(batch.runs, mini.runs, single.runs, strict=True):
        goal = max(map(MEASURES["best loss"], runs))
        epochs = [run.reached(goal) for run in runs]
        updates = [run.updates[epoch - 1] for run, epoch in zip(runs, epochs, strict=True)]
        assert epochs[0] > epochs[1] >= epochs[2]
        assert updates[0] < updates[1] < updates[2]
    claim = next(text for text in lab.record.sentences if "fewer epochs" in text)
    assert claim.startswith("As the lecture says, stochastic descent needs fewer epochs than batch")


def test_a_deep_sigmoid_network_gets_the_least_gradient_in_layer_1_and_learns_slowest(make_lab):
    activations = "sigmoid,relu/he_normal,sigmoid+batch_normalization"
    lab = make_lab("activation", "moons", chosen={"activations": activations, "repeats": "2", "training.epochs": "25"})
    sigmoid, *others = lab.arms
    for other in others:
        for slow, fast in zip(sigmoid.runs, other.runs, strict=True):
            assert slow.vanishing < 0.01 < fast.vanishing
            assert fast.loss[-1] < slow.loss[-1]
    assert words(lab)["sigmoid"] == "vanishes"
    assert lab.record.sentences[1].startswith("Vanishing gradients with sigmoid: less than 1 %")
    assert "sigmoid + batch norm" in lab.record.sentences[2]


def test_techniques_narrow_the_gap_of_a_network_that_overfits(make_lab):
    techniques = "none,dropout=0.5,early_stopping=5,smaller=0.25"
    chosen = {"techniques": techniques, "repeats": SEEDS, "training.epochs": "80"}
    lab = make_lab("regularisation", "diabetes", chosen=chosen)
    gaps = {
        arm.name: [run.figure("test", "loss") - run.figure("train", "loss") for run in arm.runs] for arm in lab.arms
    }
    for name in ("dropout 0.5", "early_stopping 5", "smaller 0.25"):
        assert all(gap < plain for gap, plain in zip(gaps[name], gaps["none"], strict=True))  # seed by seed
    sentences = lab.record.sentences
    assert sentences[0].startswith("Without regularisation it overfits")
    assert sentences[1].startswith("Clearly narrower gaps: ")
    assert "dropout 0.5" in sentences[1]


def test_more_rows_give_a_better_test_score(make_lab):
    chosen = {"units": "4,16", "shares": "0.1,1", "repeats": "3", "training.epochs": "40"}
    lab = make_lab("data-size", "moons", chosen=chosen)
    for size in ("4 units", "16 units"):
        few, many = [arm.spread("test_accuracy") for arm in lab.arms if arm.group == size]
        assert (few.n, many.n) == (3, 3)
        assert many.mean > few.mean
        assert many.apart(few)
    assert "As in the lecture, accuracy on the test rows grows with the data for every size." in lab.record.sentences


def test_depth_is_compared_at_equal_size(make_lab):
    chosen = {"depths": "1,6", "parameters": "300", "repeats": "3", "training.epochs": "20"}
    lab = make_lab("depth", "moons", chosen=chosen)
    shallow, deep = lab.arms
    assert shallow.name == "1 hidden layer of 75, 301 parameters"
    assert deep.name == "6 hidden layers of 7, 309 parameters"
    assert all(MEASURES["µs/update"](run) > 0 for arm in (shallow, deep) for run in arm.runs)
    assert lab.record.sentences


def test_luck_is_the_median_and_the_spread_of_ten_seeds(make_lab):
    lab = make_lab("luck", "iris", chosen={"training.epochs": "5"})
    (arm,) = lab.arms
    values = [run.figure("test", "accuracy") for run in arm.runs]
    assert len(values) == 10
    assert len(set(values)) > 1
    assert lab.record.sentences[0].startswith("Over 10 seeds the accuracy on the test rows has the median")
    assert lab.record.sentences[1].startswith("Start values and order alone make a difference of")


def test_adam_needs_fewer_epochs_than_plain_descent_each_with_its_best_rate(make_lab):
    chosen = {"training.optimizer": "sgd,adam", "training.learning_rate": "0.01,0.1", "repeats": "3"}
    lab = make_lab("optimiser", "moons", chosen={**chosen, "training.epochs": "25"})
    sgd, adam = [arm for arm in lab.arms if words(lab)[arm.name] == "best η"]
    goal = max(MEASURES["best loss"](run) for run in (*sgd.runs, *adam.runs))
    for plain, adaptive in zip(sgd.runs, adam.runs, strict=True):
        assert adaptive.reached(goal) < plain.reached(goal)
    assert lab.record.sentences[1].startswith("Epochs to a loss of ")


def test_learning_rates_that_all_diverge_are_not_called_good(make_lab):
    chosen = {"training.learning_rate": "1e300,1e305", "training.epochs": "3"}
    assert make_lab("learning-rate", "linear-unit", chosen=chosen).record.sentences == [
        "All diverge: η 1e300 and η 1e305. Try smaller ones."
    ]


def test_a_network_without_vanishing_gradients_is_not_said_to_have_any(make_lab):
    lab = make_lab("activation", "moons", chosen={"activations": "relu", "depth": "2", "training.epochs": "3"})
    assert (
        lab.record.sentences[1]
        == "With none of these less than 1 % reaches layer 1: no gradient vanishes at this depth."
    )
    assert len(lab.record.sentences) == 2
