"""Codings whose quote an edit changed: they wait here, whole, until a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from ...errors import NotAllowedError, SelectionError, UserInputError
from ...model import Role
from ...store.file import acting, connection
from ...store.log.conflicts import last_change, writing_or_setting_aside
from ...store.log.events import Stamp, record
from ...store.records import anchors, text_edits
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import sources as source_store
from ...text import Placement, Reanchoring, place_through, reanchoring_between, select
from ..clock import stamp
from ..conflicts import conflict

Decision = Literal["accept", "place", "remove"]
_AROUND = 120


def n_waiting(study: Path) -> int:
    """How many codings wait for a decision."""
    with connection.reading(study) as db:
        return anchors.n_waiting(db)


def review_worklist(study: Path, *, source: str | None = None) -> list[dict[str, Any]]:
    """Codings that wait, in the order of the text.

    Each has ``guid, source, source_guid, coder, code`` (short id, else path), ``version`` and
    ``start_char``, ``end_char``, ``before`` (its quote) in its old text, and ``proposed``:
    ``{"version", "start_char", "end_char", "quote", "left", "right"}`` with the words around, or None
    where the text is gone.
    """
    with connection.reading(study) as db:
        source_id = None if source is None else source_store.find_source(db, source)["id"]
        book = code_store.codebook(db)
        known = book.by_guid()
        mappings = _Mappings(db)
        found = []
        for row in anchors.waiting(db, source_id=source_id):
            code = known.get(row["code_guid"])
            found.append(
                {
                    **{k: row[k] for k in ("guid", "source", "source_guid", "coder", "version")},
                    **{k: row[k] for k in ("start_char", "end_char")},
                    "code": (code.short_id or book.path(code)) if code else "(removed code)",
                    "before": row["quote"],
                    "proposed": mappings.proposal(row),
                }
            )
    return found


def resolve_review(
    study: Path,
    coding_guid: str,
    decision: Decision,
    *,
    by: str | None = None,
    start_char: int | None = None,
    end_char: int | None = None,
    quote: str | None = None,
    seen: Mapping[str, Any] | None = None,
    despite: bool = False,
) -> dict[str, Any]:
    """Decide on one coding: ``accept`` the proposed place, choose another (``place``), or ``remove`` it.

    ``place`` needs offsets into the current text; ``quote``, where given, has to be the text there.
    The coding keeps its GUID, code, coder and memos. ``seen`` is the proposed place as the person saw it
    (as in ``review_worklist``). ``despite`` decides anew on what somebody decided meanwhile.

    Returns:
        ``{"guid", "decision", "version", "start_char", "end_char", "quote"}``; for a removed coding
        where it was.

    Raises:
        ConflictError: somebody decided on it meanwhile, or the proposed place is another one now.
        UserInputError: it does not wait; its text is gone and nothing can be accepted; the same code
            of the same coder is there already. SelectionError: the offsets leave the text.
    """
    made = stamp(by)
    with writing_or_setting_aside(study, made, least=Role.CODER) as db:
        chosen = (start_char, end_char, quote)
        if not despite:
            _require_waiting(db, coding_guid, decision, chosen, made)
        return _resolve(db, _Mappings(db), coding_guid, decision, made, chosen, seen=seen, despite=despite)


def _require_waiting(db: Database, guid: str, decision: Decision, chosen: Chosen, made: Stamp) -> None:
    """Refuse a decision on a coding that somebody decided meanwhile, with both decisions.

    Raises:
        ConflictError: it was removed or placed since it began to wait.
    """
    change = last_change(db, guid, text_edits.DECIDED, "coding_removed")
    stands = coding_store.coding(db, guid)
    is_waiting = any(row["guid"] == guid for row in anchors.waiting(db))
    if is_waiting or change["by"] is None:
        return
    theirs = {"decision": "remove"} if stands["removed_at"] else {"decision": "place", **_spot(stands)}
    where = {"start_char": chosen[0], "end_char": chosen[1]} if decision == "place" else {}
    raise conflict(
        "coding",
        guid,
        f"coding in {stands['source']}",
        theirs=theirs,
        yours={"decision": decision, **where},
        change=change,
        message="This coding was decided on meanwhile",
        me=made.by,
    )


def _spot(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("version", "start_char", "end_char")}


def accept_all(
    study: Path,
    guids: Sequence[str],
    *,
    by: str | None = None,
    seen: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Accept the proposed place of several codings: ``{"accepted", "left": [{"guid", "reason"}]}``.

    ``seen`` are the proposed places as the person saw them, by GUID; where one is another now, or
    somebody decided meanwhile, that coding is left.
    """
    made = stamp(by)
    accepted, left = 0, []
    with connection.writing(study, least=Role.CODER) as db:
        mappings = _Mappings(db)
        for guid in guids:
            try:
                looked_at = (seen or {}).get(guid)
                _resolve(db, mappings, guid, "accept", made, (None, None, None), seen=looked_at)
                accepted += 1
            except (UserInputError, NotAllowedError) as err:
                left.append({"guid": guid, "reason": err.message})
    return {"accepted": accepted, "left": left}


