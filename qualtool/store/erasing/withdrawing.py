"""What the study holds of one participant, and taking it out; texts are rewritten by ``erasing_texts``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ..log.events import Stamp
from ..log.identity import one, scalar
from ..records.audits import drop_units

NEUTRAL = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A participant's traces: speakers by source, which sources are theirs alone, respondents."""

    id: int
    guid: str
    name: str
    speakers: dict[int, frozenset[int]]
    whole: frozenset[int]
    respondents: tuple[int, ...]


def find_participant(db: Database, wanted: str) -> dict[str, Any]:
    """The participant of a GUID, a name, or the id of a respondent where only one has it.

    Raises:
        UserInputError: none or several fit.
    """
    row = one(db, "SELECT * FROM participant WHERE guid = ? OR name = ?", (wanted, wanted))
    if row is not None:
        return row
    rows = [
        r
        for r in db.query(
            "SELECT p.*, r.respondent_id FROM participant p LEFT JOIN respondent r ON r.participant_id = p.id"
        )
        if wanted.casefold() == r["name"].casefold() or wanted == r["respondent_id"]
    ]
    if len(rows) == 1:
        return rows[0]
    raise UserInputError.single(
        f"participant '{wanted}'",
        "Several participants fit." if rows else "There is no such participant in the study.",
        "Give the full name as the study lists it, or the GUID. Names that were withdrawn are gone.",
    )


def traces_of(db: Database, participant: dict[str, Any]) -> Theirs:
    """Where a participant speaks, and where nobody else but interviewers does."""
    speakers: dict[int, set[int]] = {}
    for number, source in db.conn.execute(
        "SELECT id, source_id FROM speaker WHERE participant_id = ?", (participant["id"],)
    ):
        speakers.setdefault(source, set()).add(number)
    whole = {
        source
        for source in speakers
        if not scalar(
            db,
            "SELECT count(*) FROM speaker k WHERE k.source_id = ? AND k.is_interviewer = 0"
            " AND k.participant_id IS NOT ? AND EXISTS (SELECT 1 FROM segment g WHERE g.speaker_id = k.id)",
            (source, participant["id"]),
        )
    }
    rows = db.conn.execute("SELECT id FROM respondent WHERE participant_id = ?", (participant["id"],))
    return Theirs(
        id=participant["id"],
        guid=participant["guid"],
        name=participant["name"],
        speakers={source: frozenset(ids) for source, ids in speakers.items()},
        whole=frozenset(whole),
        respondents=tuple(row[0] for row in rows),
    )


def turns_of_version(db: Database, source_id: int, version: int) -> list[tuple[int, int, int, str, bool]]:
    """start_char, end_char, speaker id, label and is_interviewer of each turn (or the answer), in order."""
    return [
        (start, end, speaker, label, bool(asks))
        for start, end, speaker, label, asks in db.conn.execute(
            "SELECT g.start_char, g.end_char, g.speaker_id, k.label, k.is_interviewer FROM segment g"
            " JOIN speaker k ON k.id = g.speaker_id WHERE g.source_id = ? AND g.version = ?"
            " AND g.kind <> 'sentence' ORDER BY g.start_char, g.position",
            (source_id, version),
        )
    ]


def codings_on(db: Database, source_id: int, version: int) -> list[tuple[str, int, int]]:
    """GUID, start_char and end_char of the standing codings on a text version."""
    return db.conn.execute(
        "SELECT guid, start_char, end_char FROM coding WHERE source_id = ? AND version = ?"
        " AND removed_at IS NULL ORDER BY id",
        (source_id, version),
    ).fetchall()


def stretches_on(db: Database, source_id: int, version: int) -> list[tuple[int, int]]:
    """start_char and end_char of every segment and coding, removed ones too, of a text version."""
    return db.conn.execute(
        "SELECT start_char, end_char FROM segment WHERE source_id = ? AND version = ?"
        " UNION SELECT start_char, end_char FROM coding WHERE source_id = ? AND version = ?",
        (source_id, version, source_id, version),
    ).fetchall()


