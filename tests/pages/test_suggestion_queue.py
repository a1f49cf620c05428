"""The tab Codes of the page Suggestions: what the queue is given, and what it sends back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_components import component, given, send
from streamlit.testing.v1 import AppTest
from three_suggestions import STAMP, WANTED

from qualtool.errors import StudyFileError, UserInputError
from qualtool.panel import queue
from qualtool.store.file import connection
from qualtool.store.machine import suggestion_rows
from qualtool.store.records import codes as code_store
from qualtool.suggest import Calibration, in_ten
from qualtool.workflows.suggestions.deciding import accept_suggestion, reject_suggestion
from qualtool.workflows.suggestions.suggestion_page import (
    place_of_suggestion,
    suggestion_context,
    suggestion_queue_of,
)
from qualtool.workflows.themes.themes import quotes

Open = Callable[..., AppTest]
SYNC = "qt_queue_sync"


def down(at: AppTest) -> dict[str, Any]:
    assert not at.exception
    return given(at, SYNC)


def upcoming(at: AppTest) -> list[str]:
    return [card["quote"] for card in down(at)["cards"]]


def first(study: Path) -> dict[str, Any]:
    found: dict[str, Any] = suggestion_queue_of(study)["upcoming"][0]
    return found


def decide(at: AppTest, kind: str, guid: str, number: int = 0, **more: Any) -> AppTest:
    op = {"op_id": f"of-the-browser-{number}", "kind": kind, "guid": guid, "source": "queue", **more}
    return send(at, SYNC, ops=[op], later=[], shown=None)


def test_without_a_coder_nothing_can_be_decided(open_page: Open, suggested: Path) -> None:
    """Nobody decides anonymously: the page asks for a name and shows no queue."""
    at = open_page("suggestions.py", suggested, None)
    assert "Say who you are first" in " ".join(i.value for i in at.info)
    assert not at.get("bidi_component")


def test_a_fresh_study_has_nothing_to_decide(open_page: Open, tiny_study: Path) -> None:
    """Without suggestions the queue is given none, and counts of nothing."""
    found = down(open_page("suggestions.py", tiny_study))
    assert (found["cards"], found["n"], found["counts"]["open"]) == ([], 0, 0)


def test_the_strongest_stands_first_with_words_around_it(open_page: Open, suggested: Path) -> None:
    """The first is the strongest, with question, context, code, definition, strength and reason."""
    found = down(open_page("suggestions.py", suggested))
    card = found["cards"][0]
    assert card["asked"] == {"speaker": "Interviewer", "text": "And is there room?"}
    assert (card["before"], card["quote"], card["after"]) == ("No. ", WANTED[0][0], "")
    assert card["code_path"] == "Steering > Magnet reputation"
    assert card["definition"] == "Families seek the school."
    assert (card["strength"], card["probability"]) == ("strong", None)
    assert card["reason"] == "It is near the definition of MAGNET."
    assert "0.9" not in str(card)  # a bare score is told to nobody
    assert upcoming(open_page("suggestions.py", suggested)) == [quote for quote, _, _ in WANTED]


def test_what_the_queue_sends_is_stored_and_answered(open_page: Open, suggested: Path) -> None:
    """A decision is in the study, its answer goes down with the counts and the next suggestions."""
    at = decide(open_page("suggestions.py", suggested), "accept", first(suggested)["guid"])
    found = down(at)
    ((op_id, result),) = found["acks"]
    assert (op_id, set(result)) == ("of-the-browser-0", {"guid"})
    assert found["counts"] == {"open": 2, "accepted": 1, "rejected": 0}
    assert upcoming(at) == [quote for quote, _, _ in WANTED[1:]]
    (mine,) = [q for q in quotes(suggested, code="MAGNET") if q["source"] == "second.txt"]
    assert (mine["coder"], mine["origin"], mine["quote"]) == ("Ada", "accepted", WANTED[0][0])


def test_what_is_put_off_comes_last(open_page: Open, suggested: Path) -> None:
    """A suggestion put off is decided by nobody and comes after all others."""
    at = open_page("suggestions.py", suggested)
    guid = first(suggested)["guid"]
    at = send(at, SYNC, ops=[], later=[guid, 7], shown=guid)
    assert upcoming(at) == [WANTED[1][0], WANTED[2][0], WANTED[0][0]]
    assert down(at)["counts"]["open"] == 3


def test_the_queue_is_told_when_what_is_read_is_no_longer_open(open_page: Open, suggested: Path) -> None:
    """While it waits, the one that is read is said to be open; after a colleague decided, it is not."""
    at, guid = open_page("suggestions.py", suggested), first(suggested)["guid"]
    at = send(at, SYNC, ops=[], later=[], shown=guid)
    assert (down(at)["shown"], down(at)["is_shown_open"]) == (guid, True)
    reject_suggestion(suggested, guid, coder="Ben")
    at = send(at, SYNC, ops=[], later=[], shown=guid)
    assert (down(at)["shown"], down(at)["is_shown_open"]) == (guid, False)


def test_why_is_told_for_those_asked(open_page: Open, suggested: Path) -> None:
    """Reasons come for the suggestions asked about, at most two; an unknown one is told in words."""
    at, guid = open_page("suggestions.py", suggested), first(suggested)["guid"]
    assert down(at)["why"] == {}
    at = send(at, SYNC, ops=[], why=[guid, "unknown", "more"])
    found = down(at)["why"]
    assert set(found) == {guid, "unknown"}
    assert "found by words alone" in found[guid]["note"]
    assert "no such suggestion" in found["unknown"]["fault"]


def test_filters_keep_to_a_code_and_a_strength(open_page: Open, suggested: Path) -> None:
    """A filter narrows the queue, and the browser is told that it did."""
    with connection.reading(suggested) as db:
        guids = {c.short_id: c.guid for c in code_store.codebook(db).codes}
    at = open_page("suggestions.py", suggested)
    before = down(at)["filters"]
    at.selectbox(key="suggestions_code").select(guids["SPACE"]).run()
    assert upcoming(at) == [WANTED[2][0]]
    assert down(at)["filters"] != before
    at.session_state["suggestions_strength"] = ["strong"]
    at.run()
    assert (upcoming(at), down(at)["counts"]["open"]) == ([], 3)


def test_the_queue_filters_by_source_and_strength(suggested: Path) -> None:
    """Each filter of the queue keeps exactly what fits it."""
    assert suggestion_queue_of(suggested, source="first.txt")["n"] == 0
    assert suggestion_queue_of(suggested, source="second.txt")["n"] == 3
    assert suggestion_queue_of(suggested, strengths=["strong", "weak"])["n"] == 2


def test_context_is_the_rest_of_the_turn_and_no_longer_than_asked(suggested: Path) -> None:
    """Before, quote and after make up the turn; each side is cut to the length asked for."""
    guid = first(suggested)["guid"]
    found = suggestion_context(suggested, guid)
    assert found["before"] + found["quote"] + found["after"] == "No. Two families moved house to be near us."
    assert found["asked"] == {"speaker": "Interviewer", "text": "And is there room?"}
    cut = suggestion_context(suggested, guid, n_chars=2)
    assert cut["before"] == "…. "
    with pytest.raises(UserInputError, match="no such suggestion"):
        suggestion_context(suggested, "unknown")


def test_the_place_of_a_suggestion_is_where_its_words_begin(suggested: Path) -> None:
    """The panel is opened at the source and the character where the suggestion begins."""
    with connection.reading(suggested) as db:
        guid, source, start = db.conn.execute(
            "SELECT g.guid, s.guid, g.start_char FROM suggestion g JOIN source s ON s.id = g.source_id"
        ).fetchone()
    found = place_of_suggestion(suggested, guid, coder="Ada")
    assert found == {"source_guid": source, "start_char": start, "kind": "transcript"}


def test_the_order_is_the_person_s(open_page: Open, suggested: Path) -> None:
    """By source goes along the text; at random is one fixed draw of all; useful follows the stored places."""
    with connection.writing(suggested) as db:
        for place, (text, _, _) in enumerate(reversed(WANTED)):
            db.conn.execute("UPDATE suggestion SET place = ? WHERE quote = ?", (place, text))
    at = open_page("suggestions.py", suggested)
    at.selectbox(key="suggestions_order").set_value("source").run()
    assert upcoming(at)[0] == "They ask around."
    at.selectbox(key="suggestions_order").set_value("useful").run()
    assert upcoming(at)[0] == WANTED[-1][0]
    drawn = [
        [suggestion_queue_of(suggested, order="random", seed=seed)["upcoming"][0]["quote"] for _ in range(2)]
        for seed in range(12)
    ]
    assert all(one == other for one, other in drawn)
    assert len({one for one, _ in drawn}) > 1


def test_a_probability_is_told_where_it_is_known(open_page: Open, suggested: Path) -> None:
    """A calibrated suggestion tells how often people would agree, and stands by it in the order."""
    with connection.writing(suggested) as db:
        db.conn.execute("UPDATE suggestion SET probability = 0.95 WHERE quote = ?", (WANTED[2][0],))
        db.conn.execute("UPDATE suggestion SET probability = 0.31 WHERE quote = ?", (WANTED[0][0],))
    card = down(open_page("suggestions.py", suggested))["cards"][0]
    assert (card["quote"], card["told"]) == (WANTED[2][0], "right in at least 19 of 20 cases")
    assert [in_ten(p) for p in (0.0, 0.04, 0.06, 0.31, 0.94, 1.0)] == [
        "fewer than 1 of 20",
        "fewer than 1 of 20",
        "about 1 of 10",
        "about 3 of 10",
        "about 9 of 10",
        "at least 19 of 20",
    ]


def test_a_bare_score_does_not_outrank_a_probability(suggested: Path) -> None:
    """A code without a probability stands in the most certain order where the curve of all codes puts it."""
    with connection.writing(suggested) as db:
        db.conn.execute("UPDATE suggestion SET probability = 0.55 WHERE quote = ?", (WANTED[1][0],))
    assert first(suggested)["quote"] == WANTED[0][0]  # no curve known: 0.9 is 0.9
    told = Calibration(curves={"other": (1.0, 0.0)}, common=(1.0, -3.0)).as_dict()
    with connection.writing(suggested) as db:
        suggestion_rows.add_refit(db, STAMP, {"calibration": told, "n_labels": 40}, {}, "")
    assert first(suggested)["quote"] == WANTED[1][0]


def test_a_study_in_use_answers_nothing_and_says_why(
    suggested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the study cannot be written the browser gets no answer, so it sends again, and is told why."""

    def refuse(*_: object) -> None:
        raise StudyFileError("The study is in use by another program.")

    monkeypatch.setattr(queue, "apply_decisions", refuse)
    assert queue._take({"ops": [{}]}, suggested, "Ada") == ([], "The study is in use by another program.")


