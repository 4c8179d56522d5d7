"""The short options of `train`, as they are typed."""

import pytest

from tui_ann.experiment.run_folder import RunFolder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lr", "0.1"], "There is no option --lr; this setting is --set training.learning_rate=…"),
        (["--epochs", "many"], "'many' is not a whole number."),
        (["--epochs", "1.5"], "'1.5' is not a whole number."),
        (["--epochs", "0"], "0 is not in the range x>=1."),
    ],
)
def test_what_was_typed_is_answered_in_its_own_words(command, words, said):
    result = command("train", "xor.toml", *words)
    assert (result.code, said in result.err) == (2, True), result.err


def test_a_number_of_epochs_may_have_an_exponent(command, working_folder):
    assert command("train", "xor.toml", "--epochs", "1e1", "--out", "run", "--quiet").code == 0
    assert RunFolder.open(working_folder / "run").record().epochs == 10


def test_the_share_to_test_on_has_a_short_form(command, working_folder):
    words = ("--test", "0.25", "--validation", "0.2", "--out", "run", "--quiet")
    assert command("train", "xor.toml", *words).code == 0
    data = RunFolder.open(working_folder / "run").experiment().data
    assert (data.test_split, data.validation_split) == (0.25, 0.2)
