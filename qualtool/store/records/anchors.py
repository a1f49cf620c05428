"""Where codings, suggestions and topics lie in a text version, and moving them to another.

Codings that wait for a person's decision after an edit are those of another version than the
source's current one: they keep their offsets and quote until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from sqlite_utils import Database

from ...errors import UserInputError
from ...model import Segment, SegmentKind
from ..log.identity import one, scalar

Table = Literal["coding", "suggestion"]
Anchor = tuple[str, int, int, int, str]  # guid, version, start_char, end_char, quote


def segments_of(db: Database, source_id: int, version: int) -> list[Segment]:
    """Segments of a text version as records, in the order of their positions."""
    rows = db.conn.execute(
        "SELECT g.kind, g.position, g.start_char, g.end_char, g.turn, s.label, g.n_words, g.start_ms, g.end_ms"
        " FROM segment g JOIN speaker s ON s.id = g.speaker_id WHERE g.source_id = ? AND g.version = ?"
        " ORDER BY g.kind, g.position",
        (source_id, version),
    )
    names = ("position", "start_char", "end_char", "turn", "label", "n_words", "start_ms", "end_ms")
    return [Segment(kind=SegmentKind(kind), **dict(zip(names, rest, strict=True))) for kind, *rest in rows]


def speaker_ids(db: Database, source_id: int) -> dict[str, int]:
    """Speaker ids of a source by label."""
    return dict(
        db.conn.execute(
            "SELECT label, id FROM speaker WHERE source_id = ? ORDER BY id", (source_id,)
        ).fetchall()
    )


def rename_speaker(db: Database, source_id: int, old: str, new: str) -> None:
    """Give a speaker of a source another label."""
    db.conn.execute("UPDATE speaker SET label = ? WHERE source_id = ? AND label = ?", (new, source_id, old))


def newest_version(db: Database, source_id: int) -> int:
    """The highest version number a source ever had; after an undo it is above the current one."""
    return int(scalar(db, "SELECT max(version) FROM text_version WHERE source_id = ?", (source_id,)))


def set_current(db: Database, source_id: int, version: int) -> None:
    """Make a stored version the current one."""
    db.conn.execute("UPDATE source SET current_version = ? WHERE id = ?", (version, source_id))


def correct_cell(db: Database, source_id: int, old: str, new: str) -> None:
    """A survey's cell follows the text of its answer, where it held exactly that."""
    db.conn.execute("UPDATE answer SET value = ? WHERE source_id = ? AND value = ?", (new, source_id, old))


def anchored(db: Database, table: Table, source_id: int, version: int) -> list[dict[str, Any]]:
    """Codings (removed ones too) or suggestions on a text version: guid, offsets, quote, ``state``.

    ``state`` is a suggestion's status; ``removed`` or ``standing`` for a coding.
    """
    state = "status" if table == "suggestion" else "iif(removed_at IS NULL, 'standing', 'removed')"
    return list(
        db.query(
            f"SELECT guid, start_char, end_char, quote, {state} AS state FROM {table}"
            " WHERE source_id = ? AND version = ? ORDER BY start_char, id",
            (source_id, version),
        )
    )


def move(db: Database, table: Table, anchors: Iterable[Anchor]) -> None:
    """Anchor rows anew; the file refuses a quote that is not the text at its offsets."""
    db.conn.executemany(
        f"UPDATE {table} SET version = ?, start_char = ?, end_char = ?, quote = ? WHERE guid = ?",
        ((version, start, end, quote, guid) for guid, version, start, end, quote in anchors),
    )


def mark_moved(db: Database, guids: Iterable[str], rev: int) -> None:
    """Give codings the revision of their source, so that open panels hear of them."""
    db.conn.executemany("UPDATE coding SET rev = ? WHERE guid = ?", ((rev, guid) for guid in guids))


def set_statuses(db: Database, statuses: Mapping[str, str]) -> None:
    """Set the status of suggestions by GUID."""
    db.conn.executemany(
        "UPDATE suggestion SET status = ? WHERE guid = ?", ((s, guid) for guid, s in statuses.items())
    )


