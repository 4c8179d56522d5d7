"""One row: what moved its answer away from that of the mean row, and which training rows are like it."""

from dataclasses import dataclass

import numpy as np

from tui_ann.data.prepare.features import CategoryFeature, Feature, NumberFeature
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.predicting import Answerer
from tui_ann.session.run.threads import suited_threads

NEAREST = 3
"""How many training rows are named."""
MOST_LABELS = 20
"""Maximum labels of a column that are tried."""
_STEP = {"float64": 1e-5, "float32": 1e-2}
"""The step of the central differences, in units of the scaled features, by the precision of the network."""

AT_MEAN = 1e-3
"""A number this near to the mean, in σ, is the mean: typed with six digits it is not exactly that."""


@dataclass(frozen=True)
class Mover:
    """What one column did to the answer for a row."""

    column: str
    """The column."""
    push: float
    """Input × gradient: (x − mean) · ∂s/∂x at the row, summed over the features of the column.

    s is the log-odds of the class ŷ stands for, or ŷ itself in the units of the target.
    """
    lower: float
    """ŷ if the number were 1 σ smaller; of labels the smallest ŷ that another label gives."""
    higher: float
    """ŷ if the number were 1 σ larger; of labels the largest ŷ that another label gives."""


@dataclass(frozen=True)
class NearRow:
    """A training row like the one in question."""

    line: int
    """Its physical line in the file."""
    distance: float
    """Euclidean distance of the scaled features."""
    place: int
    """Its row in the training data, counted from 0."""


@dataclass(frozen=True, eq=False)
class RowStory:
    """Why a row has its answer."""

    answer: float
    """ŷ: the probability of the class, or the number in the units of the target."""
    code: int
    """The class that `answer` is the probability of, or the target, counted from 0."""
    movers: tuple[Mover, ...]
    """Every column, in the order of the features."""
    nearest: tuple[NearRow, ...]
    """The training rows most like it, the nearest first; none of a changed file, whose training rows are not known."""
    numbers: tuple[float, ...] = ()
    """ŷ of every target of a regression, in its units."""
    log_odds: bool = False
    """Whether the pushes are of the log-odds of the class, not of ŷ."""

    @property
    def strongest(self) -> tuple[Mover, ...]:
        """The columns, that which moved most first."""
        return tuple(sorted(self.movers, key=lambda mover: -abs(mover.push)))

    @property
    def shares(self) -> dict[str, float]:
        """The push of each column as a share of the largest, −1 to 1; 0 where it is not finite."""
        finite = {mover.column: mover.push if np.isfinite(mover.push) else 0.0 for mover in self.movers}
        most = max(map(abs, finite.values()), default=0.0) or 1.0
        return {column: push / most for column, push in finite.items()}


def told(answerer: Answerer, x: Array, *, code: int | None = None, itself: int | None = None) -> RowStory:
    """What moved the answer for one row, and the training rows nearest to it.

    Args:
        answerer: The network, which nothing else uses meanwhile, with its data.
        x: The features (m,) of the row, scaled.
        code: The class whose probability is explained, or the target, counted from 0; by default the second of two
            classes, the likeliest of several, or the first target.
        itself: The row of the table, if it is one of them: it is not its own neighbour.

    Raises:
        SessionError: The training rows are not at hand.
    """
    dataset = answerer.dataset
    if dataset is None:
        raise SessionError(
            "The training rows of this run are not at hand, so nothing can be compared with them.",
            remedy="Put the data file back where the experiment says.",
            code="no_data",
        )
    y_hat = _answers(answerer, x[None])[0]
    if code is None:
        code = _explained(answerer, y_hat)
    gradient = _gradient(answerer, x, code)
    with np.errstate(all="ignore"):
        apart = x - dataset.X_train.mean(axis=0)
        pushes = np.where(np.abs(apart) <= AT_MEAN * _sigmas(answerer), 0.0, apart * gradient)
    movers, first = [], 0
    for feature in answerer.preprocessing.columns:
        span = slice(first, first + len(feature.names))
        lower, higher = _tried(answerer, x, feature, span, code)
        movers.append(Mover(feature.column, float(pushes[span].sum()), lower, higher))
        first = span.stop
    answer = float(_shown(answerer, y_hat[None], code)[0])
    regression = answerer.preprocessing.task == "regression"
    numbers = tuple(answerer.preprocessing.undo(y_hat[None])[0].tolist()) if regression else ()
    log_odds = not regression and LOSSES[answerer.network.loss].joined_activation is not None
    return RowStory(answer, code, tuple(movers), _nearest(answerer, x, itself), numbers, log_odds)


def rows_like(rows: JudgedRows, place: int) -> int | None:
    """The row of the table that a judged row is, if it is one of the training rows."""
    return int(rows.places[place]) if rows.parts[place] == 0 else None


def _answers(answerer: Answerer, X: Array) -> Array:
    with suited_threads(answerer.network.largest_matrix, 1):
        return np.asarray(answerer.network.predict(X), np.float64)


