"""Give people a part in a study that is served with login, change it, take it away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...model import Member, Role
from ...model.membership import plain_email
from ...store.file import connection
from ...store.records import members as member_store
from ..clock import stamp


def members_of(study: Path) -> list[dict[str, Any]]:
    """Members as rows: email, coder, role, made_by, made_at; owners first, then by name."""
    with connection.reading(study) as db:
        return member_store.members(db)


def add_member(
    study: Path, email: str, role: str, *, coder: str | None = None, by: str | None = None
) -> dict[str, str]:
    """Give a person a part: they log in with ``email`` and work under the name ``coder``.

    Without ``coder`` the name is what stands before the @. Returns email, coder and role as stored.

    Raises:
        UserInputError: no e-mail address, no such role, or the address or name is a member's already.
    """
    address = plain_email(email)
    name = " ".join((coder or address.partition("@")[0]).split())
    member = Member(email=address, coder=name, role=_role(role))
    with connection.writing(study) as db:
        member_store.add_member(db, member, stamp(by))
    return {"email": member.email, "coder": member.coder, "role": member.role.value}


def change_role(study: Path, email: str, role: str, *, by: str | None = None) -> bool:
    """Give a member another role; False where they have it already.

    Raises:
        UserInputError: nobody has this address, no such role, or the study would have no owner.
    """
    wanted = _role(role)
    with connection.writing(study) as db:
        return member_store.set_role(db, plain_email(email), wanted, stamp(by))


def remove_member(study: Path, email: str, *, by: str | None = None) -> None:
    """Take a person's part away, from their next act on; what they coded stays.

    Raises:
        UserInputError: nobody has this address, or the study would have no owner.
    """
    with connection.writing(study) as db:
        member_store.remove_member(db, plain_email(email), stamp(by))


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError as err:
        raise UserInputError(f"'{role}' is no role; a role is owner, coder or reader.") from err
