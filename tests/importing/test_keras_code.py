import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importing.answering import experiment_of
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import ModelError
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec, LayerNormalizationSpec
from tui_ann.importing.keras_code import read_keras
from tui_ann.importing.read_model import ReadModel

LINEAR_UNIT = """
# one neuron, as a list
net = tf.keras.Sequential([
    tf.keras.layers.Dense(units=1, activation='linear', input_shape=(rows.shape[1],))
])
net.compile(optimizer=SGD(learning_rate=0.05), loss='mean_squared_error', metrics=['mean_absolute_error'])
history = net.fit(rows, answers, epochs=30, verbose=1, batch_size=1, validation_split=0.2)
"""

FUNCTIONAL = """
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Dense
first = Input(shape=(4,))
h = Dense(6, activation='tanh')(first)
last = Dense(units=1, activation='sigmoid')(h)
net = Model(inputs=first, outputs=last)
"""

WHOLE = """
import pandas as pd
from tensorflow import keras
from tensorflow.keras import layers, regularizers
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

table = pd.read_csv("houses.csv")
y = table["price"]
X = table.drop(columns=["price", "id"])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
X_train = StandardScaler().fit_transform(X_train)
UNITS = [64, 2**4]
RATE = 1e-3 * 2

def build(inputs, share=0.3):
    net = keras.Sequential(name="net")
    net.add(keras.Input(shape=(13,)))
    for units in UNITS:
        net.add(layers.Dense(units, kernel_regularizer=regularizers.l2(0.001), kernel_initializer="he_normal"))
        net.add(layers.LeakyReLU(alpha=0.1))
        net.add(layers.Dropout(share))
    net.add(layers.BatchNormalization())
    net.add(layers.Dense(1))
    return net

keras.utils.set_random_seed(7)
net = build(X_train.shape[1], share=.25)
rule = keras.optimizers.SGD(learning_rate=RATE, momentum=0.9, nesterov=True, clipnorm=1.0)
net.compile(rule, loss=keras.losses.MeanSquaredError(), metrics=["mae", keras.metrics.RootMeanSquaredError()])
early = keras.callbacks.EarlyStopping(monitor="val_mae", patience=5, restore_best_weights=True)
net.fit(X_train, y_train, epochs=50, batch_size=len(X_train), validation_split=0.2,
        callbacks=[early, keras.callbacks.ReduceLROnPlateau()])
"""


def read(text: str) -> ReadModel:
    return read_keras(text, "net.py")


def sequential(*layers: str) -> str:
    return f"net = Sequential([{', '.join(layers)}])"


def remarks(text: str) -> list[str]:
    return list(map(str, read(text).remarks))


def test_one_neuron_in_a_list():
    found = read(LINEAR_UNIT)
    assert found.layers == (DenseSpec(units=1),)
    assert found.inputs is None, "only a run knows the columns"
    assert not found.remarks
    training = experiment_of(found).training
    assert (training.optimizer, training.learning_rate, training.loss) == ("sgd", 0.05, "mean_squared_error")
    assert (training.variant, training.epochs, training.metrics) == ("stochastic", 30, ("mae",))
    assert found.data["validation_split"] == 0.2


