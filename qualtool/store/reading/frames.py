"""What analysis reads: codings, turns, sentences, words and people as arrays and DataFrames.

Integers only, where it can be: 100,000 codings are read in a tenth of a second. Only codings that
stand (not removed) and belong to the current version of their source's text are read; ``stale``
counts those of an older version, which wait for a decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlite_utils import Database

from ..log.identity import scalar

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFrame:
    """A study as analysis sees it.

    ``codings``: id, source_id, start_char, end_char, code_id, coder_id, stance (0 not marked, 1 affirms,
    2 denies, 3 mixed), basis (0 not marked, 1 own, 2 reported), valence and level (0 not marked, then the
    places in ``VALENCES`` and ``LEVELS`` from 1).
    ``turns``: source_id, start_char, end_char, participant_id (-1 for none), is_interviewer.
    ``sentences``: source_id, start_char, end_char (an answer counts as one sentence).
    ``sources``: source_id, guid, name, kind, n_chars, version. ``word_starts``: source_id -> rising offsets.
    ``participants``: index participant_id; columns name, role, case_id (-1 for none), consent.
    ``cases``: index case_id; columns name, kind, urn, la_code, pseudonym.
    ``variables``: owner_kind, owner_id, name, value. ``asked``: source_id, code_id, asked.
    """

    codings: pd.DataFrame
    turns: pd.DataFrame
    sentences: pd.DataFrame
    sources: pd.DataFrame
    participants: pd.DataFrame
    cases: pd.DataFrame
    variables: pd.DataFrame
    asked: pd.DataFrame
    word_starts: dict[int, Ints] = field(default_factory=dict)
    stale: int = 0


def _integers(db: Database, sql: str, columns: list[str]) -> pd.DataFrame:
    flat = np.fromiter(chain.from_iterable(db.conn.execute(sql)), dtype=np.int64)
    table = flat.reshape(-1, len(columns))
    return pd.DataFrame({name: table[:, i] for i, name in enumerate(columns)})


def _table(db: Database, sql: str, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(db.conn.execute(sql).fetchall(), columns=columns)


def study_frame(db: Database) -> StudyFrame:
    """Read everything that frequencies, crosstabs, co-occurrence and contrasts need."""
    return with_codings(db, uncoded_frame(db))


def uncoded_frame(db: Database) -> StudyFrame:
    """Everything but the codings: what stays as it is while people code."""
    sources = _sources(db)
    version = pd.Series(sources["version"].to_numpy(), index=sources["source_id"])
    turns = _integers(
        db,
        "SELECT g.source_id, g.start_char, g.end_char, coalesce(p.participant_id, -1), p.is_interviewer,"
        " g.version FROM segment g JOIN speaker p ON p.id = g.speaker_id WHERE g.kind IN ('turn', 'answer')",
        ["source_id", "start_char", "end_char", "participant_id", "is_interviewer", "version"],
    )
    sentences = _integers(
        db,
        "SELECT source_id, start_char, end_char, version FROM segment WHERE kind IN ('sentence', 'answer')",
        ["source_id", "start_char", "end_char", "version"],
    )
    people = _table(
        db,
        "SELECT id, name, role, coalesce(case_id, -1), consent FROM participant",
        ["participant_id", "name", "role", "case_id", "consent"],
    )
    cases = _table(
        db,
        "SELECT id, name, kind, urn, la_code, pseudonym FROM study_case",
        ["case_id", "name", "kind", "urn", "la_code", "pseudonym"],
    )
    return StudyFrame(
        codings=pd.DataFrame(columns=_CODING),
        turns=_in_order(_current(turns, version)),
        sentences=_in_order(_current(sentences, version)),
        sources=sources,
        word_starts=_word_starts(db),
        participants=people.set_index("participant_id"),
        cases=cases.set_index("case_id"),
        variables=_table(
            db,
            "SELECT owner_kind, owner_id, name, value FROM variable",
            ["owner_kind", "owner_id", "name", "value"],
        ),
        asked=_table(db, "SELECT source_id, code_id, asked FROM asked", ["source_id", "code_id", "asked"]),
    )


_FACETS = ["stance", "basis", "valence", "level"]
_CODING = ["id", "source_id", "start_char", "end_char", "code_id", "coder_id", *_FACETS]
VALENCES = ("positive", "negative", "neutral")
LEVELS = ("pupil", "class", "base", "school", "la", "nation")


def _place(column: str, words: tuple[str, ...]) -> str:
    """SQL for the place of a facet's word, from 1; 0 where it is not marked."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(words, start=1))
    return f"CASE {column} {cases} ELSE 0 END"


