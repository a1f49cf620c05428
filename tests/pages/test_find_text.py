"""The page Find: hits in their place, coded one by one, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from qualtool.store import connection
from qualtool.workflows.import_transcripts import import_loaded
from qualtool.workflows.reports import ImportReport


def search(at: AppTest, words: str) -> AppTest:
    at.text_input(key="find_words").set_value(words)
    return at.button[0].click().run()


def stored(study: Path) -> list[tuple[str, str, str]]:
    with connection.reading(study) as db:
        return db.conn.execute(
            "SELECT g.quote, c.name, g.origin FROM coding g JOIN code c ON c.id = g.code_id"
            " WHERE g.removed_at IS NULL ORDER BY g.id"
        ).fetchall()[1:]


def said(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.success, *at.warning))


def hits(at: AppTest) -> list:
    return [box for box in at.checkbox if box.label.startswith("Code this hit")]


def button(at: AppTest, label: str):
    return next(b for b in at.button if b.label == label)


def test_without_a_study_the_page_says_what_to_do(open_page: Callable[..., AppTest]) -> None:
    """No study: the page points to Study."""
    assert "No study is open" in open_page("find_text.py").info[0].value


def test_without_text_the_page_points_to_import(open_page: Callable[..., AppTest], empty_study: Path) -> None:
    """An empty study has nothing to look through."""
    assert "no text yet" in open_page("find_text.py", empty_study).info[0].value


def test_hits_are_shown_in_their_place(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """Each hit stands under its source with its speaker and the words around it; labels are not searched."""
    at = search(open_page("find_text.py", tiny_study), "families")
    assert not at.exception
    assert "2 hits in 2 sources" in said(at)
    assert len(hits(at)) == 2
    assert "**families**" in said(at)
    assert "Ruth" in said(at)
    assert "Omar" in said(at)
    assert "nowhere here" in search(at, "Ruth").info[0].value


def test_interviewers_words_are_found_when_wished(
    open_page: Callable[..., AppTest], tiny_study: Path
) -> None:
    """What the interviewer asks is left out until a box is ticked."""
    at = open_page("find_text.py", tiny_study)
    assert "nowhere here" in search(at, "choose a school").info[0].value
    at.checkbox(key="find_asking").set_value(True)
    assert len(hits(search(at, "choose a school"))) == 2


def test_only_ticked_hits_are_coded_and_undo_takes_them_back(
    open_page: Callable[..., AppTest], tiny_study: Path
) -> None:
    """One of two hits is ticked: its sentence is coded, typed by a person, and Undo removes it."""
    at = search(open_page("find_text.py", tiny_study), "two families")
    hits(at)[1].check()
    choose = next(box for box in at.selectbox if box.label == "Code")
    choose.set_value(
        next(
            guid
            for guid, name in zip(choose_values(tiny_study), choose.options, strict=True)
            if name == "Sent on"
        )
    )
    at = button(at, "Code the ticked hits").click().run()
    assert not at.exception
    assert stored(tiny_study) == [("Two families moved house to be near us.", "Sent on", "typed")]
    assert "1 coded with Sent on" in said(at)
    assert "coded by you: Sent on" in said(at)
    assert [box.value for box in hits(at)] == [False, False]
    at = button(at, "Undo").click().run()
    assert stored(tiny_study) == []
    assert not at.success


def choose_values(study: Path) -> list[str]:
    """GUIDs of the codes that can be applied, in the order of the box."""
    from qualtool.workflows.import_codebook import codebook_of

    return [code.guid for code in codebook_of(study).codes if code.is_codable]


def test_nothing_is_coded_without_a_tick(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """The button alone codes nothing, and no box on the page ticks them all."""
    at = search(open_page("find_text.py", tiny_study), "families")
    assert not [box for box in at.checkbox if "all" in box.label.lower().split()]
    at = button(at, "Code the ticked hits").click().run()
    assert "Choose a code first" in said(at)
    next(box for box in at.selectbox if box.label == "Code").set_value(choose_values(tiny_study)[0])
    at = button(at, "Code the ticked hits").click().run()
    assert "each one by itself" in said(at)
    assert stored(tiny_study) == []


def test_words_of_people_stay_words(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """An image planted in a transcript is shown as the signs it is made of."""
    planted = b"Interviewer: Well?\nEve: See ![x](http://example.org/x.png) *families* here.\n"
    import_loaded(tiny_study, [("eve.txt", planted)], ImportReport(), by="Ada")
    at = search(open_page("find_text.py", tiny_study), "families")
    assert "![x](http" not in said(at)
    assert r"\!\[x\]" in said(at)
