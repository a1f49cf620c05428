"""The page Codebook: change, add, remove codes; versions and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.codebook import read_codebook
from qualtool.errors import CodebookError, UserInputError
from qualtool.model import Code
from qualtool.workflows.editing.edit_codebook import (
    add_code,
    change_code,
    code_rows,
    codebook_versions,
    codebook_yaml,
    go_back_to_version,
    parents_for,
    remove_code,
    similar_codes,
    version_changes,
)
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.study.studies import overview

Open = Callable[..., AppTest]


def press(at: AppTest, label: str) -> AppTest:
    """Press the button of this label."""
    (button,) = [b for b in at.button if b.label == label]
    return button.click().run()


def box(at: AppTest, form: str, field: str) -> Any:
    """The box of a field in the form ``change`` or ``add``."""
    kinds = (*at.text_input, *at.text_area, *at.selectbox, *at.checkbox, *at.color_picker)
    (found,) = [w for w in kinds if w.key and w.key.startswith(f"{form}_") and w.key.endswith(f"_{field}")]
    return found


def code(study: Path, wanted: str) -> Code:
    found = codebook_of(study).find(wanted)
    assert found is not None
    return found


# --- the page -------------------------------------------------------------------------------------


def test_without_a_study_the_page_says_where_to_open_one(open_page: Open) -> None:
    """Without a study the page says that none is open and stops."""
    at = open_page("codebook.py")
    assert not at.exception
    assert "No study is open" in at.info[0].value


def test_an_empty_codebook_says_what_to_do_and_takes_the_first_code(
    open_page: Open, empty_study: Path
) -> None:
    """In a study without codes the first one can be added at once."""
    at = open_page("codebook.py", empty_study)
    assert "no codes yet" in at.info[0].value
    box(at, "add", "name").set_value("  Travel   to school ")
    box(at, "add", "short_id").set_value("travel")
    press(at, "Add the code")
    assert not at.exception and not at.error
    added = code(empty_study, "TRAVEL")
    assert (added.name, added.parent, added.is_codable) == ("Travel to school", None, True)


def test_a_new_code_takes_the_colour_of_its_parent(open_page: Open, tiny_study: Path) -> None:
    """A code put under another, its colour left alone, has the colour of that one."""
    steering = code(tiny_study, "Steering")
    at = open_page("codebook.py", tiny_study)
    box(at, "add", "name").set_value("Word of mouth")
    box(at, "add", "parent").select(steering.guid)
    press(at, "Add the code")
    assert not at.exception
    added = code(tiny_study, "Word of mouth")
    assert (added.parent, added.colour) == (steering.guid, steering.colour)


def test_the_table_is_a_tree_with_codings(open_page: Open, tiny_study: Path) -> None:
    """The table lists parents before children, indented, with the number of codings."""
    at = open_page("codebook.py", tiny_study)
    assert not at.exception
    table = at.dataframe[0].value
    assert [name.strip("\u2003") for name in table["name"]] == [
        "▼ Steering",
        "Magnet reputation",
        "Sent on",
        "No room",
    ]
    assert list(table["codings"]) == [0, 1, 0, 0]
    assert table["name"][1].startswith("\u2003")


def test_a_code_is_changed_in_the_form(open_page: Open, tiny_study: Path) -> None:
    """Saving the form makes a new version with the new words, and the coding stays."""
    guid = code(tiny_study, "MAGNET").guid
    at = open_page("codebook.py", tiny_study)
    assert at.selectbox(key="code_pick").value == guid
    box(at, "change", "definition").set_value("Families seek it out.")
    press(at, "Save the code")
    assert not at.exception and not at.error
    assert code(tiny_study, "MAGNET").definition == "Families seek it out."
    assert codebook_versions(tiny_study)[0]["note"] == "changed MAGNET"
    assert overview(tiny_study)["counts"]["codings"] == 1


def test_saving_without_a_change_makes_no_version(open_page: Open, tiny_study: Path) -> None:
    """Pressing Save on an untouched form leaves the codebook at its version."""
    press(open_page("codebook.py", tiny_study), "Save the code")
    assert len(codebook_versions(tiny_study)) == 1


def test_a_bad_short_id_is_told_and_nothing_is_saved(open_page: Open, tiny_study: Path) -> None:
    """A short id that another code has is refused, and the form keeps what was typed."""
    at = open_page("codebook.py", tiny_study)
    box(at, "change", "short_id").set_value("push")
    press(at, "Save the code")
    assert at.error and not at.exception
    assert box(at, "change", "short_id").value == "push"
    assert len(codebook_versions(tiny_study)) == 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(open_page: Open, tiny_study: Path) -> None:
    """A field that another changed meanwhile stays; both versions are shown, and theirs can be kept."""
    at = open_page("codebook.py", tiny_study)
    change_code(tiny_study, code(tiny_study, "MAGNET"), {"definition": "Ben's words"}, by="Ben")
    box(at, "change", "definition").set_value("Ada's words")
    press(at, "Save the code")
    assert "was changed while you had it open, by Ben" in at.warning[0].value
    assert {"Ben's words", "Ada's words"} <= {text.value for text in at.text}
    assert code(tiny_study, "MAGNET").definition == "Ben's words"
    press(at, "Keep theirs")
    assert box(at, "change", "definition").value == "Ben's words"


def test_a_code_of_nearly_the_same_name_is_asked_about_first(open_page: Open, tiny_study: Path) -> None:
    """A near name is shown before the code is added, and the tick adds it all the same."""
    at = open_page("codebook.py", tiny_study)
    box(at, "add", "name").set_value("Magnet reputations")
    press(at, "Add the code")
    assert "nearly this name" in at.warning[0].value
    assert len(codebook_of(tiny_study).codes) == 4
    box(at, "add", "anyway").check()
    press(at, "Add the code")
    assert not at.exception
    assert codebook_of(tiny_study).find("Magnet reputations") is not None
    assert at.selectbox(key="code_pick").value == code(tiny_study, "Magnet reputations").guid


def test_a_code_is_removed_after_confirmation_and_brought_back(open_page: Open, tiny_study: Path) -> None:
    """Removal says how many codings stay; going back to the version before brings the code back."""
    at = open_page("codebook.py", tiny_study)
    assert any("Its 1 coding stays" in m.value for m in at.markdown)
    at.button(key="remove_code").click().run()
    assert not at.exception
    assert codebook_of(tiny_study).find("MAGNET") is None
    assert overview(tiny_study)["counts"]["codings"] == 1
    at.button(key="go_back").click().run()
    assert not at.exception
    assert code(tiny_study, "MAGNET").name == "Magnet reputation"
    assert [row["codings"] for row in code_rows(tiny_study)] == [0, 1, 0, 0]


# --- what it calls --------------------------------------------------------------------------------


def test_children_of_a_removed_code_move_up(tiny_study: Path) -> None:
    """When a heading is removed its codes stand where it stood."""
    remove_code(tiny_study, code(tiny_study, "Steering").guid, by="Ada")
    assert {c.name: c.parent for c in codebook_of(tiny_study).codes} == {
        "Magnet reputation": None,
        "Sent on": None,
        "No room": None,
    }


def test_a_code_that_is_applied_cannot_become_a_heading(tiny_study: Path) -> None:
    """Making a heading of a code with codings is refused with their number."""
    with pytest.raises(CodebookError, match="1 coding"):
        change_code(tiny_study, code(tiny_study, "MAGNET"), {"is_codable": False}, by="Ada")


def test_a_code_cannot_stand_under_itself(tiny_study: Path) -> None:
    """Places offered for a code leave out itself and what is under it; a circle is refused."""
    steering, push = code(tiny_study, "Steering"), code(tiny_study, "PUSH")
    assert set(parents_for(tiny_study, steering.guid)) == {None, code(tiny_study, "SPACE").guid}
    with pytest.raises(CodebookError):
        change_code(tiny_study, steering, {"parent": push.guid}, by="Ada")


def test_a_moved_code_stands_after_its_new_parent(tiny_study: Path) -> None:
    """A code put under a parent is listed below it."""
    change_code(
        tiny_study, code(tiny_study, "SPACE"), {"parent": code(tiny_study, "Steering").guid}, by="Ada"
    )
    assert [(row["name"], row["depth"]) for row in code_rows(tiny_study)] == [
        ("Steering", 0),
        ("Magnet reputation", 1),
        ("Sent on", 1),
        ("No room", 1),
    ]


def test_differences_name_what_changed(tiny_study: Path) -> None:
    """The difference of two versions lists added, removed, renamed and changed codes."""
    change_code(tiny_study, code(tiny_study, "PUSH"), {"name": "Sent along", "definition": "New."}, by="Ada")
    remove_code(tiny_study, code(tiny_study, "SPACE").guid, by="Ada")
    add_code(tiny_study, {"name": "Money"}, by="Ada")
    rows = {(r["code"], r["change"]): (r["before"], r["after"]) for r in version_changes(tiny_study, 1, 4)}
    assert rows == {
        ("Money", "added"): ("", ""),
        ("No room", "removed"): ("", ""),
        ("Steering > Sent along", "name"): ("Sent on", "Sent along"),
        ("Steering > Sent along", "definition"): ("Other schools send families on.", "New."),
    }


def test_a_short_id_may_pass_from_one_code_to_another_and_back(tiny_study: Path) -> None:
    """Going back works when a code added since holds the short id of one removed since."""
    remove_code(tiny_study, code(tiny_study, "PUSH").guid, by="Ada")
    add_code(tiny_study, {"name": "Another push", "short_id": "PUSH"}, by="Ada")
    assert go_back_to_version(tiny_study, 1, by="Ada") == 4
    assert code(tiny_study, "PUSH").name == "Sent on"
    assert version_changes(tiny_study, 1, 4) == []


def test_going_back_to_no_version_is_refused(tiny_study: Path) -> None:
    """A version that never was cannot be gone back to."""
    with pytest.raises(UserInputError, match="no version 9"):
        go_back_to_version(tiny_study, 9, by="Ada")


def test_the_file_of_the_codebook_reads_back_equal(tiny_study: Path) -> None:
    """The YAML that is downloaded holds the codebook to the last field."""
    book = read_codebook(codebook_yaml(tiny_study).encode(), name="codebook.yaml")
    assert book == codebook_of(tiny_study)


def test_names_far_apart_are_not_similar(tiny_study: Path) -> None:
    """A near name is found by its words, a far one is not."""
    assert [row["code"] for row in similar_codes(tiny_study, "magnet-reputation")] == ["MAGNET"]
    assert similar_codes(tiny_study, "Weather") == []
