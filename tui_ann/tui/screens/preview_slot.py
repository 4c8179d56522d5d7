"""Where the start screen shows a sample; it is filled when the engine is loaded, so that the first screen is quick."""

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, WorkerState, get_current_worker

from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.plain import plain

if TYPE_CHECKING:  # loads NumPy
    from tui_ann.session.preview import Boundary, Preview

WIDE = 100
"""From this width there is room beside the list."""
GROUP = "preparing"
"""Worker group for reading and training a sample."""


class PreviewSlot(Vertical):
    """Shows what the current sample looks like: its points at once, the boundary when its network is trained."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._sample = ""
        self._worker: Worker[None] | None = None

    def show_entry(self, sample: str) -> None:
        """Show a sample.

        Args:
            sample: Its name; empty for an entry that is none.
        """
        host = cast(ScreenHost, self.app)
        self._sample = sample
        self.display = bool(sample)
        if not sample:
            self._show("", None, None)
        elif host.can_preview and self.screen.is_current and self.app.size.width >= WIDE:
            self._worker = self.run_worker(
                lambda: self._compute(sample, not host.runner.running),
                name="preview",
                group=GROUP,
                thread=True,
                exclusive=True,
                exit_on_error=False,
            )

    def _compute(self, sample: str, idle: bool) -> None:
        """Compute what is shown; runs in a thread."""
        from tui_ann.errors import TuiAnnError
        from tui_ann.session.preview import boundary_of, preview_of

        worker = get_current_worker()
        try:
            preview = preview_of(sample)
            self.app.call_from_thread(self._show, sample, preview, None)
            if idle and not worker.is_cancelled:
                self.app.call_from_thread(self._show, sample, preview, boundary_of(sample))
        except TuiAnnError:
            self.app.call_from_thread(self._show, sample, None, None)  # opening the sample tells what is wrong

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A preview that was left early is nothing to report."""
        if event.state is not WorkerState.ERROR:
            event.stop()

    def _show(self, sample: str, preview: "Preview | None", boundary: "Boundary | None") -> None:
        if sample != self._sample or not self.is_attached:
            return
        from tui_ann.tui.widgets.preview import SamplePreview

        picture = next(iter(self.query(SamplePreview)), None)
        if picture is None:
            if preview is None:
                return
            picture = SamplePreview()
            self.mount(picture, Static(id="preview-told", markup=False))
        picture.show_sample(preview, boundary)
        words = ""
        if preview is not None and len(preview.points):
            words = f"{preview.names[0]} →  {preview.names[1]} ↑" + (
                f" · boundary: {boundary.told}" if boundary else ""
            )
        self.query_one("#preview-told", Static).update(plain(words) if words else Content(""))
