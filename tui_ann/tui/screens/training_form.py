"""The training settings of the Build screen, grouped under headings."""

from tui_ann.experiment.settings import SETTINGS
from tui_ann.tui.dialogs.settings_form import Line

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Descent",
        (
            "training.loss", "training.variant", "training.batch_size", "training.learning_rate",
            "training.optimizer", "training.momentum", "training.epochs",
        ),
    ),
    (
        "Stopping",
        (
            "training.tolerance", "training.gradient_tolerance", "training.early_stopping",
            "training.early_stopping.monitor", "training.early_stopping.patience",
            "training.early_stopping.min_delta", "training.early_stopping.restore_best_weights",
        ),
    ),
    ("Against overfitting", ("training.l1", "training.l2", "data.noise")),
    (
        "Start and order",
        ("network.seed", "network.initializer", "network.weights", "training.shuffle", "training.shuffle_seed"),
    ),
    ("Metrics and precision", ("training.metrics", "training.dtype")),
)  # fmt: skip
"""Keys of the settings by heading."""


def training_lines() -> list[Line]:
    """The lines of the form."""
    lines: list[Line] = []
    for title, keys in GROUPS:
        lines.append(Line(None, title))
        lines += [Line(SETTINGS[key]) for key in keys]
    return lines
