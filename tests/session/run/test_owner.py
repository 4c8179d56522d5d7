"""The owner of a run: one thread at a time touches it, and everybody gets an answer."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.session.run.test_owner_loop import Clock, FakeTrainer, Picture
from tui_ann.errors import SessionError
from tui_ann.session.run.owner import RunOwner
from tui_ann.session.run.owner_loop import Listener


class Owned:
    """A fake trainer with an owner, and what it publishes."""

    def __init__(self, **trainer: Any) -> None:
        self.trainer = FakeTrainer(Clock(), **trainer)
        self.pictures: list[Picture] = []
        self.shown = threading.Event()
        self.owner = RunOwner(self.trainer, self.take)  # type: ignore[arg-type]
        self.listener = Listener(self.publish, 0.0)  # type: ignore[arg-type]

    def take(self, status: str, pace: Any) -> Any:
        return Picture(status, self.trainer.update, self.trainer.epoch, 0.0, pace.updates_per_second)

    def publish(self, picture: Picture) -> None:
        self.pictures.append(picture)
        self.shown.set()

    def endless(self) -> "Owned":
        """Train without end, and wait until it does."""
        self.trainer.epochs = 1 << 60
        self.owner.listen(self.listener)
        self.owner.resume()
        assert self.shown.wait(10)
        return self


@pytest.fixture
def training() -> Any:
    owned = Owned().endless()
    yield owned
    owned.owner.close()


def test_while_a_run_rests_the_caller_does_the_job() -> None:
    owner = Owned().owner
    assert owner.call(threading.get_ident) == threading.get_ident()
    assert not owner.busy


def test_a_job_may_ask_for_another() -> None:
    owner = Owned().owner
    assert owner.call(lambda: owner.call(lambda: 3)) == 3


def test_while_a_run_trains_its_owner_does_the_jobs(training: Owned) -> None:
    owner = training.owner
    assert owner.busy
    assert owner.training
    first, second = owner.call(threading.get_ident), owner.post(threading.get_ident).result(10)
    assert first == second != threading.get_ident()
    owner.pause().result(10)
    owner.close()
    assert not owner.busy
    assert not owner.training


def test_what_a_job_raises_reaches_the_caller_and_spares_the_training(training: Owned) -> None:
    def refuse() -> None:
        raise SessionError("no")

    with pytest.raises(SessionError, match="no"):
        training.owner.call(refuse)
    assert training.owner.training
    assert training.owner.snapshot().status == "running"


def test_the_last_snapshot_is_always_sent() -> None:
    owned = Owned(epochs=3)
    owned.owner.listen(owned.listener)
    owned.owner.resume().result(10)
    assert (owned.pictures[-1].update, owned.pictures[-1].status) == (30, "completed")


def test_orders_are_carried_out_in_order() -> None:
    owned = Owned()
    owner = owned.owner
    owner.one_update()
    owner.one_update(3)
    owner.one_epoch(2)
    owner.call(lambda: None)
    owner.pause().result(10)
    owner.one_epoch().result(10)
    assert owned.trainer.update % 10 == 0
    made = owned.trainer.update
    owner.one_update(2).result(10)
    assert owned.trainer.update == made + 2


def test_a_second_training_in_another_thread_is_refused(training: Owned) -> None:
    with pytest.raises(SessionError, match="already training"):
        training.owner.train_here()
    assert training.owner.training


def test_a_training_in_the_calling_thread_serves_others() -> None:
    owned, idents, asked = Owned(), list[int](), list[threading.Thread]()

    def publish(_: object) -> None:
        if not asked:
            asked.append(threading.Thread(target=lambda: idents.append(owned.owner.call(threading.get_ident))))
            asked[0].start()
        elif idents:
            owned.owner.interrupt()

    owned.trainer.epochs = 1 << 60
    owned.owner.train_here(Listener(publish, 0.0))
    asked[0].join(10)
    assert idents == [threading.get_ident()]
    assert not owned.owner.training


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that sends signals")
def test_a_signal_handler_may_interrupt_at_any_moment() -> None:
    """The handler runs in the thread that trains, between any two instructions."""
    usual = signal.getsignal(signal.SIGALRM)
    try:
        for milliseconds in range(1, 30):
            owned = Owned(per_epoch=1 << 40)
            signal.signal(signal.SIGALRM, lambda *_: owned.owner.interrupt())  # noqa: B023
            signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)
            owned.owner.train_here(owned.listener)
            assert not owned.trainer.finished
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)


def test_an_interrupt_before_the_training_ends_it_at_once() -> None:
    owned = Owned()
    owned.owner.interrupt()
    owned.owner.train_here(owned.listener)
    assert owned.trainer.update == 0


def test_what_the_training_raises_reaches_whoever_waits_for_it() -> None:
    owned = Owned(fails_at=55)
    with pytest.raises(FloatingPointError):
        owned.owner.resume().result(10)
    with pytest.raises(FloatingPointError):
        owned.owner.train_here()
    assert not owned.owner.training
    assert owned.owner.call(lambda: 1) == 1


def test_what_a_listener_raises_reaches_whoever_waits() -> None:
    owned = Owned()
    owned.owner.listen(Listener(lambda _: 1 / 0))  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        owned.owner.one_update().result(10)


def test_a_speed_acts_at_once(training: Owned) -> None:
    training.owner.set_speed(1e-6).result(10)
    made = training.owner.call(lambda: training.trainer.update)
    assert training.owner.call(lambda: training.trainer.update) == made
    training.shown.clear()
    training.owner.set_speed(None)
    assert training.shown.wait(10)
    with pytest.raises(SessionError, match="not possible"):
        training.owner.set_speed(0)


def test_only_one_job_is_done_at_a_time_and_none_is_lost() -> None:
    owned = Owned(epochs=1 << 60)
    owner = owned.owner
    at_work = worst = done = 0

    def job() -> None:
        nonlocal at_work, worst, done
        at_work += 1
        worst = max(worst, at_work)
        done += 1
        at_work -= 1

    def many(ask: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=lambda: [ask() for _ in range(200)])
        thread.start()
        return thread

    threads = [many(lambda: owner.call(job)) for _ in range(3)]
    threads += [many(lambda: owner.post(job).result(10)) for _ in range(2)]
    threads += [many(lambda: owner.resume() if owner.busy else owner.pause())]
    for thread in threads:
        thread.join(30)
    owner.close()
    assert (worst, done) == (1, 1000)


def test_who_no_longer_waits_does_not_disturb_the_owner(training: Owned) -> None:
    rested = training.owner.one_epoch()
    waited = training.owner.pause()
    rested.cancel()  # before or after the owner has read the order
    waited.result(10)
    assert training.owner.call(lambda: 1) == 1
    assert not training.owner.training
