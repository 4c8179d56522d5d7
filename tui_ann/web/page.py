"""The page: the terminal of textual-serve in a frame of our own, with nothing from other hosts."""

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import textual_serve
from aiohttp import web

_THEIRS = Path(textual_serve.__file__).parent / "static"
_OWN = files("tui_ann.web") / "static"
_FONT = "RobotoMono-VariableFont_wght.ttf"


@dataclass(frozen=True)
class StaticFile:
    """A file of the page."""

    kind: str
    """Its content type."""
    content: bytes
    """Its bytes."""


def static_files() -> dict[str, StaticFile]:
    """The files of the page by their paths; there are no others."""
    return {
        "/static/page.css": StaticFile("text/css", (_OWN / "page.css").read_bytes()),
        "/static/page.js": StaticFile("text/javascript", (_OWN / "page.js").read_bytes()),
        "/static/xterm.css": StaticFile("text/css", (_THEIRS / "css" / "xterm.css").read_bytes()),
        "/static/textual.js": StaticFile("text/javascript", (_THEIRS / "js" / "textual.js").read_bytes()),
        "/static/mono.ttf": StaticFile("font/ttf", (_THEIRS / "fonts" / _FONT).read_bytes()),
    }


def index(host: str) -> str:
    """The page itself.

    Args:
        host: Host and port of this server as the browser names it; checked.
    """
    text = (_OWN / "page.html").read_text(encoding="utf-8")
    return text.replace("WEBSOCKET", escape(f"ws://{host}/ws", quote=True))


def protect(host: str, response: web.StreamResponse) -> None:
    """Set the headers that keep a browser from doing anything else with a response.

    Args:
        host: Host and port of this server as the browser names it.
        response: The response, not sent yet.
    """
    # The script of textual-serve is built in a way that needs eval, and the terminal makes style sheets.
    policy = (
        "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Server": "tui-ann",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
