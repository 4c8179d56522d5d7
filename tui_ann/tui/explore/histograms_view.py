"""Histograms: z, a and ∂l/∂z of every layer, at the start and now or over the epochs, and how far the weights move."""

from collections.abc import Callable
from typing import Any

from tui_ann.session.explore.histograms import QUANTITIES, StartValues, network_histograms, ridge
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.recording import RecordedMoment
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.layer_histograms import Curves
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import Outdated, PictureQueue
from tui_ann.tui.widgets.layer_histograms import LayerHistogramsPicture

_NOW = "now"
_SHORT = 20.0
"""Seconds of training up to which a run is replayed only for the small curves of its steps."""
_LINES = 2
"""Lines of a moment in a ridge."""


class HistogramsView(ExploreView):
    """What flows through the layers, forwards and backwards."""

    NAME, TITLE = "histograms", "Histograms"
    BESIDE = ("map", "activations")
    TOPIC = "layer_histograms"

    def __init__(self, queue: PictureQueue) -> None:
        self.picture = LayerHistogramsPicture()
        """The picture."""
        super().__init__(queue, self.picture)
        self.verbs = {
            "layer_before": lambda: self.picture.action_move("up"),
            "layer_after": lambda: self.picture.action_move("down"),
            "kind": self._next_kind,
        }
        self._kind = _NOW
        self._begun = StartValues()

    def begin(self) -> None:
        """Return to the present of the first layer."""
        super().begin()
        self._kind, self.picture.number = _NOW, 1

    def refresh_picture(self) -> None:
        """Ask for the histograms; once the run rests, for its earlier moments as well."""
        moment = self.moment
        if moment is None:
            return
        self.records.see(moment)
        wanted = self._kind != _NOW or moment.snapshot.seconds < _SHORT
        if wanted and self.records.lacks(moment) and not self.host.runner.running:
            self.compute(lambda outdated: self.records.replay(moment, outdated), self._replayed, slow=True)
        kept = self.records.up_to(moment.update)
        if self._kind == _NOW:
            self.name_pane("Values and gradients by layer", "Values by layer")
            self.compute(_layers(moment, kept, self._begun), lambda found: self.picture.set_data(*found))
            return
        symbol = spelled(f"{self._kind}{self.picture.number}")
        self.name_pane(f"{symbol} of layer {self.picture.number} over the epochs")
        lines = max(2, (self.picture.size.height - 1) // _LINES)
        self.compute(_over_time(moment, kept, self._kind, self.picture.number, lines), self.picture.set_ridge)

    def _replayed(self, done: bool) -> None:
        if done:
            self.refresh_picture()

    def _next_kind(self) -> None:
        """Show the present, or z, a or ∂l/∂z of the chosen layer over the epochs."""
        kinds = (_NOW, *QUANTITIES)
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)]
        self.refresh_picture()

    def on_layer_histograms_picture_layer_chosen(self, event: LayerHistogramsPicture.LayerChosen) -> None:
        """Show the chosen layer over the epochs."""
        event.stop()
        if self._kind != _NOW:
            self.refresh_picture()


def _layers(moment: RunMoment, kept: tuple[RecordedMoment, ...], begun: StartValues) -> Callable[[Outdated], Any]:
    return lambda outdated: (network_histograms(moment, begun), _ratios(kept))


def _over_time(
    moment: RunMoment, kept: tuple[RecordedMoment, ...], quantity: str, layer: int, lines: int
) -> Callable[[Outdated], Any]:
    return lambda outdated: ridge(moment, kept, quantity, layer, lines)


def _ratios(kept: tuple[RecordedMoment, ...]) -> Curves:
    """‖ΔW‖/‖W‖ over the moments kept, by the name of the weights."""
    names = dict.fromkeys(name for moment in kept for name in moment.ratios)
    return {name: [(moment.update, moment.ratios[name]) for moment in kept if name in moment.ratios] for name in names}