@pytest.mark.parametrize("message", [{}, {"ops": "no list", "later": 3, "why": None, "shown": 5}])
def test_a_strange_message_is_answered_as_an_empty_one(
    open_page: Open, suggested: Path, message: dict[str, Any]
) -> None:
    """Whatever a browser sends, the page stands and the queue is given what waits."""
    at = send(open_page("suggestions.py", suggested), SYNC, **message)
    assert len(upcoming(at)) == 3
    assert down(at)["acks"] == []


def test_a_learner_that_stopped_says_so(suggested: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line about learning tells the fault that ended it, work under way, and what was learnt from."""
    told = []
    for state in (
        {"fault": "The disk is full.", "doing": "stopped"},
        {"doing": "learning"},
        {"doing": "idle", "n_fits": 2, "n_labels": 1_234},
        {"doing": "idle"},
    ):
        monkeypatch.setattr(queue, "learning_shown", lambda _, state=state: queue_state(**state))
        told.append(queue._learning(suggested)["words"])
    assert told[0] == "Learning from decisions stopped: The disk is full."
    assert told[1].startswith("Learning from your decisions")
    assert told[2] == "Learnt from 1,234 codings; the suggestions below are up to date."
    assert told[3].startswith("Suggestions learn from what is decided")


def queue_state(**state: Any) -> Any:
    from qualtool.workflows.suggestions.learning import LearningState

    return LearningState(**state)


def test_one_coder_s_words_are_not_sent_to_another(open_page: Open, suggested: Path) -> None:
    """The queue of another coder is another component: nothing is sent for somebody else."""
    ids = {component(open_page("suggestions.py", suggested, name), SYNC).id for name in ("Ada", "Ben")}
    assert len(ids) == 2


def test_a_suggestion_accepted_elsewhere_leaves_the_queue(open_page: Open, suggested: Path) -> None:
    """What another coder accepted is not offered again."""
    accept_suggestion(suggested, first(suggested)["guid"], coder="Ben")
    assert upcoming(open_page("suggestions.py", suggested)) == [WANTED[1][0], WANTED[2][0]]
