"""What pages say of schools: steadiness, the proxy and what it is not, report cards, successors."""

from __future__ import annotations

from pathlib import Path

from qualtool.indicators.sampling import standing_of_phases
from qualtool.store.file import connection
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.schools.derived import stored_files
from qualtool.workflows.schools.indicator_words import imported_files
from qualtool.workflows.schools.sampling_page import compare, left_out_rows, missed_rows, sampled
from qualtool.workflows.schools.school_page import school_profile

CARDS = """\
URN,Inspection start date,Safeguarding standards,Inclusion,Latest OEIF overall effectiveness,\
Inspection start date of latest OEIF graded inspection,\
Does the latest OEIF graded inspection relate to the URN of the current school?
900001,13/01/2026,Met,Strong standard,2,03/05/2022,No
"""


def test_a_school_is_told_with_its_cautions(sample_copy: Path, tmp_path: Path) -> None:
    """The proxy says what it is not, quartiles how steady they are; two frameworks keep their own lines."""
    cards = tmp_path / "latest_inspections_as_at_31_Jan_2026.csv"
    cards.write_text(CARDS, encoding="cp1252")
    assert import_indicators(sample_copy, [cards]).accepted == 1
    profile = school_profile(sample_copy, "900001")
    facts = {fact.label: fact for fact in profile.facts}
    proxy = facts["High rate of EHC plans (proxy)"]
    assert proxy.shown in ("yes", "no") and "not the definition of any published study" in proxy.note
    assert profile.steadiness is not None and "changed their EHC plan quartile" in profile.steadiness
    grade = facts["Ofsted grade (framework to November 2025)"]
    assert (grade.shown, grade.note) == ("Good", "of the school's predecessor")
    assert facts["Ofsted report card, inclusion"].shown == "Strong standard"
    assert facts["Ofsted report card, inclusion"].note == ""
    listed = {row["file"]: row["used"] for row in imported_files(sample_copy)}
    assert listed[cards.name] == "yes"


def test_a_school_with_a_new_urn_is_followed(sample_copy: Path, tmp_path: Path) -> None:
    """A school of the study that is not in the latest census is told what it became, split or nothing."""
    with connection.writing(sample_copy) as db:
        db.conn.execute("UPDATE study_case SET urn = '899991' WHERE urn = '900001'")
        db.conn.execute("UPDATE study_case SET urn = '899992' WHERE urn = '900002'")
        db.conn.execute("UPDATE study_case SET urn = '899993' WHERE urn = '900003'")
    links = tmp_path / "links_edubasealldata20250901.csv"
    links.write_text(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n899991,900001,A,Successor,01-09-2024\n"
        "899992,900002,B,Successor - Split School,01-09-2024\n"
        "899992,900004,C,Successor - Split School,01-09-2024\n",
        encoding="cp1252",
    )
    assert import_indicators(sample_copy, [links]).accepted == 1
    found = sampled(sample_copy)
    assert set(found.missing) == {"899991", "899992", "899993"}
    assert "it became" in found.became["899991"] and "900001" in found.became["899991"]
    assert "split" in found.became["899992"]
    assert "No link" in found.became["899993"]


def test_it_is_said_what_the_schools_stand_for(sample_study: Path) -> None:
    """The sample's census proves itself to be its whole country, and the page says so."""
    with connection.reading(sample_study) as db:
        told = standing_of_phases(stored_files(db))
    assert set(told) == {"primary", "secondary"}
    assert all(words.startswith("All schools of the country") for words in told.values())


def test_who_was_left_out_is_named(sample_study: Path) -> None:
    """Counts by reason add up with the candidates, and the nearest that were left out have a reason each."""
    found = sampled(sample_study)
    urn = next(iter(found.own))
    result = compare(found, urn, fixed=("region",), near=("roll",), quartiles=(1, 2), n=3)
    assert sum(row["n"] for row in left_out_rows(result)) + result.n_candidates == result.n_of_phase
    rows = missed_rows(found, result)
    assert rows and all(row["why"] and row["school"] for row in rows)
    assert not {row["urn"] for row in rows} & {u for u, _ in result.found}
