import threading

import pytest

from tui_ann.errors import SessionError
from tui_ann.session.run.control import Control, Go


def test_it_runs_flat_out_unless_told_otherwise() -> None:
    wish = Control().look()
    assert (wish.go, wish.speed) == (Go.RUN, None)


def test_pause_and_resume() -> None:
    control = Control()
    control.pause()
    assert control.look().go is Go.WAIT
    control.toggle()
    assert control.look().go is Go.RUN
    control.toggle()
    assert control.paused


def test_single_steps_pause_and_are_counted_off() -> None:
    control = Control()
    control.step_update(2)
    assert control.paused
    for _ in range(2):
        assert control.look().go is Go.UPDATE
        control.made(Go.UPDATE)
    assert control.look().go is Go.WAIT
    control.made(Go.UPDATE)
    assert control.look().go is Go.WAIT


def test_updates_come_before_epochs() -> None:
    control = Control(paused=True)
    control.step_epoch()
    control.step_update()
    assert control.look().go is Go.UPDATE
    control.made(Go.UPDATE)
    assert control.look().go is Go.EPOCH
    control.made(Go.EPOCH)
    assert control.look().go is Go.WAIT


@pytest.mark.parametrize("end", [Control.pause, Control.resume])
def test_steps_not_made_are_dropped(end: object) -> None:
    control = Control()
    control.step_update(100)
    control.step_epoch(100)
    end(control)  # type: ignore[operator]
    control.pause()
    assert control.look().go is Go.WAIT


def test_stop_wins_over_everything() -> None:
    control = Control(paused=True)
    control.step_update()
    control.stop()
    control.resume()
    assert control.look().go is Go.STOP
    assert control.stopped


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_gets_nowhere_is_refused(speed: float) -> None:
    with pytest.raises(SessionError, match="never get anywhere"):
        Control(speed=speed)
    control = Control(speed=5)
    with pytest.raises(SessionError):
        control.speed = speed
    assert control.speed == 5


def test_a_wait_is_over_at_once_when_something_has_changed_since_the_look() -> None:
    control = Control(paused=True)
    control.look()
    assert not control.wait(0)
    control.speed = 3
    assert control.wait(0)
    control.look()
    assert not control.wait(0)


def test_another_thread_ends_a_wait_without_limit() -> None:
    control = Control(paused=True)
    control.look()
    seen: list[Go] = []
    asleep = threading.Event()

    def driver() -> None:
        asleep.set()
        control.wait()
        seen.append(control.look().go)

    thread = threading.Thread(target=driver)
    thread.start()
    assert asleep.wait(10)
    control.stop()
    thread.join(10)
    assert seen == [Go.STOP]


def test_no_step_is_lost_when_many_threads_ask() -> None:
    control = Control(paused=True)
    threads = [threading.Thread(target=lambda: [control.step_update() for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    made = 0
    while made < 1600:
        if control.look().go is Go.UPDATE:
            control.made(Go.UPDATE)
            made += 1
        else:
            assert control.wait(10)
    for thread in threads:
        thread.join(10)
    assert control.look().go is Go.WAIT
