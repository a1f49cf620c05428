"""The page Propositions: the matrix, one proposition whole, overriding with a note, files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from qualtool.errors import StudyFileError
from qualtool.triangulate.propositions import PropositionSet
from qualtool.workflows.displays.display_files import convergence_display, display_bytes
from qualtool.workflows.editing.edit_codebook import code_rows, remove_code
from qualtool.workflows.propositions import propositions
from qualtool.workflows.propositions.draw_propositions import strands_picture
from qualtool.workflows.propositions.proposition_acts import (
    history_of,
    negative_cases_of,
    override,
    write_meta_inference,
)
from qualtool.workflows.propositions.proposition_page import (
    matrix_table,
    passages_behind,
    proposition_docx,
    strand_rows,
)
from qualtool.workflows.propositions.proposition_words import (
    against_sentence,
    claims_of,
    history_lines,
    passages_of_case,
    sensitivity_rows,
    theme_words,
)
from qualtool.workflows.propositions.propositions import judge, proposition_of, propositions_of
from qualtool.workflows.propositions.sensitivity import sensitivity
from qualtool.workflows.propositions.stating import state_one

Open = Callable[..., AppTest]


def matrix_of(at: AppTest) -> pd.DataFrame:
    """The table of propositions, wherever it stands on the page."""
    return next(d.value for d in at.dataframe if "computed" in d.value.columns)


def test_an_empty_study_says_what_a_proposition_is(open_page: Open, empty_study: Path) -> None:
    """Without propositions the page explains them and offers two uploads."""
    at = open_page("propositions.py", empty_study)
    assert not at.exception
    assert "No propositions yet" in at.info[0].value
    assert len(at.file_uploader) == 2


def test_the_matrix_has_a_row_for_each_proposition(open_page: Open, sample_study: Path) -> None:
    """Each proposition stands in the matrix with its computed code; the first is shown whole."""
    at = open_page("propositions.py", sample_study)
    assert not at.exception
    shown = matrix_of(at)
    assert list(shown["id"]) == [p.id for p in propositions_of(sample_study).propositions]
    assert set(shown["computed"].str.split(" \\(", regex=True).str[0]) >= {
        "agreement",
        "dissonance",
        "silence",
    }
    assert any(shown["id"].iloc[0] in str(block.value) for block in at.markdown)


def test_published_findings_are_listed_with_what_was_noted(open_page: Open, sample_study: Path) -> None:
    """Each finding of the study is in a table with its number as printed, its base and its caveat."""
    at = open_page("propositions.py", sample_study)
    (shown,) = [d.value for d in at.dataframe if "Caveat" in d.value.columns]
    assert list(shown["Number"]) == ["2.4, no interval", "2.4, no interval", "0.14 (0.09 to 0.19)"]
    assert list(shown["Account of"]) == ["", "Ashmere linkage study (2023)", ""]
    assert list(shown["Base"]) == ["41,200", "not printed", "9,300"]
    assert "odds and printed without an interval" in shown["Caveat"][0]


def test_an_override_needs_a_note_and_stands_beside_the_computed_code(
    open_page: Open, sample_copy: Path
) -> None:
    """With a note the researcher's code is kept, and the computed one stays what it was."""
    at = open_page("propositions.py", sample_copy, coder="amira")
    key = propositions_of(sample_copy).propositions[0].id
    before = judge(sample_copy).rows[0].verdict.assessment.headline
    at.session_state["proposition_tabs"] = "Your word"
    at = at.run()
    (button,) = [b for b in at.button if b.label == "Override"]
    at = button.click().run()
    assert [w.value for w in at.warning] == ["Write why: the note stays with the code."]
    assert judge(sample_copy).rows[0].override is None
    (note,) = [t for t in at.text_area if t.key == f"note_{key}"]
    at = note.set_value("The examples speak of another school.").run()
    (code,) = [s for s in at.selectbox if s.label == "Your code"]
    at = code.set_value("dissonance").run()
    (button,) = [b for b in at.button if b.label == "Override"]
    at = button.click().run()
    assert not at.exception
    row = judge(sample_copy).rows[0]
    assert row.override is not None and row.override["code"] == "dissonance"
    assert row.verdict.assessment.headline == before
    assert matrix_of(at)["researcher"].iloc[0] == "dissonance"


