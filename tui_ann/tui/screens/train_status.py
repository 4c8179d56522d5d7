"""The status line of the Train screen: how to start, why the run ended, or the keys for the visible panes."""

from collections.abc import Iterator

from textual.content import Content

from tui_ann.experiment.run_record import EndVerdict, Trouble
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import cell_width, number
from tui_ann.text.symbols import run_sign
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.content.run_text import GOOD_ENDS, ending, looking_back, trouble
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.train_panes import TrainPanes
from tui_ann.tui.screens.went_back import went_back
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.describing import Describing
from tui_ann.tui.widgets.plain import plain

_ONE_COLUMN = AnnScreen.HORIZONTAL_BREAKPOINTS[1][0]
"""Below this width there is one column of panes."""


class TrainStatus:
    """Writes the status line of the Train screen.

    Args:
        screen: The screen.
        panes: Its panes.
    """

    def __init__(self, screen: AnnScreen, panes: TrainPanes) -> None:
        self._screen, self._panes = screen, panes

    @property
    def _host(self) -> ScreenHost:
        return self._screen.host

    def line(self, plan: Plan | None, snapshot: Snapshot | None) -> tuple[Content, str]:
        """How to start, why the run ended, or what the active pane shows."""
        key, now = self._host.key_of, self._host.picked
        if plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if snapshot is None or (snapshot.status == "ready" and not self._host.runner.running):
            return self._ready(plan)
        if now is not None:
            return plain(looking_back(now, snapshot, key("train.now"), key("train.step_here"))), "note"
        if back := went_back(self._host):
            return plain(back), "note"
        if snapshot.stop_reason is not None:
            return self._ended(plan, snapshot)
        if self._screen.has_class("-short"):
            focused = self._screen.focused
            return plain(focused.describe() if isinstance(focused, Describing) else ""), ""
        return plain(" · ".join(self._hints())), ""

    def _ready(self, plan: Plan) -> tuple[Content, str]:
        """How to start, or what prevents it."""
        key = self._host.key_of
        if plan.problems:
            return plain(f"✗ {plan.problems[0].message} {key('app.build')} goes to the fix."), "bad"
        start, one, epoch = key("train.run"), key("train.update"), key("train.epoch")
        zoomed = f" {key('app.zoom')} shows all panes." if self._panes.zoomed and not self._narrow() else ""
        return plain(f"{start} starts the training, {one} makes one update, {epoch} one epoch.{zoomed}"), "note"

    def _ended(self, plan: Plan, snapshot: Snapshot) -> tuple[Content, str]:
        """Why the run ended, or what is wrong with its result, and the key that helps; short enough for a line."""
        if snapshot.verdict is not None:
            kind = "bad" if snapshot.verdict.trouble is Trouble.DIVERGED else "warn"
            return plain(self._troubled(snapshot, snapshot.verdict)), kind
        text = ending(plan, snapshot)
        if snapshot.status not in GOOD_ENDS:
            return plain(text), "note" if snapshot.status == "watched" else "bad"
        again, look = f"{self._host.key_of('train.run')} plays it again", "← → on the curve look back"
        better = snapshot.results.better if snapshot.results is not None else None
        if better is None:
            return plain(self._longest([text, again, look], [text, again], [text])), "good"
        lost = f"{better[0].what} is better"
        lines = [text, lost, again, look], [text, lost, again], [text, lost], [lost, again], [lost]
        return plain(self._longest(*lines)), "warn"

    def _longest(self, *lines: list[str]) -> str:
        """The first of some lines that fits, else the last."""
        texts = [" · ".join(parts) for parts in lines]
        return next((text for text in texts if cell_width(text) < self._screen.app.size.width - 1), texts[-1])

    @staticmethod
    def offers_calmer(snapshot: Snapshot | None) -> bool:
        """Whether the line offers a smaller η."""
        verdict = snapshot.verdict if snapshot is not None and snapshot.stop_reason is not None else None
        return verdict is not None and verdict.smaller_steps

    def _troubled(self, snapshot: Snapshot, verdict: EndVerdict) -> str:
        """What is wrong with the result, and the key that helps, unless the doctor's line knows a better remedy."""
        long, short = trouble(verdict)
        if self._host.doctor.knows_better():
            return self._longest(*([f"{run_sign(snapshot.outcome)} {text}"] for text in (long, short)))
        calmer, other = self._host.key_of("train.calmer"), self._host.key_of("train.new_start")
        help_, brief = f"{other} draws new start values", f"{other} new start values"
        if verdict.smaller_steps:
            eta = number(self._host.doctor.calmer(snapshot.learning_rate) or snapshot.learning_rate / 10)
            help_, brief = f"{calmer} trains again from the same start with η {eta}", f"{calmer} trains with η {eta}"
        sign = run_sign(snapshot.outcome)
        forms = ((long, help_), (long, brief), (short, help_), (short, brief))
        return self._longest(*([f"{sign} {text}", key] for text, key in forms))

    def _hints(self) -> Iterator[str]:
        """The keys for the visible panes."""
        key = self._host.key_of
        if self._host.runner.paced and self._host.runner.running:
            yield f"{key('train.faster')} trains faster, up to full speed"
        single = self._panes.zoomed or self._narrow()
        if not single or self._panes.active == "loss-pane":
            words = {"log_axis": "log", "epochs_axis": "updates", "window": "recent", "batches": "batches"}
            yield from (f"{key(f'train.{name}')} {word}" for name, word in words.items())
        if not single or self._panes.active == "numbers-pane":
            yield f"{key('train.layer_before')} {key('train.layer_after')} table"
            yield f"{key('train.kind')} value/∂L/Δ"
        yield f"{key('app.next_pane')} next pane"
        if not self._narrow():
            yield f"{key('app.zoom')} {'all panes' if self._panes.zoomed else 'maximise'}"

    def _narrow(self) -> bool:
        """Whether there is room for only one pane."""
        return self._screen.app.size.width < _ONE_COLUMN
