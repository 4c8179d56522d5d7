"""The licences of what is installed with the program: `python -m tests.licences` lists them and refuses unknown ones.

It reads the metadata of the installed packages, so it needs no network.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import cast

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
EXTRAS = ("data", "dask", "keras", "onnx", "tensorboard", "notebook")
"""The extras that users install; the others are tools of this repository."""
ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "PSF-2.0",
        "Unlicense", "Zlib",
    }
)  # fmt: skip
"""Licences by their SPDX names, all of which allow what the MIT licence of this project allows."""
SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}
"""SPDX names of what older packages write instead."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_GROUP = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")


def licence_of(about: Message) -> str:
    """The licence that a package declares, as an SPDX expression where it can be known; empty if it declares none."""
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [
        text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or [] if text.startswith("License ::")
    ]
    short = str(about.get("License") or "").strip().split("\n")[0].strip()
    for name in (*classifiers, short):
        if name in SPDX or name in ALLOWED:
            return SPDX.get(name, name)
    return " AND ".join(classifiers) or short


def is_allowed(expression: str) -> bool:
    """Whether every licence of an expression is on the list; of several to choose from, all must be."""
    names = [name.strip() for name in _GROUP.split(expression) if name.strip()]
    return bool(names) and all(name in ALLOWED for name in names)


def required() -> Iterator[str]:
    """The names of the packages that the program and its extras need directly."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"]:
        yield _name(text)
    for extra in EXTRAS:
        yield from map(_name, project["optional-dependencies"].get(extra, []))


def installed() -> dict[str, str]:
    """The licence of each package that is needed and installed, directly or not, by name."""
    found: dict[str, str] = {}
    waiting = list(required())
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # of an extra, or for another system
            continue
        found[name] = licence_of(cast(Message, package.metadata))
        waiting += [_name(text) for text in package.requires or [] if "extra ==" not in text]
    return dict(sorted(found.items()))


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def main() -> int:
    """Print the licences; 1 if one is not allowed."""
    bad = 0
    for name, licence in installed().items():
        good = is_allowed(licence)
        bad += not good
        print(f"{name:<32}{licence or 'none declared'}{'' if good else '   NOT ALLOWED'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
