"""Makes the small files of this folder with Keras 3, PyTorch and onnx; `answers.json` has what those programs answer.

Run it where keras, jax, torch, onnx, h5py and safetensors are installed: python generate.py
"""

import json
import os
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import keras
import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from safetensors.torch import save_file
from torch import nn

HERE = Path(__file__).parent
X = np.round(np.random.default_rng(1).standard_normal((7, 3)), 2)


def keras_models() -> dict[str, keras.Model]:
    """Networks with every layer that can be held."""
    layers = keras.layers
    keras.utils.set_random_seed(5)
    normalization = layers.Normalization(mean=[0.5, -1.0, 2.0], variance=[4.0, 1.0, 0.25])
    sequential = keras.Sequential(
        [
            keras.Input((3,)),
            normalization,
            layers.Dense(4, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.Dropout(0.25),
            layers.Dense(4),
            layers.BatchNormalization(),
            layers.Activation("tanh"),
            layers.Dense(4),
            layers.PReLU(keras.initializers.Constant(0.1)),
            layers.Rescaling(0.8),
            layers.Dense(4),
            layers.LeakyReLU(negative_slope=0.05),
            layers.BatchNormalization(momentum=0.9),
            layers.Dense(3, activation="elu", use_bias=False),
            layers.LayerNormalization(),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )
    sequential.compile(
        optimizer=keras.optimizers.SGD(0.02, momentum=0.5), loss="categorical_crossentropy", metrics=["accuracy"]
    )
    inputs = keras.Input((3,))
    x = layers.Dense(4, activation="sigmoid")(inputs)
    functional = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    functional.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy", "auc"])
    branches = keras.Model(inputs, layers.Add()([layers.Dense(1)(inputs), layers.Dense(1)(x)]))
    image = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(1)])
    return {"sequential": sequential, "functional": functional, "branches": branches, "image": image}


def torch_model() -> nn.Sequential:
    """The network of `torch_net.py`."""
    torch.manual_seed(3)
    model = nn.Sequential(
        nn.Linear(3, 5),
        nn.PReLU(5),
        nn.BatchNorm1d(5),
        nn.Linear(5, 4),
        nn.LeakyReLU(0.1),
        nn.Dropout(0.3),
        nn.Linear(4, 2),
    ).double()
    model(torch.tensor(X))  # moves the running statistics
    return model.eval()


def onnx_model(rng: np.random.Generator) -> tuple[onnx.ModelProto, Any]:
    """(x − μ)/σ, MatMul + Add, BatchNormalization, Relu, Gemm, Sigmoid; and what it answers."""
    W1, b1, W2, b2 = (rng.standard_normal(shape).astype(np.float32) for shape in ((3, 4), (4,), (1, 4), (1,)))
    mean, deviation = np.array([0.5, 1, -1], np.float32), np.array([2, 0.5, 1], np.float32)
    norm = [np.array(each, np.float32) for each in ([1, 2, 0.5, 1], [0, 0.1, 0, 0], [0.1, 0, 0, 0.2], [1, 2, 1, 0.5])]
    named = {"mean": mean, "deviation": deviation, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    named |= dict(zip(("gamma", "beta", "m", "v"), norm, strict=True))
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["c"]),
        helper.make_node("Div", ["c", "deviation"], ["s"]),
        helper.make_node("MatMul", ["s", "W1"], ["p"]),
        helper.make_node("Add", ["p", "b1"], ["z1"]),
        helper.make_node("BatchNormalization", ["z1", "gamma", "beta", "m", "v"], ["n"], epsilon=1e-3),
        helper.make_node("Relu", ["n"], ["a1"]),
        helper.make_node("Gemm", ["a1", "W2", "b2"], ["z2"], transB=1),
        helper.make_node("Sigmoid", ["z2"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "mlp",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 3])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 1])],
        [numpy_helper.from_array(values, name) for name, values in named.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)])
    onnx.checker.check_model(model, full_check=True)
    from onnx.reference import ReferenceEvaluator

    answers: Any = ReferenceEvaluator(model).run(None, {"x": X.astype(np.float32)})
    return model, answers[0]


def main() -> None:
    """Write all files."""
    answers: dict[str, Any] = {"x": X.tolist()}
    for name, model in keras_models().items():
        model.save(HERE / f"{name}.keras")
        if name in ("sequential", "functional"):
            rng = np.random.default_rng(2)
            weights = [
                rng.uniform(0.2, 1.2, each.shape) * np.where(each.ndim == 2, rng.choice([-1, 1], each.shape), 1)
                for each in model.get_weights()
            ]
            model.set_weights(weights)
            model.save(HERE / f"{name}.keras")
            model.save(HERE / f"{name}.h5")
            answers[name] = np.asarray(model(X, training=False)).tolist()
    net = torch_model()
    save_file(net.state_dict(), HERE / "torch_net.safetensors")
    answers["torch_net"] = torch.softmax(net(torch.tensor(X)), 1).tolist()
    made, out = onnx_model(np.random.default_rng(4))
    onnx.save(made, HERE / "mlp.onnx")
    answers["mlp"] = out.tolist()
    (HERE / "answers.json").write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
