"""Blind audits: what was drawn, what was answered, and what is withheld from a coder meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnUnit:
    """A passage of the sample: its stratum, and for each code (id) whether it was called, and the score."""

    segment_id: int
    stratum: str
    calls: Mapping[int, tuple[bool, float]]


def add_audit(
    db: Database,
    run_id: int,
    coder_id: int,
    stamp: Stamp,
    *,
    strata: Mapping[str, int],
    n_called: Mapping[int, int],
    units: Sequence[DrawnUnit],
) -> str:
    """Store an audit with its passages in the order they will be shown; returns its GUID.

    ``strata`` and ``n_called`` count the whole population, by name and by id of the code.
    """
    guid = new_guid()
    number = inserted(
        db,
        "INSERT INTO audit (guid, run_id, coder_id, n_population, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        (guid, run_id, coder_id, sum(strata.values()), stamp.by, stamp.at),
    )
    db.conn.executemany(
        "INSERT INTO audit_stratum (audit_id, name, n_population) VALUES (?, ?, ?)",
        [(number, name, n) for name, n in strata.items()],
    )
    db.conn.executemany(
        "INSERT INTO audit_code (audit_id, code_id, n_called) VALUES (?, ?, ?)",
        [(number, code, n) for code, n in n_called.items()],
    )
    for position, unit in enumerate(units):
        unit_id = inserted(
            db,
            "INSERT INTO audit_unit (audit_id, position, segment_id, stratum) VALUES (?, ?, ?, ?)",
            (number, position, unit.segment_id, unit.stratum),
        )
        db.conn.executemany(
            "INSERT INTO audit_call (unit_id, code_id, is_called, score) VALUES (?, ?, ?, ?)",
            [(unit_id, code, int(called), score) for code, (called, score) in unit.calls.items()],
        )
    after = {"n": len(units), "n_population": sum(strata.values())}
    record(db, stamp, "audit_drawn", target_kind="audit", target_guid=guid, after=after)
    return guid


_AUDIT = (
    "SELECT a.*, k.name AS coder, r.guid AS run, r.parameters, r.seed FROM audit a"
    " JOIN coder k ON k.id = a.coder_id JOIN run r ON r.id = a.run_id"
)


def audits(db: Database) -> list[dict[str, Any]]:
    """All audits, newest first."""
    return list(db.query(f"{_AUDIT} ORDER BY a.id DESC"))


def audit(db: Database, guid: str) -> dict[str, Any]:
    """One audit.

    Raises:
        UserInputError: there is none of this GUID.
    """
    row = one(db, f"{_AUDIT} WHERE a.guid = ?", (guid,))
    if row is None:
        raise UserInputError("There is no such audit in this study.")
    return row


def running(db: Database, coder_id: int) -> dict[str, Any] | None:
    """The audit a coder is in the middle of."""
    return one(db, f"{_AUDIT} WHERE a.coder_id = ? AND a.finished_at IS NULL", (coder_id,))


def auditors(db: Database) -> tuple[str, ...]:
    """Names of the people in the middle of an audit, in order."""
    rows = db.conn.execute(
        "SELECT DISTINCT k.name FROM audit a JOIN coder k ON k.id = a.coder_id"
        " WHERE a.finished_at IS NULL ORDER BY k.name"
    )
    return tuple(str(row[0]) for row in rows)


def code_ids(db: Database, audit_id: int) -> dict[int, int]:
    """Id of each audited code, in codebook order, and in how many passages it was called."""
    rows = db.conn.execute(
        "SELECT x.code_id, x.n_called FROM audit_code x JOIN code c ON c.id = x.code_id"
        " WHERE x.audit_id = ? ORDER BY c.position, c.id",
        (audit_id,),
    )
    return {int(code): int(n) for code, n in rows}


def live_codes(db: Database, audit_id: int) -> dict[int, str]:
    """Id -> GUID of each audited code that is still in the codebook."""
    rows = db.conn.execute(
        "SELECT c.id, c.guid FROM audit_code x JOIN code c ON c.id = x.code_id"
        " WHERE x.audit_id = ? AND c.removed_at IS NULL",
        (audit_id,),
    )
    return {int(code): str(guid) for code, guid in rows}


def strata(db: Database, audit_id: int) -> dict[str, int]:
    """Number of passages of the population in each stratum."""
    rows = db.conn.execute("SELECT name, n_population FROM audit_stratum WHERE audit_id = ?", (audit_id,))
    return {str(name): int(n) for name, n in rows}


_LAST = (
    "(SELECT x.answer FROM audit_answer x WHERE x.unit_id = u.id AND x.code_id = c.code_id"
    " ORDER BY x.id DESC LIMIT 1)"
)


def answers(db: Database, audit_id: int) -> list[dict[str, Any]]:
    """A row a passage and code: unit_id, position, stratum, code_id, is_called, answer (None: not read)."""
    return list(
        db.query(
            f"SELECT u.id AS unit_id, u.position, u.stratum, c.code_id, c.is_called, {_LAST} AS answer"
            " FROM audit_unit u JOIN audit_call c ON c.unit_id = u.id WHERE u.audit_id = ?"
            " ORDER BY u.position, c.code_id",
            (audit_id,),
        )
    )


def answers_of_unit(db: Database, unit_id: int) -> dict[int, str | None]:
    """Id of each code -> the last answer to one passage, None where it was not read."""
    rows = db.conn.execute(
        f"SELECT c.code_id, {_LAST} FROM audit_unit u JOIN audit_call c ON c.unit_id = u.id WHERE u.id = ?",
        (unit_id,),
    )
    return {int(code): answer for code, answer in rows}


def unit(db: Database, audit_id: int, position: int) -> dict[str, Any] | None:
    """A passage of the sample with its words and place; ``is_changed``: its text was corrected since."""
    return one(
        db,
        "SELECT u.id, u.position, g.source_id, s.guid AS source_guid, s.name AS source, s.kind, g.version,"
        " g.start_char, g.end_char, s.current_version <> g.version AS is_changed,"
        " substr(v.text, g.start_char + 1, g.end_char - g.start_char) AS quote FROM audit_unit u"
        " JOIN segment g ON g.id = u.segment_id JOIN source s ON s.id = g.source_id"
        " JOIN text_version v ON v.source_id = g.source_id AND v.version = g.version"
        " WHERE u.audit_id = ? AND u.position = ?",
        (audit_id, position),
    )


def add_answers(
    db: Database, audit_guid: str, unit_id: int, position: int, given: Mapping[int, str], stamp: Stamp
) -> None:
    """Append the answers of one passage, by id of the code."""
    db.conn.executemany(
        "INSERT INTO audit_answer (unit_id, code_id, answer, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
        [(unit_id, code, answer, stamp.by, stamp.at) for code, answer in given.items()],
    )
    guids = dict(db.conn.execute("SELECT id, guid FROM code"))
    after = {"position": position, "answers": {guids[code]: answer for code, answer in given.items()}}
    record(db, stamp, "audit_answered", target_kind="audit", target_guid=audit_guid, after=after)


def finish(db: Database, guid: str, stamp: Stamp) -> None:
    """Close an audit for good."""
    db.conn.execute("UPDATE audit SET finished_at = ? WHERE guid = ?", (stamp.at, guid))
    record(db, stamp, "audit_finished", target_kind="audit", target_guid=guid)


def decided_segments(db: Database, coder_id: int) -> set[int]:
    """Segments on which a coder decided a suggestion: they saw what the machine thinks of them."""
    rows = db.conn.execute(
        "SELECT DISTINCT g.id FROM suggestion c JOIN segment g ON g.source_id = c.source_id"
        " AND g.version = c.version AND g.kind IN ('sentence', 'answer') AND g.start_char < c.end_char"
        " AND g.end_char > c.start_char WHERE c.decided_by = ?",
        (coder_id,),
    )
    return {int(row[0]) for row in rows}


def places_of_sources(db: Database) -> dict[str, tuple[int, int]]:
    """GUID of each source -> its id and the version of its current text."""
    rows = db.conn.execute("SELECT guid, id, current_version FROM source")
    return {str(guid): (int(number), int(version)) for guid, number, version in rows}


# --- withholding ----------------------------------------------------------------------------------

# Of the sentences in ``suggest.reasons``.
_CODED, _WORDS = " a passage already coded ", "Words that counted: "


class Withheld:
    """The stretches whose suggestions, and others' codings, a coder must not see now."""

    def __init__(self, places: Mapping[int, Sequence[tuple[int, int, int]]]) -> None:
        """``places``: source id -> (version, start_char, end_char)."""
        self._places = places

    def __bool__(self) -> bool:
        return bool(self._places)

    def covers(self, source_id: int, version: int, start_char: int, end_char: int) -> bool:
        """Does the stretch share a character with a withheld one?"""
        return any(
            version == at and start_char < end and end_char > start
            for at, start, end in self._places.get(source_id, ())
        )

    def touches(self, source_id: int, start_char: int, end_char: int) -> bool:
        """``covers`` in any version of the source's text: for stretches of its current one."""
        return any(start_char < end and end_char > start for _, start, end in self._places.get(source_id, ()))

    def has_source(self, source_id: int) -> bool:
        """Is anything of this source withheld?"""
        return source_id in self._places

    def row(self, row: Mapping[str, Any]) -> bool:
        """``covers`` for a row with source_id, version, start_char and end_char."""
        return self.covers(row["source_id"], row["version"], row["start_char"], row["end_char"])

    def reason(self, reason: str) -> str:
        """Why something is suggested, without the coded passage it names: that may be a withheld one."""
        if not self._places or _CODED not in reason:
            return reason
        at = reason.rfind(_WORDS)
        counted = f" {reason[at:]}" if at >= 0 else ""
        return f"The nearest coded passage is not shown during your audit.{counted}"


