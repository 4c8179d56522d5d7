"""The table of compared runs: what differs, the results with the best, the goal, the winner, and its text."""

import csv
import io
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.compare.made import experiment, history, table
from tui_ann.experiment.keys import put
from tui_ann.experiment.sets import apply_sets
from tui_ann.session.compare.all_settings import all_settings
from tui_ann.session.compare.differences import differences, same_in_words, value_in_words
from tui_ann.session.compare.goals import Goal, main_value, proposed_goal, reached
from tui_ann.session.compare.table import ComparisonTable
from tui_ann.session.compare.table_text import as_csv, as_latex, as_markdown
from tui_ann.session.compare.winner import run_in_words, winner_in_words

GOAL = Goal("val_loss", 0.1)


def three() -> ComparisonTable:
    """Three learning rates: one never gets there, one slowly, one at once."""
    runs = [experiment(learning_rate=eta) for eta in (0.001, 0.005, 0.02)]
    ways = [history([0.5, 0.4, 0.35, 0.31]), history([0.4, 0.2, 0.1, 0.0126]), history([0.09, 0.01, 0.001, 0.00014])]
    return table(runs, ways, GOAL)


def cells(made: ComparisonTable, key: str) -> list[str]:
    return [row.texts[made.place(key)] for row in made.rows]


class TestDifferences:
    def test_only_what_differs_has_a_column_and_the_rest_is_one_line(self):
        made = three()
        titles = [column.title for column in made.columns]
        assert titles == ["run", "η", "val loss", "to 0.1", "s to 0.1", "epochs", "seconds", "loss curve", "loss"]
        assert cells(made, "set:training.learning_rate") == ["0.001", "0.005", "0.02"]
        assert made.same == "same data, split, network 8 tanh → 1, seed 0, sgd, mini-batch, batch 10, 4 epochs"

    @pytest.mark.parametrize(
        ("changes", "titles"),
        [
            ({"network.layers.1.units": 4}, ["units 1"]),
            (
                {"network.layers.1.activation": "relu", "training.momentum": 0.5},
                ["activation 1"],
            ),  # sgd has no momentum
            ({"training.optimizer": "momentum"}, ["update rule", "m"]),
            ({"data.scaling": "none", "training.learning_rate": 0.5}, ["η", "scaling"]),
            ({"name": "other"}, []),
        ],
    )
    def test_a_setting_is_named_where_it_has_an_effect(self, changes: dict[str, Any], titles: list[str]):
        one = experiment()
        other = one
        for key, value in changes.items():
            other = put(other, key, value) if key != "name" else msgspec.structs.replace(one, name=value)
        assert [each.title for each in differences([one, other])] == titles

    def test_another_number_of_layers_is_one_difference(self):
        one = experiment()
        layers = (one.network.layers[0], *one.network.layers)
        other = msgspec.structs.replace(one, network=msgspec.structs.replace(one.network, layers=layers))
        (found,) = differences([one, other])
        assert (found.title, found.text(0), found.text(1)) == ("network", "8 tanh → 1", "8 tanh → 8 tanh → 1")
        assert "network" not in same_in_words([one, other], same_data=True)

    def test_one_run_differs_in_nothing(self):
        assert differences([experiment()]) == []
        assert same_in_words([], same_data=True) == ""

    def test_every_setting_is_one_that_a_command_knows(self):
        known = all_settings(experiment())
        for key in ("training.learning_rate", "network.layers.2.units", "data.noise"):
            assert known[key].get(apply_sets(experiment(), [f"{key}=3"])) == 3
        assert known["network.layers.1.alpha"].applies(experiment()) is False

    def test_values_in_words(self):
        words = [value_in_words(value) for value in (None, "", True, False, 12_000, 0.001, ("a", "b"), "adam")]
        assert words == ["—", "—", "on", "off", "12 000", "0.001", "a, b", "adam"]


