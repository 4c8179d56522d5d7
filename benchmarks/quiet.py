"""Waiting for a quiet moment: on a machine that is shared, a turn that others disturb says little."""

import time
from pathlib import Path

_STAT = Path("/proc/stat")
_LOOK = 0.25
"""Seconds over which the machine is watched."""
_BUSY = 0.1
"""The share of all cores that others may use in a quiet moment."""


def busy_share(seconds: float = _LOOK) -> float:
    """The share of all cores that is in use while this process waits; 0 where the system does not say."""
    if not _STAT.exists():
        return 0.0
    before = _times()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_times(), before, strict=True)]
    idle = spent[3] + spent[4]  # idle, and waiting for a disk
    return 1.0 - idle / max(1, sum(spent))


def wait_for_quiet(patience: float) -> float:
    """Wait until nobody else uses the machine, at most so many seconds; returns the share in use at last."""
    end = time.monotonic() + patience
    while (busy := busy_share()) > _BUSY and time.monotonic() < end:
        pass
    return busy


def _times() -> list[int]:
    return [int(word) for word in _STAT.read_text(encoding="ascii").partition("\n")[0].split()[1:9]]
