"""Every run on disk is on a list of Start, whichever way the program ended."""

import pytest

from tests.session.conftest import training
from tests.session.store.test_recovery import MakeSession
from tui_ann.experiment.spec import Experiment
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Recents
from tui_ann.text import number


@pytest.mark.parametrize("epochs", [2, 30], ids=["ended", "unfinished"])
def test_every_saved_run_is_on_the_list_of_recent_work(
    make_session: MakeSession, experiment: Experiment, paths: UserPaths, epochs: int
) -> None:
    session = make_session(autosave=True, recents=Recents(paths.recents))
    session.workspace.adopt(training(experiment, epochs=epochs))
    session.runs.one_update(14)
    session.runs.prepare()
    folder = session.preserve()
    (entry,) = Recents(paths.recents).entries()
    assert (entry.kind, entry.source, entry.name) == ("run", str(folder), "small")
    part, loss, _, _ = session.runs.prepare().results().headline
    assert loss is not None
    assert entry.note.startswith(f"{'val' if part == 'validation' else part} loss {number(loss, 3)} · ")


def test_a_program_that_is_killed_while_it_saves_leaves_the_run_on_a_list(
    make_session: MakeSession, experiment: Experiment, paths: UserPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(autosave=True, recents=Recents(paths.recents))
    session.workspace.adopt(training(experiment, epochs=2))
    session.runs.prepare().owner.train_here()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Recents, "add", killed)
    with pytest.raises(KeyboardInterrupt):
        session.preserve()
    session.close()
    (left,) = make_session().store.recoverable()
    assert left.ended
