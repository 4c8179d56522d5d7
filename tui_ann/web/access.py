"""Who may come in: whoever knows the token of the printed address, from a page of this server, on this machine."""

import hmac
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import CIMultiDictProxy

HOST = "127.0.0.1"
"""The only address that is listened at; other machines come by ssh."""
_TOKEN_BYTES = 24
_FETCHED_FROM = ("none", "same-origin")
"""What a browser may say of the page that asks: nobody's, or one of this server."""
_ADVICE = "Open the address that tui-ann serve printed.\n"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Access:
    """Decides about each request.

    Args:
        port: The port that is listened at.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(_TOKEN_BYTES)
        """The secret of the printed address."""
        self._key = secrets.token_urlsafe(_TOKEN_BYTES)  # of the cookie; it is never in an address
        self._cookie = f"tui-ann-{port}"
        bare = {HOST, "localhost"} if port == 80 else set()
        self._hosts = frozenset({f"{HOST}:{port}", f"localhost:{port}", *bare})
        self.address = f"http://{HOST}:{port}/?token={self.token}"
        """The address to open."""

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request through, or refuse it without saying what is here.

        Raises:
            HTTPForbidden: It comes from elsewhere, or without the secret.
            HTTPMethodNotAllowed: It wants to change something.
            HTTPSeeOther: It has brought the token and gets a cookie for it.
        """
        if not self._is_ours(request.headers):
            raise web.HTTPForbidden(text=_ADVICE)
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD"))
        if request.path == "/" and _same(request.query.get("token", ""), self.token):
            response = web.HTTPSeeOther("/")  # without the token in the address
            response.set_cookie(self._cookie, self._key, httponly=True, samesite="Strict", path="/")
            raise response
        if not _same(request.cookies.get(self._cookie, ""), self._key):
            raise web.HTTPForbidden(text=_ADVICE)
        return await handler(request)

    def check_origin(self, request: web.Request) -> None:
        """Refuse a socket that no page of this server opens.

        Raises:
            HTTPForbidden: Its page is not named.
        """
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text=_ADVICE)

    def _is_ours(self, headers: "CIMultiDictProxy[str]") -> bool:
        """Whether a request names this server, and comes from a page of this server or from nobody's."""
        hosts, origins = headers.getall("Host", []), headers.getall("Origin", [])
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return False
        if any(origin != f"http://{hosts[0]}" for origin in origins):
            return False
        return all(site in _FETCHED_FROM for site in headers.getall("Sec-Fetch-Site", []))


def _same(given: str, secret: str) -> bool:
    """Compare in a time that says nothing of the secret."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())
