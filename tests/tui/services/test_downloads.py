"""What is offered to a browser: a file as it is, a folder as a zip archive; nothing on a terminal."""

import io
import zipfile
from pathlib import Path

import pytest

from tui_ann.tui.services.downloads import offer


class Browser:
    """An application that is shown in a browser."""

    def __init__(self, is_web: bool) -> None:
        self.is_web = is_web
        self.offered: list[tuple[str, bytes]] = []

    def deliver_binary(self, path_or_file, *, save_directory=None, save_filename=None):
        content = path_or_file.read_bytes() if isinstance(path_or_file, Path) else path_or_file.read()
        self.offered.append((save_filename or path_or_file.name, content))


@pytest.fixture
def written(tmp_path):
    file, folder = tmp_path / "a.svg", tmp_path / "curves"
    file.write_bytes(b"picture")
    (folder / "train").mkdir(parents=True)
    (folder / "train" / "events").write_bytes(b"numbers")
    return file, folder


def test_a_terminal_gets_nothing(written):
    app = Browser(is_web=False)
    offer(app, *written)
    assert app.offered == []


def test_a_browser_gets_files_and_an_archive_of_a_folder(written):
    app = Browser(is_web=True)
    offer(app, *written)
    (file, content), (archive, packed) = app.offered
    assert (file, content) == ("a.svg", b"picture")
    assert archive == "curves.zip"
    with zipfile.ZipFile(io.BytesIO(packed)) as inside:
        assert inside.read("train/events") == b"numbers"
