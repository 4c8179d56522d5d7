"""`compile` and `fit` of Keras as training settings."""

from collections.abc import Mapping
from typing import Any, get_args

from tui_ann.engine.training_settings import EarlyStopping, Monitor
from tui_ann.importing.keras_words import FIXED, LOSSES, METRICS, OPTIMIZERS, plain
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.values import Made, Name, Unknown, is_number

_COMPILE = ("optimizer", "loss", "loss_weights", "metrics")
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle")
_BY_PLACE = {
    "sgd": ("learning_rate", "momentum", "nesterov"),
    "rmsprop": ("learning_rate", "rho", "momentum", "epsilon"),
    "adam": ("learning_rate", "beta_1", "beta_2", "epsilon"),
}
"""The arguments of the optimizers, in their order."""
_SILENT_CALLBACKS = frozenset({"modelcheckpoint", "tensorboard", "csvlogger", "history", "progbarlogger", "watch"})
_SILENT_COMPILE = frozenset({"jit_compile", "run_eagerly", "steps_per_execution", "auto_scale_loss"})
_SILENT_FIT = frozenset({"verbose", "x", "y", "validation_freq", "validation_batch_size", "workers", "max_queue_size"})


def name_of(value: object) -> str:
    """The name of something that is given as a text, a name, or made by a call."""
    if isinstance(value, str):
        return value
    if isinstance(value, Name):
        return value.last
    return str(getattr(value, "name", ""))


def compiled(chain: LayerChain, call: Made) -> dict[str, Any]:
    """The settings that `compile(…)` means."""
    given = call.bound(*_COMPILE)
    settings = _optimizer(chain, given.get("optimizer", "rmsprop"), call.line)
    if (loss := given.get("loss")) is not None:
        settings |= _loss(chain, loss, call.line)
    metrics: list[str] = []
    wanted = [*_listed(given.get("metrics")), *_listed(given.get("weighted_metrics"))]
    for each in wanted:
        name = name_of(each)
        if (known := METRICS.get(plain(name))) is None:
            chain.remark(getattr(each, "line", call.line), f"the metric {name or 'here'} is not known; it is left out.")
        elif known not in metrics:
            metrics.append(known)
    settings["metrics"] = tuple(metrics)
    for name, value in given.items():
        if name not in {*_COMPILE, *_SILENT_COMPILE, "weighted_metrics"} and value is not None:
            chain.remark(call.line, f"{name} of compile is left out.")
    if given.get("loss_weights") is not None:
        chain.remark(call.line, "loss_weights are left out.")
    return settings


def _listed(value: Any) -> list[Any]:
    """A list, or one value, or nothing, as a list."""
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _loss(chain: LayerChain, value: object, line: int) -> dict[str, Any]:
    name = name_of(value)
    found = LOSSES.get(plain(name))
    options = value.bound() if isinstance(value, Made) else {}
    if found is None:
        chain.remark(line, f"the loss {name or 'here'} is not known; the one that suits the output is taken.")
        return {}
    if options.get("from_logits") is True and found.endswith("crossentropy"):
        output = "sigmoid" if found.startswith("binary") else "softmax"
        chain.activate(output, None, line)
        chain.remark(line, f"from_logits=True: the output layer is a {output} layer here, which gives the same loss.")
    if options.get("label_smoothing"):
        chain.remark(line, "label_smoothing is left out.")
    if is_number(options.get("delta")) and options["delta"] != 1:
        chain.remark(line, "δ of the Huber loss is 1 here.")
    return {"loss": found}


def _optimizer(chain: LayerChain, value: object, line: int) -> dict[str, Any]:
    name = name_of(value)
    given = value.bound(*_BY_PLACE.get(plain(name), ("learning_rate",))) if isinstance(value, Made) else {}
    line = getattr(value, "line", line) or line
    if (found := OPTIMIZERS.get(plain(name))) is None:
        chain.remark(line, f"the optimizer {name or 'here'} is not known; adam is taken.")
        found = OPTIMIZERS["adam"]
    rule, rate = found
    settings: dict[str, Any] = {"optimizer": rule, "learning_rate": rate}
    wanted = given.get("learning_rate", given.get("lr"))
    if is_number(wanted) and wanted > 0:
        settings["learning_rate"] = float(wanted)
    elif wanted is not None:
        what = f"{wanted.name} changes η during the run" if isinstance(wanted, Made) else "η cannot be read"
        start = wanted.bound("initial_learning_rate").get("initial_learning_rate") if isinstance(wanted, Made) else None
        settings["learning_rate"] = float(start) if is_number(start) and start > 0 else rate
        chain.remark(line, f"{what}; it stays {settings['learning_rate']:g}.")
    momentum = given.get("momentum", 0.0)
    if rule == "sgd" and is_number(momentum) and 0 < momentum < 1:
        settings |= {"optimizer": "nesterov" if given.get("nesterov") is True else "momentum", "momentum": momentum}
    for option, held in FIXED[rule].items():
        if option in given and given[option] not in (held, None):
            chain.remark(line, f"{option} of {name} is {held} here.")
    for option in ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "decay"):
        if given.get(option):
            chain.remark(line, f"{option} of {name} is left out.")
    if given.get("use_ema"):
        chain.remark(line, f"use_ema of {name} is left out.")
    return settings


