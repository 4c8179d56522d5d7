"""Bytes that are no UTF-8."""

import sys

import pytest

from tui_ann.tui.shell.terminal_bytes import take_any_bytes


@pytest.mark.skipif(sys.platform == "win32", reason="a Windows console passes on characters")
def test_bytes_that_are_no_text_do_not_end_the_input(monkeypatch):
    from textual.drivers import linux_driver

    names = vars(linux_driver)
    monkeypatch.setitem(names, "getincrementaldecoder", names["getincrementaldecoder"])
    take_any_bytes()
    decode = names["getincrementaldecoder"]("utf-8")().decode
    assert decode(b"a\xed\xa0\x80b\xff\xc3") == "a���b�"
    assert decode(b"\xa4") == "ä"
