"""A study served with login: an owner, a coder, a reader and a stranger at the running app."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oidc_provider
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.people.members import add_member, members_of
from qualtool.workflows.themes.themes import quotes

from .conftest import drawn, free_port, go, run_ended

pytestmark = pytest.mark.browser

TESTS = Path(__file__).resolve().parents[1]
EXAMPLES = TESTS.parent / "docs" / "examples"
PANEL = "[...globalThis.__qt.panels.values()][0]"
PEOPLE = (("olga", "owner"), ("amira", "coder"), ("rita", "reader"))
WORDS = "moved into our streets"


@dataclass(slots=True)
class Hosted:
    """The app as ``qualtool app --login`` serves it."""

    url: str
    port: int
    study: Path
    log: Path
    provider: Any


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory, qualtool: Callable[..., Any]) -> Iterator[Hosted]:
    """A small study with three members, served with login at a provider on this machine."""
    folder = tmp_path_factory.mktemp("hosted")
    study, port = folder / "confidential name.db", free_port()
    assert qualtool("init", study, "--codebook", EXAMPLES / "codes.yaml").code == 0
    assert qualtool("import", "transcripts", study, EXAMPLES / "interviews").code == 0
    code_selection(study, "ashgrove.txt", 139, 171, "MAGNET", coder="tom")
    for name, role in PEOPLE:
        add_member(study, f"{name}@example.ac.uk", role, coder=name, by="setup")
    with oidc_provider.running() as provider:
        settings = folder / "secrets.toml"
        settings.write_text(
            oidc_provider.secrets_toml(provider, f"http://127.0.0.1:{port}"), encoding="utf-8"
        )
        settings.chmod(0o600)
        command = [sys.executable, "-m", "qualtool.cli", "app", str(study), "--login", "--port", str(port)]
        log = folder / "app.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--secrets", str(settings), "--no-browser"],
                stdout=out,
                stderr=out,
                cwd=folder,
                env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
            )
        try:
            served = Hosted(f"http://127.0.0.1:{port}", port, study, log, provider)
            _wait_for(served, process)
            yield served
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(served: Hosted, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{served.url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not start:\n{served.log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def log_in(browser: Browser, hosted: Hosted) -> Iterator[Callable[..., Page]]:
    """A function that opens a browser of one's own and logs somebody in."""
    contexts: list[BrowserContext] = []

    def enter(email: str, path: str = "/", **claims: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = context.new_page()
        hosted.provider.log_in_as(email, **claims)
        page.goto(f"{hosted.url}/")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{hosted.url}/**")
        page.locator("[data-testid=stSidebar], [data-testid=stAlert]").first.wait_for()
        if path != "/":
            page.goto(f"{hosted.url}{path}")
        return page

    yield enter
    for context in contexts:
        context.close()


def stored(study: Path) -> dict[str, tuple[str, str]]:
    """Every standing coding: GUID -> coder and quote."""
    return {row["guid"]: (row["coder"], row["quote"]) for row in quotes(study)}


def forge(page: Page, study: Path, **fields: Any) -> list[Any]:
    """Send an operation past everything the panel checks; what the study answered."""
    page.wait_for_selector(".qt[data-ready]")
    page.wait_for_function(f"!!{PANEL}?.outbox?.send")
    code = next(c.guid for c in codebook_of(study).codes if c.is_codable)
    source = next(r["guid"] for r in sources_of(study) if r["name"] == "ashgrove.txt")
    op = {"op_id": "forged-operation-1", "source": source, "guid": "aaaaaaaa-1111-4111-8111-111111111111"}
    span = {"code": code, "start_char": 86, "end_char": 108, "quote": WORDS, "version": 1}
    return page.evaluate(
        f"""(op) => new Promise((done, fail) => {{
            const panel = {PANEL};
            const before = panel.outbox.acknowledge.bind(panel.outbox);
            panel.outbox.acknowledge = (list) => {{
                const found = (list ?? []).find(([id]) => id === op.op_id);
                if (found) done(found[1]);
                return before(list);
            }};
            panel.outbox.send([op]);
            setTimeout(() => fail(new Error("no answer")), 60000);
        }})""",
        {**op, "kind": "add", **span, **fields},
    )


def test_nobody_sees_anything_before_the_login(page: Page, hosted: Hosted) -> None:
    """The first page has one button, and neither the study's name nor a word or page of it."""
    page.goto(f"{hosted.url}/code?coder=tom")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    run_ended(page)
    assert page.get_by_role("button").count() == 1
    assert "confidential" not in page.content()
    assert page.get_by_role("link", name="Codebook").count() == 0
    assert not page.title().lower().startswith("confidential")


def test_a_stranger_learns_nothing(log_in: Callable[..., Page]) -> None:
    """Somebody logged in without a part in the study gets a plain refusal and a way out, on any address."""
    page = log_in("stranger@example.org", "/code")
    expect(page.get_by_text("You have no part in what is served here.")).to_be_visible()
    expect(page.get_by_text("Logged in as stranger")).to_be_visible()
    run_ended(page)
    assert "confidential name" not in page.content()
    assert page.locator("[data-testid=stSidebarNav]").count() == 0
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "no"}]
)
def test_an_address_nobody_vouches_for_is_refused(
    log_in: Callable[..., Page], claims: dict[str, Any]
) -> None:
    """The owner's address without the provider's word that it is verified opens nothing."""
    page = log_in("olga@example.ac.uk", **claims)
    expect(page.get_by_text("does not vouch for your e-mail address")).to_be_visible()
    run_ended(page)
    assert page.locator("[data-testid=stSidebarNav]").count() == 0


def test_an_old_login_has_run_out(log_in: Callable[..., Page]) -> None:
    """A login longer ago than the server allows has to be made again."""
    page = log_in("olga@example.ac.uk", iat=int(time.time()) - 13 * 3600)
    expect(page.get_by_text("Your login has run out")).to_be_visible()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def test_a_reader_sees_and_changes_nothing(log_in: Callable[..., Page], hosted: Hosted) -> None:
    """A reader's panel offers no way to change anything, its keys do nothing, a forged message is refused."""
    before = stored(hosted.study)
    page = log_in("rita@example.ac.uk", "/code")
    expect(page.get_by_text("rita · reader")).to_be_visible()
    page.wait_for_selector(".qt[data-ready]")
    expect(page.locator(".qt .qt-bar")).to_be_hidden()
    for name in ("Undo", "Redo", "Source memo", "Mark as read", "Save…"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_text("nothing can be changed")).to_be_visible()
    page.locator(".qt-body").focus()
    for key in ("t", "1", "Enter", "n", "m", "d", "h", "Delete", "Control+z"):
        page.keyboard.press(key)
    drawn(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    answer = forge(page, hosted.study)
    assert "Only a coder or an owner" in answer["error"]
    for kind in ("read", "reading", "memo", "new_code"):
        sent = {
            "kind": kind,
            "op_id": f"forged-{kind}-2",
            "state": "read",
            "turn": 2,
            "text": "x",
            "name": "x",
        }
        assert "error" in forge(page, hosted.study, **sent)
    assert stored(hosted.study) == before


def test_a_reader_finds_no_page_that_changes_anything(log_in: Callable[..., Page]) -> None:
    """Pages for writing are not listed for a reader, and say so where their address is typed."""
    page = log_in("rita@example.ac.uk")
    page.get_by_role("link", name="Codebook").wait_for()
    run_ended(page)
    for name in ("Import", "Correct a text", "Suggestions", "Members"):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    base = page.url.split("/?")[0].rstrip("/")
    page.goto(f"{base}/import")
    expect(page.get_by_text("Only owners bring files into the study")).to_be_visible()
    run_ended(page)
    assert page.locator("[data-testid=stFileUploader]").count() == 0


def test_a_coder_codes_as_nobody_else(log_in: Callable[..., Page], hosted: Hosted) -> None:
    """A coder who forges another's name in an address and in an operation still codes under their own."""
    page = log_in("amira@example.ac.uk", "/code?coder=tom&source=x")
    expect(page.get_by_text("amira · coder")).to_be_visible()
    run_ended(page)
    expect(page.get_by_role("combobox", name="Coder")).to_have_count(0)
    guid = "bbbbbbbb-1111-4111-8111-111111111111"
    assert forge(page, hosted.study, coder="tom", by="tom", guid=guid, op_id="forged-name-1") == {
        "guid": guid
    }
    assert stored(hosted.study)[guid] == ("amira", WORDS)
    theirs = next(g for g, (coder, _) in stored(hosted.study).items() if coder == "tom")
    taken = forge(page, hosted.study, kind="remove", guid=theirs, coder="tom", op_id="forged-remove-1")
    assert "error" in taken
    made = forge(page, hosted.study, kind="new_code", name="Rain", parent=None, op_id="forged-code-1")
    assert "Only an owner" in made["error"]
    assert "Rain" not in {c.name for c in codebook_of(hosted.study).codes}
    assert stored(hosted.study)[theirs][0] == "tom"


def test_an_owner_says_who_may_log_in(log_in: Callable[..., Page], hosted: Hosted) -> None:
    """An owner adds a member, who is let in at once, and removes them, who is stopped at their next act."""
    owner = log_in("olga@example.ac.uk")
    go(owner, "Members")
    owner.get_by_label("E-mail they log in with").fill("New.Person@Example.AC.UK")
    owner.get_by_label("Name their codings carry").fill("nina")
    owner.get_by_role("button", name="Add", exact=True).click()
    expect(owner.get_by_text("nina may log in now, as coder.")).to_be_visible()
    guest = log_in("new.person@example.ac.uk", "/code")
    expect(guest.get_by_text("nina · coder")).to_be_visible()
    guest.wait_for_selector(".qt[data-ready]")
    run_ended(owner)
    owner.get_by_role("combobox", name="Member").click()
    owner.get_by_role("option", name=re.compile("nina")).click()
    owner.get_by_role("button", name="Remove").click()
    expect(owner.get_by_text("has no part in the study any more")).to_be_visible()
    assert "nina" not in {row["coder"] for row in members_of(hosted.study)}
    guest.evaluate(f"{PANEL}.outbox.add({{ kind: 'read', state: 'read' }})")
    expect(guest.get_by_text("You have no part in what is served here.")).to_be_visible()
    owner.get_by_role("button", name="Remove").click()
    expect(owner.get_by_text("This is the only owner")).to_be_visible()


def test_a_login_that_ends_while_coding_loses_nothing(log_in: Callable[..., Page], hosted: Hosted) -> None:
    """What is coded after the login ran out waits in the browser, and is stored after the next login."""
    ends_in = "Your login has run out"
    for left in (20, 60, 240):  # a slow machine takes long to log in and to open the panel
        over = time.monotonic() + left
        page = log_in("amira@example.ac.uk", "/code", iat=int(time.time()) - 12 * 3600 + left)
        page.locator(".qt[data-ready]").or_(page.get_by_text(ends_in)).first.wait_for()
        if page.locator(".qt[data-ready]").count():
            break
    run_ended(page)
    page.wait_for_timeout(max(0, over - time.monotonic() + 1) * 1000)
    code = next(c.guid for c in codebook_of(hosted.study).codes if c.is_codable)
    guid = "dddddddd-1111-4111-8111-111111111111"
    span = {"code": code, "start_char": 66, "end_char": 84, "quote": "Three families hav", "version": 1}
    page.evaluate(f"(op) => {PANEL}.outbox.add(op)", {"kind": "add", "guid": guid, **span})
    expect(page.get_by_text(ends_in)).to_be_visible()
    assert guid not in stored(hosted.study)
    hosted.provider.log_in_as("amira@example.ac.uk")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("amira · coder").wait_for()
    go(page, "Code")
    page.wait_for_selector(".qt[data-ready]")
    until = time.monotonic() + 60
    while guid not in stored(hosted.study) and time.monotonic() < until:
        page.wait_for_timeout(300)
    assert stored(hosted.study)[guid] == ("amira", span["quote"])


def test_the_command_line_writes_nothing_meanwhile(hosted: Hosted, qualtool: Callable[..., Any]) -> None:
    """While the app serves the study, commands read it, and change it for the server's own account only."""
    book = hosted.study.with_name("book.yaml")
    book.write_text("title: Another\ncodes:\n  - name: Rain\n", encoding="utf-8")
    code = ("code", hosted.study, "ashgrove.txt", "66", "85", "PUSH", "--coder", "rita")
    refused = qualtool(*code, "--json")
    assert refused.code == 1
    assert "served with login" in refused.json["error"]["message"]
    for command in (
        ("import", "codebook", hosted.study, book),
        ("members", hosted.study, "add", "rita@example.org", "--role", "owner"),
        ("edit", hosted.study, "ashgrove.txt", "--replace", "Three", "Four"),
        ("app", hosted.study, "--port", str(free_port()), "--no-browser"),
    ):
        assert qualtool(*command).code == 1
    assert qualtool("frequencies", hosted.study, "--by", "all").code == 0
    assert qualtool("--as-owner", *code).code == 0
    assert qualtool("check", hosted.study).code == 0


def _ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    "path", ["/", "/_stcore/health", "/_stcore/stream", "/auth/login", "/oauth2callback"]
)
@pytest.mark.parametrize(
    "name", ["elsewhere.example", "127.0.0.1.elsewhere.example", "localhost", "", "x@127.0.0.1"]
)
def test_another_host_name_is_refused(hosted: Hosted, path: str, name: str) -> None:
    """Under a name that the server was not told (DNS rebinding) nothing is answered, even by a proxy."""
    status, headers, body = _ask(hosted.port, path, Host=name, **{"X-Forwarded-Host": "127.0.0.1"})
    assert (status, body) == (403, b"qualtool is not served under this name.")
    assert "content-security-policy" in headers


def test_the_policy_names_this_server_alone(hosted: Hosted) -> None:
    """Pages may talk to the name they came under and to nothing else, the login provider included."""
    _, headers, _ = _ask(hosted.port, "/", Host=f"127.0.0.1:{hosted.port}")
    rules = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    own = f"127.0.0.1:{hosted.port}"
    assert rules["connect-src"] == f"'self' ws://{own} wss://{own} blob: data:"
    assert rules["form-action"] == "'self'"
    assert hosted.provider.url not in headers["content-security-policy"]


def test_the_log_tells_nothing(hosted: Hosted) -> None:
    """The server's log holds no address of a person and no word of the study."""
    log = hosted.log.read_text(encoding="utf-8", errors="replace")
    assert "serves" in log
    for words in ("rita@", "stranger@", WORDS, "Traceback"):
        assert words not in log
    assert json.dumps(list(PEOPLE)) not in log
