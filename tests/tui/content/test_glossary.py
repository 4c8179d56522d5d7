import pytest

from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.edits import KINDS
from tui_ann.tui.content.glossary import glossary, page
from tui_ann.tui.keys.modes import MODES

LAYER_NAMES = [name for settings in LAYER_SETTINGS.values() for name in settings]
EVERY = [*SETTINGS.values(), *(setting for layer in LAYER_SETTINGS.values() for setting in layer.values())]
NOT_IN_A_FORM = {"path", "ignore", "classes", "layers", "schema", "name"}


@pytest.mark.parametrize("name", sorted({setting.name for setting in EVERY} - NOT_IN_A_FORM))
def test_every_setting_is_explained(name):
    term = glossary().term(name)
    assert term is not None
    assert term.text.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_is_explained(kind):
    assert glossary().term(kind) is not None
    assert choice_note("layer", kind)


def words():
    for setting in EVERY:
        for word in setting.choices:
            if setting.name not in ("monitor", "schema"):
                yield setting.name, word


@pytest.mark.parametrize(("setting", "word"), sorted(set(words())))
def test_every_word_of_a_setting_has_a_line(setting, word):
    assert choice_note(setting, word)


def test_no_line_explains_what_does_not_exist():
    known = {setting.name: set(map(str, setting.choices)) for setting in EVERY}
    known |= {"layer": set(KINDS), "header": {"true", "false"}}
    for setting, lines in glossary().choices().items():
        assert set(lines) <= known[setting]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.id)
def test_every_screen_has_a_page(mode):
    assert page(mode.id).startswith(f"## {mode.title}")


def test_a_page_that_is_not_there_is_empty():
    assert page("nowhere") == ""
