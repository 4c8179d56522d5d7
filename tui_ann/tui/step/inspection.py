"""Opens dialogs about the selected update: the microscope, one neuron, what if."""

import numpy as np

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.session.step.what_if import Imagined, imagine
from tui_ann.tui.dialogs.microscope import MicroscopeDialog
from tui_ann.tui.dialogs.neuron import NeuronDialog
from tui_ann.tui.dialogs.what_if import WhatIfDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection


class Inspection:
    """Opens dialogs that explain the selected update in more detail.

    Args:
        host: The application.
        selection: The current selection.
    """

    def __init__(self, host: ScreenHost, selection: Selection) -> None:
        self._host, self._selection = host, selection

    def microscope(self) -> None:
        """Explain the gradient of one weight or bias."""
        if (shown := self._finite()) is not None:
            name, index = self._selection.parameter or ("", ())
            self._host.push_screen(
                MicroscopeDialog(*shown, name, index, decimals=self._selection.decimals, input_names=self._input_names)
            )

    def neuron(self) -> None:
        """Explain one neuron."""
        if (shown := self._finite()) is not None:
            layer, unit = self._neuron_under_cursor(shown[0])
            self._host.push_screen(
                NeuronDialog(*shown, layer, unit, decimals=self._selection.decimals, input_names=self._input_names)
            )

    def what_if(self) -> None:
        """Compare the update with the same update with other settings."""
        shown, run = self._finite(), self._selection.run_of(self._host.session.workspace)
        if shown is not None and run is not None:
            real = Imagined.of(*shown)
            self._host.push_screen(
                WhatIfDialog(
                    real,
                    lambda changes: imagine(run.trainer, real.trace, changes),
                    decimals=self._selection.decimals,
                )
            )

    def _finite(self) -> tuple[Network, UpdateTrace] | None:
        """The network and the selected update, or `None` if its numbers are not finite."""
        trace = self._selection.trace
        if trace is None:
            return None
        if not np.isfinite(trace.loss) or not all(np.isfinite(g).all() for g in trace.gradients.values()):
            self._host.tell("The numbers of this update are not finite; go back by one.", "warning")
            return None
        return trace.network, trace

    @property
    def _input_names(self) -> tuple[str, ...]:
        plan = self._host.plan()
        return tuple(plan.input_names) if plan is not None else ()

    def _neuron_under_cursor(self, network: Network) -> tuple[int, int]:
        """Dense layer and unit of the number under the cursor."""
        part, cell = self._selection.part, self._selection.cell
        if part is None or not part.layer:
            return 1, 0
        dense = sum(isinstance(layer, Dense) for layer in network.layers[: part.layer])
        return max(1, dense), cell[-2] if len(cell) > 1 else cell[0] if cell else 0
