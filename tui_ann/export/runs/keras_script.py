"""A run as a Keras script that repeats the training: the same start values, rows, orders, masks, noise and stopping.

Measured on Keras 3.15: a data set of Keras reads ahead of the training, so the batches come from a generator and masks
are put in by a callback; on TensorFlow the constants of Adam, RMSprop and leaky ReLU pass through float32 unless they
are given in float64.
"""

import io
from collections.abc import Iterator

import numpy as np

from tui_ann.engine.metrics import METRICS
from tui_ann.engine.stopping import higher_is_better
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.export.runs.archive import zipped
from tui_ann.export.runs.keras_layers import SMALL_NORMAL, KerasLayer, keras_layers
from tui_ann.export.runs.python_text import answer, heading, numbers, prepare, template
from tui_ann.export.runs.source import ExportedRun, Files

MOST_LITERALS = 2000
"""Up to this many numbers, rows and start values are in the script; else in a file of NumPy next to it."""
_KERAS_DEFAULTS = {"momentum": 0.99, "epsilon": 1e-3}


def to_keras(run: ExportedRun) -> Files:
    """A script with a Sequential model."""
    return _script(run, functional=False)


def to_keras_functional(run: ExportedRun) -> Files:
    """A script with the functional API."""
    return _script(run, functional=True)


def _script(run: ExportedRun, *, functional: bool) -> Files:
    rows, settings = run.rows, run.experiment.training
    layers = keras_layers(run.network)
    given = {"x_train": rows.X_train, "y_train": rows.Y_train}
    if len(rows.X_validation):
        given |= {"x_val": rows.X_validation, "y_val": rows.Y_validation}
    start = {name: run.start_of(name) for layer in layers for name in layer.weights}
    small = sum(values.size for values in (*given.values(), *start.values())) <= MOST_LITERALS
    parts = [
        _heading(run, small),
        template("keras_head.py.txt"),
        [f'keras.config.set_floatx("{settings.dtype}")', ""],
        ["# The rows, prepared: features scaled, labels as numbers"],
        list(_literals(given) if small else _loaded(given)),
        ["", "# The start values"],
        [*_start_literals(start)] if small else ["start = saved"],
        [""],
        list(_constants(run)),
        list(_classes(layers)),
        ["", "# The network"],
        list(_functional(layers, run.network.inputs) if functional else _sequential(layers, run.network.inputs)),
        [f"model.get_layer({layer.name!r}).set_weights([{_start(layer)}])" for layer in layers if layer.weights],
        ["", "# Training"],
        list(_training(run, layers)),
        ["", *_outcome(run), "", "# A raw row, and what the prediction means"],
        prepare(run),
        ["", *answer(run.pipeline)],
        template("keras_tail.py.txt"),
    ]
    files: Files = {".py": "\n".join(line for part in parts for line in part) + "\n"}
    if not small:
        files[".npz"] = _saved({**given, **start})
    return files


def _heading(run: ExportedRun, small: bool) -> list[str]:
    settings = run.experiment.training
    how = [
        "",
        "Install:  pip install keras tensorflow",
        "Start:    python " + ("this file" if small else "this file; it reads the file .npz of the same name"),
        "",
    ]
    if settings.dtype == "float64":
        how += [
            "On TensorFlow the losses of the epochs are those of tui-ann to 1e-6 and better.  JAX and PyTorch compute",
            "some constants in float32, so their curves agree to about 1e-5 at first, and drift in long runs.",
        ]
    else:
        how += ["The run computes in float32, where sums depend on their order: curves agree to about 1e-5 at first."]
    return heading(run, "A Keras 3 script that repeats a training run of tui-ann, epoch by epoch.", *how)


def _literals(arrays: dict[str, Array]) -> Iterator[str]:
    for name, values in arrays.items():
        yield from numbers(name, values, numpy=True)


def _loaded(arrays: dict[str, Array]) -> Iterator[str]:
    yield 'saved = np.load(Path(__file__).with_suffix(".npz"))'
    for name in arrays:
        yield f'{name} = saved["{name}"]'


def _start_literals(start: dict[str, Array]) -> Iterator[str]:
    yield "start = {}"
    for name, values in start.items():
        yield from numbers(f'start["{name}"]', values, numpy=True)


def _saved(arrays: dict[str, Array]) -> bytes:
    """A file that `np.load` reads."""
    parts = {}
    for name, values in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, values)
        parts[f"{name}.npy"] = buffer.getvalue()
    return zipped(parts)


def _start(layer: KerasLayer) -> str:
    return ", ".join(f'start["{name}"]' + (".T" if name.startswith("W") else "") for name in layer.weights)