def test_a_chain_of_the_functional_api():
    found = read(FUNCTIONAL)
    assert found.layers == (DenseSpec(units=6, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
    assert found.inputs == 4
    assert found.training == {"loss": "binary_crossentropy"}, "the loss that suits the output"


def test_a_bracket_too_many_is_left_out_and_named():
    text = "net = Sequential([\n    Dense(3, input_shape=(2,)), activation='tanh'),\n    Dense(1)\n])"
    for ends in ("\n", "\r\n", "\r"):  # as in a file, and as a terminal pastes them
        found = read(text.replace("\n", ends))
        assert found.layers == (DenseSpec(units=3, activation="tanh"), DenseSpec(units=1))
        assert list(map(str, found.remarks)) == ["line 2: one bracket too many is left out."]


def test_a_whole_script():
    found = read(WHOLE)
    dense = {"activation": "leaky_relu", "alpha": 0.1, "l2": 0.001, "initializer": "he_normal"}
    assert found.layers == (
        DenseSpec(units=64, **dense),  # type: ignore[arg-type]
        DropoutSpec(rate=0.25),
        DenseSpec(units=16, **dense),  # type: ignore[arg-type]
        DropoutSpec(rate=0.25),
        BatchNormalizationSpec(),
        DenseSpec(units=1),
    )
    assert found.inputs == 13
    training = experiment_of(found).training
    assert (training.optimizer, training.learning_rate, training.momentum) == ("nesterov", 0.002, 0.9)
    assert (training.variant, training.epochs, training.shuffle_seed) == ("batch", 50, 7)
    assert training.early_stopping == EarlyStopping(monitor="val_mae", patience=5)
    assert found.network == {"seed": 7}
    assert found.data == {
        "validation_split": 0.2,
        "path": "houses.csv",
        "target": "price",
        "ignore": ("id",),
        "test_split": 0.2,
        "split": "shuffled",
        "split_seed": 42,
        "scaling": "standard",
    }
    assert [remark.line for remark in found.remarks] == [29, 30, 33]
    assert "clipnorm" in str(found.remarks[0])
    assert "RootMeanSquaredError" in str(found.remarks[1])
    assert "ReduceLROnPlateau" in str(found.remarks[2])


@pytest.mark.parametrize(
    ("layer", "activation", "alpha"),
    [
        ("Activation('tanh')", "tanh", None),
        ("Activation(tf.nn.relu)", "relu", None),
        ("ReLU()", "relu", None),
        ("ReLU(negative_slope=0.2)", "leaky_relu", 0.2),
        ("LeakyReLU()", "leaky_relu", 0.3),
        ("LeakyReLU(negative_slope=0.1)", "leaky_relu", 0.1),
        ("Activation('leaky_relu')", "leaky_relu", 0.2),
        ("ELU(0.7)", "elu", 0.7),
        ("PReLU()", "prelu", 0.0),
        ("PReLU(alpha_initializer=Constant(0.25))", "prelu", 0.25),
        ("PReLU(Constant(0.05), trainable=False)", "leaky_relu", 0.05),
        ("Softmax()", "softmax", None),
        ("Activation('gelu')", "gelu", None),
    ],
)
def test_activation_layers_belong_to_the_dense_layer_before(layer, activation, alpha):
    assert read(sequential("Dense(3)", layer, "Dense(1)")).layers[0] == DenseSpec(
        units=3, activation=activation, alpha=alpha
    )


@pytest.mark.parametrize(
    ("typed", "activation"),
    [("tanhh", "tanh"), ("sigmiod", "sigmoid"), ("leaky-relu", "leaky_relu"), ("selu", "relu"), ("wavelet", "relu")],
)
def test_a_slip_of_the_pen_is_read_as_the_activation_that_is_meant(typed, activation):
    found = read(sequential(f"Dense(3, activation='{typed}')", "Dense(1)"))
    assert found.layers[0].activation == activation
    words = "relu is taken" if activation == "relu" else f"it is read as {activation}"
    assert f"the activation {typed} is not known here; {words}." in str(found.remarks[0])


def test_an_activation_given_as_a_layer():
    assert read(sequential("Dense(3, activation=LeakyReLU(0.1))", "Dense(1)")).layers[0] == DenseSpec(
        units=3, activation="leaky_relu", alpha=0.1
    )


@pytest.mark.parametrize(
    ("given", "l1", "l2"),
    [
        ("l2(0.1)", None, 0.1),
        ("regularizers.L1(l1=0.2)", 0.2, None),
        ("L1L2(l1=0.1, l2=0.2)", 0.1, 0.2),
        ("l1_l2(0.1, 0.2)", 0.1, 0.2),
        ("'l2'", None, 0.01),
        ("None", None, None),
    ],
)
def test_penalties(given, l1, l2):
    layer = read(sequential(f"Dense(1, kernel_regularizer={given})")).layers[0]
    assert layer == DenseSpec(units=1, l1=l1, l2=l2)


@pytest.mark.parametrize(
    ("given", "rule", "rate"),
    [
        ("'sgd'", "sgd", 0.01),
        ("'adam'", "adam", 0.001),
        ("Adam(3e-3)", "adam", 0.003),
        ("keras.optimizers.RMSprop(learning_rate=RATE / 10)", "rmsprop", 0.05),
        ("Adagrad(lr=0.2)", "adagrad", 0.2),
        ("SGD(0.1, momentum=0.8)", "momentum", 0.1),
        ("SGD(0.1, 0.8, True)", "nesterov", 0.1),
    ],
)
def test_update_rules(given, rule, rate):
    found = read(f"RATE = 0.5\n{sequential('Dense(1)')}\nnet.compile(optimizer={given}, loss='mse')")
    assert (found.training["optimizer"], found.training["learning_rate"]) == (rule, rate)


def test_the_defaults_of_compile_and_fit_are_those_of_keras():
    training = experiment_of(read(f"{sequential('Dense(1)')}\nnet.compile(loss='mse')\nnet.fit(X, y)")).training
    assert (training.optimizer, training.learning_rate) == ("rmsprop", 0.001)
    assert (training.variant, training.batch_size, training.epochs, training.shuffle) == ("mini-batch", 32, 1, True)
    assert training.early_stopping is None


def test_logits_get_their_activation():
    text = f"{sequential('Dense(4)')}\nnet.compile(loss=SparseCategoricalCrossentropy(from_logits=True))"
    found = read(text)
    assert found.layers == (DenseSpec(units=4, activation="softmax"),)
    assert found.training["loss"] == "categorical_crossentropy"
    assert any("the output layer is a softmax layer here" in str(remark) for remark in found.remarks)


def test_other_layers():
    found = read(
        sequential("InputLayer(input_shape=(28, 28))", "Flatten()", "Dense(2)", "LayerNormalization()", "Dense(1)")
    )
    assert found.inputs == 784
    assert found.layers[1] == LayerNormalizationSpec()
    assert not found.remarks
    noisy = read(sequential("keras.Input((2,))", "Normalization()", "GaussianNoise(0.1)", "Dense(1)"))
    assert noisy.training["noise"] == 0.1
    assert noisy.data == {"scaling": "standard"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (sequential("Dense(2)", "Spectral()", "Dense(1)"), "line 1: the layer Spectral is not known here"),
        (sequential("Dense(width)"), "line 1: the units are width"),
        (sequential("Dense(2, activation='swish')"), "the activation swish is not known here"),
        (sequential("Dense(2, kernel_initializer=Orthogonal())"), "the initializer Orthogonal"),
        (sequential("Dense(2, use_bias=False)"), "no bias"),
        (sequential("Dense(2, kernel_constraint=MaxNorm(3))"), "kernel_constraint of Dense is left out"),
        (sequential("Dense(2)", "BatchNormalization()", "ReLU()", "Dense(1)"), "after a normalisation"),
        (sequential("Dense(2)", "Dropout(0.5)", "Activation('tanh')", "Dense(1)"), "after a dropout layer"),
        (f"{sequential('Dense(2)')}\nnet.compile('nadam', 'mse')", "line 2: the optimizer nadam"),
        (f"{sequential('Dense(2)')}\nnet.compile(Adam(beta_1=0.5), 'mse')", "line 2: beta_1 of Adam is 0.9 here"),
        (f"{sequential('Dense(2)')}\nnet.compile(Adam(ExponentialDecay(0.1, 9, 0.9)))", "changes η during the run"),
        (f"{sequential('Dense(2)')}\nnet.compile(loss=own_loss)", "line 2: the loss own_loss is not known"),
        (f"{sequential('Dense(2)')}\nnet.fit(X, y, validation_data=(a, b))", "validation_data is not read"),
        (f"{sequential('Dense(2)')}\nnet.fit(X, y, class_weight=shares)", "class_weight of fit is left out"),
        (f"{sequential('Dense(2)')}\n{sequential('Dense(3)')}", "line 2: the code has 2 networks"),
    ],
)
def test_what_is_not_known_is_named_with_its_line_and_the_rest_is_taken(text, words):
    assert any(words in remark for remark in remarks(text)), remarks(text)
    assert read(text).layers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (sequential("Conv2D(3, 3)", "Flatten()", "Dense(1)"), "line 1: Conv2D is a convolution"),
        (sequential("LSTM(3)", "Dense(1)"), "LSTM is a recurrent layer"),
        ("x = Input((2,))\na = Dense(2)(x)\nb = Dense(2)(x)\nm = Model(x, Dense(1)(a + b))", "combined"),
        ("x = Input((2,))\na = Dense(2)(x)\nm = Model(x, Dense(1)(concatenate([x, a])))", "line 3: concatenate joins"),
        ("x = Input((2,))\nm = Model(x, Dense(1)(MultiHeadAttention(2, 2)(x, x)))", "joins several branches"),
        ("class Net(keras.Model):\n    pass\nnet = Net()", "line 1: Net is a class of its own"),
        ("print('hello')", "net.py has no network"),
        ("def build(:\n    pass", "net.py, line 1: this is not Python"),
        (sequential("Dropout(0.5)"), "without a dense layer"),
        ("x = " + "(" * 5000, "not Python"),
        ("def f():\n    return f()\nf()", "too long or too deep"),
        ("net = Sequential([Dense(1)])\nfor i in range(9999):\n    net.add(net)", "too long or too deep"),
        ("a = [1]\n" + "a = [a, a]\n" * 60 + "b = a == a\nnet = Sequential(a)", "without a dense layer"),
        ("x = 0\n" * 400_000, "characters"),
    ],
    ids=range(14),
)
def test_what_cannot_be_held_is_refused_in_a_sentence(text, words):
    with pytest.raises(ModelError) as refused:
        read(text)
    assert words in str(refused.value)


