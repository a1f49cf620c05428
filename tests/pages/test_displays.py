"""The page Displays and its files on six schools: what is shown, what may leave, and with whose word.

MAGNET is voiced at A and B of the top quarter, denied at C, voiced at I, asked and silent at J, not
asked at S, which is in the top quarter too. Ann (A) and Ida (I) may be quoted, Ben (B) said no, of
Cai (C) it is unknown.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from qualtool.errors import ExportError, UserInputError
from qualtool.pages.parts import display_files
from qualtool.store.file import connection
from qualtool.store.records import codings
from qualtool.triangulate.case_matrix import State, silent_schools
from qualtool.workflows.clock import stamp
from qualtool.workflows.displays.display_files import FORMATS, display_bytes, make_display
from qualtool.workflows.displays.display_quotes import passages_of_cell, schools_in_group
from qualtool.workflows.displays.display_release import needs_sign_off, released
from qualtool.workflows.displays.display_tables import tables_of
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.people.people import cases_of
from qualtool.workflows.propositions.stating import state_one
from qualtool.workflows.undoing.history import events_of

Open = Callable[..., AppTest]
DISPLAYS = ("D2", "D3", "D4", "D5", "D6")
PROPOSITION = """propositions:
  - id: P01
    statement: The magnet reputation is voiced more at schools in the top quarter.
    direction: "+"
    theme: MAGNET
    mid: 0.2
    question: RQ1
    strands:
      - {kind: interview, indicator: ehcp_quartile, contrast: q4_v_rest}
"""
FLAG_MAP = """table: flags
label: Flags
publisher: A trust
licence: NPD_SRS
school: URN
year: 2024/25
indicators:
  - {name: flag, column: Flag, kind: flag}
