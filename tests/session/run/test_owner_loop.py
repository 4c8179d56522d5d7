import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tui_ann.engine.stopping import Status, StopReason
from tui_ann.engine.trainer import EpochEnded, Stopped, Updated
from tui_ann.session.run.orders import Orders
from tui_ann.session.run.owner_loop import LOOK, Listener, Moment, OwnerLoop
from tui_ann.session.run.pace import Pace


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


@dataclass
class Picture:
    status: str
    update: int
    epoch: int
    time: float
    rate: float | None


class Rig:
    """A fake trainer in its training loop; collects what is published."""

    def __init__(self, **trainer: Any) -> None:
        self.clock = Clock()
        self.trainer = FakeTrainer(self.clock, **trainer)
        self.orders = Orders()
        self.mail: list[Callable[[], object]] = []
        self.waits: list[float] = []
        self.pictures: list[Picture] = []
        self.told: list[int] = []
        self.price = 0.0
        self.loop = OwnerLoop(self.trainer, self.take, self.orders, self.serve, clock=self.clock)  # type: ignore[arg-type]

    def take(self, status: str, pace: Pace) -> Any:
        self.clock.now += self.price
        trainer = self.trainer
        status = str(trainer.stop_reason.status) if trainer.stop_reason else status
        return Picture(status, trainer.update, trainer.epoch, self.clock(), pace.updates_per_second)

    def serve(self, seconds: float) -> bool:
        """Does the jobs; a wait takes no time but that of the fake clock."""
        if seconds:
            self.waits.append(seconds)
            self.clock.now += seconds
        jobs, self.mail = self.mail, []
        for job in jobs:
            job()
        return bool(jobs)

    def listen(self, period: float = 0.1) -> None:
        listener = Listener(self.publish, period, lambda: self.told.append(self.trainer.epoch))  # type: ignore[arg-type]
        self.loop.watch(listener)

    def publish(self, picture: Picture) -> None:
        self.pictures.append(picture)

    def train(self, period: float = 0.1) -> "Rig":
        """Train to the end."""
        self.orders.resume()
        return self.go(period)

    def go(self, period: float = 0.1) -> "Rig":
        """Carry out the orders."""
        if self.loop.listener is None:
            self.listen(period)
        self.loop.run()
        return self


def test_it_runs_to_the_end_and_shows_the_last_state() -> None:
    rig = Rig().train()
    assert (rig.trainer.update, rig.trainer.epoch) == (1000, 100)
    assert rig.pictures[-1].status == "completed"
    assert rig.pictures[-1].update == 1000


def test_pictures_are_never_closer_than_the_period() -> None:
    rig = Rig(epochs=20_000).train(period=0.25)
    times = [picture.time for picture in rig.pictures]
    assert all(later - sooner >= 0.25 for sooner, later in itertools.pairwise(times[:-1]))
    assert len(times) == pytest.approx(20_000 * 10 * 1e-5 / 0.25, abs=2)
    assert {picture.status for picture in rig.pictures[:-1]} == {"running"}


def test_pictures_have_a_period_of_their_own_at_full_speed() -> None:
    rig = Rig(epochs=100, per_epoch=1000)
    rig.orders.resume()

    def hold(picture: Picture) -> None:
        rig.pictures.append(picture)
        if len(rig.pictures) == 3:
            rig.orders.speed = 1000

    rig.loop.watch(Listener(hold, 0.1, period_at_full_speed=0.25))  # type: ignore[arg-type]
    rig.loop.run()
    gaps = [later.time - sooner.time for sooner, later in itertools.pairwise(rig.pictures[:-1])]
    assert gaps[:2] == pytest.approx([0.25, 0.25], rel=0.05)
    assert gaps[4:] == pytest.approx([0.1] * len(gaps[4:]), rel=0.05)


