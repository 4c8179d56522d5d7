from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec
from tui_ann.session.changes import Reach, describe, taken_back, with_new_start

HIDDEN = DenseSpec(units=16, activation="relu")
OUTPUT = DenseSpec(units=1, activation="sigmoid")
BASE = Experiment(
    name="base",
    data=DataSpec(path="/data/a.csv", target="y"),
    network=NetworkSpec(layers=(HIDDEN, DropoutSpec(rate=0.5), OUTPUT)),
    training=TrainingSettings(),
)


def put(section: str, **values: Any) -> Experiment:
    owner = msgspec.structs.replace(getattr(BASE, section), **values)
    return msgspec.structs.replace(BASE, **{section: owner})


def test_drawn_start_weights_are_said_in_words_that_fit_a_line():
    drawn, read = put("network", weights=""), put("network", weights="/a/file/of/weights.safetensors")
    label = describe(read, drawn).label
    assert label == "start weights are drawn"
    assert taken_back(label, drawn, read) == "start weights come from their file again"


def layers(edit: Callable[[list[Any]], object]) -> Experiment:
    new = list(BASE.network.layers)
    edit(new)
    return put("network", layers=tuple(new))


@pytest.mark.parametrize(
    ("after", "label", "reach"),
    [
        (BASE, "no change", Reach.NOTHING),
        (msgspec.structs.replace(BASE, name="other"), "name base → other", Reach.NOTHING),
        (put("training", learning_rate=0.1), "learning rate η 0.01 → 0.1", Reach.NEXT_UPDATE),
        (put("training", variant="batch"), "variant mini-batch → batch", Reach.NEXT_UPDATE),
        (put("training", early_stopping=EarlyStopping()), "early stopping on", Reach.NEXT_UPDATE),
        (put("training", optimizer="adam"), "update rule sgd → adam", Reach.NEXT_UPDATE),
        (put("training", shuffle=False), "shuffle on → off", Reach.RUN),
        (put("network", seed=3), "seed 0 → 3", Reach.RUN),
        (put("network", weights="/a/very/long/way/to/a/file/of/weights.safetensors"),
         "start weights unset → …o/a/file/of/weights.safetensors", Reach.RUN),
        (put("training", noise=0.1), "noise 0 → 0.1", Reach.RUN),
        (put("data", scaling="none"), "scaling standard → none", Reach.DATA),
        (put("data", target=("a", "b")), "target y → a, b", Reach.DATA),
        (put("data", decimal=","), "decimal unset → ,", Reach.TABLE),
        (put("training", learning_rate=0.1, epochs=5), "learning rate η 0.01 → 0.1, epochs 100 → 5",
         Reach.NEXT_UPDATE),
        (put("training", learning_rate=0.1, epochs=5, loss="mean_squared_error"),
         "loss binary_crossentropy → mean_squared_error and 2 more", Reach.RUN),
    ],
)  # fmt: skip
def test_an_edit_in_a_few_words(after: Experiment, label: str, reach: Reach) -> None:
    edit = describe(BASE, after)
    assert edit.label == label
    assert edit.reach is reach


@pytest.mark.parametrize(
    ("edit", "label"),
    [
        (lambda new: new.insert(1, DenseSpec(units=8, activation="tanh")), "add layer 2: dense 8 tanh"),
        (lambda new: new.append(OUTPUT), "add layer 4: dense 1 sigmoid"),
        (lambda new: new.pop(1), "remove layer 2: dropout 50%"),
        (lambda new: new.insert(0, new.pop(2)), "move layer 3 to 1"),
        (lambda new: new.insert(2, new.pop(0)), "move layer 1 to 3"),
        (lambda new: new.__setitem__(0, DenseSpec(units=8, activation="relu")), "layer 1 units 16 → 8"),
        (lambda new: new.__setitem__(0, DenseSpec(units=8, activation="elu")), "layer 1 dense 16 relu → dense 8 elu"),
        (lambda new: new.__setitem__(1, OUTPUT), "layer 2 dropout 50% → dense 1 sigmoid"),
        (lambda new: new.__delitem__(slice(0, 2)), "layers 3 → 1"),
    ],
)
def test_an_edit_of_the_layers(edit: Callable[[list[Any]], object], label: str) -> None:
    assert describe(BASE, layers(edit)).label == label


def test_early_stopping_is_named_once() -> None:
    on = put("training", early_stopping=EarlyStopping(patience=9))
    assert describe(BASE, on).label == "early stopping on"
    more = put("training", early_stopping=EarlyStopping(patience=10))
    assert describe(on, more).label == "patience 9 → 10"
    assert describe(on, more).reach is Reach.NEXT_UPDATE


def test_keeping_the_best_is_settled_when_the_run_starts() -> None:
    on = put("training", early_stopping=EarlyStopping())
    off = put("training", early_stopping=EarlyStopping(restore_best_weights=False))
    assert describe(on, off).reach is Reach.RUN


def test_another_start() -> None:
    assert describe(BASE, with_new_start(BASE)).label == "seed 0 → 1"


def test_another_start_is_drawn_even_where_the_first_came_from_a_file() -> None:
    after = with_new_start(put("network", weights="/a.safetensors", seed=2**63 - 1))
    assert (after.network.weights, after.network.seed) == ("", 0)


def test_undoing_many_settings_names_the_first_and_counts_the_others() -> None:
    after = msgspec.structs.replace(
        put("data", target="monthly fee (€)"), training=TrainingSettings(learning_rate=0.1, epochs=5)
    )
    label = describe(BASE, after).label
    assert taken_back(label, after, BASE) == "target is y again, and 2 more settings are as before"
