"""Take in codings made elsewhere, marks of what was read to the end, and of what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import CodingsError, Problem, UserInputError
from ...importing import AskedRow, CodingRow, ReadRow, read_asked, read_codings, read_read_marks
from ...model import Coding, Origin
from ...store import Database
from ...store.file import connection
from ...store.log.events import Stamp, record
from ...store.log.identity import new_guid
from ...store.reading.replay import packed_codings
from ...store.records import codes as code_store
from ...store.records import codings as coding_store
from ...store.records import people
from ...store.records import sources as source_store
from ...text import select
from ..clock import stamp
from ..files import read_bytes
from ..reports import ImportReport

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    coding: Coding
    source_id: int
    code_id: int


class _Resolver:
    """Finds sources, texts and codes by what a file calls them, each only once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._sources: dict[str, dict[str, Any]] = {}
        self._codes: dict[str, dict[str, Any]] = {}
        self._text: tuple[int, str] = (0, "")

    def source(self, wanted: str) -> dict[str, Any]:
        if wanted not in self._sources:
            self._sources[wanted] = source_store.find_source(self.db, wanted)
        return self._sources[wanted]

    def code(self, wanted: str) -> dict[str, Any]:
        if wanted not in self._codes:
            row = code_store.find_code(self.db, wanted)
            code_store.require_codable(row)
            self._codes[wanted] = row
        return self._codes[wanted]

    def text(self, source: dict[str, Any]) -> str:
        # Files list codings source by source, so one text is kept at a time.
        if self._text[0] != source["id"]:
            self._text = (
                source["id"],
                source_store.text_of(self.db, source["id"], source["current_version"]),
            )
        return self._text[1]