_STANDING = (
    "SELECT id, source_id, start_char, end_char, code_id, coder_id, CASE stance WHEN 'affirms' THEN 1"
    " WHEN 'denies' THEN 2 WHEN 'mixed' THEN 3 ELSE 0 END, CASE basis WHEN 'own' THEN 1"
    f" WHEN 'reported' THEN 2 ELSE 0 END, {_place('valence', VALENCES)}, {_place('level', LEVELS)}, version"
    " FROM coding WHERE removed_at IS NULL"
)


def with_codings(db: Database, frame: StudyFrame) -> StudyFrame:
    """The frame with the codings as they stand now, in order of id."""
    codings = _integers(db, f"{_STANDING} ORDER BY id", [*_CODING, "version"])
    sources = frame.sources
    version = pd.Series(sources["version"].to_numpy(), index=sources["source_id"])
    standing = _current(codings, version)
    return replace(frame, codings=standing, stale=len(codings) - len(standing))


def with_changes(db: Database, frame: StudyFrame, ids: list[int]) -> StudyFrame | None:
    """The frame with these codings read anew, as ``with_codings`` would have it; None if it cannot tell.

    It cannot where codings wait for a decision after an edit: how many wait is counted over all.
    """
    sql = f"{_STANDING} AND id IN ({', '.join(str(int(i)) for i in ids)}) ORDER BY id"
    changed = _integers(db, sql, [*_CODING, "version"])
    sources = frame.sources
    version = pd.Series(sources["version"].to_numpy(), index=sources["source_id"])
    standing = _current(changed, version)
    if frame.stale or len(standing) != len(changed):
        return None
    others = frame.codings[~np.isin(frame.codings["id"].to_numpy(), ids)]
    joined = pd.concat([others, standing], ignore_index=True)
    order = np.argsort(joined["id"].to_numpy(), kind="stable")
    return replace(frame, codings=joined.iloc[order].reset_index(drop=True))


def changed_codings(db: Database, since: int) -> list[int] | None:
    """Ids of the codings that single acts after an event were on; None where an act was on many."""
    rows = db.conn.execute(
        "SELECT e.kind, g.id FROM event e LEFT JOIN coding g ON g.guid = e.target_guid WHERE e.id > ?"
        " AND (e.kind GLOB 'coding_*' OR e.kind GLOB 'suggestion_*')",
        (since,),
    ).fetchall()
    known = [int(number) for kind, number in rows if number is not None]
    # What a suggestion became is told by its own coding's event; an act that names no coding is another.
    is_whole = all(number is not None or kind.startswith("suggestion_") for kind, number in rows)
    return known if is_whole and len(known) <= 500 else None


def _current(rows: pd.DataFrame, version: pd.Series) -> pd.DataFrame:
    """Rows of the current version of their source's text, without the column ``version``."""
    is_current = version.reindex(rows["source_id"]).to_numpy() == rows["version"].to_numpy()
    kept = rows if is_current.all() else rows[is_current]
    return kept.drop(columns="version")


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    order = np.lexsort((rows["start_char"].to_numpy(), rows["source_id"].to_numpy()))
    return rows.iloc[order].reset_index(drop=True)


def _sources(db: Database) -> pd.DataFrame:
    return _table(
        db,
        "SELECT s.id, s.guid, s.name, s.kind, v.n_chars, v.version FROM source s JOIN text_version v"
        " ON v.source_id = s.id AND v.version = s.current_version ORDER BY s.id",
        ["source_id", "guid", "name", "kind", "n_chars", "version"],
    )


def _word_starts(db: Database) -> dict[int, Ints]:
    rows = db.conn.execute(
        "SELECT v.source_id, v.word_starts FROM text_version v JOIN source s"
        " ON s.id = v.source_id AND s.current_version = v.version"
    )
    return {source_id: np.frombuffer(blob, dtype="<i4").astype(np.int64) for source_id, blob in rows}


def source_filter(db: Database, wanted: str) -> set[int] | None:
    """Ids of the sources in a named set, or of one kind (``transcripts``, ``answers``); None for all.

    Raises:
        KeyError: there is no set of this name.
    """
    if wanted in ("", "all"):
        return None
    if wanted in ("transcripts", "answers"):
        kind = wanted.rstrip("s")
        return {r[0] for r in db.conn.execute("SELECT id FROM source WHERE kind = ?", (kind,))}
    set_id = scalar(db, "SELECT id FROM source_set WHERE name = ?", (wanted,))
    if set_id is None:
        raise KeyError(wanted)
    return {
        r[0] for r in db.conn.execute("SELECT source_id FROM source_set_member WHERE set_id = ?", (set_id,))
    }


