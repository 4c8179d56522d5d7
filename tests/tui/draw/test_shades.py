import math
from itertools import pairwise

from tui_ann.tui.draw.shades import SHADES, shade


def test_shades_grow_with_the_size():
    assert [shade(share) for share in (0, 0.01, 0.3, 0.6, 0.9, 1, math.nan)] == [*" ░▒▓██ "]
    grown = [SHADES.index(shade(share / 100)) for share in range(101)]
    assert all(one <= other for one, other in pairwise(grown))
