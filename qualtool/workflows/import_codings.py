"""Take in codings made elsewhere, and marks of what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CodingsError, Problem, UserInputError
from ..importing import AskedRow, CodingRow, read_asked, read_codings
from ..model import Coding, Origin
from ..store import Database, connection, people
from ..store import codes as code_store
from ..store import codings as coding_store
from ..store import sources as source_store
from ..store.events import Stamp, record
from ..store.identity import new_guid
from ..text import select
from .clock import stamp
from .files import read_bytes
from .reports import ImportReport

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
    by: str | None = None,
    data: bytes | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import codings from CSV: all of them, or with ``skip_bad`` all that are right.

    Unknown coders are added, unknown codes are not.

    Raises:
        CodingsError: a row is wrong and ``skip_bad`` is not set; nothing is stored.
    """
    content = read_bytes(file, CodingsError) if data is None else data
    rows, problems = read_codings(content, name=file.name)
    report = ImportReport()
    faults = list(problems)
    made = stamp(by)
    with connection.writing(study) as db:
        resolver = _Resolver(db)
        ready: list[tuple[CodingRow, _Ready]] = []
        for number, row in enumerate(rows, start=1):
            try:
                ready.append((row, _resolve(resolver, row, where=f"{file.name} line {row.line}")))
            except UserInputError as err:
                where = f"{file.name} line {row.line}"
                faults += [Problem(where=where, message=p.message, next=p.next) for p in err.problems] or [
                    Problem(where=where, message=err.message)
                ]
            if progress is not None and number % 1000 == 0:
                progress(number, len(rows))
        if faults and not skip_bad:
            raise CodingsError(
                f"{file.name}: {len(faults)} of the rows cannot be imported; nothing was stored.",
                problems=faults,
            )
        _store(db, ready, made, report)
        for fault in faults:
            report.skip(fault.where, f"{fault.message} {fault.next}".strip())
        after = {"file": file.name, "n_codings": report.accepted, "n_skipped": len(report.skipped)}
        record(db, made, "codings_imported", target_kind="study", target_guid="study", after=after)
    return report


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


def _store(db: Database, ready: list[tuple[CodingRow, _Ready]], made: Stamp, report: ImportReport) -> None:
    coders: dict[str, int] = {}
    revisions: dict[int, int] = {}
    version = code_store.current_version(db)
    for row, item in ready:
        if row.coder not in coders:
            coders[row.coder] = people.ensure_coder(db, row.coder, made)
        if item.source_id not in revisions:
            revisions[item.source_id] = source_store.bump_rev(db, item.source_id)
        guid = coding_store.add_coding(
            db,
            item.coding,
            made,
            source_id=item.source_id,
            code_id=item.code_id,
            coder_id=coders[row.coder],
            codebook_version=version,
            rev=revisions[item.source_id],
            log=False,
        )
        if guid == item.coding.guid:
            report.accepted += 1
        else:
            report.skip(f"line {row.line}", "this coder has coded this very stretch with this code already")


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
    report, made = ImportReport(), stamp(by)
    with connection.writing(study) as db:
        resolver = _Resolver(db)
        for row in rows:
            _store_asked(resolver, row, file.name, made, report, faults)
        if faults:
            raise CodingsError(
                f"{file.name}: {len(faults)} rows cannot be imported; nothing was stored.", problems=faults
            )
        after = {"file": file.name, "n": report.accepted}
        record(db, made, "asked_imported", target_kind="study", target_guid="study", after=after)
    return report


def _store_asked(
    resolver: _Resolver,
    row: AskedRow,
    name: str,
    made: Stamp,
    report: ImportReport,
    faults: list[Problem],
) -> None:
    try:
        source, code = resolver.source(row.source), resolver.code(row.code)
    except UserInputError as err:
        faults.append(Problem(where=f"{name} line {row.line}", message=err.message))
        return
    coding_store.set_asked(resolver.db, source["id"], code["id"], row.asked, made)
    report.accepted += 1
