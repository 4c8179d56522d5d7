"""tui-ann with NumPy in place of the C kernel."""

import os

from benchmarks.peers import Contestant
from benchmarks.peers.ours import prepare as prepare_ours
from benchmarks.workloads import Work


def prepare(work: Work) -> Contestant:
    os.environ["TUI_ANN_KERNEL"] = "numpy"
    return prepare_ours(work)
