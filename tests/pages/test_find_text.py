"""The page Find: hits in their place, coded one by one, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from qualtool.store.file import connection
from qualtool.workflows.gathering.import_transcripts import import_loaded
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
    from qualtool.workflows.gathering.import_codebook import codebook_of

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


# --- the other views ------------------------------------------------------------------------------


def viewed(at: AppTest, view: str) -> AppTest:
    at.session_state["find_view"] = view
    return at.run()


def informed(at: AppTest) -> str:
    return "\n".join(e.value for e in (*at.markdown, *at.caption, *at.info, *at.error, *at.text))


def test_a_search_by_meaning_shows_passages(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """Passages stand with their likeness and source; each leads to the panel and to its like."""
    at = viewed(open_page("find_text.py", tiny_study), "By meaning")
    assert "what it should be about" in informed(at)
    at.text_input(key="meaning_words").set_value('"moved house"')
    at = button(at, "Find").click().run()
    assert not at.exception
    assert "Two families moved house to be near us." in informed(at)
    assert "have the very words" in informed(at)
    at = next(b for b in at.button if b.label == "More like this").click().run()
    assert not at.exception
    assert "More like" in informed(at)
    next(b for b in at.button if b.label == "Open in the panel").click().run()
    assert at.session_state["place"][0] == at.session_state["source"]


def test_passages_found_by_meaning_are_coded_one_by_one(
    open_page: Callable[..., AppTest], tiny_study: Path
) -> None:
    """Only what is ticked is coded, whole, with the code chosen; it is told, and taken back by Undo."""
    at = viewed(open_page("find_text.py", tiny_study), "By meaning")
    at.text_input(key="meaning_words").set_value("families move for the school")
    at = button(at, "Find").click().run()
    at = button(at, "Code the ticked passages").click().run()
    assert "Choose a code first" in "".join(w.value for w in at.warning)
    chooser = next(s for s in at.selectbox if s.label == "Code")
    chooser.select_index(chooser.options.index("Sent on"))
    at = button(at, "Code the ticked passages").click().run()
    assert "Tick the passages" in "".join(w.value for w in at.warning)
    ticks = [box for box in at.checkbox if str(box.key).endswith("_tick")]
    ticks[1].check()
    with connection.reading(tiny_study) as db:
        before = db.conn.execute("SELECT count(*) FROM coding").fetchone()[0]
    at = button(at, "Code the ticked passages").click().run()
    assert not at.exception
    assert "1 coded with Sent on" in "".join(s.value for s in at.success)
    assert any("coded by you" in c.value and "Sent on" in c.value for c in at.caption)
    with connection.reading(tiny_study) as db:
        rows = db.conn.execute("SELECT origin, removed_at FROM coding ORDER BY id").fetchall()[before:]
    assert rows == [("typed", None)]
    at = button(at, "Undo").click().run()
    with connection.reading(tiny_study) as db:
        assert db.conn.execute("SELECT removed_at FROM coding ORDER BY id DESC").fetchone()[0]


def test_a_search_that_cannot_be_read_is_told(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """An open quotation mark gives the sentence of the query, not a traceback."""
    at = viewed(open_page("find_text.py", tiny_study), "By meaning")
    at.text_input(key="meaning_words").set_value('"moved')
    at = button(at, "Find").click().run()
    assert not at.exception
    assert "not closed" in informed(at)


def test_the_like_of_a_code_is_found(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """A code chosen gives passages like its codings."""
    at = viewed(open_page("find_text.py", tiny_study), "Like a code")
    assert "Choose a code" in informed(at)
    at.selectbox(key="like_code").set_value("MAGNET")
    at = at.run()
    assert not at.exception
    assert "the most alike first" in informed(at)


def test_where_a_code_is_missing_needs_cases(open_page: Callable[..., AppTest], tiny_study: Path) -> None:
    """In a study whose people belong to no case it says so."""
    at = viewed(open_page("find_text.py", tiny_study), "Where a code is missing")
    assert "Choose a code" in informed(at)
    at = at.selectbox(key="missing_code").select_index(0).run()
    assert not at.exception
    assert "belong to no case" in informed(at)


def test_silent_cases_are_listed(open_page: Callable[..., AppTest], schools_study: Path) -> None:
    """Each silent case stands with what its silence means and its sources."""
    at = viewed(open_page("find_text.py", schools_study), "Where a code is missing")
    at = at.selectbox(key="missing_code").select_index(0).run()
    assert not at.exception
    assert "cases voice it nowhere" in informed(at)
