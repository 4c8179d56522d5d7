"""Repeats: which runs differ in seeds and folds alone, their band, and their row of the table."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.compare.made import compared, experiment, history, table
from tui_ann.experiment.keys import put
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.bands import band_of
from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.groups import GroupReader
from tui_ann.session.compare.table_text import as_csv
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.session.compare.winner import run_in_words, winner_in_words

GOAL = Goal("val_loss", 0.1)


def seeded(seed: int, eta: float = 0.1, epochs: int = 4) -> Experiment:
    made = experiment(learning_rate=eta, epochs=epochs)
    for key in ("network.seed", "training.shuffle_seed"):
        made = put(made, key, seed)
    return made


def folded(seed: int, fold: int) -> Experiment:
    return put(put(put(seeded(seed), "data.folds", 3), "data.fold", fold), "data.split_seed", seed)


def groups(
    experiments: list[Experiment], wanted: bool | None = None, statuses: list[str] | None = None
) -> tuple[tuple[int, ...], ...]:
    runs = [compared(place, each) for place, each in enumerate(experiments)]
    return GroupReader().groups(runs, statuses or ["completed"] * len(runs), wanted)


class TestGroups:
    def test_three_repeats_are_one_and_two_only_if_that_is_wanted(self):
        other = [seeded(seed, eta=0.5) for seed in (1, 2)]
        both = [*(seeded(seed) for seed in (1, 2, 3)), *other]
        assert groups(both) == ((0, 1, 2), (3,), (4,))
        assert groups(both, wanted=True) == ((0, 1, 2), (3, 4))
        assert groups(both, wanted=False) == tuple((place,) for place in range(5))

    def test_folds_and_their_seeds_are_repeats(self):
        assert groups([folded(seed, fold) for seed in (1, 2) for fold in (1, 2, 3)]) == (tuple(range(6)),)

    def test_a_run_with_the_same_seeds_is_no_repeat_and_the_open_one_is_alone(self):
        found = groups([seeded(1), *(seeded(seed) for seed in (1, 2, 3))])
        assert found == ((0,), (1, 2, 3))

    def test_more_epochs_would_not_have_changed_a_run_that_stopped_early(self):
        runs = [seeded(1, epochs=6), seeded(2), seeded(3)]
        assert groups(runs) == ((0,), (1,), (2,))
        assert groups(runs, statuses=["completed", "early_stopped", "early_stopped"]) == ((0, 1, 2),)
        assert groups(runs, statuses=["early_stopped"] * 3) == ((0, 1, 2),)

    @given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.1, 0.5])), max_size=12))
    def test_every_run_is_in_one_group_of_its_own_kind(self, given_):
        experiments = [seeded(seed, eta) for seed, eta in given_]
        found = groups(experiments, wanted=True)
        assert sorted(place for group in found for place in group) == list(range(len(given_)))
        for group in found:
            assert len({given_[place][1] for place in group}) == 1
            assert len({given_[place][0] for place in group}) == len(group)


class TestBands:
    def test_mean_standard_error_and_extremes(self):
        x = np.arange(1.0, 4.0)
        band = band_of([RunCurve(x, x), RunCurve(x, 3 * x)])
        assert band.mean.tolist() == [2.0, 4.0, 6.0]
        assert band.error.tolist() == pytest.approx([1.0, 2.0, 3.0])
        assert (band.low.tolist(), band.high.tolist()) == ([1.0, 2.0, 3.0], [3.0, 6.0, 9.0])
        assert band.curve.y is band.mean

    def test_it_ends_where_fewer_than_half_of_the_runs_go_on(self):
        curves = [RunCurve(np.arange(1.0, n + 1), np.full(n, float(n))) for n in (3, 5, 9)]
        band = band_of(curves)
        assert band.x.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
        assert band.mean.tolist() == pytest.approx([17 / 3] * 3 + [7.0] * 2)

    def test_runs_without_values_are_left_out(self):
        nothing = RunCurve(np.zeros(0), np.zeros(0))
        assert len(band_of([nothing, RunCurve(np.ones(1), np.full(1, np.nan))]).x) == 0
        one = band_of([nothing, RunCurve(np.ones(1), np.ones(1))])
        assert (one.mean.tolist(), one.error.tolist()) == ([1.0], [0.0])

    def test_times_of_which_no_two_are_equal_are_few_places(self):
        rng = np.random.default_rng(1)
        curves = [RunCurve(np.sort(rng.random(2000)), np.ones(2000)) for _ in range(5)]
        band = band_of(curves)
        assert len(band.x) <= 2048
        assert np.allclose(band.mean, 1.0)


class TestRows:
    def test_a_row_of_repeats_has_mean_and_deviation_and_no_column_for_seeds(self):
        experiments = [seeded(seed, eta) for eta in (0.1, 0.5) for seed in (1, 2, 3)]
        ways = [history([0.5, value]) for value in (0.08, 0.1, 0.12, 0.3, 0.2, 0.05)]
        made = table(experiments, ways, GOAL, groups=[(0, 1, 2), (3, 4, 5)])
        assert [column.title for column in made.columns][:4] == ["run", "runs", "η", "val loss"]
        assert "seed" not in " ".join(column.title for column in made.columns)
        first, second = made.rows
        assert first.texts[:4] == ("moons", "3", "0.1", "0.1 ± 0.02")
        assert first.texts[made.place("to_epochs")] == "2 of 3"
        assert second.texts[made.place("epochs")] == "2"
        assert run_in_words(made, second) == "η 0.5"
        assert winner_in_words(made, GOAL) == "η 0.1 is best: val loss 0.1 ± 0.02, but η 0.5 is not told apart from it"
        head, *rows = csv.reader(io.StringIO(as_csv(made)))
        assert float(rows[0][head.index("validation:loss:std")]) == pytest.approx(0.02)
        assert "training.learning_rate:std" not in head

    def test_a_single_run_next_to_repeats_keeps_its_seed(self):
        experiments = [seeded(7, 0.5), *(seeded(seed) for seed in (1, 2, 3))]
        made = table(experiments, [history([0.3])] * 4, GOAL, groups=[(0,), (1, 2, 3)])
        assert [row.texts[made.place("set:network.seed")] for row in made.rows] == ["7", "…"]

    def test_runs_of_different_folds_are_not_compared_one_by_one_but_as_repeats(self):
        experiments = [put(folded(1, fold), "training.learning_rate", eta) for eta in (0.1, 0.5) for fold in (1, 2, 3)]
        ways = [history([value]) for value in (0.3, 0.31, 0.32, 0.1, 0.11, 0.12)]
        alone = table(experiments, ways, GOAL)
        assert not alone.best
        assert winner_in_words(alone, GOAL) == "No winner: the runs validate on different rows."
        together = table(experiments, ways, GOAL, groups=[(0, 1, 2), (3, 4, 5)])
        assert winner_in_words(together, GOAL).startswith("η 0.5 wins: val loss 0.11 ± 0.01")
