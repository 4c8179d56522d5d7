"""Everything that the rules judge, measured once and frozen."""

import math
from dataclasses import dataclass

from tui_ann.engine.diagnostics import thresholds as t
from tui_ann.engine.diagnostics.data_facts import DataFacts
from tui_ann.engine.diagnostics.history_facts import HistoryFacts
from tui_ann.engine.diagnostics.layer_facts import LayerFacts
from tui_ann.engine.stopping import Status
from tui_ann.engine.training_settings import TrainingSettings

FIXED_STEPS = ("sgd", "momentum", "nesterov")
"""Update rules whose step is proportional to the gradient, so that the curvature limits η."""


@dataclass(frozen=True)
class StartFacts:
    """The network at its start."""

    layers: tuple[LayerFacts, ...] = ()
    """The dense layers in the first update; empty if they were not looked at."""
    loss: float = math.nan
    """Training loss in inference mode, penalties left out."""
    curvature: float = math.nan
    """The largest λmax of a few batches of the set size; NaN if not known."""
    parameters: int = 0
    """Trainable parameters."""


@dataclass(frozen=True)
class NowFacts:
    """The network as it is now."""

    layers: tuple[LayerFacts, ...] = ()
    """The dense layers in a traced update; empty if they were not looked at."""
    loss: float = math.nan
    """Training loss in inference mode, penalties left out; NaN if not known."""
    loss_validation: float = math.nan
    """The same for the validation rows."""
    loss_test: float = math.nan
    """The same for the test rows."""
    accuracy: float = math.nan
    """Share of the training rows, or of a sample, whose class is predicted; NaN for regression."""
    majority: float = math.nan
    """Share of the commonest class among the rows of `accuracy`; NaN for regression."""
    relative_change: float = math.nan
    """The largest ‖ΔW‖/‖W‖ of the last update; NaN if not known."""
    largest_weight: float = math.nan
    """The largest |θ|."""
    others_found: float = math.nan
    """Of the unseen rows that are not of the commonest class, the share whose class is predicted; of the training rows
    where no unseen row is such.  NaN for regression."""


