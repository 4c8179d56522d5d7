"""The runs that Keras 3 has done once and the engine must repeat: networks, data, settings and start weights.

A case is a plain dictionary, so that it can be stored beside what Keras made of it.  Layers and settings bear the
names of the experiment file; start weights bear the engine's names, with W of shape (neurons, inputs).
"""

from typing import Any

import numpy as np

Case = dict[str, Any]
LayerDict = dict[str, Any]


def dense(units: int, activation: str = "linear", **options: float) -> LayerDict:
    return {"type": "dense", "units": units, "activation": activation, **options}


def batch_normalization(**options: float) -> LayerDict:
    return {"type": "batch_normalization", **options}


def layer_normalization(**options: float) -> LayerDict:
    return {"type": "layer_normalization", **options}


def start_weights(layers: list[LayerDict], inputs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Values that leave nothing at zero or one, so that no term of any formula can hide."""
    start: dict[str, Any] = {}
    n_dense = n_normalizations = 0
    for layer in layers:
        if layer["type"] == "dense":
            n_dense += 1
            start[f"W{n_dense}"] = rng.normal(0.0, 0.6, (layer["units"], inputs))
            start[f"b{n_dense}"] = rng.normal(0.0, 0.2, layer["units"])
            if layer["activation"] == "prelu":
                start[f"alpha{n_dense}"] = rng.uniform(0.02, 0.3, layer["units"])
            inputs = layer["units"]
        else:
            n_normalizations += 1
            start[f"gamma{n_normalizations}"] = rng.uniform(0.7, 1.3, inputs)
            start[f"beta{n_normalizations}"] = rng.normal(0.0, 0.2, inputs)
            if layer["type"] == "batch_normalization":
                start[f"moving_mean{n_normalizations}"] = rng.normal(0.0, 0.2, inputs)
                start[f"moving_var{n_normalizations}"] = rng.uniform(0.7, 1.3, inputs)
    return start


def examples(task: str, n: int, inputs: int, outputs: int, rng: np.random.Generator, noise: float = 0.3) -> Any:
    """X (n, inputs) and Y (n, outputs) with something in it to learn; stored with few digits, which float64 keeps."""
    X = np.round(rng.normal(size=(n, inputs)), 3)
    score = np.tanh(X @ rng.normal(size=(inputs, outputs))) * 1.5 + noise * rng.normal(size=(n, outputs))
    if task == "regression":
        return X, np.round(score, 3)
    if task == "binary":
        return X, (score > 0).astype(float)
    return X, np.eye(outputs)[score.argmax(axis=1)]


def case(
    name: str,
    layers: list[LayerDict],
    loss: str = "mean_squared_error",
    *,
    task: str = "regression",
    n: int = 21,
    n_validation: int = 8,
    inputs: int = 3,
    noise: float = 0.3,
    metrics: tuple[str, ...] = (),
    chance: str = "",
    **settings: Any,
) -> Case:
    """Complete a case; everything drawn at random in it follows from `chance`, or else from its name."""
    rng = np.random.default_rng(list((chance or name).encode()))
    outputs = [layer["units"] for layer in layers if layer["type"] == "dense"][-1]
    X, Y = examples(task, n + n_validation, inputs, outputs, rng, noise)
    return {
        "name": name,
        "layers": layers,
        "loss": loss,
        "metrics": list(metrics),
        "settings": {"variant": "mini-batch", "batch_size": 6, "optimizer": "sgd", "learning_rate": 0.05, "epochs": 4}
        | settings,
        "X": X[:n],
        "Y": Y[:n],
        "X_val": X[n:],
        "Y_val": Y[n:],
        "start": start_weights(layers, inputs, rng),
    }


HIDDEN = dense(4, "tanh")

LOSSES = [
    case("half squared error", [HIDDEN, dense(1)], "half_squared_error"),
    case("half squared error, three outputs", [HIDDEN, dense(3)], "half_squared_error"),
    case("half squared error on tanh", [HIDDEN, dense(2, "tanh")], "half_squared_error"),
    case("mean squared error", [HIDDEN, dense(1)]),
    case("mean squared error, three outputs", [HIDDEN, dense(3)]),
    case("mean squared error on sigmoid", [HIDDEN, dense(1, "sigmoid")], task="binary"),
    case("mean squared error on softmax", [HIDDEN, dense(3, "softmax")], task="multiclass"),
    case("mean absolute error", [HIDDEN, dense(1)], "mean_absolute_error"),
    case("mean absolute error, three outputs", [HIDDEN, dense(3)], "mean_absolute_error"),
    case("binary cross-entropy", [HIDDEN, dense(1, "sigmoid")], "binary_crossentropy", task="binary"),
    case("binary cross-entropy, three outputs", [HIDDEN, dense(3, "sigmoid")], "binary_crossentropy", task="binary"),
    case("categorical cross-entropy", [HIDDEN, dense(3, "softmax")], "categorical_crossentropy", task="multiclass"),
    case("one linear unit", [dense(1)], "mean_squared_error", batch_size=1, learning_rate=0.02),
    case("one logistic unit", [dense(1, "sigmoid")], "binary_crossentropy", task="binary", learning_rate=0.1),
]

_ACTIVATIONS: list[tuple[str, dict[str, float]]] = [
    ("linear", {}),
    ("sigmoid", {}),
    ("tanh", {}),
    ("relu", {}),
    ("leaky_relu", {"alpha": 0.05}),
    ("leaky_relu", {"alpha": 0.3}),
    ("elu", {"alpha": 1.0}),
    ("elu", {"alpha": 0.4}),
    ("prelu", {"alpha": 0.05}),
    ("softmax", {}),
]

ACTIVATIONS = [
    *[
        case(f"{name} {options} hidden", [dense(5, name, **options), dense(2)], optimizer="momentum")
        for name, options in _ACTIVATIONS
    ],
    *[case(f"{name} {options} as output", [HIDDEN, dense(2, name, **options)]) for name, options in _ACTIVATIONS],
    case(
        "two layers of prelu", [dense(4, "prelu", alpha=0.1), dense(3, "tanh"), dense(3, "prelu", alpha=0.2), dense(1)]
    ),
    case("deep sigmoid", [dense(4, "sigmoid") for _ in range(4)] + [dense(1, "sigmoid")], task="binary"),
]

_RATES = {"sgd": 0.05, "momentum": 0.02, "nesterov": 0.02, "rmsprop": 0.01, "adagrad": 0.1, "adam": 0.02}

OPTIMIZERS = [
    *[
        case(f"{rule}", [dense(5, "tanh"), dense(2)], optimizer=rule, learning_rate=rate, epochs=8)
        for rule, rate in _RATES.items()
    ],
    *[
        case(
            f"{rule} with penalties and prelu",
            [dense(4, "prelu", alpha=0.1, l1=0.01, l2=0.02), dense(3, "softmax", l2=0.05)],
            "categorical_crossentropy",
            task="multiclass",
            optimizer=rule,
            learning_rate=rate,
        )
        for rule, rate in _RATES.items()
    ],
    case("momentum 0.5", [HIDDEN, dense(1)], optimizer="momentum", momentum=0.5),
    case("nesterov 0.99", [HIDDEN, dense(1)], optimizer="nesterov", momentum=0.99, learning_rate=0.005),
    case("momentum 0", [HIDDEN, dense(1)], optimizer="momentum", momentum=0.0),
]

PENALTIES = [
    case("l1 everywhere", [dense(4, "tanh", l1=0.02), dense(2, l1=0.02)]),
    case("l2 everywhere", [dense(4, "tanh", l2=0.03), dense(2, l2=0.03)]),
    case("l1 and l2 everywhere", [dense(4, "relu", l1=0.01, l2=0.02), dense(2, l1=0.01, l2=0.02)]),
    case("l1 on the first, l2 on the last", [dense(4, "tanh", l1=0.02), HIDDEN, dense(1, l2=0.05)]),
    case(
        "l2 on the output, cross-entropy",
        [HIDDEN, dense(1, "sigmoid", l2=0.1)],
        "binary_crossentropy",
        task="binary",
        metrics=("accuracy",),
    ),
]

BATCH_NORMALIZATION = [
    case("after a hidden layer", [dense(4, "relu"), batch_normalization(), dense(1)], epochs=6),
    case("between product and activation", [dense(4), batch_normalization(), dense(3, "tanh"), dense(2)]),
    case("as first layer", [batch_normalization(), dense(4, "tanh"), dense(1)]),
    case(
        "twice, own momentum and epsilon",
        [
            dense(4, "tanh"),
            batch_normalization(momentum=0.8, epsilon=0.01),
            dense(4, "elu", alpha=1.0),
            batch_normalization(momentum=0.5, epsilon=1e-5),
            dense(3, "softmax"),
        ],
        "categorical_crossentropy",
        task="multiclass",
        optimizer="adam",
        learning_rate=0.02,
        metrics=("accuracy",),
        epochs=6,
    ),
    case(
        "last batch of one",
        [dense(4, "tanh", l2=0.01), batch_normalization(momentum=0.9), dense(1, "sigmoid")],
        "binary_crossentropy",
        task="binary",
        n=19,
        epochs=6,
    ),
    case("full batch", [dense(4, "leaky_relu", alpha=0.1), batch_normalization(), dense(1)], variant="batch"),
    case(
        "best weights restored",
        [dense(6, "tanh"), batch_normalization(momentum=0.7), dense(1, "sigmoid")],
        "binary_crossentropy",
        task="binary",
        noise=1.5,
        n=16,
        optimizer="adam",
        learning_rate=0.1,
        epochs=30,
        early_stopping={"monitor": "val_loss", "patience": 3, "min_delta": 0.0, "restore_best_weights": True},
    ),
]


def _overfitting(name: str, *, epochs: int = 60, metrics: tuple[str, ...] = (), **early_stopping: Any) -> Case:
    rule = {"monitor": "val_loss", "patience": 5, "min_delta": 0.0, "restore_best_weights": True} | early_stopping
    return case(
        name,
        [dense(8, "tanh"), dense(1, "sigmoid")],
        "binary_crossentropy",
        task="binary",
        noise=1.0,
        n=20,
        n_validation=10,
        optimizer="adam",
        learning_rate=0.03,
        epochs=epochs,
        metrics=metrics,
        chance="overfitting 7",
        early_stopping=rule,
    )


EARLY_STOPPING = [
    _overfitting("val_loss, patience 5"),
    _overfitting("val_loss, patience 1", patience=1),
    _overfitting("val_loss, patience 0", patience=0),
    _overfitting("val_loss, last weights kept", restore_best_weights=False),
    _overfitting("val_loss, min_delta", min_delta=0.02),
    _overfitting("val_accuracy", monitor="val_accuracy", metrics=("accuracy",), patience=4),
    _overfitting("val_accuracy, min_delta", monitor="val_accuracy", metrics=("accuracy",), min_delta=0.05, patience=2),
    _overfitting("loss, min_delta", monitor="loss", min_delta=0.03, patience=2),
    _overfitting("the epochs run out first", epochs=11, patience=20),
    _overfitting("the epochs run out first, last weights kept", epochs=11, patience=20, restore_best_weights=False),
]

_SMALL = [dense(4, "tanh"), dense(2)]

BATCHES = [
    case("batch", _SMALL, variant="batch"),
    case("stochastic", _SMALL, variant="stochastic"),
    case("mini-batch, even", _SMALL, n=24),
    case("mini-batch, uneven", _SMALL, n=20),
    case("mini-batch, last batch of one", _SMALL, n=19),
    case("mini-batch larger than the data", _SMALL, batch_size=50),
    case("no validation", _SMALL, n_validation=0),
    case("one example", _SMALL, n=1, epochs=5),
    case("validation split", _SMALL, n=23, n_validation=0, validation_split=0.3),
    case("validation split 0.1", _SMALL, n=25, n_validation=0, validation_split=0.1),
    case("shuffled each epoch", _SMALL, n=20, shuffle=True, shuffle_seed=3, optimizer="momentum"),
    case(
        "shuffled, stochastic, normalised",
        [dense(4, "tanh"), batch_normalization(momentum=0.9), dense(1)],
        variant="stochastic",
        shuffle=True,
        shuffle_seed=0,
        optimizer="adam",
        metrics=("mae",),
    ),
    case(
        "settings changed in mid-run",
        _SMALL,
        optimizer="adam",
        stages=[
            {"epochs": 2, "batch_size": 6, "learning_rate": 0.05},
            {"epochs": 2, "batch_size": 4, "learning_rate": 0.01},
            {"epochs": 1, "batch_size": 21, "learning_rate": 0.1},
            {"epochs": 1, "batch_size": 1, "learning_rate": 0.02},
        ],
        epochs=6,
    ),
]

METRICS = [
    case("regression", [HIDDEN, dense(1)], metrics=("mae", "mse", "r2")),
    case("regression, three outputs", [HIDDEN, dense(3)], metrics=("mae", "mse", "r2")),
    case(
        "binary",
        [HIDDEN, dense(1, "sigmoid")],
        "binary_crossentropy",
        task="binary",
        metrics=("accuracy", "precision", "recall", "mae", "mse"),
        n=40,
        n_validation=20,
    ),
    case(
        "multiclass",
        [HIDDEN, dense(3, "softmax")],
        "categorical_crossentropy",
        task="multiclass",
        metrics=("accuracy", "f1", "mae", "mse"),
        n=40,
        n_validation=20,
    ),
]

LAYER_NORMALIZATION = [
    case("before the activation", [dense(4), layer_normalization(), dense(3, "tanh"), dense(1)]),
    case("of the inputs", [layer_normalization(), dense(3, "tanh"), dense(2)], n=20),
    case("own epsilon", [dense(4, "relu"), layer_normalization(epsilon=0.1), dense(1)], optimizer="adam"),
    case("stochastic", [dense(4, "tanh"), layer_normalization(), dense(1)], variant="stochastic"),
    case("both kinds", [dense(4), batch_normalization(), dense(3, "tanh"), layer_normalization(), dense(1)]),
]

SMOOTH = [
    case("softplus", [dense(4, "softplus"), dense(1)]),
    case("gelu", [dense(4, "gelu"), dense(1)]),
    case("softplus output", [HIDDEN, dense(2, "softplus")]),
    case("gelu and momentum", [dense(5, "gelu"), dense(3, "gelu"), dense(1)], optimizer="momentum"),
]

HUBER = [
    case("one output", [HIDDEN, dense(1)], "huber", noise=2.0),
    case("three outputs", [HIDDEN, dense(3)], "huber", noise=2.0, metrics=("mae",)),
]

GROUPS: dict[str, list[Case]] = {
    "losses": LOSSES,
    "activations": ACTIVATIONS,
    "optimizers": OPTIMIZERS,
    "penalties": PENALTIES,
    "batch_normalization": BATCH_NORMALIZATION,
    "early_stopping": EARLY_STOPPING,
    "batches": BATCHES,
    "metrics": METRICS,
    "layer_normalization": LAYER_NORMALIZATION,
    "smooth": SMOOTH,
    "huber": HUBER,
}
