"""How large a network may be in a format that writes every number as text."""

from tui_ann.export.runs.pipeline import Pipeline
from tui_ann.export.runs.source import refusal
from tui_ann.text import count

MOST_NUMBERS = 1_000_000
"""About 20 MB of text, which compilers and interpreters still read in seconds."""


def check_size(what: str, pipeline: Pipeline) -> None:
    """Refuse a network with too many numbers.

    Args:
        what: The format, at the beginning of a sentence.
        pipeline: The network.

    Raises:
        SessionError: It has more numbers than a text holds.
    """
    if pipeline.n_numbers > MOST_NUMBERS:
        raise refusal(
            what,
            f"it has {count(pipeline.n_numbers)} numbers, and a text holds {count(MOST_NUMBERS)}",
            "Take onnx, keras-file or pytorch, which hold any network.",
        )
