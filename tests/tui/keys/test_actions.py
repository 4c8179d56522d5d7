import pytest
from textual.screen import Screen
from textual.widget import Widget

from tui_ann.tui.dialogs.breakpoints import BreakpointsDialog
from tui_ann.tui.dialogs.choose import ChecklistDialog, ChooseDialog
from tui_ann.tui.dialogs.doctor import DoctorDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog, CrashDialog, ErrorDialog
from tui_ann.tui.dialogs.microscope import MicroscopeDialog
from tui_ann.tui.dialogs.neuron import NeuronDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.row_form import RowFormDialog
from tui_ann.tui.dialogs.what_if import WhatIfDialog
from tui_ann.tui.keys.actions import ACTIONS, BY_ID, bindings
from tui_ann.tui.keys.keymap import default_keys, split_keys
from tui_ann.tui.keys.modes import MODES
from tui_ann.tui.keys.remedies import REFUSED, REMEDIES
from tui_ann.tui.screens.build import BuildScreen
from tui_ann.tui.screens.compare import CompareScreen
from tui_ann.tui.screens.data import DataScreen
from tui_ann.tui.screens.explore import ExploreScreen
from tui_ann.tui.screens.predict import PredictScreen
from tui_ann.tui.screens.start import StartScreen
from tui_ann.tui.screens.step import StepScreen
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.row_list import RowList

SCREENS = {
    "start": StartScreen, "data": DataScreen, "build": BuildScreen, "train": TrainScreen, "step": StepScreen,
    "explore": ExploreScreen, "compare": CompareScreen, "predict": PredictScreen,
}  # fmt: skip
OVERRIDDEN = {"explore.y_axis": "app.take", "data.dialect": "app.read_as"}
"""Action of a screen → that of the application whose key it takes there: x and y belong together, and on Data the
format is that of the file on the screen."""
WITH_KEYS = [
    TuiAnnApp, *SCREENS.values(), RowList, ChooseDialog, ChecklistDialog, FormDialog, ConfirmDialog, CrashDialog,
    ErrorDialog, OpenDialog, MicroscopeDialog, NeuronDialog, WhatIfDialog, BreakpointsDialog, MatrixEntryDialog,
    DoctorDialog, RowFormDialog,
]  # fmt: skip


def test_every_action_has_a_key_and_every_key_an_action():
    assert set(default_keys()) == set(BY_ID)


def test_ids_are_unique():
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_explains_itself_in_a_sentence(action):
    assert action.label
    assert action.help.endswith(".")
    assert action.help[0].isupper()


@pytest.mark.parametrize("owner", WITH_KEYS, ids=lambda owner: owner.__name__)
def test_every_binding_has_an_id_and_a_tooltip(owner):
    for _, binding in owner._merge_bindings():
        assert binding.id in BY_ID
        assert binding.tooltip


@pytest.mark.parametrize(
    "owner", [TuiAnnApp, *(o for o in WITH_KEYS if issubclass(o, Screen))], ids=lambda o: o.__name__
)
def test_every_action_is_found_where_its_key_is_bound(owner):
    """A dialog that binds a key of the application has no action of that name itself."""
    app = TuiAnnApp()
    namespaces = {"app": app, "screen": StartScreen, "": app if owner is TuiAnnApp else owner}
    for _, binding in owner._merge_bindings():
        first, _, rest = binding.action.partition("(")[0].rpartition(".")
        assert hasattr(namespaces[first], f"action_{rest}"), binding.action


async def test_every_action_of_a_screen_can_be_done():
    app = TuiAnnApp()
    async with app.run_test():
        for scope, screen in SCREENS.items():
            verbs = screen().verbs
            for action in ACTIONS:
                if action.scope == scope and not action.method.startswith("app."):
                    assert action.id.partition(".")[2] in verbs, action.id


def test_every_other_action_of_a_screen_is_one_of_the_application():
    app = TuiAnnApp()
    for action in ACTIONS:
        if action.scope in SCREENS and action.method.startswith("app."):
            assert hasattr(app, f"action_{action.method.removeprefix('app.').partition('(')[0]}"), action.id


def test_every_action_of_the_application_can_be_done():
    app = TuiAnnApp()
    for action in ACTIONS:
        if action.scope == "app":
            name = action.method.partition("(")[0]
            owner = Widget if name == "screen.copy_text" else StartScreen if name.startswith("screen.") else app
            if owner is not Widget:
                assert hasattr(owner, f"action_{name.removeprefix('screen.').removeprefix('app.')}"), action.id


ONE_AT_A_TIME = ({"explore.add", "explore.descents"}, {"explore.now", "explore.output"})
"""Actions with the same key that are never offered together: those of different views of Explore, for example."""


def test_no_key_is_given_twice_on_one_screen():
    for mode in MODES:
        taken: dict[str, str] = {}
        for action in ACTIONS:
            if action.scope in ("app", mode.id):
                for key in split_keys(action.keys):
                    before = taken.setdefault(key, action.id)
                    either = any({before, action.id} <= pair for pair in ONE_AT_A_TIME)
                    assert either or before in (action.id, OVERRIDDEN.get(action.id))
                    taken[key] = action.id


OF_THE_DOCTOR = {"doctor.fork", "doctor.mute", "doctor.judged"}
"""Letters of the doctor's dialog that screens use otherwise; no screen can be used while it is open."""


def test_a_letter_means_the_same_on_every_screen():
    meanings: dict[str, dict[str, list[str]]] = {}
    for action in ACTIONS:
        for key in split_keys(action.keys):
            if len(key) == 1 and key.isalpha() and action.id not in {"explore.y_axis", *OF_THE_DOCTOR}:
                meanings.setdefault(key, {}).setdefault(action.meaning or action.label, []).append(action.id)
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


MOVING = {"list", "lines", "study", "reveal", "course", "step", "exercise", "doctor"}
"""Scopes in which the arrows go somewhere."""


def test_arrows_move_and_never_edit():
    for action in ACTIONS:
        if {"up", "down", "left", "right"} & set(split_keys(action.keys)):
            assert action.scope in MOVING, action.id


def test_bindings_can_be_picked_by_name():
    assert [binding.id for binding in bindings("list", "up", "down")] == ["list.up", "list.down"]


def test_remedies_are_actions():
    assert set(REMEDIES.values()) | set(REFUSED.values()) <= set(BY_ID)
