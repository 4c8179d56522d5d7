"""The sentence of the screens about a run that has gone back."""

from tui_ann.tui.content.run_text import gone_back
from tui_ann.tui.services.screen_host import ScreenHost


def went_back(host: ScreenHost, mode: str) -> str:
    """Which weights the screens show, if the run has gone back and rests there; else empty.

    Args:
        host: The application.
        mode: Id of the screen, which has a key that trains on.
    """
    now, key = host.snapshot, host.key_of
    if now is None or host.runner.running:
        return ""
    return gone_back(now, key(f"{mode}.run"), key("app.end"))
