"""Take transcripts into a study: each file whole or not at all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ...errors import TranscriptError, UserInputError
from ...importing import Sheet, SheetRow, read_sheet, read_transcript, skip_reason
from ...model import Case, CaseKind, Participant, Segment, SegmentKind, Source, Speaker
from ...store import Database
from ...store.file import connection
from ...store.log.events import Stamp
from ...store.records import people
from ...store.records import sources as source_store
from ...text import sha256
from ..clock import stamp
from ..files import files_of, read_bytes
from ..reports import ImportReport

Progress = Callable[[int, int, str], None]


def import_transcripts(
    study: Path,
    paths: Iterable[Path],
    *,
    sheet: Path | None = None,
    interviewer: Collection[str] = (),
    name: str | None = None,
    by: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files, and all files in folders.

    Raises:
        TranscriptError: the sheet has faults, or ``name`` is given for several files; then nothing
            is imported. Faulty transcripts are listed in the report instead.
    """
    rows = None if sheet is None else read_sheet(read_bytes(sheet, TranscriptError), name=sheet.name)
    files = list(files_of(paths))
    if name is not None and len(files) != 1:
        raise TranscriptError("A name can be given to one file only.")
    # The sheet is often kept beside the transcripts; it is not one.
    own = None if sheet is None else sheet.resolve()
    loaded: list[tuple[str, bytes | UserInputError]] = []
    report = ImportReport()
    for path, in_folder in files:
        if own is not None and path.resolve() == own:
            continue
        reason = skip_reason(path.name)
        if reason is not None and in_folder:
            report.skip(path.name, reason)
            continue
        try:
            loaded.append((name or path.name, read_bytes(path, TranscriptError)))
        except TranscriptError as err:
            loaded.append((path.name, err))
    import_loaded(study, loaded, report, sheet=rows, interviewer=interviewer, by=by, progress=progress)
    if rows is not None:
        warn_of_unused_rows(rows, [n for n, _ in loaded], report)
    return report