def test_a_proposition_is_stated_on_the_screen(open_page: Open, sample_copy: Path) -> None:
    """What is typed becomes a proposition with a verdict; an expression with a fault is told."""
    at = open_page("propositions.py", sample_copy, coder="amira")
    at.session_state["proposition_form"] = True
    at = at.run()
    n = len(propositions_of(sample_copy).propositions)
    at.text_area(key="proposition_statement").set_value("Pull is voiced more where there is a base.")
    at.text_input(key="proposition_expression").set_value("MAGNET and (")
    at = at.run()
    at = at.button(key="proposition_state").click().run()
    assert at.error and len(propositions_of(sample_copy).propositions) == n
    at.text_input(key="proposition_expression").set_value("MAGNET and not PUSH")
    at = at.run()
    at = at.button(key="proposition_state").click().run()
    assert not at.exception
    stated = propositions_of(sample_copy).propositions
    assert len(stated) == n + 1 and stated[-1].theme_text == "MAGNET and not PUSH"


def test_the_matrix_leaves_as_a_confidential_file(sample_study: Path) -> None:
    """XLSX and DOCX hold every proposition and say that they are confidential working copies."""
    matrix = judge(sample_study)
    table = matrix_table(matrix)
    book = openpyxl.load_workbook(
        io.BytesIO(display_bytes(sample_study, convergence_display(sample_study, matrix), "xlsx"))
    )
    assert book["Data"].max_row == 1 + len(table.rows)
    document = Document(
        io.BytesIO(display_bytes(sample_study, convergence_display(sample_study, matrix), "docx"))
    )
    assert any("CONFIDENTIAL" in p.text for p in document.paragraphs)
    written = display_bytes(sample_study, convergence_display(sample_study, matrix), "csv")
    heads = written.decode("utf-8-sig").splitlines()[0].split(",")
    assert len(heads) == len(set(heads))
    ids = [row.cells[0].text for row in document.tables[0].rows]
    assert ids == ["id", *table.keys]


def test_p_never_stands_alone(sample_study: Path) -> None:
    """Every p in the table of strands has the smallest attainable one behind it."""
    for row in judge(sample_study).rows:
        for strand in strand_rows(row):
            shown = strand["p (least possible)"]
            assert shown is None or shown == "not tested" or shown.endswith(")")


def test_one_proposition_leaves_with_its_picture(sample_study: Path) -> None:
    """The Word document holds the chart and the table of strands; PNG and SVG are pictures."""
    row = judge(sample_study).rows[0]
    picture = strands_picture(row)
    assert picture.startswith(b"\x89PNG")
    assert b"<svg" in strands_picture(row, "svg")[:400]
    document = Document(io.BytesIO(proposition_docx(sample_study, row, picture)))
    assert len(document.inline_shapes) == 1
    assert len(document.tables[0].rows) == 1 + len(row.verdict.strands)


def test_the_switch_shows_what_would_be(open_page: Open, sample_study: Path) -> None:
    """Without suggested codings the matrix stands beside that of all codings, and nothing can be written."""
    at = open_page("propositions.py", sample_study, coder="amira")
    at = at.toggle(key="propositions_origin").set_value(True).run()
    assert not at.exception
    assert set(matrix_of(at)["with all codings"]) == {"the same"}
    assert any("left out" in info.value for info in at.info)
    assert not [b for b in at.button if b.label in ("Override", "I have looked at it")]
    assert len(at.tabs) == 1


def test_what_is_seen_first_is_recorded(open_page: Open, sample_copy: Path) -> None:
    """A verdict shown for the first time is recorded: the proposition cannot be changed unseen any more."""
    stated = {
        "id": "Q1",
        "statement": "Joint planning goes badly more in secondary schools.",
        "direction": "+",
        "theme": "BASE-JOINT",
        "valence": "negative",
        "mid": 0.2,
        "rival_explanation": "",
        "before": True,
        "strands": [{"kind": "interview", "indicator": "phase", "contrast": "secondary_v_primary"}],
    }
    state_one(sample_copy, stated, by="amira")
    assert proposition_of(sample_copy, "Q1").valence == "negative"
    before = next(r for r in judge(sample_copy).rows if r.verdict.id == "Q1")
    assert before.recorded is None
    at = open_page("propositions.py", sample_copy, coder="amira")
    assert not at.exception
    after = next(r for r in judge(sample_copy).rows if r.verdict.id == "Q1")
    assert after.recorded is not None
    assert after.recorded["made_by"] == "amira"