"""


@pytest.fixture
def stated(schools_study: Path, tmp_path: Path, qualtool: Callable[..., Any]) -> Path:
    """The six schools with a proposition."""
    file = tmp_path / "propositions.yaml"
    file.write_text(PROPOSITION, encoding="utf-8")
    ran = qualtool("import", "propositions", schools_study, file)
    assert ran.code == 0, ran.err
    return schools_study


@pytest.fixture
def flagged(schools_study: Path, tmp_path: Path, qualtool: Callable[..., Any]) -> Path:
    """The six schools with a flag made from the National Pupil Database."""
    urns = ("900001", "900002", "900003", "900009", "900010")
    rows = [f"{urn},{'yes' if urn < '900003' else 'no'}" for urn in urns]
    (tmp_path / "flags.csv").write_text("\n".join(["URN,Flag", *rows]), encoding="utf-8")
    (tmp_path / "flags.yaml").write_text(FLAG_MAP, encoding="utf-8")
    ran = qualtool(
        "import", "indicators", schools_study, tmp_path / "flags.csv", "--map", tmp_path / "flags.yaml"
    )
    assert ran.code == 0, ran.err
    return schools_study


# --- data -----------------------------------------------------------------------------------------


def test_side_by_side_holds_what_was_counted(schools_study: Path) -> None:
    """Q4: 2 of 3 people at 2 of 3 schools; rest: 1 of 2 at 1 of 2; S, in Q4, was not asked."""
    content = make_display(schools_study, "d2", theme="MAGNET").content
    top, rest = content.themes
    assert (top.n_voiced, top.n_people, top.n_cases_voiced, top.n_cases) == (2, 3, 2, 3)
    assert (rest.n_voiced, rest.n_people, rest.n_cases_voiced, rest.n_cases) == (1, 2, 1, 2)
    top_schools = {s.label for s in content.standings if s.group == "Q4"}
    assert top_schools == {"School A", "School B", "School C", "School S"}
    assert {s.band for s in content.standings if s.group == "Q4"} == {"top quarter"}
    assert content.silent == {"Q4": ("School C",)}


def test_quotes_follow_consent(schools_study: Path) -> None:
    """Ann and Ida are quoted; Ben, who said no, and Cai, of whom it is unknown, are counted only."""
    content = make_display(schools_study, "d2", theme="MAGNET").content
    assert [(q.group, q.school, q.negative) for q in content.quotes] == [
        ("Q4", "School A", ""),
        ("rest", "School I", "voiced in the other group"),
    ]
    assert content.withheld == {"no": 1, "unknown": 1}


def test_side_by_side_of_a_proposition_says_what_its_verdict_says(stated: Path) -> None:
    """The groups of the strand that was judged are shown, with its sentences."""
    shown = make_display(stated, "d2", proposition="P01")
    assert [(g.group, g.n_voiced, g.n_people) for g in shown.content.themes] == [("Q4", 2, 3), ("rest", 1, 2)]
    assert shown.content.expected_high == ("Q4",)
    assert shown.title.startswith("Side by side: P01")
    with pytest.raises(UserInputError):
        make_display(stated, "d2", proposition="P99")
    with pytest.raises(UserInputError):
        make_display(stated, "d2")


def test_themes_are_counted_at_once(schools_study: Path) -> None:
    """Each codable code has a row with the people and schools of its groups; a heading has none."""
    content = make_display(schools_study, "d3", contrast="q4_v_rest").content
    rows = {row.key: row for row in content.rows}
    assert set(rows) == {"MAGNET", "PUSH", "SPACE", "CONDUCT"}
    assert [(c.n_voiced, c.n_people) for c in rows["MAGNET"].cells] == [(2, 3), (1, 2)]
    assert rows["MAGNET"].denominator == "asked"
    assert [(c.n_voiced, c.n_people) for c in rows["PUSH"].cells] == [(1, 4), (0, 2)]
    assert rows["PUSH"].denominator == "all"
    assert rows["MAGNET"].min_p == pytest.approx(0.1)  # the three that voice it together: 1 of 10 labellings


def test_schools_are_shown_with_states_and_bands(stated: Path) -> None:
    """A and B voice MAGNET, C is asked and silent and so contradicts P01, S was not asked."""
    content = make_display(stated, "d5", theme="MAGNET,PUSH", proposition="P01").content
    rows = {row.label: row for row in content.rows}
    states = {label: row.cells[0].state for label, row in rows.items()}
    assert states["School A"] is State.VOICED
    assert states["School C"] is State.SILENT
    assert states["School J"] is State.SILENT
    assert states["School S"] is State.NOT_ASKED
    assert rows["School B"].cells[1].state is State.NOT_VOICED
    assert any("asked and silent" in why for why in rows["School C"].deviant)
    assert rows["School A"].deviant == ()
    assert content.rows[0].bands["ehcp_quartile"] == "top quarter"
    found = silent_schools(content, "MAGNET", "ehcp_quartile")
    assert (found.silent, found.voiced) == (("School C",), ("School A", "School B"))
    assert found.not_evidence == ("School S",)


def test_the_quotes_behind_a_cell_are_those_of_its_schools(schools_study: Path) -> None:
    """The cell of the top quarter has the passages of A, B and C; that of one school its own."""
    top = schools_in_group(schools_study, "MAGNET", "ehcp_quartile", "q4_v_rest", "Q4")
    assert top == {"900001", "900002", "900003", "900058"}
    assert {p.case for p in passages_of_cell(schools_study, "MAGNET", top)} == {
        "School A",
        "School B",
        "School C",
    }
    assert [p.case for p in passages_of_cell(schools_study, "MAGNET", {"900009"})] == ["School I"]


def test_a_thread_has_codings_and_what_was_stated(stated: Path) -> None:
    """Four codings of MAGNET by one coder, and the proposition about it, in order."""
    content = make_display(stated, "d6", theme="MAGNET").content
    assert [(c.strand, c.n_codings, c.n_people) for c in content.strands] == [("interviews", 4, 4)]
    assert [e.kind for e in content.entries][:2] == ["coding", "proposition"]


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["d1", "d2", "d3", "d4", "d5", "d6"])
def test_every_display_is_written_in_every_format(what: str, stated: Path) -> None:
    """Tables open, pictures have their marks, and each says that it is confidential."""
    shown = make_display(stated, what, theme="MAGNET", proposition="P01" if what == "d4" else None)
    made = {format: display_bytes(stated, shown, format) for format in FORMATS}
    assert made["png"].startswith(b"\x89PNG")
    assert b"CONFIDENTIAL" in made["svg"]
    assert "CONFIDENTIAL" in made["csv"].decode("utf-8-sig")
    assert "Unit: " in made["csv"].decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert any("CONFIDENTIAL" in str(cell.value) for cell in book["About"]["B"])
    document = Document(io.BytesIO(made["docx"]))
    assert len(document.tables) == len([t for t in tables_of(shown.content) if t.rows])
    assert bool(document.inline_shapes) is (what not in ("d1", "d4"))


def text_of(made: bytes, format: str) -> str:
    """Everything a file says."""
    if format in ("csv", "svg"):
        return made.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        return "".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist() if n.endswith("xml"))


def test_a_picture_in_a_word_document_fits_its_page(sample_study: Path) -> None:
    """The grid of 45 themes, far higher than wide, keeps its shape and is not cut off at the page's end."""
    made = display_bytes(sample_study, make_display(sample_study, "d3"), "docx")
    document = Document(io.BytesIO(made))
    (section,), (picture,) = document.sections, document.inline_shapes
    room = section.page_height - section.top_margin - section.bottom_margin
    assert picture.height < room
    assert picture.width < section.page_width - section.left_margin - section.right_margin
    assert picture.height > 1.2 * picture.width