def n_answers(db: Database, theirs: Theirs) -> int:
    """How many cells of surveys hold an answer of theirs."""
    counts = (
        scalar(db, "SELECT count(value) FROM answer WHERE respondent_id = ?", (number,))
        for number in theirs.respondents
    )
    return sum(int(n) for n in counts)


def free_name(db: Database) -> str:
    """``withdrawn 1``, or the next number that nobody has."""
    taken = {row[0] for row in db.conn.execute("SELECT name FROM participant")}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{NEUTRAL} {n}") not in taken)


# --- taking out -----------------------------------------------------------------------------------


def drop_sentences(db: Database, theirs: Theirs) -> None:
    """Their turns have no sentences any more, and are in no topic."""
    for source, speakers in theirs.speakers.items():
        marks = ", ".join(str(number) for number in sorted(speakers))
        whose = "" if source in theirs.whole else f" AND speaker_id IN ({marks})"
        where = f"source_id = {source}{whose}"
        db.conn.execute(
            f"DELETE FROM topic_member WHERE segment_id IN (SELECT id FROM segment WHERE {where})"
        )
        drop_units(db, where)
        db.conn.execute(f"DELETE FROM segment WHERE kind = 'sentence' AND {where}")
        db.conn.execute(f"UPDATE segment SET n_words = 0 WHERE {where}")


def memos_on(db: Database, sources: Iterable[str], codings: Iterable[str]) -> list[str]:
    """GUIDs of the memos on some sources and codings, by their GUIDs."""
    wanted = [*(("source", guid) for guid in sources), *(("coding", guid) for guid in codings)]
    found: list[str] = []
    for kind, guid in wanted:
        rows = db.conn.execute(
            "SELECT guid FROM memo WHERE target_kind = ? AND target_guid = ?", (kind, guid)
        )
        found += [str(row[0]) for row in rows]
    return found


def empty_memos(db: Database, guids: Sequence[str], stamp: Stamp) -> None:
    """Memos without their text, in the log too."""
    for guid in guids:
        db.conn.execute(
            "UPDATE memo SET text = '', changed_at = ?, removed_at = coalesce(removed_at, ?) WHERE guid = ?",
            (stamp.at, stamp.at, guid),
        )
        db.conn.execute(
            "UPDATE event SET before = iif(before IS NULL, NULL, json_set(before, '$.text', '')),"
            " after = iif(after IS NULL, NULL, json_set(after, '$.text', ''))"
            " WHERE target_guid = ? AND kind IN ('memo_written', 'memo_set_aside')",
            (guid,),
        )
        # An erasure before this one kept the memos that stood then.
        path = f'$.checkpoint.memos."{guid}".text'
        db.conn.execute(
            "UPDATE event SET after = json_set(after, ?, '') WHERE json_type(after, ?) IS NOT NULL",
            (path, path),
        )


def close_suggestions(db: Database, guids: Iterable[str]) -> None:
    """Suggestions on their words: nothing to decide any more, and no reason that repeats them."""
    db.conn.executemany(
        "UPDATE suggestion SET reason = '', status = iif(status = 'open', 'superseded', status) WHERE guid = ?",
        ((guid,) for guid in guids),
    )


