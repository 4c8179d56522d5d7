"""Who takes part.  Each peer is a module with `prepare(work)`, run by an interpreter that has its packages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from benchmarks.workloads import Array

_NUMPY = "numpy==2.4.6"


class Contestant(Protocol):
    """One peer, ready to do one piece of work."""

    @property
    def settings(self) -> tuple[str, ...]:
        """Ways to run it of which the fastest is raced, such as numbers of threads."""

    def use(self, setting: str) -> None:
        """Run in this way from now on."""

    def run(self, rounds: int) -> None:
        """Do the work from its start: so many epochs, predictions or loads.  This is what is timed."""

    def outcome(self) -> Mapping[str, Array]:
        """What the last run has come to: `losses` (epochs,) and the weights by name, or `y_hat`."""


@dataclass(frozen=True)
class Peer:
    """A program that tui-ann is measured against."""

    name: str
    label: str
    module: str
    """Module of this package that runs it."""
    packages: tuple[str, ...] = ()
    """What has to be installed for it; nothing means that it runs in this interpreter."""
    imports: tuple[str, ...] = ()
    """Modules that are there when it is installed."""


OURS = Peer("tui-ann", "tui-ann", "ours")

PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("scikit-learn", "scikit-learn", "scikit_learn", ("scikit-learn==1.9.1", _NUMPY), ("sklearn",)),
        Peer("torch", "PyTorch eager", "pytorch", ("torch==2.13.0", _NUMPY), ("torch",)),
        Peer(
            "keras-tensorflow",
            "Keras 3, TensorFlow",
            "keras_tensorflow",
            ("keras==3.15.1", "tensorflow-cpu==2.21.0", _NUMPY),
            ("keras", "tensorflow"),
        ),
        Peer("keras-jax", "Keras 3, JAX", "keras_jax", ("keras==3.15.1", "jax==0.10.2", _NUMPY), ("keras", "jax")),
        Peer("c-loop", "plain C loop", "c_loop"),
        Peer("numpy-loadtxt", "numpy.loadtxt", "numpy_loadtxt"),
    )
}
"""All peers by name."""

ALONE: dict[str, tuple[str, ...]] = {"c-loop": ("W5",), "numpy-loadtxt": ("W7",)}
"""Peers that do one kind of work only."""


def takes_part(peer: Peer, workload: str, kind: str) -> bool:
    """Whether a peer can do a workload at all."""
    if peer.name in ALONE:
        return workload in ALONE[peer.name]
    return kind == "train" or (kind == "predict" and not peer.name.startswith("keras"))
