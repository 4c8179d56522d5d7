"""`tui-ann import`: a network of another program as an experiment."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.opening import say_remarks
from tui_ann.cli.options import force_option, read_options, reading_options, target_option
from tui_ann.cli.terminal import say, show, show_table

if TYPE_CHECKING:
    from tui_ann.experiment.spec import Experiment


@click.command("import", short_help="Read a network of Keras, PyTorch or ONNX from FILE.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), metavar="CSV", help="The table to train it on.")
@target_option
@click.option("--save", type=click.Path(path_type=Path), metavar="EXPERIMENT", help="Write a new experiment file.")
@force_option
@reading_options
def import_(
    file: Path, data: Path | None, targets: tuple[str, ...], save: Path | None, force: bool, **reading: Any
) -> int:
    """Read the network in FILE: Keras or PyTorch code, a .keras or .h5 file, or ONNX.

    Code is read, never run: Sequential and chains of the functional API, compile and fit.  What an experiment cannot
    have is named on stderr with its line, and the rest is taken.  Weights become the start weights.

    Without --data, the table that the code reads is taken if it is there, else made-up rows stand in.  With --save,
    the experiment is written, with its start weights and made-up rows beside it.
    """
    from tui_ann.experiment.outputs import check_output
    from tui_ann.session.imports.bringing import bring
    from tui_ann.session.imports.reading import read_with_weights

    if targets and data is None:
        raise click.UsageError("--target names a column of a table; name the table with --data CSV.")
    read = read_with_weights(file)
    place = (save or Path(f"{file.stem}.toml")).absolute()
    target = targets[0] if len(targets) == 1 else targets or None
    found = bring(read, file.stem, place, base=file.parent, data=data, target=target, options=read_options(**reading))
    if save is not None:
        inputs = [each for each in (file, data) if each is not None]
        for path in (place, *found.files):
            check_output(path, force=force, inputs=inputs)
        found.write(place)
    _show(found.experiment)
    say_remarks(file, found.remarks)
    for problem in _misfits(found.experiment, made_up=found.made_up):
        say(problem)
    if save is None:
        say(f"Nothing is written; --save {place.name} writes the experiment.")
    else:
        say(f"wrote {save}; tui-ann {save} opens it")
    return DONE


def _show(experiment: "Experiment") -> None:
    """The layers and the training, as they are now."""
    from tui_ann.experiment.settings import SETTINGS

    rows = [(str(place), layer.words) for place, layer in enumerate(experiment.network.layers, 1)]
    show_table(("layer", "what"), rows)
    show()
    training = experiment.training
    batch = ["batch_size"] if training.variant == "mini-batch" else []
    names = ["loss", "optimizer", "learning_rate", "variant", *batch, "epochs"]
    values = [(SETTINGS[f"training.{name}"].label, f"{getattr(training, name)}") for name in names]
    values.append(("metrics", ", ".join(training.metrics)))
    if (early := training.early_stopping) is not None:
        values.append(("early stopping", f"{early.monitor}, patience {early.patience}"))
    values.append(("validation share", f"{experiment.data.validation_split:g}"))
    show_table(("setting", "value"), values)


def _misfits(experiment: "Experiment", *, made_up: bool) -> list[str]:
    """What must be changed before it can be trained; made-up rows suit the layers, so they are not looked at."""
    from tui_ann.session.session import Session

    session = Session()
    session.workspace.adopt(experiment)
    if not made_up:
        session.workspace.prepare_data()
    found = session.workspace.problems()
    return [f"{problem.message} {problem.remedy}" for problem in found]
