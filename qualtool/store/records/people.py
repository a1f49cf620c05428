"""Coders, cases, participants and the facts about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Case, CaseKind, Participant
from ..file import acting
from ..log import events
from ..log.events import Stamp
from ..log.identity import inserted, new_guid, one


def ensure_coder(db: Database, name: str, stamp: Stamp, *, kind: str = "person") -> int:
    """The id of the coder of this name, made if new.

    Raises:
        UserInputError: a blank name, or that of a suggester.
        NotAllowedError: another's name, for somebody logged in who is no owner.
    """
    wanted = name.strip()
    if kind == "person":
        acting.require_coder(wanted, stamp.by)
    if not wanted:
        raise UserInputError("A coder needs a name.")
    found = one(db, "SELECT id, kind FROM coder WHERE name = ?", (wanted,))
    if found is not None:
        if found["kind"] != kind:
            raise UserInputError(f"'{wanted}' is the name of a suggester; choose another for a person.")
        return int(found["id"])
    guid = new_guid()
    number = inserted(
        db,
        "INSERT INTO coder (guid, name, kind, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
        (guid, wanted, kind, stamp.by, stamp.at),
    )
    events.record(db, stamp, "coder_added", target_kind="coder", target_guid=guid, after={"name": wanted})
    return number


def coders(db: Database) -> list[str]:
    """Names of the people who code, in the order they came."""
    return [r["name"] for r in db.query("SELECT name FROM coder WHERE kind = 'person' ORDER BY id")]


def ensure_case(db: Database, case: Case, stamp: Stamp) -> int:
    """The id of a case, found by URN, then by name; made if new; blanks filled, never overwritten."""
    found = None
    if case.urn is not None:
        found = one(db, "SELECT * FROM study_case WHERE urn = ?", (case.urn,))
    if found is None:
        found = one(db, "SELECT * FROM study_case WHERE name = ?", (case.name,))
    if found is None:
        guid = new_guid()
        number = inserted(
            db,
            "INSERT INTO study_case (guid, name, kind, urn, la_code, pseudonym, made_by, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                guid,
                case.name,
                case.kind.value,
                case.urn,
                case.la_code,
                case.pseudonym,
                stamp.by,
                stamp.at,
            ),
        )
        events.record(
            db,
            stamp,
            "case_added",
            target_kind="case",
            target_guid=guid,
            after={"name": case.name, "kind": case.kind.value, "urn": case.urn},
        )
        return number
    _complete_case(db, found, case)
    return int(found["id"])


def _complete_case(db: Database, found: Mapping[str, Any], case: Case) -> None:
    if case.urn is not None and found["urn"] not in (None, case.urn):
        raise UserInputError.single(
            f"case '{case.name}'",
            f"It has URN {found['urn']} in the study and {case.urn} here.",
            "Correct the sheet, or give the case another name.",
        )
    for column, value in (("urn", case.urn), ("la_code", case.la_code), ("pseudonym", case.pseudonym)):
        if value and not found[column]:
            db.conn.execute(f"UPDATE study_case SET {column} = ? WHERE id = ?", (value, found["id"]))
    if case.kind is CaseKind.SCHOOL and found["kind"] == "other":
        db.conn.execute("UPDATE study_case SET kind = 'school' WHERE id = ?", (found["id"],))


def ensure_participant(db: Database, person: Participant, case_id: int | None, stamp: Stamp) -> int:
    """The id of a participant, made if new; role, case and consent are filled where they were blank.

    Raises:
        UserInputError: the study holds another role, case or consent for a person of this name.
    """
    found = one(db, "SELECT * FROM participant WHERE name = ?", (person.name,))
    if found is None:
        return inserted(
            db,
            "INSERT INTO participant (guid, name, role, case_id, consent, made_by, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                new_guid(),
                person.name,
                person.role,
                case_id,
                person.consent.value,
                stamp.by,
                stamp.at,
            ),
        )
    for column, value in (("role", person.role or None), ("case_id", case_id)):
        if value is None or found[column] == value:
            continue
        if found[column] not in (None, ""):
            raise UserInputError.single(
                f"participant '{person.name}'",
                f"The study already holds another {'case' if column == 'case_id' else column} for them.",
                "Correct the sheet, or give this person another name.",
            )
        db.conn.execute(f"UPDATE participant SET {column} = ? WHERE id = ?", (value, found["id"]))
    if person.consent.value != "unknown" and person.consent.value != found["consent"]:
        if found["consent"] != "unknown":
            # Somebody set it, perhaps because it was withdrawn: a sheet does not undo that unseen.
            raise UserInputError.single(
                f"participant '{person.name}'",
                f"The study holds consent '{found['consent']}' for them, and here it is"
                f" '{person.consent.value}'.",
                "Correct the sheet, or set their consent on the page Study first.",
            )
        db.conn.execute(
            "UPDATE participant SET consent = ? WHERE id = ?", (person.consent.value, found["id"])
        )
    return int(found["id"])


def set_consent(
    db: Database, participant: str, consent: str, stamp: Stamp, *, undoes: int | None = None
) -> None:
    """Change what a participant allowed, and log it; ``undoes`` is the event that this takes back.

    Raises:
        UserInputError: nobody has this name.
    """
    found = one(db, "SELECT id, guid, consent FROM participant WHERE name = ?", (participant,))
    if found is None:
        raise UserInputError(f"There is no participant '{participant}' in this study.")
    db.conn.execute("UPDATE participant SET consent = ? WHERE id = ?", (consent, found["id"]))
    events.record(
        db,
        stamp,
        "consent_changed",
        target_kind="participant",
        target_guid=found["guid"],
        before={"consent": found["consent"]},
        after={"consent": consent},
        undoes=undoes,
    )


def variable_type(value: str) -> str:
    """``number``, ``boolean`` or ``text``, by what the value looks like."""
    text = value.strip().lower()
    if text in ("yes", "no", "true", "false"):
        return "boolean"
    try:
        float(text)
    except ValueError:
        return "text"
    return "number"


def set_variables(db: Database, owner_kind: str, owner_id: int, values: Mapping[str, str]) -> None:
    """Store facts about a case, participant or source; blanks are not facts and are left out."""
    db.conn.executemany(
        "INSERT INTO variable (owner_kind, owner_id, name, value, type) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value, type = excluded.type",
        [
            (owner_kind, owner_id, name, value.strip(), variable_type(value))
            for name, value in values.items()
            if value.strip()
        ],
    )


def cases(db: Database) -> list[dict[str, Any]]:
    """All cases with their variables and number of participants, schools first, by name."""
    rows = list(
        db.query(
            "SELECT c.*, (SELECT count(*) FROM participant p WHERE p.case_id = c.id) AS n_participants"
            " FROM study_case c ORDER BY c.kind <> 'school', coalesce(c.pseudonym, c.name)"
        )
    )
    facts: dict[int, dict[str, str]] = {}
    for row in db.query("SELECT owner_id, name, value FROM variable WHERE owner_kind = 'case'"):
        facts.setdefault(row["owner_id"], {})[row["name"]] = row["value"]
    return [{**row, "variables": facts.get(row["id"], {})} for row in rows]


def participants(db: Database) -> list[dict[str, Any]]:
    """All participants with the name, URN and pseudonym of their case."""
    return list(
        db.query(
            "SELECT p.*, c.name AS case_name, c.urn, c.pseudonym FROM participant p"
            " LEFT JOIN study_case c ON c.id = p.case_id ORDER BY p.id"
        )
    )


def share_with_cases(db: Database, participant_ids: Sequence[int]) -> None:
    """Give a case those facts that all of its participants share; take back those they no longer do.

    A sheet has one row a speaker, so facts about a school arrive with its people.
    """
    for (case_id,) in db.conn.execute(
        "SELECT DISTINCT case_id FROM participant WHERE case_id IS NOT NULL"
        f" AND id IN ({', '.join('?' for _ in participant_ids)})",
        tuple(participant_ids),
    ).fetchall():
        db.conn.execute("DELETE FROM variable WHERE owner_kind = 'case' AND owner_id = ?", (case_id,))
        db.conn.execute(
            "INSERT INTO variable (owner_kind, owner_id, name, value, type)"
            " SELECT 'case', ?, v.name, min(v.value), min(v.type) FROM variable v"
            " JOIN participant p ON p.id = v.owner_id WHERE v.owner_kind = 'participant' AND p.case_id = ?"
            " GROUP BY v.name HAVING count(DISTINCT v.value) = 1"
            " AND count(*) = (SELECT count(*) FROM participant WHERE case_id = ?)",
            (case_id, case_id, case_id),
        )
