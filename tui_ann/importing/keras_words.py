"""Keras' words, each with the word of an experiment that means the same."""

from collections.abc import Mapping

ACTIVATIONS: Mapping[str, tuple[str, float | None]] = {
    "linear": ("linear", None),
    "sigmoid": ("sigmoid", None),
    "tanh": ("tanh", None),
    "relu": ("relu", None),
    "leaky_relu": ("leaky_relu", 0.2),
    "elu": ("elu", 1.0),
    "softplus": ("softplus", None),
    "gelu": ("gelu", None),
    "softmax": ("softmax", None),
}
"""Activations by name, with the α that Keras has by default."""

OTHER_ACTIVATIONS = frozenset(
    {"celu", "exponential", "glu", "hardshrink", "hardsigmoid", "hardsilu", "hardswish", "hardtanh", "logsigmoid"}
    | {"logsoftmax", "mish", "prelu", "relu6", "selu", "silu", "softshrink", "softsign", "sparsemax", "sparseplus"}
    | {"sparsesigmoid", "squareplus", "swish", "tanhshrink", "threshold"}
)
"""Activations that an experiment has not, as `plain` names: one of them is no slip of the pen for a similar one."""

HOMOGENEOUS = frozenset({"linear", "relu", "leaky_relu", "prelu"})
"""Activations that may change places with a dropout layer: g(c z) = c g(z) for c ≥ 0."""

INITIALIZERS: Mapping[str, str] = {
    "zeros": "zeros",
    "glorotuniform": "glorot_uniform",
    "glorotnormal": "glorot_normal",
    "xavieruniform": "glorot_uniform",
    "xaviernormal": "glorot_normal",
    "heuniform": "he_uniform",
    "henormal": "he_normal",
    "lecununiform": "lecun_uniform",
    "lecunnormal": "lecun_normal",
    "randomnormal": "small_normal",
    "normal": "small_normal",
}

LOSSES: Mapping[str, str] = {
    "meansquarederror": "mean_squared_error",
    "mse": "mean_squared_error",
    "meanabsoluteerror": "mean_absolute_error",
    "mae": "mean_absolute_error",
    "huber": "huber",
    "huberloss": "huber",
    "binarycrossentropy": "binary_crossentropy",
    "bce": "binary_crossentropy",
    "categoricalcrossentropy": "categorical_crossentropy",
    "cce": "categorical_crossentropy",
    "sparsecategoricalcrossentropy": "categorical_crossentropy",
    "halfsquarederror": "half_squared_error",
}

METRICS: Mapping[str, str] = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "binaryaccuracy": "accuracy",
    "categoricalaccuracy": "accuracy",
    "sparsecategoricalaccuracy": "accuracy",
    "meanabsoluteerror": "mae",
    "mae": "mae",
    "meansquarederror": "mse",
    "mse": "mse",
    "r2score": "r2",
    "r2": "r2",
    "precision": "precision",
    "recall": "recall",
    "f1score": "f1",
    "f1": "f1",
    "auc": "auc",
}

OPTIMIZERS: Mapping[str, tuple[str, float]] = {
    "sgd": ("sgd", 0.01),
    "rmsprop": ("rmsprop", 0.001),
    "adagrad": ("adagrad", 0.001),
    "adam": ("adam", 0.001),
}
"""Update rules by name, with Keras' default of η."""

FIXED: Mapping[str, Mapping[str, float | bool]] = {
    "rmsprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "adagrad": {"initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "sgd": {},
}
"""Constants of the update rules that an experiment cannot change."""

IMPOSSIBLE: Mapping[str, str] = {
    "conv": "a convolution",
    "pool": "pooling",
    "attention": "attention",
    "lstm": "a recurrent layer",
    "gru": "a recurrent layer",
    "rnn": "a recurrent layer",
    "bidirectional": "a recurrent layer",
    "timedistributed": "a layer over time",
    "embedding": "an embedding",
    "concatenate": "a join of branches",
    "lambda": "code of its own",
    "einsum": "a product of tensors",
}
"""Parts of the names of layers that no dense network can replace, with what they are."""

SILENT = frozenset({"input", "inputlayer", "flatten", "identity", "reshape"})
"""Layers that do nothing to rows of numbers."""


def plain(name: object) -> str:
    """A name without case and underscores: `mean_squared_error` and `MeanSquaredError` are the same."""
    return str(name).replace("_", "").replace(" ", "").lower()


def impossible(name: str) -> str:
    """What a layer is that cannot be held; empty if it can."""
    small = plain(name)
    return next((what for part, what in IMPOSSIBLE.items() if part in small), "")
