import asyncio

import pytest

pytest.importorskip("textual_serve", reason="needs the extra: pip install 'tui-ann[web]'")

from benchmarks.browser import browser_path, in_words, look


@pytest.mark.skipif(browser_path() is None, reason="needs Chromium: apt-get install chromium")
def test_keys_mouse_colours_letters_and_a_download_work_in_a_browser(capsys):
    assert asyncio.run(look(str(browser_path()), None, keys=6, size=(960, 560))) == []
    said = capsys.readouterr().out
    assert "training: " in said
    assert "Step: " in said


def test_latencies_are_said_in_a_line():
    assert in_words("Step", []) == "Step: no key was answered in time"
    assert in_words("Step", [10.0]) == "Step: 1 keys, median 10 ms, p95 10 ms"
    assert in_words("Step", [10.0, 20.0, 30.0]) == "Step: 3 keys, median 20 ms, p95 29 ms"