@dataclass(frozen=True)
class Evidence:
    """What is known of a run at one moment."""

    settings: TrainingSettings
    """Its training settings."""
    data: DataFacts
    """Its rows."""
    start: StartFacts
    """Its network at the start."""
    now: NowFacts
    """Its network now."""
    history: HistoryFacts
    """Its epochs."""
    updates_per_epoch: int
    """Updates per epoch."""
    weights_given: bool = False
    """Whether the start weights were given, not drawn."""
    dropout: float = 0.0
    """The largest rate of its dropout layers; 0 without."""
    status: Status | None = None
    """How it ended; `None` while it has not."""
    kept_best: bool = False
    """Whether it ended with the parameters of its best epoch, so that its last epochs are not of them."""

    @property
    def trained(self) -> bool:
        """Whether an epoch was completed."""
        return self.history.epochs > 0

    @property
    def has_rows_to_compare(self) -> bool:
        """Whether there are enough training rows for what is said of rows and of learning."""
        return self.data.rows >= t.FEWEST_ROWS_TO_COMPARE

    @property
    def has_rival(self) -> bool:
        """Whether the best constant answer is one: not if there are too few rows, or it is right everywhere."""
        return self.has_rows_to_compare and self.data.constant_loss > 1e-12

    @property
    def loss(self) -> float:
        """The training loss of the parameters as they are: in inference mode if known, else as met."""
        if self.kept_best:
            return self.history.met if math.isnan(self.now.loss) else self.now.loss
        return self._lowest

    @property
    def loss_at_end(self) -> float:
        """The same at the end of the epochs so far, whichever parameters were kept: where the curve is."""
        return self.history.level if self.kept_best else self._lowest

    @property
    def _lowest(self) -> float:
        return self.history.level if math.isnan(self.now.loss) else min(self.now.loss, self.history.level)

    @property
    def against_constant(self) -> float:
        """`loss` over that of the best constant answer; NaN before training, or without `has_rival`."""
        return self._over_constant(self.loss)

    @property
    def against_constant_at_end(self) -> float:
        """`loss_at_end` over the same."""
        return self._over_constant(self.loss_at_end)

    def _over_constant(self, loss: float) -> float:
        return loss / self.data.constant_loss if self.trained and self.has_rival else math.nan

    @property
    def learns(self) -> bool:
        """Whether the training loss is below half of that of the best constant answer, or that is 0."""
        return not self.against_constant > t.HALF

    @property
    def learns_at_end(self) -> bool:
        """Whether that is so at the end of the epochs so far."""
        return not self.against_constant_at_end > t.HALF

    @property
    def against_constant_unseen(self) -> float:
        """The loss on rows that the run was not trained on, over that of the constant answer; NaN without such rows.

        After the end it is that of the parameters kept, on the validation and test rows together; before, that of
        `best_against_constant`.
        """
        data, now = self.data, self.now
        rows = (
            (data.validation_rows, now.loss_validation, data.constant_loss_validation),
            (data.test_rows, now.loss_test, data.constant_loss_test),
        )
        if self.measured_unseen:
            known = [each for each in rows if each[0] and not math.isnan(each[1])]
            constant = sum(count * each for count, _, each in known)
            return sum(count * loss for count, loss, _ in known) / constant if constant > 0 else math.nan
        return self.best_against_constant

    @property
    def measured_unseen(self) -> bool:
        """Whether the parameters that the run ended with were measured on unseen rows."""
        return self.status is not None and not math.isnan(self.now.loss_validation)

    @property
    def best_against_constant(self) -> float:
        """The smallest validation loss of an epoch over that of the constant answer; NaN without validation rows.

        It is the better the more epochs there are to choose from.
        """
        constant = self.data.constant_loss_validation
        return self.history.best_validation / constant if constant > 0 else math.nan

    @property
    def proven(self) -> bool:
        """Whether the parameters as they are beat a constant answer clearly, on unseen rows too where there are some.

        The training loss is that of now, not the best of both: a run may keep parameters that are worse than its end.
        """
        constant, start = self.data.constant_loss, self.start.loss
        loss = self.loss if math.isnan(self.now.loss) else self.now.loss
        if not self.trained or not self.has_rival or not loss <= t.STUCK * constant or loss > start:
            return False
        return not self.against_constant_unseen >= t.BY_HEART

    @property
    def steepness(self) -> float:
        """η·λmax at the start over what the update rule allows: above 1 gradient descent cannot settle.

        The limit is 2 for SGD, 2(1 + m) with momentum m, and 2(1 + m)/(1 + 2m) for Nesterov; NaN for rules that scale
        their steps.
        """
        settings = self.settings
        if settings.optimizer not in FIXED_STEPS:
            return math.nan
        m = settings.momentum
        limit = {"sgd": 2.0, "momentum": 2.0 * (1 + m), "nesterov": 2.0 * (1 + m) / (1 + 2 * m)}[settings.optimizer]
        return settings.learning_rate * self.start.curvature / limit

    @property
    def pull(self) -> float:
        """η·λmax at the start, with the factor 1/(1 − m) by which momentum lengthens steps; NaN as `steepness`."""
        settings = self.settings
        if settings.optimizer not in FIXED_STEPS:
            return math.nan
        lengthened = 1.0 if settings.optimizer == "sgd" else 1 / (1 - settings.momentum)
        return settings.learning_rate * self.start.curvature * lengthened

    @property
    def step_of_weights(self) -> float:
        """η over the typical size of a layer's weights, the largest of all: the first step of Adam and RMSprop.

        NaN for rules whose steps follow the gradient.
        """
        if self.settings.optimizer in FIXED_STEPS or not self.start.layers:
            return math.nan
        sizes = [layer.weight_size for layer in self.start.layers if layer.weight_size > 0]
        return self.settings.learning_rate / min(sizes) if sizes else math.nan

    @property
    def dense(self) -> int:
        """Dense layers L."""
        return len(self.start.layers)
