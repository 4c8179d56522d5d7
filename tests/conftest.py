"""What every test relies on: no colours, signals or settings from outside, and nobody's own runs."""

import gc
import importlib
import os
import signal
from pathlib import Path

import pytest

KEPT = "TEXTUAL_SNAPSHOT"
"""What the pictures' plug-in tells the processes that it shares the tests among."""

for name in [name for name in os.environ if name == "NO_COLOR" or name.startswith("TEXTUAL")]:
    if not name.startswith(KEPT):
        del os.environ[name]

# A shell starts what runs in the background with these ignored, and so does nohup; a program that a test starts would
# never end by them.
for name, usual in (("SIGINT", signal.default_int_handler), ("SIGQUIT", signal.SIG_DFL), ("SIGHUP", signal.SIG_DFL)):
    number = getattr(signal, name, None)  # Windows has no other than SIGINT
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

from textual import constants  # noqa: E402

importlib.reload(constants)  # a pytest plug-in imported Textual, which read the environment, before this file

gc.set_threshold(100_000, 50, 100)  # all that is made while tests are collected stays


def pytest_collection_finish() -> None:
    """Set modules and tests aside, which are many: the collector visits only what tests make and leave behind."""
    gc.freeze()
    gc.set_threshold(100_000, 10, 5)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own place for settings, recents and runs."""
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _raised_digits() -> None:
    """Write layers with raised digits, whatever an application of an earlier test needed."""
    from tui_ann.text.symbols import require_brackets

    require_brackets(False)
