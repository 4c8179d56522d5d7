"""TeX that compiles with the plain article class, and Markdown with its mathematics in blocks."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.export.cases import NAMES, Case, case, described, everything, worked
from tui_ann.engine.layers import Dense, Layer
from tui_ann.export.exercise import exercise
from tui_ann.export.worked import worked_solution
from tui_ann.export.worked.nodes import (
    BlankNode,
    CasesNode,
    FunctionNode,
    MatrixNode,
    NumberNode,
    Row,
    SymbolNode,
    TotalNode,
    TransposedNode,
    WordsNode,
    row,
)
from tui_ann.export.worked.tex import TexPrinter
from tui_ann.text.symbols import Symbol

NASTY = r"50 % of_all {x} & $y$ # ~ ^ \input <α> — ünï ☃ 日本"


def assert_balanced(text: str) -> None:
    begun, ended = (Counter(re.findall(rf"\\{word}{{(\w+\*?)}}", text)) for word in ("begin", "end"))
    assert begun == ended
    assert text.count(r"\left") == text.count(r"\right")
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize("name", NAMES)
def test_structure(name: str) -> None:
    made = described(name)
    latex = worked_solution(*made, format="latex", name=NASTY)
    assert latex.isascii()
    assert re.findall(r"\\(?:documentclass|usepackage).*", latex) == [
        r"\documentclass[a4paper]{article}",
        r"\usepackage{amsmath}",
    ]
    assert latex.endswith("\\end{document}\n")
    assert_balanced(latex)
    assert not re.search(r"\^{[^{}]*}\^", latex)
    markdown = worked_solution(*made, format="markdown", name=NASTY)
    assert markdown.count("$$") % 2 == 0
    for block in markdown.split("$$")[1::2]:
        assert_balanced(block)
        assert block.isascii()
        assert "\n\n" not in block
    assert not re.search(r"(?m)^\$\$.+$", markdown)


def cases_to_compile() -> dict[str, Case]:
    wide: list[Layer] = [Dense(128, "relu"), Dense(10, "softmax")]
    return {
        "worked": worked(),
        "everything": everything(optimizer="adam"),
        "large": case(wide, "categorical_crossentropy", m=784, n=32, batch_size=32),
    }


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX on this machine")
def test_it_compiles(tmp_path: Path) -> None:
    documents = {name: worked_solution(*made, format="latex", name=NASTY) for name, made in cases_to_compile().items()}
    sheet, solved = exercise(*everything(), format="latex")
    for name, text in {**documents, "sheet": sheet, "solved": solved}.items():
        (tmp_path / f"{name}.tex").write_text(text, encoding="ascii")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert result.returncode == 0, result.stdout.decode(errors="replace")[-2000:]
        assert (tmp_path / f"{name}.pdf").exists()


@pytest.mark.parametrize(
    ("mathematics", "tex"),
    [
        (row("z1", "=", "W1", "x", "+", "b1"), "z^{[1]} = W^{[1]} x + b^{[1]}"),
        (row(0.5, "·", -3.2e-7), r"0.5 \cdot (-3.2 \cdot 10^{-7})"),
        (row(TransposedNode(row("W2")), "dz2"), r"{W^{[2]}}^{\top} \frac{\partial L}{\partial z^{[2]}}"),
        (row(MatrixNode(np.array([[1.0, -2.0]]))), r"\begin{bmatrix} 1 & -2 \end{bmatrix}"),
        (row(NumberNode(np.nan), ",", NumberNode(-np.inf)), r"\text{--} ,\quad -\infty"),
        (row(FunctionNode("sign", row("W1"))), r"\operatorname{sign}\left( W^{[1]} \right)"),
        (row(TotalNode("j"), WordsNode("50 %")), r"\sum_{j} \text{ 50 \% }"),
        (row(BlankNode(1, 2)), r"\begin{bmatrix} \underline{\hspace{3em}} & \underline{\hspace{3em}} \end{bmatrix}"),
        (
            row(CasesNode(row(1), row("z1", SymbolNode(Symbol.parse(">")), 0), row(0))),
            r"\begin{cases} 1 & \text{if } z^{[1]} > 0 \\ 0 & \text{else} \end{cases}",
        ),
    ],
)
def test_nodes(mathematics: Row, tex: str) -> None:
    assert TexPrinter(4).row(mathematics) == tex


def test_a_large_matrix_shows_its_corners() -> None:
    tex = TexPrinter(4).matrix(np.full((128, 784), 0.5))
    assert tex.endswith(r"\end{bmatrix}_{128 \times 784}")
    assert r"\vdots" in tex
    assert tex.count("&") <= 7 * 10
