"""The app as Streamlit serves it: the pages, wrapped in the security headers."""

from __future__ import annotations

import importlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
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
_HOST = re.compile(rb"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:]{2,45}\](:\d{1,5})?")
HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def _policy(scope: Message) -> bytes:
    host = next((value for name, value in scope.get("headers", []) if name == b"host"), b"")
    own = f" ws://{host.decode()} wss://{host.decode()}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(own=own).encode()


class SecurityHeaders:
    """Adds the policy and the headers above to every answer."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Callable[..., Any], send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", _policy(scope))
                message["headers"] = [*message.get("headers", []), policy, *HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


MIDDLEWARE = [Middleware(SecurityHeaders)]
keep_words_out_of_logs()

# What every page needs is loaded while the server starts, not while somebody waits for the first page.
importlib.import_module("qualtool.workflows.study_page")

app = st.App(MAIN, middleware=MIDDLEWARE)
