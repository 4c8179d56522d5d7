"""Says what pip-audit found: `python .ci/audit_report.py REPORT`, for `.ci/audit`.

A package that was not looked up is not a package without vulnerabilities, so the two have different exit codes: 1 a
vulnerability is known, 3 nothing is known of some packages, 0 none is known of any.
"""

import json
import sys
from typing import Any


def said(packages: list[dict[str, Any]]) -> tuple[list[str], int]:
    """The lines to print, and the exit code.

    Args:
        packages: The `dependencies` of the report; empty if there is no report.
    """
    lines = [
        f"{each['name']} {each['version']} has the known vulnerability {flaw['id']}: raise it in requirements-dev.lock."
        for each in packages
        for flaw in each.get("vulns", [])
    ]
    if lines:
        return lines, 1
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    if skipped or not packages:
        which = f"{len(skipped)} of {len(packages)} packages" if packages else "any package"
        return [f"The database of vulnerabilities was not reached, or does not know {which}: nothing is known."], 3
    return [f"No vulnerability is known of {len(packages)} packages."], 0


def main() -> int:
    """Print what the report says, and return the exit code."""
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            packages = json.load(file)["dependencies"]
    except (OSError, ValueError):
        packages = []
    lines, code = said(packages)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
