import itertools
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.trainer import EpochEnded, Stopped, Updated
from tui_ann.errors import SessionError
from tui_ann.session.run.control import Control
from tui_ann.session.run.run_lock import RunLock
from tui_ann.session.run.training_loop import LOOK, Drive, Pace


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeTrainer:
    """Makes updates that only take time."""

    clock: Clock
    cost: float = 1e-5
    per_epoch: int = 10
    epochs: int = 100
    burst: int = 1
    update: int = 0
    epoch: int = 0
    stop_reason: StopReason | None = None
    bursts: list[int] = field(default_factory=list)
    fails_at: float = math.inf

    @property
    def finished(self) -> bool:
        return self.stop_reason is not None

    @property
    def examples_met(self) -> int:
        return self.update

    def run(self) -> Iterator[Any]:
        while self.stop_reason is None:
            made = min(self.burst, self.per_epoch - self.update % self.per_epoch)
            if self.update + made > self.fails_at:
                raise FloatingPointError("broken")
            self.update += made
            self.clock.now += made * self.cost
            self.bursts.append(made)
            ended = self.update % self.per_epoch == 0
            self.epoch += ended
            if self.epoch >= self.epochs:
                self.stop_reason = StopReason(Status.COMPLETED, "all epochs are done")
            yield Updated(self.update)
            if ended:
                yield EpochEnded(SimpleNamespace(epoch=self.epoch))  # type: ignore[arg-type]
        yield Stopped(self.stop_reason)


