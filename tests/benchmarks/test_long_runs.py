"""The benchmark of long runs, on a short one."""

from benchmarks.long_runs import Figure, main


def test_the_memory_of_records_is_printed_with_its_goal(capsys) -> None:
    assert main(["--records", "2000", "--epochs", "0"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("records of 2,000 epochs")
    assert first.endswith("goal ≤ 50 ✓")


def test_a_goal_is_missed_above_it() -> None:
    assert Figure("quit", 1.2, "s", 1.0).missed
    assert not Figure("quit", 0.9, "s", 1.0).missed
    assert not Figure("folder", 99.0, "MB").missed
