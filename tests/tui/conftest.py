"""What tests of the terminal application stand on: nothing blinks, nothing slides, and pictures as plain text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual import constants
from textual.notifications import Notification
from textual.widgets import Input

from tests.tui.pilots import wait_for_screens
from tui_ann.session.evaluate import figures
from tui_ann.session.run import pace
from tui_ann.text.symbols import require_brackets
from tui_ann.tui.shell.idle_collection import IdleCollection

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def resamples() -> int:
    """How many resamples make an interval on Predict; a test of pictures overrides this."""
    return 100


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, resamples: int) -> None:
    """Keep cursors from blinking and changes from being animated, so that a picture is the same each time."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "none")
    wait_for_screens(monkeypatch.setattr)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    # A slow machine takes longer to reach a note than the note is shown.
    monkeypatch.setattr(Notification, "time_left", 3600.0)
    # Its full collection visits all tests and modules of the run, which takes a second.
    monkeypatch.setattr(IdleCollection, "interval", 3600.0)
    monkeypatch.setattr(figures, "RESAMPLES", resamples)
    monkeypatch.setattr(pace, "PLAYING", 0.0)  # no test waits for a run that is played slowly to be watched


@pytest.fixture
def on_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train with NumPy: in numbers with every digit the kernels differ in the last one."""
    monkeypatch.setenv("TUI_ANN_KERNEL", "numpy")


@pytest.fixture
def first_start() -> bool:
    """Whether the application greets the user with its tour; a test of the tour overrides this."""
    return False


@pytest.fixture(autouse=True)
def _no_tour(monkeypatch: pytest.MonkeyPatch, first_start: bool) -> None:
    if not first_start:
        monkeypatch.setattr("tui_ann.tui.shell.preferences.UserPreferences.wants_tour", False)


@pytest.fixture(autouse=True)
def _raised_digits() -> Iterator[None]:
    """A test may show an update that needs brackets; the next one begins without."""
    yield
    require_brackets(False)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Compare a text with the file of the test's name; `--snapshot-update` writes the file."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name).strip("-")
    path = GOLDEN / request.path.stem.removeprefix("test_") / f"{name}.txt"

    def check(text: str) -> None:
        if request.config.getoption("--snapshot-update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip() + "\n", encoding="utf-8")
        assert path.exists(), f"{path} is missing: pytest --snapshot-update writes it"
        assert text.rstrip() + "\n" == path.read_text(encoding="utf-8")

    return check
