"""How the baselines are called: where their loss stands, and where only their decisions count."""

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.metrics import class_codes
from tui_ann.experiment.run_record import Baseline
from tui_ann.session.run.linear_model import LinearModel

CONSTANT, LINEAR = "constant", "linear"
"""The baselines by their names in `run.json`."""
CLASS_SHARES, LINEAR_MODEL = "class shares", "linear model"
"""Their names in tables; a constant number is named by what it is."""
_MEAN = "always the mean"


def always_in_words(dataset: Dataset, model: LinearModel) -> str:
    """What the constant model answers, in words: `always 'benign'`, where only the class counts."""
    if dataset.task == "regression":
        return _MEAN
    code = int(class_codes(model.y_hat(model.b[None]))[0])
    return f"always {quoted(dataset.classes[code])}"


def constant_name(task: str) -> str:
    """The name of the constant model in a table.

    Its probabilities are the shares of the classes in the training rows.  A model that is sure of the commonest class
    would have the same accuracy, but an infinite log loss, so a table with a loss cannot call it “always no”.

    Args:
        task: `regression`, `binary` or `multiclass`.
    """
    return _MEAN if task == "regression" else CLASS_SHARES


def table_name(key: str, baseline: Baseline) -> str:
    """The name of a baseline of a run in a table.

    Args:
        key: `CONSTANT` or `LINEAR`.
        baseline: Its figures; only a classification has an accuracy.
    """
    if key == LINEAR:
        return LINEAR_MODEL
    classes = any("accuracy" in values for values in baseline.metrics.values())
    return CLASS_SHARES if key == CONSTANT and classes else baseline.what


def shares_explained(what: str) -> tuple[str, str]:
    """What `CLASS_SHARES` are, as two lines.

    Args:
        what: What it answers, as `always_in_words` has it.
    """
    return (
        f"{CLASS_SHARES}: for every row the shares of the classes in the training rows,",
        f"as probabilities, so that its answer is {what}.",
    )
