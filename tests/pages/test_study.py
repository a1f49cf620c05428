"""The page Study: open, make, copy; progress, consent, sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import StudyFileError, UserInputError
from qualtool.workflows.gathering.sources import source_sets
from qualtool.workflows.people.consent import change_consents, consent_table, undo_consent
from qualtool.workflows.study.studies import overview
from qualtool.workflows.study.study_files import copy_name, new_study, offered_codebooks, studies_in
from qualtool.workflows.study.study_page import draw_progress, source_rows

MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
Open = Callable[..., AppTest]


def press(at: AppTest, label: str) -> AppTest:
    """Press the button of this label."""
    (button,) = [b for b in at.button if b.label == label]
    return button.click().run()


def said(at: AppTest) -> str:
    """All that the page says outside tables."""
    parts = (*at.markdown, *at.error, *at.warning, *at.info, *at.success, *at.caption, *at.title)
    return " ".join(str(part.value) for part in parts)


# --- open, make, copy -----------------------------------------------------------------------------


def test_without_a_study_the_page_offers_to_open_or_make_one(open_page: Open) -> None:
    """Without a study the page shows both forms and no numbers."""
    at = open_page("study.py")
    assert not at.exception
    assert {s.value for s in at.header} == {"Open a study", "Make a new study"}
    assert not at.metric


def test_a_study_of_the_folder_is_offered_and_opens(open_page: Open, tiny_study: Path) -> None:
    """A study in the start folder stands in the list and opens with one press."""
    at = open_page("study.py")
    assert at.selectbox(key="open_pick").value == str(tiny_study)
    press(at, "Open")
    assert not at.exception
    assert at.session_state["study"] == str(tiny_study.resolve())
    assert at.title[0].value == "tiny"


def test_a_path_that_is_no_study_is_told_and_nothing_opens(open_page: Open, tmp_path: Path) -> None:
    """A file that is no study is refused with its place, and no study is open."""
    (tmp_path / "x.txt").write_text("hello", encoding="utf-8")
    at = open_page("study.py")
    at.text_input(key="open_path").set_value(str(tmp_path / "x.txt"))
    press(at, "Open")
    assert "not a study" in at.error[0].value
    assert "study" not in at.session_state


def test_open_without_a_choice_asks_for_one(open_page: Open) -> None:
    """Pressing Open with nothing chosen asks to choose."""
    at = press(open_page("study.py"), "Open")
    assert "Choose a study" in at.warning[0].value


def test_a_new_study_is_made_with_an_offered_codebook(open_page: Open, tmp_path: Path) -> None:
    """A name and a codebook make a study that is open at once and holds the codes."""
    at = open_page("study.py")
    at.text_input(key="new_name").set_value("Interviews 2026")
    at.selectbox(key="new_codebook").select("send-clustering")
    press(at, "Make the study")
    assert not at.exception and not at.error
    made = tmp_path / "Interviews 2026.db"
    assert overview(made)["counts"]["codes"] == 46
    assert at.session_state["study"] == str(made.resolve())
    assert "Import transcripts or a survey" in said(at)


def test_a_new_study_with_a_faulty_codebook_is_not_made(open_page: Open, tmp_path: Path) -> None:
    """A codebook with faults is refused and leaves no file."""
    at = open_page("study.py")
    at.text_input(key="new_name").set_value("bad")
    at.selectbox(key="new_codebook").select("Upload a file")
    at.file_uploader(key="new_upload").upload("../codes.yaml", b"codes:\n  - id: X\n")
    press(at, "Make the study")
    assert at.error and not at.exception
    assert not (tmp_path / "bad.db").exists()


@pytest.mark.parametrize("name", ["", "   ", "a/b", "..", 'what"'])
def test_a_name_that_cannot_name_a_file_is_refused(tmp_path: Path, name: str) -> None:
    """Blank names and names with separators or quote marks make no study."""
    with pytest.raises(StudyFileError, match="name"):
        new_study(tmp_path, name)
    assert not list(tmp_path.glob("**/*.db"))


def test_a_new_study_never_replaces_a_file(tiny_study: Path) -> None:
    """A study of a name that is taken is not made, and the old one stays as it was."""
    before = tiny_study.read_bytes()
    with pytest.raises(StudyFileError, match="exists"):
        new_study(tiny_study.parent, "tiny")
    assert tiny_study.read_bytes() == before


def test_only_studies_are_listed(tiny_study: Path) -> None:
    """A file that only ends in .db is no study and is not offered."""
    (tiny_study.parent / "other.db").write_bytes(b"SQLite format 3\x00" + bytes(100))
    assert [row["name"] for row in studies_in(tiny_study.parent)] == ["tiny"]


def test_propositions_are_no_codebook() -> None:
    """Files of propositions that lie beside the codebooks are not offered as codebooks."""
    assert [path.stem for path in offered_codebooks()] == ["send-clustering"]


def test_a_copy_is_saved_and_the_next_name_is_free(open_page: Open, tiny_study: Path) -> None:
    """A copy holds what the study holds, and the next copy is offered another name."""
    at = open_page("study.py", tiny_study)
    assert at.text_input(key="copy_path").value == str(tiny_study.with_name("tiny copy.db"))
    press(at, "Save a copy")
    copy = tiny_study.with_name("tiny copy.db")
    assert overview(copy)["counts"] == overview(tiny_study)["counts"]
    assert copy_name(tiny_study).name == "tiny copy 2.db"


def test_a_copy_over_a_file_is_refused(open_page: Open, tiny_study: Path) -> None:
    """A copy onto an existing file is refused with what to do."""
    at = open_page("study.py", tiny_study)
    at.text_input(key="copy_path").set_value(str(tiny_study))
    press(at, "Save a copy")
    assert "exists already" in at.error[0].value


def test_a_study_that_went_away_is_told(tmp_path: Path) -> None:
    """When the open file is gone the page says so and offers to open another."""
    at = AppTest.from_file(str(MAIN.with_name("study.py")), default_timeout=180)
    at.session_state["study"] = str(tmp_path / "gone.db")
    at.run()
    assert not at.exception
    assert "There is no such study" in at.error[0].value
    assert "Open a study" in {s.value for s in at.header}


def test_a_name_is_never_read_as_markdown(open_page: Open, tmp_path: Path) -> None:
    """A study called like a picture of elsewhere is shown as text and fetches nothing."""
    study = new_study(tmp_path, "![x](data)")
    at = open_page("study.py", study)
    assert at.title[0].value == "\\!\\[x\\]\\(data\\)"


# --- what is in it --------------------------------------------------------------------------------


def test_counts_progress_and_next_step_are_shown(open_page: Open, tiny_study: Path) -> None:
    """The page shows the counts, one coded and one unread transcript, and the next step."""
    at = open_page("study.py", tiny_study)
    assert not at.exception
    shown = {m.label: m.value for m in at.metric}
    assert (shown["Transcripts"], shown["Codes"], shown["Codings"]) == ("2", "3", "1")
    assert "1 of 2 transcripts are untouched" in said(at).replace("\\", "")
    rows = source_rows(tiny_study)
    assert [(r["source"], r["state"], r["coded_by"]) for r in rows] == [
        ("second.txt", "unread", ""),
        ("first.txt", "coded", "Ada"),
    ]


def test_the_next_step_goes_to_the_first_unread_source(open_page: Open, tiny_study: Path) -> None:
    """The button of the next step chooses the first source that nobody touched."""
    at = press(open_page("study.py", tiny_study), "Go on coding")
    assert at.session_state["source"] == source_rows(tiny_study)[0]["guid"]


def test_an_empty_study_says_what_to_do(open_page: Open, empty_study: Path) -> None:
    """An empty study says to import and shows no empty chart."""
    at = open_page("study.py", empty_study)
    assert not at.exception
    assert "There are no transcripts in this study yet" in said(at)
    assert any(b.label == "Go to Import" for b in at.button)


def test_the_bar_holds_every_transcript_once() -> None:
    """The parts of the progress bar follow each other and end at the number of transcripts."""
    data = draw_progress({"coded": 3, "read": 0, "unread": 2}).to_dict()
    (rows,) = data["datasets"].values()
    assert [(r["state"], r["start"], r["end"]) for r in rows] == [("coded", 0, 3), ("unread", 3, 5)]


# --- consent --------------------------------------------------------------------------------------


def consents(study: Path) -> dict[str, str]:
    return {row["name"]: row["consent"] for row in consent_table(study)}


def test_consent_is_set_and_undone_on_the_page(open_page: Open, tiny_study: Path) -> None:
    """Consent set for one participant is stored; Undo puts the old one back and then goes away."""
    at = open_page("study.py", tiny_study)
    who = next(iter(consents(tiny_study)))
    at.multiselect(key="consent_people").set_value([who])
    (choice,) = [s for s in at.selectbox if s.label == "May their words be quoted?"]
    choice.select("no")
    press(at, "Set consent")
    assert not at.exception
    assert consents(tiny_study)[who] == "no"
    at.button(key="undo_consent").click().run()
    assert consents(tiny_study)[who] == "unknown"
    assert not [b for b in at.button if b.key == "undo_consent"]


def test_what_was_chosen_in_one_study_does_not_follow_into_another(
    open_page: Open, tiny_study: Path, empty_study: Path
) -> None:
    """Participants chosen in one study are not chosen in the next."""
    at = open_page("study.py", tiny_study)
    at.multiselect(key="consent_people").set_value(list(consents(tiny_study))).run()
    at.session_state["study"] = str(empty_study)
    at.run()
    assert not at.exception
    at.session_state["study"] = str(new_study(tiny_study.parent, "third"))
    at.run()
    assert not at.exception


def test_consent_of_nobody_is_refused(open_page: Open, tiny_study: Path) -> None:
    """Setting consent without choosing anybody says to choose."""
    at = press(open_page("study.py", tiny_study), "Set consent")
    assert "Choose the participants" in at.error[0].value


def test_one_act_on_several_people_is_undone_at_once_and_acts_go_back_one_by_one(tiny_study: Path) -> None:
    """Undo takes back whole acts, the newest first, until nothing is left to take back."""
    names = list(consents(tiny_study))
    assert change_consents(tiny_study, names, "yes", by="Ada") == 2
    assert change_consents(tiny_study, names[:1], "no", by="Ada") == 1
    assert undo_consent(tiny_study, by="Ada") == 1
    assert set(consents(tiny_study).values()) == {"yes"}
    assert undo_consent(tiny_study, by="Ada") == 2
    assert set(consents(tiny_study).values()) == {"unknown"}
    with pytest.raises(UserInputError, match="no change"):
        undo_consent(tiny_study, by="Ada")


def test_undo_never_overrides_what_another_person_set_since(tiny_study: Path) -> None:
    """A change that somebody else changed again is not taken back."""
    name = next(iter(consents(tiny_study)))
    change_consents(tiny_study, [name], "yes", by="Ada")
    change_consents(tiny_study, [name], "withdrawn", by="Ben")
    with pytest.raises(UserInputError, match="cannot be taken back"):
        undo_consent(tiny_study, by="Ada")
    assert consents(tiny_study)[name] == "withdrawn"


def test_a_word_that_is_no_consent_is_refused(tiny_study: Path) -> None:
    """Only the five words of consent can be stored, and only for people of the study."""
    name = next(iter(consents(tiny_study)))
    with pytest.raises(UserInputError, match="one of"):
        change_consents(tiny_study, [name], "perhaps", by="Ada")
    with pytest.raises(UserInputError, match="no participant"):
        change_consents(tiny_study, [name, "Nobody"], "yes", by="Ada")
    assert consents(tiny_study)[name] == "unknown"


# --- sets -----------------------------------------------------------------------------------------


def test_a_set_is_made_changed_removed_and_undone(open_page: Open, tiny_study: Path) -> None:
    """A named set of sources can be made and removed, and Undo brings it back with its members."""
    at = open_page("study.py", tiny_study)
    at.text_input(key="set_name_").set_value("Primary")
    at.multiselect(key="set_members_").set_value(["first.txt"])
    press(at, "Save the set")
    assert not at.exception
    assert [(s["name"], s["members"]) for s in source_sets(tiny_study)] == [("Primary", ["first.txt"])]
    at.selectbox(key="set_pick").select("Primary").run()
    press(at, "Remove the set")
    assert source_sets(tiny_study) == []
    at.button(key="undo_set").click().run()
    assert [(s["name"], s["members"]) for s in source_sets(tiny_study)] == [("Primary", ["first.txt"])]


def test_a_set_needs_a_name_of_its_own(open_page: Open, tiny_study: Path) -> None:
    """A set called like a kind of source is refused."""
    at = open_page("study.py", tiny_study)
    at.text_input(key="set_name_").set_value("answers")
    at.multiselect(key="set_members_").set_value(["first.txt"])
    press(at, "Save the set")
    assert "name of its own" in at.error[0].value
    assert source_sets(tiny_study) == []
