import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from tui_ann.sklearn import TuiAnnClassifier, TuiAnnRegressor


@parametrize_with_checks([TuiAnnClassifier(epochs=60), TuiAnnRegressor(epochs=60)])
@pytest.mark.filterwarnings("ignore")
def test_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_it_works_in_a_pipeline_and_can_be_cloned():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((120, 3))
    labels = np.array(["no", "yes"])[(X[:, 0] * X[:, 1] > 0).astype(int)]
    model = make_pipeline(StandardScaler(), TuiAnnClassifier((16,), "tanh", epochs=120, learning_rate=0.02))
    assert cross_val_score(clone(model), X, labels, cv=3).mean() > 0.8
    fitted = model.fit(X, labels)[-1]
    assert set(fitted.predict(X)) == {"no", "yes"}
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1.0)
    assert fitted.parameters_["W1"].shape == (16, 3)


def test_several_targets_early_stopping_and_dropout():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((90, 2))
    Y = np.column_stack([X[:, 0] + X[:, 1], X[:, 0] - X[:, 1]])
    model = TuiAnnRegressor((16,), epochs=300, validation_split=0.2, patience=5, dropout=0.01).fit(X, Y)
    assert model.predict(X).shape == (90, 2)
    assert model.score(X, Y) > 0.9
    assert model.n_iter_ < 300
    assert len(model.history_["val_loss"]) == model.n_iter_
