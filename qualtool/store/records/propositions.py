"""Propositions, verdicts, overrides and what else researchers say of them: rows that only grow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlite_utils import Database

from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one, scalar


def packed(content: object) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- statements -----------------------------------------------------------------------------------


def save_proposition(
    db: Database, key: str, content: Mapping[str, Any], stamp: Stamp, *, before: bool
) -> int | None:
    """Store a proposition as a new version; returns its number, None if it stands already.

    One whose verdict was computed before is no longer stated before results, whatever is said.
    """
    text = packed(content)
    sha256 = digest(text)
    known = one(db, "SELECT version, sha256 FROM proposition WHERE key = ? ORDER BY version DESC", (key,))
    if known is not None and known["sha256"] == sha256:
        return None
    version = 1 if known is None else int(known["version"]) + 1
    is_before = before and scalar(db, "SELECT 1 FROM verdict WHERE key = ?", (key,)) is None
    guid = new_guid()
    inserted(
        db,
        "INSERT INTO proposition (guid, key, version, content, sha256, is_before_results, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (guid, key, version, text, sha256, int(is_before), stamp.by, stamp.at),
    )
    after = {"key": key, "version": version, "sha256": sha256, "is_before_results": is_before}
    record(db, stamp, "proposition_saved", target_kind="proposition", target_guid=guid, after=after)
    return version


def save_question(db: Database, key: str, text: str, stamp: Stamp) -> bool:
    """Store a research question, or its new wording; returns whether it is new."""
    known = one(db, "SELECT version, text FROM research_question WHERE key = ? ORDER BY version DESC", (key,))
    if known is not None and known["text"] == text:
        return False
    version = 1 if known is None else int(known["version"]) + 1
    inserted(
        db,
        "INSERT INTO research_question (key, text, version, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
        (key, text, version, stamp.by, stamp.at),
    )
    after = {"key": key, "version": version}
    record(db, stamp, "proposition_question", target_kind="question", target_guid=key, after=after)
    return True


def current_propositions(db: Database) -> list[dict[str, Any]]:
    """The newest version of each proposition, in the order in which they were first stated."""
    rows = db.query(
        "SELECT p.id, p.guid, p.key, p.version, p.content, p.sha256, p.is_before_results, p.made_by, p.made_at"
        " FROM proposition p WHERE p.version = (SELECT max(q.version) FROM proposition q WHERE q.key = p.key)"
        " ORDER BY (SELECT min(q.id) FROM proposition q WHERE q.key = p.key)"
    )
    return [{**row, "content": json.loads(row["content"])} for row in rows]


def versions_of(db: Database, key: str) -> list[dict[str, Any]]:
    """Every version of a proposition, oldest first."""
    rows = db.query(
        "SELECT version, content, is_before_results, made_by, made_at FROM proposition WHERE key = ?"
        " ORDER BY version",
        (key,),
    )
    return [{**row, "content": json.loads(row["content"])} for row in rows]


def questions(db: Database) -> list[tuple[str, str]]:
    """Research questions as they are worded now."""
    return db.conn.execute(
        "SELECT r.key, r.text FROM research_question r WHERE r.version ="
        " (SELECT max(q.version) FROM research_question q WHERE q.key = r.key) ORDER BY r.key"
    ).fetchall()


# --- verdicts -------------------------------------------------------------------------------------


def add_verdict(
    db: Database, key: str, verdict: Mapping[str, Any], stamp: Stamp, *, code_version: str, seed: int
) -> int:
    """Store a computed verdict: convergence, detail, status, document, inputs, sha256."""
    proposition_id = scalar(db, "SELECT id FROM proposition WHERE key = ? ORDER BY version DESC", (key,))
    return inserted(
        db,
        "INSERT INTO verdict (guid, key, proposition_id, convergence, detail, status, document, inputs, sha256,"
        " code_version, seed, event_id, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new_guid(),
            key,
            proposition_id,
            verdict["convergence"],
            verdict["detail"],
            verdict["status"],
            packed(verdict["document"]),
            packed(verdict["inputs"]),
            verdict["sha256"],
            code_version,
            seed,
            scalar(db, "SELECT coalesce(max(id), 0) FROM event"),
            stamp.by,
            stamp.at,
        ),
    )


def record_verdicts(db: Database, keys: Collection[str], stamp: Stamp, *, n_contrasts: int) -> None:
    """One event for the verdicts of one look: which, and how many contrasts were looked at."""
    after = {"keys": sorted(keys), "n_contrasts": n_contrasts}
    record(db, stamp, "verdicts_recorded", target_kind="study", target_guid="study", after=after)


def n_contrasts_looked_at(db: Database) -> int:
    """How many contrasts were looked at, over all recorded verdicts."""
    sql = (
        "SELECT coalesce(sum(json_extract(after, '$.n_contrasts')), 0) FROM event"
        " WHERE kind = 'verdicts_recorded'"
    )
    return int(scalar(db, sql))


def latest_verdicts(db: Database) -> dict[str, dict[str, Any]]:
    """The newest recorded verdict of each proposition, by key."""
    rows = db.query(
        "SELECT v.* FROM verdict v WHERE v.id = (SELECT max(w.id) FROM verdict w WHERE w.key = v.key)"
    )
    return {row["key"]: _opened(row) for row in rows}


def verdicts_of(db: Database, key: str) -> list[dict[str, Any]]:
    """Every recorded verdict of a proposition, oldest first."""
    return [_opened(row) for row in db.query("SELECT * FROM verdict WHERE key = ? ORDER BY id", (key,))]


def verdict_by_id(db: Database, number: int) -> dict[str, Any] | None:
    row = one(db, "SELECT * FROM verdict WHERE id = ?", (number,))
    return None if row is None else _opened(row)


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "document": json.loads(row["document"]), "inputs": json.loads(row["inputs"])}


# --- what researchers say -------------------------------------------------------------------------


def add_override(
    db: Database,
    key: str,
    verdict_id: int,
    stamp: Stamp,
    *,
    convergence: str | None,
    examples_agree: str,
    note: str,
) -> str:
    """Write a researcher's code beside the computed one; None takes the last one back. Returns its GUID."""
    guid = new_guid()
    inserted(
        db,
        "INSERT INTO verdict_override (guid, key, verdict_id, convergence, examples_agree, note, made_by,"
        " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (guid, key, verdict_id, convergence, examples_agree, note, stamp.by, stamp.at),
    )
    after = {"key": key, "convergence": convergence, "examples_agree": examples_agree}
    record(db, stamp, "verdict_overridden", target_kind="verdict", target_guid=guid, after=after)
    return guid


