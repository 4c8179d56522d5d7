"""`tui-ann samples`: lists and copies the built-in samples."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tui_ann.cli.terminal import say, show, show_table


def sample_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion for the shell: the samples that start with what was typed."""
    from tui_ann.data.samples import SAMPLES

    return [CompletionItem(sample.name, help=sample.title) for sample in SAMPLES if sample.name.startswith(incomplete)]


@click.group(invoke_without_command=True)
@click.pass_context
def samples(ctx: click.Context) -> None:
    """List the built-in samples, or copy one.

    `tui-ann train sample:NAME` trains a sample where it is.
    """
    if ctx.invoked_subcommand is None:
        from tui_ann.data.samples import SAMPLES

        rows = [(sample.name, str(sample.rows), str(sample.columns), sample.shows) for sample in SAMPLES]
        show_table(("sample", "rows", "columns", "shows"), rows, right=(1, 2), widest=120)


@samples.command(short_help="Copy the sample NAME into DIR.")
@click.argument("name", shell_complete=sample_names)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def copy(name: str, folder: Path | None) -> None:
    """Copy the sample NAME with its experiment file into DIR (default: a new folder of its name)."""
    from tui_ann.data.samples import sample_folder
    from tui_ann.experiment.atomic import make_folder
    from tui_ann.experiment.outputs import check_output, write_output

    source = sample_folder(name)
    folder = folder or Path(name)
    files = sorted(path for path in source.iterdir() if path.is_file())
    remedy = "Name another folder."
    check_output(*(folder / path.name for path in files), remedy=remedy)
    make_folder(folder)
    for path in files:
        write_output(folder / path.name, path.read_bytes(), remedy=remedy)
        show(str(folder / path.name))
    say(f"Train it with: tui-ann train {folder / 'experiment.toml'}")
