"""Serving a study with login: what has to be in place, and what the mark of a served study forbids."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import NotAllowedError, StudyFileError, UserInputError
from qualtool.store.file import acting, serving_mark
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.keeping.backups import back_up_now, restore
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.people import members
from qualtool.workflows.people.hosting import PLACEHOLDER, HostPlan, is_loopback, plan_hosting, told
from qualtool.workflows.people.serving import SETTINGS, settings_for
from qualtool.workflows.study.studies import overview

GOOD = {
    "redirect_uri": "https://coding.example.ac.uk/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "qualtool",
    "client_secret": "a secret",
    "server_metadata_url": "https://login.example.ac.uk/.well-known/openid-configuration",
}


def secrets_of(folder: Path, **changes: str | None) -> Path:
    """A file of settings for the login, with some changed or (None) left out."""
    file = folder / "secrets.toml"
    kept = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    file.write_text("[auth]\n" + "".join(f'{name} = "{value}"\n' for name, value in kept.items()))
    file.chmod(0o600)
    return file


@pytest.fixture
def owned(tiny: Path) -> Path:
    """The small study with one owner."""
    members.add_member(tiny, "olga@example.ac.uk", "owner", coder="olga", by="setup")
    return tiny


def plan(study: Path, file: Path, **options: Any) -> HostPlan:
    return plan_hosting(study, address="0.0.0.0", secrets=file, **options)


def test_a_complete_setting_is_served(owned: Path, tmp_path: Path) -> None:
    """With an owner and a whole section [auth] the plan names the hosts people reach the app by."""
    found = plan(owned, secrets_of(tmp_path), allowed=["Coding-2.example.ac.uk"])
    assert found.names == ("coding.example.ac.uk", "coding-2.example.ac.uk")
    assert found.origin == "https://coding.example.ac.uk"
    hosted = told(found.environment)
    assert hosted is not None
    assert hosted.names == {"coding.example.ac.uk", "coding-2.example.ac.uk"}
    assert hosted.is_secure
    assert hosted.hours == 12
    assert told({}) is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        *[({name: None}, f"[auth] {name}") for name in GOOD],
        ({"cookie_secret": "short"}, "[auth] cookie_secret"),
        ({"cookie_secret": PLACEHOLDER + "x" * 20}, "[auth] cookie_secret"),
        ({"redirect_uri": "http://coding.example.ac.uk/oauth2callback"}, "[auth] redirect_uri"),
        ({"redirect_uri": "https://coding.example.ac.uk/"}, "[auth] redirect_uri"),
        ({"redirect_uri": "/oauth2callback"}, "[auth] redirect_uri"),
        ({"server_metadata_url": "http://login.example.ac.uk/x"}, "[auth] server_metadata_url"),
    ],
)
def test_each_missing_setting_is_named(
    owned: Path, tmp_path: Path, changes: dict[str, str | None], where: str
) -> None:
    """A setting that is missing, too weak or not https is named, and nothing is served."""
    with pytest.raises(StudyFileError) as err:
        plan(owned, secrets_of(tmp_path, **changes))
    assert [p.where for p in err.value.problems] == [where]
    assert "a secret" not in str(err.value)


def test_everything_missing_is_told_at_once(tiny: Path, tmp_path: Path) -> None:
    """No owner, no settings, a host name with a port and a wrong number of hours are told together."""
    with pytest.raises(StudyFileError) as err:
        plan(tiny, tmp_path / "none.toml", allowed=["host:8501"], hours=0)
    assert len(err.value.problems) == 4


@pytest.mark.skipif(os.name == "nt", reason="rights of files are others there")
def test_settings_that_others_can_read_are_refused(owned: Path, tmp_path: Path) -> None:
    """The file holds secrets: other accounts of the machine must not read it."""
    file = secrets_of(tmp_path)
    file.chmod(0o644)
    with pytest.raises(StudyFileError, match="Other accounts"):
        plan(owned, file)


@pytest.mark.parametrize("content", ["[auth", "auth = 1\n", "[other]\nx = 1\n", "\x00"])
def test_a_file_without_a_login_is_refused(owned: Path, tmp_path: Path, content: str) -> None:
    """A file that is no TOML, or has no section [auth], configures no login."""
    file = tmp_path / "secrets.toml"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(StudyFileError):
        plan(owned, file)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "coding.example.ac.uk"])
def test_without_login_nothing_listens_elsewhere(
    owned: Path, qualtool: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, address: str, tmp_path: Path
) -> None:
    """`qualtool app --host` beyond this machine is refused where login is not configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    ran = qualtool("app", owned, "--host", address, "--no-browser")
    assert ran.code == 1
    assert "login is not configured" in ran.err
    assert not is_loopback(address)


