from tests.tui.pilots import running, settle
from tui_ann.tui.screens.predict import PredictScreen


async def test_a_slow_judgement_is_shown_while_the_run_trains_on():
    async with running("sample:moons", "7") as (app, pilot):
        screen = app.screen
        assert isinstance(screen, PredictScreen)
        work = screen.work
        work._next = 0.0
        assert work.due
        screen._judging.judge()
        work._next = 0.0  # it takes longer than the pause between two
        assert not work.due
        await settle(pilot)
        work._next = 0.0
        assert work.due
