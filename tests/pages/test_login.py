"""Whom a server with login answers, who counts as logged in, and what pages a role sees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.pages import entry, login
from qualtool.store.file import acting
from qualtool.workflows.people.hosting import Hosted
from qualtool.workflows.people.members import add_member

PAGES = Path(entry.__file__).resolve().parent
SERVED = Hosted(names=frozenset(("coding.example.ac.uk", "::1")), hours=12, is_secure=True)
NOW = 1_800_000_000


def ask(kind: str, client: str, *headers: tuple[bytes, bytes]) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the app itself was reached, and what was sent back."""
    reached: list[bool] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: object, receive: object, send: Any) -> None:
        reached.append(True)
        if kind == "http":
            given = [(b"Set-Cookie", b"_streamlit_user=x; HttpOnly"), (b"set-cookie", b"a=b; secure")]
            await send({"type": "http.response.start", "status": 200, "headers": given})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> None:
        return None

    scope = {"type": kind, "client": (client, 5000), "headers": list(headers)}
    asyncio.run(entry.SecurityHeaders(app)(scope, receive, send))
    return bool(reached), sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        (b"coding.example.ac.uk", True),
        (b"CODING.example.ac.uk:443", True),
        (b"[::1]:8501", True),
        (b"127.0.0.1:8501", False),
        (b"localhost", False),
        (b"coding.example.ac.uk.elsewhere.example", False),
        (b"elsewhere.example", False),
        (b"x@coding.example.ac.uk", False),
        (b"coding.example.ac.uk/..", False),
        (b"", False),
    ],
)
def test_with_login_only_the_served_names_are_answered(
    monkeypatch: pytest.MonkeyPatch, kind: str, host: bytes, is_answered: bool
) -> None:
    """A server with login answers any machine under its names, and nobody under another, whoever forwards."""
    monkeypatch.setattr(entry, "HOSTED", SERVED)
    forwarded = (b"x-forwarded-host", b"coding.example.ac.uk"), (b"x-forwarded-for", b"127.0.0.1")
    reached, sent = ask(kind, "192.0.2.7", (b"host", host), *forwarded)
    assert reached is is_answered
    if not is_answered and kind == "http":
        assert sent[0]["status"] == 403


def test_without_login_a_forwarded_name_opens_nothing() -> None:
    """On one's own computer another machine is refused whatever a proxy says of it."""
    assert entry.HOSTED is None
    names = (b"host", b"127.0.0.1:8501"), (b"x-forwarded-for", b"127.0.0.1")
    assert not ask("http", "192.0.2.7", *names)[0]


