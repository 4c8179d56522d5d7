"""The list of everything: actions of all screens, things to open, terms."""

import asyncio

import pytest

from tests.tui.pilots import press, running, settle, shown, text_of, type_text
from tui_ann.tui.content import commands as commands_module
from tui_ann.tui.content.commands import Command, matching
from tui_ann.tui.content.glossary import glossary
from tui_ann.tui.dialogs.help import HelpDialog
from tui_ann.tui.dialogs.microscope import MicroscopeDialog
from tui_ann.tui.dialogs.palette import PaletteDialog
from tui_ann.tui.keys.actions import ACTIONS
from tui_ann.tui.keys.modes import MODES
from tui_ann.tui.shell.commands import CommandList
from tui_ann.tui.widgets.row_list import RowList


async def nothing():
    pass


def command(name, help="", key=""):
    return Command(name, help, "Here", nothing, key=key)


def test_every_word_must_occur_and_the_begin_of_a_name_counts_most():
    commands = [
        command("Microscope", "Shows one weight."), command("One weight", "Types it."), command("Weights", "Takes them."),
        command("Theme", "Colours."),
    ]  # fmt: skip
    assert [found.name for found in matching(commands, "weight")] == ["Weights", "One weight", "Microscope"]
    assert [found.name for found in matching(commands, "weight ONE")] == ["One weight", "Microscope"]
    assert matching(commands, "") == commands
    assert matching(commands, "nonsense") == []


@pytest.mark.parametrize("pasted", ["a b " * 10_000, " ".join(map(str, range(10_000)))])
def test_each_word_of_a_pasted_text_is_looked_for_once_and_none_after_one_that_is_missing(monkeypatch, pasted):
    looked = []
    score = commands_module._score
    monkeypatch.setattr(commands_module, "_score", lambda *given: looked.append(given) or score(*given))
    matching([command("A ball")], pasted)
    assert len(looked) <= 2


@pytest.mark.parametrize("word", ["light", "dark", "contrast", "theme"])
def test_the_theme_is_found_by_what_it_is_for(word):
    commands = [command(action.label, action.help) for action in ACTIONS]
    assert "Theme" in [found.name for found in matching(commands, word)]


def test_a_key_finds_its_action_first():
    commands = [command("Maximise", key="z"), command("Microscope", key="m")]
    assert matching(commands, "m")[0].name == "Microscope"


async def test_it_has_every_action_of_every_screen_and_every_term():
    async with running("sample:xor", "3") as (app, _):
        commands = CommandList(app, app).commands()
        names = [(found.where or "here", found.name, found.key) for found in commands]
        for mode in MODES:
            for action in (action for action in ACTIONS if action.scope == mode.id):
                if action.id in ("train.now", "train.step_here"):  # only while an earlier moment is shown
                    continue
                where = "here" if mode.id == "train" else f"on {mode.title}"
                assert (where, action.label, app.key_of(action.id)) in names
        assert {term.title for term in glossary().terms.values()} <= {found.name for found in commands}


async def test_an_action_of_another_screen_is_done_there():
    async with running("sample:xor", "ctrl+p") as (app, pilot):
        assert isinstance(app.screen, PaletteDialog)
        await type_text(pilot, "microscope")
        await settle(pilot)
        assert "on Step: " in text_of(app)
        await press(pilot, "enter")
        async with asyncio.timeout(60):  # the dialog opens once the thread of the stepper has answered
            while not isinstance(app.screen, MicroscopeDialog):
                await settle(pilot, "commands", "stepping")
        assert app.current_mode == "step"


async def test_what_is_not_possible_there_is_told():
    async with running(None, "ctrl+p") as (app, pilot):
        await type_text(pilot, "on data target")
        await press(pilot, "enter")
        await settle(pilot, "commands")
        assert app.current_mode == "data"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("backprop", "The ledger of an update"),
        ("backpropagation", "The formula of a part"),
        ("chain rule", "The formula of a part"),
        ("sgd", "Update rule"),
        ("stochastic gradient descent", "Variant of gradient descent"),
        ("learning rate", "Learning rate η"),
    ],
)
async def test_a_term_is_found_by_its_other_words(words, title):
    async with running(None) as (app, _):
        found = [command.name for command in matching(CommandList(app, app).commands(), words)]
        assert title in found[:3]


async def test_a_term_is_explained():
    async with running(None, "ctrl+p") as (app, pilot):
        await type_text(pilot, "dropout layer")
        await press(pilot, "enter")
        assert isinstance(app.screen, HelpDialog)
        assert "set to zero with the given probability" in text_of(app)


async def test_the_arrows_move_while_typing_and_escape_does_nothing():
    async with running("sample:xor", "3", "ctrl+p") as (app, pilot):
        await press(pilot, "down", "pagedown", "up")
        assert app.screen.query_one("#found", RowList).cursor > 5
        await press(pilot, "escape")
        assert app.current_mode == "train"


async def test_a_text_that_matches_nothing_can_be_entered():
    async with running(None, "ctrl+p") as (app, pilot):
        await type_text(pilot, "qqq")
        await press(pilot, "enter")
        assert "Nothing matches." in text_of(app)


async def test_a_sentence_that_is_cut_stands_whole_below_the_list():
    async with running("sample:xor", "ctrl+p", "down", "down", size=(80, 24)) as (app, _):
        text = text_of(app)
        assert text.count("Trains slower") == 2
        assert "Trains slower, down to one update a second." in text
    async with running("sample:xor", "2", "tab", "tab", "enter", size=(80, 24)) as (app, pilot):
        assert "½ min(1, |ŷⱼ − yⱼ|)²)" not in text_of(app)
        names = [choice.value for choice in shown(app).choices]
        for _ in range(names.index("binary_crossentropy") - names.index("huber")):
            await press(pilot, "up")
        assert "½ min(1, |ŷⱼ − yⱼ|)²)" in text_of(app)


async def test_the_key_of_an_action_that_is_not_possible_now_is_found_and_says_so():
    async with running("sample:xor", "3", "ctrl+p") as (app, pilot):
        await type_text(pilot, "$")
        await settle(pilot)
        row = next(line for line in text_of(app).splitlines() if "To the end" in line)
        assert "not now" in row
        await press(pilot, "enter")
        assert any("“To the end” is not possible now." in note.message for note in app._notifications)
