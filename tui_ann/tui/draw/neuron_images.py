"""Neurons as small signed images: a grid of all of them, and one with what it fires for and where it leads."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.session.explore.neuron_images import NeuronImages
from tui_ann.text import cell_width, clean, number
from tui_ann.text.symbols import subscript
from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.maps import DIVERGING, draw_map, draw_shades, levels_of

Array = NDArray[np.float64]


class NeuronImageInk(IntEnum):
    """Ink of a cell; those of the pixels are the inks of `DIVERGING`."""

    PLAIN = 0
    CAPTION = 1
    CHOSEN = 2
    POSITIVE = 3
    NEGATIVE = 4
    HEADING = 5


def image_size(side: int, width: int, height: int) -> tuple[int, int]:
    """Return columns and lines of an image in the grid: a pixel is half a cell; pixels are joined if there is no room.

    Args:
        side: Pixels in a row.
        width: Width of the grid.
        height: Height of the grid.
    """
    step = max(1, -(-side // max(1, min(width, 2 * (height - 1)))))
    columns = -(-side // step)
    return columns, -(-columns // 2)


def columns_of(side: int, width: int, height: int) -> int:
    """Return how many images stand side by side."""
    wide, _ = image_size(side, width, height)
    return max(1, (width + 1) // (max(wide, 7) + 1))


def rows_shown(side: int, width: int, height: int) -> int:
    """Return how many rows of images fit."""
    _, tall = image_size(side, width, height)
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
    wide, tall = image_size(found.side, width, height)
    in_row, rows = columns_of(found.side, width, height), rows_shown(found.side, width, height)
    pitch = max(wide, 7) + 1
    for place in range(first * in_row, min(len(found.units), (first + rows) * in_row)):
        left, top = place % in_row * pitch, (place // in_row - first) * (tall + 2)
        if left + wide > width or top + tall > height:
            continue
        draw_image(cells, left, top, _shrunk(found.weights[place], wide), shades, reach=reach)
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
        shades: Whether it is drawn with ` ░▒▓█`, from negative to positive.
        zoom: Columns of a pixel; it is as many halves of a line high.
        reach: The value with the fullest colour; by default the largest of the image.
    """
    large = np.repeat(np.repeat(image, zoom, axis=0), zoom, axis=1)
    reach = (float(np.abs(large[np.isfinite(large)]).max(initial=0.0)) if reach is None else reach) or 1.0
    lines = -(-len(large) // 2)
    if row + lines > cells.height or x + large.shape[1] > cells.width:
        return row
    if shades:
        padded = np.vstack([large, large[-1:]]) if len(large) % 2 else large
        draw_shades(cells, x, row, (padded[::2] + padded[1::2]) / (4 * reach) + 0.5, NeuronImageInk.PLAIN)
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
    side = found.side
    zoom = 2 if 2 * side <= width and 2 * (side + 1) + min(6, found.outgoing.shape[1]) + 4 <= height else 1
    wide = min(side, width, max(4, height - 2))
    name = f"n{subscript(int(found.units[place]) + 1)}"
    cells.write(0, 0, f"{name} · weights", NeuronImageInk.HEADING)
    row = draw_image(cells, 0, 1, _shrunk(found.weights[place], wide), shades, zoom)
    if row + 2 + wide * zoom // 2 <= height:
        cells.write(0, row, "what makes it fire", NeuronImageInk.HEADING)
        row = draw_image(cells, 0, row + 1, _shrunk(found.fires_for[place], wide), shades, zoom)
    _onward(cells, row, found, place)
    return cells


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
