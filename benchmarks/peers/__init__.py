"""The peers.  Each is a module with `prepare(work)`, run by an interpreter that has its packages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from benchmarks.workloads import Array

_NUMPY = "numpy==2.4.6"


class Contestant(Protocol):
    """One peer, ready for one workload."""

    @property
    def settings(self) -> tuple[str, ...]:
        """Settings such as numbers of threads; the fastest is used."""

    def use(self, setting: str) -> None:
        """Use this setting from now on."""

    def run(self, rounds: int) -> None:
        """Do the work from its start: this number of epochs, predictions or loads.  This is timed."""

    def outcome(self) -> Mapping[str, Array]:
        """The results of the last run: `losses` (epochs,) and the weights by name, or `y_hat`."""


@dataclass(frozen=True)
class Peer:
    """A library that tui-ann is compared with."""

    name: str
    label: str
    module: str
    """Module of this package that runs it."""
    packages: tuple[str, ...] = ()
    """Packages to install for it; without any it runs in this interpreter."""
    imports: tuple[str, ...] = ()
    """Modules that exist when it is installed."""


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
        Peer("numpy", "tui-ann on NumPy", "ours_numpy"),
        Peer("node", "node, per-node objects", "node"),
        Peer("c-loop", "plain C loop", "c_loop"),
        Peer("numpy-loadtxt", "numpy.loadtxt", "numpy_loadtxt"),
        Peer("pandas", "pandas.read_csv", "pandas_csv", ("pandas==3.1.1", _NUMPY), ("pandas",)),
    )
}
"""All peers by name."""

ALONE: dict[str, tuple[str, ...]] = {
    "numpy": ("W1a", "W1b", "W2", "W3"),
    "node": ("W1a", "W1b"),
    "c-loop": ("W5",),
    "numpy-loadtxt": ("W7",),
    "pandas": ("W7", "W8"),
}
"""Peers that do only some of the work."""


def takes_part(peer: Peer, workload: str, kind: str) -> bool:
    """Whether a peer can do a workload at all."""
    if peer.name in ALONE:
        return workload in ALONE[peer.name]
    return kind == "train" or (kind == "predict" and not peer.name.startswith("keras"))
