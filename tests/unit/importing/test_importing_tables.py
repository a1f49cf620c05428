"""CSV and XLSX to text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from qualtool.errors import SurveyError
from qualtool.importing import Table, read_table


def read(data: bytes, name: str = "t.csv") -> Table:
    return read_table(data, name=name, error=SurveyError)


def refused(data: bytes) -> SurveyError:
    with pytest.raises(SurveyError) as caught:
        read(data)
    return caught.value


def a_workbook(rows: list[list[object]], others: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title in others:
        book.create_sheet(title)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_TEXT = "id,words\n1,caf\u00e9 \u2013 na\u00efve\n2,\n"


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1252", b""), ("utf-16", b""), ("utf-16-le", b"")],
)
def test_encodings(encoding: str, mark: bytes) -> None:
    """The same table comes out of UTF-8 with and without mark, UTF-16 and Windows-1252."""
    table = read(mark + _TEXT.encode(encoding))
    assert table.header == ("id", "words")
    assert table.rows == (("1", "café – naïve"), ("2", ""))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(separator: str) -> None:
    """Comma, semicolon and tab are found, also where cells hold the others."""
    cells = [["a", "b", "c"], ["1,5", "x;y", "p\tq"], ["2,5", "z;z", "r\ts"]]
    text = "\n".join(separator.join(f'"{c}"' for c in row) for row in cells)
    table = read(text.encode())
    assert [list(row) for row in (table.header, *table.rows)] == cells


def test_separator_declared_by_excel() -> None:
    """The line sep=; that Excel writes is no row, and lines are counted with it."""
    table = read(b"sep=;\nid;words\n1;a\n")
    assert (table.header, table.rows, table.lines) == (("id", "words"), (("1", "a"),), (3,))


def test_one_column() -> None:
    """A table of one column is a table."""
    assert read(b"words\none\ntwo\n").rows == (("one",), ("two",))


def test_lines_count_through_multiline_cells() -> None:
    """Lines are those of the file, also after cells with line breaks and blank rows; CRLF is LF."""
    table = read(b'id,words\r\n1,"a\r\nb"\r\n,\r\n2,c\r\n')
    assert table.rows == (("1", "a\nb"), ("2", "c"))
    assert table.lines == (2, 5)


def test_zero_is_not_blank() -> None:
    """0, 0.0 and blank are three different cells in CSV."""
    assert read(b"a,b,c\n0,,0.0\n").rows == (("0", "", "0.0"),)


def test_short_rows_are_padded_and_said() -> None:
    """Missing cells at the end of a row are blank, with a warning."""
    table = read(b"a,b\n1\n2,3\n")
    assert table.rows == (("1", ""), ("2", "3"))
    assert "1 row(s) have fewer cells" in table.warnings[0]


def test_long_rows_are_refused_all_at_once() -> None:
    """Rows with more cells than the header are refused, each with its line."""
    error = refused(b"a,b\n1,2,3\n4,5\n6,7,8\n")
    assert [p.where for p in error.problems] == ["t.csv, line 2", "t.csv, line 4"]


def test_open_quote_is_refused_where_it_opens() -> None:
    """A quote mark that never closes does not swallow the rest of the file."""
    error = refused(b'a,b\n1,x\n2,"y\n3,z\n')
    assert error.problems[0].where == "t.csv, line 3"


def test_repeated_and_missing_names() -> None:
    """Columns with one name are refused together; a column without a name gets one and a warning."""
    error = refused(b"a,b,a,b,c\n1,2,3,4,5\n")
    assert [p.message for p in error.problems] == [
        "2 columns are called 'a' (columns 1, 3).",
        "2 columns are called 'b' (columns 2, 4).",
    ]
    table = read(b",a,\n1,2,\n")
    assert table.header == ("column 1", "a")
    assert "'column N': 1" in table.warnings[0]


def test_many_columns() -> None:
    """More than 20,000 columns are refused, 20,000 are read."""
    names = [f"c{n}" for n in range(20_001)]
    assert "20001 columns" in refused(",".join(names).encode()).message
    assert len(read(",".join(names[:-1]).encode()).header) == 20_000


def test_long_cells() -> None:
    """A cell far beyond the csv module's own limit is read whole."""
    essay = "word " * 100_000
    assert read(f'id,t\n1,"{essay}"\n'.encode()).rows[0][1] == essay


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"\n\n,,\n", b"%PDF-1.4", b"a,b\n1,\x00\n", b"\x81\x8d", b"PK\x03\x04broken"]
)
def test_files_that_are_no_tables(data: bytes) -> None:
    """Empty, binary, damaged and wrong files are refused as the caller's kind of error."""
    assert refused(data).problems


def test_workbook_values() -> None:
    """Cells of a workbook become text: whole numbers, dates, truth values, 0 and blank kept apart."""
    rows = [
        ["a", "b", "c", "d", "e", "f"],
        [1.0, 0, None, dt.datetime(2025, 3, 4), True, "x\r\ny"],
        [0.5, 0.1 + 0.2, "0", dt.datetime(2025, 3, 4, 9, 30), False, "001"],
    ]
    table = read(a_workbook(rows), "t.xlsx")
    assert table.encoding == "xlsx"
    assert table.rows == (
        ("1", "0", "", "2025-03-04", "TRUE", "x\ny"),
        ("0.5", "0.3", "0", "2025-03-04 09:30:00", "FALSE", "001"),
    )
    assert table.lines == (2, 3)


def test_workbook_of_several_sheets() -> None:
    """Only the first sheet is read and a warning names the others."""
    table = read(a_workbook([["a"], [1]], ("Notes", "Old")), "t.xlsx")
    assert "'Notes', 'Old'" in table.warnings[0]


def test_workbook_bombs_and_wrong_zips() -> None:
    """A zip that is no workbook, declares a document type, or would unpack too far is refused."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "not an Excel workbook" in refused(out.getvalue()).message
    for content, said in ((b"<!DOCTYPE a []><a/>", "document type"), (b" " * 30_000_000, "would unpack")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", content)
        assert said in refused(out.getvalue()).message


def test_truncated_workbook() -> None:
    """A workbook cut short is refused."""
    data = a_workbook([["a"], [1]])
    assert "damaged" in refused(data[: len(data) // 2]).message
