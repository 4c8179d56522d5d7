"""Short forms of the campaigns of kills and of disks, each as its command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the campaigns fork processes")


@pytest.mark.parametrize(
    "words",
    [
        ("kills", "--only", "train --", "--step", "23"),
        ("disks", "--only", "train --resume", "--step", "61", "--no-real"),
    ],
    ids=["kills", "disks"],
)
def test_the_short_form_finds_nothing(words):
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", f"tests.campaigns.{words[0]}", *words[1:]]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    _, *rows = [line.split() for line in done.stdout.splitlines()]
    assert any(row[0] == "all" and int(row[1]) > 4 and row[2] == "0" for row in rows)
