"""The app as Streamlit serves it: the pages, wrapped in the security headers."""

from __future__ import annotations

import importlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from qualtool.pages.quiet_log import keep_words_out_of_logs

MAIN = str(Path(__file__).resolve().parent / "main.py")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

# Nothing in a page may load from, or send to, anywhere but this server: a planted image in a
# transcript stays a piece of text, and no word leaves the machine.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'{own} blob: data:",
        "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
# Older browsers do not count a web socket to this very server as 'self'.
_OWN_HOST = re.compile(rb"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def _policy(scope: Message) -> bytes:
    host = next((value for name, value in scope.get("headers", []) if name == b"host"), b"")
    own = f" ws://{host.decode()} wss://{host.decode()}" if _OWN_HOST.fullmatch(host) else ""
    return _POLICY.format(own=own).encode()


def _is_of_this_machine(scope: Message) -> bool:
    """Whether somebody on this machine asks, for an address of this machine.

    The settings bind the app to 127.0.0.1 and refuse other host names. Streamlit can be started with
    other settings; transcripts are no less confidential then.
    """
    client = scope.get("client")
    host = next((value for name, value in scope.get("headers", []) if name == b"host"), b"")
    try:
        is_near = client is None or ip_address(client[0]).is_loopback
    except ValueError:
        is_near = False
    return is_near and _OWN_HOST.fullmatch(host) is not None


class SecurityHeaders:
    """Answers this machine only, and adds the policy and the headers above to every answer."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Callable[..., Any], send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", _policy(scope))
                message["headers"] = [*message.get("headers", []), policy, *HEADERS]
            await send(message)

        is_http = scope["type"] == "http"
        if (is_http or scope["type"] == "websocket") and not _is_of_this_machine(scope):
            await _refuse(scope, with_headers if is_http else send)
            return
        await self.app(scope, receive, with_headers if is_http else send)


async def _refuse(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    plain = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": plain})
    await send({"type": "http.response.body", "body": b"qualtool answers the computer it runs on only."})


MIDDLEWARE = [Middleware(SecurityHeaders)]
keep_words_out_of_logs()
# Also where Streamlit was started without our settings: an error page shows the kind of error only.
st.set_option("client.showErrorDetails", "type")

# What every page needs is loaded while the server starts, not while somebody waits for the first page.
importlib.import_module("qualtool.workflows.study_page")

app = st.App(MAIN, middleware=MIDDLEWARE)
