"""Names and labels from files can neither break nor run in any format."""

import ast
import json
import re
import zipfile
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.export.runs.cases import EVERYTHING, HOSTILE, Runs, experiment, write_mixed
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.read.table import Column, Table
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import Experiment
from tui_ann.export.run_formats import RUN_FORMATS, RunFormat
from tui_ann.export.runs.source import ExportedRun, FileReading, Files

PLAIN = ("size", "colour", "kind", "red", "green", "blue", "run")
INSTALLED = [form for form in RUN_FORMATS.values() if all(find_spec(module) for module in form.modules)]
SCRIPTS = [form.name for form in INSTALLED if form.suffix == "py"]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
).filter(lambda text: text.strip() == text and text != "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Experiment:
    """The experiment whose names are replaced."""
    return experiment(write_mixed(tmp_path_factory.mktemp("plain")), 6, *EVERYTHING)


def named(built: Experiment, words: tuple[str, ...]) -> ExportedRun:
    """A run with these names of two features and of a target, three labels, and this name of its own."""
    number, category, target, *labels, name = words
    rng = np.random.default_rng(0)
    texts = [labels[i % 3] for i in range(30)]
    columns = [
        Column.of_numbers(number, rng.normal(size=30)),
        Column.of_labels(category, texts),
        Column.of_labels(target, texts[1:] + texts[:1]),
    ]
    data = msgspec.structs.replace(
        built.data, target=target, features=(number, category), ignore=(), classes=tuple(labels)
    )
    built = msgspec.structs.replace(built, name=name, data=data)
    dataset = build_dataset(Table.of(columns), data)
    network = Network(len(dataset.feature_names), engine_layers(built), built.training.loss)
    return ExportedRun(
        built,
        network,
        network.copy_parameters(),
        dataset.preprocessing,
        History(),
        dataset,
        FileReading(",", '"', ".", "utf-8", 0, True, (number, category, target)),
        remarks=(f"Settings were changed: {name}",),
    )


WORDS = st.lists(TEXTS, min_size=6, max_size=6, unique_by=str.casefold).flatmap(
    lambda found: TEXTS.map(lambda name: (*found, name))
)


class _Blanked(ast.NodeTransformer):
    """Empties texts and numbers; a negative number is a number."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str | float) else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        number = isinstance(node.operand, ast.Constant) and isinstance(node.operand.value, float)
        return ast.Constant("") if number else node


def shape_of(script: str) -> str:
    """The syntax tree of a script without the content of its texts and numbers."""
    return ast.dump(_Blanked().visit(ast.parse(script)))


@settings(deadline=None, max_examples=30)
@given(words=WORDS)
def test_scripts_have_the_structure_of_those_with_plain_names(words: tuple[str, ...], built: Experiment) -> None:
    one_layer = msgspec.structs.replace(built.network, layers=built.network.layers[-1:])
    simple = msgspec.structs.replace(built, network=one_layer)
    for form in SCRIPTS:
        given_ = simple if form == "sklearn" else built
        wanted, got = (text(RUN_FORMATS[form].write(named(given_, each))) for each in (PLAIN, words))
        assert shape_of(got) == shape_of(wanted), form
        assert got.splitlines()[0] == wanted.splitlines()[0]
        tree = ast.parse(got)
        (columns,) = (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COLUMNS"
        )
        assert [column["name"] for column in columns] == list(words[:2])


@settings(deadline=None, max_examples=30)
@given(words=WORDS)
def test_c_has_the_structure_of_a_file_with_plain_names(words: tuple[str, ...], built: Experiment) -> None:
    plain, hostile = (text(RUN_FORMATS["c"].write(named(built, each))) for each in (PLAIN, words))
    assert code_of(hostile) == code_of(plain)


def code_of(source: str) -> str:
    """C source without its comments, texts and numbers."""
    assert "??" not in source
    parts = re.sub(r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|[0-9][0-9.e+-]*', "", source, flags=re.DOTALL)
    assert '"' not in parts
    return " ".join(parts.split())


@settings(deadline=None, max_examples=30)
@given(words=WORDS)
def test_onnx_has_the_names_as_they_are(words: tuple[str, ...], built: Experiment) -> None:
    onnx = pytest.importorskip("onnx", reason="pip install 'tui-ann[onnx]'")
    model = onnx.load_from_string(RUN_FORMATS["onnx"].write(named(built, words))[".onnx"])
    assert [each.name for each in model.graph.input] == list(words[:2])
    properties = {each.key: json.loads(each.value) for each in model.metadata_props}
    assert properties["classes"] == list(words[3:6])
    names = [name for node in model.graph.node for name in node.output]
    assert len(names) == len(set(names))
    assert not set(names) & set(words[:2])


@settings(deadline=None, max_examples=30)
@given(words=WORDS)
def test_a_keras_file_has_the_names_in_its_metadata_only(words: tuple[str, ...], built: Experiment) -> None:
    pytest.importorskip("h5py", reason="pip install 'tui-ann[keras]'")
    content = RUN_FORMATS["keras-file"].write(named(built, words))[".keras"]
    with zipfile.ZipFile(BytesIO(content)) as archive:
        about = json.loads(archive.read("metadata.json"))["tui_ann"]
        config = archive.read("config.json")
    assert about["classes"] == list(words[3:6])
    plain = RUN_FORMATS["keras-file"].write(named(built, PLAIN))[".keras"]
    with zipfile.ZipFile(BytesIO(plain)) as archive:
        assert len(json.loads(archive.read("config.json"))) == len(json.loads(config))
    assert all(word.encode() not in config for word in words if len(word) > 20)


@pytest.mark.parametrize("form", INSTALLED, ids=lambda form: form.name)
def test_no_path_of_the_computer_is_in_a_file(form: RunFormat, runs: Runs) -> None:
    name = "rule sgd"
    folder = runs.table(name).parent
    for content in runs.files(name, form.name).values():
        raw = content.encode() if isinstance(content, str) else content
        assert str(folder).encode() not in raw
        assert str(Path.home()).encode() not in raw


def text(files: Files) -> str:
    """The main file."""
    content = next(iter(files.values()))
    assert isinstance(content, str)
    return content
