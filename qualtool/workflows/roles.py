"""Who acts in a study that is served with login, and what their role allows.

Writes are asked for at the study's door (``store.file.connection.writing`` and ``store.file.acting``):
the default is an owner, and a workflow of coders says so. Here stands what is no write to the study and
still needs a role: copies, backups, exports; and what the pages show by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from ..errors import NotAllowedError
from ..model import Member, Role
from ..store.file import acting, connection
from ..store.file.serving_mark import as_owner

__all__ = ["Member", "Role"]
T = TypeVar("T")


def host(study: Path, who: Callable[[], str | None]) -> None:
    """This process serves ``study`` with login; ``who`` gives the e-mail of whoever is logged in now."""
    acting.host(study, who)


def is_hosted() -> bool:
    """Does this process serve a study with login?"""
    return acting.hosting() is not None


def hosted_study() -> Path | None:
    """The one study that this process serves with login."""
    found = acting.hosting()
    return None if found is None else found.study


def beside_the_server() -> AbstractContextManager[None]:
    """Meanwhile the account that runs a server with login writes to the study beside it."""
    return as_owner()


def member_now() -> Member | None:
    """Whoever is logged in and has a part in the served study; None otherwise, and without login."""
    found = acting.hosting()
    email = acting.who_acts()
    if found is None or not email:
        return None
    with acting.as_server(), connection.reading(found.study) as db:
        return acting.member_of(db, email)


def put_off(work: Callable[[], T]) -> Callable[[], T]:
    """Work that runs later, outside the session that asks for it now, still for the same person."""
    email = acting.who_acts()
    if email is None:
        return work

    def later() -> T:
        with acting.on_behalf_of(email):
            return work()

    return later


def may(least: Role) -> bool:
    """May whoever acts do what needs at least this role? Without login everybody is an owner."""
    if acting.is_free():
        return True
    member = member_now()
    return member is not None and member.role.may(least)


def require(study: Path, least: Role, what: str) -> None:
    """Ask for a role before something that is no write to the study.

    Raises:
        NotAllowedError: the person logged in may not do ``what`` (a verb and its object).
    """
    if acting.is_free():
        return
    with connection.reading(study):
        acting.require(least, what)


def require_exit(study: Path, kind: str, *, release: bool) -> None:
    """Ask for the role that an export needs; whoever keeps exports for later asks at every showing.

    Raises:
        NotAllowedError: a reader wants more than a release, or no owner wants the whole study.
    """
    if kind == "study":
        require(study, Role.OWNER, "take the whole study")
    elif not release:
        require(study, Role.CODER, "take a working copy; readers take releases")


@contextmanager
def allowed(study: Path, least: Role, what: str, *, by: str | None = None) -> Iterator[None]:
    """Ask for a role once, and let the program go on by itself: it opens other files of the study too.

    Raises:
        NotAllowedError: the person logged in may not do ``what``, or ``by`` is somebody else's name.
    """
    require(study, least, what)
    own_name(by)
    with acting.as_server():
        yield


def own_name(by: str | None) -> str | None:
    """``by``, or else the name of the member logged in; None where neither is known.

    Raises:
        NotAllowedError: ``by`` is not the name of the member logged in.
    """
    member = None if acting.hosting() is None else member_now()
    if member is None:
        return by
    if by is not None and by.strip() != member.coder:
        raise NotAllowedError.single("name", "Everybody works under their own name.")
    return member.coder
