"""The row that Predict shows in its pane: that under the cursor of the list, or one that was typed."""

from collections.abc import Callable, Iterable, Mapping

from tui_ann.session.evaluate.judged_moment import JudgedMoment
from tui_ann.session.evaluate.one_row import RowStory
from tui_ann.session.evaluate.typed_row import TypedRow, texts_of_row
from tui_ann.text import clean
from tui_ann.tui.content.judged_text import nearest_text, story_picture
from tui_ann.tui.screens.predict_panes import PredictPanes
from tui_ann.tui.screens.predict_work import PredictWork
from tui_ann.tui.services.screen_host import ScreenHost

_SAID = 2
"""How many words about unusual values stand below the answer."""


class RowTeller:
    """Asks what moved the answer of the row, and shows it.

    Args:
        host: Returns the application.
        body: The panes.
        work: Computes.
    """

    def __init__(self, host: Callable[[], ScreenHost], body: PredictPanes, work: PredictWork) -> None:
        self._host, self._body, self._work = host, body, work
        self.typed: Mapping[str, str] | None = None
        """The texts of a typed row, which is shown instead of that of the list."""

    def show_typed(self, texts: Mapping[str, str] | None) -> None:
        """Show a typed row; `None` for the row of the list again.

        Args:
            texts: The text of each column, and of the target.
        """
        self.typed = texts
        self.tell()

    def tell(self) -> None:
        """Ask about the row that is shown."""
        if self.typed is not None:
            self._work.tell_typed(self._body.story, self.typed, self._show_typed)
            return
        row = self._body.table.row
        if row is None:
            self._body.story.set_picture(None)
        else:
            self._work.tell_row(row, self._body.charts.target, self._show_listed)

    def _show_listed(self, judged: JudgedMoment, place: int, story: RowStory) -> None:
        rows = judged.rows
        self._draw(judged, story, texts_of_row(rows.preprocessing, rows.table, int(rows.places[place])), ())
        self._body.name_story(self._body.row_words)

    def _show_typed(self, judged: JudgedMoment, row: TypedRow, story: RowStory | None) -> None:
        if self.typed is None or story is None:
            return
        words = [f"{clean(column, 24)} is {said}" for column, said in row.words.items()]
        self._draw(judged, story, self.typed, words[:_SAID])
        key = self._host().key_of
        self._body.name_story(f"The typed row · {key('predict.row')} changes it, {key('predict.now')} leaves it")

    def _draw(self, judged: JudgedMoment, story: RowStory, values: Mapping[str, str], words: Iterable[str]) -> None:
        near = nearest_text(judged.rows, story, judged.truth_of_training(story))
        picture = story_picture(judged.rows, story, values, judged.wish.threshold, [*words, near])
        self._body.story.set_picture(picture)
