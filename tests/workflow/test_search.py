"""Search by meaning and by words, the like of a quote or a code, and where a code is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.machine import machine
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.propositions.silence import (
    ASKED,
    NOT_READ,
    STATES,
    UNMARKED,
    silence_groups,
    silent_cases,
)
from qualtool.workflows.study.studies import create_study
from qualtool.workflows.suggestions import search as search_module
from qualtool.workflows.suggestions.search import more_like, more_like_code, search
from qualtool.workflows.themes.themes import quotes


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    search_module.forget()
    yield
    search_module.forget()


def segments(study: Path) -> list[dict]:
    with connection.reading(study) as db:
        return machine.machine_segments(db)


def test_a_sentence_finds_what_means_the_same(tiny: Path) -> None:
    """The most alike comes first, likeness falls, and every passage is the text at its place."""
    row = max(segments(tiny), key=lambda s: len(s["text"]))
    found = search(tiny, row["text"].replace('"', ""))
    assert found.passages[0].text == row["text"]
    rest = [p.likeness for p in found.passages if not p.has_words]
    assert rest == sorted(rest, reverse=True)
    place = {(s["source_guid"], s["start_char"], s["end_char"]): s["text"] for s in segments(tiny)}
    assert all(place[p.source_guid, p.start_char, p.end_char] == p.text for p in found.passages)


def test_operators_keep_to_the_letter(tiny: Path) -> None:
    """With a phrase or NOT only passages that fit are found, and all are counted."""
    word = "school"
    having = {s["text"] for s in segments(tiny) if word in s["text"].lower().replace(".", " ").split()}
    found = search(tiny, f'"{word}"', most=1_000)
    assert having <= {p.text for p in found.passages}
    assert all(p.has_words for p in found.passages)
    assert found.n_words >= len(found.passages) > 0
    assert search(tiny, f'"{word}" -the', most=1_000).n_words < found.n_words


def test_what_is_looked_for_is_not_stored(tiny: Path) -> None:
    """A search leaves no row behind once the passages are embedded, and no word of the query."""
    search(tiny, "anything")
    with connection.reading(tiny) as db:
        before = list(db.conn.iterdump())
    search(tiny, "zebrafish in a library")
    with connection.reading(tiny) as db:
        assert list(db.conn.iterdump()) == before
    assert "zebrafish" not in "".join(before)


def test_the_like_of_a_quote_is_not_the_quote(tiny: Path) -> None:
    """Passages with the very words are left out."""
    text = segments(tiny)[0]["text"]
    found = more_like(tiny, text)
    assert found.passages
    assert text not in {p.text for p in found.passages}


def test_the_like_of_a_code_is_not_coded_so(tiny: Path) -> None:
    """What carries the code already is left out, and so is what a coder judges blind."""
    code = quotes(tiny)[0]["code"]
    coded = {row["quote"] for row in quotes(tiny, code=code)}
    found = more_like_code(tiny, code)
    assert found.passages
    assert not coded & {p.text for p in found.passages}
    draw_audit(tiny, coder="Zoe", n=1_000)
    assert more_like_code(tiny, code, coder="Zoe").passages == ()
    assert more_like_code(tiny, code, coder="Ada").passages


def test_nothing_to_search_is_said_plainly(tmp_path: Path, tiny: Path) -> None:
    """An empty study, a blank quote and a code that is not there each give one sentence."""
    create_study(tmp_path / "empty.db", by="Ada")
    with pytest.raises(UserInputError, match="nothing to search"):
        search(tmp_path / "empty.db", "words")
    with pytest.raises(UserInputError, match="no words"):
        more_like(tiny, " ")
    with pytest.raises(UserInputError, match="no such code"):
        more_like_code(tiny, "NOBODY")


def test_new_texts_are_found_at_once(tiny: Path) -> None:
    """What is kept in memory goes when a text changes."""
    from qualtool.workflows.gathering.import_transcripts import import_loaded
    from qualtool.workflows.reports import ImportReport

    assert search(tiny, '"violet heron"').passages == ()
    files = [("new.txt", b"I: So?\nAnn: A violet heron sleeps beneath our kitchen table.\n")]
    import_loaded(tiny, files, ImportReport(), by="Ada")
    assert [p.source for p in search(tiny, '"violet heron"').passages] == ["new.txt"]


# --- where a code is missing ----------------------------------------------------------------------


def test_every_case_voices_or_is_silent(tiny: Path) -> None:
    """Silent and voicing cases make up the group; who codes the theme in a silent case ends its silence."""
    code = quotes(tiny)[0]["code"]
    found = silent_cases(tiny, code)
    assert len(found.cases) + found.n_voiced == found.n_cases > 0
    assert all(case.state in STATES for case in found.cases)
    # Counted by hand from the quotes: cases with a quote that does not deny.
    voicing = {r["case_id"] for r in quotes(tiny, code=code) if r["stance"] != "denies" and r["case_id"]}
    assert found.n_voiced == len(voicing)
    case = found.cases[0]
    names = {name for _, name, _ in case.sources}
    row = next(s for s in segments(tiny) if s["source"] in names and s["participant"])
    code_selection(tiny, row["source"], row["start_char"], row["end_char"], code, coder="Ada")
    after = silent_cases(tiny, code)
    assert after.n_voiced == found.n_voiced + 1
    assert case.case not in {c.case for c in after.cases}


def test_unread_is_no_silence(tiny: Path) -> None:
    """A case is asked and silent only in sources somebody coded or read; else it is not read."""
    code = quotes(tiny)[0]["code"]
    coded = {r["source"] for r in quotes(tiny)}
    for case in silent_cases(tiny, code).cases:
        read = [name for _, name, is_read in case.sources if is_read]
        assert case.n_unread == case.n_sources - len(read)
        assert (case.state == NOT_READ) == (not read)
        if case.state in (ASKED, UNMARKED):
            with connection.reading(tiny) as db:
                marked = {
                    r[0]
                    for r in db.conn.execute("SELECT name FROM source s JOIN reading r ON r.source_id = s.id")
                }
            assert set(read) <= coded | marked


def test_groups_are_those_with_people(tiny: Path) -> None:
    """Groups of a variable part the cases; a variable that is not there is said plainly."""
    code = quotes(tiny)[0]["code"]
    whole = silent_cases(tiny, code)
    parts = [silent_cases(tiny, code, by="case", group=g) for g in silence_groups(tiny, "case")]
    assert sum(p.n_cases for p in parts if p.n_cases) >= whole.n_cases
    with pytest.raises(UserInputError, match="no variable"):
        silent_cases(tiny, code, by="shoe size")
