"""The sheet for transcripts: who speaks in which file, in what role, from which case.

Columns ``file,speaker,participant,role,case,urn,la_code,date,is_interviewer,consent_quote``, and
optionally ``case_kind`` and ``pseudonym``; only ``file`` must be there. Any other column becomes a
variable. A file has a row for each speaker; a blank speaker means its only speaker who is not an
interviewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import Problem, TranscriptError, UserInputError
from ..model import CaseKind, Consent, normalise_urn
from .dates import iso_date
from .faults import cell_shown, faults
from .label_words import label_key
from .sheet_row import SheetRow
from .sheet_rules import contradictions
from .tables import Table, read_table

SHEET_COLUMNS: tuple[str, ...] = (
    "file",
    "speaker",
    "participant",
    "role",
    "case",
    "urn",
    "la_code",
    "date",
    "is_interviewer",
    "consent_quote",
)
_MORE_COLUMNS = ("case_kind", "pseudonym")
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0"})
_CONSENT: Mapping[str, Consent] = MappingProxyType(
    {
        **{consent.value: consent for consent in Consent},
        "y": Consent.YES,
        "true": Consent.YES,
        "n": Consent.NO,
        "false": Consent.NO,
        "": Consent.UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a sheet in file order; ``variables`` are the names of its extra columns."""

    name: str
    encoding: str
    rows: tuple[SheetRow, ...]
    variables: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def rows_of(self, file: str) -> tuple[SheetRow, ...]:
        """The rows about one file: by its full name, else by its name without suffix."""
        wanted = file.strip().casefold()
        stem = wanted.rpartition(".")[0]
        exact = tuple(row for row in self.rows if row.file.casefold() == wanted)
        return exact or tuple(row for row in self.rows if stem and row.file.casefold() == stem)


def read_sheet(data: bytes, *, name: str) -> Sheet:
    """Read a sheet from CSV or XLSX.

    Raises:
        TranscriptError: with every fault and its line: no ``file``, an unknown word for consent or
            is_interviewer, an impossible date, a bad URN or kind of case, a speaker of a file
            listed twice, a participant or case described in two ways.
    """
    table = read_table(data, name=name, error=TranscriptError)
    columns = {label_key(header).replace(" ", "_"): at for at, header in enumerate(table.header)}
    if "file" not in columns:
        raise TranscriptError.single(
            f"{name}, line 1",
            "The column 'file' is missing.",
            f"The first row names the columns: {','.join(SHEET_COLUMNS)}.",
        )
    extra = [at for key, at in columns.items() if key not in (*SHEET_COLUMNS, *_MORE_COLUMNS)]
    problems: list[Problem] = []
    rows = [_row(table, number, columns, extra, problems) for number in range(len(table.rows))]
    problems += contradictions(rows, name)
    if problems:
        raise faults(TranscriptError, name, problems)
    return Sheet(
        name=name,
        encoding=table.encoding,
        rows=tuple(rows),
        variables=tuple(table.header[at] for at in extra),
        warnings=table.warnings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The cells of one row by column, and where its faults go."""

    where: str
    cells: Mapping[str, str]
    problems: list[Problem]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, column: str, message: str, next: str) -> None:
        self.problems.append(Problem(where=f"{self.where}, {column}", message=message, next=next))


def _row(
    table: Table, number: int, columns: Mapping[str, int], extra: list[int], problems: list[Problem]
) -> SheetRow:
    cells = table.rows[number]
    line = table.lines[number]
    reading = _Reading(
        where=f"{table.name}, line {line}",
        cells={key: " ".join(cells[at].split()) for key, at in columns.items()},
        problems=problems,
    )
    if not reading.text("file"):
        reading.fault("file", "The file's name is missing.", "Write the transcript's name in this row.")
    urn, la_code = _urn(reading), reading.text("la_code") or None
    return SheetRow(
        line=line,
        file=reading.text("file"),
        speaker=reading.text("speaker").removesuffix(":"),
        participant=reading.text("participant"),
        role=reading.text("role"),
        case=reading.text("case"),
        case_kind=_case_kind(reading, urn, la_code),
        urn=urn,
        la_code=la_code,
        date=_date(reading),
        is_interviewer=_is_interviewer(reading),
        consent=_consent(reading),
        pseudonym=reading.text("pseudonym") or None,
        variables=tuple((table.header[at], cells[at].strip()) for at in extra if cells[at].strip()),
    )


def _urn(reading: _Reading) -> str | None:
    try:
        return normalise_urn(reading.text("urn"))
    except UserInputError:
        reading.fault("urn", f"{cell_shown(reading.text('urn'))} is not a URN.", "A URN has six digits.")
        return None


def _case_kind(reading: _Reading, urn: str | None, la_code: str | None) -> CaseKind:
    raw = reading.text("case_kind").casefold()
    if not raw:
        if urn:
            return CaseKind.SCHOOL
        return CaseKind.LA if la_code else CaseKind.OTHER
    try:
        kind = CaseKind(raw)
    except ValueError:
        reading.fault(
            "case_kind", f"{cell_shown(raw)} is no kind of case.", "Write school, la, family or other."
        )
        return CaseKind.OTHER
    if urn and kind is not CaseKind.SCHOOL:
        reading.fault("case_kind", f"A case of the kind '{raw}' has no URN.", "Only schools have URNs.")
    return kind


def _date(reading: _Reading) -> str | None:
    raw = reading.text("date")
    found = iso_date(raw) if raw else None
    if raw and found is None:
        reading.fault("date", f"{cell_shown(raw)} is not a date.", "Write it as 2025-03-31 or 31/03/2025.")
    return found


def _is_interviewer(reading: _Reading) -> bool | None:
    raw = reading.text("is_interviewer").casefold()
    if raw in _YES or raw in _NO:
        return raw in _YES
    if raw:
        reading.fault(
            "is_interviewer",
            f"{cell_shown(raw)} is neither yes nor no.",
            "Write yes or no, or leave it blank.",
        )
    return None


def _consent(reading: _Reading) -> Consent:
    raw = reading.text("consent_quote").casefold()
    if raw not in _CONSENT:
        reading.fault(
            "consent_quote",
            f"{cell_shown(raw)} is not known.",
            "Write yes, paraphrase, no, withdrawn or unknown.",
        )
    return _CONSENT.get(raw, Consent.UNKNOWN)
