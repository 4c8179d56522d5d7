"""A report with every block."""

import numpy as np

from tui_ann.export.report.document import (
    CodeBlock,
    CurveBlock,
    CurveLine,
    ListBlock,
    ParagraphBlock,
    ReportSection,
    RunReport,
    WorkedBlock,
    table,
)
from tui_ann.export.worked import solution, worked_solution
from tui_ann.session.session import Session

HOSTILE = "<script>alert(1)</script> | \\input{x} $a_b$ `c` [l](u) & \n# é \"q\" 'r'"


def report(name="plain"):
    """A report on the worked example.

    Args:
        name: What data, classes and run are called.
    """
    session = Session()
    session.workspace.open("sample:worked-example")
    run = session.runs.prepare()
    taken = session.stepper.trace_of(1)
    worked = WorkedBlock(
        solution(run.network, taken, name=name), worked_solution(run.network, taken, format="python", name=name)
    )
    curve = CurveBlock(f"Loss of {name}", (CurveLine(name[:20], np.array([0.5, 0.2, 0.1])),), best=2)
    blocks = (
        ParagraphBlock(f"A paragraph on {name}."),
        ListBlock(("first item", name)),
        table(["figure", name], [[f"accuracy {name}", "0.97"]], [1]),
        curve,
        worked,
        CodeBlock(f'name = "{name}"\ntui-ann train x.toml', "toml"),
    )
    return RunReport(f"Report on {name}", (ReportSection("Result", blocks), ReportSection(name, ())))
