"""Members of a study that is served to several people: who may log in, as whom, and with what role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from ...errors import Problem, UserInputError
from ...model import Member, Role
from ..file.acting import member_of
from ..log.events import Stamp, record
from ..log.identity import new_guid, one, scalar
from . import people

ADDED, CHANGED, REMOVED = "member_added", "member_role_changed", "member_removed"


def members(db: Database) -> list[dict[str, Any]]:
    """Members as rows: email, coder, role, made_by, made_at; owners first, then by name."""
    return list(
        db.query(
            "SELECT email, coder, role, made_by, made_at FROM member"
            " ORDER BY role <> 'owner', role <> 'coder', coder"
        )
    )


def n_owners(db: Database) -> int:
    return int(scalar(db, "SELECT count(*) FROM member WHERE role = 'owner'"))


def add_member(db: Database, member: Member, stamp: Stamp) -> None:
    """Give a person a part in the study; who codes is made a coder where the name is new.

    Raises:
        UserInputError: the e-mail or the name is another member's already.
    """
    problems: list[Problem] = []
    if member_of(db, member.email) is not None:
        told = "This address has a part in the study already."
        problems.append(Problem(where=member.email, message=told, next="Change its role instead."))
    elif one(db, "SELECT 1 FROM member WHERE coder = ?", (member.coder,)) is not None:
        told = "Another member works under this name."
        problems.append(Problem(where=member.coder, message=told, next="Choose another name."))
    if problems:
        raise UserInputError(" ".join(str(p) for p in problems), problems=problems)
    if member.role.may(Role.CODER):
        people.ensure_coder(db, member.coder, stamp)
    guid = new_guid()
    db.conn.execute(
        "INSERT INTO member (guid, email, coder, role, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (guid, member.email, member.coder, member.role.value, stamp.by, stamp.at),
    )
    _log(db, stamp, ADDED, guid, after=_packed(member))


def set_role(db: Database, email: str, role: Role, stamp: Stamp) -> bool:
    """Give a member another role; False where they have it already.

    Raises:
        UserInputError: nobody has this address, or the study would have no owner.
    """
    guid, was = _found(db, email)
    if was.role is role:
        return False
    _keep_an_owner(db, was)
    if role.may(Role.CODER):
        people.ensure_coder(db, was.coder, stamp)
    db.conn.execute("UPDATE member SET role = ? WHERE guid = ?", (role.value, guid))
    now = Member(email=was.email, coder=was.coder, role=role)
    _log(db, stamp, CHANGED, guid, before=_packed(was), after=_packed(now))
    return True


def remove_member(db: Database, email: str, stamp: Stamp) -> None:
    """Take a person's part away; what they coded stays.

    Raises:
        UserInputError: nobody has this address, or the study would have no owner.
    """
    guid, was = _found(db, email)
    _keep_an_owner(db, was)
    db.conn.execute("DELETE FROM member WHERE guid = ?", (guid,))
    _log(db, stamp, REMOVED, guid, before=_packed(was))


def _packed(member: Member) -> dict[str, str]:
    return {"email": member.email, "coder": member.coder, "role": member.role.value}


def _found(db: Database, email: str) -> tuple[str, Member]:
    row = one(db, "SELECT guid, email, coder, role FROM member WHERE email = ?", (email,))
    if row is None:
        raise UserInputError.single(email, "Nobody with this address has a part in the study.")
    return str(row["guid"]), Member(email=row["email"], coder=row["coder"], role=Role(row["role"]))


def _keep_an_owner(db: Database, was: Member) -> None:
    if was.role is Role.OWNER and n_owners(db) == 1:
        raise UserInputError.single(
            was.email, "This is the only owner; a study needs one.", "Make somebody else an owner first."
        )


def _log(
    db: Database,
    stamp: Stamp,
    kind: str,
    guid: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    record(db, stamp, kind, target_kind="member", target_guid=guid, before=before, after=after)


def member_faults(db: Database) -> Iterator[tuple[str, Problem]]:
    """Members that the event log does not tell of: somebody gave themselves a part, or another role."""
    told: dict[str, Any] = {}
    for kind, guid, after in db.conn.execute(
        "SELECT kind, target_guid, after FROM event WHERE target_kind = 'member' ORDER BY id"
    ):
        told[guid] = None if kind == REMOVED else json.loads(after)
    stored: dict[str, Any] = {
        row["guid"]: {name: row[name] for name in ("email", "coder", "role")}
        for row in db.query("SELECT guid, email, coder, role FROM member")
    }
    for guid in sorted(told.keys() | stored.keys()):
        if told.get(guid) != stored.get(guid):
            message = "The members are not those of the event log: another program changed them."
            next = "Look at 'qualtool members STUDY list', or restore the study from a backup."
            yield "members", Problem(where="members", message=message, next=next)
            return
