"""The services.  Importing them loads NumPy, the engine and the reader, so they are imported late."""

from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths
from tui_ann.tui.services.following import Following
from tui_ann.tui.services.host import Host
from tui_ann.tui.services.judging import ResultJudge
from tui_ann.tui.services.opening import Opener
from tui_ann.tui.services.runner import Runner
from tui_ann.tui.services.workbench import Workbench


class LazyServices:
    """Session, opener, workbench and judge of an application.

    Args:
        app: The application.
        paths: Paths of the user's runs and unfinished work.
        runner: Runs the training.
    """

    def __init__(self, app: Host, paths: UserPaths, runner: Runner) -> None:
        self.session = Session(paths=paths, runs=paths.runs, autosave=True, recents=app.recents)
        self.opener = Opener(app, runner)
        self.bench = Workbench(app, runner)
        self.judge = ResultJudge(app, runner)
        self.following = Following(app, runner)
