import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.cli.conftest import ROOT, environment
from tui_ann.cli.app import run

pytest.importorskip("textual_serve", reason="needs the extra: pip install 'tui-ann[web]'")

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{32}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_prints_the_address_and_ends_when_told(tmp_path, number, code):
    command = [sys.executable, "-m", "tui_ann", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment(), cwd=tmp_path
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline()
            found = ADDRESS.fullmatch(address)
            assert found is not None
            port = found[1]
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(address.partition("?")[0])
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == code
    assert out == ""
    assert str(tmp_path) in err
    assert f"ssh -L {port}:127.0.0.1:{port}" in err
    assert "Traceback" not in err
    assert address.strip() not in err


def test_a_port_in_use_is_said(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = command("serve", "--port", str(port))
    assert result.code == 2
    assert f"Port {port} of this machine cannot be used" in result.err
    assert "--port 0" in result.err


@pytest.mark.parametrize("folder", ["missing", "xor.csv"])
def test_only_a_folder_is_served(command, folder):
    assert command("serve", folder).code == 2


def test_the_home_folder_is_not_served(command, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "users" / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "users" / "me"))
    (tmp_path / "users" / "me").mkdir(parents=True)
    for folder in ("users/me", "users"):
        result = command("serve", folder)
        assert result.code == 2
        assert "with your keys and settings" in result.err


def test_a_folder_with_the_program_in_it_is_not_served(command):
    for folder in (sys.prefix, str(ROOT)):
        result = command("serve", folder)
        assert result.code == 2
        assert "programs that are run in it" in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")
def test_a_home_that_leads_out_of_the_folder_is_refused(command, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / ".tui-ann").symlink_to(tmp_path / "outside")
    result = command("serve", "served")
    assert result.code == 2
    assert "leads out of" in result.err
    assert not list((tmp_path / "outside").iterdir())


def test_it_says_what_to_install(command, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("tui_ann.web.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_serve.app_service", None)
    result = command("serve")
    assert result.code == 2
    assert "pip install 'tui-ann[web]'" in result.err


def test_the_application_starts_without_a_terminal_for_the_driver_that_serve_names(monkeypatch):
    monkeypatch.setenv("TEXTUAL_DRIVER", "tui_ann.tui.services.served_driver:ServedDriver")
    opened = []
    assert run(lambda path: opened.append(path) or 0, []) == 0
    assert opened == [None]