def test_no_study_no_server(qualtool: Callable[..., Any]) -> None:
    """A server with login serves one named study."""
    assert qualtool("app", "--login", "--no-browser").code == 1


def test_the_settings_hold_the_names_and_the_secrets_file(owned: Path, tmp_path: Path) -> None:
    """Streamlit is told the names it may be asked by and where the login's settings are, and no more."""
    import tomllib

    found = plan(owned, secrets_of(tmp_path))
    made, usual = tomllib.loads(settings_for(found)), tomllib.loads(SETTINGS.read_text())
    assert made["server"].pop("allowedHosts") == ["coding.example.ac.uk"]
    assert made.pop("secrets") == {"files": [str((tmp_path / "secrets.toml").resolve())]}
    assert usual["server"].pop("allowedHosts") == ["localhost", "127.0.0.1"]
    assert made == usual
    assert settings_for(None) == SETTINGS.read_text()


# --- the mark of a served study -------------------------------------------------------------------


def _serve(study: str, ready: Any, end: Any) -> None:
    mark = serving_mark.ServedStudy(Path(study), since="2026-01-01T00:00:00+00:00")
    ready.set()
    end.wait(600)
    mark.release()


@pytest.fixture
def server(owned: Path) -> Iterator[Any]:
    """Another process that serves the study; killed at the end."""
    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    process = context.Process(target=_serve, args=(str(owned), ready, end))
    process.start()
    assert ready.wait(300)
    yield process
    process.kill()
    process.join()
    process.close()


def test_a_served_study_is_read_and_not_written(owned: Path, server: Any, tmp_path: Path) -> None:
    """Another program reads a study that is served with login, and every write of it is refused."""
    assert overview(owned)["counts"]["transcripts"] == 6
    backup = back_up_now(owned)
    for run in (
        lambda: write_memo(owned, "study", "study", "Beside", coder="olga"),
        lambda: members.add_member(owned, "x@example.org", "owner", by="me"),
        lambda: restore(owned, backup),
        lambda: plan(owned, secrets_of(tmp_path)),
        lambda: serving_mark.ServedStudy(owned, since="now"),
    ):
        with pytest.raises(NotAllowedError, match="served"):
            run()
    assert check_study(owned)["ok"]


def test_the_server_s_account_may_write_when_it_says_so(owned: Path, server: Any) -> None:
    """The account that runs the server writes beside it only where it asks to."""
    with serving_mark.as_owner():
        write_memo(owned, "study", "study", "Beside", coder="olga")
    with pytest.raises(NotAllowedError):
        write_memo(owned, "study", "study", "Again", coder="olga")


