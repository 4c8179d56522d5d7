"""Tests of Weights: the images of the neurons in both scales and orders, and the way of a number written as CSV."""

import csv
from pathlib import Path

import pytest

from tests.tui.pilots import press, running, settle, shown, steady, train_for, trained
from tui_ann.tui.explore.weights_view import WeightsView
from tui_ann.tui.shell.app import TuiAnnApp


def view_of(app: TuiAnnApp) -> WeightsView:
    view = shown(app).body.chosen
    assert isinstance(view, WeightsView)
    return view


async def test_the_images_have_one_scale_or_each_its_own_and_either_order() -> None:
    async with running("sample:digits", "5", "[") as (app, pilot):
        await settle(pilot, "preparing", "picturing")
        assert "each on its own scale" in view_of(app).summary
        first = str(view_of(app).summary).split(" ")[0]
        await press(pilot, "greater_than_sign", "home")
        assert view_of(app).summary.startswith("n₁ ")
        await press(pilot, "asterisk")
        assert "all on one scale" in view_of(app).summary
        assert "▸n₁" in await steady(app, pilot)
        await press(pilot, "greater_than_sign", "home", "asterisk")
        assert view_of(app).summary.startswith(f"{first} ")
        assert "each on its own scale" in view_of(app).summary


async def test_without_images_nothing_is_offered_for_them() -> None:
    async with running("sample:iris", "5", "[") as (app, pilot):
        await settle(pilot, "preparing", "picturing")
        assert {"scale", "order"}.isdisjoint(view_of(app).verbs)
        assert "One scale" not in await steady(app, pilot)


async def test_the_way_of_a_weight_goes_out_as_csv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running("sample:moons", "3") as (app, pilot):
        train_for(app, 5)
        await press(pilot, "space")
        await trained(pilot)
        await press(pilot, "5", "[", "down", "s", "enter")
        await settle(pilot)
        (path,) = tmp_path.glob("*.csv")
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        run = app.session.workspace.run
        assert run is not None
        assert float(rows[-1][-1]) == pytest.approx(float(run.network.parameters["W1"][1, 0]), abs=1e-12)


async def test_the_sentence_is_about_the_number_under_the_cursor() -> None:
    async with running("sample:iris", "5", "[") as (app, pilot):
        await settle(pilot, "preparing", "picturing")
        view = view_of(app)
        assert view.summary.startswith("W¹₁₁ ")
        for key, symbol in (("down", "W¹₂₁"), ("right", "W¹₂₂"), ("up", "W¹₁₂")):
            await press(pilot, key)
            await settle(pilot, "picturing")
            assert str(view.border_title).startswith(symbol)
            assert str(view.border_subtitle).startswith(f"{symbol} ")
            assert view.summary.startswith(f"{symbol} ")
