"""What is said of the trials of a sweep: the best, and those that cannot be told apart from it."""

from tui_ann.session.sweep.record import SweepRecord, SweepRun, compared, judged, overlap


def trial(number, *values, status="completed"):
    runs = [SweepRun(folder=f"{number}-{value}", status=status, value=value, epochs=9) for value in values]
    return judged(number, {}, runs, 0, over=True)


def record(*trials, metric="val_loss", direction="min"):
    return compared(
        SweepRecord(
            experiment="e",
            settings={},
            search="grid",
            seed=0,
            repeats=1,
            folds=None,
            metric=metric,
            direction=direction,
            rungs=[],
            status="completed",
            trials=list(trials),
        )
    )


def test_intervals_that_overlap_are_not_told_apart():
    near, far, single = trial(2, 1.1, 1.3), trial(3, 5.0, 5.1), trial(4, 1.0)
    best = trial(1, 1.0, 1.2)
    assert overlap(best, near)
    assert not overlap(best, far)
    assert not overlap(best, single)
    found = record(near, far, best)
    assert found.best == 1
    assert found.best_folder == "1-1.0"
    assert [each.not_told_apart for each in found.trials] == [True, False, False]


def test_the_best_is_the_largest_where_larger_is_better():
    found = record(trial(1, 0.5), trial(2, 0.9), trial(3, 0.7), metric="val_accuracy", direction="max")
    assert found.best == 2
    assert [each.trial for each in found.ranked] == [2, 3, 1]


def test_a_run_without_a_number_is_never_the_best():
    nothing = judged(9, {}, [SweepRun(folder="x", status="completed", value=None)], 0, over=True)
    found = record(nothing)
    assert found.best is None
    assert found.best_folder == ""
    assert record(nothing, trial(1, 3.0)).best == 1