@pytest.mark.parametrize("format", ["csv", "svg", "xlsx", "docx"])
def test_a_release_of_themes_hides_small_groups(format: str, schools_study: Path) -> None:
    """Three and two people are too few: no count, share or estimate of them is in any format."""
    shown = make_display(schools_study, "d3", contrast="q4_v_rest")
    told = text_of(display_bytes(schools_study, shown, format, release=True), format)
    assert "suppressed" in told
    for leak in ("2 of 3", "1 of 2", "67%", "50%", "+0.17", "Conduct of adults"):
        assert leak not in told
    assert "2 of 3" in text_of(display_bytes(schools_study, shown, format), format)


def test_a_release_side_by_side_has_bands_roles_and_no_paraphrase(schools_study: Path) -> None:
    """No number of an indicator, no school, no URN, no quote but of consent yes; small groups hidden."""
    made = released(schools_study, make_display(schools_study, "d2", theme="MAGNET"))
    content = made.content
    assert all(s.value is None and s.position is None and s.urn == "" for s in content.standings)
    assert {(q.role, q.school, q.consent) for q in content.quotes} == {("SENCO", "", "yes")}
    assert all(g.is_hidden and g.share is None for g in content.themes)
    assert content.sentences == ()
    told = text_of(display_bytes(schools_study, make_display(schools_study, "d2", theme="MAGNET"), "csv",
                                 release=True), "csv")  # fmt: skip
    for leak in ("School A", "School C", "900001", "2 of 3", "67%"):
        assert leak not in told


def test_a_quote_that_names_a_school_is_not_released(schools_study: Path) -> None:
    """A quote with the own name of a case stays, with a note; 'school' alone is no name."""
    shown = make_display(schools_study, "d2", theme="MAGNET")
    first, second = shown.content.quotes
    quotes = (replace(first, words="They come from juniper."), replace(second, words="A good school."))
    made = released(schools_study, replace(shown, content=replace(shown.content, quotes=quotes)))
    assert [q.words for q in made.content.quotes] == ["A good school."]
    assert "1 quote withheld" in " ".join(made.foot.lines())


