"""The sentence of the screens about a run that has gone back."""

from tui_ann.tui.content.run_text import gone_back
from tui_ann.tui.services.screen_host import ScreenHost


def went_back(host: ScreenHost) -> str:
    """Which weights the screens show, if the run has gone back and rests there; else empty.

    Args:
        host: The application.
    """
    now = host.snapshot
    return "" if now is None or host.runner.running else gone_back(now, host.key_of("app.end"))
