"""The charts of Predict: threshold and curve of two classes, or ŷ against y and residuals of a regression."""

from collections.abc import Callable

import numpy as np

from tui_ann.engine.arrays import mean
from tui_ann.session.evaluate.judged_moment import JudgedMoment
from tui_ann.session.evaluate.residuals import Residuals, residuals_of
from tui_ann.text import clean, number
from tui_ann.tui.content.judged_text import CURVES, score_curve
from tui_ann.tui.draw.scatter import ScatterAxis
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.panes import DescribedPane, Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.scatter import Scatter
from tui_ann.tui.widgets.threshold_view import ScoreCurveView, ThresholdView


class PredictCharts:
    """Draws the charts into their panes.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self.threshold, self.curve = ThresholdView(id="threshold"), ScoreCurveView(id="curve")
        self.answers, self.residuals = Scatter(id="answers"), Scatter(id="residuals")
        self.threshold_pane = DescribedPane(self.threshold, title="Threshold", id="threshold-pane", topic="threshold")
        self.curve_pane = DescribedPane(self.curve, title="ROC", id="curve-pane", topic="score_curves")
        self.residuals_pane = Pane(self.residuals, title="Residuals", id="residuals-pane", topic="residuals")
        self.against = ""
        """The column that the residuals are shown against; empty for ŷ."""
        self._curve_name = CURVES[0]
        self.target = 0
        """Which target of a regression is drawn, counted from 0."""
        self._judged: JudgedMoment | None = None

    def show(self, judged: JudgedMoment) -> None:
        """Draw the charts of a judged moment.

        Args:
            judged: The moment.
        """
        self._judged = judged
        self._show_threshold(judged)
        self._show_answers()
        self.show_residuals()

    def turn(self) -> None:
        """Draw the next curve, or of a regression the next target."""
        judged = self._judged
        if judged is None:
            return
        if judged.rows.task == "regression":
            self.target = (self.target + 1) % len(judged.rows.preprocessing.target.names)
        else:
            self._curve_name = CURVES[(CURVES.index(self._curve_name) + 1) % len(CURVES)]
        self.show(judged)

    def _show_threshold(self, judged: JudgedMoment) -> None:
        pictures, threshold = judged.evaluation.pictures, judged.wish.threshold
        if pictures is None:
            self.threshold.set_data(None, threshold)
            self.curve.set_curve(None, "")
            return
        self.threshold_pane.border_title = plain(f"Threshold on ŷ = P({clean(pictures.positive, 24)})")
        self.threshold.set_data(pictures.histograms, threshold)
        curve, words = score_curve(pictures, self._curve_name, threshold)
        auc = next((figure for figure in judged.evaluation.figures if figure.name == "auc"), None)
        if self._curve_name == CURVES[0] and auc is not None:
            words = f"AUC {number(auc.value, 3)} · {words}"
        self.curve_pane.border_title = plain(self._curve_name)
        self.curve.set_curve(curve, words)

    def _of_target(self) -> Residuals | None:
        judged = self._judged
        if judged is None or judged.rows.task != "regression":
            return None
        self.target = min(self.target, len(judged.rows.preprocessing.target.names) - 1)
        return residuals_of(judged.rows, self.target)

    def _show_answers(self) -> None:
        found = self._of_target()
        if found is None:
            self.answers.clear()
            return
        name = clean(found.target, 20)
        self.answers.set_data(ScatterAxis(f"actual {name}", found.actual), ScatterAxis(f"ŷ of {name}", found.predicted))

    def show_residuals(self) -> None:
        """Draw the residuals against ŷ or the chosen column."""
        found = self._of_target()
        if found is None:
            self.residuals.clear()
            return
        if self.against not in found.columns:
            self.against = ""
        x = found.against(self.against) if self.against else found.predicted
        features = found.rows.preprocessing.columns
        labels = next((feature.labels for feature in features if feature.column == self.against), ())
        across = ScatterAxis(self.against or f"ŷ of {clean(found.target, 20)}", np.asarray(x), labels)
        self.residuals.set_data(across, ScatterAxis("ŷ − y", found.residual))
        self.residuals_pane.border_title = plain(f"Residuals against {clean(self.against, 30) or 'ŷ'}")
        key = self._host().key_of("predict.x_axis")
        error = number(mean(found.residual), 3, sign=True)
        self.residuals_pane.tell(plain(f"mean {error} · {key} another column"))
