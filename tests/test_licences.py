"""What is installed with the program has licences that allow what its own does."""

from email.message import Message

import pytest

from tests.licences import installed, is_allowed, licence_of, required


def test_every_package_has_an_allowed_licence():
    found = installed()
    assert {"numpy", "textual", "click"} <= set(found)
    assert set(found) <= {*found, *required()}
    assert {name: licence for name, licence in found.items() if not is_allowed(licence)} == {}


@pytest.mark.parametrize("licence", ["", "GPL-3.0-only", "MIT AND GPL-2.0-or-later", "MIT OR Proprietary", "Other"])
def test_other_licences_are_refused(licence):
    assert not is_allowed(licence)


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ([("License-Expression", "Apache-2.0 OR BSD-2-Clause")], "Apache-2.0 OR BSD-2-Clause"),
        ([("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("License", "BSD 3-Clause License\n\nCopyright")], "BSD-3-Clause"),
        ([("License", "My own")], "My own"),
        ([("License", "GPL"), ("Classifier", "License :: OSI Approved :: GNU Public")], "GNU Public"),
        ([], ""),
    ],
)
def test_old_names_are_understood(fields, licence):
    about = Message()
    for name, text in fields:
        about[name] = text
    assert licence_of(about) == licence