def test_a_release_of_schools_has_no_counts(stated: Path) -> None:
    """States and bands leave, people are not counted and URNs are not named; restricted themes go."""
    shown = make_display(stated, "d5", theme="MAGNET,CONDUCT")
    made = released(stated, shown).content
    assert list(made.themes) == ["MAGNET"]
    assert {row.urn for row in made.rows} == {""}
    told = text_of(display_bytes(stated, shown, "csv", release=True), "csv")
    assert "1 of 1" not in told
    assert "1 of 1" in text_of(display_bytes(stated, shown, "csv"), "csv")


def test_a_restricted_theme_is_not_released(schools_study: Path) -> None:
    """Side by side and thread of a restricted code stay with the team."""
    for what in ("d2", "d6"):
        shown = make_display(schools_study, what, theme="CONDUCT")
        with pytest.raises(ExportError):
            display_bytes(schools_study, shown, "csv", release=True)


def test_a_working_copy_leaves_out_restricted_codes_unless_named(schools_study: Path) -> None:
    """The table of all themes has no row of a restricted code; one that was asked for has."""
    every = display_bytes(schools_study, make_display(schools_study, "d3"), "csv").decode("utf-8-sig")
    assert "Conduct of adults" not in every
    assert "1 restricted code left out unless named." in every
    named = make_display(schools_study, "d3", theme="CONDUCT")
    assert "Conduct of adults" in display_bytes(schools_study, named, "csv").decode("utf-8-sig")


def test_memos_on_a_school_stay_with_the_team(schools_study: Path) -> None:
    """What was written of a school stands in its row, and in no release."""
    school = next(case for case in cases_of(schools_study) if case["urn"] == "900003")
    write_memo(schools_study, "case", school["guid"], "Its head is new.", coder="Ada")
    shown = make_display(schools_study, "d5", theme="MAGNET")
    assert {r.label: r.summary for r in shown.content.rows}["School C"] == "Its head is new."
    assert "Its head is new." in display_bytes(schools_study, shown, "csv").decode("utf-8-sig")
    assert "Its head" not in display_bytes(schools_study, shown, "csv", release=True).decode("utf-8-sig")


def test_numbers_under_another_licence_need_a_sign_off(flagged: Path, qualtool: Callable[..., Any]) -> None:
    """Without it the release is refused; with it the file holds it and the history has the event."""
    shown = make_display(flagged, "d3", indicator="flag", contrast="q4_v_rest")
    assert needs_sign_off(flagged, shown) == ("NPD_SRS",)
    with pytest.raises(ExportError, match="NPD_SRS"):
        display_bytes(flagged, shown, "csv", release=True, sign_off="  ")
    assert events_of(flagged, kinds=["release_signed_off"]) == []
    made = display_bytes(flagged, shown, "csv", release=True, sign_off="Checked by Olga: fine", by="Ada")
    assert "signed off by Ada" in made.decode("utf-8-sig")
    assert "Checked by Olga: fine" in made.decode("utf-8-sig")
    (event,) = events_of(flagged, kinds=["release_signed_off"])
    assert event["by"] == "Ada"
    assert event["after"]["sign_off"] == "Checked by Olga: fine"
    assert event["after"]["licences"] == ["NPD_SRS"]
    assert qualtool("check", flagged, "--json").json["problems"] == []


def test_quotes_never_stand_beside_numbers_under_another_licence(flagged: Path) -> None:
    """Neither a working copy nor a release of such a display holds a quote; an open one does."""
    shown = make_display(flagged, "d2", theme="MAGNET", indicator="flag", contrast="q4_v_rest")
    assert shown.has_quotes
    for release in (False, True):
        made = display_bytes(flagged, shown, "csv", release=release, sign_off="checked", by="Ada")
        assert "They ask around" not in made.decode("utf-8-sig")
    free = make_display(flagged, "d2", theme="MAGNET")
    assert needs_sign_off(flagged, free) == ()
    assert "They ask around" in display_bytes(flagged, free, "csv", release=True).decode("utf-8-sig")


