"""The parts of the application that work with data.  They take NumPy, the engine and the reader with them."""

from typing import TYPE_CHECKING

from tui_ann.session.session import Session
from tui_ann.tui.services.opening import Opener
from tui_ann.tui.services.workbench import Workbench

if TYPE_CHECKING:
    from tui_ann.tui.shell.app import TuiAnnApp


class Parts:
    """Session, opener and workbench of an application.

    Args:
        app: The application.
    """

    def __init__(self, app: "TuiAnnApp") -> None:
        self.session = Session(paths=app.paths, runs=app.paths.runs, autosave=True)
        self.opener = Opener(app)
        self.bench = Workbench(app)
