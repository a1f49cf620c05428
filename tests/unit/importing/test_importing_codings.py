"""Files of codings and of questions asked."""

from __future__ import annotations

import pytest

from qualtool.errors import CodingsError
from qualtool.importing import Asked, read_asked, read_codings
from qualtool.model import Basis, Level, Stance, Valence

_HEAD = "source,start_char,end_char,code,coder,quote,stance,valence,basis,level\n"


def test_a_coding() -> None:
    """Offsets, the untrimmed quote and the facets are read."""
    rows, problems = read_codings(
        (_HEAD + 'a.txt,3,9,MAGNET,amira," words",Affirms,negative,own,school\n').encode(), name="c.csv"
    )
    assert problems == []
    row = rows[0]
    assert (row.line, row.source, row.start_char, row.end_char) == (2, "a.txt", 3, 9)
    assert (row.code, row.coder, row.quote) == ("MAGNET", "amira", " words")
    assert (row.stance, row.valence) == (Stance.AFFIRMS, Valence.NEGATIVE)
    assert (row.basis, row.level) == (Basis.OWN, Level.SCHOOL)


def test_blank_offsets_mean_the_whole_source() -> None:
    """Both offsets blank cover the source; quote and facets may be left out."""
    rows, problems = read_codings(b"source,start_char,end_char,code,coder\na,,,X,tom\n", name="c.csv")
    assert problems == []
    assert rows[0].is_whole
    assert (rows[0].quote, rows[0].stance) == (None, None)


@pytest.mark.parametrize("start", ["-1", "1.5", "x", "", "1e3", "²"])
def test_offsets_that_are_none(start: str) -> None:
    """An offset that is no whole number, or missing beside the other, is a problem of its line."""
    rows, problems = read_codings((_HEAD + f"a,{start},9,X,tom,,,,,\n").encode(), name="c.csv")
    assert rows == []
    assert [p.where for p in problems] == ["c.csv, line 2"]


@pytest.mark.parametrize(("start", "end"), [("9", "9"), ("9", "3")])
def test_offsets_must_rise(start: str, end: str) -> None:
    """A start that is not before the end is a problem."""
    _, problems = read_codings((_HEAD + f"a,{start},{end},X,tom,,,,,\n").encode(), name="c.csv")
    assert "is not before" in problems[0].message


def test_good_rows_come_with_the_problems_of_the_others() -> None:
    """Rows without a fault are returned beside all faults of the others, words of quotes left out."""
    data = _HEAD + "a,0,4,X,tom,fine,,,,\n,1,2,,amy,secret,maybe,,,\nb,0,1,Y,tom,,,,,planet\n"
    rows, problems = read_codings(data.encode(), name="c.csv")
    assert [row.line for row in rows] == [2]
    assert [p.where for p in problems] == ["c.csv, line 3"] * 3 + ["c.csv, line 4"]
    assert not any("secret" in str(p) for p in problems)


def test_missing_columns() -> None:
    """A file without a needed column is refused, all missing ones named."""
    with pytest.raises(CodingsError, match="end_char, coder"):
        read_codings(b"source,start_char,code\na,1,X\n", name="c.csv")


def test_asked() -> None:
    """Asked is yes, no or unclear."""
    rows = read_asked(b"source,code,asked\na,X,Yes\na,Y,no\nb,X,unclear\n", name="a.csv")
    assert [row.asked for row in rows] == [Asked.YES, Asked.NO, Asked.UNCLEAR]


def test_asked_faults_all_at_once() -> None:
    """Blanks, other words and a source and code twice are refused together with their lines."""
    with pytest.raises(CodingsError) as caught:
        read_asked(b"source,code,asked\na,X,yes\na,X,no\nb,,no\nc,X,maybe\n", name="a.csv")
    assert [p.where for p in caught.value.problems] == ["a.csv, line 3", "a.csv, line 4", "a.csv, line 5"]
