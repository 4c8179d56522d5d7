"""The way forward and the way back are adjoint, link by link: ⟨dy, J dx⟩ = ⟨Jᵀ dy, dx⟩."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.helpers import output_combinations
from tests.engine.tracing import EVERYTHING, small_trainer
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.expression import Values
from tui_ann.engine.inspect.chain import Chain, Link, LinkAction, change_of
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.reading_aids import output_symbol
from tui_ann.engine.inspect.trace import UpdateTrace, trace
from tui_ann.engine.layers import Dense, Layer, LayerNormalization
from tui_ann.engine.network import Network
from tui_ann.engine.tape import CHANGE
from tui_ann.text.symbols import Role, Symbol

ALL_LAYERS: list[Layer] = [*EVERYTHING[:4], LayerNormalization(epsilon=0.01), *EVERYTHING[4:]]


def gradients(told: UpdateTrace) -> list[Part]:
    """The parts that are ∂L/∂ of something, without penalties."""
    return [part for part in told.parts if part.symbol.role is Role.GRADIENT and not part.with_penalty]


def assert_adjoint(network: Network, told: UpdateTrace, seed: int) -> set[Symbol]:
    """Check each gradient against the tangents on the way to the next one; return what was checked."""
    ledger, rng = Ledger(network, told), np.random.default_rng(seed)
    output, checked = output_symbol(network), set()
    for part in gradients(told):
        source = part.symbol.value
        if source == output:
            continue
        chain = Chain(told, source, output)
        dx = rng.normal(size=ledger.shape(source))
        change = dx
        for link in chain.links:
            change = chain.carried(link, change)
            if told.has(link.top.gradient):
                break
        dy = rng.normal(size=change.shape)
        back = ledger.carried_on({link.top.gradient: Values(dy)}, part)
        if back is None:  # a loss that is joined with the activation goes from ŷ to z in one step
            assert link.top == output
            continue
        forwards, backwards = float((dy * change).sum()), float((back.reshape(dx.shape) * dx).sum())
        size = float(np.abs(dy * change).sum() + np.abs(back.reshape(dx.shape) * dx).sum())
        assert forwards == pytest.approx(backwards, rel=1e-9, abs=1e-12 * size), part.symbol
        checked.add(source)
    return checked


@given(st.integers(0, 1000), st.integers(1, 7))
@settings(max_examples=15, deadline=None)
def test_forward_and_backward_agree_in_every_operation(seed: int, batch_size: int) -> None:
    trainer = small_trainer(ALL_LAYERS, "categorical_crossentropy", seed=seed, batch_size=batch_size)
    told = trace(trainer)
    checked = assert_adjoint(trainer.network, told, seed)
    assert checked == {part.symbol.value for part in gradients(told)} - {Symbol("a", 4), Symbol("z", 4)}
    assert {Symbol.parse(name) for name in told.gradients} <= checked


@given(
    st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=1, max_size=3),
    st.sampled_from(list(output_combinations())),
    st.integers(0, 1000),
)
@settings(max_examples=15, deadline=None)
def test_forward_and_backward_agree_for_every_activation(
    hidden: list[str], output: tuple[str, int, str], seed: int
) -> None:
    activation, units, loss = output
    layers: list[Layer] = [*(Dense(3, name) for name in hidden), Dense(units, activation)]
    trainer = small_trainer(layers, loss, seed=seed)
    assert assert_adjoint(trainer.network, trace(trainer), seed)


def test_a_new_activation(declared: str) -> None:
    trainer = small_trainer([Dense(3, declared), LayerNormalization(), Dense(2)], "mean_squared_error")
    assert Symbol("z", 1) in assert_adjoint(trainer.network, trace(trainer), 0)


def links(layers: list[Layer], name: str) -> list[Link]:
    trainer = small_trainer(layers, "half_squared_error")
    return Chain(trace(trainer), Symbol.parse(name), output_symbol(trainer.network)).links


def test_links_are_cut_where_every_path_passes() -> None:
    found = links([Dense(2, "tanh"), LayerNormalization(), Dense(1)], "W1")
    assert [f"{link.top}/{link.bottom}" for link in found] == [
        *("z1/W1", "a1/z1", "x_hat1/a1", "n1/x_hat1", "z2/n1", "a2/z2"),
    ]  # fmt: skip
    assert [str(symbol) for symbol in found[2].between] == ["mu1", "var1"]
    assert [str(link.factor) for link in found if not link.between] == ["x", "1 − (a1)²", "gamma1", "W2", "1"]
    assert [link.action for link in found[1:]] == [
        *(LinkAction.ENTRY_BY_ENTRY, LinkAction.OTHER, LinkAction.ENTRY_BY_ENTRY, LinkAction.MATRIX, LinkAction.ENTRY_BY_ENTRY),
    ]  # fmt: skip
    assert not any(link.mixes_examples for link in found)


def test_batch_normalisation_mixes_examples() -> None:
    assert [link.mixes_examples for link in links([*EVERYTHING[:2], Dense(1)], "b1")] == [
        *(False, False, True, False, False, False),
    ]  # fmt: skip


def test_what_does_not_change_is_refused() -> None:
    told = trace(small_trainer([Dense(1)], "half_squared_error"))
    with pytest.raises(ValueError, match="z1 does not change"):
        change_of(told.part("z1"), {Symbol("W", 2): CHANGE})
