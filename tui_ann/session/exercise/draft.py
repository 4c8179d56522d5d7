"""A sheet while it is being filled in: what was typed, over what is proposed."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_text
from tui_ann.session.exercise.fields import SIZES, field_names, proposed, read_sizes, too_large
from tui_ann.text.dressing import named_parts


@dataclass
class Draft:
    """What was typed into the fields of an exercise; nothing typed is lost when the sizes change."""

    typed: dict[str, str] = field(default_factory=dict)
    """Texts by name; also of layers that the network does not have now."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of the network; those that are proposed while the typed ones cannot be read."""
        sizes = read_sizes(self.typed.get("sizes", "")) or SIZES
        return SIZES if too_large(sizes) else sizes

    @property
    def names(self) -> tuple[str, ...]:
        """The fields, in the order of the form."""
        return field_names(self.sizes)

    @property
    def texts(self) -> dict[str, str]:
        """The text of every field."""
        texts = proposed(self.typed)
        return {name: self.typed.get(name, texts[name]) for name in self.names}

    def put(self, name: str, text: str) -> None:
        """Type into a field; it stays typed, even if it is what is proposed now.  An empty field takes the proposal."""
        if text.strip():
            self.typed[name] = text
        else:
            self.typed.pop(name, None)

    def fill(self, text: str) -> Mapping[str, str]:
        """Take over the fields that a text names, such as `W1 = [[.5, .2], [.3, .8]]`.

        Args:
            text: What was pasted.

        Returns:
            What it names; empty if it names nothing, and then nothing changes.
        """
        named = named_parts(text)
        for name, value in named.items():
            self.put(name, one_line(value))
        return named


def read_draft(file: Path) -> Draft:
    """What was typed when the form was last closed; an empty draft if the file is missing or damaged.

    Args:
        file: Its file.
    """
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Draft()
    fields = content.items() if isinstance(content, dict) else ()
    return Draft({name: text for name, text in fields if isinstance(text, str) and text.strip()})


def keep_draft(draft: Draft, file: Path) -> None:
    """Keep what was typed; a file that cannot be written stays as it is.

    Args:
        draft: What was typed.
        file: Its file.
    """
    with contextlib.suppress(SessionError):
        make_folder(file.parent)
        write_text(file, json.dumps(draft.typed, indent=1) + "\n")


def one_line(text: str) -> str:
    """A matrix on one line, its rows separated by semicolons.

    Args:
        text: What was pasted.
    """
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return "; ".join(row.rstrip(";,") if len(rows) > 1 else row for row in rows)
