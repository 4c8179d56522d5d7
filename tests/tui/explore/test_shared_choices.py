"""Tests of what is chosen on one screen for all of them: a weight, and the axes of maps."""

from typing import Any

from tests.tui.pilots import press, running, settle, shown, steady, train_for, trained
from tui_ann.tui.explore.weights_view import WeightsView
from tui_ann.tui.widgets.parameters import ParameterTable


async def test_the_weight_chosen_in_numbers_is_shown_in_weights_and_back() -> None:
    async with running("sample:moons", "3") as (app, pilot):
        train_for(app, 5)
        await press(pilot, "space")
        await trained(pilot)
        numbers = app.screen.query_one(ParameterTable)
        numbers.matrix.focus()
        await press(pilot, "]", "]", "down", "right", "right")
        chosen = numbers.number
        assert chosen is not None
        assert chosen[0] == "W2"
        assert chosen[1] != (0, 0)
        await press(pilot, "5", "[")
        assert "W²" in await steady(app, pilot)
        weights = shown(app).body.chosen
        assert isinstance(weights, WeightsView)
        assert app.choices.weight == chosen
        assert weights.table.index == chosen[1]
        await press(pilot, "down", "}")
        assert app.choices.weight is not None
        assert app.choices.weight[0] == "b2"
        await press(pilot, "3")
        assert numbers.number == app.choices.weight


async def test_the_axes_chosen_on_the_map_are_those_of_the_units_on_train() -> None:
    async with running("sample:iris", "3", "i") as (app, pilot):
        await settle(pilot, "preparing", "picturing")
        await press(pilot, "5", "x", "home", "enter", "y", "home", "down", "enter")
        await settle(pilot, "preparing", "picturing")
        columns = app.choices.columns
        assert columns == ("sepal length (cm)", "sepal width (cm)")
        await press(pilot, "3")
        await settle(pilot, "preparing", "picturing")
        network: Any = app.screen.query_one("#network-pane")
        assert str(network.border_title).endswith("over sepal length (cm), sepal width (cm)")


async def test_what_was_chosen_is_forgotten_when_something_else_is_opened() -> None:
    async with running("sample:iris", "5", "x", "home", "enter") as (app, pilot):
        assert app.choices.columns is not None
        await app.opener.open("sample:moons", patience=0)
        await settle(pilot)
        assert app.choices.columns is None
        assert app.choices.weight is None
