"""Where `train` writes its run, and when it replaces one."""

import json

import pytest

from tui_ann.errors import SessionError


def test_a_run_is_replaced_only_if_asked(command, working_folder):
    run = working_folder / "run"
    assert command("train", "xor.toml", "--out", "run", "--quiet").code == 0
    before = (run / "run.json").read_bytes()
    refused = command("train", "xor.csv", "--out", "run")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Error: run already contains a run.")  # before anything is proposed
    assert "add --force to replace the run in it" in refused.err
    assert (run / "run.json").read_bytes() == before
    assert command("train", "xor.toml", "--out", "run", "--quiet", "--epochs", "2", "--force").code == 0
    assert json.loads((run / "run.json").read_text(encoding="utf-8"))["epochs"] == 2
    assert sorted(path.name for path in working_folder.iterdir() if ".old" in path.name) == []


def test_what_is_more_than_a_run_is_never_replaced(command, working_folder):
    run = working_folder / "run"
    assert command("train", "xor.toml", "--out", "run", "--quiet").code == 0
    refused = command("train", "run", "--out", "run", "--force")
    assert (refused.code, "is read here" in refused.err) == (2, True)
    (run / "thesis.txt").write_text("mine", encoding="utf-8")
    refused = command("train", "xor.toml", "--out", "run", "--force")
    assert (refused.code, "also has thesis.txt" in refused.err) == (2, True)
    (run / "thesis.txt").unlink()
    for name in ("run.json", "history.csv", "preprocessing.json"):
        (run / name).unlink()
    for weights in run.glob("*.safetensors"):
        weights.unlink()
    refused = command("train", "xor.toml", "--out", "run", "--force")
    assert (refused.code, "is no whole run" in refused.err) == (2, True)
    refused = command("train", "xor.toml", "--out", "xor.csv", "--force")
    assert (refused.code, "xor.csv is a file; a run is a folder" in refused.err) == (2, True)


def test_a_run_that_cannot_be_replaced_is_put_back(command, working_folder, monkeypatch):
    assert command("train", "xor.toml", "--out", "run", "--quiet").code == 0
    before = (working_folder / "run" / "run.json").read_bytes()

    def fail(*_, **__):
        raise SessionError("The disk is full.", remedy="Free some.", code="disk_full")

    monkeypatch.setattr("tui_ann.session.store.storage.begin", fail)
    assert command("train", "xor.toml", "--out", "run", "--quiet", "--force").code == 1
    assert (working_folder / "run" / "run.json").read_bytes() == before


def test_a_folder_that_cannot_be_written_names_out(command, monkeypatch):
    monkeypatch.setattr("tui_ann.session.store.run_place.cannot_keep", lambda folder: "folder not writable")
    refused = command("train", "xor.toml")
    assert (refused.code, refused.out) == (1, "")
    assert "folder not writable. Name another folder with --out." in refused.err


@pytest.mark.parametrize("words", [("train", "xor.toml"), ("sweep", "xor.toml"), ("lab", "luck", "xor.toml")])
def test_a_folder_cannot_go_to_standard_output(command, working_folder, words):
    refused = command(*words, "--out", "-")
    assert (refused.code, refused.out) == (2, "")
    assert "A run is a folder and cannot go to standard output. Name a folder, or leave --out out." in refused.err
    assert not (working_folder / "-").exists()
