"""The page Names: look, try, replace with a key, put back, and withdraw a participant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qualtool.errors import UserInputError
from qualtool.workflows.coding.coding import text_of
from qualtool.workflows.editing.edit_page import editable_sources
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.keeping.names_page import (
    passphrase_faults,
    passphrase_strength,
    table_bytes,
    table_from,
    uploaded_rows,
)
from qualtool.workflows.keeping.propose_names import propose_for
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]
PAGE = "names.py"
PASS = "marmalade bicycle thunder acorn"


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if b.label == label)


def said(at: AppTest) -> str:
    """What the page says in messages and captions, escapes taken off."""
    shown = (*at.success, *at.info, *at.warning, *at.error, *at.caption)
    return " ".join(e.value for e in shown).replace("\\", "")


def tried(open_page: Open, study: Path) -> AppTest:
    """The page after looking for names and trying the table."""
    at = button(open_page(PAGE, study), "Look for names").click().run()
    assert not at.exception
    return button(at, "See what would change").click().run()


def fill(at: AppTest, key: Path, passphrase: str = PASS, again: str = PASS, word: str = "REPLACE") -> AppTest:
    at.text_input(key="names_key_0").input(str(key))
    at.text_input(key="names_pass_0").input(passphrase)
    at.text_input(key="names_again_0").input(again)
    at.text_input(key="names_word_0").input(word)
    for radio in at.radio:
        if radio.label == "What becomes of these copies?":
            radio.set_value(radio.options[0])
    return button(at, "Replace names for good").click().run()


@pytest.mark.parametrize("study", [None, "empty"])
def test_without_text_the_page_says_what_to_do(open_page: Open, empty_study: Path, study: str | None) -> None:
    """Without a study, and in an empty one, the page leads on."""
    at = open_page(PAGE, empty_study if study else None)
    assert not at.exception
    assert ("no text yet" in said(at)) if study else ("No study is open" in said(at))


def test_without_a_coder_the_page_asks_who_you_are(open_page: Open, tiny_study: Path) -> None:
    """Replacing names is an act of somebody, so the page asks for a name first."""
    at = open_page(PAGE, tiny_study, None)
    assert not at.exception
    assert "Say who you are" in said(at)


def test_names_are_proposed_with_their_places(open_page: Open, tiny_study: Path) -> None:
    """Looking fills the table, shows where a name stands, and says how it looked; nothing is changed."""
    before = text_of(tiny_study, "first.txt")
    at = button(open_page(PAGE, tiny_study), "Look for names").click().run()
    assert not at.exception
    assert list(at.dataframe[0].value["real"]) == ["Ruth", "Omar"]
    assert "2 of 2 names are ticked" in said(at)
    assert "Rules do not find every name" in said(at)
    assert "name of a participant" in said(at)
    assert any("»Ruth«" in text.value for text in at.text)
    assert text_of(tiny_study, "first.txt") == before


def test_trying_shows_places_and_codings(open_page: Open, tiny_study: Path) -> None:
    """The dry run counts places and codings, lists sources, and writes nothing."""
    at = tried(open_page, tiny_study)
    assert not at.exception
    told = {m.label: m.value for m in at.metric}
    assert told["Places in texts"] == "6"
    assert told["Sources touched"] == "2"
    assert told["Codings whose quote changes"] == "0"
    assert "Ruth" in text_of(tiny_study, "first.txt")
    assert "cannot be undone" in said(at)


def test_every_fault_is_told_at_once(open_page: Open, tiny_study: Path, tmp_path: Path) -> None:
    """A short passphrase, another one, and a missing word are told together; nothing is changed."""
    at = fill(tried(open_page, tiny_study), tmp_path / "a.key", "short", "other", "yes")
    assert not at.exception
    errors = " ".join(e.value for e in at.error)
    assert "12 or more" in errors
    assert "not the same" in errors
    assert "Type REPLACE" in errors
    assert not (tmp_path / "a.key").exists()
    assert "Ruth" in text_of(tiny_study, "first.txt")


def test_names_are_replaced_and_put_back(open_page: Open, tiny_study: Path, tmp_path: Path) -> None:
    """The report counts, the text holds pseudonyms, and only the right passphrase brings the names back."""
    before, quoted = text_of(tiny_study, "first.txt"), [q["quote"] for q in quotes(tiny_study)]
    key = tmp_path / "a.key"
    at = fill(tried(open_page, tiny_study), key)
    assert not at.exception, at.exception
    assert "6 places replaced in 2 sources" in said(at)
    assert "No coding was lost" in said(at)
    assert text_of(tiny_study, "first.txt") == before.replace("Ruth", "[PERSON-01]")
    assert [q["quote"] for q in quotes(tiny_study)] == quoted
    assert key.is_file()
    assert b"Ruth" not in tiny_study.read_bytes()
    assert check_study(tiny_study)["ok"]

    at = button(at, "Put this report away").click().run()
    assert "places replaced" not in said(at)
    at.text_input(key="names_back_key").input(str(key))
    at.text_input(key="names_back_pass").input("something else entirely")
    at.checkbox(key="names_back_sure").check()
    at = button(at, "Put names back").click().run()
    assert any("passphrase is wrong" in e.value for e in at.error)
    at.text_input(key="names_back_pass").input(PASS)
    at = button(at, "Put names back").click().run()
    assert not at.exception
    assert "Real names are back in 2 sources" in said(at)
    assert text_of(tiny_study, "first.txt") == before


def test_putting_back_asks_once_more(open_page: Open, tiny_study: Path) -> None:
    """Without the tick nothing is put back, and the page says why."""
    at = button(open_page(PAGE, tiny_study), "Put names back").click().run()
    assert "Tick the box first" in said(at)


def test_typed_names_need_no_proposals(open_page: Open, tiny_study: Path) -> None:
    """An empty table of one's own is told to be empty when it is tried."""
    at = button(open_page(PAGE, tiny_study), "Type them yourself").click().run()
    assert not at.exception
    at = button(at, "See what would change").click().run()
    assert any("No name is ticked" in e.value for e in at.error)


