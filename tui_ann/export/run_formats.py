"""The formats of a trained run, one record each; a new format needs a new record.

Nothing heavy is imported here, so that a command can name the formats without loading NumPy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from tui_ann.errors import SessionError
from tui_ann.export.formats import Format


@dataclass(frozen=True)
class RunFormat(Format):
    """A format of a run; its writer takes an `ExportedRun` and returns its `Files`, unless it is a report."""

    is_report: bool = False
    """Whether it is a report for people; its writer takes a `RunReport` and returns the text."""
    needs_rows: bool = False
    """Whether the writer needs the rows of the run."""
    reads_files: bool = False
    """Whether what it writes reads data files; how the run's own file is read is then looked up, if it is there."""
    needs_moments: bool = False
    """Whether the writer shows parameters over the epochs; they are repeated from the start if that is quick."""
    extra: str = ""
    """The extra of this package that installs what the writer needs; empty if it needs nothing."""
    modules: tuple[str, ...] = ()
    """The modules of that extra which must be there."""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files instead of one file with companions."""
        return not self.suffix

    def check_installed(self) -> None:
        """Refuse a format whose library is missing.

        Raises:
            SessionError: It is not installed; the remedy is the command that installs it.
        """
        lacking = [module for module in self.modules if find_spec(module) is None]
        if lacking:
            raise SessionError(
                f"The format {self.name} needs {' and '.join(lacking)}, which is not installed.",
                remedy=f"Install it with: pip install 'tui-ann[{self.extra}]'.",
                code="needs_extra",
            )


_AT = "tui_ann.export.runs"
_REPORT = "tui_ann.export.report"

RUN_FORMATS: Mapping[str, RunFormat] = {
    each.name: each
    for each in (
        RunFormat("keras", "py", "a script that repeats the training", f"{_AT}.keras_script:to_keras", needs_rows=True),
        RunFormat(
            "keras-functional",
            "py",
            "the same with the functional API",
            f"{_AT}.keras_script:to_keras_functional",
            needs_rows=True,
        ),
        RunFormat(
            "keras-file",
            "keras",
            "a model to load: scaling, layers, weights",
            f"{_AT}.keras_file:to_keras_file",
            extra="keras",
            modules=("h5py",),
        ),
        RunFormat(
            "pytorch",
            "py",
            "a script, with the weights as safetensors",
            f"{_AT}.pytorch:to_pytorch",
            reads_files=True,
        ),
        RunFormat(
            "sklearn",
            "py",
            "a script that fills a Pipeline, where it can",
            f"{_AT}.sklearn_:to_sklearn",
            reads_files=True,
        ),
        RunFormat(
            "python",
            "py",
            "one file without any library; it reads a CSV",
            f"{_AT}.python_:to_python",
            reads_files=True,
        ),
        RunFormat(
            "numpy", "py", "the same, computed with NumPy line by line", f"{_AT}.numpy_:to_numpy", reads_files=True
        ),
        RunFormat(
            "onnx",
            "onnx",
            "raw columns in, labels and probabilities out",
            f"{_AT}.onnx_:to_onnx",
            extra="onnx",
            modules=("onnx",),
        ),
        RunFormat("c", "c", "one C99 file, a raw row in, the answer out", f"{_AT}.c:to_c"),
        RunFormat(
            "tensorboard",
            "",
            "a folder of curves and weight histograms",
            f"{_AT}.tensorboard:to_tensorboard",
            needs_moments=True,
            extra="tensorboard",
            modules=("tensorboardX",),
        ),
    )
}
"""Every format for other programs by name."""

REPORT_FORMATS: Mapping[str, RunFormat] = {
    each.name: each
    for each in (
        RunFormat(
            "markdown",
            "md",
            "a report with tables and formulas",
            f"{_REPORT}.markdown:to_markdown_report",
            is_report=True,
        ),
        RunFormat(
            "html",
            "html",
            "a report as one page, for a browser or print",
            f"{_REPORT}.html:to_html_report",
            is_report=True,
        ),
        RunFormat(
            "latex", "tex", "a report to compile, with its curves", f"{_REPORT}.latex:to_latex_report", is_report=True
        ),
        RunFormat(
            "ipynb",
            "ipynb",
            "a report as a Jupyter notebook",
            f"{_REPORT}.notebook:to_notebook_report",
            is_report=True,
            extra="notebook",
            modules=("nbformat",),
        ),
    )
}
"""Every format of a report by name."""
EXPORT_FORMATS = {**RUN_FORMATS, **REPORT_FORMATS}
"""All of them."""


def run_format_named(name: str) -> RunFormat:
    """A format by its name.

    Raises:
        SessionError: There is no such format.
    """
    if name not in EXPORT_FORMATS:
        raise SessionError(
            f"There is no format “{name}” for a run.",
            remedy=f"Take one of {', '.join(EXPORT_FORMATS)}.",
            code="bad_format",
        )
    return EXPORT_FORMATS[name]
