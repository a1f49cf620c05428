"""Any act of the log can be taken back, unless later work stands in its way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.reading import replay
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import edit_codebook, memos
from qualtool.workflows.gathering import sources
from qualtool.workflows.keeping import checking
from qualtool.workflows.people.consent import change_consents, consent_table
from qualtool.workflows.undoing.history import events_of, state_at
from qualtool.workflows.undoing.undo_event import undo_event

AT = "2026-03-01T09:00:00.000+00:00"


def last(study: Path, kind: str) -> dict[str, Any]:
    return events_of(study, kinds=[kind])[-1]


def standing(study: Path) -> dict[str, Any]:
    with connection.reading(study) as db:
        return replay.stored_state(db).standing()


def panel(study: Path, **op: Any) -> None:
    with connection.reading(study) as db:
        guid = db.conn.execute("SELECT guid FROM source WHERE name = 'ferryhill.txt'").fetchone()[0]
    apply_operations(study, guid, "Ada", [{"op_id": str(uuid.uuid4()), **op}], at=AT)


def test_a_coding_is_undone_and_its_undo_too(tiny: Path) -> None:
    """Undoing an added coding removes it, undoing that brings it back; each undo names what it undoes."""
    before = standing(tiny)
    guid = coding.code_selection(tiny, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")["guid"]
    added = last(tiny, "coding_added")
    after = standing(tiny)
    undo_event(tiny, added["id"], "Ada")
    assert standing(tiny) == before
    assert last(tiny, "coding_removed")["undoes"] == added["id"]
    assert last(tiny, "coding_added")["is_undone"]
    undo_event(tiny, last(tiny, "coding_removed")["id"], "Ada")
    assert standing(tiny) == after
    assert not last(tiny, "coding_added")["is_undone"]
    assert guid in after["codings"]
    assert checking.check_study(tiny)["ok"]


def test_facets_are_undone_in_order(tiny: Path) -> None:
    """A change of facets goes back, but not under a later change of the same facet."""
    guid = coding.code_selection(tiny, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")["guid"]
    panel(tiny, kind="facets", guid=guid, values={"stance": "affirms"})
    first = last(tiny, "coding_facets")["id"]
    panel(tiny, kind="facets", guid=guid, values={"stance": "denies"})
    with pytest.raises(UserInputError, match="changed again since"):
        undo_event(tiny, first, "Ada")
    undo_event(tiny, last(tiny, "coding_facets")["id"], "Ada")
    assert standing(tiny)["codings"][guid]["stance"] == "affirms"
    undo_event(tiny, first, "Ada")
    assert standing(tiny)["codings"][guid]["stance"] is None


def test_memos_are_undone(tiny: Path) -> None:
    """A memo changed, removed or written goes back to what it was."""
    target = ("study", "study")
    states = []
    for text in ("one", "two", ""):
        states.append(standing(tiny)["memos"])
        memos.write_memo(tiny, *target, text, coder="Ada")
    written = [e["id"] for e in events_of(tiny, kinds=["memo_written"])]
    for event, was in zip(reversed(written), reversed(states), strict=True):
        undo_event(tiny, event, "Ada")
        assert standing(tiny)["memos"] == was


def test_consent_sets_and_codebook_are_undone(tiny: Path) -> None:
    """Consent, a set's members and the newest codebook go back; the log tells of each undo."""
    names = [r["source"] for r in _names(tiny)]
    person = consent_table(tiny)[0]
    change_consents(tiny, [person["name"]], "withdrawn", by="Ada")
    undo_event(tiny, last(tiny, "consent_changed")["id"], "Ada")
    assert consent_table(tiny)[0]["consent"] == person["consent"]

    sources.save_source_set(tiny, "first", names[:1], by="Ada")
    sources.save_source_set(tiny, "first", names[:3], by="Ada")
    undo_event(tiny, last(tiny, "set_saved")["id"], "Ada")
    assert sources.source_sets(tiny)[0]["members"] == names[:1]

    codes = edit_codebook.code_rows(tiny)
    edit_codebook.add_code(tiny, {"name": "New"}, by="Ada")
    undo_event(tiny, last(tiny, "codebook_saved")["id"], "Ada")
    assert edit_codebook.code_rows(tiny) == codes
    assert checking.check_study(tiny)["ok"]


def _names(study: Path) -> list[dict[str, str]]:
    with connection.reading(study) as db:
        rows = db.conn.execute("SELECT name FROM source WHERE kind = 'transcript' ORDER BY name")
        return [{"source": r[0]} for r in rows]


def _codebook_in_use(study: Path) -> int:
    edit_codebook.add_code(study, {"name": "New", "short_id": "NEW"}, by="Ada")
    coding.code_selection(study, "ferryhill", 49, 60, "NEW", coder="Ada")
    return int(last(study, "codebook_saved")["id"])


def _older_codebook(study: Path) -> int:
    edit_codebook.add_code(study, {"name": "New"}, by="Ada")
    event = int(last(study, "codebook_saved")["id"])
    edit_codebook.add_code(study, {"name": "Newer"}, by="Ada")
    return event


