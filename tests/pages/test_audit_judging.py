"""The tab Audit of the page Suggestions: the draw, what the judging is given and sends back, the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_components import given, send
from streamlit.testing.v1 import AppTest

from qualtool.store.file import connection
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.auditing import finish_audit, running_audit
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.suggestions.suggestion_page import suggestion_queue_of

Open = Callable[..., AppTest]
JUDGING = "qt_judging_sync"


def audit_tab(at: AppTest) -> AppTest:
    at.session_state["suggestions_tab"] = "Audit"
    return at.run()


def pressed(at: AppTest, label: str) -> AppTest:
    return next(b for b in at.button if b.label == label).click().run()


def told(at: AppTest) -> str:
    return "\n".join(e.value for e in (*at.markdown, *at.caption, *at.info, *at.success, *at.error))


@pytest.fixture
def audited(suggested: Path) -> Path:
    """The tiny study with an audit of two passages drawn for Zoe."""
    greet_coder(suggested, "Zoe")
    draw_audit(suggested, coder="Zoe", codes=["MAGNET"], n=2, strata=())
    return suggested


def judge(at: AppTest, number: int, kind: str, position: int | None = None, **more: Any) -> AppTest:
    """What the judging sends after one act of the auditor."""
    found = given(at, JUDGING)
    had = next((card["answers"] for card in found["cards"] if card["position"] == position), {})
    op = {"op_id": f"of-the-browser-{number}", "kind": kind, "audit": found["audit"], "position": position}
    return send(at, JUDGING, ops=[{**op, "had": had, **more}], at=None)


def test_an_audit_is_drawn_judged_and_told(open_page: Open, suggested: Path) -> None:
    """The tab draws a sample, gives its passages to be judged, and the result once it is finished."""
    at = audit_tab(open_page("suggestions.py", suggested))
    at.multiselect(key="audit_codes").set_value(["MAGNET"])
    at.number_input(key="audit_n").set_value(2)
    at = pressed(at, "Draw")
    assert not at.exception
    assert "hidden from you" in told(at)
    found = given(at, JUDGING)
    assert (found["n"], found["n_read"], found["next"], len(found["cards"])) == (2, 0, 0, 2)
    (code,) = found["codes"]
    at = judge(at, 0, "judge", 0, answers={})
    assert "yes or no to every code" in given(at, JUDGING)["acks"][0][1]["error"]
    at = judge(at, 1, "judge", 0, answers={code["guid"]: "no"})
    assert (given(at, JUDGING)["n_read"], given(at, JUDGING)["next"]) == (1, 1)
    at = judge(at, 2, "skip", 1)
    assert (given(at, JUDGING)["n_skipped"], given(at, JUDGING)["next"]) == (1, None)
    at = judge(at, 3, "finish")
    assert not at.exception
    assert "1 passage judged, 1 skipped, 0 not read" in told(at)
    assert "no passage to which the code applies" in told(at)
    assert "Accepted suggestions are no part" in told(at)
    assert given(at, JUDGING)["acks"] == [["of-the-browser-3", {}]]
    assert given(at, JUDGING)["audit"] is None


def test_answers_are_the_auditors_and_hold_nothing_of_others(open_page: Open, suggested: Path) -> None:
    """What the tab sends to the browser has no field but text, place, codes and the person's own answers."""
    greet_coder(suggested, "Zoe")
    draw_audit(suggested, coder="Zoe", codes=["MAGNET", "PUSH"], n=3)
    at = audit_tab(open_page("suggestions.py", suggested, "Zoe"))
    assert {c.proto.component_name for c in at.get("bidi_component")} == {"qt_judging", JUDGING}
    assert set(given(at, "qt_judging")) == {"channel", "place"}
    found = given(at, JUDGING)
    assert set(found) == {
        *("channel", "acks", "trouble", "session", "audit", "n", "n_read", "n_skipped", "first", "next"),
        *("codes", "cards"),
    }
    first, second = (code["guid"] for code in found["codes"])
    at = judge(at, 0, "judge", 0, answers={first: "yes", second: "no"})
    assert given(at, JUDGING)["cards"][0]["answers"] == {first: "yes", second: "no"}
    with connection.reading(suggested) as db:
        answers = db.conn.execute("SELECT answer FROM audit_answer ORDER BY answer").fetchall()
    assert [row[0] for row in answers] == ["no", "yes"]


def test_an_audit_finished_elsewhere_shows_its_result(open_page: Open, audited: Path) -> None:
    """After the end in another window the next answer is refused in words, and the result is shown."""
    at = audit_tab(open_page("suggestions.py", audited, "Zoe"))
    finish_audit(audited, "Zoe")
    (code,) = given(at, JUDGING)["codes"]
    at = judge(at, 0, "judge", 0, answers={code["guid"]: "yes"})
    assert not at.exception
    assert "0 passages judged, 0 skipped, 2 not read" in told(at)
    ((_, result),) = given(at, JUDGING)["acks"]
    assert "finished" in result["error"]


def test_a_closed_page_sends_what_waits_and_shows_no_passage(open_page: Open, audited: Path) -> None:
    """On a page closed to the auditor answers that this browser kept are stored; no passage goes down."""
    at = audit_tab(open_page("suggestions.py", audited, "Zoe"))
    found = given(at, JUDGING)
    (code,) = found["codes"]
    at = open_page("themes.py", audited, "Zoe")
    assert given(at, JUDGING)["audit"] is None
    assert "cards" not in given(at, JUDGING)
    op = {"op_id": "of-the-browser-0", "kind": "judge", "audit": found["audit"], "position": 0}
    at = send(at, JUDGING, ops=[{**op, "answers": {code["guid"]: "yes"}, "had": {code["guid"]: None}}])
    assert given(at, JUDGING)["acks"] == [["of-the-browser-0", {}]]
    running = running_audit(audited, "Zoe")
    assert running is not None
    assert running["n_answered"] == 1


def test_the_auditor_sees_no_suggestion_on_the_page(open_page: Open, audited: Path) -> None:
    """Those on audited passages are gone from Zoe's queue; Ada's stays as it was."""
    with connection.reading(audited) as db:
        n = db.conn.execute("SELECT count(*) FROM audit_unit").fetchone()[0]
    assert n == 2
    ours = suggestion_queue_of(audited, coder="Ada")["n"]
    theirs = suggestion_queue_of(audited, coder="Zoe")["n"]
    at = open_page("suggestions.py", audited, "Zoe")
    assert given(at, JUDGING)["n"] == 2  # the page opens where she is at work
    at.session_state["suggestions_tab"] = "Codes"
    at.run()
    assert not at.exception
    assert given(at, "qt_queue_sync")["n"] == theirs
    assert given(open_page("suggestions.py", audited, "Ada"), "qt_queue_sync")["n"] == ours


def test_without_codes_there_is_nothing_to_audit(open_page: Open, empty_study: Path) -> None:
    """An empty study points to Import, as for suggestions."""
    at = open_page("suggestions.py", empty_study)
    assert "nothing to make suggestions from" in told(at)
