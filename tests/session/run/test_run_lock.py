import threading
from collections.abc import Callable

import pytest

from tui_ann.errors import SessionError
from tui_ann.session.run.run_lock import Handover


class Driver:
    """A thread that drives: serves errands whenever it is woken, until told to end."""

    def __init__(self, handover: Handover) -> None:
        self.handover = handover
        self.woken = threading.Event()
        self.started = threading.Event()
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        with self.handover.drive(self.woken.set):
            self.started.set()
            while not self.end.is_set():
                self.woken.clear()
                self.handover.serve()
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
    handover = Handover()
    assert handover.do(threading.get_ident) == threading.get_ident()
    assert not handover.driving


def test_the_floor_can_be_taken_again_by_its_owner() -> None:
    handover = Handover()
    assert handover.do(lambda: handover.do(lambda: 3)) == 3


def test_the_driver_does_the_errands_of_others() -> None:
    handover = Handover()
    with Driver(handover) as driver:
        assert handover.driving
        assert handover.do(threading.get_ident) == driver.thread.ident
    assert not handover.driving
    assert handover.do(threading.get_ident) == threading.get_ident()


def test_what_an_errand_raises_reaches_the_asker_and_spares_the_driver() -> None:
    handover = Handover()

    def refuse() -> None:
        raise SessionError("no")

    with Driver(handover):
        with pytest.raises(SessionError, match="no"):
            handover.do(refuse)
        assert handover.do(lambda: 1) == 1


def test_the_driver_may_use_the_verbs_itself() -> None:
    handover = Handover()
    with handover.drive(lambda: None):
        assert handover.do(lambda: 2) == 2
        assert handover.driving


def test_two_drivers_are_refused() -> None:
    handover = Handover()
    with Driver(handover), pytest.raises(SessionError, match="in training already"), handover.drive(lambda: None):
        raise AssertionError
    with handover.drive(lambda: None):
        pass


def test_an_errand_left_while_the_driver_leaves_is_still_done() -> None:
    handover = Handover()
    left = threading.Event()
    outcome: list[int] = []

    def asker() -> None:
        outcome.append(handover.do(lambda: 7))

    thread = threading.Thread(target=asker)
    with handover.drive(left.set):
        thread.start()
        assert left.wait(10)
    thread.join(10)
    assert outcome == [7]


def test_one_who_waits_for_an_ordinary_errand_is_not_left_behind_by_a_drive() -> None:
    handover = Handover()
    inside, go_on = threading.Event(), threading.Event()
    first = threading.Thread(target=lambda: handover.do(lambda: (inside.set(), go_on.wait(10))))
    first.start()
    assert inside.wait(10)
    done: list[int] = []
    second = threading.Thread(target=lambda: done.append(handover.do(lambda: 1)))
    second.start()
    go_on.set()
    with Driver(handover):
        second.join(10)
    first.join(10)
    assert done == [1]


def test_only_one_errand_is_at_work_at_a_time() -> None:
    handover = Handover()
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

    threads = [many(lambda: handover.do(errand)) for _ in range(4)]
    with Driver(handover):
        threads += [many(lambda: handover.do(errand)) for _ in range(4)]
        for thread in threads:
            thread.join(20)
    assert worst == 1
