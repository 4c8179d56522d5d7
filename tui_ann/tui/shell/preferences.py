"""The user's preferences for the whole application: theme, frames per second, speed, notation, muted findings.

They are in `settings.toml` in the configuration folder, which users may edit; the application rewrites only the line
of the changed setting, and keeps comments and everything else.
"""

import json
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_write, make_folder, write_text
from tui_ann.session.store.paths import UserPaths
from tui_ann.text.symbols import TERMINAL_STYLES
from tui_ann.tui.services.host import Host

LEAST_FPS, MOST_FPS = 1, 60


@dataclass(frozen=True)
class Preferences:
    """The settings of the application."""

    theme: str = "dusk"
    """Name of the theme."""
    fps: int = 10
    """Frames per second while training; use fewer on a slow connection."""
    full_speed: bool = False
    """Whether new runs train at full speed; otherwise they are played in about 12 seconds."""
    notation: str = TERMINAL_STYLES[0]
    """How the number of a layer is written: `raised` (W²) or `brackets` (W^[2])."""
    tour: bool = True
    """Whether the first keys are explained at the next start."""
    muted: tuple[str, ...] = ()
    """Ids of the doctor's findings that are not told."""


_ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "theme": (lambda value: isinstance(value, str), "the name of a theme"),
    "fps": (
        lambda value: type(value) is int and LEAST_FPS <= value <= MOST_FPS,
        f"a whole number from {LEAST_FPS} to {MOST_FPS}",
    ),
    "full_speed": (lambda value: isinstance(value, bool), "true or false"),
    "notation": (lambda value: value in TERMINAL_STYLES, " or ".join(TERMINAL_STYLES)),
    "tour": (lambda value: isinstance(value, bool), "true or false"),
    "muted": (
        lambda value: isinstance(value, list) and all(isinstance(entry, str) for entry in value),
        "a list of names in quotation marks",
    ),
}
"""Which values each setting takes, and how that is said."""


def read_preferences(path: Path) -> tuple[Preferences, tuple[str, ...]]:
    """The user's settings, and a sentence for each invalid line of the file.

    Args:
        path: The file; it need not exist.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Preferences(), ()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return Preferences(), (f"{path} cannot be read, so the default settings are used: {error}.",)
    problems = [
        f"{path}: there is no setting “{key}”; use {', '.join(field.name for field in fields(Preferences))}."
        for key in found
        if key not in {field.name for field in fields(Preferences)}
    ]
    known: dict[str, Any] = {}
    for name, (is_valid, allowed) in _ALLOWED.items():
        if name in found and is_valid(found[name]):
            known[name] = found[name]
        elif name in found:
            problems.append(f"{path}: “{name}” must be {allowed}.")
    if "muted" in known:
        known["muted"] = tuple(known["muted"])
    return Preferences(**known), tuple(problems)


def remember(path: Path, key: str, value: str | int | bool | list[str]) -> None:
    """Write one setting; the rest of the file is not changed.

    Args:
        path: The file; it is created if there is none.
        key: Name of the setting.
        value: Its value.

    Raises:
        SessionError: The file cannot be written.
    """
    if not path.exists():  # the usual case at the end of the first start, without loading a parser
        make_folder(path.parent)
        write_text(path, f"{key} = {json.dumps(value)}\n")
        return
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        document = tomlkit.document()
    except (UnicodeDecodeError, TOMLKitError):
        return  # do not overwrite a file with errors that the user still has to correct
    except OSError as error:
        raise cannot_write(path, error) from error
    if document.get(key) == value:
        return
    document[key] = value
    make_folder(path.parent)
    write_text(path, tomlkit.dumps(document))


class UserPreferences:
    """The preferences of the user who runs the application; what is changed in it is remembered.

    Args:
        host: The application; says what cannot be remembered.
        paths: Paths of the user's settings.
    """

    def __init__(self, host: Host, paths: UserPaths) -> None:
        self._host, self._paths = host, paths
        self.chosen, self.complaints = read_preferences(paths.settings)
        """The values now; a sentence for each invalid line of the file."""

    @property
    def frame_time(self) -> float:
        """Seconds between frames."""
        return 1 / self.chosen.fps

    @property
    def full_speed(self) -> bool:
        """Whether new runs train at full speed instead of being played in about 12 seconds."""
        return self.chosen.full_speed

    @property
    def wants_tour(self) -> bool:
        """Whether nothing has been opened before, and the tour of that start has not been seen."""
        return self.chosen.tour and not self._paths.recents.exists()

    def remember(self, key: str, value: str) -> None:
        """Remember a setting of the look.

        Args:
            key: `theme` or `notation`.
            value: Its value.

        Raises:
            SessionError: The file cannot be written.
        """
        remember(self._paths.settings, key, value)

    def keep_full_speed(self, full: bool) -> None:
        """Remember whether new runs train at full speed.

        Args:
            full: Whether they do.
        """
        self.chosen = replace(self.chosen, full_speed=full)
        self._keep("full_speed", full, "The speed")

    def keep_muted(self, ids: tuple[str, ...]) -> None:
        """Remember which of the doctor's findings are not told.

        Args:
            ids: Their ids.
        """
        self._keep("muted", list(ids), "What is muted")

    def forget_tour(self) -> None:
        """Remember that the tour has been seen; if that cannot be written, it comes once more."""
        with suppress(SessionError):
            remember(self._paths.settings, "tour", False)

    def _keep(self, key: str, value: bool | list[str], what: str) -> None:
        try:
            remember(self._paths.settings, key, value)
        except SessionError as error:
            self._host.tell(f"{what} is not remembered: {error.message}", "warning")
