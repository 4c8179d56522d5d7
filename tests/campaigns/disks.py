"""Full disk, read-only folder and broken disk at every write: `python -m tests.campaigns.disks`.

Every task of `tasks` is done again and again; each time another write fails, once or from then on.  It must end by
itself, with one sentence if something could not be written, and leave what was there, or all of the new.  As root on
Linux, the same on a small disk that is really full, and on one that is really read-only.
"""

import argparse
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.campaigns.faults import DISK_CALLS, Faults, failing
from tests.campaigns.forked import Child
from tests.campaigns.reporting import Tally
from tests.campaigns.tasks import TASKS, Task, campaign_folder, fresh, prepared

MOST_LINES = 6
"""Lines on stderr that one message may take."""
SIZES = (0, 4, 12, 20, 32, 48, 64, 96, 128, 192)
"""KiB that are free on the small disk."""


def writes_of(task: Task, place: Path, number: int) -> int:
    """How many writes of a task can fail with an error."""
    folder = prepared(task, place)
    count = place / "count"

    def work() -> int:
        faults = Faults(folder, failing(number), 0, only=DISK_CALLS[number])
        faults.install()
        code = task.work(folder)()
        count.write_text(str(faults.count), encoding="utf-8")
        return code

    Child(folder, work).wait()
    return int(count.read_text("utf-8"))


def fail_at(task: Task, place: Path, number: int, at: int, *, lasting: bool) -> str:
    """Let a write of a task fail; returns what is wrong, empty if nothing is."""
    folder = prepared(task, place)

    def work() -> int:
        Faults(folder, failing(number), at, lasting=lasting, only=DISK_CALLS[number]).install()
        return task.work(folder)()

    child = Child(folder, work)
    return ended_badly(child.wait(), child.said) or task.fault(folder)


def ended_badly(code: int, said: str) -> str:
    """What is wrong with how a task ended; it must say in one message what it could not do."""
    if code not in (0, 1, 2, 130) or "Traceback" in said or re.search("(?<!Encoding)Warning:", said):
        return f"it ended with {code}: {said[-600:]}"
    if code and not (0 < len(said.strip().splitlines()) <= MOST_LINES):
        return f"it ended with {code} and said {said!r}"
    return ""


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of one megabyte, for root on Linux.

    Raises:
        OSError: There is none.
    """
    disk = place / "disk"
    disk.mkdir()
    if os.name == "nt" or os.geteuid():
        raise OSError("only root may mount a disk")
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True, check=False
    )
    if mount.returncode:
        raise OSError(mount.stderr.decode(errors="replace"))
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def on_a_full_disk(task: Task, place: Path, free: int) -> str:
    """Do a task on a disk with few KiB left; returns what is wrong."""
    with small_disk(place) as disk:
        folder = prepared(task, disk)
        size = os.statvfs(disk)
        (disk / "filler").write_bytes(b"x" * max(0, size.f_bavail * size.f_bsize - free * 1024))
        child = Child(folder, task.work(folder), "../child")
        fault = ended_badly(child.wait(), child.said)
        (disk / "filler").unlink()
        return fault or task.fault(folder)


def on_a_read_only_disk(task: Task, place: Path) -> str:
    """Do a task on a disk that cannot be written; returns what is wrong."""
    with small_disk(place) as disk:
        folder = prepared(task, disk)
        before = {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        child = Child(folder, task.work(folder), "../child")
        code = child.wait()
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        if not code:
            return "it has written"
        after = {path: path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}
        return ended_badly(code, child.said) or ("" if after == before else "something has changed")


def every_write(tally: Tally, root: Path, tasks: Sequence[Task], errors: Sequence[int], step: int = 1) -> None:
    """Let each write of each task fail, or every so many."""
    for task in tasks:
        for number in errors:
            for lasting in (False, True):
                for at in range(1, writes_of(task, fresh(root), number) + 1, step):
                    case = f"{task.name}, {at}{' and later' if lasting else ''}"
                    with tally.case(errno.errorcode[number], case):
                        if fault := fail_at(task, fresh(root), number, at, lasting=lasting):
                            raise AssertionError(fault)


def real_disks(tally: Tally, root: Path, tasks: Sequence[Task]) -> None:
    """The same on disks that are really full or read-only; noted if there are none."""
    try:
        with small_disk(fresh(root)):
            pass
    except OSError as error:
        tally.note(f"no real disk: {error}")
        return
    for task in tasks:
        for free in SIZES:
            with tally.case("a full disk", f"{task.name}, {free} KiB free"):
                if fault := on_a_full_disk(task, fresh(root), free):
                    raise AssertionError(fault)
        with tally.case("a read-only disk", task.name):
            if fault := on_a_read_only_disk(task, fresh(root)):
                raise AssertionError(fault)


def main(words: Sequence[str] | None = None) -> int:
    """Let the writes fail that the arguments ask for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.disks", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="fail at every so many writes; 0 for none [%(default)s]")
    parser.add_argument("--only", default="", help="only the tasks with this in their name")
    parser.add_argument("--no-real", action="store_true", help="no real disks")
    chosen = parser.parse_args(words)
    tasks = [task for task in TASKS if chosen.only in task.name]
    tally = Tally("disks")
    with campaign_folder() as root:
        if chosen.step:
            every_write(tally, root, tasks, tuple(DISK_CALLS), chosen.step)
        if not chosen.no_real:
            real_disks(tally, root, tasks)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
