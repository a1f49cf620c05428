"""The sheet for transcripts."""

from __future__ import annotations

import io

import openpyxl
import pytest

from qualtool.errors import TranscriptError
from qualtool.importing import Sheet, read_sheet
from qualtool.importing.dates import iso_date
from qualtool.model import CaseKind, Consent

_HEAD = "file,speaker,participant,role,case,urn,la_code,date,is_interviewer,consent_quote"


def read(*rows: str, head: str = _HEAD) -> Sheet:
    return read_sheet("\n".join([head, *rows]).encode(), name="s.csv")


def refused(*rows: str, head: str = _HEAD) -> list[tuple[str, str]]:
    with pytest.raises(TranscriptError) as caught:
        read(*rows, head=head)
    return [(p.where, p.message) for p in caught.value.problems]


def test_a_full_row() -> None:
    """All columns become fields and extra columns become variables."""
    sheet = read(
        "a.txt,Ruth:,P01,SENCO,Oak,900001.0,991,4/3/2025,no,YES,high,",
        head=_HEAD + ",group,note",
    )
    row = sheet.rows[0]
    assert (row.line, row.file, row.speaker, row.participant) == (2, "a.txt", "Ruth", "P01")
    assert (row.urn, row.la_code, row.date) == ("900001", "991", "2025-03-04")
    assert (row.is_interviewer, row.consent, row.case_kind) == (False, Consent.YES, CaseKind.SCHOOL)
    assert row.variables == (("group", "high"),)
    assert sheet.variables == ("group", "note")


def test_blanks_have_meanings() -> None:
    """A blank consent is unknown, a blank is_interviewer undecided, and only the file is needed."""
    row = read("a.txt,,,,,,,,,").rows[0]
    assert (row.speaker, row.is_interviewer, row.consent) == ("", None, Consent.UNKNOWN)
    assert (row.case_kind, row.case_name, row.date) == (CaseKind.OTHER, None, None)
    assert read("b.txt", head="File").rows[0].file == "b.txt"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ("Oak,900001,991,", CaseKind.SCHOOL),
        ("Harrow,,991,", CaseKind.LA),
        ("The Smiths,,,", CaseKind.OTHER),
        ("The Smiths,,,family", CaseKind.FAMILY),
        ("Oak,,991,School", CaseKind.SCHOOL),
    ],
)
def test_kinds_of_case(cells: str, kind: CaseKind) -> None:
    """The kind is as written, else a school with a URN, an authority with only its code, else other."""
    assert read(f"a.txt,{cells}", head="file,case,urn,la_code,case_kind").rows[0].case_kind is kind


def test_all_faults_at_once() -> None:
    """Every fault of every row is listed with its line and column."""
    found = refused(
        "a.txt,Ruth,P1,SENCO,Oak,12,991,2025-02-30,perhaps,sometimes",
        ",Ben,P2,,,,,,,",
    )
    assert [where for where, _ in found] == [
        "s.csv, line 2, urn",
        "s.csv, line 2, date",
        "s.csv, line 2, is_interviewer",
        "s.csv, line 2, consent_quote",
        "s.csv, line 3, file",
    ]


def test_a_speaker_twice() -> None:
    """One speaker of a file stands in one row, whatever the case of the label."""
    found = refused("a.txt,Ruth,P1,,,,,,,", "a.txt,RUTH,P2,,,,,,,", "b.txt,Ruth,P1,,,,,,,")
    assert [where for where, _ in found] == ["s.csv, lines 2, 3"]


def test_contradictions() -> None:
    """A participant with two roles, cases or consents and a case with two URNs are faults; blanks agree."""
    found = refused(
        "a.txt,Ruth,P1,SENCO,Oak,900001,,,,yes",
        "b.txt,Ruth,P1,Teacher,Elm,900002,,,,no",
        "c.txt,Ruth,P1,,,,,,,",
        "d.txt,Tom,P2,Head,Oak,900003,,,,",
    )
    facts = [message for _, message in found]
    assert any("2 values of role" in m for m in facts)
    assert any("'P1' has 2 values of case" in m for m in facts)
    assert any("consent_quote" in m for m in facts)
    assert any("case 'Oak' has 2 values of urn" in m for m in facts)


def test_one_urn_two_cases() -> None:
    """A URN is one school's."""
    assert any("urn '900001'" in m for _, m in refused("a,,,,Oak,900001,,,,", "b,,,,Elm,900001,,,,"))


def test_interviewers_go_to_many_cases() -> None:
    """An interviewer may be in files of several cases."""
    sheet = read(
        "a.txt,INT,Researcher,,Oak,900001,,,,",
        "b.txt,Jo,Researcher,,Elm,900002,,,yes,",
    )
    assert [row.is_interviewer for row in sheet.rows] == [None, True]


def test_rows_of_a_file() -> None:
    """Rows are found by the file's name, or by its name without suffix."""
    sheet = read("a.txt,Ruth,,,,,,,,", "A.txt,Tom,,,,,,,,", "b,,,,,,,,,")
    assert [row.speaker for row in sheet.rows_of("a.TXT")] == ["Ruth", "Tom"]
    assert len(sheet.rows_of("b.docx")) == 1
    assert sheet.rows_of("c.txt") == ()


def test_no_file_column() -> None:
    """Without the column file the sheet is refused with the columns it should have."""
    assert "'file' is missing" in refused("Ruth", head="speaker")[0][1]


def test_workbook() -> None:
    """A sheet may be a workbook: numbers and dates of cells are understood."""
    book = openpyxl.Workbook()
    book.active.append(["file", "urn", "la_code", "date"])
    book.active.append(["a.txt", 900001, 991, "2025-03-04"])
    out = io.BytesIO()
    book.save(out)
    row = read_sheet(out.getvalue(), name="s.xlsx").rows[0]
    assert (row.urn, row.la_code, row.date) == ("900001", "991", "2025-03-04")


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("2025-03-04", "2025-03-04"),
        ("04/03/2025", "2025-03-04"),
        ("4.3.2025", "2025-03-04"),
        ("4 March 2025", "2025-03-04"),
        ("4 Mar 2025", "2025-03-04"),
        ("2025-03-04T10:00:00", "2025-03-04"),
        ("March 2025", "2025-03"),
        ("2025", "2025"),
        ("31/02/2025", None),
        ("2025-13-01", None),
        ("soon", None),
    ],
)
def test_dates(raw: str, iso: str | None) -> None:
    """Dates in British order become ISO, partial ones stay partial, impossible ones are none."""
    assert iso_date(raw) == iso