def test_another_account_may_not(owned: Path, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another account is refused whatever it says."""
    monkeypatch.setattr(serving_mark, "_account", lambda: "uid 4711")
    with serving_mark.as_owner(), pytest.raises(NotAllowedError, match="another account"):
        write_memo(owned, "study", "study", "Beside", coder="olga")


def test_a_mark_ends_with_its_server(owned: Path, server: Any) -> None:
    """A server that was killed leaves a mark that means nothing."""
    assert serving_mark.served_by(owned) is not None
    server.kill()
    server.join()
    assert serving_mark.mark_of(owned).exists()
    assert serving_mark.served_by(owned) is None
    write_memo(owned, "study", "study", "After", coder="olga")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"account": 1}'])
def test_a_mark_of_nobody_is_none(owned: Path, content: str) -> None:
    """A file that only looks like a mark, whatever is in it, forbids nothing."""
    serving_mark.mark_of(owned).write_text(content)
    assert serving_mark.served_by(owned) is None
    write_memo(owned, "study", "study", "A thought", coder="olga")


# --- members --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("", "a"),
        ("olga", "a"),
        ("olga@", "a"),
        ("@example.org", "a"),
        ("a b@example.org", "a"),
        ("a@example", "a"),
        ("a@b@example.org", "a"),
        ("a@exa\nmple.org", "a"),
        ("a@example..org", "a"),
        ("a@example.org", "x" * 81),
        ("a@example.org", "a\u202eb"),
    ],
)
def test_what_is_no_member_is_refused(owned: Path, email: str, name: str) -> None:
    """An address or a name that cannot be one is refused with what to do, and nothing is stored."""
    before = members.members_of(owned)
    with pytest.raises(UserInputError):
        members.add_member(owned, email, "coder", coder=name)
    with pytest.raises(UserInputError):
        members.add_member(owned, "fine@example.org", "boss")
    assert members.members_of(owned) == before


def test_an_address_and_a_name_are_one_member_s(owned: Path) -> None:
    """Nobody gets a second part under the same address in other letters, nor another member's name."""
    for email, name in (("OLGA@Example.ac.uk ", "new"), ("new@example.org", " olga ")):
        with pytest.raises(UserInputError):
            members.add_member(owned, email, "coder", coder=name)


def test_the_last_owner_stays(owned: Path) -> None:
    """The only owner can be neither removed nor given another role; with a second one they can."""
    for run in (
        lambda: members.remove_member(owned, "olga@example.ac.uk"),
        lambda: members.change_role(owned, "olga@example.ac.uk", "reader"),
    ):
        with pytest.raises(UserInputError, match="only owner"):
            run()
    members.add_member(owned, "second@example.org", "owner")
    assert members.change_role(owned, "Olga@example.ac.uk", "reader")
    assert not members.change_role(owned, "olga@example.ac.uk", "reader")
    members.remove_member(owned, "olga@example.ac.uk")
    assert [row["coder"] for row in members.members_of(owned)] == ["second"]


def test_members_are_logged_sealed_and_checked(owned: Path) -> None:
    """Every change of a member is an event; a member put in by another program is found by the check."""
    members.add_member(owned, "rita@example.org", "reader", by="olga")
    members.change_role(owned, "rita@example.org", "coder", by="olga")
    assert check_study(owned)["ok"]
    conn = sqlite3.connect(owned)
    try:
        kinds = [
            r[0] for r in conn.execute("SELECT kind FROM event WHERE target_kind = 'member' ORDER BY id")
        ]
        conn.execute("UPDATE member SET role = 'owner' WHERE email = 'rita@example.org'")
        conn.commit()
    finally:
        conn.close()
    assert kinds == ["member_added", "member_added", "member_role_changed"]
    found = check_study(owned)
    assert not found["ok"]
    assert {"seal", "members"} <= {p["rule"] for p in found["problems"]}


def test_the_command_lists_and_changes_members(owned: Path, qualtool: Callable[..., Any]) -> None:
    """`qualtool members` lists, adds, changes and removes, and refuses options that mean nothing."""
    assert (
        qualtool("members", owned, "add", "r@example.org", "--role", "reader", "--json").json["coder"] == "r"
    )
    assert qualtool("members", owned, "role", "r@example.org", "--role", "coder", "--json").json["changed"]
    rows = qualtool("members", owned, "list", "--json").json["members"]
    assert [(r["coder"], r["role"]) for r in rows] == [("olga", "owner"), ("r", "coder")]
    assert qualtool("members", owned, "remove", "r@example.org").code == 0
    for wrong in (
        ("list", "r@example.org"),
        ("add", "r@example.org"),
        ("remove", "r@example.org", "--role", "coder"),
    ):
        assert qualtool("members", owned, *wrong).code == 2
    assert acting.hosting() is None
