"""A finding: what a rule found, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters; the larger, the worse."""

    NOTE = 1
    """Worth knowing; nothing needs to be changed."""
    WARNING = 2
    """The run learns less than it could, or its figures mislead."""
    FAULT = 3
    """The run learns nothing useful."""

    @property
    def word(self) -> str:
        """The word in files and tables: `note`, `warning`, `fault`."""
        return self.name.lower()


@dataclass(frozen=True)
class RunFinding:
    """What one rule found."""

    id: str
    """The rule that found it."""
    severity: Severity
    """How much it matters."""
    numbers: Mapping[str, float] = field(default_factory=dict)
    """The evidence by name; what each means is documented with the rule's words."""
    layers: tuple[int, ...] = ()
    """The dense layers concerned, counted from 1; empty if it is not about layers."""
    variant: str = ""
    """Which of several cases of the rule it is; empty if the rule has only one."""
