import pytest

from tests.cli.conftest import ROOT
from tui_ann.cli.app import cli, run
from tui_ann.cli.failures import exit_code, guarded
from tui_ann.data.read.scan_library import scan_library
from tui_ann.engine.kernel.library import library
from tui_ann.errors import DataError, EngineError, ExperimentError, SessionError, TuiAnnError


def test_version_names_what_a_bug_report_needs(command, monkeypatch):
    monkeypatch.delenv("TUI_ANN_KERNEL", raising=False)
    for flag in ("-V", "--version"):
        result = command(flag)
        assert result.code == 0
        assert result.err == ""
        first, kernel, reader = result.out.splitlines()
        assert all(word in first for word in ("tui-ann 0.", "(Python 3.", "numpy 2.", "textual 8."))
        assert kernel == ("kernel: C" if library() else "kernel: NumPy (no compiled kernel in this installation)")
        assert reader == ("reader: C" if scan_library() else "reader: NumPy (no compiled reader in this installation)")


def test_version_says_when_the_kernel_is_not_used(command, monkeypatch):
    monkeypatch.setenv("TUI_ANN_KERNEL", "numpy")
    assert command("--version").out.splitlines()[1:] == [
        "kernel: NumPy (TUI_ANN_KERNEL)",
        "reader: NumPy (TUI_ANN_KERNEL)",
    ]


@pytest.mark.parametrize("words", [[], *[[name] for name in cli.commands], ["samples", "copy"]], ids=" ".join)
def test_every_command_has_help(command, words):
    short, long = command(*words, "-h"), command(*words, "--help")
    assert short == long
    assert short.code == 0
    assert short.out.startswith(f"Usage: {' '.join(['tui-ann', *words])}")


def test_help_tells_of_completion_and_exit_codes(command):
    out = command("--help").out
    for shell in ("bash_source", "zsh_source", "fish_source"):
        assert f"_TUI_ANN_COMPLETE={shell}" in out
    assert "130 interrupted" in out
    assert out.index("train ") < out.index("samples ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["trian"], "There is no file and no command 'trian'. Did you mean tui-ann train?"),
        (
            ["compare", "a", "b c"],
            "There is no file and no command 'compare'. Did you mean tui-ann a 'b c'? Several runs are compared.",
        ),
        (["compare"], "There is no file and no command 'compare'. Did you mean tui-ann RUN RUN?"),
        (["xor.tml"], "There is no file and no command 'xor.tml'. Did you mean xor.toml?"),
        (["./xor.csb"], "Did you mean xor.csv?"),
        (
            ["zzzzzzzz"],
            "Commands are train, sweep, lab, step, data, predict, evaluate, export, report, import, runs, check, doctor, samples",
        ),
        (["runs/zzz-*"], "No run matches 'runs/zzz-*'."),
        (["no/such/file"], "There is no file and no command 'no/such/file'."),
        (["x" * 5000], "There is no file and no command"),
        (["a\0b"], "There is no file and no command"),
        (["xor.toml", "xor.csv"], "tui-ann opens one file or several runs, but there is also 'xor.csv'."),
        (["--taget"], "No such option '--taget'"),
        (["train", "xor.toml", "--quite"], "'--quiet'"),
        (["train"], "Missing argument 'EXPERIMENT'."),
        (["predict", "run", "x.csv", "--threshold", "2"], "2.0 is not in the range 0<=x<=1"),
    ],
)
def test_bad_usage_says_what_was_meant(command, words, message):
    result = command(*words)
    assert result.code == 2
    assert result.out == ""
    assert message in result.err
    assert result.err.startswith("Error: ")


def test_what_is_typed_is_shown_harmless(command):
    result = command("\x1b[31m[red]x[/]\u202e\nsecond")
    assert "\x1b" not in result.err
    assert "\u202e" not in result.err
    assert "[red]x[/]" in result.err


def test_without_a_terminal_one_line_names_the_command_that_needs_none(command):
    for words in ([], ["xor.toml"], ["sample:iris"]):
        result = command(*words)
        assert result.code == 2
        assert result.out == ""
        assert result.err.count("\n") == 1
        assert "not a terminal" in result.err
        assert f"tui-ann train {words[0] if words else 'FILE'}" in result.err


