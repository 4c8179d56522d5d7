"""One good file of every format that the program reads, to be damaged, in one folder that is made once."""

import gzip
import json
import random
import sqlite3
import zipfile
from pathlib import Path

from tests.campaigns.trying import command

MODELS = Path(__file__).parents[1] / "importing" / "models"
COURSE = Path(__file__).parents[2] / "docs" / "course-example.toml"

EXPERIMENT = """\
name = "iris-like"
[data]
path = "{data}"
target = "{target}"
validation_split = 0.25
test_split = 0.25
missing = "median"
[network]
seed = 1
[[network.layers]]
type = "dense"
units = 4
activation = "tanh"
l2 = 0.001
[[network.layers]]
type = "batch_normalization"
[[network.layers]]
type = "dropout"
rate = 0.2
[[network.layers]]
type = "dense"
units = {units}
activation = "{activation}"
[training]
loss = "{loss}"
variant = "mini-batch"
batch_size = 8
optimizer = "adam"
learning_rate = 0.05
epochs = 4
[training.early_stopping]
monitor = "val_loss"
patience = 10
restore_best_weights = true
"""
SHEET = """\
sizes = 2-3-1
activations = sigmoid, linear
loss = half_squared_error
eta = 0.5
x = 1 2
y = 1
W1 = [[.5, .2], [.3, .8], [.6, .4]]
b1 = 0 0 0
W2 = [[0.1, 0.2, 0.3]]
b2 = 0
"""
KERAS = """\
import keras
from keras import layers
model = keras.Sequential([
    keras.Input((3,)),
    layers.Dense(8, activation="relu", kernel_initializer="he_normal"),
    layers.Dropout(0.2),
    layers.Dense(3, activation="softmax"),
])
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20, batch_size=16, validation_split=0.2)
"""
POINTS = [{"training.learning_rate": 0.1}, {"training.learning_rate": 0.01, "network.layers.1.units": 3}]
SETTINGS = 'theme = "dusk"\nfps = 10\nfull_speed = true\nnotation = "raised"\ntour = false\nmuted = ["small_data"]\n'
KEYMAP = '[data]\ntarget = "t"\n[app]\nquit = "ctrl+q,f10"\n'
RECENTS = [
    {"kind": "sample", "source": "sample:iris", "name": "iris", "opened": 1.0, "note": "", "curve": "", "origin": ""}
]
EXAMS = [{"when": "2030-01-31", "seed": 1, "answers": [["C3", True], ["C4", False]]}]
MARKS = {"/runs/a": [3, 2]}
DRAFT = {"sizes": "2-3-1", "x": "1 2"}


def rows(n: int = 48) -> list[tuple[str, str, str, str, str]]:
    """Rows of the table: two numbers with a gap here and there, a category, and both kinds of target."""
    chance = random.Random(0)
    found = []
    for i in range(n):
        kind = i % 3
        a, b = kind + chance.random(), chance.gauss(0, 1) * (1 + kind)
        gap = "" if i % 11 == 5 else f"{a:.3f}"
        found.append(
            (gap, f"{b:.3f}", ("red", "green", "blue")[i % 3 if i % 7 else 0], "abc"[kind], f"{a * 2 + b:.3f}")
        )
    return found


NAMES = ("size", "weight", "colour", "kind", "price")


def make(folder: Path, *, swept: bool = True) -> Path:
    """Write every file into a folder, and return it.

    Args:
        folder: An empty folder.
        swept: Whether a sweep is among them, which takes a second.
    """
    table = rows()
    text = "\n".join(",".join(row) for row in (NAMES, *table)) + "\n"
    (folder / "table.csv").write_text(text, encoding="utf-8")
    (folder / "german.csv").write_text(
        "\n".join(";".join(cell.replace(".", ",") for cell in row) for row in (NAMES, *table)), encoding="cp1252"
    )
    (folder / "plain.csv").write_text("x,y\n" + "".join(f"{i},{i * 0.5}\n" for i in range(60)), encoding="utf-8")
    with gzip.open(folder / "table.csv.gz", "wb") as packed:
        packed.write(text.encode())
    with zipfile.ZipFile(folder / "table.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", text)
    (folder / "table.jsonl").write_text(
        "".join(json.dumps({n: float(c) if c and n in ("size", "weight", "price") else c or None
                            for n, c in zip(NAMES, row, strict=True)}) + "\n" for row in table),
        encoding="utf-8",
    )  # fmt: skip
    database = sqlite3.connect(folder / "table.sqlite")
    with database:
        database.execute("CREATE TABLE t (size REAL, weight REAL, colour TEXT, kind TEXT, price REAL)")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", [tuple(c or None for c in row) for row in table])
    database.close()
    _parquet(folder)
    for name, target, units, activation, loss in (
        ("classes", "kind", 3, "softmax", "categorical_crossentropy"),
        ("numbers", "price", 1, "linear", "mean_squared_error"),
    ):
        path = folder / f"{name}.toml"
        path.write_text(
            EXPERIMENT.format(data="table.csv", target=target, units=units, activation=activation, loss=loss),
            encoding="utf-8",
        )
        _must("train", str(path), "--out", str(folder / name), "-q")
    _must("train", str(folder / "plain.csv"), "--target", "y", "--epochs", "3", "--out", str(folder / "plain"), "-q")
    (folder / "sheet.txt").write_text(SHEET, encoding="utf-8")
    (folder / "course.toml").write_bytes(COURSE.read_bytes())
    (folder / "points.json").write_text(json.dumps(POINTS), encoding="utf-8")
    (folder / "net_keras.py").write_text(KERAS, encoding="utf-8")
    for path in MODELS.iterdir():
        if path.suffix in (".keras", ".h5", ".onnx", ".safetensors") or path.name == "torch_net.py":
            (folder / path.name).write_bytes(path.read_bytes())
    for to, name in (("keras", "again.py"), ("pytorch", "torch_run.py")):
        _must("export", str(folder / "classes"), "--to", to, "--out", str(folder / name))
    if swept:
        _must("sweep", str(folder / "plain.csv"), "--target", "y", "--epochs", "2", "--set",
              "training.learning_rate=0.01,0.1", "--workers", "1", "--out", str(folder / "sweep"), "-q")  # fmt: skip
    _own_files(folder / "home")
    return folder


def _own_files(home: Path) -> None:
    """The files that the program keeps for its user."""
    home.mkdir(exist_ok=True)
    for name, content in (("settings.toml", SETTINGS), ("keymap.toml", KEYMAP)):
        (home / name).write_text(content, encoding="utf-8")
    for name, tree in (
        ("recents.json", RECENTS), ("exams.json", EXAMS), ("step-marks.json", MARKS), ("exercise.json", DRAFT)
    ):  # fmt: skip
        (home / name).write_text(json.dumps(tree), encoding="utf-8")
    from tui_ann.session.session import Session
    from tui_ann.session.store.paths import UserPaths
    from tui_ann.session.store.recovery import Recovery

    session = Session(paths=UserPaths(home, home, home))
    session.workspace.open(home.parent / "numbers.toml")
    run = session.runs.prepare()
    run.owner.train_here()
    recovery = Recovery(home / "recovery")
    recovery.keep(run).rename(home / "recovery" / "left.unfinished")
    recovery.let_go()


def _parquet(folder: Path) -> None:
    import duckdb

    csv, to = folder / "table.csv", folder / "table.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{to}' (FORMAT parquet)")


def _must(*words: str) -> None:
    answer = command(*words, seconds=120)
    assert answer.code == 0, f"{words}: {answer.err}"
