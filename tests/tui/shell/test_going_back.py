"""Going back in a run does not shorten it."""

from tests.tui.pilots import press, running, settle, text_of, trained, type_text
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.text import count


class TestGoingBack:
    async def test_the_whole_run_is_saved_and_every_screen_says_which_moment_is_shown(self):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "space")
            await trained(pilot)
            length = app.snapshot.update
            await press(pilot, "4", "g")
            await type_text(pilot, "1")
            await press(pilot, "enter", "b", "ctrl+s", "3")
            app._look()
            await settle(pilot)
            assert (app.snapshot.update, app.snapshot.length) == (0, length)
            said = text_of(app)
            assert "no update yet" not in said
            assert f"The run is {count(length)} updates long, shown at update 0" in said
            folder = app.session.workspace.run.folder
            assert folder is not None
            assert RunFolder.open(folder).record().updates == length
            assert len(RunFolder.open(folder).history()) == app.snapshot.epochs