def import_codings(
    study: Path,
    file: Path,
    *,
    skip_bad: bool = False,
    read: Path | None = None,
    by: str | None = None,
    data: bytes | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import codings from CSV: all of them, or with ``skip_bad`` all that are right.

    Unknown coders are added, unknown codes are not. ``read`` is a CSV ``source[,coder]`` of the
    sources read to the end, also those in which there was nothing to code; without a coder the mark
    is every coder's of the codings. ``n_read`` of the report counts the marks that are new.

    Raises:
        CodingsError: a row is wrong and ``skip_bad`` is not set; nothing is stored.
    """
    content = read_bytes(file, CodingsError) if data is None else data
    rows, problems = read_codings(content, name=file.name)
    marks = () if read is None else read_read_marks(read_bytes(read, CodingsError), name=read.name)
    report = ImportReport() if read is None else ImportReport(extra={"n_read": 0})
    faults = list(problems)
    made = stamp(by)
    with connection.writing(study) as db:
        resolver = _Resolver(db)
        ready: list[tuple[CodingRow, _Ready]] = []
        for number, row in enumerate(rows, start=1):
            where = f"{file.name}, line {row.line}"
            try:
                ready.append((row, _resolve(resolver, row, where=where)))
            except UserInputError as err:
                faults += _at(where, err)
            if progress is not None and number % 1000 == 0:
                progress(number, len(rows))
        reads = _read_by(resolver, marks, read, list(dict.fromkeys(r.coder for r, _ in ready)), faults)
        if faults and not skip_bad:
            raise CodingsError(
                f"{file.name}: {len(faults)} of the rows cannot be imported; nothing was stored.",
                problems=faults,
            )
        stored = _store(db, ready, made, report)
        for fault in faults:
            report.skip(fault.where, f"{fault.message} {fault.next}".strip())
        if report.accepted:
            after = {
                "file": file.name,
                "n_codings": report.accepted,
                "n_skipped": len(report.skipped),
                **packed_codings(stored),
            }
            record(db, made, "codings_imported", target_kind="study", target_guid="study", after=after)
        if read is not None:
            report.extra["n_read"] = _mark_read(db, reads, read.name, made)
    return report


def _at(where: str, err: UserInputError) -> list[Problem]:
    """The problems of an error, told with the line of the file they stand in."""
    told = [Problem(where=where, message=f"{p.where}: {p.message}", next=p.next) for p in err.problems]
    same = [Problem(where=where, message=p.message, next=p.next) for p in err.problems if p.where == where]
    return same or told or [Problem(where=where, message=err.message)]


def _read_by(
    resolver: _Resolver,
    marks: tuple[ReadRow, ...],
    file: Path | None,
    coders: list[str],
    faults: list[Problem],
) -> list[tuple[int, str]]:
    """Source id and coder of each mark; faults are added to ``faults``."""
    found: dict[tuple[int, str], None] = {}
    for row in marks:
        where = f"{file.name if file else ''}, line {row.line}"
        if row.coder is None and not coders:
            message = "It names no coder, and neither do the codings."
            faults.append(Problem(where=where, message=message, next="Fill in the column coder."))
            continue
        try:
            source_id = resolver.source(row.source)["id"]
        except UserInputError as err:
            faults += _at(where, err)
            continue
        found |= dict.fromkeys((source_id, coder) for coder in ([row.coder] if row.coder else coders))
    return list(found)


def _mark_read(db: Database, reads: list[tuple[int, str]], name: str, made: Stamp) -> int:
    """Mark sources read to the end; returns how many marks are new."""
    rows: list[list[str]] = []
    for source_id, coder in reads:
        coder_id = people.ensure_coder(db, coder, made)
        if not source_store.is_read(db, source_id, coder_id):
            source_store.set_reading(db, source_id, coder_id, made, turn=None, state="read")
            rows.append([source_store.guid_of(db, source_id), coder, "read", "reading"])
    n = len(rows)
    if n:
        after = {"file": name, "n": n, "rows": rows}
        record(db, made, "sources_marked_read", target_kind="study", target_guid="study", after=after)
    return n


def _resolve(resolver: _Resolver, row: CodingRow, *, where: str) -> _Ready:
    source = resolver.source(row.source)
    code = resolver.code(row.code)
    text = resolver.text(source)
    selection = select(
        text,
        source_guid=source["guid"],
        version=source["current_version"],
        start_char=0 if row.start_char is None else row.start_char,
        end_char=len(text) if row.end_char is None else row.end_char,
        quote=row.quote or None,
        where=where,
    )
    coding = Coding(
        guid=new_guid(),
        selection=selection,
        code_guid=code["guid"],
        coder=row.coder,
        origin=Origin.IMPORTED,
        stance=row.stance,
        valence=row.valence,
        basis=row.basis,
        level=row.level,
    )
    return _Ready(coding=coding, source_id=source["id"], code_id=code["id"])


def _store(
    db: Database, ready: list[tuple[CodingRow, _Ready]], made: Stamp, report: ImportReport
) -> list[Coding]:
    """Store codings and return those that are new."""
    stored: list[Coding] = []
    coders: dict[str, int] = {}
    revisions: dict[int, int] = {}
    version = code_store.current_version(db)
    for row, item in ready:
        if row.coder not in coders:
            coders[row.coder] = people.ensure_coder(db, row.coder, made)
        coder_id = coders[row.coder]
        if coding_store.existing(
            db, item.coding, source_id=item.source_id, code_id=item.code_id, coder_id=coder_id
        ):
            report.skip(f"line {row.line}", "this coder has coded this very stretch with this code already")
            continue
        if item.source_id not in revisions:
            revisions[item.source_id] = source_store.bump_rev(db, item.source_id)
        coding_store.add_coding(
            db,
            item.coding,
            made,
            source_id=item.source_id,
            code_id=item.code_id,
            coder_id=coder_id,
            codebook_version=version,
            rev=revisions[item.source_id],
            log=False,
        )
        stored.append(item.coding)
        report.accepted += 1
    return stored


def import_asked(
    study: Path, file: Path, *, by: str | None = None, data: bytes | None = None
) -> ImportReport:
    """Import marks of what was asked in which source.

    Raises:
        CodingsError: a row is wrong; nothing is stored.
    """
    content = read_bytes(file, CodingsError) if data is None else data
    rows = read_asked(content, name=file.name)
    faults: list[Problem] = []
    marks: list[list[str | None]] = []
    report, made = ImportReport(), stamp(by)
    with connection.writing(study) as db:
        resolver = _Resolver(db)
        for row in rows:
            _store_asked(resolver, row, file.name, made, report, faults, marks)
        if faults:
            raise CodingsError(
                f"{file.name}: {len(faults)} rows cannot be imported; nothing was stored.", problems=faults
            )
        if report.accepted:
            after = {"file": file.name, "n": report.accepted, "rows": marks}
            record(db, made, "asked_imported", target_kind="study", target_guid="study", after=after)
    return report


def _store_asked(
    resolver: _Resolver,
    row: AskedRow,
    name: str,
    made: Stamp,
    report: ImportReport,
    faults: list[Problem],
    marks: list[list[str | None]],
) -> None:
    try:
        source, code = resolver.source(row.source), resolver.code(row.code)
    except UserInputError as err:
        faults += _at(f"{name}, line {row.line}", err)
        return
    was = coding_store.asked_of(resolver.db, source["id"], code["id"])
    if coding_store.set_asked(resolver.db, source["id"], code["id"], row.asked, made):
        report.accepted += 1
        marks.append([source["guid"], code["guid"], row.asked, was])
    else:
        report.skip(f"line {row.line}", "the study has this very mark already")
