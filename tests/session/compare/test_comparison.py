"""The compared runs: their letters, runs from disk and what is wrong with them, keeping and removing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.conftest import data, network, training
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.board import BoardReader, BoardWish
from tui_ann.session.compare.found_runs import best_folder
from tui_ann.session.compare.letters import letter
from tui_ann.session.compare.weight_difference import weight_differences
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.session import Session
from tui_ann.session.sweep.plan import planned
from tui_ann.session.sweep.sweep import Sweep, sweep_data

MakeSession = Callable[..., Session]


@pytest.fixture
def short(experiment: Experiment) -> Experiment:
    return training(experiment, epochs=2)


@pytest.fixture
def folders(make_session: MakeSession, short: Experiment, tmp_path: Path) -> Path:
    """Three runs with different η in one folder."""
    for eta in (0.001, 0.01, 0.1):
        session = make_session()
        session.workspace.adopt(training(short, learning_rate=eta))
        session.train(tmp_path / "some" / f"eta-{eta}")
    return tmp_path / "some"


def letters(session: Session) -> dict[str, float]:
    return {entry.letter: entry.source.experiment.training.learning_rate for entry in session.comparison.entries}


@given(st.integers(0, 20_000))
def test_letters_are_different_and_in_order(place):
    name, after = letter(place), letter(place + 1)
    assert (len(name), name) < (len(after), after)
    assert name.isalpha()


def test_the_first_letters():
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


class TestLetters:
    def test_a_run_keeps_its_letter_and_a_free_one_is_used_again(self, session: Session, short: Experiment):
        session.workspace.adopt(short)
        session.runs.prepare()
        others = [session.runs.start_another(training(short, learning_rate=eta)) for eta in (0.2, 0.3)]
        assert letters(session) == {"A": 0.01, "B": 0.2, "C": 0.3}
        session.comparison.remove(session.comparison.entry("B"))
        assert letters(session) == {"A": 0.01, "C": 0.3}
        session.runs.start_another(training(short, learning_rate=0.4))
        assert letters(session) == {"A": 0.01, "B": 0.4, "C": 0.3}
        assert others[1] in session.runs.sources

    def test_a_run_that_takes_the_place_of_the_open_one_has_its_letter(self, session: Session, short: Experiment):
        session.workspace.adopt(short)
        session.runs.prepare().owner.train_here()
        session.runs.start_another(training(short, learning_rate=0.2))
        assert letters(session) == {"A": 0.01, "B": 0.2}
        session.runs.rewind()
        assert letters(session) == {"A": 0.01, "B": 0.2}

    def test_a_kept_run_stays_beside_the_one_that_takes_its_place(self, session: Session, short: Experiment):
        session.workspace.adopt(short)
        session.runs.prepare().owner.train_here()
        session.comparison.keep(session.comparison.entry("A"), True)
        session.workspace.edit(training(short, learning_rate=0.5))
        session.runs.prepare()
        assert letters(session) == {"A": 0.01, "B": 0.5}
        assert [entry.current for entry in session.comparison.entries] == [False, True]

    def test_a_saved_run_that_goes_on_live_has_its_letter(self, session: Session, folders: Path):
        session.comparison.open([folders / "eta-0.1", folders / "eta-0.01"])
        assert letters(session) == {"A": 0.1, "B": 0.01}
        session.workspace.open(folders / "eta-0.01")
        assert letters(session) == {"A": 0.1, "B": 0.01}
        session.runs.take_up()
        assert letters(session) == {"A": 0.1, "B": 0.01}
        assert session.comparison.entry("B").live

    def test_a_letter_that_nobody_has_is_refused(self, session: Session):
        with pytest.raises(SessionError, match="no run Z"):
            session.comparison.entry("Z")


class TestRunsFromDisk:
    def test_a_folder_of_runs_a_pattern_and_a_run(self, session: Session, folders: Path, monkeypatch):
        monkeypatch.chdir(folders.parent)
        assert len(session.comparison.open([folders]).runs) == 3
        again = session.comparison.open(["some/eta-0.0*"])
        assert (again.runs, again.skipped) == ((), ("2 of them are in the comparison already.",))
        assert len(session.comparison.entries) == 3
        once_more = session.comparison.open(["some/eta-0.1"])
        assert once_more.skipped == ("1 of them is in the comparison already.",)

    def test_runs_below_a_folder_named_runs_are_found(self, session: Session, folders: Path, tmp_path: Path):
        (tmp_path / "work").mkdir()
        folders.rename(tmp_path / "work" / "runs")
        assert len(session.comparison.open([tmp_path / "work"]).runs) == 3

    def test_what_cannot_be_read_is_skipped_with_a_sentence(self, session: Session, folders: Path):
        (folders / "eta-0.1" / "run.json").write_text("{", encoding="utf-8")
        other = folders / "eta-0.01" / "experiment.toml"
        other.write_text(other.read_text(encoding="utf-8").replace("schema = 1", "schema = 99"), encoding="utf-8")
        (folders / "notes.txt").write_text("no run", encoding="utf-8")
        found = session.comparison.open(
            [folders, folders / "notes.txt", folders / "nothing", "no-*", folders / "eta-0.001" / "x\0y", "[" * 20_000]
        )
        assert [run.experiment.training.learning_rate for run in found.runs] == [0.001]
        sentences = dict(enumerate(found.skipped))
        assert len(sentences) == 7
        text = "\n".join(found.skipped)
        assert "run.json is damaged" in text
        assert "schema: found 99" in text
        assert "notes.txt is a file, not a run folder." in text
        assert "There is no folder" in text
        assert "No run matches no-*." in text
        assert "A path has at most 4 096 characters" in text  # to match such a pattern takes minutes
        assert all("\n" not in sentence for sentence in found.skipped)

    def test_the_best_run_is_that_of_one_sweep_and_of_no_lab(self, short: Experiment, tmp_path: Path):
        plan = planned(short, ["training.learning_rate=1e-9,0.1"])
        list(Sweep.begun(plan, sweep_data(plan), tmp_path / "s").run(SerialCarrier))
        assert best_folder([tmp_path / "s"]) == tmp_path / "s" / "trial-2"
        assert best_folder([tmp_path / "s", tmp_path]) is None
        assert best_folder([tmp_path]) is None
        (tmp_path / "s" / "lab.json").write_text("{}", encoding="utf-8")
        assert best_folder([tmp_path / "s"]) is None
        (tmp_path / "s" / "lab.json").unlink()
        (tmp_path / "s" / "sweep.json").write_text("{", encoding="utf-8")
        assert best_folder([tmp_path / "s"]) is None

    def test_an_empty_folder_has_no_run(self, session: Session, tmp_path: Path):
        (tmp_path / "empty").mkdir()
        assert session.comparison.open([tmp_path / "empty"]).skipped == (f"There is no run in {tmp_path / 'empty'}.",)

    def test_runs_of_other_data_are_overlaid_with_a_word(
        self, session: Session, make_session: MakeSession, folders: Path, short: Experiment, tmp_path: Path
    ):
        path = tmp_path / "other.csv"
        path.write_text(Path(short.data.path).read_text(encoding="utf-8").replace("red", "green"), encoding="utf-8")
        other = make_session()
        other.workspace.adopt(data(short, path=str(path)))
        other.train(tmp_path / "other")
        session.comparison.open([folders / "eta-0.1", tmp_path / "other"])
        assert [entry.other_data for entry in session.comparison.entries] == [False, True]
        board = BoardReader(session.comparison).read(BoardWish())
        assert all(len(run.train.x) == 2 for run in board.runs)
        assert board.winner == "No winner: the runs do not have the same data and the same loss."
        assert not board.table.best

    def test_a_saved_run_is_what_it_was_live(self, session: Session, short: Experiment, tmp_path: Path):
        session.workspace.adopt(short)
        run = session.runs.prepare()
        run.owner.train_here()
        reader = BoardReader(session.comparison)
        live = reader.read(BoardWish())
        folder = session.store.save(tmp_path / "kept")
        session.workspace.open(folder)
        saved = reader.read(BoardWish())
        np.testing.assert_array_equal(live.runs[0].train.y, saved.runs[0].train.y)
        np.testing.assert_array_equal(live.runs[0].validation.y, saved.runs[0].validation.y)
        assert live.table.rows[0].texts == saved.table.rows[0].texts
        assert live.runs[0].facts.updates == saved.runs[0].facts.updates


class TestPenalties:
    def test_the_table_compares_losses_without_them_live_and_saved(
        self, session: Session, short: Experiment, tmp_path: Path
    ):
        session.workspace.adopt(training(short, l2=0.1))
        run = session.runs.prepare()
        run.owner.train_here()
        other = session.runs.start_another(short)
        other.owner.train_here()
        reader = BoardReader(session.comparison)
        live = reader.read(BoardWish())
        place = live.table.place("validation:loss")
        assert live.table.columns[place].title == "val data loss"
        first = live.runs[0].facts
        assert first.penalty
        whole = run.snapshot().history.epochs[-1].values["val_loss"]
        assert live.table.rows[0].values[place] == pytest.approx(whole - first.penalty)
        session.workspace.open(session.store.save(tmp_path / "kept"))
        saved = reader.read(BoardWish())
        assert saved.table.rows[0].texts == live.table.rows[0].texts


class TestRemoving:
    def test_the_open_run_stays(self, session: Session, short: Experiment):
        session.workspace.adopt(short)
        session.runs.prepare()
        with pytest.raises(SessionError, match="run of the open experiment"):
            session.comparison.remove(session.comparison.entry("A"))

    def test_a_saved_run_goes_with_or_without_its_folder(self, session: Session, folders: Path):
        session.comparison.open([folders])
        session.comparison.remove(session.comparison.entry("A"))
        assert len(list(folders.iterdir())) == 3
        (folders / "eta-0.1" / "mine.txt").write_text("keep", encoding="utf-8")
        for name in ("B", "C"):
            session.comparison.remove(session.comparison.entry(name), files=True)
        left = sorted(path.name for path in folders.rglob("*") if path.is_file() and "eta-0.001" not in str(path))
        assert left == ["mine.txt"]
        assert session.comparison.entries == ()

    def test_a_hidden_run_is_hidden_until_it_is_shown(self, session: Session, folders: Path):
        session.comparison.open([folders])
        session.comparison.hide(session.comparison.entry("B"), True)
        assert [entry.shown for entry in session.comparison.entries] == [True, False, True]
        session.comparison.hide(session.comparison.entry("B"), False)
        assert all(entry.shown for entry in session.comparison.entries)


class TestWeights:
    def test_they_are_subtracted_cell_by_cell(self, session: Session, folders: Path):
        session.comparison.open([folders])
        first, second = (session.comparison.entry(name).source for name in "AB")
        found = weight_differences(first, second)
        assert [each.name for each in found] == ["W1", "b1", "W2", "b2"]
        expected = first.copy_network().parameters["W1"] - second.copy_network().parameters["W1"]
        np.testing.assert_array_equal(found[0].difference, expected)
        assert "every cell differs" in found[0].words
        assert weight_differences(first, first)[0].words == "equal in every cell"

    def test_other_shapes_are_named(self, session: Session, short: Experiment):
        session.workspace.adopt(short)
        one = session.runs.prepare()
        layers = (*short.network.layers[:1], *short.network.layers)
        other = session.runs.start_another(network(short, layers=layers))
        with pytest.raises(SessionError, match=r"W2 is 1 × 5 in one and 5 × 5 in the other"):
            weight_differences(one, other)


def test_a_run_that_has_gone_back_is_read_as_far_as_it_was(session: Session, short: Experiment):
    session.workspace.adopt(short)
    run = session.runs.prepare()
    run.owner.train_here()
    reader = BoardReader(session.comparison)
    whole = reader.read(BoardWish()).runs[0]
    session.runs.seek(3)
    back = reader.read(BoardWish()).runs[0]
    assert back.facts.updates == whole.facts.updates == 14
    np.testing.assert_array_equal(back.train.y, whole.train.y)


def test_a_run_that_trains_is_read_meanwhile(session: Session, experiment: Experiment):
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    run = session.runs.prepare()
    reader = BoardReader(session.comparison)
    assert reader.read(BoardWish()).runs[0].facts.status == "ready"
    run.owner.resume()
    seen = [reader.read(BoardWish()).runs[0] for _ in range(20)]
    run.owner.close()
    assert seen[-1].facts.status == "running"
    lengths = [len(board.train.x) for board in seen]
    assert lengths == sorted(lengths)
    assert reader.read(BoardWish()).runs[0].facts.status == "paused"
