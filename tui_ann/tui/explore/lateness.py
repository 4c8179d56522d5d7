"""Says that the picture of an earlier moment is still being drawn, so that nobody takes the one before for it."""

from collections.abc import Callable

from tui_ann.session.explore.moment import RunMoment
from tui_ann.text import count
from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.widgets.panes import TITLE_FRAME, DescribedPane
from tui_ann.tui.widgets.plain import plain

LATE = 0.15
"""Seconds after which it is said."""


class Lateness:
    """Knows of which moment the picture of a view is.

    Args:
        view: The view; it is said on its frame.
        wanted: The moment that the view is to show.
        sentence: What its frame says otherwise.
    """

    def __init__(
        self, view: DescribedPane, wanted: Callable[[], RunMoment | None], sentence: Callable[[], str]
    ) -> None:
        self._view, self._wanted, self._sentence = view, wanted, sentence
        self._pictured: RunMoment | None = None
        self._said = False

    def forget(self) -> None:
        """Forget the picture, because there is none any more."""
        self._pictured = None

    def expect(self, moment: RunMoment) -> None:
        """A picture has been asked for.

        Args:
            moment: The moment that it will be of.
        """
        if goes_back(self._pictured, moment):
            self._view.set_timer(LATE, lambda: self._say(moment))

    def came(self, moment: RunMoment | None) -> None:
        """A picture is shown.

        Args:
            moment: The moment that it is of.
        """
        self._pictured = moment
        if self._said:
            self._said = False
            self._view.tell(plain(first_parts(self._sentence(), self._view.size.width - TITLE_FRAME)))

    def _say(self, moment: RunMoment) -> None:
        """Say it, unless the picture has come."""
        now = self._wanted()
        if now is not None and goes_back(self._pictured, moment):
            self._said = True
            self._view.tell(plain(f"drawing update {count(now.update)} …"))


def goes_back(before: RunMoment | None, now: RunMoment) -> bool:
    """Whether a moment is an earlier one than before, or one of another run.

    Args:
        before: What was shown before; `None` if nothing was.
        now: The moment.
    """
    return before is not None and (before.run != now.run or before.update > now.update)
