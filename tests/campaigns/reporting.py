"""What a campaign counts and prints, and the code it exits with."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WORDS_SHOWN = 300
"""Letters of a failure that are printed."""


class Tally:
    """Counts the cases of a campaign that were tried and that failed, by their kind.

    Args:
        name: The campaign.
        progress: Gets a line at each failure, and one now and then.
        period: Seconds between two lines of progress.
    """

    def __init__(self, name: str, *, progress: TextIO | None = None, period: float = 30.0) -> None:
        self.name = name
        self.failures: list[tuple[str, str, str]] = []
        """Kind, case and reason of each failure."""
        self._tried: Counter[str] = Counter()
        self._notes: list[str] = []
        self._progress = progress or sys.stderr
        self._period, self._begun = period, time.monotonic()
        self._next = self._begun + period

    @property
    def tried(self) -> int:
        """Cases tried."""
        return self._tried.total()

    @property
    def failed(self) -> int:
        """Cases failed."""
        return len(self.failures)

    def count(self, kind: str, case: str = "", failure: str = "") -> None:
        """Count a case.

        Args:
            kind: Its row in the table.
            case: What identifies it, so that it can be tried again.
            failure: What went wrong; empty if nothing did.
        """
        self._tried[kind] += 1
        if failure:
            self.failures.append((kind, case, failure))
            print(f"FAILED {kind}, {case}: {failure[:WORDS_SHOWN]}", file=self._progress, flush=True)
        if (now := time.monotonic()) >= self._next:
            self._next = now + self._period
            spent = now - self._begun
            print(f"{spent:.0f} s: {self.tried} tried, {self.failed} failed", file=self._progress, flush=True)

    @contextmanager
    def case(self, kind: str, case: str = "") -> Iterator[None]:
        """Count a case that fails by raising an exception."""
        try:
            yield
        except Exception as error:
            self.count(kind, case, f"{type(error).__name__}: {error}")
        else:
            self.count(kind, case)

    def note(self, text: str) -> None:
        """Add a line below the table, such as a figure that was measured."""
        self._notes.append(text)

    def table(self) -> str:
        """Tried and failed by kind, and their sums."""
        failed = Counter(kind for kind, _, _ in self.failures)
        rows = [(kind, tried, failed[kind]) for kind, tried in self._tried.items()]
        width = max([len(kind) for kind, _, _ in rows] + [len(self.name), len("all")])
        lines = [f"{self.name:<{width}}  {'tried':>8}  {'failed':>8}"]
        lines += [f"{kind:<{width}}  {tried:>8}  {bad:>8}" for kind, tried, bad in rows]
        lines += [f"{'all':<{width}}  {self.tried:>8}  {self.failed:>8}"]
        return "\n".join([*lines, *self._notes])

    def finish(self, file: TextIO | None = None) -> int:
        """Print the table with the seconds it took; returns the exit code: 0 if cases were tried and none failed."""
        spent = time.monotonic() - self._begun
        print(f"{self.table()}\n{spent:.0f} seconds", file=file or sys.stdout, flush=True)
        return 0 if self.tried and not self.failed else 1
