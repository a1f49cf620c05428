"""The page Schools: the profile of a case beside its quotes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.model import IndicatorFile
from qualtool.triangulate.profile_charts import right_end, thinned
from qualtool.workflows.people.people import cases_of
from qualtool.workflows.schools.draw_school import draw_profile
from qualtool.workflows.schools.school_page import populations, school_profile, speakers_of
from qualtool.workflows.themes.quote_groups import passages_of, quote_groups
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.info, *at.warning, *at.caption, *at.text)
    return " ".join(str(part.value) for part in parts)


def choose(at: AppTest, study: Path, name: str) -> AppTest:
    """Choose the case of this name on the page."""
    (guid,) = [case["guid"] for case in cases_of(study) if case["name"] == name]
    return at.selectbox[0].set_value(guid).run()


# --- the page -------------------------------------------------------------------------------------


def test_without_a_study_the_page_says_so(open_page: Open) -> None:
    """Without a study the page asks for one and shows nothing else."""
    at = open_page("schools.py")
    assert not at.exception
    assert "No study is open" in at.info[0].value


def test_an_empty_study_says_how_to_get_cases(open_page: Open, empty_study: Path) -> None:
    """A study without cases says that transcripts come with a sheet."""
    at = open_page("schools.py", empty_study)
    assert not at.exception
    assert "no cases yet" in at.info[0].value


def test_a_school_shows_its_quotes_with_consent_and_a_way_to_the_panel(
    open_page: Open, schools_study: Path
) -> None:
    """The first school shows its quotes as plain text, and a press names its source for the panel."""
    at = open_page("schools.py", schools_study)
    assert not at.exception
    assert "They ask around." in [text.value for text in at.text]
    assert "4 of 4, top quarter" in said(at)
    (opening, *_) = [b for b in at.button if b.label == "Open in the panel"]
    opening.click().run()
    assert not at.exception
    assert at.session_state["source"] == quotes(schools_study, code="MAGNET")[0]["source_guid"]


def test_a_suppressed_number_is_told_in_words(open_page: Open, schools_study: Path) -> None:
    """The absence of a school that is suppressed stands in the table as words."""
    at = choose(open_page("schools.py", schools_study), schools_study, "Juniper School")
    assert not at.exception
    tables = [frame.value for frame in at.dataframe if "Indicator" in frame.value.columns]
    values = dict(zip(tables[0]["Indicator"], tables[0]["Value"], strict=True))
    assert values["Absence"] == "suppressed by the publisher"


def test_a_small_school_has_a_caution(open_page: Open, schools_study: Path) -> None:
    """A school of 78 pupils is shown with a caution, one of 391 without."""
    at = open_page("schools.py", schools_study)
    assert not at.warning
    at = choose(at, schools_study, "Small School")
    assert "Fewer than 100 pupils" in at.warning[0].value


@pytest.mark.parametrize(
    ("name", "words"), [("Lowmoor", "not a school"), ("No Number School", "no URN in the study")]
)
def test_a_case_without_indicators_says_why(
    open_page: Open, schools_study: Path, name: str, words: str
) -> None:
    """An authority, and a school without URN, say why they have no indicators."""
    at = choose(open_page("schools.py", schools_study), schools_study, name)
    assert not at.exception
    assert words in at.info[0].value


def test_quotes_by_role_carry_their_codes(open_page: Open, schools_study: Path) -> None:
    """By role, a card lists the codes of its passage."""
    at = open_page("schools.py", schools_study)
    at.segmented_control(key="schools_by").set_value("Role").run()
    assert not at.exception
    assert "Magnet reputation" in said(at)


# --- what the page is made of ---------------------------------------------------------------------


def test_the_profile_places_a_school_among_its_phase(schools_study: Path) -> None:
    """The EHCP rate of A is 30 of 391, above the upper cut, and lies among primary schools of its year."""
    profile = school_profile(schools_study, "900001")
    line = profile.lines[0]
    assert (line.name, line.year, line.shown, line.note) == ("ehcp_rate", "2024/25", "7.7%", "30 of 391")
    assert line.cuts is not None and line.value is not None
    assert line.value > line.cuts[2]
    assert [year for year, _ in line.trend] == ["2023/24", "2024/25"]
    assert line.value in line.population
    assert line.share_below is not None and 0.75 < line.share_below < 1


def test_the_profile_chart_holds_a_row_an_indicator(schools_study: Path) -> None:
    """The chart has one row an indicator, and no mark of this school where it has no number."""
    profile = school_profile(schools_study, "900010")
    spec = draw_profile(profile).to_dict()
    assert len(spec["vconcat"]) == len(profile.lines) == 6
    marks = {row["title"]["text"].split(":")[0]: len(row["hconcat"][0]["layer"]) for row in spec["vconcat"]}
    assert marks["Absence"] == marks["Pupils on roll"] - 1


def test_one_files_suppression_binds_the_others() -> None:
    """A school whose absence one file suppresses is in no population, whatever another file prints."""
    census = [
        ("100001", "1", "school_type", None, "text", "State-funded primary"),
        ("100001", "1", "roll", 200.0, "numeric", "200"),
    ]
    files = [
        _file("cscp_census", census),
        _file("cscp_absence", [("100001", "1", "absence_rate", 5.0, "numeric", "5.0")]),
        _file("ees_absence", [("100001", "1", "absence_rate", None, "suppressed", "c")]),
    ]
    found = populations(files)
    assert found["roll", "2024/25", "primary"] == (200.0,)
    assert ("absence_rate", "2024/25", "primary") not in found
    assert populations(files[:2])["absence_rate", "2024/25", "primary"] == (5.0,)


def _file(dataset: str, values: list[tuple[str, str | None, str, float | None, str, str]]) -> IndicatorFile:
    return IndicatorFile(
        name=f"{dataset}.csv",
        dataset=dataset,
        year="2024/25",
        encoding="utf-8",
        bytes_sha256=dataset,
        values=values,
    )


def test_thinning_keeps_both_ends() -> None:
    """Of a thousand numbers at most ten stay, the smallest and the largest among them."""
    kept = thinned(list(range(1000)), most=10)
    assert len(kept) == 10
    assert (kept[0], kept[-1]) == (0, 999)
    assert thinned([3.0, 1.0]) == [1.0, 3.0]


def test_speakers_have_words_and_sources(schools_study: Path) -> None:
    """Who spoke for A: one person, six words, in one source."""
    (case,) = [c for c in cases_of(schools_study) if c["name"] == "Ash School"]
    (row,) = speakers_of(schools_study, case["guid"])
    assert (row["participant"], row["source"], row["n_words"]) == ("Ann of A", "a.txt", 6)


def test_groups_have_the_most_voiced_first_and_join_equal_passages(schools_study: Path) -> None:
    """MAGNET, of four people, comes first; two codes on one stretch are one passage."""
    rows = quotes(schools_study)
    groups = quote_groups(rows, "code_path")
    assert (groups[0].label, groups[0].n_people) == ("Steering > Magnet reputation", 4)
    assert len(passages_of(rows)) == len(rows) - 1
    (both,) = [p for p in passages_of(rows) if len(p.codes) == 2]
    assert both.codes == ("Steering > Magnet reputation", "Conduct of adults")


def test_a_long_thin_tail_does_not_take_the_picture() -> None:
    """Of a thousand schools with one at 90 the picture ends at the 99.5th percentile, or what is marked."""
    many = [i / 100 for i in range(999)] + [90.0]
    assert right_end(many) == 9.94
    assert right_end(many, (30.0,)) == 30.0
    assert right_end(many[:999]) == 9.98  # no tail: the largest
    assert right_end([1.0, 2.0, 90.0]) == 90.0  # few schools are all shown
    assert right_end([]) == 0.0
