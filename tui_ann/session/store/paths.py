"""Where the settings, runs and unfinished runs of a user are.

platformdirs knows the usual folders of each system.  `TUI_ANN_HOME` names one folder for everything instead, for tests
and portable installations.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

HOME_VARIABLE = "TUI_ANN_HOME"
"""Environment variable that names one folder for everything."""

_APPLICATION = "tui-ann"


@dataclass(frozen=True)
class UserPaths:
    """The folders of one user.  A folder is created only when something is written."""

    config: Path
    """What the user writes: settings and keys."""
    data: Path
    """What the user saves: runs."""
    state: Path
    """What the program stores by itself: recent files, unfinished runs."""

    @classmethod
    def of_user(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The folders of the user who runs the program.

        Args:
            environment: The variables; by default those of the process.
        """
        home = (os.environ if environment is None else environment).get(HOME_VARIABLE, "")
        if home:
            root = Path(home).expanduser().absolute()
            return cls(root, root, root)
        config = platformdirs.user_config_path(_APPLICATION, appauthor=False, roaming=True)
        # On macOS many terminal users have their settings in ~/.config; use it if it exists.
        plain = Path.home() / ".config" / _APPLICATION
        if sys.platform == "darwin" and plain.is_dir():
            config = plain
        return cls(
            config,
            platformdirs.user_data_path(_APPLICATION, appauthor=False),
            platformdirs.user_state_path(_APPLICATION, appauthor=False),
        )

    @property
    def keymap(self) -> Path:
        """The user's key bindings."""
        return self.config / "keymap.toml"

    @property
    def settings(self) -> Path:
        """The user's settings."""
        return self.config / "settings.toml"

    @property
    def start_values(self) -> Path:
        """Weights and biases that were typed as initial parameters."""
        return self.data / "start-values"

    @property
    def exercises(self) -> Path:
        """Exercises that were typed, one folder each."""
        return self.data / "exercises"

    @property
    def imported(self) -> Path:
        """Networks of other programs as experiments, one folder each."""
        return self.data / "imported"

    @property
    def exercise_form(self) -> Path:
        """What is typed in the form of a new exercise."""
        return self.state / "exercise.json"

    @property
    def drawn(self) -> Path:
        """Tables whose points were added, moved or relabelled, one file for each edit."""
        return self.data / "drawn"

    @property
    def exams(self) -> Path:
        """The record of the exams that were taken."""
        return self.data / "exams.json"

    @property
    def runs(self) -> Path:
        """Runs saved from the application; commands use `runs` in the working folder."""
        return self.data / "runs"

    @property
    def recovery(self) -> Path:
        """Unfinished runs, offered again at the next start."""
        return self.state / "recovery"

    @property
    def spooled(self) -> Path:
        """Tables that came by standard input or a pipe, so that their runs can be repeated."""
        return self.data / "spooled"

    @property
    def step_marks(self) -> Path:
        """Where in their updates the runs were left."""
        return self.state / "step-marks.json"

    @property
    def recents(self) -> Path:
        """What was opened recently."""
        return self.state / "recents.json"
