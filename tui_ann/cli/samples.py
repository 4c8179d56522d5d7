"""`tui-ann samples`: lists and copies the built-in samples."""

import shutil
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tui_ann.cli.terminal import say, show, show_table
from tui_ann.errors import SessionError


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
    from tui_ann.experiment.atomic import cannot_write, make_folder

    source = sample_folder(name)
    folder = folder or Path(name)
    files = sorted(path for path in source.iterdir() if path.is_file())
    there = [path.name for path in files if (folder / path.name).exists()]
    if there:
        raise SessionError(
            f"{folder} already contains {', '.join(there)}.", remedy="Name another folder.", code="folder_in_use"
        )
    make_folder(folder)
    for path in files:
        try:
            shutil.copyfile(path, folder / path.name)
        except OSError as error:
            raise cannot_write(folder / path.name, error) from error
        show(str(folder / path.name))
    say(f"Train it with: tui-ann train {folder / 'experiment.toml'}")
