"""The app as Streamlit serves it: the pages in their security headers, for this machine or with login."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from qualtool.pages.login import email_now
from qualtool.pages.quiet_log import keep_words_out_of_logs
from qualtool.workflows.people.hosting import Hosted, begin, told

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
_ANY_HOST = re.compile(rb"(?P<name>[a-z0-9.-]{1,254}|\[[0-9a-f:]{2,45}\])(:\d{1,5})?", re.IGNORECASE)
# What the server was told about login; without it the pages are for this machine alone.
HOSTED = told()
HEADERS = (
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def _host(scope: Message) -> bytes:
    return next((value for name, value in scope.get("headers", []) if name == b"host"), b"")


def _policy(scope: Message) -> bytes:
    host = _host(scope)
    is_known = _OWN_HOST.fullmatch(host) if HOSTED is None else _is_served_name(host, HOSTED)
    own = f" ws://{host.decode()} wss://{host.decode()}" if is_known else ""
    return _POLICY.format(own=own).encode()


def _is_served_name(host: bytes, hosted: Hosted) -> bool:
    """Whether a study served with login is asked for by one of its names; a proxy may add any port."""
    found = _ANY_HOST.fullmatch(host)
    return found is not None and found["name"].decode().strip("[]").lower() in hosted.names


def _is_of_this_machine(scope: Message) -> bool:
    """Whether somebody on this machine asks, for an address of this machine.

    The settings bind the app to 127.0.0.1 and refuse other host names. Streamlit can be started with
    other settings; transcripts are no less confidential then.
    """
    client, host = scope.get("client"), _host(scope)
    try:
        is_near = client is None or ip_address(client[0]).is_loopback
    except ValueError:
        is_near = False
    return is_near and _OWN_HOST.fullmatch(host) is not None


def _is_answered(scope: Message) -> bool:
    """Whether this request is for this server: of this machine, or, with login, under a name it serves.

    What a proxy says about the client (X-Forwarded-For and the like) counts for nothing here.
    """
    if HOSTED is None:
        return _is_of_this_machine(scope)
    return _is_served_name(_host(scope), HOSTED)


def _sealed(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A cookie goes over https only, where people reach the server so."""
    name, value = header
    is_cookie = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return (name, value + b"; Secure") if is_cookie and HOSTED is not None and HOSTED.is_secure else header


class SecurityHeaders:
    """Answers whom it may, and adds the policy and the headers above to every answer."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Callable[..., Any], send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", _policy(scope))
                sent = map(_sealed, message.get("headers", []))
                message["headers"] = [*sent, policy, *HEADERS]
            await send(message)

        is_http = scope["type"] == "http"
        if (is_http or scope["type"] == "websocket") and not _is_answered(scope):
            await _refuse(scope, with_headers if is_http else send)
            return
        await self.app(scope, receive, with_headers if is_http else send)


_REFUSAL = b"qualtool answers the computer it runs on only."
_NO_NAME = b"qualtool is not served under this name."


async def _refuse(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    plain = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": plain})
    await send({"type": "http.response.body", "body": _REFUSAL if HOSTED is None else _NO_NAME})


MIDDLEWARE = [Middleware(SecurityHeaders)]
keep_words_out_of_logs()
# Also where Streamlit was started without our settings: an error page shows the kind of error only.
st.set_option("client.showErrorDetails", "type")

# What every page needs is loaded while the server starts, not while somebody waits for the first page.
importlib.import_module("qualtool.workflows.study.study_page")
if HOSTED is not None:
    begin(Path(os.environ["QUALTOOL_STUDY"]), email_now)

app = st.App(MAIN, middleware=MIDDLEWARE)
