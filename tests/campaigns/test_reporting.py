"""The tally of a campaign."""

import io

from tests.campaigns.reporting import Tally


def test_it_counts_what_was_tried_and_what_failed():
    said, table = io.StringIO(), io.StringIO()
    tally = Tally("kills", progress=said)
    tally.count("train", "1")
    with tally.case("train", "2"):
        raise ValueError("two moments")
    with tally.case("sweep", "3"):
        pass
    tally.note("slowest 3 s")
    assert tally.finish(table) == 1
    assert (tally.tried, tally.failed) == (3, 1)
    assert tally.failures == [("train", "2", "ValueError: two moments")]
    assert "FAILED train, 2: ValueError: two moments" in said.getvalue()
    rows = [line.split() for line in table.getvalue().splitlines()]
    assert rows[1:4] == [["train", "2", "1"], ["sweep", "1", "0"], ["all", "3", "1"]]
    assert "slowest 3 s" in table.getvalue()


def test_a_campaign_that_tried_nothing_has_not_succeeded():
    assert Tally("kills").finish(io.StringIO()) == 1


def test_a_campaign_without_failures_succeeds():
    tally = Tally("kills")
    tally.count("train")
    assert tally.finish(io.StringIO()) == 0