def test_pictures_that_take_long_become_rarer() -> None:
    rig = Rig(epochs=20_000, per_epoch=10, cost=1e-4)
    rig.price = 0.05
    rig.train(period=0.1)
    work = 200_000 * 1e-4
    assert len(rig.pictures) * rig.price <= 0.05 * work
    assert len(rig.pictures) >= 0.01 * work / rig.price


@pytest.mark.parametrize("cost", [1e-6, 1e-3, 1.0])
def test_every_epoch_is_told_however_long_an_update_takes(cost: float) -> None:
    rig = Rig(cost=cost, epochs=5).train()
    assert rig.told == [1, 2, 3, 4, 5]


def test_epochs_that_single_steps_end_are_told() -> None:
    rig = Rig(epochs=2)
    rig.orders.one_update(10)
    rig.go()
    rig.orders.one_epoch()
    rig.go()
    assert rig.told == [1, 2]


def test_the_burst_grows_until_a_look_comes_every_few_milliseconds() -> None:
    rig = Rig(cost=1e-6, per_epoch=10**6, epochs=1).train()
    settled = rig.trainer.bursts[-100:-1]
    assert min(settled) >= 0.25 * LOOK / 1e-6
    assert max(settled) <= 0.5 * LOOK / 1e-6


def test_a_slow_update_is_looked_at_each_time() -> None:
    rig = Rig(cost=0.5, epochs=2).train()
    assert set(rig.trainer.bursts) == {1}
    assert len(rig.pictures) >= 19


def test_the_pace_is_measured() -> None:
    rig = Rig(cost=1e-3, epochs=1000).train()
    assert rig.pictures[-2].rate == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize("speed", [1, 5, 60, 1000])
def test_the_pace_of_a_held_run_is_never_above_what_it_is_held_to(speed: float) -> None:
    rig = Rig(epochs=1, per_epoch=5 * speed)
    rig.orders.speed = speed
    rig.train()
    assert rig.pictures[0].rate is None
    assert [picture.rate for picture in rig.pictures[2:-1]] == pytest.approx([speed] * len(rig.pictures[3:]), rel=0.1)


def test_a_step_to_the_end_of_an_epoch_is_not_the_pace_of_a_held_run() -> None:
    rig = Rig(epochs=2, per_epoch=500)
    rig.orders.speed = 100
    rig.orders.one_epoch()
    rig.go()
    rig.train()
    assert max(picture.rate or 0 for picture in rig.pictures) == pytest.approx(100, rel=0.1)


def test_another_speed_begins_the_pace_anew_and_is_shown_at_once() -> None:
    rig = Rig(epochs=30, per_epoch=1000)
    publish = rig.pictures.append
    changed: list[float] = []

    def slower(picture: Any) -> None:
        publish(picture)
        if picture.update > 20_000 and not changed:
            changed.append(picture.time)
            rig.orders.speed = 2
        elif changed and picture.time > changed[0] + 3:
            rig.orders.speed = None

    rig.publish = slower  # type: ignore[method-assign]
    seen: list[Picture] = []
    publish = seen.append
    rig.train()
    held = [picture for picture in seen if changed[0] < picture.time <= changed[0] + 3]
    assert held[0].time - changed[0] <= 0.15
    assert held[0].rate is None
    assert {round(picture.rate or 2, 1) for picture in held} == {2}
    flat_out = [picture for picture in seen if picture.time > held[-1].time + 1]
    assert all((picture.rate or 1e5) > 1e3 for picture in flat_out)


def test_it_makes_the_steps_asked_for_and_shows_each_rest() -> None:
    rig = Rig().go(period=10)
    for order, count in (("one_update", 1), ("one_update", 3), ("one_epoch", 1), ("one_epoch", 2)):
        getattr(rig.orders, order)(count)
        rig.go()
    assert [picture.update for picture in rig.pictures] == [0, 1, 4, 10, 30]
    assert [picture.epoch for picture in rig.pictures] == [0, 0, 0, 1, 3]
    assert [picture.status for picture in rig.pictures] == ["ready", *["paused"] * 4]