TOKENS = (
    "None",
    "[]",
    "()",
    "{}",
    "-1",
    "1e400",
    "'x'",
    "x",
    "lambda: 1",
    "*a",
    "**k",
    "Dense",
    "float('nan')",
    "1j",
    "...",
)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_script_is_read_or_refused(data):
    text = data.draw(st.sampled_from([LINEAR_UNIT, FUNCTIONAL, WHOLE]))
    for _ in range(data.draw(st.integers(1, 3))):
        words = list(re.finditer(r"[\w.']+", text))
        word = words[data.draw(st.integers(0, len(words) - 1))]
        text = text[: word.start()] + data.draw(st.sampled_from(TOKENS)) + text[word.end() :]
    with suppress(ModelError):
        assert read(text).layers


def test_a_long_chain_of_calls_is_followed_once():
    found = read("net = Sequential([Dense(2)])\nX = read_csv('a.csv')" + ".drop('b')" * 60)
    assert found.data == {"path": "a.csv"}
    assert not found.remarks


def test_a_list_of_layers_grows():
    text = "parts = []\nfor units in (3, 2):\n    parts.append(Dense(units))\nparts.extend([Dense(1)])\nnet = Sequential(parts)"
    assert [layer.words for layer in read(text).layers] == ["dense 3 linear", "dense 2 linear", "dense 1 linear"]


