"""Published survey files with counted rows (their PROVENANCE.md and expected.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualtool.errors import SurveyError
from qualtool.importing import SurveyMapping, Table, guess_mapping, read_survey, read_table

_NHS = "nhs_fft_nhft.csv"
_JUPYTER = "jupyter_ux_survey_2015_raw.csv"
_GAMES = "games_as_art_bopp_cp1252.csv"


@pytest.fixture(scope="module")
def labelled(shared_data: Path) -> Path:
    return shared_data / "labelled"


def table(path: Path) -> Table:
    return read_table(path.read_bytes(), name=path.name, error=SurveyError)


def test_nhs(labelled: Path) -> None:
    """2,808 rows are read, 2,309 of them with text, of 1,507 people."""
    expected = json.loads((labelled / "expected.json").read_text())[_NHS]
    mapping = SurveyMapping(id="Comment ID", text=("FFT answer",), variables=("Respondent ID",))
    survey = read_survey((labelled / _NHS).read_bytes(), name=_NHS, mapping=mapping)
    values = [r.answers[0].value for r in survey.respondents]
    assert len(values) == expected["rows"] == 2808
    assert sum(v is not None for v in values) == expected["nonempty_text"] == 2309
    assert len({r.variables[0].value for r in survey.respondents}) == expected["respondents"]
    assert survey.bytes_sha256 == expected["sha256"]


def test_nhs_respondent_is_no_id(labelled: Path) -> None:
    """The respondents' column repeats, and every repeated id is named at once."""
    mapping = SurveyMapping(id="Respondent ID", text=("FFT answer",))
    with pytest.raises(SurveyError) as caught:
        read_survey((labelled / _NHS).read_bytes(), name=_NHS, mapping=mapping)
    assert len(caught.value.problems) == 2808 - 1507


def test_nhs_guess(labelled: Path) -> None:
    """The guess finds the id, the text and the scale of the comments."""
    found = table(labelled / _NHS)
    mapping = guess_mapping(found.header, found.rows)
    assert (mapping.id, mapping.text) == ("Comment ID", ("FFT answer",))
    assert "Comment sentiment" in mapping.likert


def test_jupyter(labelled: Path) -> None:
    """A file without ids is read by row numbers; all its 42,275 blank cells stay blank."""
    found = table(labelled / _JUPYTER)
    assert (len(found.rows), len(found.header)) == (1706, 37)
    assert sum(not cell.strip() for row in found.rows for cell in row) == 42_275
    mapping = guess_mapping(found.header, found.rows)
    assert mapping.id is None
    survey = read_survey((labelled / _JUPYTER).read_bytes(), name=_JUPYTER, mapping=mapping)
    assert [r.respondent_id for r in survey.respondents] == [str(n) for n in range(1, 1707)]
    hinders = next(q.name for q in survey.questions if q.name.startswith("What, if anything, hinders"))
    answers = [a.value for r in survey.respondents for a in r.answers if a.question == hinders]
    assert sum(a is not None for a in answers) == 764


def test_games(labelled: Path) -> None:
    """The Windows-1252 file has 174 rows, and its 31 cells with line breaks survive."""
    found = table(labelled / _GAMES)
    assert found.encoding == "cp1252"
    assert len(found.rows) == 174
    assert sum("\n" in cell for row in found.rows for cell in row) == 31
    mapping = SurveyMapping(text=("experience", "why_art"))
    survey = read_survey((labelled / _GAMES).read_bytes(), name=_GAMES, mapping=mapping)
    assert all(a.value for r in survey.respondents for a in r.answers)