class TestBest:
    def test_it_follows_the_direction_of_each_metric(self):
        made = table(
            [experiment(learning_rate=eta) for eta in (0.1, 0.2)],
            [history([0.3, 0.2], [0.7, 0.8]), history([0.3, 0.1], [0.7, 0.6])],
            GOAL,
        )
        assert ("B", "validation:loss") in made.best
        assert ("A", "validation:accuracy") in made.best
        assert ("B", "to_epochs") in made.best
        assert not {key for _, key in made.best} & {"epochs", "seconds", "name"}

    def test_equal_runs_have_no_best_and_two_may_share_it(self):
        same = history([0.3, 0.2])
        assert not table([experiment(), experiment()], [same, same], GOAL).best
        made = table([experiment()] * 3, [same, same, history([0.9, 0.8])], GOAL)
        assert {letter for letter, key in made.best if key == "validation:loss"} == {"A", "B"}

    def test_runs_of_other_data_or_another_loss_have_none(self):
        ways = [history([0.3]), history([0.2])]
        assert not table([experiment()] * 2, ways, GOAL, other_data=[1]).best
        other = experiment(loss="mean_squared_error")
        assert not table([experiment(), other], ways, GOAL).best

    @given(st.lists(st.one_of(st.none(), st.floats(0.01, 10)), min_size=1, max_size=6), st.booleans())
    def test_sorting_keeps_every_run_and_puts_those_without_a_value_last(self, values, falling):
        ways = [history([] if value is None else [value]) for value in values]
        made = table([experiment()] * len(ways), ways, GOAL)
        key = "validation:loss"
        if key not in {column.key for column in made.columns}:
            key = "name"
        rows = made.sorted_rows(key, falling=falling)
        assert {row.run.letter for row in rows} == {row.run.letter for row in made.rows}
        found = [row.values[made.place(key)] for row in rows if row.values[made.place(key)] is not None]
        assert found == sorted(found, reverse=falling)
        assert [row.values[made.place(key)] for row in rows[len(found) :]] == [None] * (len(rows) - len(found))

    def test_a_column_that_is_gone_leaves_the_order(self):
        made = three()
        assert made.sorted_rows("set:training.momentum") == list(made.rows)
        with pytest.raises(KeyError):
            made.place("set:training.momentum")


class TestGoal:
    def test_when_it_is_reached_first(self):
        way = history([0.5, 0.1, 0.3, 0.05])
        found = reached(way, GOAL)
        assert found is not None
        assert (found.epoch, found.updates, found.seconds) == (2, 20, 1.0)
        assert reached(way, Goal("val_loss", 0.01)) is None
        assert reached(history([0.5], [0.9]), Goal("val_accuracy", 0.9)).epoch == 1
        assert reached(history([]), GOAL) is None
        assert reached(history([float("nan"), 0.1]), GOAL).epoch == 2

    @pytest.mark.parametrize(
        ("bests", "value"),
        [
            ([0.0126, 0.3134, 0.00014], 0.013),
            ([0.07], 0.07),
            ([0.1, 0.1], 0.1),
            ([3.0, 8.13], 8.2),
            ([0.0, 0.0], 0.0),
        ],
    )
    def test_a_round_value_that_two_runs_reach_is_proposed(self, bests, value):
        found = proposed_goal([[history([9.0, best])] for best in bests], "val_loss")
        assert found == Goal("val_loss", value)

    def test_for_an_accuracy_it_is_rounded_down(self):
        ways = [history([1.0], [share]) for share in (0.93, 0.97, 0.6)]
        assert proposed_goal([[way] for way in ways], "val_accuracy") == Goal("val_accuracy", 0.93)
        assert Goal("val_accuracy", 0.5).words == "≥ 0.5"
        assert GOAL.words == "≤ 0.1"

    def test_nothing_is_proposed_without_values(self):
        assert proposed_goal([[history([])]], "val_loss") is None
        assert main_value([history([])]) == "loss"
        assert main_value([history([0.1]), history([])]) == "val_loss"


def test_times_have_two_digits():
    made = table([experiment()], [history([0.5, 0.09], seconds=0.0392)], GOAL)
    assert [made.rows[0].texts[made.place(key)] for key in ("to_seconds", "seconds")] == ["0.078", "0.078"]


