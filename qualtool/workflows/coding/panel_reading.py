"""What the coding panel shows: the text in turns, codes, codings, suggestions, and where one was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...model import Codebook
from ...store.file.connection import reading
from ...store.log.identity import one, scalar
from ...store.machine import machine
from ...store.reading import panel_rows
from ...store.records import audits, sources
from ...store.records import codes as code_store
from .panel_own import own_of, own_since, told_rows

UNSET_COLOUR = "#7f7f7f"
# Of middle lightness: each has a contrast of at least 3:1 with a white and with a near-black page.
PALETTE = (
    "#0072b2",
    "#d55e00",
    "#00875f",
    "#b5489a",
    "#8a6d00",
    "#7a5bd0",
    "#c0392b",
    "#00808f",
    "#5d8a00",
    "#a0622d",
    "#4a6fd6",
    "#c2407a",
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?")


def open_panel(study: Path, source_guid: str, coder: str, *, blind: bool = False) -> dict[str, Any]:
    """All the panel needs to show a source, JSON-able.

    Keys: ``source`` {guid, name, kind, version, rev}, ``text``, ``turns`` (lists of start_char,
    end_char, speaker index or None, start_ms or None), ``speakers`` [{label, role, is_interviewer}],
    ``codes``, ``codebook_version``, ``codings`` {columns, rows}, ``suggestions`` {columns, rows},
    ``favourites`` {slot: code GUID}, ``recent`` [code GUID], ``reading`` {turn, state}, ``coder``,
    ``n_other_version`` (codings that wait for a decision after an edit of the text), and what
    ``panel_own.own_of`` adds: acts to undo, memos, turns read, keys.

    In blind coding there is nobody else's coding and no suggestion; neither is there on passages of an
    audit that the coder is in the middle of, and no memo of others in any source meanwhile.

    Raises:
        UserInputError: there is no such source.
        StudyFileError: the study cannot be opened.
    """
    with reading(study) as db:
        source = sources.find_source(db, source_guid)
        version, coder_id = int(source["current_version"]), coder_id_of(db, coder)
        text = sources.text_of(db, source["id"], version)
        turns, speakers = shown_turns(text, sources.turns_of(db, source["id"], version))
        hidden = audits.withheld_from(db, coder_id)
        return {
            "source": {
                "guid": source["guid"],
                "name": source["name"],
                "kind": source["kind"],
                "version": version,
                "rev": int(source["rev"]),
            },
            "coder": coder,
            "blind": blind,
            "text": text,
            "turns": turns,
            "speakers": speakers,
            "codes": shown_codes(code_store.codebook(db)),
            "codebook_version": code_store.current_version(db),
            "codings": {
                "columns": list(panel_rows.CODING_COLUMNS),
                "rows": _shown_codings(
                    panel_rows.coding_rows(
                        db, source["id"], coder_id, version=version, since=0, only_own=blind
                    ),
                    hidden,
                    (source["id"], version),
                    coder,
                ),
            },
            "suggestions": {
                "columns": list(panel_rows.SUGGESTION_COLUMNS),
                "rows": [
                    [*row[:5], hidden.reason(row[5])]
                    for row in (
                        []
                        if blind
                        else told_rows(panel_rows.suggestion_rows(db, source["id"], version=version))
                    )
                    if not hidden.covers(source["id"], version, row[2], row[3])
                ],
            },
            "favourites": {str(k): v for k, v in code_store.favourites(db, coder_id).items()},
            "recent": panel_rows.recent_codes(db, coder_id),
            "reading": panel_rows.reading_of(db, source["id"], coder_id),
            "n_other_version": _n_other_version(db, source["id"], version),
            **own_of(db, source, coder_id, blind=blind, own_memos=blind or bool(hidden)),
        }


def changes_since(
    study: Path,
    source_guid: str,
    rev: int,
    coder: str,
    *,
    blind: bool = False,
    codebook_version: int | None = None,
    acts: int | None = None,
) -> dict[str, Any]:
    """What changed in a source after a revision.

    Keys: ``since``, ``rev``, ``version`` of the text, ``codings`` (rows, removed ones too),
    ``suggestions`` (GUIDs still open; None when nothing changed), ``codebook_version``, and
    ``codes`` when the browser's codebook version is another. With ``acts``, the revision of the
    coder's own acts that the browser has, also ``own`` where there are newer ones (``own_since``).
    """
    with reading(study) as db:
        source = sources.find_source(db, source_guid)
        version, now = int(source["current_version"]), int(source["rev"])
        changed = now > rev
        book_version = code_store.current_version(db)
        found: dict[str, Any] = {
            "since": rev,
            "rev": now,
            "version": version,
            "codings": [],
            "suggestions": None,
            "codebook_version": book_version,
        }
        if changed:
            hidden = audits.withheld_from_name(db, coder)
            rows = panel_rows.coding_rows(
                db, source["id"], coder_id_of(db, coder), version=version, since=rev, only_own=blind
            )
            found["codings"] = _shown_codings(rows, hidden, (source["id"], version), coder)
            if not blind:
                found["suggestions"] = [
                    s["guid"]
                    for s in machine.suggestions(db, source_id=source["id"])
                    if s["version"] == version and not hidden.row(s)
                ]
        if codebook_version is not None and codebook_version != book_version:
            found["codes"] = shown_codes(code_store.codebook(db))
        newer = None if acts is None else own_since(db, source, coder_id_of(db, coder), acts)
        return found if newer is None else {**found, "own": newer}


def _shown_codings(
    rows: list[list[Any]], hidden: audits.Withheld, text: tuple[int, int], coder: str
) -> list[list[Any]]:
    """Codings without others' on passages of the coder's running audit."""
    if not hidden:
        return rows
    return [row for row in rows if row[4] == coder.strip() or not hidden.covers(*text, row[2], row[3])]


def coder_id_of(db: Database, coder: str) -> int:
    """The id of a coder, or -1 for one who has done nothing yet: reading makes no coder."""
    row = one(db, "SELECT id FROM coder WHERE name = ?", (coder.strip(),))
    return -1 if row is None else int(row["id"])


def _n_other_version(db: Database, source_id: int, version: int) -> int:
    sql = "SELECT count(*) FROM coding WHERE source_id = ? AND version <> ? AND removed_at IS NULL"
    return int(scalar(db, sql, (source_id, version)))


def shown_codes(book: Codebook) -> list[dict[str, Any]]:
    """Codes in codebook order; one without a colour of its own gets one of the palette, for show only."""
    return [
        {
            "guid": code.guid,
            "short_id": code.short_id,
            "name": code.name,
            "path": book.path(code),
            "parent": code.parent,
            "colour": code.colour if code.colour.lower() != UNSET_COLOUR else PALETTE[at % len(PALETTE)],
            "definition": code.definition,
            "apply_when": code.apply_when,
            "do_not_apply_when": code.do_not_apply_when,
            "is_codable": code.is_codable,
        }
        for at, code in enumerate(book.codes)
    ]


def shown_turns(text: str, rows: list[dict[str, Any]]) -> tuple[list[list[int | None]], list[dict[str, Any]]]:
    """Turns as ``[start_char, end_char, speaker or None, start_ms or None]``, and the speakers.

    Words outside every turn (a heading, a note before the first speaker) become pieces without a
    speaker, so that every word of the text can be read and coded. Labels are left out: the panel
    shows them beside the turn.
    """
    turns: list[list[int | None]] = []
    speakers: list[dict[str, Any]] = []
    index: dict[str, int] = {}
    at = 0
    for row in rows:
        label = str(row["label"])
        if label not in index:
            index[label] = len(speakers)
            speakers.append(
                {"label": label, "role": row["role"] or "", "is_interviewer": bool(row["is_interviewer"])}
            )
        turns += _loose_words(text, at, int(row["start_char"]), label)
        if row["end_char"] > row["start_char"]:
            turns.append([row["start_char"], row["end_char"], index[label], row["start_ms"]])
        at = max(at, int(row["end_char"]))
    turns += _loose_words(text, at, len(text), "")
    return turns, speakers


def _loose_words(text: str, start: int, end: int, label: str) -> list[list[int | None]]:
    """The stretch between two turns as a piece, if it holds more than the next speaker's label."""
    gap = text[start:end]
    if label:
        head, found, _ = gap.rpartition(label)
        words = head if found else gap
    else:
        words = gap
    if not any(c.isalnum() for c in _TIME.sub("", words)):
        return []
    while words and not words[-1].isalnum() and words[-1] not in ".!?)]”\"'":
        words = words[:-1]
    lead = len(words) - len(words.lstrip())
    return [[start + lead, start + len(words), None, None]]
