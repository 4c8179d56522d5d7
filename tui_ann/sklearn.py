"""Estimators with the interface of scikit-learn: the same networks and the same training, on arrays."""

from collections.abc import Sequence
from typing import Any, Self, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from tui_ann.engine.events import EpochEnded
from tui_ann.engine.layers import Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings

Numbers = NDArray[np.float64]


class _Estimator(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What both estimators share.

    Args:
        hidden_layer_sizes: Units of the hidden layers.
        activation: The activation of the hidden layers.
        optimizer: The update rule.
        learning_rate: η.
        momentum: The momentum of `momentum` and `nesterov`.
        batch_size: Examples of an update.
        epochs: How often all rows are trained on, at most.
        l1: The penalty l1·Σ|w|.
        l2: The penalty l2·Σw².
        dropout: The share of hidden units set to zero in each update.
        scaling: Whether features, and the target of a regression, are standardised.
        validation_split: The share of the rows, the last, that is evaluated after every epoch.
        patience: Epochs to wait for an improvement before stopping; `None` trains to the end.
        random_state: The seed of start weights, order and dropout.
    """

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (32, 16),
        activation: str = "relu",
        *,
        optimizer: str = "adam",
        learning_rate: float = 0.003,
        momentum: float = 0.9,
        batch_size: int = 32,
        epochs: int = 200,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        scaling: bool = True,
        validation_split: float = 0.0,
        patience: int | None = None,
        random_state: int | None = 0,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.batch_size = batch_size
        self.epochs = epochs
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.scaling = scaling
        self.validation_split = validation_split
        self.patience = patience
        self.random_state = random_state

    def _fit(self, X: Numbers, Y: Numbers, activation: str, loss: str, metrics: tuple[str, ...]) -> None:
        """Train on rows (n, m) and their targets (n, k)."""
        self.x_mean_, self.x_scale_ = self._scale(X)
        self.output_, self.loss_ = activation, loss
        rows = (X - self.x_mean_) / self.x_scale_
        kept = len(rows) - int(len(rows) * self.validation_split)
        network = self._network(X.shape[1], Y.shape[1])
        trainer = Trainer(
            network,
            rows[:kept],
            Y[:kept],
            self._settings(loss, metrics, validated=kept < len(rows)),
            X_val=rows[kept:] if kept < len(rows) else None,
            Y_val=Y[kept:] if kept < len(rows) else None,
        )
        history: dict[str, list[float]] = {}
        for event in trainer.run():
            if isinstance(event, EpochEnded):  # the history of the trainer has not every epoch of a long run
                for name, value in event.record.values.items():
                    history.setdefault(name, []).append(float(value))
        self.parameters_ = dict(network.copy_parameters())
        self.n_outputs_ = Y.shape[1]
        self.n_iter_ = trainer.epoch
        self.history_ = history
        self.loss_curve_ = history.get("loss", [])

    def _scale(self, values: Numbers) -> tuple[Numbers, Numbers]:
        """Mean and deviation of each column, or 0 and 1 if nothing is scaled."""
        if not self.scaling:
            return np.zeros(values.shape[1]), np.ones(values.shape[1])
        deviation = values.std(axis=0)
        return values.mean(axis=0), np.where(deviation == 0, 1.0, deviation)

    def _settings(self, loss: str, metrics: tuple[str, ...], *, validated: bool) -> TrainingSettings:
        stopping = None
        if self.patience is not None:
            stopping = EarlyStopping(monitor="val_loss" if validated else "loss", patience=self.patience)
        return TrainingSettings(
            loss=cast(Any, loss),
            optimizer=cast(Any, self.optimizer),
            learning_rate=float(self.learning_rate),
            momentum=float(self.momentum),
            batch_size=int(self.batch_size),
            epochs=int(self.epochs),
            shuffle_seed=self._seed,
            metrics=cast(Any, metrics),
            early_stopping=stopping,
        )

    @property
    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        source = self.random_state if isinstance(self.random_state, np.random.RandomState) else np.random.RandomState()
        return int(source.randint(2**31))

    def _network(self, inputs: int, outputs: int) -> Network:
        """The network with start weights, made anew from its description."""
        layers: list[Layer] = []
        for units in self.hidden_layer_sizes:
            layers.append(Dense(int(units), self.activation, l1=self.l1, l2=self.l2))
            layers += [Dropout(self.dropout)] if self.dropout else []
        layers.append(Dense(outputs, self.output_, l1=self.l1, l2=self.l2))
        return Network(inputs, layers, self.loss_, seed=self._seed)

    def _answer(self, X: ArrayLike) -> Numbers:
        """ŷ (n, k)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        network = self._network(self.n_features_in_, self.n_outputs_)
        network.load(self.parameters_)
        return np.asarray(network.predict((rows - self.x_mean_) / self.x_scale_), np.float64)


class TuiAnnClassifier(ClassifierMixin, _Estimator):  # type: ignore[misc]  # as above
    """A multilayer perceptron for classes: one sigmoid output for two classes, a softmax output for more."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on rows.

        Args:
            X: (n, m) features.
            y: (n,) labels.

        Raises:
            ValueError: The rows or labels cannot be used.
        """
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"TuiAnnClassifier needs two classes or more; the labels have {len(self.classes_)} class.")
        binary = len(self.classes_) == 2
        Y = codes.reshape(-1, 1).astype(np.float64) if binary else np.eye(len(self.classes_))[codes]
        loss = "binary_crossentropy" if binary else "categorical_crossentropy"
        self._fit(rows, Y, "sigmoid" if binary else "softmax", loss, ("accuracy",))
        return self

    def predict_proba(self, X: ArrayLike) -> Numbers:
        """The probability of each class, (n, classes)."""
        y_hat = self._answer(X)
        return np.hstack([1 - y_hat, y_hat]) if y_hat.shape[1] == 1 else y_hat

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The most probable class of each row, (n,)."""
        probabilities = self.predict_proba(X)
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])


class TuiAnnRegressor(RegressorMixin, _Estimator):  # type: ignore[misc]  # as above
    """A multilayer perceptron for numbers."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on rows.

        Args:
            X: (n, m) features.
            y: (n,) or (n, k) numbers.

        Raises:
            ValueError: The rows or numbers cannot be used.
        """
        rows, targets = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        targets = np.asarray(targets, np.float64)
        Y = targets.reshape(len(targets), -1)
        self.y_mean_, self.y_scale_ = self._scale(Y)
        self._flat = targets.ndim == 1
        self._fit(rows, (Y - self.y_mean_) / self.y_scale_, "linear", "mean_squared_error", ("mae",))
        return self

    def predict(self, X: ArrayLike) -> Numbers:
        """The prediction for each row, (n,) or (n, k)."""
        y_hat = self._answer(X) * self.y_scale_ + self.y_mean_
        return np.asarray(y_hat[:, 0] if self._flat else y_hat)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
