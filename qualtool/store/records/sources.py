"""Sources, their immutable text versions, speakers and segments."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from ...errors import StudyIntegrityError, UserInputError
from ...model import Segment, Source
from ...text import SEGMENTER, sha256, word_starts
from ..log.events import Stamp, record
from ..log.identity import inserted, new_guid, one, scalar


def pack_offsets(offsets: Sequence[int]) -> bytes:
    """Offsets as little-endian 32-bit integers."""
    packed = array("i", offsets)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def is_imported(db: Database, bytes_sha256: str, name: str) -> bool:
    """Are these very bytes already in the study under this name?"""
    return (
        scalar(db, "SELECT 1 FROM source WHERE bytes_sha256 = ? AND name = ?", (bytes_sha256, name))
        is not None
    )


def name_is_taken(db: Database, name: str) -> bool:
    return scalar(db, "SELECT 1 FROM source WHERE name = ?", (name,)) is not None


def add_source(
    db: Database,
    source: Source,
    stamp: Stamp,
    *,
    participants: Mapping[str, int | None],
    recorded_on: str | None = None,
    log: bool = True,
) -> tuple[int, str]:
    """Store a source with its first text version; returns its id and GUID.

    ``participants`` maps speaker labels to participant ids; labels left out have none.
    """
    guid = new_guid()
    source_id = inserted(
        db,
        "INSERT INTO source (guid, name, kind, format, encoding, bytes_sha256, recorded_on, n_turns, n_cues,"
        " segmenter, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            guid,
            source.name,
            source.kind.value,
            source.format,
            source.encoding,
            source.bytes_sha256,
            recorded_on,
            source.n_turns,
            source.n_cues,
            SEGMENTER,
            stamp.by,
            stamp.at,
        ),
    )
    add_text_version(db, source_id, 1, source.text, stamp)
    speaker_ids = _add_speakers(db, source_id, source, participants)
    add_segments(db, source_id, 1, source.segments, speaker_ids)
    if log:
        after = {"name": source.name, "n_chars": len(source.text), "sha256": source.text_sha256}
        record(db, stamp, "source_imported", target_kind="source", target_guid=guid, after=after)
    return source_id, guid


def add_text_version(db: Database, source_id: int, version: int, text: str, stamp: Stamp) -> None:
    """Store one version of a source's text, with its digest and the places of its words."""
    db.conn.execute(
        "INSERT INTO text_version (source_id, version, text, sha256, n_chars, word_starts, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            source_id,
            version,
            text,
            sha256(text.encode()),
            len(text),
            pack_offsets(word_starts(text)),
            stamp.by,
            stamp.at,
        ),
    )


def _add_speakers(
    db: Database, source_id: int, source: Source, participants: Mapping[str, int | None]
) -> dict[str, int]:
    return {
        speaker.label: inserted(
            db,
            "INSERT INTO speaker (source_id, label, is_interviewer, participant_id) VALUES (?, ?, ?, ?)",
            (source_id, speaker.label, int(speaker.is_interviewer), participants.get(speaker.label)),
        )
        for speaker in source.speakers
    }


def add_segments(
    db: Database, source_id: int, version: int, segments: Sequence[Segment], speakers: Mapping[str, int]
) -> None:
    """Store the segments of a text version; ``speakers`` maps labels to speaker ids."""
    db.conn.executemany(
        "INSERT INTO segment (source_id, version, kind, position, turn, start_char, end_char, speaker_id,"
        " n_words, start_ms, end_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                source_id,
                version,
                s.kind.value,
                s.position,
                s.turn,
                s.start_char,
                s.end_char,
                speakers[s.label],
                s.n_words,
                s.start_ms,
                s.end_ms,
            )
            for s in segments
        ],
    )


