"""Random keys, texts, pastes, mouse and sizes, sent to the real program in a pseudo-terminal.

`python -m tests.campaigns.keys --minutes 10 --seed 3` plays one session after the other: each has a seed, something
that is open, a size and an environment of its own; every fifth pastes hostile texts into every field.  Wrong is: an
exception that is a mistake of the program, an exit code other than 0, a key without an effect for three seconds, a text
that the terminal or Textual obeys.  The script of a session that failed is kept; `--script FILE` plays it again, and
`--shorten` leaves out what it does not need.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from tests.campaigns.key_player import Played, play
from tests.campaigns.key_script import CLICK, HOSTILE, SIZES, Monkey, Step, hostile_fields, read_script, write_script

NASTY = "nasty"
"""Stands for a table with hostile names and cells."""
STARTS = (
    "", "sample:xor", "sample:iris", "sample:worked-example", "sample:circles", "sample:digits", "sample:linear-by-hand",
    "sample:logistic-unit", "sample:diabetes", "sample:spirals", NASTY,
)  # fmt: skip
ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {},
    {"COLORTERM": "truecolor"},
    {"NO_COLOR": "1"},
    {"TERM": "linux"},
    {"LC_ALL": "C", "LANG": "C"},
)


@dataclass(frozen=True)
class Session:
    """What is played."""

    seed: int
    start: str
    size: tuple[int, int]
    environment: dict[str, str]

    @staticmethod
    def of_seed(seed: int) -> "Session":
        """The session of a seed."""
        draw = Random(f"session {seed}")
        return Session(seed, draw.choice(STARTS), draw.choice(SIZES[:8]), draw.choice(ENVIRONMENTS))

    def play(self, steps: Sequence[Step] | None, seconds: float) -> Played:
        """Play it in a folder that is removed afterwards.

        Args:
            steps: What is done; by default what its seed says.
            seconds: The most seconds.
        """
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            start = str(nasty_table(folder)) if self.start == NASTY else self.start
            own = hostile_fields(self.seed) if self.seed % 5 == 0 else Monkey(self.seed, self.size).steps()
            return play(
                [start] * bool(start),
                own if steps is None else steps,
                folder,
                seconds=seconds,
                size=self.size,
                extra=self.environment,
            )

    def __str__(self) -> str:
        words = " ".join(f"{name}={value}" for name, value in self.environment.items())
        return f"seed {self.seed}, {self.start or 'nothing open'}, {self.size[0]}×{self.size[1]} {words}".rstrip()


def nasty_table(folder: Path) -> Path:
    """Write a table whose names and cells would take a careless program over.

    Args:
        folder: Where.
    """
    path = folder / "[bold]data [@click=app.taken].csv"
    names = [text[:2000].encode("utf-8", "replace").decode().replace("\x00", "") for text in HOSTILE[:14]]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "answer"])
        for row in range(60):
            numbers = [row * (place + 3) % 11 + 0.5 for place in range(len(names) - 2)]
            writer.writerow([*numbers, names[row % 3], names[row % 4 + 3], ["[b]no[/", CLICK][row % 2]])
    return path


def shorten(session: Session, steps: list[Step], kind: str, seconds: float) -> list[Step]:
    """Leave out steps, half of them at a time, as long as the same fault appears; it may take two tries.

    Args:
        session: The session.
        steps: All steps.
        kind: The last line of the fault.
        seconds: When to stop.
    """
    until, size = time.monotonic() + seconds, len(steps) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(steps) and time.monotonic() < until:
            fewer = steps[:at] + steps[at + size :]
            if any(kind == kind_of(session.play(fewer, 120.0)) for _ in range(2)):
                steps = fewer
                print(f"{len(steps)} steps", flush=True)
            else:
                at += size
        size //= 2
    return steps


def kind_of(played: Played) -> str:
    """The last line of the first fault: what it is, without where; empty if there is none."""
    return played.faults[0].strip().splitlines()[-1][:200] if played.faults else ""


def keep(folder: Path, session: Session, played: Played) -> Path:
    """Write the script of a session that failed, with its faults.

    Args:
        folder: Where.
        session: The session.
        played: What was done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"keys-{session.seed}.jsonl"
    write_script(path, played.done)
    about = {"seed": session.seed, "faults": played.faults}
    path.with_suffix(".json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.keys", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="in total")
    parser.add_argument("--seed", type=int, default=1, help="of the first session")
    parser.add_argument("--session", type=float, default=60.0, metavar="SECONDS", help="of one session")
    parser.add_argument("--failed", type=Path, default=Path("failed-keys"), help="folder of the scripts that failed")
    parser.add_argument("--script", type=Path, help="play this script again")
    parser.add_argument("--shorten", action="store_true", help="leave out what the script does not need")
    given = parser.parse_args(arguments)
    if given.script is not None:
        return _again(given.script, given.minutes * 60 if given.shorten else 0.0)
    begun, sessions, keys, failed = time.monotonic(), 0, 0, 0
    for seed in count(given.seed):
        left = given.minutes * 60 - (time.monotonic() - begun)
        if left < 1:
            break
        session = Session.of_seed(seed)
        played = session.play(None, min(left, given.session))
        sessions, keys = sessions + 1, keys + played.keys
        if played.faults:
            failed += 1
            path = keep(given.failed, session, played)
            print(f"FAILED {session}: {kind_of(played)}  ({path})", flush=True)
    minutes = (time.monotonic() - begun) / 60
    print(f"{sessions} sessions, {minutes:.1f} minutes, {keys:,} keys tried, {failed} failed")
    return 1 if failed else 0


def _again(path: Path, seconds: float) -> int:
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    session, steps = Session.of_seed(about["seed"]), read_script(path)
    played = session.play(steps, 600.0)
    print(f"{session}: {played.keys} keys", *played.faults, sep="\n")
    if seconds and played.faults:
        short = shorten(session, steps, kind_of(played), seconds)
        write_script(path.with_name(f"{path.stem}-short.jsonl"), short)
        print(*(step.what or f"wait {step.seconds}" for step in short), sep="\n")
    return 1 if played.faults else 0


if __name__ == "__main__":
    sys.exit(main())
