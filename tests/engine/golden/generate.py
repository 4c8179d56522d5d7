"""Let Keras 3 do the runs of `cases.py` and store what it made of them, one JSON file a group beside this file.

Keras is needed here only, never to run the tests.  In an environment with `keras` and `jax`:

    KERAS_BACKEND=jax JAX_ENABLE_X64=1 python -m tests.engine.golden.generate [GROUP …]

Keras does not keep to float64 of itself: with JAX some functions (tanh, for one) answer in float32, which the line
below the imports mends; with TensorFlow numbers such as a momentum of 0.9 are rounded to float32.
"""

import json
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import dtypes

from tests.engine.golden.cases import GROUPS, Case

HERE = Path(__file__).parent
keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def half_squared_error(y_true: Any, y_pred: Any) -> Any:
    return 0.5 * keras.ops.sum(keras.ops.square(y_pred - y_true), axis=-1)


def build(case: Case) -> tuple[keras.Model, dict[str, tuple[keras.Variable, bool]]]:
    """The network in Keras, and its variables by the engine's names; True where Keras holds the transpose."""
    model = keras.Sequential([keras.Input((case["X"].shape[1],))])
    variables: dict[str, tuple[keras.Variable, bool]] = {}
    n_dense = n_normalizations = 0
    for layer in case["layers"]:
        if layer["type"] == "batch_normalization":
            n_normalizations += 1
            options = {key: value for key, value in layer.items() if key != "type"}
            normalization = keras.layers.BatchNormalization(**options)
            model.add(normalization)
            for ours, theirs in [
                ("gamma", normalization.gamma),
                ("beta", normalization.beta),
                ("moving_mean", normalization.moving_mean),
                ("moving_var", normalization.moving_variance),
            ]:
                variables[f"{ours}{n_normalizations}"] = (theirs, False)
            continue
        if layer["type"] == "layer_normalization":
            n_normalizations += 1
            options = {key: value for key, value in layer.items() if key != "type"}
            per_example = keras.layers.LayerNormalization(**options)
            model.add(per_example)
            variables[f"gamma{n_normalizations}"] = (per_example.gamma, False)
            variables[f"beta{n_normalizations}"] = (per_example.beta, False)
            continue
        n_dense += 1
        penalty = keras.regularizers.L1L2(layer.get("l1", 0.0), layer.get("l2", 0.0))
        unit = keras.layers.Dense(layer["units"], kernel_regularizer=penalty if penalty.l1 or penalty.l2 else None)
        model.add(unit)
        variables[f"W{n_dense}"] = (unit.kernel, True)
        variables[f"b{n_dense}"] = (unit.bias, False)
        match layer["activation"]:
            case "leaky_relu":
                model.add(keras.layers.LeakyReLU(negative_slope=layer["alpha"]))
            case "elu":
                model.add(keras.layers.ELU(alpha=layer["alpha"]))
            case "prelu":
                prelu = keras.layers.PReLU()
                model.add(prelu)
                variables[f"alpha{n_dense}"] = (prelu.alpha, False)
            case "linear":
                pass
            case name:
                model.add(keras.layers.Activation(name))
    return model, variables


def optimizer(settings: dict[str, Any]) -> keras.optimizers.Optimizer:
    rate, momentum = settings["learning_rate"], settings.get("momentum", 0.9)
    match settings["optimizer"]:
        case "sgd":
            return keras.optimizers.SGD(rate)
        case "momentum":
            return keras.optimizers.SGD(rate, momentum=momentum)
        case "nesterov":
            return keras.optimizers.SGD(rate, momentum=momentum, nesterov=True)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
        case "adagrad":
            return keras.optimizers.Adagrad(rate)
        case "adam":
            return keras.optimizers.Adam(rate)
    raise ValueError(settings["optimizer"])


def metric(name: str) -> Any:
    match name:
        case "r2":
            return keras.metrics.R2Score(name="r2")
        case "precision":
            return keras.metrics.Precision(name="precision")
        case "recall":
            return keras.metrics.Recall(name="recall")
        case "f1":
            return keras.metrics.F1Score(average="macro", name="f1")
    return name


def batch_size(settings: dict[str, Any], n: int) -> int:
    return int({"batch": n, "stochastic": 1}.get(settings["variant"], settings["batch_size"]))


def run(case: Case) -> dict[str, Any]:
    """Train, and tell the history by epoch, the weights at the end and what early stopping did."""
    keras.utils.clear_session()
    settings = case["settings"]
    model, variables = build(case)
    for name, (variable, transposed) in variables.items():
        variable.assign(case["start"][name].T if transposed else case["start"][name])
    loss = half_squared_error if case["loss"] == "half_squared_error" else case["loss"]
    model.compile(optimizer=optimizer(settings), loss=loss, metrics=[metric(name) for name in case["metrics"]])

    callbacks = []
    if "early_stopping" in settings:
        mode = "max" if settings["early_stopping"]["monitor"].endswith("accuracy") else "min"
        callbacks = [keras.callbacks.EarlyStopping(**settings["early_stopping"], mode=mode)]
    validation: dict[str, Any] = {}
    if "validation_split" in settings:
        validation = {"validation_split": settings["validation_split"]}
    elif len(case["X_val"]):
        # In one batch, as the whole validation part is judged at once.
        validation = {"validation_data": (case["X_val"], case["Y_val"]), "validation_batch_size": len(case["X_val"])}

    history: dict[str, list[float]] = {}
    n = len(case["X"])
    whole = {"epochs": settings["epochs"], "batch_size": batch_size(settings, n)}
    stages = settings.get("stages", [whole])
    if settings.get("shuffle"):
        # Keras' own shuffling is not the engine's: each epoch is fed in the engine's order.
        seeds = [[settings["shuffle_seed"], epoch] for epoch in range(1, settings["epochs"] + 1)]
        stages = [whole | {"epochs": 1, "order": np.random.default_rng(seed).permutation(n)} for seed in seeds]
    for stage in stages:
        model.optimizer.learning_rate = stage.get("learning_rate", settings["learning_rate"])
        order = stage.get("order", np.arange(n))
        fitted = model.fit(
            case["X"][order],
            case["Y"][order],
            epochs=stage["epochs"],
            batch_size=stage["batch_size"],
            shuffle=False,
            callbacks=callbacks,
            verbose=0,
            **validation,
        )
        for name, values in fitted.history.items():
            history.setdefault(name, []).extend(float(value) for value in values)

    result: dict[str, Any] = {
        "history": history,
        "final": {
            name: np.asarray(variable.value).T if transposed else np.asarray(variable.value)
            for name, (variable, transposed) in variables.items()
        },
    }
    if callbacks:
        result["best_epoch"] = callbacks[0].best_epoch + 1
        result["stopped_early"] = callbacks[0].stopped_epoch > 0
        # A case that stops for another reason than its name says would prove nothing.
        assert result["stopped_early"] != case["name"].startswith("the epochs run out"), case["name"]
    return result


def main(groups: list[str]) -> None:
    for group in groups or list(GROUPS):
        lines = []
        for case in GROUPS[group]:
            print(f"{group}: {case['name']}", flush=True)
            lines.append(
                json.dumps(case | run(case), default=lambda array: np.asarray(array).tolist(), allow_nan=False)
            )
        head = f'{{"keras": "{keras.__version__}", "cases": [\n'
        (HERE / f"{group}.json").write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
