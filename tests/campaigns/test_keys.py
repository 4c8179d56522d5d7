"""A short form of the campaign of keys, and of what it stands on."""

from itertools import islice
from pathlib import Path

import pytest
from textual.events import Paste

from tests.campaigns.key_script import (
    FIELDS,
    HOSTILE,
    Monkey,
    Step,
    hostile_fields,
    key,
    paste,
    read_script,
    write_script,
)
from tests.tui.pilots import press, running, settle
from tests.tui.test_hostile import assert_harmless


@pytest.fixture
def keys_player():
    """The player of scripts in a pseudo-terminal."""
    pytest.importorskip("pty")
    from tests.campaigns import key_player

    return key_player


def test_a_script_is_that_of_its_seed_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    steps = list(islice(Monkey(4).steps(), 500))
    assert steps == list(islice(Monkey(4).steps(), 500))
    assert steps != list(islice(Monkey(5).steps(), 500))
    write_script(tmp_path / "script", steps)
    assert read_script(tmp_path / "script") == steps


def test_a_short_session(keys_player, tmp_path: Path) -> None:
    hard = [key("2"), paste("\ud800"), paste(HOSTILE[0]), Step("size", size=(17, 20)), Step("wait"), key("escape")]
    played = keys_player.play(["sample:xor"], [*hard, *islice(Monkey(8).steps(), 60)], tmp_path, seconds=20)
    assert not played.faults
    assert played.keys > 20


def test_what_goes_wrong_is_told(keys_player, tmp_path: Path) -> None:
    played = keys_player.play(["--no-such-option"], [], tmp_path)
    assert "code 2" in played.faults[0]


@pytest.mark.parametrize("field", ["row", "code", "units"])
async def test_hostile_text_is_plain_in_a_field(field: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with running("sample:iris", *FIELDS[field].split()) as (app, pilot):
        for text in (*HOSTILE[:9], "x" * 100_000):
            app.post_message(Paste(text))
            await settle(pilot)
            assert_harmless(app)
        await press(pilot, "enter", "escape")
        assert_harmless(app)
        assert app.is_running


def test_every_field_gets_every_text() -> None:
    pastes = [step.what for step in hostile_fields(3) if step.what.startswith("paste")]
    assert len(pastes) == len(FIELDS) * len(HOSTILE)
    assert list(hostile_fields(3)) != list(hostile_fields(4))