def test_a_study_that_cannot_be_written_is_shown_all_the_same(
    open_page: Open, sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first look cannot be recorded the matrix stands there, and nothing is recorded."""
    again = {
        "id": "Q2",
        "statement": "Joint planning is told of more in secondary schools.",
        "direction": "+",
        "theme": "BASE-JOINT",
        "mid": 0.2,
        "rival_explanation": "",
        "before": True,
        "strands": [{"kind": "interview", "indicator": "phase", "contrast": "secondary_v_primary"}],
    }
    state_one(sample_copy, again, by="amira")

    def refused(*args: object, **options: object) -> None:
        raise StudyFileError("The study file is read-only.")

    monkeypatch.setattr(propositions, "record_verdicts", refused)
    at = open_page("propositions.py", sample_copy, coder="amira")
    assert not at.exception
    assert not at.error
    assert "Q2" in list(matrix_of(at)["id"])
    monkeypatch.undo()
    assert next(r for r in judge(sample_copy).rows if r.verdict.id == "Q2").recorded is None


def test_quotes_behind_a_strand_are_of_its_people_and_facets(sample_study: Path) -> None:
    """Of parents only parents' answers; of what is told of others the rest stands apart."""
    parents = passages_behind(sample_study, proposition_of(sample_study, "S09"), 0)
    assert {p.role for found in parents for p in found.counted} == {"Parent or carer"}
    assert {p.source.partition("#")[0] for found in parents for p in found.counted} == {"parent_survey.csv"}
    (told,) = passages_behind(sample_study, proposition_of(sample_study, "S01"), 0)
    assert all("reported" in p.facets for p in told.counted)
    assert told.others
    assert told.n_people == len({p.speaker for p in told.counted})


def test_as_many_people_stand_behind_a_strand_as_it_counts(sample_copy: Path) -> None:
    """Of whom an expression is not true, or who is of no school, is not among the people of the quotes."""
    fields = {
        "id": "Q1",
        "statement": "Families are drawn, and not pushed, more in the top quarter.",
        "direction": "+",
        "theme": "MAGNET and not PUSH",
        "unit": "school",
        "mid": 0.2,
        "rival_explanation": "",
        "before": True,
        "strands": [{"kind": "interview", "indicator": "ehcp_quartile", "contrast": "q4_v_rest"}],
    }
    state_one(sample_copy, fields, by="amira")
    n_looked_at = 0
    for row in judge(sample_copy).rows:
        proposition = row.verdict.proposition
        for place, (spec, strand) in enumerate(zip(proposition.strands, row.verdict.strands, strict=True)):
            if not spec.is_of_texts or spec.contrast == "ordering" or strand.n_voiced is None:
                continue
            behind = passages_behind(sample_copy, proposition, place)
            assert sum(found.n_people for found in behind) == strand.n_voiced, (row.verdict.id, place)
            n_looked_at += 1
    assert n_looked_at >= 12
    drawn, pushed = passages_behind(sample_copy, proposition_of(sample_copy, "Q1"), 0)
    assert (drawn.n_people, pushed.n_people) == (15, 0)
    assert drawn.others
    assert pushed.others


def test_sensitivity_of_one_proposition_is_that_of_all(sample_study: Path) -> None:
    """Worked out alone, on the page, a row says the very same as worked out with all others."""
    together = {row["id"]: row for row in sensitivity(sample_study)}
    for key in ("S01", "S03", "S13"):
        alone = PropositionSet(title="", propositions=(proposition_of(sample_study, key),))
        assert sensitivity(sample_study, alone) == [together[key]]


def test_schools_and_people_that_contradict_are_told_apart() -> None:
    """A school that is silent and a person who denies are not one sum of cases."""

    def case(participant: str, disposition: str) -> dict[str, str]:
        return {"participant": participant, "disposition": disposition}

    one = case("", "unexplained")
    assert against_sentence([one]) == "1 school contradicts it: 1 of 1 not explained yet."
    both = [one, case("p1", "explained"), case("p2", "unexplained")]
    assert against_sentence(both) == "1 school and 2 people contradict it: 2 of 3 not explained yet."
    assert against_sentence([case("p1", "explained")]) == "1 person contradicts it: all explained."


def test_a_meta_inference_is_held_against_what_the_strands_carry(sample_study: Path) -> None:
    """A cause is flagged whatever the strands; a share of a population where one strand was drawn is not."""
    row = judge(sample_study).rows[0]
    assert claims_of("Plans rise because of the reputation.", row)[0].where == "'because of'"
    assert not claims_of("51% of leaders disagree.", row)
    assert not claims_of("", row)
    texts_only = next(r for r in judge(sample_study).rows if r.verdict.id == "S15")
    assert claims_of("51% of leaders disagree.", texts_only)


def test_the_words_of_a_negative_case_are_its_school_s(sample_study: Path) -> None:
    """What was said at a school that contradicts is of that school alone."""
    row = next(r for r in judge(sample_study).rows if r.verdict.id == "S04")
    cases = [c for c in negative_cases_of(sample_study, row) if c["why"] == "voiced in the other group"]
    assert cases
    for case in cases:
        found = passages_of_case(sample_study, row, case)
        assert found
        assert {p.case for p in found} == {case["label"]}


def test_sensitivity_tells_each_strand(sample_study: Path) -> None:
    """A row a layer, in words, with the finding and number of every strand."""
    rows = judge(sample_study).rows
    found = next(r for r in sensitivity(sample_study) if r["id"] == "S01")
    table = sensitivity_rows(found, rows[0])
    assert table[0]["under"] == "everybody's codings, as in the verdict"
    assert any(line["under"] == "only tom's codings" for line in table)
    assert all(sum(key[:2] in ("1.", "2.") for key in line) == 2 for line in table)


def test_the_people_of_a_strand_are_those_of_its_shares(sample_study: Path) -> None:
    """7 of 8 people and 1 of 5 are 8 of 13: who was marked as asked is not the base of the shares."""
    row = next(r for r in judge(sample_study).rows if r.verdict.id == "S01")
    assert [line["units"] for line in strand_rows(row)] == [
        "10 schools, 8 of 13 people",
        "331 of 755 respondents",
    ]


def test_the_history_is_told_in_words(sample_copy: Path) -> None:
    """Wordings, verdicts, overrides and what was written are sentences, without keys and braces."""
    override(sample_copy, "S01", "dissonance", "Two kinds of schools.", by="amira", examples_agree="no")
    write_meta_inference(sample_copy, "S01", "Both tell the same.", by="amira")
    lines = {line["what"]: line["told"] for line in history_lines(history_of(sample_copy, "S01"))}
    assert lines["wording"].startswith("Version 1: Schools in the top EHCP quartile tell")
    assert lines["wording"].endswith("2 strands; stated before looking.")
    assert lines["verdict"].startswith("agreement (clear); supported; qualtool ")
    assert "school figures: ehcp_quartile.1 from " in lines["verdict"]
    assert lines["override"] == "dissonance; examples do not agree: Two kinds of schools."
    assert lines["words"] == "taken together: Both tell the same."
    assert not any("{" in told for told in lines.values())


def test_a_research_question_is_made_where_it_is_needed(sample_copy: Path) -> None:
    """Words that are no known question become one with the next number; known words take its id."""
    fields = {
        "id": "P01",
        "statement": "More in secondary schools.",
        "direction": "+",
        "theme": "PUSH",
        "mid": 0.2,
        "rival_explanation": "",
        "before": True,
        "question": "Who is sent where?",
        "strands": [{"kind": "interview", "indicator": "phase", "contrast": "secondary_v_primary"}],
    }
    state_one(sample_copy, fields, by="amira")
    assert dict(propositions_of(sample_copy).questions)["RQ3"] == "Who is sent where?"
    state_one(sample_copy, {**fields, "id": "P02", "question": "Who is sent  where?"}, by="amira")
    assert proposition_of(sample_copy, "P02").question == "RQ3"
    assert [key for key, _ in propositions_of(sample_copy).questions] == ["RQ1", "RQ2", "RQ3"]


def test_a_theme_is_called_by_its_name(sample_study: Path) -> None:
    """One code by its name, an expression as written with the names of its short ids."""
    assert theme_words(sample_study, proposition_of(sample_study, "S01")) == (
        "Theme: Institutional resistance (RESIST)."
    )
    told = theme_words(sample_study, proposition_of(sample_study, "S09"))
    assert "UNMET is Needs not met" in told and "not SUSPENSION" in told


def test_a_proposition_whose_code_went_is_said_to_be_so(open_page: Open, sample_copy: Path) -> None:
    """The page shows the others, and says what cannot be judged and what to do."""
    code = next(r for r in code_rows(sample_copy) if r["short_id"] == "RESIST")
    remove_code(sample_copy, code["guid"], by="amira")
    at = open_page("propositions.py", sample_copy, coder="amira")
    assert not at.exception and not at.error
    assert any("S01 is not judged" in w.value for w in at.warning)
    assert "S01" not in list(matrix_of(at)["id"])
    assert len(matrix_of(at)) == 14
