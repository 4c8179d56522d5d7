"""Step follows the run."""

from tests.tui.pilots import running, settle, shown


async def test_a_chosen_example_stays_chosen_while_the_reason_for_no_update_changes():
    async with running("sample:moons", "4") as (app, pilot):
        step = shown(app)
        step.selection.example, step.selection.place = 3, None
        step._display._reason = "The data are being prepared."
        assert step._display.is_stale
        step._follower.show_snapshot(app.snapshot)
        await settle(pilot)
        assert step.selection.example == 3
        assert step.selection.trace.alone
