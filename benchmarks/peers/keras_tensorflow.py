"""Keras 3 with TensorFlow."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.peers.keras_fit import prepare

__all__ = ["prepare"]
