"""Write a working copy, a release, or the whole study to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...disclosure import QuoteCandidate, release_quotes, suppress_frequencies
from ...errors import ExportError
from ...exporting import (
    write_json,
    write_released_quotes,
    write_released_table,
    write_table,
    write_whole,
)
from ...model import Consent
from ...store.file import connection
from ...store.reading import transfer
from ...store.records import codes as code_store
from ...store.records import indicators as indicator_store
from ...triangulate.sentences import counted
from ..about import about_now
from ..editing.review import n_waiting
from ..roles import require_exit
from ..themes.themes import frequencies, quotes

FREQUENCY_COLUMNS = (
    "code",
    "code_path",
    "group",
    "n_codings",
    "n_segments",
    "n_participants",
    "denominator_participants",
    "n_cases",
    "denominator_cases",
    "n_words",
)
QUOTE_COLUMNS = (
    "code",
    "code_path",
    "case",
    "urn",
    "role",
    "participant",
    "quote",
    "source",
    "start_char",
    "end_char",
    "coder",
    "origin",
    "run",
    "score",
    "probability",
    "stance",
    "valence",
    "basis",
    "level",
)
CODING_COLUMNS = (
    "source",
    "start_char",
    "end_char",
    "code",
    "coder",
    "quote",
    "stance",
    "valence",
    "basis",
    "level",
    "guid",
    "origin",
    "run",
    "score",
    "probability",
    "codebook_version",
    "made_at",
)
# Whose words stay out of every file but a full transfer.
_NEVER = (Consent.NO.value, Consent.WITHDRAWN.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """The bytes of an export, with what was left out and why."""

    content: bytes
    rows: int
    notes: tuple[str, ...]
    withheld: dict[str, int]


def export_study(study: Path, file: Path, **options: Any) -> dict[str, Any]:
    """Write an export to a file; see ``export_bytes``.

    Raises:
        ExportError: an unknown format, or a file that cannot be written.
    """
    made = export_bytes(study, format=file.suffix.lower().lstrip("."), **options)
    write_whole(file, made.content)
    return {
        "file": str(file),
        "rows": made.rows,
        "bytes": len(made.content),
        "notes": list(made.notes),
        "withheld": made.withheld,
    }


def export_bytes(
    study: Path,
    *,
    format: str,
    what: str | None = None,
    by: str = "all",
    code: str | None = None,
    sources: str = "all",
    layer: str = "union",
    release: bool = False,
    attribution: Literal["role", "role+phase", "role+school"] = "role",
    unknown_consent: Literal["withhold", "include"] = "withhold",
    restricted: Sequence[str] = (),
    origin: str = "all",
) -> ExportFile:
    """An export as bytes: ``csv`` or ``xlsx`` of frequencies, quotes or codings; ``json`` of the study.

    With ``origin`` 'person' codings that began as a machine's suggestion are left out of tables.

    Raises:
        ExportError: an unknown format, or a release of something that is never released.
        NotAllowedError: the study is served with login; readers take releases only, coders no whole study.
    """
    kind = what or ("study" if format == "json" else "frequencies")
    if (kind == "study") != (format == "json") or format not in ("csv", "xlsx", "json"):
        raise _refused(
            f"'{format}' cannot hold {kind}.", "Use .csv or .xlsx for tables and .json for the whole study."
        )
    require_exit(study, kind, release=release)
    if kind == "study":
        if release:
            raise _refused("The whole study is never released.", "Release frequencies or quotes instead.")
        return _whole_study(study)
    if kind == "frequencies":
        return _frequencies(study, format, by, layer, sources, release, restricted, origin)
    if kind == "codings" and release:
        raise _refused("Codings hold participants' words.", "Release quotes: consent is asked there.")
    if kind == "quotes" and release:
        return _released_quotes(study, format, code, attribution, unknown_consent, restricted, origin)
    columns = QUOTE_COLUMNS if kind == "quotes" else CODING_COLUMNS
    return _working_quotes(study, format, kind, columns, code, unknown_consent, restricted, origin)


def _refused(message: str, next: str) -> ExportError:
    return ExportError.single("export", message, next)


def _restricted_keys(study: Path) -> list[str]:
    with connection.reading(study) as db:
        return [c.key for c in code_store.codebook(db).codes if c.is_restricted]


def _frequencies(
    study: Path,
    format: str,
    by: str,
    layer: str,
    sources: str,
    release: bool,
    named: Sequence[str],
    origin: str,
) -> ExportFile:
    table = frequencies(study, by=by, layer=layer, sources=sources, origin=origin)
    barred = [key for key in _restricted_keys(study) if key not in named]
    rows = [r for r in table["rows"] if r["code"] not in barred]
    title = f"Theme frequencies by {by}, layer {layer}, sources {sources}"
    notes = (
        [f"{counted(len(barred), 'restricted code')} left out unless named: {', '.join(barred)}"]
        if barred
        else []
    )
    notes += _origin_note(origin)
    if table["stale"]:
        notes.append(f"{table['stale']} codings wait for a decision after an edit and are not counted")
    if table["n_unread"]:
        notes.append(f"{table['n_unread']} transcripts are neither coded nor marked read")
    if not release:
        about = about_now(study, title, rows_in=len(table["rows"]), rows_out=len(rows), notes=notes)
        content = write_table(rows, FREQUENCY_COLUMNS, about, format)
        return ExportFile(content=content, rows=len(rows), notes=tuple(notes), withheld={})
    with connection.reading(study) as db:
        licences = [f["licence"] for f in indicator_store.files(db)] if by not in ("all", "role") else []
    released = suppress_frequencies(rows, licences=licences)
    notes += released.notes
    about = about_now(
        study,
        title,
        rows_in=len(table["rows"]),
        rows_out=len(released.rows),
        notes=notes,
        standing="release",
    )
    content = write_released_table(released, "xlsx" if format == "xlsx" else "csv", about)
    return ExportFile(
        content=content,
        rows=len(released.rows),
        notes=tuple(notes),
        withheld={"suppressed cells": released.n_suppressed},
    )


def _working_quotes(
    study: Path,
    format: str,
    kind: str,
    columns: Sequence[str],
    code: str | None,
    unknown_consent: str,
    named: Sequence[str],
    origin: str,
) -> ExportFile:
    """Quotes or codings for the team: words of people who said no stay out; so do restricted codes.

    ``unknown_consent`` decides only about releases: a working copy stays with the team.
    """
    found = quotes(study, code=code, origin=origin)
    withheld: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    for row in found:
        if row["consent"] in _NEVER:
            withheld[f"consent {row['consent']}"] += 1
        elif row["is_restricted"] and row["code"] not in named:
            withheld["restricted code"] += 1
        else:
            rows.append(row)
    notes = [f"{n} withheld: {reason}" for reason, n in withheld.items()]
    notes += [*_origin_note(origin), *_waiting_note(study)]
    unknown = sum(row["consent"] == Consent.UNKNOWN.value for row in rows)
    if unknown:
        notes.append(f"{unknown} rows are of people whose consent is unknown: not for publication")
    about = about_now(study, f"Coded {kind}", rows_in=len(found), rows_out=len(rows), notes=notes)
    content = write_table(rows, columns, about, format)
    return ExportFile(content=content, rows=len(rows), notes=tuple(notes), withheld=dict(withheld))


def _origin_note(origin: str) -> list[str]:
    return ["codings that began as a machine's suggestion are left out"] if origin != "all" else []


def _waiting_note(study: Path) -> list[str]:
    n = n_waiting(study)
    return [f"{n} codings wait for a decision after an edit and are left out"] if n else []


def _released_quotes(
    study: Path,
    format: str,
    code: str | None,
    attribution: Literal["role", "role+phase", "role+school"],
    unknown_consent: Literal["withhold", "include"],
    named: Sequence[str],
    origin: str,
) -> ExportFile:
    found = quotes(study, code=code, origin=origin)
    with connection.reading(study) as db:
        phases = transfer.phase_by_case(db)
        n_people = transfer.people_by_case_and_role(db)
    candidates = [
        QuoteCandidate(
            quote=row["quote"],
            code=row["code"],
            code_path=row["code_path"],
            participant=row["participant"] or "",
            role=row["role"] or "",
            consent=Consent(row["consent"] or "unknown"),
            phase=phases.get(row["case_id"]),
            case=row["case_name"],
            case_pseudonym=row["pseudonym"],
        )
        for row in found
    ]
    released = release_quotes(
        candidates,
        unknown_consent=unknown_consent,
        attribution=attribution,
        restricted_codes=_restricted_keys(study),
        named_codes=named,
        n_people=n_people,
    )
    notes = (*released.notes, *_origin_note(origin), *_waiting_note(study))
    about = about_now(
        study,
        "Quotes",
        rows_in=len(found),
        rows_out=len(released.quotes),
        notes=notes,
        standing="release",
    )
    content = write_released_quotes(released.quotes, "xlsx" if format == "xlsx" else "csv", about)
    return ExportFile(
        content=content,
        rows=len(released.quotes),
        notes=notes,
        withheld=dict(released.withheld),
    )


def _whole_study(study: Path) -> ExportFile:
    with connection.reading(study) as db:
        content = transfer.whole_study(db)
    n = sum(len(rows) for rows in content.values())
    about = about_now(study, "The whole study", rows_in=n, standing="transfer")
    return ExportFile(content=write_json(content, about), rows=n, notes=(about.sentence,), withheld={})
