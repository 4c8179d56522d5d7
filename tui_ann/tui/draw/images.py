"""Images of rows whose columns are the pixels of a square, side by side with a caption each."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.text import cell_width, clean
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.shades import SHADES

_GAP = 2


class ImageInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    CAPTION = 1
    PIXEL = 2
    """First of the inks of a pixel, from dark to light."""


def fitting_images(side: int, width: int, height: int) -> int:
    """Return how many images fit.

    Args:
        side: Pixels in a row of an image.
        width: Width in cells.
        height: Height in cells.
    """
    step = _step(side, width, height)
    tall, wide = -(-side // step) + 1, 2 * -(-side // step)
    return max(1, (width + _GAP) // (wide + _GAP)) * max(1, height // tall)


def draw_images(pixels: NDArray[np.float64], captions: Sequence[str], width: int, height: int) -> Cells:
    """Draw as many images as fit. A pixel takes two cells; if there is no room for one, pixels are joined.

    Args:
        pixels: The images, (images, side, side), from 0 to 1.
        captions: A text for each, cleaned here.
        width: Width in cells.
        height: Height in cells.
    """
    cells = Cells(width, height)
    if not len(pixels) or width < 8 or height < 3:
        return cells
    side = pixels.shape[1]
    step = _step(side, width, height)
    tall = -(-side // step)
    in_row = max(1, (width + _GAP) // (2 * tall + _GAP))
    for place, (image, caption) in enumerate(zip(pixels, captions, strict=True)):
        left, top = place % in_row * (2 * tall + _GAP), place // in_row * (tall + 1)
        if top + tall >= height:
            break
        text = clean(caption, 2 * tall)
        cells.write(left + max(0, (2 * tall - cell_width(text)) // 2), top, text, ImageInk.CAPTION)
        levels = np.minimum(len(SHADES) - 1, np.rint(_joined(image, step) * (len(SHADES) - 1)).astype(int))
        for row, line in enumerate(levels.tolist()):
            for column, level in enumerate(line):
                cells.write(left + 2 * column, top + 1 + row, SHADES[level] * 2, ImageInk.PIXEL + level)
    return cells


def _step(side: int, width: int, height: int) -> int:
    """Return how many pixels are joined across and down, so that an image with its caption fits."""
    return max(1, -(-2 * side // max(2, width)), -(-side // max(1, height - 1)))


def _joined(image: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Return the image with blocks of step × step pixels replaced by their mean."""
    if step == 1:
        return image
    size = -(-len(image) // step)
    padded = np.full((size * step, size * step), np.nan)
    padded[: len(image), : len(image)] = image
    joined: NDArray[np.float64] = np.nanmean(padded.reshape(size, step, size, step), axis=(1, 3))
    return joined
