"""The words about a loss surface: which plane, what η is good for, and what is under the cursor."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.directions import PlaneKind, parameter_plane, path_plane, random_plane
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.session.explore.descents import Descent
from tui_ann.session.explore.landscape import LandscapePicture, PlaneWish
from tui_ann.session.explore.loss_grid import Box, LossGrid
from tui_ann.session.explore.parameter_path import ParameterPath, PathState
from tui_ann.session.explore.step_curve import Zone, step_curve
from tui_ann.text import cell_width, number
from tui_ann.tui.content.landscape import (
    coordinates,
    cursor_sentence,
    judged,
    landscape_shown,
    sentence_of,
    step_view,
    titles_of,
)
from tui_ann.tui.draw.fitting import longest_of

BATCH = TrainingSettings(variant="batch")


def picture(kind: PlaneKind = PlaneKind.PARAMETERS, inputs_: int = 3, eta: float = 0.05) -> LandscapePicture:
    """The loss around a small network whose path is a straight line."""
    network = scrambled(Network(inputs_, [Dense(1)], "half_squared_error"))
    loss = LossFunction(network, inputs(30, inputs_), targets("", 30, 1))
    theta = network.theta.copy()
    thetas = theta - np.linspace(1, 0, 5)[:, None] * np.arange(1.0, len(theta) + 1)
    planes = {
        PlaneKind.PARAMETERS: parameter_plane(network.layout, theta, 0, 1),
        PlaneKind.PATH: path_plane(network.layout, thetas, theta),
        PlaneKind.RANDOM: random_plane(network.layout, theta),
    }
    plane = planes[kind]
    now = plane.coordinates(theta)[0]
    return LandscapePicture(
        wish=PlaneWish(kind),
        plane=plane,
        grid=LossGrid(Box(-2, 2, -1, 1), np.array([[1.0, 2.0], [4.0, np.inf]])),
        path=ParameterPath(np.arange(0, 50, 10), thetas, PathState.EVEN),
        places=plane.coordinates(thetas),
        distances=plane.distances(thetas),
        theta=theta,
        now=(float(now[0]), float(now[1])),
        update=40,
        base_update=40,
        share=plane.share(thetas),
        curve=step_curve(loss, theta, eta),
        rows=30,
        all_rows=30,
        layout=loss.layout,
        finished=True,
    )


@pytest.mark.parametrize(
    ("kind", "inputs_", "title"),
    [
        (PlaneKind.PARAMETERS, 1, "Loss over W¹₁₁ and b¹₁"),
        (PlaneKind.PARAMETERS, 3, "Loss over W¹₁₁ and W¹₁₂, the others as now · 16.7 % of the path's variance"),
        (PlaneKind.PATH, 3, "Loss over the plane of the path, with 100 % of its variance"),
    ],
)
def test_the_title_names_the_plane_and_its_share_of_the_path(kind: PlaneKind, inputs_: int, title: str) -> None:
    assert titles_of(picture(kind, inputs_))[0] == title


def test_random_directions_are_said_to_be_random() -> None:
    assert titles_of(picture(PlaneKind.RANDOM))[0].startswith("Loss over two random directions, with ")


def test_the_sentence_judges_the_learning_rate() -> None:
    shown = picture()
    assert shown.curve is not None
    zone = shown.curve.zone(0.05)
    assert f"η 0.05 is {zone} · lowest point drawn 1 · these two moved most" in sentence_of(shown, BATCH)
    assert sentence_of(shown, BATCH).startswith("◆ loss ")
    stochastic = sentence_of(shown, TrainingSettings(variant="stochastic"))
    assert f"η 0.05 is {zone} for one full-batch step · the run makes stochastic steps" in stochastic
    words = step_view(shown.curve, TrainingSettings(variant="stochastic")).words
    assert words[:2] == [f"η 0.05 is {zone} for one full-batch step", "the run makes stochastic steps"]
    assert "adam scales each step by itself" in sentence_of(shown, TrainingSettings(optimizer="adam"))


def test_the_sentence_says_what_is_missing() -> None:
    shown = replace(picture(), rows=512, all_rows=20_000)
    assert sentence_of(shown, BATCH).startswith("◆ loss 1.01 on 512 of 20 000 rows after")
    path = replace(shown.path, state=PathState.ENDS)
    assert "only the ends of the path are known" in sentence_of(replace(shown, path=path), BATCH)
    path = replace(shown.path, state=PathState.KEPT)
    assert "path of 5 kept moments" in sentence_of(replace(shown, path=path), BATCH)
    assert "the gradient is 0 here" in sentence_of(replace(shown, curve=None), BATCH)
    assert "around update 20" in sentence_of(replace(shown, base_update=20), BATCH)


def test_restored_weights_are_those_of_their_epoch_and_the_rest_of_the_path_is_faint() -> None:
    shown = replace(picture(inputs_=1), restored=(2, 20))
    assert " after 20 updates · the weights of epoch 2 restored · " in sentence_of(shown, BATCH)
    run = landscape_shown(shown, (), None, (40, 20), BATCH).view.contour.paths[0]
    assert run.now == int((shown.path.updates <= 20).sum())
    assert run.faint[run.now + 1 :].all()
    assert len(run.across) == int((shown.path.updates < shown.update).sum()) + 1, "the end is ◆ itself"


def test_where_no_step_gains_the_learning_rate_is_not_blamed() -> None:
    shown = picture()
    curve = shown.curve
    assert curve is not None
    before = curve.curvature.loss
    small = replace(curve, eta=1e-9, losses=np.where(curve.losses < before, 0.99 * before, curve.losses))
    assert small.zone(small.eta) is Zone.TOO_SMALL
    gain = number(0.01 * before, 2)
    assert judged(small, BATCH) == [f"near a minimum: no step along ∇L gains more than {gain}"]
    words = [f"near a minimum: no full-batch step along ∇L gains more than {gain}", "the run makes mini-batch steps"]
    assert judged(small, TrainingSettings()) == words
    large = replace(curve, eta=1e-9, losses=np.where(curve.losses < before, 0.5 * before, curve.losses))
    assert judged(large, BATCH) == [f"η {number(1e-9, 3)} is too small"]


def test_the_cursor_reads_the_loss_at_its_place() -> None:
    shown = picture()
    assert coordinates(shown, 0.0, 1.0) == (-2.0, 1.0)
    assert cursor_sentence(shown, 0.5, 0.0, "⏎") == "╋ loss(0, −1) ≈ 1.41 · ⏎ starts there"
    assert cursor_sentence(shown, 0.5, 0.0, "⏎", 1.4) == "╋ loss(0, −1) = 1.4 · ⏎ starts there"
    assert ") is not finite" in cursor_sentence(shown, 1.0, 1.0, "⏎")


def test_paths_are_drawn_where_their_parameters_are() -> None:
    shown = picture()
    descent = Descent("stochastic", 1, shown.path.thetas + 0.1, 3, 90, 0.25, 0.5, done=True, diverged=False)
    gone = Descent("batch", 30, shown.path.thetas, 1, 2, float("nan"), 2.0, done=True, diverged=True)
    view = landscape_shown(shown, (descent, gone), (0.0, 0.0), (40, 20), BATCH).view
    run, first, _ = view.contour.paths
    a, b = shown.places[1]
    assert run.across[1] == pytest.approx((a + 2) / 4)
    assert run.upwards[1] == pytest.approx((b + 1) / 2)
    assert run.now == 5
    assert run.faint.tolist()[0] is True, "the start is farthest from the slice"
    assert first.across[1] == pytest.approx((a + 0.1 + 2) / 4)
    assert view.contour.chosen == (0.5, 0.5)
    assert [line.text for line in view.legend] == [
        "3 epochs each: loss, time",
        "stochastic 0.25 500 ms",
        "batch      diverged 2 s",
    ]
    running = replace(descent, done=False)
    legend = landscape_shown(shown, (running,), None, (40, 20), BATCH).view.legend
    assert legend[1].text == "stochastic 0.25 500 ms…", "it is no result yet"
    assert view.contour.losses.shape == (40, 40)


def test_what_comes_after_the_moment_is_faint() -> None:
    shown = replace(picture(inputs_=1), update=10)
    run = landscape_shown(shown, (), None, (40, 20), BATCH).view.contour.paths[0]
    assert run.now == 2
    assert run.faint.tolist() == [False, False, False, True, True, True]


@pytest.mark.parametrize("kind", [PlaneKind.PARAMETERS, PlaneKind.PATH, PlaneKind.RANDOM])
def test_where_there_is_little_room_the_title_keeps_the_share(kind: PlaneKind) -> None:
    titles = titles_of(picture(kind, 3))
    assert [*map(cell_width, titles)] == sorted(map(cell_width, titles), reverse=True)
    assert " %" in longest_of(titles, 40)