def _constants(run: ExportedRun) -> Iterator[str]:
    settings, n = run.experiment.training, len(run.rows.X_train)
    yield f"EPOCHS = {_epochs(run)}"
    yield f"BATCH_SIZE = {settings.examples_per_update(n)}"
    if _shuffles(settings):
        yield f"SHUFFLE_SEED = {settings.shuffle_seed}"
    if settings.noise > 0.0:
        yield f"NOISE = {settings.noise!r}"
    if settings.noise > 0.0 or run.network.masks:
        yield f"SEED = {run.network.seed}"


def _epochs(run: ExportedRun) -> int:
    """The epochs to train; where a rule stopped the run that Keras does not have, those that it made."""
    by_hand = run.experiment.training.gradient_tolerance > 0.0 or _watches_nothing(run)
    return run.history.epochs.done if by_hand and run.history.epochs else run.experiment.training.epochs


def _shuffles(settings: TrainingSettings) -> bool:
    return settings.shuffle and settings.variant != "batch"


def _classes(layers: list[KerasLayer]) -> Iterator[str]:
    kinds = {layer.kind for layer in layers}
    if "LeakyReLU" in kinds:
        yield from template("keras_leaky_relu.py.txt")
    if kinds & {"Dropout", "ClassicDropout"}:
        yield from template("keras_dropout.py.txt")
    if "ClassicDropout" in kinds:
        yield from template("keras_classic_dropout.py.txt")


def _call(layer: KerasLayer) -> str:
    """The layer as a constructor call."""
    own = "" if layer.kind in ("LeakyReLU", "Dropout", "ClassicDropout") else "layers."
    arguments = dict(layer.arguments)
    words = [repr(arguments.pop(first)) for first in ("units", "rate") if first in arguments]
    for name, value in arguments.items():
        if name == "activation" and value is None:
            continue
        if _KERAS_DEFAULTS.get(name) == value:
            continue
        text = f"keras.initializers.Constant({value!r})" if name == "alpha_initializer" else repr(value)
        words.append(f"{name}={text}")
    if layer.kind == "Dense":
        words += _dense_words(layer)
    return f"{own}{layer.kind}({', '.join([*words, f'name={layer.name!r}'])})"


def _dense_words(layer: KerasLayer) -> Iterator[str]:
    if layer.initializer == "small_normal":
        yield f"kernel_initializer=keras.initializers.RandomNormal(stddev={SMALL_NORMAL['stddev']})"
    elif layer.initializer != "glorot_uniform":
        yield f"kernel_initializer={layer.initializer!r}"
    l1, l2 = layer.penalty
    if l1 and l2:
        yield f"kernel_regularizer=keras.regularizers.L1L2(l1={l1!r}, l2={l2!r})"
    elif l1 or l2:
        yield f"kernel_regularizer=keras.regularizers.{'L1' if l1 else 'L2'}({l1 or l2!r})"


def _sequential(layers: list[KerasLayer], inputs: int) -> Iterator[str]:
    yield "model = keras.Sequential(["
    yield f"    keras.Input(shape=({inputs},)),"
    for layer in layers:
        yield f"    {_call(layer)},"
    yield "])"


def _functional(layers: list[KerasLayer], inputs: int) -> Iterator[str]:
    yield f"inputs = keras.Input(shape=({inputs},))"
    before = "inputs"
    for layer in layers:
        name = "outputs" if layer is layers[-1] else "x"
        yield f"{name} = {_call(layer)}({before})"
        before = name
    yield "model = keras.Model(inputs, outputs)"


def _training(run: ExportedRun, layers: list[KerasLayer]) -> Iterator[str]:
    settings = run.experiment.training
    if settings.loss == "half_squared_error":
        yield from template("keras_half_squared_error.py.txt")
    names = _metrics(run)
    left = [name for name in settings.metrics if name not in names]
    if left:
        yield f"# Left out, because Keras computes another figure here: {', '.join(left)}"
    if names and run.preprocessing.target_scaling != "none":
        yield "# The target is scaled, and Keras computes mae and mse in its scaled units."
    yield "model.compile("
    yield f"    optimizer={_optimizer(settings)},"
    yield f"    loss={settings.loss if settings.loss == 'half_squared_error' else repr(settings.loss)},"
    yield f"    metrics=[{', '.join(names.values())}],"
    yield ")"
    callbacks = []
    if run.network.masks:
        places = {layer.name: layer.place for layer in layers if layer.kind in ("Dropout", "ClassicDropout")}
        yield f"PLACES = {places!r}  # the positions of the dropout layers, which decide their masks"
        yield f"ROWS_AT_ONCE = {run.network.examples_at_once(settings.examples_per_update(len(run.rows.X_train)))}"
        yield from template("keras_masks.py.txt")
        callbacks.append("Masks()")
    callbacks += _stopping(run)
    if settings.tolerance > 0.0:
        yield from template("keras_tolerance.py.txt")
        callbacks.append(f"Tolerance({settings.tolerance!r})")
    if settings.gradient_tolerance > 0.0:
        yield "# The run had a gradient tolerance, which Keras has not: EPOCHS is the number of epochs that it made."
    if _watches_nothing(run):
        yield "# Early stopping watched a figure that Keras does not compute: EPOCHS is the number that the run made."
    generated = _shuffles(settings) or settings.noise > 0.0
    if generated:
        yield from _batches(settings)
    yield "history = model.fit("
    if generated:
        yield "    batches(),"
        yield "    steps_per_epoch=-(-len(x_train) // BATCH_SIZE),"
    else:
        yield "    x_train,"
        yield "    y_train,"
        yield "    batch_size=BATCH_SIZE,"
        yield "    shuffle=False,"
    yield "    epochs=EPOCHS,"
    if len(run.rows.X_validation):
        yield "    validation_data=(x_val, y_val),"
    yield f"    callbacks=[{', '.join(callbacks)}],"
    yield "    verbose=2,"
    yield ")"


