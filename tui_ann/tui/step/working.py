"""How the selected part is computed: its steps as in the worked solution, and a numeric check."""

from collections.abc import Sequence

from tui_ann.engine.functions import Given
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.export.worked.builder import step_of
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.steps import Step
from tui_ann.tui.step.captions import read_step


class Working:
    """Writes out parts of an update, and caches what they have in common."""

    def __init__(self) -> None:
        self._reading: Reading | None = None

    def steps(self, network: Network, trace: UpdateTrace, part: Part) -> Sequence[Step]:
        """The steps of a part.

        Args:
            network: The network.
            trace: The update.
            part: One of its parts.
        """
        if isinstance(part.expression, Given):
            return [read_step(part)]
        if self._reading is None or self._reading.trace is not trace:
            self._reading = Reading(network, trace)
        return [step_of(self._reading, part)]
