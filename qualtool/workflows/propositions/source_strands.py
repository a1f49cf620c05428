"""Which kind of strand each source belongs to: interview, focus group or written answer."""

from __future__ import annotations

from ...store import Database
from ...store.reading import evidence as evidence_store
from ...store.reading.frames import StudyFrame
from ...triangulate.propositions import StrandKind
from ..frames import frame_of


def kinds_of_sources(db: Database, frame: StudyFrame | None = None) -> dict[int, StrandKind]:
    """Source id -> its kind. More than two people speaking make a focus group, and so does a variable of
    the source (kind, source_kind or method) that says so."""
    held = frame_of(db) if frame is None else frame
    rows = held.variables[held.variables["owner_kind"] == "source"]
    marked = {
        int(owner)
        for owner, name, value in zip(rows["owner_id"], rows["name"], rows["value"], strict=True)
        if str(name).lower() in ("kind", "source_kind", "method") and "focus" in str(value).lower()
    }
    answers = held.sources.loc[held.sources["kind"] == "answer", "source_id"].tolist()
    found = {
        source: StrandKind.FOCUS_GROUP if n > 2 or source in marked else StrandKind.INTERVIEW
        for source, n in evidence_store.transcript_people(db).items()
    }
    return found | {int(source): StrandKind.FREE_TEXT for source in answers}


def kinds_by_guid(db: Database) -> dict[str, StrandKind]:
    """The same by GUID of the source."""
    kinds = kinds_of_sources(db)
    return {guid: kinds[number] for number, guid, _ in evidence_store.source_kinds(db) if number in kinds}
