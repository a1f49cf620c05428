"""The page Import: every kind of file, good and bad, through the browser's upload."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import SurveyError
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.gathering.import_uploads import look_at_transcript, speakers_sheet, upload_name
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.gathering.survey_mapping import column_uses, guess_survey, mapping_faults, mapping_of
from qualtool.workflows.people.consent import consent_table
from qualtool.workflows.study.studies import overview

Open = Callable[..., AppTest]
TALK = b"Interviewer: How is it?\nMaya: It is full.\nSam: We moved.\n"
SURVEY = (
    b"respondent_id,role,happy,q1_near,q1_good,why\n"
    b"1,Parent,agree,0,1,Because the base knows what it is doing with them\n"
    b"2,Parent,disagree,1,0,\n"
    b"3,SENCO,agree,1,1,The local school had no room for another child at all\n"
    b"4,SENCO,agree,1,1,Nobody told us that there was any other school to choose\n"
)


def press(at: AppTest, label: str) -> AppTest:
    """Press the button of this label."""
    (button,) = [b for b in at.button if b.label == label]
    return button.click().run()


def upload(at: AppTest, tab: str, *files: tuple[str, bytes]) -> AppTest:
    """Add files to the upload box of a tab, as it is now."""
    boxes = [f for f in at.file_uploader if f.key and f.key.startswith(f"upload_{tab}_")]
    for name, content in files:
        boxes[0].upload(name, content)
    return at.run()


def told(at: AppTest) -> str:
    parts = (*at.error, *at.warning, *at.success, *at.info)
    return " ".join(str(part.value) for part in parts).replace("\\", "")


def tables(at: AppTest) -> list[list[dict[str, object]]]:
    return [frame.value.to_dict("records") for frame in at.dataframe]


def cells(at: AppTest) -> str:
    return " ".join(str(value) for rows in tables(at) for row in rows for value in row.values())


def test_without_a_study_the_page_says_where_to_open_one(open_page: Open) -> None:
    """Without a study the page says that none is open and stops."""
    at = open_page("import_files.py")
    assert not at.exception
    assert "No study is open" in at.info[0].value
    assert not at.file_uploader


def test_every_tab_says_what_it_takes(open_page: Open, empty_study: Path) -> None:
    """An empty study has six tabs with boxes for files, three for school files, and nothing to press."""
    at = open_page("import_files.py", empty_study)
    assert not at.exception
    assert [tab.label for tab in at.tabs] == [
        "Transcripts",
        "Survey",
        "Codebook",
        "Codings",
        "Asked marks",
        "School files",
    ]
    assert len(at.file_uploader) == 8
    assert all(b.disabled for b in at.button if b.label.startswith("Import"))


# --- transcripts ----------------------------------------------------------------------------------


def test_transcripts_are_looked_at_first_and_then_imported(open_page: Open, empty_study: Path) -> None:
    """Nothing is stored before the button; after it the counts of taken and refused files add up."""
    at = open_page("import_files.py", empty_study)
    bad = [("page.html", b"<p>no</p>"), ("broken.docx", b"not a document")]
    upload(at, "transcripts", ("../up/talk.txt", TALK), *bad)
    assert not at.exception
    assert sources_of(empty_study) == []
    (looks,) = tables(at)
    assert [(r["file"], r["turns"]) for r in looks] == [
        ("talk.txt", "3"),
        ("page.html", ""),
        ("broken.docx", ""),
    ]
    press(at, "Import 1 of 3 files")
    assert not at.exception
    assert "3 files: 1 imported, 2 not" in told(at)
    assert [(s["name"], s["n_turns"]) for s in sources_of(empty_study)] == [("talk.txt", 3)]
    assert "Maya (talk.txt), Sam (talk.txt)" in cells(at)
    assert "web page" in cells(at)


def test_the_upload_box_is_empty_after_an_import_and_the_report_stays(
    open_page: Open, empty_study: Path
) -> None:
    """After an import nothing waits to be imported again, and the report outlives the next run."""
    at = upload(open_page("import_files.py", empty_study), "transcripts", ("talk.txt", TALK))
    press(at, "Import 1 file")
    at.run()
    assert "1 file imported" in told(at)
    assert not [b for b in at.button if b.key == "import_transcripts"]


def test_a_label_of_an_interviewer_can_be_given(open_page: Open, empty_study: Path) -> None:
    """A label in the box is an interviewer and becomes no participant."""
    at = upload(open_page("import_files.py", empty_study), "transcripts", ("talk.txt", TALK))
    at.text_input(key="interviewer_labels").set_value("Sam").run()
    press(at, "Import 1 file")
    assert [row["name"] for row in consent_table(empty_study)] == ["Maya (talk.txt)"]


def test_the_sheet_to_fill_in_names_every_speaker_and_imports_as_it_is(
    open_page: Open, empty_study: Path
) -> None:
    """The sheet has a row a speaker; filled in and added, its names and consents are stored."""
    sheet = speakers_sheet([look_at_transcript("talk.txt", TALK)])
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert [(r["file"], r["speaker"], r["is_interviewer"]) for r in rows] == [
        ("talk.txt", "Interviewer", "yes"),
        ("talk.txt", "Maya", "no"),
        ("talk.txt", "Sam", "no"),
    ]
    filled = sheet.replace(b"Maya,,,", b"Maya,Parent 1,Parent,").replace(b"no,unknown", b"no,yes")
    at = upload(open_page("import_files.py", empty_study), "transcripts", ("talk.txt", TALK))
    (box,) = [f for f in at.file_uploader if f.key and f.key.endswith("_sheet")]
    box.upload("sheet.csv", filled)
    at.run()
    press(at, "Import 1 file")
    assert not at.exception
    stored = {row["name"]: (row["role"], row["consent"]) for row in consent_table(empty_study)}
    assert stored == {"Parent 1": ("Parent", "yes"), "Sam (talk.txt)": ("", "yes")}


def test_a_faulty_sheet_stops_the_import_and_keeps_the_files(open_page: Open, empty_study: Path) -> None:
    """With a sheet that has faults nothing is stored, the fault is told, and the files wait."""
    at = upload(open_page("import_files.py", empty_study), "transcripts", ("talk.txt", TALK))
    (box,) = [f for f in at.file_uploader if f.key and f.key.endswith("_sheet")]
    box.upload("sheet.csv", b"file,speaker,urn\ntalk.txt,Maya,12\n")
    at.run()
    press(at, "Import 1 file")
    assert "is not a URN" in cells(at)
    assert sources_of(empty_study) == []
    assert [b for b in at.button if b.key == "import_transcripts"]


def test_a_name_from_the_browser_is_cut_to_its_last_part() -> None:
    """Folders in a name, of either kind of slash, are not kept."""
    assert upload_name("../../etc/pa\\ss<img src=x>.txt") == "ss<img src=x>.txt"
    assert upload_name("/") == "unnamed"


# --- survey ---------------------------------------------------------------------------------------


def test_a_survey_is_guessed_imported_and_adds_up(open_page: Open, empty_study: Path) -> None:
    """The guess fills the boxes, the encoding is named, and answers and blanks make all cells."""
    at = upload(open_page("import_files.py", empty_study), "survey", ("s.csv", SURVEY))
    assert not at.exception
    assert any("encoding utf-8" in m.value.replace("\\", "") for m in at.markdown)
    chosen = {m.label: m.value for m in at.multiselect}
    assert chosen["Free text"] == ["why"]
    assert chosen["Tick-all questions: how their columns begin"] == ["q1_"]
    press(at, "Import the survey")
    assert not at.exception
    assert "4 free-text cells: 3 imported, 1 blank" in told(at)
    assert overview(empty_study)["counts"]["answers"] == 3


def test_a_mapping_that_does_not_work_cannot_be_imported(open_page: Open, empty_study: Path) -> None:
    """A column with two kinds of question is told at once, and the button waits."""
    at = upload(open_page("import_files.py", empty_study), "survey", ("s.csv", SURVEY))
    (numbers,) = [m for m in at.multiselect if m.label == "Numbers"]
    numbers.set_value(["why"]).run()
    assert "does not work yet" in told(at)
    assert at.button(key="import_survey").disabled


def test_a_survey_that_is_no_table_is_told(open_page: Open, empty_study: Path) -> None:
    """A file that is no table is refused with its name and leaves the study as it was."""
    at = upload(open_page("import_files.py", empty_study), "survey", ("s.csv", b"a,a\n1,2\n"))
    assert not at.exception
    assert "2 columns are called 'a'" in cells(at)
    assert overview(empty_study)["counts"]["answers"] == 0


def test_a_survey_with_repeated_ids_is_refused_whole(open_page: Open, empty_study: Path) -> None:
    """Two respondents of one id are told with their line, and no answer is stored."""
    twice = SURVEY.replace(b"\n4,", b"\n3,")
    at = upload(open_page("import_files.py", empty_study), "survey", ("s.csv", twice))
    (ids,) = [s for s in at.selectbox if s.label == "Respondent id"]
    ids.select("respondent_id").run()
    press(at, "Import the survey")
    assert at.error
    assert overview(empty_study)["counts"]["answers"] == 0


def test_the_uses_of_columns_are_told_for_each() -> None:
    """Every column of the file is listed once with what becomes of it."""
    look = guess_survey(SURVEY, "s.csv")
    uses = {row["column"]: row["use"] for row in column_uses(look, look.guess)}
    assert list(uses) == list(look.header)
    assert uses["respondent_id"] == "respondent id"
    assert uses["q1_near"] == "option of a tick-all question"
    nothing = mapping_of({})
    assert {row["use"] for row in column_uses(look, nothing)} == {"(not imported)"}
    assert [p.message for p in mapping_faults(look, nothing)] == ["No column is chosen as a question."]


def test_an_encoding_that_is_not_utf8_is_named() -> None:
    """A file from an old spreadsheet is read in its encoding, and the look says which."""
    look = guess_survey("id,why\n1,caf\u00e9 \u2013 full\n2,na\u00efve\n".encode("cp1252"), "s.csv")
    assert look.encoding == "cp1252"
    assert look.first_rows[0]["why"] == "caf\u00e9 \u2013 full"
    with pytest.raises(SurveyError):
        guess_survey(b"", "empty.csv")


# --- codebook, codings, asked, schools ------------------------------------------------------------


def test_a_codebook_is_imported_and_again_changes_nothing(open_page: Open, empty_study: Path) -> None:
    """The codebook that comes with the program is taken; a second time it is there already."""
    at = open_page("import_files.py", empty_study)
    at.selectbox(key="codebook_ready").select("send-clustering").run()
    press(at, "Import the codebook")
    assert not at.exception
    n_codes = len(codebook_of(empty_study).codes)
    assert f"{n_codes} codes and headings imported" in told(at)
    press(at, "Import the codebook")
    assert "holds it already" in cells(at)
    assert overview(empty_study)["codebook_version"] == 1


def test_every_fault_of_a_codebook_is_listed(open_page: Open, empty_study: Path) -> None:
    """A codebook with two faults is refused with both, and no code is stored."""
    bad = b"codes:\n  - name: A\n    id: X\n  - name: B\n    id: X\n  - id: Y\n"
    at = upload(open_page("import_files.py", empty_study), "codebook", ("c.yaml", bad))
    press(at, "Import the codebook")
    assert at.error and not at.exception
    assert len(tables(at)[-1]) >= 2
    assert codebook_of(empty_study).codes == ()


def test_codings_are_all_or_none_unless_the_switch_is_on(open_page: Open, tiny_study: Path) -> None:
    """One wrong row refuses the file; with the switch the right rows are stored, the wrong one listed."""
    rows = (
        b"source,start_char,end_char,code,coder\n"
        b"first.txt,0,11,PUSH,Ben\nfirst.txt,0,11,NOPE,Ben\nsecond.txt,0,11,SPACE,Ben\n"
    )
    at = upload(open_page("import_files.py", tiny_study), "codings", ("k.csv", rows))
    press(at, "Import the codings")
    assert "nothing was stored" in told(at)
    assert overview(tiny_study)["counts"]["codings"] == 1
    at.toggle(key="skip_bad").set_value(True).run()
    press(at, "Import the codings")
    assert not at.exception
    assert "3 rows: 2 imported, 1 not" in told(at)
    assert any("line 3" in part.value for part in at.text)  # a long reason stands whole, not in a table
    assert overview(tiny_study)["counts"]["codings"] == 3


def test_asked_marks_are_imported(open_page: Open, tiny_study: Path) -> None:
    """A mark for each source and code is stored; a word that is no mark is refused."""
    good = b"source,code,asked\nfirst.txt,PUSH,no\n"
    at = upload(open_page("import_files.py", tiny_study), "asked", ("a.csv", good))
    press(at, "Import the marks")
    assert "1 mark imported" in told(at)
    upload(at, "asked", ("a.csv", good.replace(b"no", b"perhaps")))
    press(at, "Import the marks")
    assert at.error and not at.exception


def test_school_files_are_reported_one_by_one(open_page: Open, empty_study: Path, sample: Path) -> None:
    """A published file is recognised and described; a file that is none is refused, and they add up."""
    file = sample / "indicators" / "2022-2023_england_census.csv"
    at = upload(
        open_page("import_files.py", empty_study),
        "schools",
        (file.name, file.read_bytes()),
        ("other.csv", b"a,b\n1,2\n"),
    )
    press(at, "Import the school files")
    assert not at.exception
    assert "2 files: 1 imported, 1 not" in told(at)
    (summary,) = [rows for rows in tables(at) if rows and "totals that agree" in rows[0]]
    assert [(r["dataset"], r["year"], r["totals that agree"]) for r in summary] == [
        ("school census", "2022/23", "9 of 9")
    ]
    (checks,) = [rows for rows in tables(at) if rows and "sum of the schools" in rows[0]]
    assert [r["agrees"] for r in checks] == ["yes"] * 9
    (in_study,) = [rows for rows in tables(at) if rows and "used" in rows[0]]
    assert [(r["file"], r["used"], r["whole country"]) for r in in_study] == [(file.name, "yes", "yes")]


def test_a_report_belongs_to_its_study(open_page: Open, empty_study: Path, tiny_study: Path) -> None:
    """After another study is opened the report of the import into the first is not shown."""
    at = upload(open_page("import_files.py", empty_study), "transcripts", ("talk.txt", TALK))
    press(at, "Import 1 file")
    assert at.success
    at.session_state["study"] = str(tiny_study)
    at.run()
    assert not at.success


def test_a_table_of_the_team_is_described_on_the_screen(open_page: Open, sample_copy: Path) -> None:
    """A guess at each column is shown; with a licence chosen the table is imported with its figures."""
    at = open_page("import_files.py", sample_copy)
    table = b"URN,Year,Moves in,Remark\n900001,2022/23,4,full\n900002,2022/23,0,none\n"
    at = upload(at, "own", ("moves.csv", table))
    assert any("licence" in str(row) for rows in tables(at) for row in rows)
    (licence,) = [box for box in at.selectbox if box.label == "Licence"]
    at = licence.set_value("school_supplied").run()
    (button,) = [b for b in at.button if b.key == "import_own"]
    at = button.click().run()
    assert "1 file imported" in told(at)
    assert "own:moves" in cells(at)


def test_signs_of_a_table_of_the_team_are_asked_for(open_page: Open, sample_copy: Path) -> None:
    """What stands for a number is listed with a guess at its meaning, and a suppressed cell stays one."""
    at = open_page("import_files.py", sample_copy)
    table = b"URN;Moves in;Share, %\n900001;4;12.5%\n900002;c;0%\n900003;1,204;x\n"
    at = upload(at, "own", ("moves 2024-2025.csv", table))
    (signs,) = [rows for rows in tables(at) if rows and "meaning" in rows[0]]
    assert [r["token"] for r in signs] == ["c", "x"]
    assert signs[0]["meaning"] == "suppressed" and signs[1]["meaning"] != signs[1]["meaning"]
    (licence,) = [box for box in at.selectbox if box.label == "Licence"]
    at = licence.set_value("school_supplied").run()
    (button,) = [b for b in at.button if b.key == "import_own"]
    at = button.click().run()
    assert "own:moves" in cells(at)
    (summary,) = [rows for rows in tables(at) if rows and "unknown tokens" in rows[0]]
    assert summary[0]["unknown tokens"] == "x (1)"
    (statuses,) = [rows for rows in tables(at) if rows and "suppressed" in rows[0]]
    assert [r["suppressed"] for r in statuses if r["indicator"] == "moves_in"] == [1]


def test_what_was_asked_is_marked_on_the_screen(open_page: Open, sample_copy: Path) -> None:
    """The box under Asked marks shows every codable code of an interview, and nothing to save at first."""
    at = open_page("import_files.py", sample_copy)
    at.session_state["asked_here"] = True
    at = at.run()
    assert not at.exception
    (save,) = [b for b in at.button if b.key == "asked_save"]
    assert save.disabled and save.label == "Save 0 marks"
    (marks,) = [frame.value["asked"] for frame in at.dataframe if "asked" in frame.value.columns]
    assert {"yes", "not marked"} <= set(marks) <= {"yes", "no", "unclear", "not marked"}
