import pytest

from tui_ann.errors import ExperimentError
from tui_ann.experiment.toml_text import parsed

BARE = 'Write key = value; texts need quotes: name = "xor".'


def refused(text: str) -> str:
    with pytest.raises(ExperimentError) as caught:
        parsed(text, "x.toml", example='name = "xor"')
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize("text", ["loss = mse", "path = C:\\x.csv", "epochs = ", "epochs: 3", "= 3", "hello"])
def test_a_text_without_quotes_and_a_key_without_a_value_get_the_form(text: str) -> None:
    assert refused(f"# a comment\n{text}\n").endswith(f". {BARE}")


@pytest.mark.parametrize(
    "text",
    [
        "learning_rate = 0.003.4",
        "[network\nunits = 3",
        "x = .5",
        "x = -",
        "a = [1, 2",
        'a = "b',
        "a = 1\na = 2",
        "[a.]",
    ],
)
def test_another_mistake_gets_no_advice_on_quotes(text: str) -> None:
    told = refused(f"# a comment\n{text}\n")
    assert told.startswith("x.toml, line ")
    assert told.endswith(". Correct the text there.")


def test_tables() -> None:
    assert parsed("[a]\nb = 1\n", "x.toml", example="") == {"a": {"b": 1}}