def _metrics(run: ExportedRun) -> dict[str, str]:
    """The metrics that are the same in Keras, by our names, as source."""
    binary = run.network.outputs == 1 and run.preprocessing.classes
    same = {"mae": '"mae"', "mse": '"mse"', "r2": 'keras.metrics.R2Score(name="r2")'}
    if run.preprocessing.classes:
        same["accuracy"] = '"accuracy"'
    if binary:
        same |= {name: f'keras.metrics.{name.capitalize()}(name="{name}")' for name in ("precision", "recall")}
    return {name: same[name] for name in run.experiment.training.metrics if name in same and name in METRICS}


def _optimizer(settings: TrainingSettings) -> str:
    eta, momentum = f"learning_rate={settings.learning_rate!r}", f"momentum=np.float64({settings.momentum!r})"
    match settings.optimizer:
        case "sgd":
            return f"keras.optimizers.SGD({eta})"
        case "momentum":
            return f"keras.optimizers.SGD({eta}, {momentum})"
        case "nesterov":
            return f"keras.optimizers.SGD({eta}, {momentum}, nesterov=True)"
        case "rmsprop":
            return f"keras.optimizers.RMSprop({eta}, rho=np.float64(0.9))"
        case "adagrad":
            return f"keras.optimizers.Adagrad({eta}, initial_accumulator_value=np.float64(0.1))"
        case "adam":
            return f"keras.optimizers.Adam({eta}, beta_1=np.float64(0.9), beta_2=np.float64(0.999))"
        case other:
            raise TypeError(f"the update rule {other} has no counterpart in Keras")


def _stopping(run: ExportedRun) -> Iterator[str]:
    early = run.experiment.training.early_stopping
    if early is not None and not _watches_nothing(run):
        mode = "max" if higher_is_better(early.monitor) else "min"
        yield (
            f"keras.callbacks.EarlyStopping(monitor={early.monitor!r}, min_delta={early.min_delta!r}, "
            f"patience={early.patience}, mode={mode!r}, restore_best_weights={early.restore_best_weights})"
        )


def _watches_nothing(run: ExportedRun) -> bool:
    """Whether early stopping watches a figure that the script does not compute."""
    early = run.experiment.training.early_stopping
    return early is not None and early.monitor.removeprefix("val_") not in ("loss", *_metrics(run))


def _batches(settings: TrainingSettings) -> Iterator[str]:
    yield from ("", "", "def batches():", '    """The batches of all epochs, in the orders of tui-ann."""')
    yield "    for epoch in range(1, EPOCHS + 1):"
    shuffled = "np.random.default_rng([SHUFFLE_SEED, epoch]).permutation(len(x_train))"
    yield f"        order = {shuffled if _shuffles(settings) else 'np.arange(len(x_train))'}"
    if settings.noise > 0.0:
        yield "        noise = np.random.default_rng([SEED, epoch, 0xA06]).standard_normal(x_train.shape)"
        yield "        x = x_train + NOISE * noise"
    else:
        yield "        x = x_train"
    yield "        for first in range(0, len(order), BATCH_SIZE):"
    yield "            rows = order[first : first + BATCH_SIZE]"
    yield "            yield x[rows], y_train[rows]"
    yield from ("", "")


def _outcome(run: ExportedRun) -> Iterator[str]:
    """What the run came to, as a comment."""
    epochs = run.history.epochs
    if len(epochs):
        last = epochs[-1]
        figures = [f"{name} {value!r}" for name, value in last.values.items() if name in ("loss", "val_loss")]
        yield f"# tui-ann: {', '.join(figures)} in epoch {last.epoch}, the last"
