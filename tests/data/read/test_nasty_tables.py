"""The tables of the campaign: nothing is wrong in silence."""

import pytest

from tests.campaigns.nasty_tables import tables, wrong


@pytest.mark.parametrize("nasty", tables(), ids=lambda nasty: nasty.name)
def test_a_nasty_table_is_read_as_a_careful_person_does(tmp_path, nasty):
    assert not wrong(nasty, tmp_path)
