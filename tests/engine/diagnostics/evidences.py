"""Evidence of a healthy run of a small classifier, to be changed in the numbers that a test is about."""

from dataclasses import replace
from typing import Any

from tui_ann.engine.diagnostics.data_facts import DataFacts
from tui_ann.engine.diagnostics.evidence import Evidence, NowFacts, StartFacts
from tui_ann.engine.diagnostics.history_facts import HistoryFacts
from tui_ann.engine.diagnostics.layer_facts import LayerFacts
from tui_ann.engine.stopping import Status
from tui_ann.engine.training_settings import TrainingSettings

DATA = DataFacts(
    rows=200,
    validation_rows=40,
    inputs=4,
    classes=2,
    largest=3.0,
    spread_ratio=1.0,
    features_scaled=True,
    target_scaled=False,
    target_spread=float("nan"),
    target_offset=float("nan"),
    majority=0.5,
    scarcest=0,
    scarcest_rows=100,
    constant_loss=0.7,
    constant_loss_validation=0.7,
    test_rows=0,
    constant_loss_test=float("nan"),
    unreachable=0.0,
    teller=1,
    telling=0.8,
    far_targets=0,
    far_weight=0.0,
)
HISTORY = HistoryFacts(
    epochs=100,
    first=0.7,
    last=0.1,
    level=0.1,
    progress=0.98,
    end_share=0.01,
    rising=0.98,
    sign_changes=0.3,
    swing=0.01,
    penalty=0.0,
    best_epoch=99,
    best_validation=0.12,
    validation=0.12,
    validation_last=0.12,
    train_at_best=0.1,
    met=0.1,
    met_validation=0.12,
)


def layer(number: int, **changes: Any) -> LayerFacts:
    """A healthy dense layer of eight tanh units."""
    healthy = LayerFacts(number, number, 8, "tanh", 0.01, 0.8, (), 0.0, 0, 1.4, 0.3, 0.1, 0.0)
    return replace(healthy, **changes)


def evidence(
    *,
    data: dict[str, Any] | None = None,
    history: dict[str, Any] | None = None,
    start: dict[str, Any] | None = None,
    now: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    **changes: Any,
) -> Evidence:
    """Evidence of a run that completed and learned well, with some numbers changed."""
    layers = (layer(1), layer(2, units=1, activation="sigmoid"))
    made = Evidence(
        settings=TrainingSettings(learning_rate=0.1, epochs=100, **(settings or {})),
        data=replace(DATA, **(data or {})),
        start=replace(StartFacts(layers, 0.7, 1.0, 49), **(start or {})),
        now=replace(NowFacts(layers, 0.1, 0.12, float("nan"), 0.97, 0.5, 1e-3, 3.0), **(now or {})),
        history=replace(HISTORY, **(history or {})),
        updates_per_epoch=20,
        status=Status.COMPLETED,
    )
    return replace(made, **changes)


STUCK: dict[str, Any] = {
    "history": {"level": 0.69, "last": 0.69, "progress": 1.0, "validation": 0.7, "best_validation": 0.69},
    "now": {"loss": 0.69},
}
"""A run that learned next to nothing."""


def stuck(**changes: Any) -> Evidence:
    """Evidence of such a run."""
    merged = {name: {**STUCK.get(name, {}), **values} for name, values in changes.items() if isinstance(values, dict)}
    others = {name: values for name, values in changes.items() if not isinstance(values, dict)}
    return evidence(**{**STUCK, **merged, **others})


def untrained(**changes: Any) -> Evidence:
    """Evidence before training."""
    nothing: dict[str, Any] = {name: float("nan") for name in HISTORY.__dataclass_fields__} | {
        "epochs": 0,
        "best_epoch": 0,
    }
    return replace(evidence(**changes), history=replace(HISTORY, **nothing), now=NowFacts(), status=None)
