"""Waits until the machine is idle, because other processes disturb a timing on a shared machine."""

import time
from pathlib import Path

_STAT = Path("/proc/stat")
_LOOK = 0.25
"""Seconds over which the load is measured."""
_BUSY = 0.1
"""The share of all cores that others may use when the machine counts as idle."""


def busy_share(seconds: float = _LOOK) -> float:
    """The share of all cores in use while this process waits; 0 if the system does not report it."""
    if not _STAT.exists():
        return 0.0
    before = _times()
    time.sleep(seconds)
    spent = [now - then for now, then in zip(_times(), before, strict=True)]
    idle = spent[3] + spent[4]  # idle, and waiting for a disk
    return 1.0 - idle / max(1, sum(spent))


def wait_for_quiet(patience: float) -> float:
    """Wait until the machine is idle, at most this number of seconds; returns the last share in use."""
    end = time.monotonic() + patience
    while (busy := busy_share()) > _BUSY and time.monotonic() < end:
        pass
    return busy


def _times() -> list[int]:
    return [int(word) for word in _STAT.read_text(encoding="ascii").partition("\n")[0].split()[1:9]]
