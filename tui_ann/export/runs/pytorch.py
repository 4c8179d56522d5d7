"""A run as a PyTorch script and its state as safetensors: it predicts equally.

Training on differs in places, and the script says where: the running variance of batch normalisation, and ε in some
update rules.
"""

from collections.abc import Iterator

import numpy as np
import safetensors.numpy

from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer, LayerNormalization, numbered
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.export.runs.python_text import answer, comment, heading, main, prepare, template
from tui_ann.export.runs.source import ExportedRun, Files

_ACTIVATIONS = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU({alpha!r})",
    "elu": "nn.ELU({alpha!r})",
    "prelu": "nn.PReLU({units})",
    "softplus": "nn.Softplus(threshold=50.0)",  # by default it is cut off at 20, where it is 2e-9 too small
    "gelu": "nn.GELU()",
    "softmax": "nn.Softmax(dim=1)",
}
_LOSSES = {
    "half_squared_error": "lambda y_hat, y: 0.5 * ((y_hat - y) ** 2).sum(1).mean()",
    "mean_squared_error": "nn.MSELoss()",
    "mean_absolute_error": "nn.L1Loss()",
    "huber": "nn.HuberLoss(delta=1.0)",
    "binary_crossentropy": "nn.BCELoss()",
    "categorical_crossentropy": "lambda y_hat, y: -(y * y_hat.log()).sum(1).mean()",
}
_SAME = "It is the same rule as in tui-ann and Keras."
_RULES = {
    "sgd": ("SGD(model.parameters(), lr={eta!r})", _SAME),
    "momentum": ("SGD(model.parameters(), lr={eta!r}, momentum={m!r})", f"{_SAME}  It differs if η changes meanwhile."),
    "nesterov": (
        "SGD(model.parameters(), lr={eta!r}, momentum={m!r}, nesterov=True)",
        f"{_SAME}  It differs if η changes meanwhile.",
    ),
    "rmsprop": (
        "RMSprop(model.parameters(), lr={eta!r}, alpha=0.9, eps=1e-7)",
        "PyTorch adds ε outside of the root, tui-ann and Keras inside: the steps differ where gradients are small.",
    ),
    "adagrad": (
        "Adagrad(model.parameters(), lr={eta!r}, initial_accumulator_value=0.1, eps=1e-7)",
        "PyTorch adds ε outside of the root, tui-ann and Keras inside: the steps differ a little.",
    ),
    "adam": (
        "Adam(model.parameters(), lr={eta!r}, betas=(0.9, 0.999), eps=1e-7)",
        "PyTorch adds ε after the correction of the bias, tui-ann and Keras before: the first steps differ a little.",
    ),
}


def to_pytorch(run: ExportedRun) -> Files:
    """The script, and the state that it loads."""
    modules, state = _modules(run)
    lines = [
        *heading(
            run,
            "A trained network of tui-ann in PyTorch; it predicts equally.",
            "",
            "Install:  pip install torch safetensors numpy",
            "Use:      python this_file.py data.csv    (it reads the file .safetensors of the same name)",
            "          or  from this_file import model, predict",
        ),
        *template("pytorch_head.py.txt"),
        *(template("pytorch_classic_dropout.py.txt") if any("ClassicDropout" in text for text in modules) else []),
        "model = nn.Sequential(",
        *(f"    {text}," for text in modules),
        ").double()",
        'model.load_state_dict(load_file(Path(__file__).with_suffix(".safetensors")))',
        "model.eval()",
        "",
        *_training(run.experiment.training, run.network.layers),
        *("", "# A raw row, and what the prediction means"),
        *prepare(run),
        *("", ""),
        *answer(run.pipeline),
        *template("pytorch_tail.py.txt"),
        *main(run),
    ]
    return {".py": "\n".join(lines) + "\n", ".safetensors": safetensors.numpy.save(state, {"format": "pt"})}


def _modules(run: ExportedRun) -> tuple[list[str], dict[str, Array]]:
    """The modules of the Sequential as source, and its state."""
    modules: list[str] = []
    state: dict[str, Array] = {}
    width = run.network.inputs
    for _, layer, number in numbered(run.network.layers):
        for text, weights in _of(layer, width):
            for name, ours in weights.items():
                values = np.asarray(run.network.parameters[f"{ours}{number}"], np.float64)
                state[f"{len(modules)}.{name}"] = np.ascontiguousarray(values)
            if text.startswith("nn.BatchNorm1d"):
                state[f"{len(modules)}.num_batches_tracked"] = np.array(0)
            modules.append(text)
        width = layer.outputs(width)
    return modules, state


def _of(layer: Layer, width: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The modules of one layer, with our letters of their parameters."""
    match layer:
        case Dense():
            yield f"nn.Linear({width}, {layer.units})", {"weight": "W", "bias": "b"}
            if layer.activation != "linear":
                text = _ACTIVATIONS[layer.activation].format(alpha=layer.g.alpha(layer.alpha), units=layer.units)
                yield text, {"weight": "alpha"} if layer.g.learns_alpha else {}
        case Dropout(rate, mode):
            yield f"{'nn.Dropout' if mode == 'inverted' else 'ClassicDropout'}({rate!r})", {}
        case BatchNormalization(epsilon, momentum):
            text = f"nn.BatchNorm1d({width}, eps={epsilon!r}, momentum={round(1.0 - momentum, 15)!r})"
            names = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_var"}
            yield text, names
        case LayerNormalization(epsilon):
            yield f"nn.LayerNorm({width}, eps={epsilon!r})", {"weight": "gamma", "bias": "beta"}
        case _:
            raise TypeError(f"{type(layer).__name__} has no counterpart in PyTorch")


def _training(settings: TrainingSettings, layers: tuple[Layer, ...]) -> Iterator[str]:
    """The loss and the update rule of the run, to train on."""
    rule, note = _RULES[settings.optimizer]
    rule = rule.format(eta=settings.learning_rate, m=settings.momentum)
    yield from comment("To train on: the loss and the update rule of the run.", note)
    if any(isinstance(layer, BatchNormalization) for layer in layers):
        yield from comment(
            "Batch normalisation: PyTorch keeps an unbiased running variance, tui-ann and Keras a biased."
        )
    if any(isinstance(layer, Dense) and layer.is_penalized for layer in layers):
        yield from comment("The penalties l1 and l2 of the run are not part of this loss.")
    yield f"loss = {_LOSSES[settings.loss]}"
    yield f"optimizer = torch.optim.{rule}"
