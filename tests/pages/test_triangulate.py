"""The page Triangulate: a theme by an indicator, in words, figures, chart, tables and quotes."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from qualtool.workflows.propositions.contrast_page import (
    contrast_table,
    evidence_behind,
    figures_of,
    group_rows,
    pairs_of,
    school_rows,
)
from qualtool.workflows.propositions.draw_contrast import contrast_picture, draw_contrast
from qualtool.workflows.propositions.triangulating import contrast_of

Open = Callable[..., AppTest]


def said(at: AppTest) -> str:
    parts = (*at.markdown, *at.info, *at.error, *at.caption, *at.text)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


# --- the page -------------------------------------------------------------------------------------


def test_without_a_study_the_page_says_so(open_page: Open) -> None:
    """Without a study the page asks for one."""
    at = open_page("triangulate.py")
    assert not at.exception
    assert "No study is open" in at.info[0].value


def test_without_indicators_the_page_says_what_to_import(open_page: Open, tiny_study: Path) -> None:
    """A study whose schools have no indicator is sent to Import."""
    at = open_page("triangulate.py", tiny_study)
    assert not at.exception
    assert "no school of this study has an indicator" in at.info[0].value


def test_an_empty_study_says_what_to_import(open_page: Open, empty_study: Path) -> None:
    """An empty study gives the same advice and no error."""
    at = open_page("triangulate.py", empty_study)
    assert not at.exception
    assert "Import school" in at.info[0].value


def test_the_finding_stands_in_words_and_figures(open_page: Open, schools_study: Path) -> None:
    """The first question is answered: difference first, and p only with the smallest attainable one."""
    at = open_page("triangulate.py", schools_study)
    assert not at.exception
    assert "In 2 of 3 top-quartile" in said(at)
    assert at.metric[0].label == "Difference"
    (p,) = [m for m in at.metric if "least possible" in m.label]
    assert p.value.count("(") == 1
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["Chart PNG", "Chart SVG", "Tables CSV", "Tables XLSX"]
    assert "They ask around." in [text.value for text in at.text]


def test_only_contrasts_that_fit_an_indicator_are_offered(open_page: Open, schools_study: Path) -> None:
    """A base is compared with none, and nothing else; a rate of absence only as a number."""
    at = open_page("triangulate.py", schools_study)
    at.selectbox(key="tri_indicator").set_value("SEN unit or resourced provision").run()
    assert not at.exception
    (compare,) = [s for s in at.selectbox if s.label == "Compare"]
    assert compare.options == ["With a base against without"]
    at.selectbox(key="tri_indicator").set_value("Absence rate").run()
    (compare,) = [s for s in at.selectbox if s.label == "Compare"]
    assert compare.options == ["As a number, school by school"]
    assert not at.exception


def test_an_expression_is_asked_and_a_faulty_one_is_told(open_page: Open, schools_study: Path) -> None:
    """An expression is answered; one that cannot be read, or names no code, shows what is wrong."""
    at = open_page("triangulate.py", schools_study)
    at.segmented_control(key="tri_kind").set_value("An expression").run()
    assert "Write a theme" in at.info[0].value
    at.text_input(key="tri_expression").set_value("MAGNET and not PUSH").run()
    assert not at.error
    assert "'MAGNET and not PUSH'" in said(at)
    at.text_input(key="tri_expression").set_value("MAGNET and and").run()
    assert not at.exception
    assert "A code is expected" in at.error[0].value
    at.text_input(key="tri_expression").set_value("NOSUCH").run()
    assert "no such code" in at.error[0].value


def test_choosing_a_school_shows_the_quotes_behind_it(open_page: Open, schools_study: Path) -> None:
    """Behind J, asked and silent, there is no quote, and the person stands among the silent."""
    at = open_page("triangulate.py", schools_study)
    at.selectbox(key="tri_behind").set_value("s:900010").run()
    assert not at.exception
    assert not at.text
    assert "Asked, and nobody voiced it: School J" in said(at)
    silent = [frame.value for frame in at.dataframe if "Speaker" in frame.value.columns]
    assert list(silent[0]["Speaker"]) == ["Jon of J"]


def test_a_result_that_is_undefined_shows_its_reason(open_page: Open, schools_study: Path) -> None:
    """All schools are primary: the contrast of phases has no estimate and says that it is too thin."""
    at = open_page("triangulate.py", schools_study)
    at.selectbox(key="tri_indicator").set_value("Phase").run()
    assert not at.exception
    assert "Too thin" in at.info[0].value
    assert [m.label for m in at.metric] == ["Schools", "People asked"]


# --- what the page is made of ---------------------------------------------------------------------


def test_pairs_name_years_and_schools(schools_study: Path) -> None:
    """The quartiles of six schools are known for two years, newest first; the register has no base twice."""
    pairs = {(p.indicator, p.contrast): p for p in pairs_of(schools_study)}
    assert pairs["ehcp_quartile", "q4_v_rest"].years == ("2024/25", "2023/24")
    assert pairs["ehcp_quartile", "q4_v_rest"].n_schools == 6
    assert pairs["absence_rate", "continuous"].n_schools == 5
    assert ("has_base", "continuous") not in pairs
    assert ("phase", "quartiles") not in pairs


def test_facts_of_the_sheet_are_offered_where_they_fit(schools_study: Path) -> None:
    """Without files, the phases of the sheet are offered as soon as they differ, and for nothing else."""
    with closing(sqlite3.connect(schools_study)) as db, db:
        db.execute("DELETE FROM indicator_value")
        db.execute("DELETE FROM indicator_file")
    assert pairs_of(schools_study) == []
    with closing(sqlite3.connect(schools_study)) as db, db:
        db.execute(
            "UPDATE variable SET value = 'secondary' WHERE owner_kind = 'case' AND name = 'phase'"
            " AND owner_id = (SELECT id FROM study_case WHERE urn = '900001')"
        )
    (pair,) = pairs_of(schools_study)
    assert (pair.label, pair.contrast) == ("phase (from your sheet)", "secondary_v_primary")


def test_evidence_tells_voiced_denied_silent_and_not_asked_apart(schools_study: Path) -> None:
    """A, B and I voiced it; C denied it; J was asked and silent; S was not asked."""
    found = contrast_of(schools_study, "MAGNET", "ehcp_quartile")
    behind = evidence_behind(schools_study, found, set(found.schools), "voiced")
    assert [row["case"] for row in behind.quotes] == ["School A", "School B", "School I"]
    assert [row["case"] for row in behind.others] == ["School C"]
    assert [row["school"] for row in behind.silent] == ["School J"]
    assert [row["school"] for row in behind.not_asked] == ["School S"]
    assert behind.silent_schools == ("School C", "School J")
    counted = contrast_of(schools_study, "MAGNET", "ehcp_quartile", stance="any")
    assert len(evidence_behind(schools_study, counted, set(found.schools), "any").quotes) == 4


def test_hearsay_counts_only_where_it_is_asked_for(schools_study: Path) -> None:
    """A passage told of others voices its code, unless only people's own experience is asked for."""
    with closing(sqlite3.connect(schools_study)) as db, db:
        db.execute(
            "UPDATE coding SET basis = 'reported'"
            " WHERE source_id = (SELECT id FROM source WHERE name = 'b.txt')"
        )
    for stance, schools in (("voiced", ["School A", "School B"]), ("own", ["School A"])):
        found = contrast_of(schools_study, "MAGNET", "ehcp_quartile", stance=stance)
        behind = evidence_behind(schools_study, found, {"900001", "900002"}, stance)
        assert [row["case"] for row in behind.quotes] == schools