def withdraw(at: AppTest, typed: str) -> AppTest:
    for radio in at.radio:
        if radio.label == "What becomes of these copies?":
            radio.set_value(radio.options[0])
    next(t for t in at.text_input if t.label.startswith("Type the participant")).input(typed)
    return button(at, "Erase this participant's words").click().run()


def chosen(open_page: Open, study: Path, start: str) -> AppTest:
    at = open_page(PAGE, study)
    box = next(s for s in at.selectbox if s.label == "Participant")
    return box.set_value(next(o for o in people(study) if o.startswith(start))).run()


def people(study: Path) -> list[str]:
    from qualtool.workflows.people.consent import consent_table

    return [row["name"] for row in consent_table(study)]


def test_a_wrong_name_erases_nothing(open_page: Open, tiny_study: Path) -> None:
    """The participant's name has to be typed; another word is refused and nothing is erased."""
    at = withdraw(chosen(open_page, tiny_study, "Ruth"), "Omar")
    assert not at.exception
    assert any("not the participant" in e.value for e in at.error)
    assert "known for the base" in text_of(tiny_study, "first.txt")


def test_a_participant_is_taken_out(open_page: Open, tiny_study: Path) -> None:
    """What will go is shown first; then the words are gone from the file, and the other interview stays."""
    other = text_of(tiny_study, "second.txt")
    at = chosen(open_page, tiny_study, "Ruth")
    assert {m.label: m.value for m in at.metric}["Codings"] == "1"
    name = next(n for n in people(tiny_study) if n.startswith("Ruth"))
    at = withdraw(at, name)
    assert not at.exception, at.exception
    assert "Their words are erased, with 1 of their codings" in said(at)
    texts = [text_of(tiny_study, row["guid"]) for row in editable_sources(tiny_study, kind="transcript")]
    assert sum("known for the base" in text for text in texts) == 1
    assert other in texts
    assert b"Ruth" not in tiny_study.read_bytes()
    assert check_study(tiny_study)["ok"]


# --- what the page stands on ------------------------------------------------------------------------


def test_the_table_goes_out_and_comes_back(tiny_study: Path) -> None:
    """A saved table is read again row by row, with kinds and cases."""
    from qualtool.workflows.keeping.names_page import proposed_rows

    rows = proposed_rows(propose_for(tiny_study))
    again = uploaded_rows(table_bytes(rows, only_ticked=False), "t.csv")
    assert [(r["real"], r["pseudonym"], r["kind"]) for r in again] == [
        (r["real"], r["pseudonym"], r["kind"]) for r in rows
    ]
    assert [e.real for e in table_from(again).entries] == ["Ruth", "Omar"]


def test_an_uploaded_table_with_faults_is_refused() -> None:
    """Every fault of an uploaded table is told by its row, and no name is repeated."""
    with pytest.raises(UserInputError) as refused:
        uploaded_rows(b"real,pseudonym,kind\nRuth,,person\nOmar,B,planet\n", "t.csv")
    assert [p.where for p in refused.value.problems] == ["row 1", "row 2"]
    assert "Ruth" not in str(refused.value)


def test_a_number_is_no_ordinary_word() -> None:
    """A telephone number is replaced whatever its row says of small letters."""
    (entry,) = table_from(
        [{"use": True, "real": "01632 960123", "pseudonym": "[PHONE-01]", "kind": "other"}]
    ).entries
    assert entry.is_any_case


def test_only_ticked_rows_are_replaced() -> None:
    """Rows without a tick, and blank ones, are left out; a half-filled one is told."""
    rows = [
        {"use": True, "real": " Ruth ", "pseudonym": "A", "kind": "person", "case": "as-written"},
        {"use": False, "real": "Omar", "pseudonym": "B", "kind": "person"},
        {"use": True, "real": "", "pseudonym": None, "kind": None},
    ]
    (entry,) = table_from(rows).entries
    assert (entry.real, entry.any_case) == ("Ruth", False)
    with pytest.raises(UserInputError):
        table_from([*rows, {"use": True, "real": "Ada", "pseudonym": ""}])
    with pytest.raises(UserInputError, match="ticked"):
        table_from(rows[1:])


@pytest.mark.parametrize(
    ("passphrase", "strength"),
    [
        ("short", "weak"),
        ("aaaaaaaaaaaaaaaa", "weak"),
        ("password1234", "weak"),
        ("123456789012", "weak"),
        ("kettle lamp dog", "fair"),
        (PASS, "strong"),
        ("xK9-mm2?Tq81zzRw", "strong"),
    ],
)
def test_passphrase_strength(passphrase: str, strength: str) -> None:
    """Length, variety and what everybody tries first make the hint; weak ones are refused."""
    assert passphrase_strength(passphrase) == strength
    assert bool(passphrase_faults(passphrase, passphrase)) == (strength == "weak")