class TestWinner:
    def test_it_is_named_by_what_differs_with_its_numbers(self):
        assert winner_in_words(three(), GOAL) == "η 0.02 wins: val loss 1.4e−4, 3 × fewer epochs to 0.1 than η 0.005"

    def test_the_only_one_that_gets_there(self):
        made = table(
            [experiment(learning_rate=eta) for eta in (0.1, 0.2)], [history([0.5, 0.09]), history([0.5, 0.2])], GOAL
        )
        assert winner_in_words(made, GOAL) == "η 0.1 wins: val loss 0.09, the only one to reach 0.1 (epoch 2)"

    def test_a_winner_that_was_slower(self):
        ways = [history([0.5, 0.4, 0.3, 0.05]), history([0.08, 0.07])]
        made = table([experiment(optimizer=rule) for rule in ("adam", "sgd")], ways, GOAL)
        said = winner_in_words(made, GOAL)
        assert said == "update rule adam wins: val loss 0.05, but update rule sgd needs 4 × fewer epochs to 0.1"

    def test_a_fork_has_not_reached_what_was_reached_before_it(self):
        runs = [experiment(learning_rate=eta) for eta in (0.1, 1.5)]
        ways = [history([0.5, 0.09, 0.05, 0.01]), history([0.5, 0.09, 0.3, 0.4])]
        made = table(runs, ways, GOAL, forked={1: 20})
        assert winner_in_words(made, GOAL) == "η 0.1 wins: val loss 0.01, 0.1 in epoch 2"
        cells = [[row.texts[made.place(key)] for key in ("to_epochs", "to_seconds")] for row in made.rows]
        assert cells == [["2", "1"], ["before fork", "—"]]
        assert ("B", "to_epochs") not in made.best
        better = table(runs, [history([0.5, 0.09, 0.3, 0.4]), ways[0]], GOAL, forked={1: 20})
        assert winner_in_words(better, GOAL) == "η 1.5 wins: val loss 0.01, which reached 0.1 before its fork"

    def test_a_fork_that_reaches_it_afterwards_counts(self):
        runs = [experiment(learning_rate=eta) for eta in (0.1, 0.2)]
        ways = [history([0.5, 0.4, 0.3, 0.09]), history([0.5, 0.4, 0.08, 0.07])]
        said = winner_in_words(table(runs, ways, GOAL, forked={1: 20}), GOAL)
        assert said == "η 0.2 wins: val loss 0.07, 1.3 × fewer epochs to 0.1 than η 0.1"

    def test_equally_soon_and_never(self):
        runs = [experiment(learning_rate=eta) for eta in (0.1, 0.2)]
        soon = table(runs, [history([0.09, 0.01]), history([0.1, 0.02])], GOAL)
        assert winner_in_words(soon, GOAL).endswith("as many epochs to 0.1 as η 0.2")
        never = table(runs, [history([0.9]), history([0.8])], GOAL)
        assert winner_in_words(never, GOAL) == "η 0.2 wins: val loss 0.8"

    def test_no_winner(self):
        same = history([0.3, 0.2])
        assert winner_in_words(table([experiment()] * 2, [same, same], GOAL), GOAL) == (
            "No winner: 2 runs share the best val loss."
        )
        assert winner_in_words(table([experiment()], [same], GOAL), GOAL) == ""
        assert winner_in_words(three(), None) == ""
        assert winner_in_words(table([experiment()] * 2, [history([])] * 2), None) == ""

    def test_hidden_runs_decide_nothing(self):
        runs = [experiment(learning_rate=eta) for eta in (0.1, 0.2, 0.3)]
        ways = [history([0.9, 0.3]), history([0.9, 0.2]), history([0.9, 0.01])]
        assert winner_in_words(table(runs, ways, GOAL, other_data=[2]), GOAL).startswith("No winner")
        made = table(runs, ways, GOAL, other_data=[2], hidden=[2])
        assert made.unlike == ""
        assert winner_in_words(made, GOAL) == "η 0.2 wins: val loss 0.2"
        assert ("B", "validation:loss") in made.best
        alone = table(runs, ways, GOAL, other_data=[1, 2], hidden=[1, 2])
        assert winner_in_words(alone, GOAL) == ""
        validated = table(runs, ways, GOAL, hidden=[2])
        assert winner_in_words(validated, GOAL).startswith("η 0.2 wins")

    def test_runs_that_differ_in_nothing_or_much_are_named_by_their_letter(self):
        made = table([experiment()] * 2, [history([0.2]), history([0.1])], GOAL)
        assert winner_in_words(made, GOAL).startswith("run B wins")
        many = experiment(learning_rate=0.5, optimizer="adam", batch_size=3)
        made = table([experiment(), many], [history([0.2]), history([0.1])], GOAL)
        assert run_in_words(made, made.rows[1]) == "run B"


class TestText:
    def test_markdown(self):
        lines = as_markdown(three()).splitlines()
        assert lines[0].startswith("|  | run | η | val loss | to 0.1 |")
        assert lines[4] == "| C | moons | 0.02 | **1.4e−4** | **1** | 0.5 | 4 | 2 | **7e−5** |"
        assert lines[-1].startswith("same data, split")

    def test_csv_has_every_number_in_full_under_its_dotted_key(self):
        rows = list(csv.DictReader(io.StringIO(as_csv(three()))))
        assert [float(row["training.learning_rate"]) for row in rows] == [0.001, 0.005, 0.02]
        assert float(rows[2]["validation:loss"]) == 0.00014
        assert [row["to_epochs"] for row in rows] == ["", "3", "1"]
        assert "trend" not in rows[0]

    def test_latex(self):
        text = as_latex(three())
        assert text.startswith("\\begin{tabular}{llrrrrrrr}\n")
        assert r"$\eta$" in text
        assert r"\textbf{1.4e$-$4}" in text
        assert text.count(r"\\") == 4

    def test_rows_keep_the_order_of_the_screen(self):
        made = three()
        rows = made.sorted_rows("validation:loss")
        assert [line[2] for line in as_markdown(made, rows).splitlines()[2:5]] == ["C", "B", "A"]

    def test_names_from_files_break_nothing(self):
        made = table([experiment("a|b\n_c\\ & $x^{2}$")], [history([0.1])], GOAL)
        assert as_markdown(made).count("\n") == 5
        assert r"a\|b" in as_markdown(made)
        assert r"\& \$x\textasciicircum{}\{2\}\$" in as_latex(made)
        (row,) = csv.DictReader(io.StringIO(as_csv(made)))
        assert row["name"].startswith("a|b")