def test_an_expression_leaves_those_it_is_not_true_of_among_the_others(schools_study: Path) -> None:
    """'MAGNET and not PUSH' is not true of A, so A's quotes are shown apart."""
    found = contrast_of(schools_study, "MAGNET and not PUSH", "ehcp_quartile")
    behind = evidence_behind(schools_study, found, {"900001"}, "voiced")
    assert behind.quotes == ()
    assert [row["code"] for row in behind.others] == ["MAGNET", "PUSH"]


def test_figures_give_the_estimate_first_and_p_never_alone(schools_study: Path) -> None:
    """Figures come in the order estimate, interval, p with its floor, schools, people."""
    found = contrast_of(schools_study, "MAGNET", "ehcp_quartile")
    labels = [figure.label for figure in figures_of(found)]
    assert labels[0] == "Difference"
    assert labels.index("Exact p (least possible)") > labels.index("95% interval")
    assert labels[-2:] == ["Schools", "People asked"]


def test_tables_have_a_row_a_group_and_a_school(schools_study: Path) -> None:
    """Group and school rows count the same people; a school where nobody was asked says so."""
    found = contrast_of(schools_study, "MAGNET", "ehcp_quartile")
    assert sum(row["people asked"] for row in group_rows(found)) == 5
    schools = {row["school"]: row for row in school_rows(found)}
    assert schools["School A"]["voiced"] == "1 of 1"
    assert schools["School S"]["voiced"] == "nobody asked"
    assert schools["School S"]["share"] is None


def test_tables_leave_as_confidential_working_copies(schools_study: Path) -> None:
    """CSV and XLSX hold groups and schools, and say inside that they are confidential."""
    found = contrast_of(schools_study, "MAGNET", "ehcp_rate", contrast="continuous")
    text = contrast_table(schools_study, found, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["level"] for row in rows] == ["group"] + ["school"] * 6
    assert "CONFIDENTIAL" in rows[0]["status"]
    assert float(rows[1]["value"]) == pytest.approx(100 * 30 / 391)
    book = load_workbook(io.BytesIO(contrast_table(schools_study, found, "xlsx")))
    assert book.sheetnames == ["Data", "About"]


@pytest.mark.parametrize(
    ("indicator", "contrast"),
    [("ehcp_quartile", "q4_v_rest"), ("ehcp_quartile", "quartiles"), ("ehcp_rate", "continuous")],
)
def test_charts_leave_as_png_and_svg(schools_study: Path, indicator: str, contrast: str) -> None:
    """Every contrast gives a picture in both formats, with its title and schools by pseudonym."""
    found = contrast_of(schools_study, "MAGNET", indicator, contrast=contrast)
    assert contrast_picture(found, "png", title="T", label="EHC plan rate").startswith(b"\x89PNG")
    svg = contrast_picture(found, "svg", title="A title of ours", label="EHC plan rate").decode()
    assert "A title of ours" in svg
    data = str(draw_contrast(found, label="EHC plan rate").to_dict()["datasets"])
    assert "School A" in data and "900001" not in data


def test_suggested_codings_can_be_left_out(open_page: Callable[..., AppTest], schools_study: Path) -> None:
    """With the switch on, the finding says that codings that began as suggestions do not count."""
    at = open_page("triangulate.py", schools_study)
    at.toggle(key="tri_origin").set_value(True)
    at = at.run()
    assert not at.exception
    shown = " ".join(e.value for e in (*at.markdown, *at.caption, *at.info, *at.success, *at.text))
    assert "began as a machine's suggestion are left out" in shown.replace("\\", "")
