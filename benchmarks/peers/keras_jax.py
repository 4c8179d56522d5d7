"""Keras 3 with JAX."""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"  # float64 if a workload needs it

from benchmarks.peers.keras_fit import prepare

__all__ = ["prepare"]
