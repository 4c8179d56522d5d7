"""Size as a shade, for terminals with few colours or none: ` ░▒▓█`; and two classes as ○ and ●."""

import math

SHADES = " ░▒▓█"
"""From nothing to full."""
MARKS = "○●"
"""Negative and positive, or the first and the second class."""


def shade(share: float) -> str:
    """Return the shade for a size; nothing only for 0, full only for 1.

    Args:
        share: The size as a share of the largest, 0 to 1; blank if it is not finite.
    """
    if not math.isfinite(share) or share <= 0:
        return SHADES[0]
    return SHADES[min(4, 1 + int(share * 4 * (1 - 1e-9)))]
