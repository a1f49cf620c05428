"""The page Sampling on the sample study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from streamlit.testing.v1 import AppTest

from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_transcripts import import_transcripts
from qualtool.workflows.schools.sampling_page import compare, sampled, sampling_table

Open = Callable[..., AppTest]
SAMPLE_INDICATORS = Path(__file__).resolve().parents[2] / "corpora" / "sample" / "indicators"


def test_without_a_census_the_page_says_what_to_import(open_page: Open, empty_study: Path) -> None:
    """An empty study is told to import a census."""
    at = open_page("sampling.py", empty_study)
    assert not at.exception
    assert "No school census is loaded" in at.info[0].value


def test_comparison_schools_are_shown_with_who_was_left_out(open_page: Open, sample_study: Path) -> None:
    """The table starts with the school itself; candidates and left-out schools add up."""
    at = open_page("sampling.py", sample_study)
    assert not at.exception
    first, left_out = at.dataframe[0].value, at.dataframe[1].value
    found = sampled(sample_study)
    urn = str(first["URN"].iloc[0])
    assert urn in found.own
    assert first["Distance"].is_monotonic_increasing
    n_of_phase = int((found.frame["phase"] == found.frame.at[urn, "phase"]).sum()) - 1
    result = compare(
        found, urn, fixed=("region", "size_band", "fsm_band"), near=("roll", "fsm6_rate"),
        quartiles=(1, 2, 3), n=5,
    )  # fmt: skip
    assert result.n_candidates + int(left_out["Schools"].sum()) == n_of_phase
    assert not set(first["URN"].iloc[1:]) & set(found.own)


def test_the_comparison_schools_are_saved_as_a_working_copy(sample_study: Path, tmp_path: Path) -> None:
    """One row a comparison school, with the school it is compared with, marked confidential."""
    found = sampled(sample_study)
    results = [
        compare(found, urn, fixed=("size_band",), near=("roll",), quartiles=(1, 2, 3, 4), n=2)
        for urn in found.own
    ]
    path = tmp_path / "schools.xlsx"
    path.write_bytes(sampling_table(sample_study, found, results, "xlsx"))
    book = openpyxl.load_workbook(path)
    assert book["Data"].max_row == 1 + sum(len(r.found) for r in results)
    told = " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value)
    assert "confidential" in told.lower()


def test_schools_that_are_in_no_census_are_named(open_page: Open, tiny_study: Path, tmp_path: Path) -> None:
    """Where none of the study's schools is found the page names them with their URN, and what to do."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "talk.txt").write_text("Q: And here?\nAnn: They ask around.\n", encoding="utf-8")
    sheet = folder / "sheet.csv"
    sheet.write_text(
        "file,speaker,participant,role,case,urn,case_kind,is_interviewer\n"
        "talk.txt,Ann,Ann of A,SENCO,Ash School,123456,school,no\n",
        encoding="utf-8",
    )
    import_transcripts(tiny_study, [folder / "talk.txt"], sheet=sheet, by="Ada")
    import_indicators(tiny_study, [SAMPLE_INDICATORS / "2024-2025_england_census.csv"], by="Ada")
    at = open_page("sampling.py", tiny_study)
    assert not at.exception
    assert "No school of the study is in the census of 2024/25" in at.info[0].value
    assert any("Ash School (123456)" in block.value for block in at.text)


def test_a_school_that_is_missing_is_said_above_the_picture(
    open_page: Open, schools_study: Path, tmp_path: Path
) -> None:
    """One that no census holds is named where one looks first, and the others are compared."""
    (tmp_path / "late.txt").write_text("Q: And here?\nAnn: They ask around.\n", encoding="utf-8")
    sheet = tmp_path / "late.csv"
    sheet.write_text(
        "file,speaker,participant,role,case,urn,case_kind,is_interviewer\n"
        "late.txt,Ann,Ann of X,SENCO,Late School,123456,school,no\n",
        encoding="utf-8",
    )
    import_transcripts(schools_study, [tmp_path / "late.txt"], sheet=sheet, by="Ada")
    at = open_page("sampling.py", schools_study)
    assert not at.exception
    (said,) = [c.value for c in at.caption if c.value.startswith("Not in this census")]
    assert "Late School" in said
    assert len(at.dataframe) >= 2
