"""Hostile text in every field through every command and export: `python -m tests.campaigns.hostile`.

Names of columns, classes, cells, files, folders, experiments and tables hold escape sequences, markup, quotes, line
ends, specials of LaTeX, HTML and Markdown, lone surrogates, directions of writing and very long texts.  Nothing of it
may reach the terminal raw, break an exported file, or end in anything but a result or one sentence.
"""

import ast
import csv
import html.parser
import io
import json
import os
import random
import re
import sys
from functools import partial
from pathlib import Path

from tests.campaigns.reporting import Tally
from tests.campaigns.trying import SECONDS, Answer, Tried, judged_command, kept_in, options, try_all

CASES = 4_500
TEXTS = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m", "a\rb", "a\nb", "a\tb", "\x00", "\x07\x08",
    "[red]x[/red]", "[link=http://x]y[/link]", "[/]", "[@click=app.quit]x[/]", "{x}", "{0.__class__}", "%s%n", "$(rm -rf x)", "`id`",
    "'; DROP TABLE t; --", '"', "'", "'''", '"""', "\\", "\\\\", '\\"', "\\n", "\\begin{x}", "\\input{/etc/passwd}",
    "$x^2$", "100 %", "a_b^c~d#e&f", "{", "}", "<script>alert(1)</script>", "</style><b>", "<!--", "-->", "&amp;", "&lt;",
    "]]>", "*a* _b_ `c`", "# title", "| a | b |", "[a](javascript:x)", "![a](b)", "```", "---", "=1+2", "@SUM(A1)", "+1", "-1",
    "\u202eabc\u202c", "\u2066x\u2069", "\u200b", "\u200d", "\ufeff", "\u0301" * 40, "é", "日本語", "🏳️\u200d🌈", "\U000e0001", "\ue000",
    "\ufffe", "a" * 5_000, "\U0001d518\U0001d52b", "ﷺ", "ı", "ß", "..", ".", "../../x", "/etc/passwd", "C:\\x", "con", "nul", "~", "-", "--help",
    "-o", "nan", "inf", "None", "true", "1", "1e999", "x = 1", "[table]", "# c", ";", "*/", "/*", "??/", "??=", "//", "#include <x>",
    "__class__", "import os", "lambda: 0", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c",
]  # fmt: skip
"""Texts that some reader takes for more than text."""
LONG = "x" * 1_000_000
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]")
EXPORTS = ("keras", "keras-functional", "keras-file", "pytorch", "python", "numpy", "onnx", "c", "tensorboard", "markdown",
           "html", "latex", "ipynb")  # fmt: skip