def test_the_command_writes_a_display(stated: Path, tmp_path: Path, qualtool: Callable[..., Any]) -> None:
    """The format follows from the suffix; a wrong one, or a missing theme, is told."""
    ran = qualtool("display", stated, tmp_path / "a.csv", "--what", "d5", "--theme", "MAGNET", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["display"] == "d5"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert rows[0]["Magnet reputation"] == "● 1 of 1"
    assert qualtool("display", stated, tmp_path / "a.pdf", "--what", "d5").code == 1
    assert qualtool("display", stated, tmp_path / "a.csv", "--what", "d6").code == 1


# --- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("display", DISPLAYS)
def test_each_display_is_shown_with_its_foot_and_files(display: str, open_page: Open, stated: Path) -> None:
    """A display has no error, says unit and frame under it, and can be made a file or a release."""
    at = open_page("displays.py", stated)
    at.session_state["display_wanted"] = display
    at = at.run()
    assert not at.exception
    assert not at.error
    captions = " ".join(str(c.value) for c in at.caption).replace("\\", "")
    assert "Unit: " in captions
    assert "Frame: " in captions
    assert [t.label for t in at.toggle if "suggested" not in t.label] == ["Release"]
    assert "Make the file" in [b.label for b in at.button]


@pytest.mark.parametrize("display", DISPLAYS)
def test_an_empty_study_is_told_what_is_missing(display: str, open_page: Open, empty_study: Path) -> None:
    """Without codes, schools or propositions each display says what to do, and nothing breaks."""
    at = open_page("displays.py", empty_study)
    at.session_state["display_wanted"] = display
    at = at.run()
    assert not at.exception
    assert at.info or at.error or at.warning


@pytest.mark.parametrize("display", ["D2", "D3", "D5", "D6"])
def test_where_nothing_is_coded_no_share_is_shown(display: str, open_page: Open, schools_study: Path) -> None:
    """A study with schools and codes, of which nobody has coded a word, is not told of silence in shares."""
    with connection.writing(schools_study) as db:
        for (guid,) in db.conn.execute("SELECT guid FROM coding WHERE removed_at IS NULL").fetchall():
            codings.set_removed(db, guid, stamp("Ann"), removed=True)
    at = open_page("displays.py", schools_study)
    at.session_state["display_wanted"] = display
    at.session_state["cases_themes"] = ["MAGNET"]
    at = at.run()
    assert not at.exception and not at.error
    said = " ".join(str(i.value) for i in at.info)
    assert "Nothing is coded yet" in said or "Nobody has coded it yet" in said
    assert not [row for table in at.dataframe for row in table.value.to_dict("records") if "%" in str(row)]


def test_a_theme_can_be_set_side_by_side_without_a_proposition(open_page: Open, schools_study: Path) -> None:
    """In a study without propositions the theme is chosen, and quotes stand beside the shares."""
    at = open_page("displays.py", schools_study)
    assert not at.exception
    assert [s.label for s in at.selectbox][:2] == ["Theme", "By"]
    assert any("Conduct" in str(m.value) or "reputation" in str(m.value) for m in at.markdown)


def test_a_silence_is_searched_for_on_the_page(open_page: Open, stated: Path) -> None:
    """Among the schools of the top quarter one is asked and silent, and S is no evidence."""
    at = open_page("displays.py", stated)
    at.session_state["display_wanted"] = "D5"
    at = at.run()
    told = " ".join(str(m.value) for m in at.markdown).replace("\\", "")
    assert "1 of 3 schools asked in the top quarter do not voice it; 1 more" in told
    assert "Asked, and nobody voices it: School C" in told


def test_a_release_with_numbers_under_another_licence_waits_for_words(
    open_page: Open, schools_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the switch on Release a box asks who checked the output, and the files wait for it."""
    monkeypatch.setattr(display_files, "needs_sign_off", lambda study, shown: ("NPD_SRS",))
    at = open_page("displays.py", schools_study)
    at.session_state["display_wanted"] = "D3"
    at = at.run()
    toggle = next(t for t in at.toggle if t.label == "Release")
    assert not [t for t in at.text_input if t.label.startswith("Output check")]
    at = toggle.set_value(True).run()
    (words,) = [t for t in at.text_input if t.label == "Output check (numbers under NPD_SRS)"]
    (make,) = [b for b in at.button if b.label == "Make the file"]
    at = make.click().run()
    assert [w.value for w in at.warning] == ["Write first who checked the output."]
    assert at.get("download_button") == []
    (words,) = [t for t in at.text_input if t.label == "Output check (numbers under NPD_SRS)"]
    at = words.set_value("Checked by Olga").run()
    (make,) = [b for b in at.button if b.label == "Make the file"]
    at = make.click().run()
    assert len(at.get("download_button")) == 1
    assert not at.exception


def test_a_file_is_made_when_it_is_asked_for(open_page: Open, schools_study: Path) -> None:
    """Nothing is made before; one press makes the file and offers to save it."""
    at = open_page("displays.py", schools_study)
    at.session_state["display_wanted"] = "D5"
    at = at.run()
    assert at.get("download_button") == []
    (make,) = [b for b in at.button if b.label == "Make the file"]
    at = make.click().run()
    assert not at.exception
    assert [b.proto.label for b in at.get("download_button")] == ["Save the XLSX"]


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("d1", {}),
        ("d2", {"theme": "MAGNET", "indicator": "ehcp_quartile"}),
        ("d2", {"proposition": "P01"}),
        ("d3", {}),
        ("d4", {}),
        ("d5", {"theme": "MAGNET", "proposition": "P01"}),
        ("d6", {"theme": "MAGNET"}),
    ],
)
def test_suggested_codings_can_be_left_out(what: str, options: dict[str, str], stated: Path) -> None:
    """Every display says under it that suggested codings are left out, and says nothing where they are in."""
    shown = make_display(stated, what, origin="person", **options)
    assert any("began as a machine's suggestion" in note for note in shown.foot.notes)
    plain = make_display(stated, what, **options)
    assert not any("began as a machine's suggestion" in note for note in plain.foot.notes)


def test_a_suggestion_left_out_moves_every_display(stated: Path) -> None:
    """With Ann's coding an accepted suggestion, no display without suggestions counts or quotes her."""
    with connection.writing(stated) as db:
        (quote,) = db.conn.execute(
            "SELECT g.quote FROM coding g JOIN code d ON d.id = g.code_id JOIN source s ON s.id = g.source_id"
            " JOIN speaker w ON w.source_id = s.id JOIN participant p ON p.id = w.participant_id"
            " WHERE d.short_id = 'MAGNET' AND p.name LIKE '%Ann%' LIMIT 1"
        ).fetchone()
        db.conn.execute("UPDATE coding SET origin = 'accepted' WHERE quote = ?", (quote,))
    everything: dict[str, dict[str, str]] = {
        "d1": {},
        "d2": {"proposition": "P01"},
        "d4": {},
        "d6": {"theme": "MAGNET"},
    }
    for what, options in everything.items():
        own = repr(make_display(stated, what, origin="person", **options).content)
        assert own != repr(make_display(stated, what, **options).content), what
        assert " ".join(quote.split()) not in own


def test_what_is_stated_before_its_figures_is_no_error(open_page: Open, tiny_study: Path) -> None:
    """Side by side of a study without school figures says what to import, and nothing is red."""
    state_one(
        tiny_study,
        {
            "id": "P01",
            "statement": "More at the top.",
            "direction": "+",
            "theme": "MAGNET",
            "mid": 0.2,
            "rival_explanation": "",
            "before": True,
            "strands": [{"kind": "interview", "indicator": "ehcp_quartile", "contrast": "q4_v_rest"}],
        },
        by="Ada",
    )
    at = open_page("displays.py", tiny_study)
    assert not at.exception and not at.error
    assert "No school of the study has a school figure yet" in at.info[0].value