def copy_topic_members(db: Database, pairs: Sequence[tuple[int, int]]) -> None:
    """Add new segments to the topics of old ones; ``pairs`` are ids. The old members stay, for an undo."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO topic_member (topic_id, segment_id, is_representative, is_weak)"
        " SELECT topic_id, ?, is_representative, is_weak FROM topic_member WHERE segment_id = ?",
        ((new, old) for old, new in pairs),
    )


def member_segments(db: Database, source_id: int, version: int) -> list[tuple[int, str, int, int]]:
    """Segments of a version that are in a topic: id, kind, start_char, end_char."""
    return db.conn.execute(
        "SELECT DISTINCT g.id, g.kind, g.start_char, g.end_char FROM segment g JOIN topic_member m"
        " ON m.segment_id = g.id WHERE g.source_id = ? AND g.version = ? ORDER BY g.start_char",
        (source_id, version),
    ).fetchall()


def segment_spans(db: Database, source_id: int, version: int, kind: str) -> list[tuple[int, int, int]]:
    """start_char, end_char and id of the segments of one kind, in the order of the text."""
    return db.conn.execute(
        "SELECT start_char, end_char, id FROM segment WHERE source_id = ? AND version = ? AND kind = ?"
        " ORDER BY position",
        (source_id, version, kind),
    ).fetchall()


# --- codings that wait ----------------------------------------------------------------------------

_WAITING = (
    "SELECT g.guid, g.version, g.start_char, g.end_char, g.quote, s.guid AS source_guid, s.name AS source,"
    " s.id AS source_id, s.current_version, c.guid AS code_guid, c.id AS code_id, k.name AS coder, k.id AS coder_id"
    " FROM coding g JOIN source s ON s.id = g.source_id AND s.current_version <> g.version"
    " JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id WHERE g.removed_at IS NULL"
)


def waiting(db: Database, *, source_id: int | None = None) -> list[dict[str, Any]]:
    """Standing codings that wait for a decision after an edit of their source's text."""
    where, bound = ("", ()) if source_id is None else (" AND s.id = ?", (source_id,))
    return list(db.query(f"{_WAITING}{where} ORDER BY s.name, g.version, g.start_char, g.id", bound))


def waiting_coding(db: Database, guid: str) -> dict[str, Any]:
    """One coding that waits.

    Raises:
        UserInputError: there is none of this GUID, or it does not wait (any more).
    """
    row = one(db, f"{_WAITING} AND g.guid = ?", (guid,))
    if row is None:
        raise UserInputError("This coding waits for no decision: it was decided, or its edit was undone.")
    return row


def decided_coding(db: Database, guid: str) -> dict[str, Any]:
    """One standing coding as ``waiting_coding``, whether it waits or not.

    Raises:
        UserInputError: there is none of this GUID, or it was removed.
    """
    sql = _WAITING.replace(" AND s.current_version <> g.version", "")
    row = one(db, f"{sql} AND g.guid = ?", (guid,))
    if row is None:
        raise UserInputError("This coding was removed, or is of another study.")
    return row


def is_coded(db: Database, row: Mapping[str, Any], at: tuple[int, int, int]) -> bool:
    """Does a coding with this one's code and coder stand at a version, start_char and end_char?"""
    found = scalar(
        db,
        "SELECT 1 FROM coding WHERE source_id = ? AND version = ? AND start_char = ? AND end_char = ?"
        " AND code_id = ? AND coder_id = ? AND removed_at IS NULL",
        (row["source_id"], *at, row["code_id"], row["coder_id"]),
    )
    return found is not None


def n_waiting(db: Database) -> int:
    """How many codings of the study wait for a decision."""
    return int(
        scalar(
            db,
            "SELECT count(*) FROM coding g JOIN source s ON s.id = g.source_id"
            " AND s.current_version <> g.version WHERE g.removed_at IS NULL",
        )
    )