def _removed_coding(study: Path) -> int:
    guid = coding.code_selection(study, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")["guid"]
    panel(study, kind="remove", guid=guid)
    return int(last(study, "coding_added")["id"])


def _coded_again(study: Path) -> int:
    _removed_coding(study)
    coding.code_selection(study, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")
    return int(last(study, "coding_removed")["id"])


def _somebody_elses(study: Path) -> int:
    coding.code_selection(study, "ferryhill", 49, 60, "WORKLOAD", coder="Ben")
    return int(last(study, "coding_added")["id"])


def _twice(study: Path) -> int:
    coding.code_selection(study, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")
    event = int(last(study, "coding_added")["id"])
    undo_event(study, event, "Ada")
    return event


def _consent_changed_since(study: Path) -> int:
    name = consent_table(study)[0]["name"]
    change_consents(study, [name], "no", by="Ada")
    event = int(last(study, "consent_changed")["id"])
    change_consents(study, [name], "withdrawn", by="Ben")
    return event


REFUSED: dict[str, tuple[Callable[[Path], int], str]] = {
    "a codebook whose new code is applied": (_codebook_in_use, "are applied"),
    "a codebook that was saved again": (_older_codebook, "saved again since"),
    "a coding removed since": (_removed_coding, "removed since"),
    "a removal of what was coded again": (_coded_again, "very same words"),
    "somebody else's act": (_somebody_elses, "done by Ben"),
    "what was undone before": (_twice, "taken back before"),
    "consent changed since": (_consent_changed_since, "changed again since"),
    "no such event": (lambda study: 9999, "no event 9999"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_later_work_stands_in_the_way(what: str, tiny: Path, state_of: Callable[[Path], Any]) -> None:
    """An undo that later work forbids says why, and changes nothing at all."""
    make, words = REFUSED[what]
    event = make(tiny)
    was = state_of(tiny)
    with pytest.raises(UserInputError, match=words):
        undo_event(tiny, event, "Ada")
    assert state_of(tiny) == was


def test_an_import_of_sources_cannot_be_undone(tiny: Path) -> None:
    """An import of a source is refused with what to do instead."""
    event = last(tiny, "source_imported")
    with pytest.raises(UserInputError, match="qualtool restore"):
        undo_event(tiny, event["id"], event["by"])


def test_every_one_of_the_last_hundred_acts_can_be_undone(tiny: Path) -> None:
    """A hundred codings, undone in any order: each goes, the others stay."""
    made = [
        coding.code_selection(tiny, "ferryhill", n, n + 3, "MAGNET", coder="Zoe")["guid"] for n in range(100)
    ]
    events = {e["target_guid"]: e["id"] for e in events_of(tiny, by="Zoe", kinds=["coding_added"])}
    for n, guid in enumerate(made[::2] + made[1::2][::-1], start=1):
        undo_event(tiny, events[guid], "Zoe")
        if n % 25 == 0:
            assert len(set(made) & set(standing(tiny)["codings"])) == 100 - n


def test_nothing_is_undone_past_an_erasure(tiny: Path) -> None:
    """An erasing event with a checkpoint stops undo, and replay goes on from what it holds."""
    from qualtool.store.log.events import Stamp, record

    guid = coding.code_selection(tiny, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")["guid"]
    added = last(tiny, "coding_added")["id"]
    with connection.writing(tiny) as db:
        after = {"checkpoint": replay.checkpoint(db)}
        stamp = Stamp(by="Ada", at=AT)
        n = record(db, stamp, "participant_purged", target_kind="study", target_guid="study", after=after)
        state = replay.stored_state(db).standing()
        assert replay.state_at(db, n).standing() == state
    assert guid in state["codings"]
    with pytest.raises(UserInputError, match="erased"):
        undo_event(tiny, added, "Ada")


def test_the_state_of_a_moment(tiny: Path, qualtool: Callable[..., Any]) -> None:
    """``history --at`` gives the codings that stood then, and only events up to then."""
    before = events_of(tiny)[-1]["at"]
    n = len(standing(tiny)["codings"])
    coding.code_selection(tiny, "ferryhill", 49, 60, "WORKLOAD", coder="Ada")
    ran = qualtool("history", tiny, "--at", before, "--json")
    assert ran.code == 0
    assert len(ran.json["state"]["codings"]) == n
    assert all(e["at"] <= before for e in ran.json["events"])
    assert state_at(tiny, "1999-01-01")["codings"] == []
    assert qualtool("history", tiny, "--at", "yesterday").code == 1


def test_an_old_study_is_replayed(tmp_path: Path) -> None:
    """A study of version 0.1, whose imports logged only counts, is rebuilt to what its tables hold."""
    import sqlite3

    study = tmp_path / "old.db"
    conn = sqlite3.connect(study)
    saved = Path(__file__).resolve().parents[1] / "migration" / "study_0.1.sql"
    conn.executescript(saved.read_text(encoding="utf-8"))
    conn.close()
    with connection.reading(study) as db:
        state = replay.stored_state(db).standing()
        assert len(state["codings"]) == 11
        newest = db.conn.execute("SELECT max(id) FROM event").fetchone()[0]
        assert replay.state_at(db, newest).standing() == state
        assert replay.state_at(db, 1).standing()["codings"] == {}