def fitted(chain: LayerChain, call: Made) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of the training, and of the data, that `fit(…)` means."""
    given = call.bound(*_FIT)
    training: dict[str, Any] = {"early_stopping": None}
    data: dict[str, Any] = {"validation_split": 0.0}
    training |= _batches(chain, given.get("batch_size"), call.line)
    epochs = given.get("epochs", given.get("nb_epoch", 1))
    if is_number(epochs) and epochs >= 1:
        training["epochs"] = int(epochs)
    else:
        chain.remark(call.line, "the number of epochs cannot be read; it stays as it is.")
    if isinstance(shuffle := given.get("shuffle", True), bool):
        training["shuffle"] = shuffle
    share = given.get("validation_split", 0.0)
    if is_number(share) and 0 <= share < 1:
        data["validation_split"] = float(share)
    if given.get("validation_data") is not None:
        data["validation_split"] = 0.1
        chain.remark(call.line, "validation_data is not read; the last tenth of the rows validates.")
    callbacks = given.get("callbacks")
    for callback in callbacks if isinstance(callbacks, list | tuple) else [callbacks]:
        training |= _callback(chain, callback, call.line)
    for name, value in given.items():
        if name not in {*_FIT, *_SILENT_FIT, "nb_epoch"} and value is not None:
            chain.remark(call.line, f"{name} of fit is left out.")
    return training, data


def _batches(chain: LayerChain, size: object, line: int) -> dict[str, Any]:
    if isinstance(size, Unknown) and size.is_all_rows:
        return {"variant": "batch"}
    if size == 1:
        return {"variant": "stochastic"}
    if is_number(size) and isinstance(size, int) and size > 1:
        return {"variant": "mini-batch", "batch_size": size}
    if size is not None:
        chain.remark(line, "the batch size cannot be read; it is 32.")
    return {"variant": "mini-batch", "batch_size": 32}


def _callback(chain: LayerChain, callback: object, line: int) -> dict[str, Any]:
    if callback is None:
        return {}
    name = name_of(callback)
    if plain(name) in _SILENT_CALLBACKS:
        return {}
    line = getattr(callback, "line", line) or line
    if not isinstance(callback, Made) or plain(name) != "earlystopping":
        chain.remark(line, f"the callback {name or 'here'} is left out.")
        return {}
    given = callback.bound("monitor", "min_delta", "patience", "verbose", "mode", "baseline", "restore_best_weights")
    monitor = monitored(given.get("monitor", "val_loss"))
    if monitor is None:
        chain.remark(line, f"early stopping cannot watch {given.get('monitor')}; it watches val_loss.")
        monitor = "val_loss"
    for option in ("baseline", "start_from_epoch"):
        if given.get(option):
            chain.remark(line, f"{option} of EarlyStopping is left out.")
    return {
        "early_stopping": EarlyStopping(
            monitor=monitor,  # type: ignore[arg-type]  # checked above
            patience=_whole(given.get("patience"), 0),
            min_delta=abs(float(given["min_delta"])) if is_number(given.get("min_delta")) else 0.0,
            restore_best_weights=given.get("restore_best_weights") is True,
        )
    }


def _whole(value: object, default: int) -> int:
    return int(value) if is_number(value) and value >= 0 else default


def monitored(name: object) -> str | None:
    """The column of the history that Keras' name means; `None` if there is none."""
    if not isinstance(name, str):
        return None
    prefix = "val_" if name.startswith("val_") else ""
    known = METRICS.get(plain(name.removeprefix("val_")), name.removeprefix("val_"))
    found = f"{prefix}{known}"
    return found if found in get_args(Monitor) else None


def completed(training: Mapping[str, Any], data: Mapping[str, Any], chain: LayerChain) -> dict[str, Any]:
    """The training settings, so that early stopping can watch what it is to watch."""
    stopping = training.get("early_stopping")
    if stopping is None:
        return dict(training)
    metric = stopping.monitor.removeprefix("val_")
    settings = dict(training)
    if metric != "loss" and metric not in training.get("metrics", ()):
        settings["metrics"] = (*training.get("metrics", ()), metric)
    if stopping.monitor != metric and not data.get("validation_split"):
        chain.remark(0, f"there are no validation rows for {stopping.monitor}, so early stopping is off.")
        settings["early_stopping"] = None
    return settings
