"""Random dropout masks that depend only on the seed, the layer and the number of the update.

So any update of a run can be repeated without drawing earlier masks.
"""

import numpy as np

from tui_ann.engine.kernel.per_update import PerUpdate
from tui_ann.engine.tape import Array

STRIDE = 1 << 40
"""Random numbers reserved for one update; more than any batch needs."""


class MaskStream:
    """Uniform numbers for one dropout layer, in a region of the generator's period for each update.

    Args:
        seed: The network's seed.
        place: Position of the layer in the list.
    """

    def __init__(self, seed: int, place: int) -> None:
        self._key = (seed, place, 0xD50)
        self._used = 0
        self.seek(0)

    def seek(self, update: int) -> None:
        """Go to the numbers of this update, counted from 0."""
        bits = np.random.PCG64(self._key)
        bits.advance(update * STRIDE)
        self._bits, self._generator, self._used = bits, np.random.Generator(bits), 0

    def draw(self, uniform: Array) -> None:
        """Fill a float64 array with the next numbers from [0, 1) of this update."""
        self._generator.random(None, np.float64, uniform)
        self._used += uniform.size

    def next_update(self) -> None:
        """Go on to the numbers of the next update."""
        self._bits.advance(STRIDE - self._used)
        self._used = 0


class Draw(PerUpdate):
    """The call that draws the uniform numbers of an update.

    Args:
        stream: Where they come from.
        uniform: Float64 buffer for them.
    """

    def __init__(self, stream: MaskStream, uniform: Array) -> None:
        self._stream, self.result = stream, uniform

    def __call__(self) -> None:
        """Draw those of this update; `NextUpdate` ends it."""
        self._stream.draw(self.result)

    def ahead(self, results: Array) -> None:
        """Draw those of several updates, and end each."""
        for uniform in results:
            self._stream.draw(uniform)
            self._stream.next_update()


class NextUpdate(PerUpdate):
    """The call that ends an update of a stream.

    Args:
        stream: The stream.
    """

    def __init__(self, stream: MaskStream) -> None:
        self._stream, self.result = stream, np.zeros(0)

    def __call__(self) -> None:
        """Go on to the numbers of the next update."""
        self._stream.next_update()

    def ahead(self, results: Array) -> None:
        """Nothing: what draws ahead goes on by itself."""