def find_source(db: Database, wanted: str) -> dict[str, Any]:
    """The source with this GUID, full name, or name without suffix where only one has it.

    Raises:
        UserInputError: none or several fit.
    """
    row = one(db, "SELECT * FROM source WHERE guid = ? OR name = ?", (wanted, wanted))
    if row is not None:
        return row
    # A survey answer's name holds its file's suffix inside, so only names with a last suffix count.
    stems = [
        r
        for r in db.query("SELECT * FROM source WHERE name LIKE ? ESCAPE '\\'", (_like(wanted) + ".%",))
        if r["name"].rpartition(".")[0] == wanted
    ]
    if len(stems) == 1:
        return stems[0]
    fault = "There is no such source" if not stems else "Several sources have this name"
    raise UserInputError.single(
        f"source '{wanted}'",
        f"{fault} in the study.",
        "Give the full name as the study lists it, or its GUID.",
    )


def guid_of(db: Database, source_id: int) -> str:
    """The GUID of a source."""
    return str(scalar(db, "SELECT guid FROM source WHERE id = ?", (source_id,)))


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def text_of(db: Database, source_id: int, version: int) -> str:
    """The text of one version.

    Raises:
        UserInputError: the source has no such version.
        StudyIntegrityError: it is not the text that was stored.
    """
    row = db.conn.execute(
        "SELECT text, sha256 FROM text_version WHERE source_id = ? AND version = ?", (source_id, version)
    ).fetchone()
    if row is None:
        raise UserInputError(f"This source has no text version {version}.")
    text = str(row[0])
    if sha256(text.encode()) != row[1]:
        raise StudyIntegrityError.single(
            f"source {source_id}, text version {version}",
            "The text is damaged: it is not the one that was stored.",
            "Stop, and restore the study from a backup ('qualtool restore').",
        )
    return text


def turns_of(db: Database, source_id: int, version: int) -> list[dict[str, Any]]:
    """Turns (or the one answer) of a version: offsets, speaker, role, times, in the order of the text."""
    return list(
        db.query(
            "SELECT g.position, g.start_char, g.end_char, g.start_ms, g.end_ms, s.label, s.is_interviewer,"
            " p.name AS participant, p.role FROM segment g JOIN speaker s ON s.id = g.speaker_id"
            " LEFT JOIN participant p ON p.id = s.participant_id"
            " WHERE g.source_id = ? AND g.version = ? AND g.kind IN ('turn', 'answer') ORDER BY g.start_char",
            (source_id, version),
        )
    )


def sources(db: Database, *, kind: str | None = None) -> list[dict[str, Any]]:
    """Sources with sizes and counts of codings, by name; ``kind`` limits them."""
    where, values = ("WHERE s.kind = ?", (kind,)) if kind else ("", ())
    return list(
        db.query(
            "SELECT s.*, v.n_chars, (SELECT count(*) FROM coding c WHERE c.source_id = s.id"
            " AND c.removed_at IS NULL) AS n_codings FROM source s JOIN text_version v"
            f" ON v.source_id = s.id AND v.version = s.current_version {where} ORDER BY s.name",
            values,
        )
    )


def bump_rev(db: Database, source_id: int) -> int:
    """Raise and return the revision of a source; every change of its codings does so."""
    return int(scalar(db, "UPDATE source SET rev = rev + 1 WHERE id = ? RETURNING rev", (source_id,)) or 0)


def is_read(db: Database, source_id: int, coder_id: int) -> bool:
    """Did this coder mark the source read to the end?"""
    found = scalar(
        db, "SELECT state FROM reading WHERE source_id = ? AND coder_id = ?", (source_id, coder_id)
    )
    return found == "read"


def set_reading(
    db: Database, source_id: int, coder_id: int, stamp: Stamp, *, turn: int | None, state: str | None
) -> None:
    """Keep where a coder is in a source, and whether they finished reading it."""
    db.conn.execute(
        "INSERT INTO reading (source_id, coder_id, state, turn, changed_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET state = coalesce(?, state), turn = coalesce(?, turn),"
        " changed_at = excluded.changed_at",
        (source_id, coder_id, state or "reading", turn or 0, stamp.at, state, turn),
    )
