"""The tour of the very first start: three keys, one after the other, each when its time has come."""

from collections.abc import Callable

from tui_ann.tui.services.host import Host


class Tour:
    """Says which key comes next, until the first update has been taken apart; then it is gone for good.

    Args:
        host: The application.
        wanted: Whether this is the first start.
        opened: Returns whether anything has been opened.
        over: Called once when the tour is over or the application ends during it.
    """

    def __init__(self, host: Host, wanted: bool, opened: Callable[[], bool], over: Callable[[], None]) -> None:
        self._host, self._wanted, self._opened, self._over = host, wanted, opened, over
        self._at_its_end = False

    def line(self, mode: str) -> str:
        """The line for a screen; empty if there is no tour.

        Args:
            mode: The id of the screen.
        """
        if not self._wanted:
            return ""
        host, key = self._host, self._host.key_of
        trained = host.snapshot is not None and host.snapshot.update > 0
        if mode == "step":
            self._at_its_end = True
            back, part, help = key("step.back"), key("step.forward"), key("app.help")
            return f"3 of 3   {back} and {part} go through its parts, one by one. {help} explains every screen."
        if self._at_its_end:
            self.end()
            return ""
        if not self._opened():
            return f"1 of 3   {key('start.choose')} opens the run under the cursor."
        if not trained:
            there = "" if mode in ("train", "build") else f"{key('app.train')} goes to the run, "
            return f"2 of 3   {there}{key('train.run')} trains it."
        if host.snapshot is not None and host.snapshot.status == "running":
            return f"2 of 3   It trains: the loss falls, the numbers change. {key('train.run')} pauses it."
        return f"3 of 3   Key {key('app.step')} takes it apart, number by number."

    def end(self) -> None:
        """End it; it never comes back."""
        if self._wanted:
            self._wanted = False
            self._over()
