import math

import pytest
from threadpoolctl import threadpool_info

from tui_ann.session.run import judging
from tui_ann.session.run.threads import is_small, suited_threads
from tui_ann.session.session import Session


@pytest.mark.parametrize(
    ("shape", "examples", "small"),
    [((16, 30), 10, True), ((128, 784), 32, True), ((128, 784), 4096, False), ((1, 1 << 20), 1, False)],
)
def test_what_is_small(shape: tuple[int, int], examples: int, small: bool) -> None:
    assert is_small(math.prod(shape), examples) is small


def test_no_parameters_are_small() -> None:
    assert is_small(0, 10**9)


def _threads() -> set[int]:
    return {int(library["num_threads"]) for library in threadpool_info() if library["user_api"] == "blas"}


def test_the_limit_is_given_back() -> None:
    before = _threads()
    with suited_threads(4, 1):
        assert _threads() <= {1}
    assert _threads() == before
    with suited_threads(1 << 20, 1):
        assert _threads() == before


def test_judging_is_done_without_threads_that_wait_for_each_other(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.workspace.open("sample:xor")
    session.runs.prepare()
    seen: list[set[int]] = []

    def judge(*_: object) -> dict[str, float]:
        seen.append(_threads())
        return {}

    monkeypatch.setattr(judging, "compute", judge)
    session.runs.evaluate()
    assert seen
    assert all(threads <= {1} for threads in seen)


def test_two_small_networks_at_once_hold_the_limit_until_both_have_ended() -> None:
    before = _threads()
    first, second = suited_threads(16, 8), suited_threads(16, 8)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert _threads() <= {1}
    second.__exit__(None, None, None)
    assert _threads() == before
