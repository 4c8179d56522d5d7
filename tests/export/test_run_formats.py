"""The list of formats of a run."""

import pytest

from tui_ann.errors import SessionError
from tui_ann.export.run_formats import RUN_FORMATS, run_format_named


def test_every_format_has_a_writer_and_a_short_note() -> None:
    for name, form in RUN_FORMATS.items():
        assert form.name == name
        assert len(form.note) < 50  # fits in the dialog on 80 columns
        assert form.is_folder == (not form.suffix)
        assert bool(form.extra) == bool(form.modules)


def test_an_unknown_format_is_refused_with_the_list() -> None:
    with pytest.raises(SessionError, match="no format “tex”") as caught:
        run_format_named("tex")
    assert "onnx" in caught.value.remedy


def test_a_missing_library_is_refused_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_ann.export.run_formats.find_spec", lambda name: None)
    RUN_FORMATS["python"].check_installed()
    with pytest.raises(SessionError, match="needs tensorboardX, which is not installed") as caught:
        RUN_FORMATS["tensorboard"].check_installed()
    assert caught.value.remedy == "Install it with: pip install 'tui-ann[tensorboard]'."