Chosen = tuple[int | None, int | None, str | None]


def _resolve(
    db: Database,
    mappings: _Mappings,
    guid: str,
    decision: Decision,
    made: Stamp,
    chosen: Chosen,
    *,
    seen: Mapping[str, Any] | None = None,
    despite: bool = False,
) -> dict[str, Any]:
    row = anchors.decided_coding(db, guid) if despite else anchors.waiting_coding(db, guid)
    acting.require_coder(str(row["coder"]), made.by)
    place = {k: row[k] for k in ("version", "start_char", "end_char", "quote")}
    if decision == "remove":
        coding_store.set_removed(db, guid, made, removed=True)
        return {"guid": guid, "decision": decision, **place}
    if decision == "accept":
        proposed = mappings.proposal(row)
        if seen is not None and (proposed is None or _spot(proposed) != _spot(seen)):
            raise conflict(
                "coding",
                guid,
                f"coding in {row['source']}",
                theirs={"decision": "open", **(_spot(proposed) if proposed else {})},
                yours={"decision": "accept", **_spot(seen)},
                change=last_change(db, row["source_guid"], text_edits.EDITED, text_edits.UNDONE),
                message="The text was corrected again, and another place is proposed now",
                me=made.by,
            )
        if proposed is None:
            raise UserInputError("The text of this coding is gone: choose another place, or remove it.")
        place = {k: proposed[k] for k in ("version", "start_char", "end_char", "quote")}
    elif decision == "place":
        place = _chosen(db, row, chosen)
    else:
        raise UserInputError(f"There is no decision '{decision}': accept, place or remove.")
    _move(db, row, place, made)
    return {"guid": guid, "decision": decision, **place}


def _chosen(db: Database, row: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
    start, end, quote = chosen
    if start is None or end is None:
        raise SelectionError("Say where the coding should be: a start and an end in the current text.")
    version = int(row["current_version"])
    found = select(
        source_store.text_of(db, row["source_id"], version),
        source_guid=row["source_guid"],
        version=version,
        start_char=start,
        end_char=end,
        quote=quote,
        where=row["source"],
    )
    return {"version": version, "start_char": start, "end_char": end, "quote": found.quote}


def _move(db: Database, row: Mapping[str, Any], place: Mapping[str, Any], made: Stamp) -> None:
    if anchors.is_coded(db, row, (place["version"], place["start_char"], place["end_char"])):
        raise UserInputError.single(
            f"coding {row['guid']}",
            "The same coder has the same code on exactly these words already.",
            "Remove this one, or choose another place.",
        )
    anchors.move(
        db,
        "coding",
        [(row["guid"], place["version"], place["start_char"], place["end_char"], place["quote"])],
    )
    anchors.mark_moved(db, [row["guid"]], source_store.bump_rev(db, row["source_id"]))
    spans = ("version", "start_char", "end_char")
    record(
        db,
        made,
        text_edits.DECIDED,
        target_kind="coding",
        target_guid=row["guid"],
        before={k: row[k] for k in spans},
        after={k: place[k] for k in spans},
    )


class _Mappings:
    """The way from an old version of a source to its current one, found once for all its codings."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[tuple[int, int], tuple[Reanchoring, ...]] = {}

    def proposal(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Where a waiting coding is proposed to be, with the words around, or None."""
        steps = self._steps(row)
        to = place_through(steps, row["start_char"], row["end_char"])
        if to.start_char is None:
            to = self._by_diff(row, steps)
        if to.start_char is None or to.end_char is None:
            return None
        text = steps[-1].new
        return {
            "version": row["current_version"],
            "start_char": to.start_char,
            "end_char": to.end_char,
            "quote": to.quote,
            "left": text[max(0, to.start_char - _AROUND) : to.start_char],
            "right": text[to.end_char : to.end_char + _AROUND],
        }

    def _steps(self, row: Mapping[str, Any]) -> tuple[Reanchoring, ...]:
        key = (row["source_id"], row["version"])
        if key not in self._known:
            self._known[key] = text_edits.steps_between(
                self._db, row["source_id"], row["source_guid"], row["version"], row["current_version"]
            )
        return self._known[key]

    def _by_diff(self, row: Mapping[str, Any], steps: Sequence[Reanchoring]) -> Placement:
        """Text that one edit took away and a later one put back is found between the two ends."""
        if len(steps) < 2:
            return place_through(steps, row["start_char"], row["end_char"])
        key = (row["source_id"], -row["version"])
        if key not in self._known:
            self._known[key] = (reanchoring_between(steps[0].old, steps[-1].new),)
        return self._known[key][0].place(row["start_char"], row["end_char"])
