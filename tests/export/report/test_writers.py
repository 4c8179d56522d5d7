"""Each format of a report holds every block, shows hostile texts as they are, and is read back by its own reader."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from tests.export.report.made import HOSTILE, report
from tui_ann.export.report.curve_svg import HEIGHT, WIDTH, curve_svg
from tui_ann.export.report.document import CurveBlock, CurveLine, ReportSection
from tui_ann.export.report.markdown import few_epochs
from tui_ann.export.run_formats import REPORT_FORMATS

INSTALLED = [form for form in REPORT_FORMATS.values() if all(find_spec(module) for module in form.modules)]
needs_notebook = pytest.mark.skipif(find_spec("nbformat") is None, reason="pip install 'tui-ann[notebook]'")


def written(name, made=None):
    return REPORT_FORMATS[name].write(made or report())


@pytest.mark.parametrize("form", INSTALLED, ids=lambda form: form.name)
def test_every_block_is_written_and_another_one_refused(form):
    text = written(form.name)
    for said in ("Result", "A paragraph", "first item", "0.97", "epoch", "tui-ann train"):
        assert said in text
    strange = replace(report(), sections=(ReportSection("x", (object(),)),))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="No writer for object"):
        form.write(strange)


class Reader(html.parser.HTMLParser):
    """The elements, their text, and what is loaded."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.loads = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "href") and not value.startswith("#")]

    def handle_data(self, data):
        self.text.append(data)


def test_a_page_loads_nothing_runs_nothing_and_shows_hostile_names_as_they_are():
    reader = Reader()
    reader.feed(written("html", report(HOSTILE)))
    assert "script" not in reader.tags
    assert reader.loads == []
    assert "<script>alert(1)</script>" in "".join(reader.text)
    assert reader.tags.count("svg") == 1
    assert reader.tags.count("table") == 1


def test_markdown_and_latex_have_no_markup_of_names():
    markdown = written("markdown", report(HOSTILE))
    (row,) = (line for line in markdown.splitlines() if "0.97" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert "<script>" not in "".join(re.split("(?s)```.*?```", markdown)).replace("\\<", "")
    latex = written("latex", report(HOSTILE))
    assert r"\input{x}" not in latex
    assert latex.count(r"\begin{longtable}") == latex.count(r"\end{longtable}") == 1
    assert latex.isascii()


@needs_notebook
def test_a_notebook_is_valid_and_its_cells_run_and_print_the_numbers():
    text = written("ipynb")
    assert written("ipynb") == text
    notebook = json.loads(text)
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    picture, script = code
    assert "SVG(" in picture
    ran = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "0.08" in ran.stdout, "the loss of the worked example"


@pytest.mark.skipif(find_spec("nbclient") is None, reason="pip install 'tui-ann[test-readers]'")
def test_a_notebook_is_executed_by_its_own_client(tmp_path, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = NotebookClient(nbformat.reads(written("ipynb"), 4), timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert {output.output_type for output in outputs} == {"display_data", "stream"}


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_a_browser_lays_the_page_out(tmp_path):
    page = tmp_path / "report.html"
    page.write_text(written("html", report(HOSTILE)), encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    ran = subprocess.run(
        ["chromium", *flags.split(), f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=100,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    reader = Reader()
    reader.feed(ran.stdout)
    assert "script" not in reader.tags
    assert "<script>alert(1)</script>" in "".join(reader.text)
    subprocess.run(
        [
            "chromium",
            *flags.split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            "--print-to-pdf=out.pdf",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
        timeout=100,
        cwd=tmp_path,
    )
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX on this machine")
def test_tex_compiles_it(tmp_path):
    (tmp_path / "report.tex").write_text(written("latex", report(HOSTILE)), encoding="utf-8")
    subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "report.tex"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "report.pdf").exists()


def points(svg):
    found = [line.get("points").split() for line in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}polyline")]
    return [[tuple(map(float, point.split(","))) for point in line] for line in found]


def test_a_curve_is_drawn_where_its_values_are_and_breaks_at_gaps():
    y = np.array([1.0, 0.5, np.nan, 0.25, 0.0])
    first, second = points(curve_svg(CurveBlock("loss", (CurveLine("training", y),))))
    assert (len(first), len(second)) == (2, 2)
    xs = [x for x, _ in (*first, *second)]
    assert xs == sorted(xs)
    heights = [at for _, at in (*first, *second)]
    assert np.allclose(np.diff(heights), np.array([0.5, 0.25, 0.25]) * (heights[3] - heights[0]), atol=0.11)
    assert all(0 <= x <= WIDTH and 0 <= at <= HEIGHT for x, at in (*first, *second))


@pytest.mark.parametrize("y", [[0.3], [2.0, 2.0], [1e-9, 1e9], [1e308, -1e308], [0.0, 0.0]])
def test_any_range_is_drawn(y):
    values = np.array(y)
    log = bool((values > 0).all() and values.max() > 1e3 * values.min())
    svg = curve_svg(CurveBlock("loss", (CurveLine("training", values),), log=log, best=1))
    assert "nan" not in svg
    assert "inf" not in svg
    assert all(0 <= x <= WIDTH and 0 <= at <= HEIGHT for line in points(svg) for x, at in line)


def test_of_many_epochs_the_extremes_stay():
    y = np.ones(50_000)
    y[31_234] = 9.0
    (line,) = points(curve_svg(CurveBlock("loss", (CurveLine("training", y),))))
    assert len(line) < 1300
    assert min(at for _, at in line) < 40


def test_few_epochs_are_listed_with_the_first_the_last_and_the_best():
    lines = (CurveLine("training", np.arange(1.0, 1001.0)), CurveLine("validation", np.arange(1.0, 901.0)))
    shown = few_epochs(CurveBlock("loss", lines, best=321))
    epochs = [row[0] for row in shown.rows]
    assert (epochs[0], epochs[-1]) == ("1", "1 000")
    assert "321" in epochs
    assert shown.rows[-1] == ("1 000", "1000", "–")