def test_a_terminal_that_cannot_place_text_is_refused(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    assert run(lambda path: opened.append(path) or 0, ["xor.toml"]) == 2
    assert not opened
    assert "TERM=dumb" in capsys.readouterr().err


def test_an_error_output_in_a_file_is_refused(monkeypatch, capsys):
    opened = []
    monkeypatch.delenv("TEXTUAL_DRIVER", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(lambda path: opened.append(path) or 0, ["xor.toml"]) == 2
    assert not opened
    assert "Standard error is not a terminal, and the application draws there." in capsys.readouterr().err


def test_with_a_terminal_the_application_opens(monkeypatch, capsys):
    opened = []
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(lambda path: opened.append(path) or 0, ["xor.toml"]) == 0
    assert run(lambda path: opened.append(path) or 7, []) == 7
    assert opened == ["xor.toml", None]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DataError("x"), 2),
        (ExperimentError("x", []), 2),
        (EngineError("x"), 2),
        (SessionError("x", code="not_a_run"), 2),
        (SessionError("x", code="disk_full"), 1),
        (SessionError("x", code="cannot_write"), 1),
        (TuiAnnError("x"), 1),
    ],
)
def test_exit_codes_say_whose_fault_it_was(error, code):
    assert exit_code(error) == code


def raising(error):
    def action():
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (SessionError("It is \x1b[2J so.", remedy="Do this."), 2, "Error: It is ␛[2J so. Do this.\n"),
        (DataError("Two:", details=["one", "two"], remedy="Mend."), 2, "Error: Two:\n  one\n  two\nMend.\n"),
        (KeyboardInterrupt(), 130, "Interrupted.\n"),
        (MemoryError(), 1, "Error: there is not enough memory for this.\n"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), 1, "Error: x.csv: No such file or directory.\n"),
        (ZeroDivisionError("by zero"), 1, "Error in the program: ZeroDivisionError: by zero\n"),
    ],
)
def test_failures_become_one_message(capsys, error, code, message):
    assert guarded(raising(error)) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)
    assert "Traceback" not in captured.err


def test_debug_shows_the_traceback(capsys, monkeypatch):
    monkeypatch.setenv("TUI_ANN_DEBUG", "1")
    assert guarded(raising(SessionError("x"))) == 2
    assert "Traceback" in capsys.readouterr().err


def test_the_shell_completes_commands_files_samples_and_keys():
    from click.shell_completion import ShellComplete

    def completions(args, incomplete):
        found = ShellComplete(cli, {}, "tui-ann", "_TUI_ANN_COMPLETE").get_completions(args, incomplete)
        return [(item.value, item.type) for item in found]

    assert ("train", "plain") in completions([], "tr")
    assert ("tr", "file") in completions([], "tr")
    assert completions(["train"], "sample:ir") == [("sample:iris", "plain")]
    assert completions(["train"], "x") == [("x", "file")]
    assert completions(["train", "--set"], "training.learning") == [("training.learning_rate=", "plain")]
    assert ("training.optimizer=adam", "plain") in completions(["train", "--set"], "training.optimizer=")
    assert completions(["samples", "copy"], "wi") == [("wine", "plain")]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_told_of_in_the_help_and_in_the_readme(command, shell):
    line = f"_TUI_ANN_COMPLETE={shell}_source tui-ann"
    assert line in command("--help").out
    assert line in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_columns_of_the_epochs_are_explained(command):
    assert "seconds since the start of the run" in " ".join(command("train", "--help").out.split())


def test_several_runs_and_a_folder_of_runs_are_compared(monkeypatch, tmp_path, capsys):
    opened = []
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    for name in ("a", "b"):
        (tmp_path / "some" / name).mkdir(parents=True)
        for file in ("experiment.toml", "run.json"):
            (tmp_path / "some" / name / file).write_text("", encoding="utf-8")
    (tmp_path / "empty").mkdir()

    def open_application(path, runs=()):
        opened.append((path, tuple(runs)))
        return 0

    for words in (["some"], ["some/a", "some/b"], ["some/a", "empty"], ["some/a"]):
        assert run(open_application, words) == 0
    assert opened == [
        ("some", ("some",)),
        ("some/a", ("some/a", "some/b")),
        ("some/a", ("some/a", "empty")),
        ("some/a", ()),
    ]
    opened.clear()
    assert run(open_application, ["some/*"]) == 0
    assert opened == [("some/*", ("some/*",))]
    assert run(open_application, ["some/a", "xor.csv"]) == 2
    assert "opens one file or several runs, but there is also 'xor.csv'" in capsys.readouterr().err