def test_a_function_that_another_library_calls_is_followed():
    text = "def make(units=7):\n    net = Sequential([Dense(units)])\n    net.compile('adam')\n    return net\nKerasRegressor(make)"
    found = read(text)
    assert found.layers == (DenseSpec(units=7),)
    assert found.training["optimizer"] == "adam"


def test_a_list_is_repeated():
    assert len(read("net = Sequential([Dense(2, 'relu')] * 3 + [Dense(1)])").layers) == 4


def test_nothing_is_run(tmp_path):
    bomb = tmp_path / "done"
    text = f"""
import os
os.system("touch {bomb.as_posix()}")
open({str(bomb)!r}, "w").write("x")
units = eval("__import__('os').getpid()")
n = 9 ** 9 ** 9
net = Sequential([Dense(units), Dense(3 if len("ab") == 2 else 4)])
"""
    assert read(text).layers[1] == DenseSpec(units=3)
    assert not bomb.exists()


def test_a_notebook_and_a_session_of_the_interpreter_are_read():
    assert read("!pip install keras\n%matplotlib inline\nnet = Sequential([Dense(2)])").layers == (DenseSpec(units=2),)
    assert read(">>> net = Sequential([\n...     Dense(2)])\nsaid").layers == (DenseSpec(units=2),)
