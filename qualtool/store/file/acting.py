"""Whoever acts in a study that is served with login, and what their role allows.

Every door to a study file (``connection``) asks here, so that no workflow can forget to. In a process
that serves a study with login (``host``), nothing is read or written but for a member of that study,
whose role is looked up in the very transaction: what is taken from a member holds from their next act
on. A write needs an owner unless the workflow says that a coder may do it. Without login (a study on
one's own computer) nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from ...errors import NotAllowedError, NotLoggedInError
from ...model import Member, Role

_SIGN_IN = "Log in again."
_ASK = "Ask an owner of the study."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """The one study that this process serves, and who is logged in where it is asked (an e-mail)."""

    study: Path
    who: Callable[[], str | None]


_hosting: Hosting | None = None
# Inside a connection: the member who acts. The server's own chores have nobody.
_member: ContextVar[Member | None] = ContextVar("qualtool_member", default=None)
_is_server: ContextVar[bool] = ContextVar("qualtool_server", default=False)
# Work that a page puts off until its session cannot be asked: for whom it is done.
_later: ContextVar[str | None] = ContextVar("qualtool_later", default=None)


def host(study: Path, who: Callable[[], str | None]) -> None:
    """From now on this process acts for members of ``study`` alone; there is no way back."""
    global _hosting
    _hosting = Hosting(study=study.resolve(), who=who)


@contextmanager
def hosted(study: Path, who: Callable[[], str | None]) -> Iterator[None]:
    """The same for a while."""
    global _hosting
    before, _hosting = _hosting, Hosting(study=study.resolve(), who=who)
    try:
        yield
    finally:
        _hosting = before


def hosting() -> Hosting | None:
    """What this process serves with login; None without login."""
    return _hosting


@contextmanager
def as_server() -> Iterator[None]:
    """A chore of the program itself, for which nobody is asked: a backup that is due, a look-up of roles."""
    token = _is_server.set(True)
    try:
        yield
    finally:
        _is_server.reset(token)


@contextmanager
def on_behalf_of(email: str) -> Iterator[None]:
    """Work that was put off, done for whoever was logged in when it was; their role is looked up anew."""
    token = _later.set(email)
    try:
        yield
    finally:
        _later.reset(token)


def who_acts() -> str | None:
    """The e-mail of whoever acts now in the served study; None where nobody is known, and without login."""
    if _hosting is None:
        return None
    return _later.get() or _hosting.who()


def is_free() -> bool:
    """Is nobody asked here: no login, or a chore of the server?"""
    return _hosting is None or _is_server.get()


def member_of(db: Database, email: str) -> Member | None:
    """The member of this e-mail address."""
    row = db.conn.execute("SELECT email, coder, role FROM member WHERE email = ?", (email,)).fetchone()
    return None if row is None else Member(email=row[0], coder=row[1], role=Role(row[2]))


@contextmanager
def admitted(db: Database, path: Path, least: Role) -> Iterator[None]:
    """Let the person logged in work on ``db`` meanwhile.

    Raises:
        NotAllowedError: nobody is logged in, they are no member, or their role allows less than ``least``.
    """
    if is_free():
        yield
        return
    member = _required(db, path)
    if not member.role.may(least):
        raise refused(member.role, least)
    token = _member.set(member)
    try:
        yield
    finally:
        _member.reset(token)


def _required(db: Database, path: Path) -> Member:
    if _hosting is None or path.resolve() != _hosting.study:
        raise NotAllowedError.single("study", "This server serves another study only.")
    email = who_acts()
    member = member_of(db, email) if email else None
    if member is None:
        raise NotLoggedInError.single("login", "Nobody with a part in this study is logged in.", _SIGN_IN)
    return member


def refused(role: Role, least: Role, what: str = "do this") -> NotAllowedError:
    """The error that tells what a role does not allow."""
    needed = "an owner" if least is Role.OWNER else "a coder or an owner"
    return NotAllowedError.single(f"your role ({role.value})", f"Only {needed} may {what}.", _ASK)


def require(least: Role, what: str) -> None:
    """Inside a connection: may the person who acts do ``what`` (a verb and its object)?

    Raises:
        NotAllowedError: their role is less than ``least``.
    """
    member = None if is_free() else _member.get()
    if member is not None and not member.role.may(least):
        raise refused(member.role, least, what)


def require_name(by: str) -> None:
    """Inside a connection: does what is written carry the name of the person who acts?

    Raises:
        NotAllowedError: it carries somebody else's.
    """
    member = None if is_free() else _member.get()
    if member is not None and by.strip() != member.coder:
        raise NotAllowedError.single(
            "name", "Everybody works under their own name.", f"You are '{member.coder}' in this study."
        )


def require_coder(name: str, by: str) -> None:
    """Inside a connection: may ``by`` write codings of the coder ``name``? An owner may import them.

    Raises:
        NotAllowedError: it is another's name, and they are no owner.
    """
    require_name(by)
    if name.strip() != by.strip():
        require(Role.OWNER, "write another coder's work")


def refuse_elsewhere(what: str) -> None:
    """Outside a connection: a server with login makes no other studies.

    Raises:
        NotAllowedError: this process serves a study with login.
    """
    if not is_free():
        raise NotAllowedError.single("study", f"This server does not {what}.", "Do it on your own computer.")