def import_loaded(
    study: Path,
    files: Iterable[tuple[str, bytes | UserInputError]],
    report: ImportReport,
    *,
    sheet: Sheet | None = None,
    interviewer: Collection[str] = (),
    by: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Import files already read (the app's uploads); adds to ``report``."""
    todo = list(files)
    if sheet is not None:
        report.warnings += sheet.warnings
    made = stamp(by)
    for number, (given, content) in enumerate(todo, start=1):
        name = PurePosixPath(given.replace("\\", "/")).name
        if progress is not None:
            progress(number, len(todo), name)
        try:
            if isinstance(content, UserInputError):
                raise content
            _import_one(study, name, content, report, sheet, interviewer, made)
        except UserInputError as err:
            report.refuse(name, err)


def _import_one(
    study: Path,
    name: str,
    data: bytes,
    report: ImportReport,
    sheet: Sheet | None,
    interviewer: Collection[str],
    made: Stamp,
) -> None:
    with connection.reading(study) as db:
        if source_store.is_imported(db, sha256(data), name):
            report.skip(name, "these very bytes are in the study already; nothing was changed")
            return
        _refuse_taken(db, name)
    source = read_transcript(data, name=name, interviewer=interviewer)
    rows = sheet.rows_of(name) if sheet is not None else ()
    matched, warnings = _match(source, rows, has_sheet=sheet is not None)
    source = _with_interviewers(source, matched)
    with connection.writing(study) as db:
        _refuse_taken(db, name)  # somebody else may have imported it in between
        who, names = _participants(db, source, matched, made)
        dates = {row.date for row in rows if row.date}
        source_id, guid = source_store.add_source(
            db, source, made, participants=who, recorded_on=min(dates) if dates else None
        )
        _keep_variables(db, rows, who, source_id)
    report.accepted += 1
    report.sources.append(_described(source, guid, names))
    report.warnings += [f"{name}: {w}" for w in (*source.warnings, *warnings)]


def _refuse_taken(db: Database, name: str) -> None:
    if source_store.name_is_taken(db, name):
        raise TranscriptError.single(
            name,
            "The study holds another file of this name.",
            "Give this one another name with --name, or rename the file.",
        )


def _match(
    source: Source, rows: tuple[SheetRow, ...], *, has_sheet: bool
) -> tuple[dict[str, SheetRow], list[str]]:
    """The sheet's row of each label, and what does not fit."""
    if not rows:
        return {}, ["the sheet has no row for this file"] if has_sheet else []
    labels = {speaker.label.casefold(): speaker.label for speaker in source.speakers}
    matched: dict[str, SheetRow] = {}
    warnings: list[str] = []
    for row in rows:
        if row.speaker:
            label = labels.get(row.speaker.casefold())
            if label is None:
                warnings.append(f"the sheet (line {row.line}) names a speaker who is not in the file")
            else:
                matched[label] = row
    blank = [row for row in rows if not row.speaker]
    open_labels = [s.label for s in source.speakers if not s.is_interviewer and s.label not in matched]
    if blank and len(open_labels) == 1:
        matched[open_labels[0]] = blank[0]
    elif blank:
        warnings.append(
            f"the sheet (line {blank[0].line}) names no speaker, and the file has {len(open_labels)} "
            "who could be meant: fill in the column 'speaker'"
        )
    unmatched = [s.label for s in source.speakers if s.label not in matched and not s.is_interviewer]
    if unmatched:
        warnings.append(f"{len(unmatched)} speaker(s) of the file are not in the sheet")
    return matched, warnings


def _with_interviewers(source: Source, matched: Mapping[str, SheetRow]) -> Source:
    speakers: list[Speaker] = []
    for speaker in source.speakers:
        row = matched.get(speaker.label)
        said = row.is_interviewer if row is not None else None
        speakers.append(speaker if said is None else Speaker(label=speaker.label, is_interviewer=said))
    return dataclasses.replace(source, speakers=tuple(speakers))


def _participants(
    db: Database, source: Source, matched: Mapping[str, SheetRow], made: Stamp
) -> tuple[dict[str, int | None], list[str]]:
    found: dict[str, int | None] = {}
    names: list[str] = []
    for speaker in source.speakers:
        if speaker.is_interviewer:
            found[speaker.label] = None
            continue
        row = matched.get(speaker.label)
        # The suffix belongs to it: P1.pdf and P1.docx are two interviews, not one person.
        name = (row.participant if row else "") or f"{speaker.label} ({source.name})"
        person = (
            Participant(name=name, role=row.role if row else "")
            if row is None
            else Participant(name=name, role=row.role, case_name=row.case_name, consent=row.consent)
        )
        case_id = _case(db, row, made) if row is not None else None
        found[speaker.label] = people.ensure_participant(db, person, case_id, made)
        names.append(name)
    return found, names


def _case(db: Database, row: SheetRow, made: Stamp) -> int | None:
    if row.case_name is None:
        return None
    case = Case(
        name=row.case_name,
        kind=CaseKind.SCHOOL if row.urn else row.case_kind,
        urn=row.urn,
        la_code=row.la_code,
        pseudonym=row.pseudonym,
    )
    return people.ensure_case(db, case, made)


def _keep_variables(
    db: Database, rows: tuple[SheetRow, ...], who: Mapping[str, int | None], source_id: int
) -> None:
    """A further column is a fact about the participant, and about the case where it has one value a case."""
    ids = [number for number in who.values() if number is not None]
    for row in rows:
        facts = dict(row.variables)
        people_of_row = [who[row.speaker]] if row.speaker in who else ids
        for number in people_of_row:
            if number is not None:
                people.set_variables(db, "participant", number, facts)
    people.share_with_cases(db, ids)


def warn_of_unused_rows(sheet: Sheet, names: list[str], report: ImportReport) -> None:
    """Say which files of the sheet were not among those imported (``names``)."""
    used = {row.line for name in names for row in sheet.rows_of(name)}
    missing = sorted({row.file for row in sheet.rows if row.line not in used})
    if missing:
        report.warnings.append(
            f"{sheet.name}: {len(missing)} file(s) of the sheet were not among those imported: "
            + ", ".join(missing[:5])
            + (" ..." if len(missing) > 5 else "")
        )


def _described(source: Source, guid: str, names: list[str]) -> dict[str, Any]:
    turns = source.speaker_turns()
    return {
        "name": source.name,
        "guid": guid,
        "n_chars": len(source.text),
        "n_turns": source.n_turns,
        "n_cues": source.n_cues,
        "n_segments": sum(_is_sentence(s) for s in source.segments),
        "speakers": turns,
        "interviewers": [s.label for s in source.speakers if s.is_interviewer],
        "encoding": source.encoding,
        "participants": names,
    }


def _is_sentence(segment: Segment) -> bool:
    return segment.kind is SegmentKind.SENTENCE
