"""PyTorch on the CPU, eager: the training loop of its tutorials, on slices of the data and without a DataLoader."""

import os
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work

_ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


def _network(work: Work) -> nn.Sequential:
    """The network at its start; sigmoid and softmax of the output are part of the loss."""
    workload = work.workload
    parts: list[nn.Module] = []
    width = workload.inputs
    for number, (units, activation) in enumerate(workload.layers, start=1):
        linear = nn.Linear(width, units, dtype=getattr(torch, workload.dtype))
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(work.start[f"W{number}"]))
            linear.bias.copy_(torch.from_numpy(work.start[f"b{number}"]))
        parts.append(linear)
        if number < len(workload.layers) and activation != "linear":
            parts.append(_ACTIVATIONS[activation]())
        width = units
    return nn.Sequential(*parts)


def _half_squared_error(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 0.5 * nn.functional.mse_loss(y_hat, y) * y.shape[1]


_LOSSES = {
    "half_squared_error": _half_squared_error,
    "mean_squared_error": nn.functional.mse_loss,
    "binary_crossentropy": nn.functional.binary_cross_entropy_with_logits,
    "categorical_crossentropy": nn.functional.cross_entropy,
}


class _WithThreads:
    settings: tuple[str, ...] = ("1 thread", f"{os.cpu_count()} threads")

    def use(self, setting: str) -> None:
        torch.set_num_threads(int(setting.split()[0]))


class Training(_WithThreads):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._X = torch.from_numpy(work.X)
        self._Y = torch.from_numpy(work.labels if work.workload.loss.startswith("categorical") else work.Y)

    def run(self, rounds: int) -> None:
        workload, X, Y = self._work.workload, self._X, self._Y
        network, loss_of = _network(self._work), _LOSSES[workload.loss]
        training = torch.optim.SGD(network.parameters(), lr=workload.learning_rate)
        losses = []
        for _ in range(rounds):
            total = 0.0
            for first in range(0, len(X), workload.batch_size):
                x, y = X[first : first + workload.batch_size], Y[first : first + workload.batch_size]
                training.zero_grad()
                loss = loss_of(network(x), y)
                loss.backward()
                training.step()
                total += loss.item() * len(x)
            losses.append(total / len(X))
        self._losses, self._network = losses, network

    def outcome(self) -> Mapping[str, Array]:
        outcome = {"losses": np.array(self._losses)}
        linear = [part for part in self._network if isinstance(part, nn.Linear)]
        for i, part in enumerate(linear, start=1):
            outcome |= {f"W{i}": part.weight.detach().numpy(), f"b{i}": part.bias.detach().numpy()}
        return outcome


class Predicting(_WithThreads):
    def __init__(self, work: Work) -> None:
        self._X, self._network = torch.from_numpy(work.X), _network(work)

    def run(self, rounds: int) -> None:
        with torch.inference_mode():
            for _ in range(rounds):
                self._y_hat = self._network(self._X)

    def outcome(self) -> Mapping[str, Array]:
        return {"y_hat": self._y_hat.numpy()}


def prepare(work: Work) -> Contestant:
    return Training(work) if work.workload.kind == "train" else Predicting(work)
