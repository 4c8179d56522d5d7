import pytest

from tests.importing.answering import MODELS

CODE = """
model = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(4, activation="tanh"),
    layers.Spectral(),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy", metrics=["accuracy"])
model.fit(X, y, epochs=4, batch_size=4)
"""


@pytest.fixture
def script(working_folder):
    path = working_folder / "model.py"
    path.write_text(CODE, encoding="utf-8")
    return path


def test_it_shows_what_it_read_and_writes_nothing_unasked(command, script, working_folder):
    before = sorted(working_folder.iterdir())
    result = command("import", "model.py")
    assert result.code == 0
    assert "dense 4 tanh" in result.out
    assert "adam" in result.out
    assert "model.py, line 5: the layer Spectral is not known here; it is left out." in result.err
    assert "made-up rows stand in" in result.err
    assert "--save model.toml writes the experiment" in result.err
    assert sorted(working_folder.iterdir()) == before


def test_a_saved_experiment_trains_on_the_table(command, script):
    result = command("import", "model.py", "--data", "xor.csv", "--target", "y", "--save", "net.toml")
    assert result.code == 0, result.err
    assert command("train", "net.toml", "--out", "run", "--quiet").code == 0
    again = command("import", "model.py", "--save", "net.toml")
    assert again.code == 2
    assert "already exists" in again.err


def test_made_up_rows_and_start_weights_are_written_beside_it(command, working_folder):
    result = command("import", str(MODELS / "torch_net.py"), "--save", "net.toml")
    assert result.code == 0, result.err
    assert {"net.toml", "net-data.csv", "net-weights.safetensors"} <= {each.name for each in working_folder.iterdir()}
    assert command("check", "net.toml").code == 0


def test_other_commands_take_such_a_file_as_it_is(command, script):
    result = command("train", "model.py", "--set", "training.epochs=2", "--out", "run", "--quiet")
    assert result.code == 0, result.err
    assert "line 5: the layer Spectral" in result.err


def test_an_output_that_does_not_suit_the_target_is_said(command, working_folder):
    (working_folder / "three.py").write_text("net = Sequential([Dense(3, activation='softmax')])", encoding="utf-8")
    result = command("import", "three.py", "--data", "xor.csv", "--target", "y")
    assert "The output layer has 3 units" in result.err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("broken.py", "x = (\n", "line 1: this is not Python"),
        ("empty.py", "", "has no network"),
        ("image.py", "net = Sequential([Conv2D(3, 3), Dense(1)])", "line 1: Conv2D is a convolution"),
        ("net.csv", "a,b\n1,2\n", "is no network of another program"),
    ],
)
def test_bad_files_are_one_message(command, working_folder, name, text, words):
    (working_folder / name).write_text(text, encoding="utf-8")
    result = command("import", name)
    assert result.code == 2
    assert words in result.err
    assert result.err.startswith("Error: ")
    assert not result.out


def test_a_target_without_a_table_is_refused(command, script):
    result = command("import", "model.py", "--target", "y")
    assert result.code == 2
    assert "--data" in result.err


def test_a_loss_that_does_not_fit_the_output_is_told_without_a_table(command, working_folder):
    text = 'net = Sequential([Input((4,)), Dense(8, "relu"), Dense(3)])\nnet.compile("adam", "{}")\n'
    (working_folder / "net.py").write_text(text.format("categorical_crossentropy"), encoding="utf-8")
    result = command("import", "net.py")
    assert result.code == 0
    assert "the output layer is linear. Make the output softmax" in result.err
    (working_folder / "net.py").write_text(text.format("mse"), encoding="utf-8")
    assert "linear" not in command("import", "net.py").err
