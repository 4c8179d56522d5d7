"""Offers what was written as a download, where the application is shown in a browser."""

from pathlib import Path

from tui_ann.tui.services.host import Delivers


def offer(host: Delivers, *paths: Path) -> None:
    """Offer files as downloads; on a terminal they are where they are.

    A folder is offered as one zip archive.

    Args:
        host: The application.
        paths: What was written.
    """
    if not host.is_web:
        return
    for path in paths:
        if path.is_dir():
            from io import BytesIO

            from tui_ann.export.runs.archive import zipped

            files = [each for each in sorted(path.rglob("*")) if each.is_file()]
            parts = {each.relative_to(path).as_posix(): each.read_bytes() for each in files}
            host.deliver_binary(BytesIO(zipped(parts)), save_directory=path.parent, save_filename=f"{path.name}.zip")
        else:
            host.deliver_binary(path, save_directory=path.parent)
