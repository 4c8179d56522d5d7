from pathlib import Path

import pytest

from tui_ann.session.store.paths import UserPaths


def test_one_variable_moves_everything(tmp_path: Path) -> None:
    paths = UserPaths.of_user({"TUI_ANN_HOME": str(tmp_path)})
    for place in (paths.keymap, paths.settings, paths.runs, paths.recovery, paths.recents):
        assert place.is_relative_to(tmp_path)


def test_nothing_is_created_by_asking(tmp_path: Path) -> None:
    UserPaths.of_user({"TUI_ANN_HOME": str(tmp_path / "new")}).runs  # noqa: B018
    assert not (tmp_path / "new").exists()


def test_a_relative_home_does_not_move_with_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert UserPaths.of_user({"TUI_ANN_HOME": "here"}).runs == tmp_path / "here" / "runs"


def test_without_the_variable_the_system_decides() -> None:
    paths = UserPaths.of_user({"TUI_ANN_HOME": ""})
    assert paths.config.name == paths.data.name == paths.state.name == "tui-ann"


def test_dot_config_is_honoured_on_macos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".config" / "tui-ann").mkdir(parents=True)
    assert UserPaths.of_user({}).keymap == tmp_path / ".config" / "tui-ann" / "keymap.toml"
