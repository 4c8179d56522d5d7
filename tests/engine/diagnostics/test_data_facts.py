import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.engine.diagnostics.data_facts import DataFacts, data_facts

RNG = np.random.default_rng(5)
X = RNG.normal(size=(200, 3))
NONE = np.zeros((0, 3))


def facts(X, Y, loss="mean_squared_error", output="linear", classes=0, validation=None) -> DataFacts:
    Y_validation = np.zeros((0, Y.shape[1])) if validation is None else validation
    X_validation = np.zeros((len(Y_validation), X.shape[1]))
    return data_facts(
        loss,
        output,
        X,
        Y,
        X_validation,
        Y_validation,
        Y_validation[:0],
        classes=classes,
        features_scaled=False,
        target_scaled=False,
    )


def test_spreads_leave_out_constant_features():
    wide = X * [1.0, 50.0, 0.0] + [0.0, 0.0, 7.0]
    found = facts(wide, X[:, :1])
    assert found.spread_ratio == pytest.approx(wide[:, 1].std() / wide[:, 0].std())
    assert found.largest == pytest.approx(np.abs(wide).max())
    assert facts(np.ones((5, 2)), X[:5, :1]).spread_ratio == 1.0


def test_the_scarcest_class_is_counted_over_all_rows():
    codes = np.zeros(9000, np.intp)
    codes[4000:8990] = 2
    codes[1] = 1  # a row that a sample of the rows leaves out
    found = facts(np.zeros((9000, 1)), np.eye(3)[codes], "categorical_crossentropy", "softmax", classes=3)
    assert (found.scarcest, found.scarcest_rows) == (1, 1)
    binary = facts(X, (X[:, :1] < 10.0).astype(float), "binary_crossentropy", "sigmoid", classes=2)
    assert (binary.scarcest, binary.scarcest_rows) == (0, 0)
    number = facts(X, X[:, :1])
    assert (number.scarcest, number.scarcest_rows) == (-1, 0)


def test_the_constant_answer_is_the_mean_the_median_or_the_shares():
    Y = RNG.gamma(2.0, size=(200, 1))
    assert facts(X, Y).constant_loss == pytest.approx(Y.var())
    mean_absolute = facts(X, Y, "mean_absolute_error").constant_loss
    assert mean_absolute == pytest.approx(np.abs(Y - np.median(Y)).mean())
    share = 0.25
    binary = (np.arange(200)[:, None] < 200 * share).astype(float)
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    found = facts(X, binary, "binary_crossentropy", "sigmoid", 2, validation=np.ones((4, 1)))
    assert found.constant_loss == pytest.approx(entropy)
    assert found.constant_loss_validation == pytest.approx(-np.log(share))
    assert found.majority == 0.75
    thirds = np.eye(4)[np.arange(200) % 4]
    assert facts(X, thirds, "categorical_crossentropy", "softmax", 4).constant_loss == pytest.approx(np.log(4))


def test_the_target_of_a_regression_is_measured():
    found = facts(X, 100.0 + 5.0 * X[:, :1])
    assert found.target_spread == pytest.approx(5.0 * X[:, 0].std())
    assert found.target_offset == pytest.approx(abs(100 + 5 * X[:, 0].mean()) / (5 * X[:, 0].std()))
    assert facts(X[:2], np.ones((2, 1))).target_offset == 0.0


@pytest.mark.parametrize(
    ("output", "share"), [("linear", 0.0), ("sigmoid", 0.75), ("tanh", 0.5), ("relu", 0.5), ("elu", 0.0)]
)
def test_targets_out_of_reach_of_the_output(output, share):
    Y = np.array([[-2.0], [-0.5], [0.5], [2.0]])
    assert facts(X[:4], Y, output=output).unreachable == share


def test_a_copy_of_one_of_two_targets_tells_it():
    Y = RNG.normal(size=(200, 2))
    found = facts(np.column_stack([X, 3 - 2 * Y[:, 1]]), Y)
    assert (found.teller, found.telling, found.targets) == (4, pytest.approx(1.0), 2)


def test_a_copy_of_the_target_tells_it():
    Y = X @ [[1.0], [1.0], [1.0]] + RNG.normal(size=(200, 1))
    assert facts(X, Y).telling < 0.9
    found = facts(np.column_stack([X, 3 - 2 * Y]), Y)
    assert (found.teller, found.telling) == (4, pytest.approx(1.0))
    classes = (Y > 0).astype(float)
    found = facts(np.column_stack([X, 3 - classes]), classes, "binary_crossentropy", "sigmoid", 2)
    assert (found.teller, found.telling) == (4, 1.0)


def test_several_classes_are_told_by_stretches_or_by_a_feature_each():
    codes = RNG.integers(3, size=200)
    Y = np.eye(3)[codes]
    words = ("categorical_crossentropy", "softmax", 3)
    assert facts(X, Y, *words).telling < 0.9
    assert facts(np.column_stack([X, codes + 0.1 * RNG.random(200)]), Y, *words).telling == 1.0
    assert facts(np.column_stack([X, Y]), Y, *words).telling == 1.0
    one_known = np.column_stack([X, Y[:, 0]])
    assert facts(one_known, Y, *words).telling < 0.99, "one class of three may well be easy"


@given(st.lists(st.booleans(), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_the_best_threshold_is_that_of_all(labels, random):
    x = np.array([[random.randrange(5)] for _ in labels], float)
    codes = np.array(labels, float)[:, None]
    thresholds = [-1, *range(6)]
    right = [max(((x > cut) == codes).mean(), ((x > cut) != codes).mean()) for cut in thresholds]
    assert facts(x, codes, "binary_crossentropy", "sigmoid", 2).telling == pytest.approx(max(right))
