"""The doctor by keys: its line, all checks, remedies applied and undone, races, muting."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, steady, text_of, trained
from tui_ann.data.samples import SAMPLES
from tui_ann.experiment.checks import Change
from tui_ann.experiment.files import write_experiment
from tui_ann.session.session import Session
from tui_ann.tui.dialogs.doctor import DoctorDialog
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.shell.preferences import read_preferences
