"""One row of the sheet for transcripts."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import CaseKind, Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row: a speaker of a file. Blank cells are ``""``, or None where the type is not text.

    ``speaker`` blank stands for the file's only speaker who is not an interviewer.
    ``is_interviewer`` is None where the cell is blank, so that the label decides. ``date`` is ISO,
    at times without day or month. ``pseudonym`` is the case's. ``variables`` are pairs of column
    and value, blanks left out.
    """

    line: int
    file: str
    speaker: str = ""
    participant: str = ""
    role: str = ""
    case: str = ""
    case_kind: CaseKind = CaseKind.OTHER
    urn: str | None = None
    la_code: str | None = None
    date: str | None = None
    is_interviewer: bool | None = None
    consent: Consent = Consent.UNKNOWN
    pseudonym: str | None = None
    variables: tuple[tuple[str, str], ...] = ()

    @property
    def case_name(self) -> str | None:
        """What the case is called: its name, else its URN, else its authority's code."""
        return self.case or self.urn or self.la_code
