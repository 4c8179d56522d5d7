"""A network of another program as an experiment with its table, and with its start weights if it brings some."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tui_ann.data.read.reader import ReadOptions, read_table
from tui_ann.data.read.table import Table
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import DataError
from tui_ann.experiment.atomic import make_folder, write_bytes
from tui_ann.experiment.files import save
from tui_ann.experiment.proposal import propose, usual_metrics
from tui_ann.experiment.spec import DataSpec, Experiment, NetworkSpec
from tui_ann.importing.read_model import ReadModel, Remark
from tui_ann.session.imports.stand_in import ROWS, stand_in

_SAID_OF_DATA = ("scaling", "validation_split", "test_split", "split", "split_seed")
_OWN_TABLE = "name yours with --data CSV --target COL, or open it and paste the code on Build"
_ONLY_OF_PROPOSALS: Mapping[str, Any] = {"l1": 0.0, "l2": 0.0, "noise": 0.0, "early_stopping": None}


@dataclass(frozen=True, eq=False)
class Brought:
    """An experiment made of what another program wrote, not yet on the disk."""

    experiment: Experiment
    """The experiment; its paths are those of `files`, or of the table that was named."""
    files: Mapping[Path, bytes]
    """Files that it needs beside it."""
    remarks: tuple[Remark, ...]
    """What was not taken over, or stands in for something."""
    made_up: bool
    """Whether its table is made up."""

    def write(self, path: Path) -> None:
        """Write the experiment and the files that it needs.

        Raises:
            SessionError: They cannot be written.
        """
        make_folder(path.parent)
        for file, content in self.files.items():
            write_bytes(file, content)
        save(path, self.experiment)


def merged(read: ReadModel, base: Experiment) -> Experiment:
    """An experiment with another network and what its text says about training; the data stay as they are.

    Args:
        read: The network.
        base: The experiment that it goes into.
    """
    plain = replace(base.training, **_ONLY_OF_PROPOSALS)
    data = replace(base.data, **{name: read.data[name] for name in ("validation_split",) if name in read.data})
    network = NetworkSpec(**{"seed": base.network.seed, **read.network, "layers": read.layers})
    return replace(base, data=data, network=network, training=replace(plain, **read.training))


def bring(
    read: ReadModel,
    name: str,
    place: Path,
    *,
    base: Path | None = None,
    data: Path | None = None,
    target: str | tuple[str, ...] | None = None,
    options: ReadOptions | None = None,
) -> Brought:
    """Make an experiment of a network.

    Args:
        read: The network.
        name: The name of the experiment.
        place: The experiment file that it will have, absolute; files that it needs are named like it.
        base: The folder that paths in the text are relative to.
        data: Its table; by default the one that the text names, else a made-up one.
        target: The column to predict; by default the one that the text names, else the proposed one.
        options: How the table is read.

    Raises:
        DataError: The table that was asked for cannot be read, or has no such target.
    """
    remarks = list(read.remarks)
    files: dict[Path, bytes] = {}
    table, path = _table(read, base, data, options or ReadOptions(), remarks)
    if table is not None and path is not None:
        experiment = _for_table(read, table, path, target, whole_script=data is None)
    else:
        text, targets, task = stand_in(read)
        path = place.with_name(f"{place.stem}-data.csv")
        files[path] = text.encode()
        remarks.append(Remark(0, f"there is no table, so {ROWS} made-up rows stand in: {_OWN_TABLE}."))
        columns = targets[0] if len(targets) == 1 else targets
        made_up = DataSpec(path=str(path), target=columns, task=task, scaling="none")  # type: ignore[arg-type]
        usual = TrainingSettings(metrics=usual_metrics(task, len(targets)))
        experiment = merged(read, Experiment(data=made_up, network=NetworkSpec(layers=read.layers), training=usual))
    if read.weights:
        from tui_ann.experiment.weights import weights_content

        weights = place.with_name(f"{place.stem}-weights.safetensors")
        files[weights] = weights_content(read.weights)
        experiment = replace(experiment, network=replace(experiment.network, weights=str(weights)))
    return Brought(replace(experiment, name=name[:200] or "imported"), files, tuple(remarks), table is None)


def _table(
    read: ReadModel, base: Path | None, data: Path | None, options: ReadOptions, remarks: list[Remark]
) -> tuple[Table | None, Path | None]:
    """The table that is asked for, or that the text names if it is there."""
    if data is not None:
        path = data.absolute()
        return read_table(path, options), path
    named = read.data.get("path")
    if not isinstance(named, str) or base is None:
        return None, None
    path = base / Path(os.path.expanduser(named))
    try:
        return read_table(path, options), path.absolute()
    except (DataError, ValueError):
        remarks.append(Remark(0, f"the table {named} of the code cannot be read here."))
        return None, None


def _for_table(
    read: ReadModel, table: Table, path: Path, target: str | tuple[str, ...] | None, *, whole_script: bool
) -> Experiment:
    """The proposal for the table, with the network and everything that the text says."""
    named = read.data.get("target")
    columns = {column.name for column in table.columns}
    known = [named] if isinstance(named, str) else list(named or ())
    if target is None and known and set(known) <= columns:
        target = known[0] if len(known) == 1 else tuple(known)
    proposal = propose(table, path, target)
    said = {name: read.data[name] for name in _SAID_OF_DATA if name in read.data}
    if whole_script:  # it shows everything that is done to the data
        said = {"scaling": "none", "target_scaling": "none", "test_split": 0.0, "split": "ordered", **said}
        said["ignore"] = tuple(each for each in read.data.get("ignore", ()) if each in columns)
    if read.weights:  # the network takes the columns as they are, and answers in the units of the target
        said = {"scaling": "none", "target_scaling": "none", **said}
    changes = {name: value for name, value in said.items() if name in DataSpec.__struct_fields__}
    proposal = replace(proposal, data=replace(proposal.data, **changes))
    return merged(read, proposal)
