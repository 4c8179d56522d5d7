import threading
from collections.abc import Callable

import pytest

from tui_ann.errors import SessionError
from tui_ann.session.run.run_lock import RunLock


class Driver:
    """A thread that drives: serves errands whenever it is woken, until told to end."""

    def __init__(self, run_lock: RunLock) -> None:
        self.run_lock = run_lock
        self.woken = threading.Event()
        self.started = threading.Event()
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        with self.run_lock.drive(self.woken.set):
            self.started.set()
            while not self.end.is_set():
                self.woken.clear()
                self.run_lock.serve()
                self.woken.wait(10)

    def __enter__(self) -> "Driver":
        self.thread.start()
        assert self.started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.end.set()
        self.woken.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_without_a_driver_the_caller_does_it() -> None:
    run_lock = RunLock()
    assert run_lock.do(threading.get_ident) == threading.get_ident()
    assert not run_lock.driving


def test_the_floor_can_be_taken_again_by_its_owner() -> None:
    run_lock = RunLock()
    assert run_lock.do(lambda: run_lock.do(lambda: 3)) == 3


def test_the_driver_does_the_errands_of_others() -> None:
    run_lock = RunLock()
    with Driver(run_lock) as driver:
        assert run_lock.driving
        assert run_lock.do(threading.get_ident) == driver.thread.ident
    assert not run_lock.driving
    assert run_lock.do(threading.get_ident) == threading.get_ident()


def test_what_an_errand_raises_reaches_the_asker_and_spares_the_driver() -> None:
    run_lock = RunLock()

    def refuse() -> None:
        raise SessionError("no")

    with Driver(run_lock):
        with pytest.raises(SessionError, match="no"):
            run_lock.do(refuse)
        assert run_lock.do(lambda: 1) == 1


def test_the_driver_may_use_the_verbs_itself() -> None:
    run_lock = RunLock()
    with run_lock.drive(lambda: None):
        assert run_lock.do(lambda: 2) == 2
        assert run_lock.driving


def test_two_drivers_are_refused() -> None:
    run_lock = RunLock()
    with Driver(run_lock), pytest.raises(SessionError, match="in training already"), run_lock.drive(lambda: None):
        raise AssertionError
    with run_lock.drive(lambda: None):
        pass


def test_an_errand_left_while_the_driver_leaves_is_still_done() -> None:
    run_lock = RunLock()
    left = threading.Event()
    outcome: list[int] = []

    def asker() -> None:
        outcome.append(run_lock.do(lambda: 7))

    thread = threading.Thread(target=asker)
    with run_lock.drive(left.set):
        thread.start()
        assert left.wait(10)
    thread.join(10)
    assert outcome == [7]


def test_one_who_waits_for_an_ordinary_errand_is_not_left_behind_by_a_drive() -> None:
    run_lock = RunLock()
    inside, go_on = threading.Event(), threading.Event()
    first = threading.Thread(target=lambda: run_lock.do(lambda: (inside.set(), go_on.wait(10))))
    first.start()
    assert inside.wait(10)
    done: list[int] = []
    second = threading.Thread(target=lambda: done.append(run_lock.do(lambda: 1)))
    second.start()
    go_on.set()
    with Driver(run_lock):
        second.join(10)
    first.join(10)
    assert done == [1]


def test_only_one_errand_is_at_work_at_a_time() -> None:
    run_lock = RunLock()
    at_work = 0
    worst = 0

    def errand() -> None:
        nonlocal at_work, worst
        at_work += 1
        worst = max(worst, at_work)
        at_work -= 1

    def many(do: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=lambda: [do() for _ in range(200)])
        thread.start()
        return thread

    threads = [many(lambda: run_lock.do(errand)) for _ in range(4)]
    with Driver(run_lock):
        threads += [many(lambda: run_lock.do(errand)) for _ in range(4)]
        for thread in threads:
            thread.join(20)
    assert worst == 1
