"""What is said about a run: its loss by name, with the penalties that are inside."""

from msgspec.structs import replace

from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.tui.content.run_text import loss_in_words


def test_the_loss_is_named_with_the_penalties_inside() -> None:
    layers = (DenseSpec(units=3, activation="relu"), DenseSpec(units=1, activation="sigmoid"))
    training = TrainingSettings(loss="binary_crossentropy")
    plain = Experiment(
        name="a", data=DataSpec(path="a.csv", target="y"), network=NetworkSpec(layers=layers), training=training
    )
    assert loss_in_words(plain) == "binary cross-entropy"
    penalised = replace(plain, training=replace(plain.training, l2=0.01))
    assert loss_in_words(penalised) == "binary cross-entropy + L2 penalty"
    own = (replace(layers[0], l1=0.1, l2=0.0), replace(layers[1], l2=0.0))
    assert loss_in_words(replace(penalised, network=NetworkSpec(layers=own))) == "binary cross-entropy + L1 penalty"
    both = replace(penalised, training=replace(penalised.training, l1=0.1, loss="huber"))
    assert loss_in_words(both) == "Huber loss + L1 and L2 penalties"
