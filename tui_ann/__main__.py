"""The program's entry: commands, and the application where none is given."""

import gc
import sys
from collections.abc import Sequence

from tui_ann.confinement import hold
from tui_ann.typed_ahead import keys_kept


def open_application(path: str | None, runs: Sequence[str] = ()) -> int:
    """Open the terminal application; the result is the exit code.

    Args:
        path: What to open, if anything.
        runs: The runs to compare, instead of that.
    """
    with keys_kept():
        gc.disable()  # modules and classes stay alive: scanning them for garbage takes a tenth of the startup time
        from tui_ann.tui.shell.app import TuiAnnApp

        gc.freeze()
        gc.enable()
        application = TuiAnnApp(path, runs=runs)
        application.run()
        return application.return_code or 0


def main() -> None:
    """Run the command line and exit with its code."""
    hold()
    try:
        from tui_ann.cli.app import run
    except KeyboardInterrupt:  # Ctrl-C in the first tenth of a second
        sys.exit(130)
    sys.exit(run(open_application))


if __name__ == "__main__":
    main()
