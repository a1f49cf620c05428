"""The app answers the machine it runs on, whatever Streamlit was told to bind to."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import Any

import pytest

from qualtool.pages.entry import SecurityHeaders
from qualtool.pages.quiet_log import keep_words_out_of_logs


def asked(kind: str, client: object, host: bytes | None) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the app itself was reached, and what was sent back."""
    reached: list[bool] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: object, receive: object, send: Any) -> None:
        reached.append(True)
        if kind == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> None:
        return None

    headers = [] if host is None else [(b"host", host)]
    scope = {"type": kind, "client": client, "headers": headers}
    asyncio.run(SecurityHeaders(app)(scope, receive, send))
    return bool(reached), sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("client", "host", "is_answered"),
    [
        (("127.0.0.1", 5000), b"127.0.0.1:8501", True),
        (("127.0.0.1", 5000), b"LOCALHOST:8501", True),
        (("::1", 5000), b"[::1]:8501", True),
        (("192.0.2.7", 5000), b"127.0.0.1:8501", False),
        (("192.0.2.7", 5000), b"192.0.2.1:8501", False),
        (("127.0.0.1", 5000), b"elsewhere.example", False),
        (("127.0.0.1", 5000), b"127.0.0.1.elsewhere.example", False),
        (("127.0.0.1", 5000), None, False),
        (("no address", 5000), b"localhost", False),
    ],
)
def test_only_this_machine_is_answered(
    kind: str, client: object, host: bytes | None, is_answered: bool
) -> None:
    """Another machine, or another name for this one, reaches no page and no socket."""
    reached, sent = asked(kind, client, host)
    assert reached is is_answered
    if not is_answered and kind == "http":
        assert sent[0]["status"] == 403
    if not is_answered and kind == "websocket":
        assert [m["type"] for m in sent] == ["websocket.close"]
    if kind == "http":
        assert b"content-security-policy" in dict(sent[0]["headers"])


def test_a_log_holds_no_message_of_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logged exception leaves its kind, its cause's kind and the places, and no word of its message."""
    monkeypatch.setattr(logging, "_logRecordFactory", logging.getLogRecordFactory())
    keep_words_out_of_logs()
    out = io.StringIO()
    logger = logging.Logger("of this test")
    logger.addHandler(logging.StreamHandler(out))
    try:
        try:
            {}["first secret"]
        except KeyError as err:
            raise ValueError("second secret") from err
    except ValueError as err:
        logger.exception("It failed")
        logger.error("It failed with %s", err)
        logger.error(err)
    told = out.getvalue()
    assert "secret" not in told
    assert "It failed" in told
    assert "ValueError" in told
    assert "KeyError" in told
    assert "test_own_machine_only.py" in told