def test_an_epoch_asked_for_in_the_middle_of_one_ends_that_one() -> None:
    rig = Rig()
    rig.orders.one_update(4)
    rig.go()
    rig.orders.one_epoch()
    rig.go()
    assert rig.trainer.update == 10


def test_a_step_at_the_end_of_the_run_ends_it() -> None:
    rig = Rig(epochs=2)
    rig.orders.one_epoch(9)
    rig.go()
    assert rig.pictures[-1].status == "completed"


def test_a_paused_run_goes_on_where_it_was() -> None:
    rig = Rig(epochs=10_000)
    rig.mail = []
    publish = rig.publish

    def pause(picture: Picture) -> None:
        publish(picture)
        if picture.update > 20_000:
            rig.mail.append(rig.orders.pause)

    rig.publish = pause  # type: ignore[method-assign]
    rig.train(period=0.01)
    made = rig.trainer.update
    assert 20_000 < made < 40_000
    assert rig.pictures[-1].status == "paused"
    rig.mail = []
    rig.publish = publish  # type: ignore[method-assign]
    rig.listen()
    rig.train()
    assert rig.trainer.update == 100_000


def test_a_pause_before_the_first_update() -> None:
    rig = Rig()
    rig.mail = [rig.orders.pause]
    rig.train()
    assert [picture.status for picture in rig.pictures] == ["ready"]


def test_without_a_listener_no_snapshot_is_taken() -> None:
    rig = Rig()
    rig.loop._take = lambda status, pace: 1 / 0  # type: ignore[assignment]
    rig.orders.resume()
    rig.loop.run()
    assert rig.trainer.finished


@pytest.mark.parametrize("speed", [0.5, 1, 7, 60, 3000])
def test_a_speed_limit_is_kept(speed: float) -> None:
    rig = Rig(epochs=max(1, int(speed)), per_epoch=10)
    rig.orders.speed = speed
    begun = rig.clock()
    rig.train()
    assert rig.trainer.update == max(1, int(speed)) * 10
    assert rig.clock() - begun == pytest.approx((rig.trainer.update - 1) / speed, rel=0.02, abs=0.01)


def test_each_update_of_a_slow_run_is_shown_at_once() -> None:
    rig = Rig(epochs=1, per_epoch=5)
    rig.orders.speed = 1
    rig.train()
    assert [picture.update for picture in rig.pictures] == [1, 2, 3, 4, 5]
    assert [round(picture.time - 100, 2) for picture in rig.pictures[:-1]] == [0, 1, 2, 3]


def test_a_speed_limit_above_what_the_machine_can_do_costs_nothing() -> None:
    rig = Rig(cost=0.01, epochs=10)
    rig.orders.speed = 1000
    begun = rig.clock()
    rig.train()
    assert rig.clock() - begun == pytest.approx(1.0, rel=0.05)


def test_a_breakdown_in_the_trainer_reaches_the_caller() -> None:
    with pytest.raises(FloatingPointError):
        Rig(fails_at=55).train()


def test_a_breakdown_in_publish_reaches_the_caller() -> None:
    rig = Rig()
    rig.publish = lambda _: 1 / 0  # type: ignore[assignment, method-assign]
    with pytest.raises(ZeroDivisionError):
        rig.train()


def test_a_change_made_while_the_run_rests_is_shown() -> None:
    rig = Rig().go()
    rig.go()
    assert len(rig.pictures) == 1
    rig.mail = [lambda: None]
    rig.go()
    assert len(rig.pictures) == 2


def test_it_is_said_when_the_run_can_be_saved() -> None:
    rig = Rig(epochs=2)
    moments: list[Moment] = []
    rig.loop.autosave = moments.append
    rig.orders.one_update()
    rig.go()
    assert set(moments) == {Moment.RESTING}
    moments.clear()
    rig.train()
    assert moments[-1] is Moment.PAUSED