def overrides_of(db: Database, key: str | None = None) -> list[dict[str, Any]]:
    """Overrides, oldest first, of one proposition or of all."""
    where, values = ("WHERE o.key = ?", (key,)) if key is not None else ("", ())
    return list(
        db.query(
            "SELECT o.guid, o.key, o.verdict_id, o.convergence, o.examples_agree, o.note, o.made_by, o.made_at,"
            f" v.sha256 FROM verdict_override o JOIN verdict v ON v.id = o.verdict_id {where} ORDER BY o.id",
            values,
        )
    )


def add_text(db: Database, key: str, kind: str, text: str, stamp: Stamp, *, stakeholder: str = "") -> str:
    """Write a meta-inference or a stakeholder's feedback; a blank text takes the last one back."""
    guid = new_guid()
    inserted(
        db,
        "INSERT INTO meta_inference (guid, key, kind, stakeholder, text, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guid, key, kind, stakeholder, text, stamp.by, stamp.at),
    )
    after = {"key": key, "n_chars": len(text)}
    record(db, stamp, f"proposition_{kind}", target_kind="proposition", target_guid=guid, after=after)
    return guid


def texts_of(db: Database, key: str | None = None) -> list[dict[str, Any]]:
    """Meta-inferences and feedback, oldest first, of one proposition or of all."""
    where, values = ("WHERE key = ?", (key,)) if key is not None else ("", ())
    return list(
        db.query(
            "SELECT guid, key, kind, stakeholder, text, made_by, made_at FROM meta_inference"
            f" {where} ORDER BY id",
            values,
        )
    )


def add_disposition(db: Database, key: str, case: str, disposition: str, note: str, stamp: Stamp) -> str:
    """Write how a negative case was dealt with."""
    guid = new_guid()
    inserted(
        db,
        "INSERT INTO negative_case (guid, key, case_key, disposition, note, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (guid, key, case, disposition, note, stamp.by, stamp.at),
    )
    after = {"key": key, "disposition": disposition}
    record(db, stamp, "proposition_negative_case", target_kind="proposition", target_guid=guid, after=after)
    return guid


def dispositions(db: Database, key: str | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """The newest disposition of each negative case, by proposition and case."""
    where, values = ("WHERE key = ?", (key,)) if key is not None else ("", ())
    sql = f"SELECT key, case_key, disposition, note, made_by, made_at FROM negative_case {where} ORDER BY id"
    return {(row["key"], row["case_key"]): row for row in db.query(sql, values)}


# --- published findings ---------------------------------------------------------------------------


def add_finding(
    db: Database, content: Mapping[str, Any], stamp: Stamp, *, study: str, file: str, sha256: str
) -> str | None:
    """Store one published finding; returns its GUID, None if the very same stands already."""
    text = packed(content)
    row_sha256 = digest(text)
    if scalar(db, "SELECT 1 FROM external_finding WHERE row_sha256 = ?", (row_sha256,)) is not None:
        return None
    guid = new_guid()
    inserted(
        db,
        "INSERT INTO external_finding (guid, file_name, file_sha256, row_sha256, study_id, content, made_by,"
        " made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (guid, file, sha256, row_sha256, study, text, stamp.by, stamp.at),
    )
    return guid


def findings(db: Database) -> list[dict[str, Any]]:
    """Published findings in the order of their import: guid, file_name, content."""
    rows = db.query("SELECT guid, file_name, content FROM external_finding ORDER BY id")
    return [{**row, "content": json.loads(row["content"])} for row in rows]