class FakeControl(Control):
    """Waits without taking time: the fake clock goes on instead, and the script says what happens meanwhile."""

    def __init__(self, clock: Clock, script: Callable[[], None] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.clock = clock
        self.script = script
        self.waits: list[float | None] = []

    def wait(self, seconds: float | None = None) -> bool:
        self.waits.append(seconds)
        if seconds is None:
            assert self.script is not None, "nothing would ever end this wait"
            self.script()
        else:
            self.clock.now += seconds
        return True


@dataclass
class Picture:
    status: str
    update: int
    epoch: int
    time: float
    rate: float | None


class Rig:
    """A fake trainer, driven; collects what is published."""

    def __init__(self, script: Callable[["Rig"], None] | None = None, **trainer: Any) -> None:
        self.clock = Clock()
        self.trainer = FakeTrainer(self.clock, **trainer)
        self.control = FakeControl(self.clock, (lambda: script(self)) if script else None)
        self.run_lock = RunLock()
        self.pictures: list[Picture] = []
        self.told: list[int] = []
        self.price = 0.0
        self.is_current = True

    def take(self, status: str, pace: Pace) -> Any:
        self.clock.now += self.price
        trainer = self.trainer
        status = str(trainer.stop_reason.status) if trainer.stop_reason else status
        return Picture(status, trainer.update, trainer.epoch, self.clock(), pace.updates_per_second)

    def drive(self, period: float = 0.1) -> "Rig":
        with self.run_lock.drive(self.control.wake):
            Drive(
                self.trainer,  # type: ignore[arg-type]
                self.take,
                self.pictures.append,  # type: ignore[arg-type]
                self.control,
                period,
                serve=self.run_lock.serve,
                current=lambda: self.is_current,
                epoch_ended=lambda: self.told.append(self.trainer.epoch),
                clock=self.clock,
            ).run()
        return self


def steps(*actions: Callable[[Rig], None]) -> Callable[[Rig], None]:
    """One action for each time the driver rests."""
    left = list(actions)
    return lambda rig: left.pop(0)(rig)


def test_it_runs_to_the_end_and_shows_the_last_state() -> None:
    rig = Rig().drive()
    assert (rig.trainer.update, rig.trainer.epoch) == (1000, 100)
    assert rig.pictures[-1].status == "completed"
    assert rig.pictures[-1].update == 1000


def test_pictures_are_never_closer_than_the_period() -> None:
    rig = Rig(epochs=20_000).drive(period=0.25)
    times = [picture.time for picture in rig.pictures]
    assert all(later - sooner >= 0.25 for sooner, later in itertools.pairwise(times[:-1]))
    assert len(times) == pytest.approx(20_000 * 10 * 1e-5 / 0.25, abs=2)
    assert {picture.status for picture in rig.pictures[:-1]} == {"running"}


def test_pictures_that_take_long_become_rarer() -> None:
    rig = Rig(epochs=20_000, per_epoch=10, cost=1e-4)
    rig.price = 0.05
    rig.drive(period=0.1)
    work = 200_000 * 1e-4
    assert len(rig.pictures) * rig.price <= 0.05 * work
    assert len(rig.pictures) >= 0.01 * work / rig.price


@pytest.mark.parametrize("cost", [1e-6, 1e-3, 1.0])
def test_every_epoch_is_told_however_long_an_update_takes(cost: float) -> None:
    rig = Rig(cost=cost, epochs=5).drive()
    assert rig.told == [1, 2, 3, 4, 5]


def test_epochs_that_single_steps_end_are_told() -> None:
    rig = Rig(steps(lambda rig: rig.control.step_update(10), lambda rig: rig.control.step_epoch()), epochs=2)
    rig.control.pause()
    rig.drive()
    assert rig.told == [1, 2]


def test_the_burst_grows_until_a_look_comes_every_few_milliseconds() -> None:
    rig = Rig(cost=1e-6, per_epoch=10**6, epochs=1).drive()
    settled = rig.trainer.bursts[-100:-1]
    assert min(settled) >= 0.25 * LOOK / 1e-6
    assert max(settled) <= 0.5 * LOOK / 1e-6


def test_a_slow_update_is_looked_at_each_time() -> None:
    rig = Rig(cost=0.5, epochs=2).drive()
    assert set(rig.trainer.bursts) == {1}
    assert len(rig.pictures) >= 19


def test_the_pace_is_measured() -> None:
    rig = Rig(cost=1e-3, epochs=1000).drive()
    assert rig.pictures[-2].rate == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize("speed", [1, 5, 60, 1000])
def test_the_pace_of_a_held_run_is_never_above_what_it_is_held_to(speed: float) -> None:
    rig = Rig(epochs=1, per_epoch=5 * speed)
    rig.control.speed = speed
    rig.drive()
    assert rig.pictures[0].rate is None
    assert [picture.rate for picture in rig.pictures[2:-1]] == pytest.approx([speed] * len(rig.pictures[3:]), rel=0.1)


def test_a_step_to_the_end_of_an_epoch_is_not_the_pace_of_a_held_run() -> None:
    rig = Rig(steps(lambda rig: rig.control.step_epoch(), lambda rig: rig.control.resume()), epochs=2, per_epoch=500)
    rig.control.pause()
    rig.control.speed = 100
    rig.drive()
    assert max(picture.rate or 0 for picture in rig.pictures) == pytest.approx(100, rel=0.1)


def test_another_speed_begins_the_pace_anew_and_is_shown_at_once() -> None:
    rig = Rig(epochs=30, per_epoch=1000)
    publish = rig.pictures.append
    changed: list[float] = []

    def slower(picture: Any) -> None:
        publish(picture)
        if picture.update > 20_000 and not changed:
            changed.append(picture.time)
            rig.control.speed = 2
        elif changed and picture.time > changed[0] + 3:
            rig.control.speed = None

    rig.pictures = SimpleNamespace(append=slower)  # type: ignore[assignment]
    seen: list[Picture] = []
    publish = seen.append
    rig.drive()
    held = [picture for picture in seen if changed[0] < picture.time <= changed[0] + 3]
    assert held[0].time - changed[0] <= 0.15
    assert held[0].rate is None
    assert {round(picture.rate or 2, 1) for picture in held} == {2}
    flat_out = [picture for picture in seen if picture.time > held[-1].time + 1]
    assert all((picture.rate or 1e5) > 1e3 for picture in flat_out)


def test_paused_it_makes_the_steps_asked_for_and_shows_each_rest() -> None:
    rig = Rig(
        steps(
            lambda rig: rig.control.step_update(),
            lambda rig: rig.control.step_update(3),
            lambda rig: rig.control.step_epoch(),
            lambda rig: rig.control.step_epoch(2),
            lambda rig: rig.control.stop(),
        )
    )
    rig.control.pause()
    rig.drive(period=10)
    assert [picture.update for picture in rig.pictures] == [0, 1, 4, 10, 30]
    assert [picture.epoch for picture in rig.pictures] == [0, 0, 0, 1, 3]
    assert {picture.status for picture in rig.pictures} == {"paused"}


def test_an_epoch_asked_for_while_one_is_in_hand_ends_that_one() -> None:
    rig = Rig(
        steps(
            lambda rig: rig.control.step_update(4), lambda rig: rig.control.step_epoch(), lambda rig: rig.control.stop()
        )
    )
    rig.control.pause()
    rig.drive()
    assert [picture.update for picture in rig.pictures] == [0, 4, 10]


def test_a_step_at_the_end_of_the_run_ends_it() -> None:
    rig = Rig(steps(lambda rig: rig.control.step_epoch(9)), epochs=2)
    rig.control.pause()
    rig.drive()
    assert rig.pictures[-1].status == "completed"


def test_stop_leaves_a_run_that_can_be_driven_on() -> None:
    rig = Rig(steps(lambda rig: rig.control.step_update(5), lambda rig: rig.control.stop()))
    rig.control.pause()
    rig.drive()
    rig.control = FakeControl(rig.clock)
    rig.drive()
    assert rig.trainer.update == 1000
    assert not rig.run_lock.driving


def test_stop_before_the_first_update() -> None:
    rig = Rig()
    rig.control.stop()
    rig.drive()
    assert [picture.status for picture in rig.pictures] == ["ready"]


@pytest.mark.parametrize("speed", [0.5, 1, 7, 60, 3000])
def test_a_speed_limit_is_kept(speed: float) -> None:
    rig = Rig(epochs=max(1, int(speed)), per_epoch=10)
    rig.control.speed = speed
    begun = rig.clock()
    rig.drive()
    assert rig.trainer.update == max(1, int(speed)) * 10
    assert rig.clock() - begun == pytest.approx((rig.trainer.update - 1) / speed, rel=0.02, abs=0.01)


def test_each_update_of_a_slow_run_is_shown_at_once() -> None:
    rig = Rig(epochs=1, per_epoch=5)
    rig.control.speed = 1
    rig.drive()
    assert [picture.update for picture in rig.pictures] == [1, 2, 3, 4, 5]
    assert [round(picture.time - 100, 2) for picture in rig.pictures[:-1]] == [0, 1, 2, 3]


def test_a_speed_limit_above_what_the_machine_can_do_costs_nothing() -> None:
    rig = Rig(cost=0.01, epochs=10)
    rig.control.speed = 1000
    begun = rig.clock()
    rig.drive()
    assert rig.clock() - begun == pytest.approx(1.0, rel=0.05)


def test_a_breakdown_in_the_trainer_reaches_the_caller_and_frees_the_floor() -> None:
    rig = Rig(fails_at=55)
    with pytest.raises(FloatingPointError):
        rig.drive()
    assert not rig.run_lock.driving


def test_a_breakdown_in_publish_reaches_the_caller() -> None:
    rig = Rig()
    rig.pictures = SimpleNamespace(append=lambda _: 1 / 0)  # type: ignore[assignment]
    with pytest.raises(ZeroDivisionError):
        rig.drive()
    assert not rig.run_lock.driving


def test_another_thread_has_its_errand_done_between_two_updates_even_in_a_pause() -> None:
    clock = Clock()
    trainer = FakeTrainer(clock)
    control = Control(paused=True)
    run_lock = RunLock()
    resting = threading.Event()

    def work() -> None:
        with run_lock.drive(control.wake):
            Drive(
                trainer,  # type: ignore[arg-type]
                lambda status, pace: status,
                lambda _: resting.set(),
                control,
                0.1,
                serve=run_lock.serve,
                current=lambda: True,
                clock=clock,
            ).run()

    thread = threading.Thread(target=work)
    thread.start()
    assert resting.wait(10)
    for expected in range(1, 50):
        resting.clear()
        control.step_update()
        assert resting.wait(10)
        assert run_lock.do(lambda: (threading.get_ident(), trainer.update)) == (thread.ident, expected)
    with pytest.raises(SessionError, match="in training already"):
        work()
    control.stop()
    thread.join(10)
    assert not thread.is_alive()


def test_a_run_that_was_replaced_is_left_alone() -> None:
    rig = Rig()

    def replace() -> None:
        def errand() -> None:
            rig.is_current = False

        threads.append(threading.Thread(target=rig.run_lock.do, args=(errand,)))
        threads[0].start()
        assert woken.wait(10)

    threads: list[threading.Thread] = []
    woken = threading.Event()
    rig.control.script = replace
    rig.control.wake = woken.set  # type: ignore[method-assign]
    rig.control.pause()
    rig.drive()
    threads[0].join(10)
    assert rig.trainer.update == 0
    assert not rig.run_lock.driving


def test_a_change_served_in_a_pause_is_shown() -> None:
    rig = Rig()
    changed = iter([True])
    rig.run_lock.serve = lambda: rig.trainer.update == 1 and next(changed, False)  # type: ignore[method-assign]
    rig.control.script = lambda: rig.control.stop() if len(rig.pictures) > 2 else rig.control.step_update()
    rig.control.pause()
    rig.drive()
    assert [picture.update for picture in rig.pictures][:2] == [0, 1]