def _explained(answerer: Answerer, y_hat: Array) -> int:
    if answerer.preprocessing.task == "regression":
        return 0
    return 1 if len(y_hat) <= 2 else int(y_hat.argmax())


def _shown(answerer: Answerer, y_hat: Array, code: int) -> Array:
    """ŷ (n,) as it is shown: a probability of the class, or a number in the units of the target."""
    if answerer.preprocessing.task == "regression":
        return answerer.preprocessing.undo(y_hat)[:, code]
    if y_hat.shape[1] == 1:
        return y_hat[:, 0] if code else 1.0 - y_hat[:, 0]
    return y_hat[:, code]


def _scores(answerer: Answerer, X: Array, code: int) -> Array:
    """What is differentiated (n,): the log-odds of the class, which do not flatten where ŷ is near 0 or 1."""
    network = answerer.network
    with suited_threads(network.largest_matrix, 1):
        logits = np.asarray(network.logits(X), np.float64)
    if answerer.preprocessing.task == "regression":
        return answerer.preprocessing.undo(np.asarray(network.y_hat(logits), np.float64))[:, code]
    if LOSSES[network.loss].joined_activation is None:  # the logits are ŷ itself
        return _shown(answerer, logits, code)
    if logits.shape[1] == 1:
        return logits[:, 0] if code else -logits[:, 0]
    if LOSSES[network.loss].joined_activation == "sigmoid":
        return logits[:, code]
    others = np.delete(logits, code, axis=1)
    largest = others.max(axis=1)
    return np.asarray(logits[:, code] - largest - np.log(np.exp(others - largest[:, None]).sum(axis=1)), np.float64)


def _gradient(answerer: Answerer, x: Array, code: int) -> Array:
    """∂s/∂x (m,) by central differences."""
    step = _STEP[str(answerer.network.dtype)]
    m = len(x)
    gradient = np.empty(m)
    block = max(1, (1 << 20) // m)
    for first in range(0, m, block):
        span = range(first, min(m, first + block))
        around = np.tile(x, (2 * len(span), 1))
        around[np.arange(len(span)), span] += step
        around[len(span) + np.arange(len(span)), span] -= step
        scores = _scores(answerer, around, code)
        with np.errstate(all="ignore"):
            gradient[first : span.stop] = (scores[: len(span)] - scores[len(span) :]) / (2 * step)
    return gradient


def _sigma(feature: NumberFeature) -> float:
    """One standard deviation of a number, scaled as the network gets it."""
    return (feature.deviation if feature.deviation is not None else feature.scale) / feature.scale


def _sigmas(answerer: Answerer) -> Array:
    """One standard deviation of each feature (m,); 0 of those of labels."""
    columns = answerer.preprocessing.columns
    return np.concatenate(
        [[_sigma(each)] if isinstance(each, NumberFeature) else np.zeros(len(each.names)) for each in columns]
    )


def _tried(answerer: Answerer, x: Array, feature: Feature, span: slice, code: int) -> tuple[float, float]:
    """ŷ with other values of a column: 1 σ lower and higher, or the least and the most of all labels."""
    if isinstance(feature, NumberFeature):
        sigma = _sigma(feature)
        X = np.tile(x, (2, 1))
        X[:, span.start] += (-sigma, sigma)
        lower, higher = _shown(answerer, _answers(answerer, X), code)
        return float(lower), float(higher)
    labels = min(MOST_LABELS, len(feature.labels))
    X = np.tile(x, (labels, 1))
    X[:, span] = written_labels(feature, labels)
    shown = _shown(answerer, _answers(answerer, X), code)
    return float(shown.min()), float(shown.max())


def written_labels(feature: CategoryFeature, labels: int) -> Array:
    """The features (labels, features) of the first labels of a column."""
    shown = {label: place for place, label in enumerate(feature.shown)}
    X = np.zeros((labels, len(feature.names)))
    for row, label in enumerate(feature.labels[:labels]):
        if label in shown:
            X[row, shown[label]] = 1.0
    return X


def _nearest(answerer: Answerer, x: Array, itself: int | None) -> tuple[NearRow, ...]:
    dataset, table = answerer.dataset, answerer.table
    assert dataset is not None
    if answerer.file_changed:
        return ()
    X, places = dataset.X_train, dataset.rows.train
    with np.errstate(all="ignore"):
        distance = np.sqrt(np.maximum(np.square(X).sum(axis=1) - 2 * (X @ x) + np.square(x).sum(), 0.0))
    if itself is not None:
        distance[places == itself] = np.inf
    order = np.argsort(distance, kind="stable")[:NEAREST]
    lines = table.lines if table is not None else None
    return tuple(
        NearRow(int(lines[places[row]]) if lines is not None else int(places[row]) + 2, float(distance[row]), int(row))
        for row in order
        if np.isfinite(distance[row])
    )
