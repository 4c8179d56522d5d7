"""The pictures of the README are those of the present program."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any
from xml.dom import minidom

import pytest

from tui_ann.session.run import pace

ROOT = Path(__file__).parents[2]
MAKE = "The pictures are out of date: make them again with  python docs/pictures.py"


def script() -> Any:
    """`docs/pictures.py` as a module."""
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pictures"] = module
    spec.loader.exec_module(module)
    return module


PICTURES = script()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr(pace, "PLAYING", 2.0)  # nobody watches, so the runs take no twelve seconds
    monkeypatch.setattr(PICTURES, "BETWEEN", 0.05)


@pytest.mark.parametrize("name", PICTURES.SCENES)
async def test_a_picture_says_what_the_program_says_now(name, tmp_path):
    shown = (ROOT / ".github" / f"{name}.svg").read_text(encoding="utf-8")
    now = await PICTURES.picture(PICTURES.SCENES[name], tmp_path / "home")
    assert PICTURES.words_of(shown) == PICTURES.words_of(now), MAKE


def test_the_readme_shows_only_pictures_that_the_script_makes():
    names = re.findall(r"\]\(\.github/([\w-]+)\.svg\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(names) <= {*PICTURES.SCENES, "first-seconds"}
    assert all((ROOT / ".github" / f"{name}.svg").exists() for name in names)


def test_numbers_and_lines_are_no_words():
    assert PICTURES.words_of("<text>┃ loss 0.5&#160;s │</text><text>a · epoch 3</text>") == ["loss", "epoch"]


def test_a_line_that_changes_is_shown_in_its_time_only():
    frame = PICTURES.Frame
    image = PICTURES.moving([frame(0.0, ("<a/>", "<s/>")), frame(1.0, ("<b/>", "<s/>"))], 4.0, (10, 2))
    minidom.parseString(image)
    assert image.count("<animate") == 2  # the second line never changes
    assert 'values="visible;hidden" keyTimes="0.0000;0.2500"' in image
    assert 'values="hidden;visible" keyTimes="0.0000;0.2500"' in image


async def test_the_recording_goes_from_start_to_the_parts_of_an_update(tmp_path):
    image = await PICTURES.recording(tmp_path / "home", (80, 24))
    minidom.parseString(image)
    words = PICTURES.words_of(image)
    assert {"Start", "Spirals", "epoch", "Backward"} <= set(words)
    assert image.count("<animate") > len(PICTURES.RECORDED), "each key changes something"


def test_a_line_that_occurs_again_is_written_once_and_colours_are_shared():
    frame, line = PICTURES.Frame, '<text fill="#123456">x</text>'
    image = PICTURES.moving([frame(0.0, (line, "<s/>")), frame(1.0, ("<b/>", line))], 4.0, (10, 2))
    minidom.parseString(image)
    assert image.count("<text class") == 1
    assert image.count('<use href="#l0"') == 2
    assert image.count("#123456") == 1
    assert image.count("<animate") == 2, "what is shown at the same time is one group"


def test_the_recording_is_small_enough_for_a_readme():
    assert (ROOT / ".github" / "first-seconds.svg").stat().st_size < 700_000
