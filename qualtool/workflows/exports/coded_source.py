"""Print or save one coded source, with stripes, codes and memos beside the text: a working copy."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from ... import __version__
from ...errors import ExportError
from ...exporting import About
from ...exporting.coded_source import CodedRow, CodedSource, CodedTurn, MarginCoding, Mark
from ...exporting.coded_source_docx import write_coded_source_docx
from ...exporting.coded_source_html import write_coded_source_html
from ...model import Consent, Role
from ...store.file import connection
from ...store.reading import margin
from ...store.records import codes as code_store
from ...store.records import sources
from ..clock import stamp
from ..coding.panel_reading import shown_codes, shown_turns
from ..roles import require
from .exporting import ExportFile

Format = Literal["html", "docx"]
_NEVER = (Consent.NO.value, Consent.WITHDRAWN.value)


def coded_source_bytes(
    study: Path, source: str, *, format: Format, coder: str | None = None, restricted: Sequence[str] = ()
) -> ExportFile:
    """One coded source as a file for the team: ``html`` (to print) or ``docx``.

    It holds everybody's codings and memos, or those of ``coder`` alone (as for blind coding). The words
    of participants whose consent is ``no`` or ``withdrawn`` are left blank, and so are memos on codings
    that touch them; restricted codes are left out unless named.

    Raises:
        ExportError: another format.
        UserInputError: there is no such source.
        NotAllowedError: the study is served with login, and the person logged in only reads.
    """
    if format not in ("html", "docx"):
        raise ExportError.single("export", f"'{format}' cannot hold a coded source.", "Use html or docx.")
    require(study, Role.CODER, "take a working copy")
    made, withheld = _coded_source(study, source, coder, restricted)
    write = write_coded_source_html if format == "html" else write_coded_source_docx
    return ExportFile(
        content=write(made), rows=len(made.codings), notes=made.about.notes, withheld=dict(withheld)
    )


def coded_source_name(name: str, format: Format) -> str:
    """A file name for a coded source: letters, digits, and dashes in place of all else."""
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in name)
    return f"{kept.rpartition('.')[0] or kept} coded.{format}"


def _coded_source(
    study: Path, wanted: str, coder: str | None, restricted: Sequence[str]
) -> tuple[CodedSource, Counter[str]]:
    with connection.reading(study) as db:
        source = sources.find_source(db, wanted)
        version = int(source["current_version"])
        text = sources.text_of(db, source["id"], version)
        turns = margin.turns_with_consent(db, source["id"], version)
        starts = margin.sentence_starts(db, source["id"], version)
        found = margin.standing_codings(db, source["id"], version, coder=coder)
        memos = margin.memos_beside(db, source["id"], source["guid"], coder=coder)
        book = code_store.codebook(db)
        book_version = code_store.current_version(db)
    hidden = {c.guid for c in book.codes if c.is_restricted and c.key not in restricted}
    blanked = [(t["start_char"], t["end_char"]) for t in turns if t["consent"] in _NEVER]
    withheld: Counter[str] = Counter()
    if blanked:
        withheld["turns of participants whose consent does not allow it"] = len(blanked)
    kept = [row for row in found if row["code_guid"] not in hidden]
    if len(kept) < len(found):
        withheld["codings of restricted codes"] = len(found) - len(kept)
    codes = {row["guid"]: row for row in shown_codes(book)}
    codings = [_margin_coding(n, row, codes, memos, blanked) for n, row in enumerate(kept, start=1)]
    placed = [(row["start_char"], row["end_char"], n) for n, row in enumerate(kept, start=1)]
    about = About(
        standing="working copy",
        tool_version=__version__,
        codebook_version=book_version,
        made_at=stamp().at,
        title=f"Coded source {source['name']}, " + (f"codings of {coder}" if coder else "every coder"),
        rows_in=len(found),
        rows_out=len(kept),
        notes=tuple(f"{n} withheld: {reason}" for reason, n in withheld.items()),
    )
    return (
        CodedSource(
            title=str(source["name"]),
            about=about,
            turns=tuple(_turns(text, turns, starts, placed)),
            codings=tuple(codings),
            memos=tuple(memos.get(source["guid"], ())),
        ),
        withheld,
    )


def _margin_coding(
    number: int,
    row: Mapping[str, Any],
    codes: Mapping[str, Mapping[str, Any]],
    memos: Mapping[str, list[tuple[str, str]]],
    blanked: Sequence[tuple[int, int]],
) -> MarginCoding:
    code = codes.get(row["code_guid"], {"name": "removed code", "path": "removed code", "colour": "#7f7f7f"})
    # A memo on words that are withheld may repeat them.
    touches = any(row["start_char"] < end and row["end_char"] > start for start, end in blanked)
    return MarginCoding(
        number=number,
        code=code["name"],
        code_path=code["path"],
        colour=code["colour"],
        coder=row["coder"],
        facets=", ".join(row[f] for f in ("stance", "valence", "basis", "level") if row[f]),
        memos=() if touches else tuple(memos.get(row["guid"], ())),
    )


def _turns(
    text: str,
    turns: Sequence[Mapping[str, Any]],
    starts: Sequence[int],
    placed: Sequence[tuple[int, int, int]],
) -> list[CodedTurn]:
    """Turns in print: those of the panel, with the words outside every turn as turns without a speaker."""
    shown, _ = shown_turns(text, [dict(turn) for turn in turns])
    by_start = {turn["start_char"]: turn for turn in turns}
    made, number = [], 0
    for start, end, speaker, ms in shown:
        begin, stop = int(start or 0), int(end or 0)
        turn = by_start.get(begin, {}) if speaker is not None else {}
        number += speaker is not None
        if turn.get("consent") in _NEVER:
            marks = _marks(begin, stop, placed)
            rows = (CodedRow(text="", marks=_at_nothing(marks), is_withheld=True),)
        else:
            rows = tuple(_rows(text, begin, stop, starts, placed))
        made.append(
            CodedTurn(
                number=number if speaker is not None else None,
                label=str(turn.get("label") or ""),
                role="" if turn.get("is_interviewer") else str(turn.get("role") or ""),
                time=_clock(ms),
                is_interviewer=bool(turn.get("is_interviewer")),
                rows=rows,
            )
        )
    return made


def _rows(
    text: str, start: int, end: int, starts: Sequence[int], placed: Sequence[tuple[int, int, int]]
) -> list[CodedRow]:
    """A turn with codings in sentences, one without in one piece."""
    inside: Sequence[int] = ()
    if _marks(start, end, placed):
        inside = starts[bisect_left(starts, start + 1) : bisect_left(starts, end)]
    cuts = [start, *inside, end]
    return [
        CodedRow(text=text[a:b].rstrip() if b != end else text[a:b], marks=_marks(a, b, placed, text))
        for a, b in pairwise(cuts)
    ]


def _marks(
    start: int, end: int, placed: Sequence[tuple[int, int, int]], text: str | None = None
) -> tuple[Mark, ...]:
    """Marks of the codings that touch a row; white space at its end carries none."""
    stop = end if text is None else start + len(text[start:end].rstrip())
    return tuple(
        Mark(
            start=max(a, start) - start,
            end=min(b, stop) - start,
            number=number,
            begins=a >= start,
            ends=b <= end,
        )
        for a, b, number in placed
        if a < stop and b > start
    )


def _at_nothing(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    return tuple(Mark(start=0, end=0, number=m.number, begins=m.begins, ends=m.ends) for m in marks)


def _clock(ms: int | None) -> str:
    if ms is None:
        return ""
    seconds = ms // 1000
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