def withheld_from(db: Database, coder_id: int) -> Withheld:
    """What is withheld from a coder: every passage of the audit they are in the middle of, read or not.

    After a correction of its text a passage is withheld where its sentence is now, too: the segment
    of the same kind and position in the current version.
    """
    rows = db.conn.execute(
        "SELECT DISTINCT n.source_id, n.version, n.start_char, n.end_char FROM audit a"
        " JOIN audit_unit u ON u.audit_id = a.id JOIN segment g ON g.id = u.segment_id"
        " JOIN segment n ON n.source_id = g.source_id AND n.kind = g.kind AND (n.id = g.id"
        " OR (n.version <> g.version AND n.position = g.position))"
        " WHERE a.coder_id = ? AND a.finished_at IS NULL",
        (coder_id,),
    )
    places: dict[int, list[tuple[int, int, int]]] = {}
    for source_id, version, start, end in rows:
        places.setdefault(int(source_id), []).append((int(version), int(start), int(end)))
    return Withheld(places)


def withheld_from_name(db: Database, coder: str | None) -> Withheld:
    """``withheld_from`` by the coder's name; nothing for nobody, or for one who has done nothing yet."""
    row = None if not coder else one(db, "SELECT id FROM coder WHERE name = ?", (coder.strip(),))
    return Withheld({}) if row is None else withheld_from(db, int(row["id"]))


def refuse_withheld(db: Database, row: Mapping[str, Any], coder: str | None) -> None:
    """Refuse to show or decide a suggestion (a row with its place) to a coder who audits its passage.

    Raises:
        UserInputError: it is withheld.
    """
    if withheld_from_name(db, coder).row(row):
        raise UserInputError(
            "This passage belongs to your running audit: its suggestions are withheld until you finish it."
        )


def drop_units(db: Database, where: str) -> None:
    """Take passages out of audits, with their calls and answers; ``where`` selects segments.

    For a participant who withdraws: the guards must be lifted.
    """
    units = f"SELECT id FROM audit_unit WHERE segment_id IN (SELECT id FROM segment WHERE {where})"
    for table in ("audit_answer", "audit_call"):
        db.conn.execute(f"DELETE FROM {table} WHERE unit_id IN ({units})")
    db.conn.execute(f"DELETE FROM audit_unit WHERE segment_id IN (SELECT id FROM segment WHERE {where})")
