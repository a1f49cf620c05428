"""Correct the text of a coded source, and take a correction back.

An edit makes a new immutable text version, and everything that hangs on the text moves with it by
the edit itself. A coding whose quote changed keeps its old quote and version and waits for a person
(``workflows.review``); none is ever lost. All of it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import ConflictError, UserInputError
from ...importing import READERS, read_transcript
from ...store.file import connection
from ...store.log.conflicts import last_change
from ...store.log.events import Stamp, record
from ...store.records import anchors, text_edits
from ...store.records import sources as source_store
from ...text import (
    Edit,
    Reanchoring,
    canonical,
    decode,
    edits_between,
    place_through,
    reanchoring_between,
    replacing,
)
from ..clock import stamp
from ..conflicts import conflict
from .moving import Moved, move_codings, move_segments, move_suggestions, move_topics, placed

Report = dict[str, Any]


def edit_source(
    study: Path,
    source: str,
    *,
    replace: tuple[str, str] | None = None,
    whole_word: bool = False,
    text: str | None = None,
    by: str | None = None,
    version: int | None = None,
) -> Report:
    """Replace words throughout a source's text, or give it a new text.

    Args:
        replace: the words to replace, exactly as written, and what to put in their place.
        whole_word: leave out occurrences inside a longer word.
        text: the whole corrected text, instead of ``replace``.
        version: the text version the person looked at.

    Returns:
        ``{"source", "version", "kept", "moved", "needs_review": [{"guid", "before", "after"}],
        "lost": 0}``, counting standing codings; ``after`` is None where the text is gone. Further
        keys: ``n_edits``, ``n_removed`` (removed codings, which move as well), ``suggestions``
        {"moved", "changed", "withdrawn"}, ``warnings``. A text that stays the same changes nothing,
        the event log included.

    Raises:
        ConflictError: the text was corrected since ``version``.
        UserInputError: no such source; the words are not in it; no text would be left.
        TranscriptError: the new text holds what no text may hold.
    """
    if (replace is None) == (text is None):
        raise UserInputError("Say either which words to replace, or give the whole new text.")

    def change(old: str, where: str) -> Reanchoring:
        if replace is None:
            return reanchoring_between(old, old if text == old else canonical(text or "", where=where))
        return _replaced(old, replace, whole_word, where)

    return _edited(study, source, change, by=by, version=version)


def edit_stretch(
    study: Path, source: str, start_char: int, end_char: int, text: str, *, by: str, version: int
) -> Report:
    """Give one stretch of a source, such as a turn, other words; see ``edit_source``.

    Where the text was corrected since ``version``, but not these words, both corrections hold.

    Raises:
        ConflictError: these very words were corrected since. ``theirs`` has ``text``, and where the text
            is not gone the place of the stretch now: ``start_char``, ``end_char``, ``version``.
    """

    def change(old: str, where: str) -> Reanchoring:
        if not 0 <= start_char <= end_char <= len(old):
            raise UserInputError("This stretch is not in the text. Open the page again.")
        now = old[start_char:end_char]
        words = now if text == now else canonical(text, where=where)
        return Reanchoring(old, _shifted(edits_between(now, words), start_char))

    def carried(db: Database, row: dict[str, Any], made: Stamp) -> Reanchoring:
        seen = source_store.text_of(db, row["id"], version)[start_char:end_char]
        old, place = _place_now(db, row, version, start_char, end_char)
        now = "" if place is None else old[slice(*place)]
        if place is None or now != seen:
            spot = {} if place is None else {"start_char": place[0], "end_char": place[1]}
            theirs = {"text": now, **spot, "version": int(row["current_version"])}
            raise _meanwhile(db, row, theirs, {"text": text}, made)
        words = now if text == now else canonical(text, where=row["name"])
        return Reanchoring(old, _shifted(edits_between(now, words), place[0]))

    return _edited(study, source, change, by=by, version=version, carried=carried)


def _place_now(
    db: Database, row: dict[str, Any], version: int, start: int, end: int
) -> tuple[str, tuple[int, int] | None]:
    """The current text, and where a stretch of another version is in it; None where its words are gone."""
    current = int(row["current_version"])
    steps = text_edits.steps_between(db, row["id"], row["guid"], version, current)
    place = place_through(steps, start, end)
    if place.start_char is None or place.end_char is None:
        return steps[-1].new, None
    return steps[-1].new, (place.start_char, place.end_char)


def _meanwhile(
    db: Database, row: dict[str, Any], theirs: dict[str, Any], yours: dict[str, Any], made: Stamp
) -> ConflictError:
    return conflict(
        "source",
        row["guid"],
        row["name"],
        theirs=theirs,
        yours=yours,
        change=last_change(db, row["guid"], text_edits.EDITED, text_edits.UNDONE),
        message="The text of this source was changed meanwhile",
        me=made.by,
    )


def edit_from_file(
    study: Path, source: str, file: Path, *, by: str | None = None, version: int | None = None
) -> Report:
    """Give a source the text of a file: plain text as ``qualtool text`` prints it, or a transcript.

    Raises:
        UserInputError: as ``edit_source``; TranscriptError: the file cannot be read.
    """
    try:
        data = file.read_bytes()
    except OSError as err:
        raise UserInputError.single(
            file.name, f"The file cannot be read: {err.strerror}.", "Check the path."
        ) from err
    suffix = file.suffix.lower()
    if suffix in READERS and suffix not in (".txt", ".md"):
        text = read_transcript(data, name=file.name).text
    else:
        text = decode(data, where=file.name).text
    return edit_source(study, source, text=text, by=by, version=version)


def _shifted(edits: Sequence[Edit], by: int) -> list[Edit]:
    return [Edit(start_char=e.start_char + by, end_char=e.end_char + by, text=e.text) for e in edits]


def _replaced(old: str, replace: tuple[str, str], whole_word: bool, where: str) -> Reanchoring:
    wanted, words = replace
    if not wanted:
        raise UserInputError("Say which words to replace.")
    # Old words may be typed with the line ends of another system.
    wanted = wanted if wanted in old else wanted.replace("\r\n", "\n").replace("\r", "\n")
    found = replacing(old, wanted, canonical(words, where=where), is_whole_word=whole_word)
    if not found.edits and wanted != words and not _occurs(old, wanted, whole_word):
        raise UserInputError.single(
            where,
            "The words to replace are not in this text.",
            "Case and spaces count; with whole words only, parts of longer words do not.",
        )
    return found


def _occurs(old: str, wanted: str, whole_word: bool) -> bool:
    return bool(replacing(old, wanted, "", is_whole_word=whole_word).edits)


def _edited(
    study: Path,
    source: str,
    change: Callable[[str, str], Reanchoring],
    *,
    by: str | None,
    version: int | None,
    carried: Callable[[Database, dict[str, Any], Stamp], Reanchoring] | None = None,
) -> Report:
    made = stamp(by)
    with connection.writing(study) as db:
        row = source_store.find_source(db, source)
        current = int(row["current_version"])
        if version in (None, current):
            edit = change(source_store.text_of(db, row["id"], current), row["name"])
        elif carried is not None:
            edit = carried(db, row, made)
        else:
            raise _meanwhile(db, row, {"version": current}, {"version": version}, made)
        if edit.new == edit.old:
            codings = anchors.anchored(db, "coding", row["id"], current)
            n = sum(c["state"] == "standing" for c in codings)
            return _report(row["name"], current, kept=n)
        if not edit.new.strip():
            raise UserInputError.single(
                row["name"], "No text would be left.", "A text is corrected, never emptied."
            )
        return put_edit(db, row, edit, made)


def put_edit(
    db: Database, row: dict[str, Any], edit: Reanchoring, made: Stamp, *, undoes: int | None = None
) -> Report:
    """Store an edit of a source's current text, inside a transaction."""
    source_id, old = int(row["id"]), int(row["current_version"])
    new = anchors.newest_version(db, source_id) + 1
    source_store.add_text_version(db, source_id, new, edit.new, made)
    speakers, n_loose = move_segments(db, source_id, old, new, edit)
    codings = placed(db, "coding", source_id, old, edit)
    move_codings(db, codings, new, source_store.bump_rev(db, source_id))
    suggestions = placed(db, "suggestion", source_id, old, edit)
    changed = move_suggestions(db, suggestions, new)
    move_topics(db, source_id, old, new, edit)
    anchors.correct_cell(db, source_id, edit.old, edit.new)
    anchors.set_current(db, source_id, new)
    record(
        db,
        made,
        text_edits.EDITED,
        target_kind="source",
        target_guid=row["guid"],
        before={
            "version": old,
            "codings": [[c.guid, c.start_char, c.end_char] for c in codings if not c.stays],
            "suggestions": changed,
        },
        after={
            "version": new,
            "edits": text_edits.packed(edit),
            "codings": [[c.guid, c.to.start_char, c.to.end_char] for c in codings if not c.stays],
            "needs_review": [c.guid for c in codings if c.stays and c.state == "standing"],
            "speakers": dict(speakers.renamed),
            "turns": {str(n): label for n, label in speakers.reassigned.items()},
        },
        undoes=undoes,
    )
    return _report(
        row["name"],
        new,
        codings=codings,
        suggestions=suggestions,
        n_edits=len(edit.edits),
        warnings=_warnings(n_loose, speakers.unknown),
    )


