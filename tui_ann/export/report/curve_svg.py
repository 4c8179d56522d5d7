"""A chart of values by epoch as an SVG picture without scripts, for a light page and for print."""

from collections.abc import Iterator

import numpy as np

from tui_ann.export.report.curve_scale import CurveScale
from tui_ann.export.report.document import CurveBlock
from tui_ann.text.markup import html_text

WIDTH, HEIGHT = 640, 260
"""Units of the picture."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 26, 34
_BASE, _END = HEIGHT - _BOTTOM, WIDTH - _RIGHT
_COLOURS = ("#00625a", "#7a22c0", "#a03a00", "#0b4fb3")
_MOST_POINTS = 600


def curve_svg(chart: CurveBlock) -> str:
    """The chart as an `<svg>` element.

    Args:
        chart: The chart; it has a finite value.
    """
    scale = CurveScale(chart, _END - _LEFT, _BASE - _TOP)
    title = html_text(chart.title)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{title}" font-family="sans-serif" font-size="12">',
            f"<title>{title}</title>",
            *_axes(scale),
            *_kept(scale),
            *_lines(scale),
            "</svg>",
        ]
    )


def _axes(scale: CurveScale) -> Iterator[str]:
    for up, label in scale.y_ticks():
        at = _BASE - up
        yield f'<line x1="{_LEFT}" y1="{at:.1f}" x2="{_END}" y2="{at:.1f}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#444">{label}</text>'
    for across, label in scale.x_ticks():
        yield f'<text x="{_LEFT + across:.1f}" y="{_BASE + 16}" text-anchor="middle" fill="#444">{label}</text>'
    yield f'<path d="M{_LEFT} {_TOP} V{_BASE} H{_END}" fill="none" stroke="#444"/>'
    yield f'<text x="{_END}" y="{_BASE + 30}" text-anchor="end" fill="#444">epoch</text>'


def _kept(scale: CurveScale) -> Iterator[str]:
    """The mark of the epoch whose parameters were kept."""
    best = scale.chart.best
    if best is None:
        return
    at = _LEFT + float(scale.x(np.array([float(best)]))[0])
    anchor, shift = ("end", -5) if at > WIDTH / 2 else ("start", 5)
    yield f'<line x1="{at:.1f}" y1="{_TOP}" x2="{at:.1f}" y2="{_BASE}" stroke="#735200" stroke-dasharray="5 3"/>'
    yield (
        f'<text x="{at + shift:.1f}" y="{_TOP + 12}" text-anchor="{anchor}" fill="#735200">epoch {best}, kept</text>'
    )


def _lines(scale: CurveScale) -> Iterator[str]:
    """The lines with their legend."""
    for place, line in enumerate(scale.chart.lines):
        colour, dash = _COLOURS[place % len(_COLOURS)], ' stroke-dasharray="2 3"' if line.dotted else ""
        for stretch in scale.stretches(line, _MOST_POINTS):
            points = " ".join(f"{_LEFT + x:.1f},{_BASE - y:.1f}" for x, y in stretch)
            yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'
        at = _LEFT + 150 * place
        yield f'<line x1="{at}" y1="12" x2="{at + 22}" y2="12" stroke="{colour}" stroke-width="2"{dash}/>'
        yield f'<text x="{at + 27}" y="16" fill="#222">{html_text(line.label)}</text>'
