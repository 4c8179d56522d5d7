"""Neurons as small signed images: a grid of all of them, and one with what it fires for and where it leads."""

from __future__ import annotations

import textwrap
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.explore.neuron_images import NeuronImages
from tui_ann.text import cell_width, clean, number
from tui_ann.text.symbols import subscript
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.maps import DIVERGING, draw_map, draw_shades, levels_of

Array = NDArray[np.float64]

_LEAST_BARS = 6
"""Weights that lead on for which room is kept."""
_LEAST_PIXELS = 8
"""Pixels in a row that are not joined for the sake of room for several images."""
_BESIDE = 10
"""Columns from which a heading stands beside its image."""


class NeuronImageInk(IntEnum):
    """Ink of a cell; those of the pixels are the inks of `DIVERGING`."""

    PLAIN = 0
    CAPTION = 1
    CHOSEN = 2
    POSITIVE = 3
    NEGATIVE = 4
    HEADING = 5


def image_size(side: int, width: int, height: int, shades: bool) -> tuple[int, int]:
    """Return columns and lines of an image in the grid.

    A pixel is half a cell; as a shade it is two cells, because one cannot show two pixels then.  Pixels are joined if
    there is no room, and as shades so that there is room for several images.

    Args:
        side: Pixels in a row.
        width: Width of the grid.
        height: Height of the grid.
        shades: Whether the pixels are drawn as shades.
    """
    pixels = _pixels(side, width, height - 1, shades)
    if not shades:
        return pixels, -(-pixels // 2)
    if pixels > _LEAST_PIXELS:
        pixels = _pixels(side, max(2 * _LEAST_PIXELS, width // 3), max(_LEAST_PIXELS, height // 2), shades)
    return 2 * pixels, pixels


def _pixels(side: int, width: int, height: int, shades: bool) -> int:
    """Return to how many in a row the pixels of an image are joined, so that it fits."""
    most = min(width // 2, height) if shades else min(width, 2 * height)
    return -(-side // max(1, -(-side // max(1, most))))


def columns_of(side: int, width: int, height: int, shades: bool) -> int:
    """Return how many images stand side by side."""
    wide, _ = image_size(side, width, height, shades)
    return max(1, (width + 1) // (max(wide, 7) + 1))


def rows_shown(side: int, width: int, height: int, shades: bool) -> int:
    """Return how many rows of images fit."""
    _, tall = image_size(side, width, height, shades)
    return max(1, (height + 1) // (tall + 2))


def draw_neurons(
    found: NeuronImages, first: int, chosen: int, width: int, height: int, shades: bool, one_scale: bool = False
) -> Cells:
    """Draw as many neurons as fit, each with its name and the norm of its weights.

    Args:
        found: The images.
        first: The row of images at the top.
        chosen: Place of the chosen neuron.
        width: Width in cells.
        height: Height in cells.
        shades: Whether there are too few colours for signed pixels.
        one_scale: Whether all have the scale of the largest weight, instead of each its own.
    """
    cells = Cells(width, height)
    reach = float(np.abs(found.weights[np.isfinite(found.weights)]).max(initial=0.0)) if one_scale else None
    size = found.side, width, height, shades
    wide, tall = image_size(*size)
    in_row, rows = columns_of(*size), rows_shown(*size)
    pitch = max(wide, 7) + 1
    for place in range(first * in_row, min(len(found.units), (first + rows) * in_row)):
        left, top = place % in_row * pitch, (place // in_row - first) * (tall + 2)
        if left + wide > width or top + tall > height:
            continue
        pixels = wide // 2 if shades else wide
        draw_image(cells, left, top, _shrunk(found.weights[place], pixels), shades, reach=reach)
        name = f"n{subscript(int(found.units[place]) + 1)}"
        ink = NeuronImageInk.CHOSEN if place == chosen else NeuronImageInk.CAPTION
        x = cells.write(left, top + tall, ("▸" if place == chosen else "") + name, ink)
        norm = number(float(found.norms[place]), 2)
        if x + 1 + cell_width(norm) <= left + pitch - 1:
            cells.write(x + 1, top + tall, norm, NeuronImageInk.CAPTION)
    return cells


def draw_image(
    cells: Cells, x: int, row: int, image: Array, shades: bool, zoom: int = 1, reach: float | None = None
) -> int:
    """Draw a signed image and return the row below it.

    Args:
        cells: The sheet.
        x: Left column.
        row: Upper row.
        image: (side, side).
        shades: Whether it is drawn with ` ░▒▓█`, from negative to positive; a pixel is then two cells.
        zoom: Otherwise, columns of a pixel; it is as many halves of a line high.
        reach: The value with the fullest colour; by default the largest of the image.
    """
    reach = (float(np.abs(image[np.isfinite(image)]).max(initial=0.0)) if reach is None else reach) or 1.0
    large = np.repeat(image, 2, axis=1) if shades else np.repeat(np.repeat(image, zoom, axis=0), zoom, axis=1)
    lines = len(large) if shades else -(-len(large) // 2)
    if row + lines > cells.height or x + large.shape[1] > cells.width:
        return row
    if shades:
        draw_shades(cells, x, row, large / (2 * reach) + 0.5, NeuronImageInk.PLAIN)
    else:
        draw_map(cells, x, 2 * row, levels_of(large, -reach, reach), DIVERGING)
    return row + lines


def _shrunk(image: Array, side: int) -> Array:
    """Return an image with pixels joined to at most so many in a row."""
    if len(image) <= side:
        return image
    edges = np.linspace(0, len(image), side + 1).round().astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(image, edges, axis=0), edges, axis=1)
    sizes = np.diff(np.append(edges, len(image)))
    joined: Array = sums / np.outer(sizes, sizes)
    return joined


def draw_neuron_detail(found: NeuronImages, place: int, width: int, height: int, shades: bool) -> Cells:
    """Draw one neuron large: its weights, what makes it fire, and where it leads.

    Args:
        found: The images.
        place: Its place among them.
        width: Width in cells.
        height: Height in cells.
        shades: Whether there are too few colours for signed pixels.
    """
    cells = Cells(width, height)
    name, side = f"n{subscript(int(found.units[place]) + 1)}", found.side
    bars = min(_LEAST_BARS, found.outgoing.shape[1])
    images = (f"{name} weights", found.weights[place]), ("what makes it fire", found.fires_for[place])
    for zoom in (2,) if shades else (2, 1):
        wide, tall = zoom * side, -(-zoom * side // 2)
        beside = width - wide > _BESIDE
        rows = 2 * (tall + (not beside)) + 1
        if wide <= width and rows + bars <= height:
            row, gap = 0, int(beside and rows + 2 + found.outgoing.shape[1] <= height)
            for heading, image in images:
                row = gap + _headed(cells, row, heading, image, shades, zoom, wide + 1 if beside else 0)
            _onward(cells, row, found, place)
            return cells
    pixels = _pixels(side, width, height - 2 - bars, shades)
    row = _headed(cells, 0, images[0][0], _shrunk(images[0][1], pixels), shades)
    if 2 * row + 1 + bars <= height:
        row = _headed(cells, row, images[1][0], _shrunk(images[1][1], pixels), shades)
    _onward(cells, row, found, place)
    return cells


def _headed(cells: Cells, row: int, heading: str, image: Array, shades: bool, zoom: int = 1, beside: int = 0) -> int:
    """Draw an image with its heading above it, or beside it from a column on; returns the row below."""
    if not beside:
        cells.write(0, row, heading, NeuronImageInk.HEADING)
        return draw_image(cells, 0, row + 1, image, shades, zoom)
    for line, words in enumerate(textwrap.wrap(heading, cells.width - beside), start=row):
        cells.write(beside, line, words, NeuronImageInk.HEADING)
    return draw_image(cells, 0, row, image, shades, zoom)


def _onward(cells: Cells, row: int, found: NeuronImages, place: int) -> None:
    """Draw the weights that lead on as bars, as many as fit: of classes all, of others the largest."""
    weights = found.outgoing[place]
    room = cells.height - row - 1
    if room < 1 or not len(weights):
        return
    cells.write(0, row, "leads on to", NeuronImageInk.HEADING)
    shown = np.argsort(-np.abs(weights), kind="stable")[:room]
    if found.onward and len(weights) <= room:
        shown = np.arange(len(weights))
    names = [clean(found.onward[k], 8) if found.onward else "n" + subscript(int(k) + 1) for k in shown]
    label = max(map(cell_width, names))
    length = max(1, cells.width - label - 8)
    largest = float(np.abs(weights).max()) or 1.0
    for line, (k, name) in enumerate(zip(shown.tolist(), names, strict=True), start=row + 1):
        weight = float(weights[k])
        cells.write(0, line, name, NeuronImageInk.CAPTION)
        bar = "▇" * round(abs(weight) / largest * length) or "▏"
        cells.write(label + 1, line, bar, NeuronImageInk.POSITIVE if weight > 0 else NeuronImageInk.NEGATIVE)
        cells.write_right(cells.width, line, number(weight, decimals=2, sign=True), NeuronImageInk.CAPTION)