def _warnings(n_loose: int, n_unknown: int) -> list[str]:
    found: list[str] = []
    if n_loose:
        found.append(
            f"{n_loose} new words stand outside every speaker's turn: they can be coded, "
            "but are counted as nobody's."
        )
    if n_unknown:
        found.append(
            f"{n_unknown} turns carry a label this source does not know; they stay with their speaker."
        )
    return found


def _report(
    source: str,
    version: int,
    *,
    kept: int = 0,
    codings: Sequence[Moved] = (),
    suggestions: Sequence[Moved] = (),
    n_edits: int = 0,
    warnings: Sequence[str] = (),
) -> Report:
    standing = [c for c in codings if c.state == "standing"]
    return {
        "source": source,
        "version": version,
        "kept": kept + sum(c.to.outcome == "kept" for c in standing),
        "moved": sum(c.to.outcome == "moved" for c in standing),
        "needs_review": [
            {"guid": c.guid, "before": c.quote, "after": c.to.quote or None} for c in standing if c.stays
        ],
        "lost": 0,
        "n_edits": n_edits,
        "n_removed": len(codings) - len(standing),
        "suggestions": {
            "moved": sum(not s.stays for s in suggestions),
            "changed": sum(s.stays and bool(s.to.quote) for s in suggestions),
            "withdrawn": sum(s.stays and not s.to.quote and s.state == "open" for s in suggestions),
        },
        "warnings": list(warnings),
    }
