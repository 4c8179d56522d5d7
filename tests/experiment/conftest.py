import pytest

from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec

FULL = """\
# Written by a teacher.
schema = 1
name = "breast-cancer"

[data]
path = "breast_cancer.csv"       # relative to this file
target = "diagnosis"
task = "auto"
features = ["*"]
ignore = []
classes = []
scaling = "standard"
target_scaling = "none"
missing = "error"
test_split = 0.0
validation_split = 0.1
split = "ordered"
split_seed = 0
noise = 0.0

[network]
seed = 0
initializer = "glorot_uniform"
weights = ""
[[network.layers]]
type = "dense"
units = 16                       # wide enough
activation = "relu"
alpha = 0.05
l1 = 0.0
l2 = 0.0
initializer = "he_normal"
[[network.layers]]
type = "dropout"
rate = 0.5
mode = "inverted"
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"

[training]
loss = "binary_crossentropy"
variant = "mini-batch"
batch_size = 10
shuffle = true
shuffle_seed = 0
optimizer = "sgd"
learning_rate = 0.01
momentum = 0.9
l1 = 0.0
l2 = 0.0
epochs = 100
tolerance = 0.0
gradient_tolerance = 0.0
metrics = ["accuracy"]
dtype = "float64"
[training.early_stopping]
monitor = "val_loss"
patience = 5
min_delta = 0.0
restore_best_weights = true
"""

SMALL = """\
[data]
path = "a.csv"
target = "y"
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"
"""


@pytest.fixture
def experiment():
    """A small experiment that makes sense."""
    return Experiment(
        name="small",
        data=DataSpec(path="/data/small.csv", target="y"),
        network=NetworkSpec(
            layers=(
                DenseSpec(units=4, activation="relu"),
                DropoutSpec(rate=0.2),
                DenseSpec(units=1, activation="sigmoid"),
            )
        ),
        training=TrainingSettings(),
    )