def test_cookies_go_over_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people reach the server by https every cookie says so, once; elsewhere none is changed."""
    monkeypatch.setattr(entry, "HOSTED", SERVED)
    host = (b"host", b"coding.example.ac.uk")
    _, sent = ask("http", "192.0.2.7", host)
    cookies = [value for name, value in sent[0]["headers"] if name.lower() == b"set-cookie"]
    assert cookies == [b"_streamlit_user=x; HttpOnly; Secure", b"a=b; secure"]
    policy = dict(sent[0]["headers"])[b"content-security-policy"].decode()
    assert "connect-src 'self' ws://coding.example.ac.uk wss://coding.example.ac.uk blob: data:" in policy
    monkeypatch.setattr(entry, "HOSTED", None)
    _, sent = ask("http", "127.0.0.1", (b"host", b"127.0.0.1"))
    assert (b"Set-Cookie", b"_streamlit_user=x; HttpOnly") in sent[0]["headers"]


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({}, "olga@example.ac.uk"),
        ({"email": " Olga@Example.AC.uk"}, "olga@example.ac.uk"),
        ({"is_logged_in": False}, None),
        ({"is_logged_in": "yes"}, None),
        ({"email": ""}, None),
        ({"email": None}, None),
        ({"email_verified": False}, None),
        ({"email_verified": "true"}, None),
        ({"email_verified": 1}, None),
        ({"iat": NOW - 11 * 3600}, "olga@example.ac.uk"),
        ({"iat": NOW - 13 * 3600}, None),
        ({"iat": NOW + 3600}, None),
        ({"iat": None}, None),
        ({"iat": "now"}, None),
        ({"iat": True}, None),
        ({"email_verified": None, "xms_edov": True}, None),
        (
            {"email_verified": None, "xms_edov": True, "iss": "https://login.microsoftonline.com/x/v2.0"},
            "olga@example.ac.uk",
        ),
        ({"email_verified": None, "iss": "https://login.microsoftonline.com/x/v2.0"}, None),
        (
            {
                "email_verified": None,
                "xms_edov": True,
                "iss": "https://login.microsoftonline.com.evil.example/",
            },
            None,
        ),
    ],
)
def test_who_counts_as_logged_in(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], email: str | None
) -> None:
    """Only a verified e-mail of a login no older than allowed is anybody; what is missing is nobody."""
    usual = {"is_logged_in": True, "email": "olga@example.ac.uk", "email_verified": True, "iat": NOW - 60}

    class User:
        """What Streamlit knows of the browser."""

        @staticmethod
        def to_dict() -> dict[str, Any]:
            return {**usual, **claims}

    monkeypatch.setattr(login, "get_script_run_ctx", lambda suppress_warning: object())
    monkeypatch.setattr(login.st, "user", User)
    monkeypatch.setattr(time, "time", lambda: NOW)
    assert login.email_now() == email


def test_outside_a_browser_session_nobody_is_logged_in() -> None:
    """A thread that belongs to no browser session acts for nobody."""
    assert login.email_now() is None


@pytest.fixture
def shown(tiny_study: Path) -> Callable[[str, str], AppTest]:
    """A page of the small study as the member with a role sees it."""
    for role in ("owner", "coder", "reader"):
        add_member(tiny_study, f"{role}@example.org", role, coder=f"the {role}", by="setup")

    def show(page: str, role: str) -> AppTest:
        with acting.hosted(tiny_study, lambda: f"{role}@example.org"):
            # Somebody's own pages are reached through the app; those that are not listed by themselves.
            test = AppTest.from_file(
                str(PAGES / ("main.py" if role == "reader" else page)), default_timeout=180
            )
            test.session_state["study"] = str(tiny_study)
            test.session_state["coder"] = "somebody else" if role == "reader" else f"the {role}"
            test.run()
            if role == "reader" and page != "study.py":
                test.switch_page(page).run()
            assert test.session_state["coder"] == f"the {role}"
        assert not test.exception
        return test

    return show


@pytest.mark.parametrize("role", ["coder", "reader"])
@pytest.mark.parametrize("page", ["import_files.py", "names.py"])
def test_an_owner_s_page_is_closed_to_others(
    shown: Callable[[str, str], AppTest], page: str, role: str
) -> None:
    """Pages that only owners can use say so to everybody else, and have no button."""
    test = shown(page, role)
    assert any("owner" in info.value.lower() for info in test.info)
    assert [b.label for b in test.button if b.label != "Log out"] == []


@pytest.mark.parametrize("page", ["edit_source.py", "find_text.py", "suggestions.py"])
def test_a_coder_s_page_is_closed_to_readers(shown: Callable[[str, str], AppTest], page: str) -> None:
    """Pages for changing something say to a reader who may, and have no button."""
    test = shown(page, "reader")
    assert any("Only coders and owners" in info.value for info in test.info)
    assert [b.label for b in test.button if b.label != "Log out"] == []


@pytest.mark.parametrize(
    "page", ["study.py", "codebook.py", "memos.py", "themes.py", "history.py", "schools.py"]
)
def test_a_reader_s_pages_offer_no_change(shown: Callable[[str, str], AppTest], page: str) -> None:
    """Pages that a reader looks at have no form to send."""
    test = shown(page, "reader")
    words = ("save", "set ", "add", "remove", "change", "back up", "restore", "write", "make", "copy")
    assert [b.label for b in test.button if b.label.lower().startswith(words)] == []


def test_the_members_page_is_closed_to_coders(shown: Callable[[str, str], AppTest]) -> None:
    """Who has a part in the study is shown to owners only."""
    test = shown("members.py", "coder")
    assert any("Only owners" in info.value for info in test.info)
    assert len(test.dataframe) == 0


def test_the_members_page_keeps_an_owner(shown: Callable[[str, str], AppTest], tiny_study: Path) -> None:
    """An owner adds a member on the page; taking the only owner's part away is refused in words."""
    with acting.hosted(tiny_study, lambda: "owner@example.org"):
        test = shown("members.py", "owner")
        test.text_input(key="member_email").input("new@example.org")
        test.text_input(key="member_name").input("Nina")
        next(b for b in test.button if b.label == "Add").click()
        with acting.hosted(tiny_study, lambda: "owner@example.org"):
            test.run()
        assert any("Nina may log in now" in s.value.replace("\\", "") for s in test.success)
        next(b for b in test.button if b.label == "Remove").click()
        with acting.hosted(tiny_study, lambda: "owner@example.org"):
            test.run()
        assert any("only owner" in e.value for e in test.error)