class _Tags(html.parser.HTMLParser):
    """The elements of a page, and their attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.bad += [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]


def raw(answer: Answer) -> str:
    """What of an answer would reach a terminal raw."""
    for text in (answer.out, answer.err):
        if found := _RAW.search(text.replace("\r\n", "\n")):
            return f"prints {found[0]!r} raw in {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    return ""


def file_name(text: str, chance: random.Random) -> str:
    """A text as the name of a file, perhaps with a byte that is no letter."""
    name = text.replace("/", "\u2215").replace("\x00", "0")[:60].strip() or "x"
    while len(name.encode("utf-8", "surrogateescape")) > 120:
        name = name[:-1]
    if chance.random() < 0.2:
        name += os.fsdecode(b"\xff\xfe")
    return name if name not in (".", "..") else "dots"


def unfenced(text: str) -> str:
    """Markdown without its fenced code."""
    kept, fence = [], ""
    for line in text.split("\n"):
        mark = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if line.strip() == fence else fence
        elif len(mark) >= 3:
            fence = mark
        else:
            kept.append(line)
    return "\n".join(kept)


def broken(to: str, path: Path) -> str:
    """What is wrong with an exported file; empty if nothing is."""
    if to in ("python", "numpy", "keras", "keras-functional", "pytorch"):
        ast.parse(path.read_text(encoding="utf-8"))
    elif to == "html":
        page = _Tags()
        page.feed(path.read_text(encoding="utf-8"))
        if page.bad or page.tags & {"script", "iframe", "object", "img", "b"}:
            return f"html has {page.bad or sorted(page.tags)}"
    elif to == "ipynb":
        json.loads(path.read_text(encoding="utf-8"))
    elif to == "latex":
        text = re.sub(r"(?<!\\)%.*", "", path.read_text(encoding="utf-8"))
        for word in ("\\input{/etc", "\\write18", "\\begin{x}"):
            if word in text:
                return f"latex has {word}"
    elif to == "markdown":
        text = re.sub(r"`[^`\n]*`", "", unfenced(path.read_text(encoding="utf-8")))
        if re.search(r"(?<!\\)<script|(?<!\\)\]\(javascript:", text):
            return "markdown has a script"
    return ""


def tried(seconds: float | None, number: int, folder: Path) -> Tried:
    """Put texts into every field of a case and work with it.

    Args:
        seconds: The longest time of a command.
        number: Which case.
        folder: An empty folder, which is the working folder.
    """
    chance = random.Random(number)

    def text() -> str:
        found = chance.choice(TEXTS)
        return found + chance.choice(TEXTS) if chance.random() < 0.3 else found

    columns = [text() for _ in range(3)]
    labels = [text() for _ in range(3)]
    if number % 150 == 0:
        columns[0] = LONG
    if number % 150 == 75:
        labels[0] = LONG
    data, name = folder / f"{file_name(text(), chance)}.csv", text()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[chance.gauss(0, 1), chance.choice(labels), labels[i % len(labels)]] for i in range(18)])
    data.write_text(out.getvalue(), encoding="utf-8", errors="surrogatepass")
    kind = chance.choice(["data", "train", "train", "train", "experiment", "exercise", "import", "options"])
    return Tried(kind, _KINDS[kind](chance, seconds, data, name, columns, folder))


def _checked(*words: str, seconds: float | None, given: str = "") -> tuple[str, Answer]:
    failure, answer = judged_command(*words, given=given, seconds=seconds)
    to_a_program = "-" in words[words.index("--out") :] if "--out" in words else False
    return failure or ("" if to_a_program else raw(answer)), answer


def _data(chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path) -> str:
    for words in (
        ["data", str(data)],
        ["data", str(data), "--json", "--values"],
        ["data", str(data), "--target", columns[1]],
    ):
        failure, answer = _checked(*words, seconds=seconds)
        if failure:
            return failure
        if "--json" in words and answer.out:
            json.loads(answer.out)
    return ""


def _train(
    chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path
) -> str:
    run = file_name(name, chance).lstrip("-") or "run"
    failure, answer = _checked(
        "train",
        str(data),
        "--epochs",
        "2",
        "--out",
        run,
        "--save",
        "e.toml",
        *chance.choice([[], ["--json"], ["--plot"]]),
        seconds=seconds,
    )
    if failure or answer.code:
        return failure
    for words in (["runs", "."], ["runs", ".", "--json"], ["predict", run, str(data)], ["predict", run, str(data), "--json"],
                  ["predict", run, str(data), "--out", "-"], ["evaluate", run], ["evaluate", run, "--markdown"], ["evaluate", run, str(data), "--json"],
                  ["doctor", run], ["step", run], ["step", run, "--format", chance.choice(["latex", "markdown", "json", "python"])],
                  ["report", run, "--format", chance.choice(["markdown", "latex", "html"]), "--out", "-"], ["check", "e.toml"],
                  ["train", "--resume", run, "--epochs", "3"]):  # fmt: skip
        if chance.random() < 0.35 and (failure := _checked(*words, seconds=seconds)[0]):
            return failure
    to = chance.choice(EXPORTS)
    failure, answer = _checked("export", run, "--to", to, "--out", "exported", seconds=seconds)
    path = next((path for path in folder.glob("exported*") if path.is_file()), None)
    return failure or ("" if answer.code or path is None else broken(to, path))


def _experiment(
    chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path
) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text.encode("utf-8", "replace").decode())

    text = f"name = {quoted(name)}\n[data]\npath = {quoted(str(data))}\ntarget = {quoted(columns[2])}\n"
    text += f"ignore = [{quoted(columns[0])}]\n" if chance.random() < 0.3 else ""
    text += f"{quoted(name)} = 1\n" if chance.random() < 0.2 else ""
    text += f"table = {quoted(name)}\n" if chance.random() < 0.1 else ""
    text += f"encoding = {quoted(name)}\n" if chance.random() < 0.1 else ""
    text += '[[network.layers]]\ntype = "dense"\nunits = 3\nactivation = "softmax"\n'
    if chance.random() < 0.2:
        text += f"[[network.layers]]\ntype = {quoted(name)}\n"
    path = folder / f"{file_name(name, chance)}.toml"
    path.write_text(text, encoding="utf-8")
    for words in (
        ["train", str(path)],
        ["check", str(path)],
        ["doctor", str(path)],
        ["step", str(path)],
        ["train", str(path), "--set", f"{name}={name}"],
    ):
        if failure := _checked(*words, seconds=seconds)[0]:
            return failure
    return ""


def _exercise(
    chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path
) -> str:
    field = chance.choice(["sizes", "activations", "loss", "eta", "x", "y", "W1", "b1", name])
    (folder / "sheet.txt").write_text(
        f"sizes = 2-1\nx = 1 2\ny = 1\n{field} = {name}\n", encoding="utf-8", errors="replace"
    )
    course = f'[[page]]\nid = "a"\ntitle = {json.dumps(name.encode("utf-8", "replace").decode())}\nabout = "b"\nconcepts = ["C15"]\nopen = "worked-example"\n'
    course += f'[[page.checks]]\nwhat = {json.dumps(name.encode("utf-8", "replace").decode())}\nexpected = "1"\n'
    (folder / "course.toml").write_text(course, encoding="utf-8")
    return (
        _checked(
            "exercise",
            "sheet.txt",
            "--format",
            chance.choice(["text", "latex", "json", "markdown", "python"]),
            seconds=seconds,
        )[0]
        or _checked("exercise", "--x", name, seconds=seconds)[0]
        or _checked("course", "course.toml", seconds=seconds)[0]
        or _checked("exam", "--seed", "1", given=f"{name}\n" * 10, seconds=seconds)[0]
    )


def _import(
    chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path
) -> str:
    code = f"import keras\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation={name!r}, name={name!r}), "
    code += f"keras.layers.Dense(1)], name={name!r})\nmodel.compile(loss={chance.choice(['mse', name])!r}, optimizer='adam')\n"
    path = folder / f"{file_name(name, chance)}.py"
    path.write_text(code if chance.random() < 0.7 else f"{code}{name}\n", encoding="utf-8", errors="replace")
    return (
        _checked("import", str(path), seconds=seconds)[0]
        or _checked("import", str(path), "--data", str(data), "--save", "new.toml", seconds=seconds)[0]
    )


def _options(
    chance: random.Random, seconds: float | None, data: Path, name: str, columns: list[str], folder: Path
) -> str:
    name = name.replace("\x00", "0")[:5000]
    for words in (["train", name], ["data", name], ["runs", name], ["predict", name, name], ["export", name, "--to", name], ["data", str(data), "--target", name],
                  ["data", str(data), "--delimiter", name], ["data", str(data), "--encoding", name], ["train", "sample:" + name], ["step", "sample:xor", "--set", name],
                  ["sweep", "sample:xor", "--set", name], ["sweep", "sample:xor", "--points", "-"], ["lab", name, "sample:moons"], ["course", name], ["import", name],
                  ["evaluate", name], ["report", name], ["check", name], ["doctor", name], ["exercise", name, "--format", "text"], [name]):  # fmt: skip
        if chance.random() < 0.5 and (failure := _checked(*words, given=name, seconds=seconds)[0]):
            return failure
    return ""


_KINDS = {
    "data": _data, "train": _train, "experiment": _experiment, "exercise": _exercise, "import": _import, "options": _options,
}  # fmt: skip


def main() -> int:
    """Run the campaign and return its exit code."""
    arguments = options(__doc__ or "", CASES).parse_args()
    tally = Tally("hostile")
    numbers = range(arguments.first, arguments.first + arguments.cases)
    try_all(tally, partial(tried, SECONDS), numbers, arguments.workers, kept_in(arguments.keep))
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
