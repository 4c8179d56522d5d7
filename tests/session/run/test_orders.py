import pytest

from tui_ann.errors import SessionError
from tui_ann.session.run.orders import Go, Orders, checked_speed


def test_at_first_there_is_nothing_to_do() -> None:
    orders = Orders()
    assert (orders.go, orders.speed) == (Go.REST, None)


def test_resume_and_pause() -> None:
    orders = Orders()
    orders.resume()
    assert orders.go is Go.TRAIN
    orders.pause()
    assert orders.go is Go.REST


def test_single_steps_end_a_training_and_are_counted() -> None:
    orders = Orders()
    orders.resume()
    orders.one_update(2)
    for _ in range(2):
        assert orders.go is Go.UPDATE
        orders.made(Go.UPDATE)
    assert orders.go is Go.REST
    orders.made(Go.UPDATE)
    assert orders.go is Go.REST


def test_updates_come_before_epochs() -> None:
    orders = Orders()
    orders.one_epoch()
    orders.one_update()
    assert orders.go is Go.UPDATE
    orders.made(Go.UPDATE)
    assert orders.go is Go.EPOCH
    orders.made(Go.EPOCH)
    assert orders.go is Go.REST


@pytest.mark.parametrize("end", [Orders.pause, Orders.resume])
def test_steps_not_made_are_dropped(end: object) -> None:
    orders = Orders()
    orders.one_update(100)
    orders.one_epoch(100)
    end(orders)  # type: ignore[operator]
    orders.pause()
    assert orders.go is Go.REST


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_not_above_zero_is_refused(speed: float) -> None:
    with pytest.raises(SessionError, match="not possible"):
        checked_speed(speed)
    assert checked_speed(5) == 5
    assert checked_speed(None) is None