def read_marks(db: Database) -> set[int]:
    """Sources that somebody marked read to the end."""
    return {r[0] for r in db.conn.execute("SELECT DISTINCT source_id FROM reading WHERE state = 'read'")}


def seen_sources(db: Database) -> set[int] | None:
    """Sources that were coded or marked read to the end; None while nobody has marked any.

    Silence in a source that nobody has read to the end means nothing.
    """
    read = read_marks(db)
    if not read:
        return None
    coded = db.conn.execute("SELECT DISTINCT source_id FROM coding WHERE removed_at IS NULL")
    return read | {r[0] for r in coded}


def quotes(
    db: Database,
    *,
    code_ids: list[int] | None = None,
    urn: str | None = None,
    coder: str | None = None,
    case_id: int | None = None,
) -> list[dict[str, Any]]:
    """Codings with their quote, speaker and case, in the order of the sources.

    Codings that wait for a decision after an edit of their text are left out. ``run``, ``score`` and
    ``probability`` are those of the suggestion a coding began as, None where it did not.

    A quote belongs to the speaker of the turn that its first word lies in. Its ``consent`` is the
    strictest of all whose words are in it: a quote over two turns needs a yes from both.
    """
    conditions = ["g.removed_at IS NULL", "g.version = s.current_version"]
    bound: list[Any] = []
    if code_ids is not None:
        conditions.append(f"g.code_id IN ({', '.join('?' for _ in code_ids)})")
        bound += code_ids
    for column, value in (("c.urn", urn), ("k.name", coder), ("c.id", case_id)):
        if value is not None:
            conditions.append(f"{column} = ?")
            bound.append(value)
    if urn is not None or case_id is not None:
        # Only sources in which somebody of the case speaks need to be looked through.
        conditions.append(
            "g.source_id IN (SELECT w2.source_id FROM study_case c2 JOIN participant p2 ON p2.case_id = c2.id"
            " JOIN speaker w2 ON w2.participant_id = p2.id WHERE c2.urn = ? OR c2.id = ?)"
        )
        bound += [urn, case_id]
    sql = (
        "SELECT g.guid, s.name AS source, s.guid AS source_guid, g.start_char, g.end_char, g.quote,"
        " d.guid AS code_guid, k.name AS coder, g.origin, r.guid AS run, u.score, u.probability,"
        " p.name AS participant, p.role, p.consent,"
        " coalesce(c.pseudonym, c.name) AS case_label, c.name AS case_name, c.pseudonym, c.urn, c.id AS case_id,"
        " p.id AS participant_id, g.stance, g.valence, g.basis, g.level, w.is_interviewer, g.codebook_version,"
        " g.made_at, t.end_char AS turn_end FROM coding g JOIN source s ON s.id = g.source_id JOIN code d ON d.id = g.code_id"
        " JOIN coder k ON k.id = g.coder_id LEFT JOIN suggestion u ON u.id = g.suggestion_id"
        " LEFT JOIN run r ON r.id = u.run_id LEFT JOIN segment t ON t.id = (SELECT x.id FROM segment x"
        "   WHERE x.source_id = g.source_id AND x.version = g.version AND x.kind = CASE s.kind"
        "   WHEN 'answer' THEN 'answer' ELSE 'turn' END AND x.start_char < g.end_char"
        "   AND x.end_char > g.start_char ORDER BY x.start_char LIMIT 1)"
        " LEFT JOIN speaker w ON w.id = t.speaker_id LEFT JOIN participant p ON p.id = w.participant_id"
        f" LEFT JOIN study_case c ON c.id = p.case_id WHERE {' AND '.join(conditions)}"
        " ORDER BY s.name, g.start_char, g.end_char, g.id"
    )
    rows = list(db.query(sql, bound))
    for row in rows:
        turn_end = row.pop("turn_end")
        if turn_end is not None and row["end_char"] > turn_end:
            row["consent"] = _strictest_consent(db, row["guid"])
    return rows


def _strictest_consent(db: Database, coding_guid: str) -> str | None:
    found = scalar(
        db,
        "SELECT p.consent FROM coding g JOIN segment x ON x.source_id = g.source_id AND x.version = g.version"
        " AND x.kind = 'turn' AND x.start_char < g.end_char AND x.end_char > g.start_char"
        " JOIN speaker w ON w.id = x.speaker_id JOIN participant p ON p.id = w.participant_id WHERE g.guid = ?"
        " ORDER BY CASE p.consent WHEN 'withdrawn' THEN 0 WHEN 'no' THEN 1 WHEN 'paraphrase' THEN 2"
        " WHEN 'unknown' THEN 3 ELSE 4 END LIMIT 1",
        (coding_guid,),
    )
    return None if found is None else str(found)