def forget_person(db: Database, theirs: Theirs, name: str, *, keep_counts: bool) -> None:
    """The participant's own rows: a neutral name, consent withdrawn; without counts nothing else is left."""
    db.conn.execute("UPDATE participant SET name = ?, consent = 'withdrawn' WHERE id = ?", (name, theirs.id))
    for source, speakers in theirs.speakers.items():
        for n, number in enumerate(sorted(speakers), start=1):
            label = name if n == 1 else f"{name} ({n})"
            db.conn.execute("UPDATE speaker SET label = ? WHERE id = ?", (label, number))
        db.conn.execute(
            "UPDATE event SET after = json_set(after, '$.speakers', json('{}'), '$.turns', json('{}'))"
            " WHERE kind = 'source_edited' AND target_guid = (SELECT guid FROM source WHERE id = ?)",
            (source,),
        )
    db.conn.execute(
        "UPDATE operation SET result = json_remove(result, '$.text', '$.conflict')"
        " WHERE result LIKE '%\"text\"%' OR result LIKE '%\"conflict\"%'"
    )
    if keep_counts:
        return
    db.conn.execute("UPDATE participant SET role = '', case_id = NULL WHERE id = ?", (theirs.id,))
    db.conn.execute("UPDATE speaker SET participant_id = NULL WHERE participant_id = ?", (theirs.id,))
    db.conn.execute("DELETE FROM variable WHERE owner_kind = 'participant' AND owner_id = ?", (theirs.id,))
    db.conn.executemany(
        "DELETE FROM variable WHERE owner_kind = 'source' AND owner_id = ?", [(s,) for s in theirs.whole]
    )
    db.conn.executemany("UPDATE source SET recorded_on = NULL WHERE id = ?", [(s,) for s in theirs.whole])


def forget_answers(db: Database, theirs: Theirs, name: str, *, keep_counts: bool) -> int:
    """Answers of a respondent: cells follow their texts; without counts, closed answers go too."""
    n = n_answers(db, theirs)
    for number in theirs.respondents:
        db.conn.execute("UPDATE respondent SET respondent_id = ? WHERE id = ?", (name, number))
        if keep_counts:
            db.conn.execute(
                "UPDATE answer SET value = (SELECT v.text FROM text_version v JOIN source s ON s.id = v.source_id"
                " AND s.current_version = v.version WHERE s.id = answer.source_id)"
                " WHERE respondent_id = ? AND source_id IS NOT NULL",
                (number,),
            )
            continue
        db.conn.execute("UPDATE answer SET value = NULL WHERE respondent_id = ?", (number,))
        db.conn.execute(
            "UPDATE respondent SET weight = NULL, stratum = NULL, psu = NULL WHERE id = ?", (number,)
        )
    return n


def rename_sources(db: Database, theirs: Theirs, name: str) -> dict[str, str]:
    """Neutral names for the sources that are theirs alone; returns old names and new ones."""
    found: dict[str, str] = {}
    taken = {row[0] for row in db.conn.execute("SELECT name FROM source")}
    for source in sorted(theirs.whole):
        old, kind = db.conn.execute("SELECT name, kind FROM source WHERE id = ?", (source,)).fetchone()
        if name in old:
            continue
        if kind == "answer":
            new = f"{old.partition('#')[0]}#{name}#{old.rpartition('#')[2]}"
        else:
            dot = old.rpartition(".")
            new = name + (f".{dot[2]}" if dot[0] and len(dot[2]) <= 4 else "")
        n, free = 1, new
        while free in taken:
            n += 1
            free = f"{new} ({n})"
        taken.add(free)
        found[old] = free
        db.conn.execute("UPDATE source SET name = ? WHERE id = ?", (free, source))
    return found


def own_cases(db: Database, theirs: Theirs, name: str) -> dict[str, str]:
    """A family or other case of this participant alone gets a neutral name too; old names and new ones."""
    row = one(
        db,
        "SELECT c.id, c.name FROM study_case c JOIN participant p ON p.case_id = c.id WHERE p.id = ?"
        " AND c.kind IN ('family', 'other')"
        " AND (SELECT count(*) FROM participant o WHERE o.case_id = c.id) = 1",
        (theirs.id,),
    )
    if row is None:
        return {}
    db.conn.execute("UPDATE study_case SET name = ?, pseudonym = NULL WHERE id = ?", (name, row["id"]))
    return {str(row["name"]): name}
