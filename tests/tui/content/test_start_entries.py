"""The details of the examples on the Start screen, which are read without the engine."""

from datetime import datetime
from pathlib import Path

import pytest

from tui_ann.data.samples import SAMPLES, sample_folder
from tui_ann.experiment.files import load
from tui_ann.session.store.recents import Kind, Recent
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.text import count, number
from tui_ann.tui.content.start_entries import StartEntry, entry_details, start_entries


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_details_of_an_example_are_those_of_its_experiment(sample) -> None:
    network, loss, descent, epochs = entry_details(StartEntry("sample", "", source=f"sample:{sample.name}"))
    experiment = load(sample_folder(sample.name) / "experiment.toml")
    training = experiment.training
    assert network == f"network  {' → '.join(layer.words for layer in experiment.network.layers)}"
    assert loss.endswith(f" {training.loss}")
    assert training.variant in descent
    assert (f" of {training.batch_size}," in descent) == (training.variant == "mini-batch")
    assert descent.endswith(f"{training.optimizer}, η {number(training.learning_rate)}")
    assert epochs == f"epochs   {count(training.epochs)}"


def test_a_file_in_the_home_folder_is_shown_below_it() -> None:
    recent = Recent(Kind.DATA, str(Path.home() / "mine.csv"), "mine", 0.0)
    entry = next(entry for entry in start_entries([], [recent], now=60.0) if entry.kind == "recent")
    assert entry.note == "data · 1 min ago"
    assert entry.details[0].endswith("~/mine.csv")


def test_recent_runs_of_one_name_are_told_apart_by_their_folders() -> None:
    recents = [
        Recent(Kind.RUN, "/runs/circles-1", "circles", 0.0),
        Recent(Kind.RUN, "/runs/circles-2", "circles", 0.0),
        Recent(Kind.DATA, "/data/moons.csv", "moons", 0.0),
    ]
    names = [entry.name for entry in start_entries([], recents, now=60.0) if entry.kind == "recent"]
    assert names == ["circles-1", "circles-2", "moons"]


def test_an_unfinished_run_is_one_line_with_what_it_came_to_and_its_curve() -> None:
    at = datetime(2026, 5, 4, 12, 0)

    def left(folder: str = "", source: str = "sample:xor") -> Recoverable:
        return Recoverable(
            Path("x"), "xor", 12, 250, 48, at, "/xor.csv", loss=0.5, curve="▇▅▃", source=source, folder=folder
        )

    run = Recent(Kind.RUN, "/runs/xor-1", "xor", at.timestamp(), "0.693 · 2→2→1", "▇▅▃", "sample:xor")
    opened = Recent(Kind.SAMPLE, "sample:xor", "xor", at.timestamp(), "0.5 · 2→2→1")

    def lines(left: Recoverable, recent: Recent) -> list[tuple[str, str, str]]:
        entries = start_entries([left], [recent], now=at.timestamp() + 300)
        return [(entry.kind, entry.note, entry.curve) for entry in entries if entry.kind in ("unfinished", "recent")]

    assert lines(left("/runs/xor-1"), run) == [("unfinished", "5 min ago · epoch 12/250 · 0.693 · 2→2→1", "▇▅▃")]
    assert lines(left(), opened) == [("unfinished", "5 min ago · loss 0.5 in epoch 12/250", "▇▅▃")]
    assert [kind for kind, *_ in lines(left(), run)] == ["unfinished", "recent"]  # an earlier run of the same sample
