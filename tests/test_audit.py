"""What `.ci/audit` says of vulnerabilities: what was not looked up is not without any."""

import runpy
from pathlib import Path

import pytest

SAID = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "audit_report.py"))["said"]
GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1"}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "words"),
    [
        ([GOOD], 0, "No vulnerability is known of 1 packages."),
        ([GOOD, BAD, UNKNOWN], 1, "b 2 has the known vulnerability PYSEC-1"),
        ([GOOD, UNKNOWN], 3, "does not know 1 of 2 packages"),
        ([], 3, "does not know any package"),
    ],
)
def test_a_report_is_told(packages, code, words):
    lines, found = SAID(packages)
    assert found == code
    assert words in lines[0]
