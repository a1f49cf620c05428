"""What makes a recorded verdict stale, which acts are named, and what makes it fresh again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.gathering.asked import mark_asked
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.people.consent import change_consents
from qualtool.workflows.propositions import propositions as workflow
from qualtool.workflows.propositions.judged import Judged
from qualtool.workflows.undoing.history import acts_told, events_of
from qualtool.workflows.undoing.undo_event import undo_event

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
FILE = EXAMPLES / "propositions.yaml"
Run = Callable[..., Any]


def rows_of(study: Path) -> dict[str, Judged]:
    return {row.verdict.id: row for row in workflow.judge(study).rows}


def stale(study: Path) -> dict[str, tuple[str, ...]]:
    """Id -> what changed, of the stale ones."""
    return {key: row.stale_because for key, row in rows_of(study).items() if row.is_stale}


def named(study: Path, key: str) -> list[str]:
    """Kinds of the acts that are named for a stale verdict."""
    return [str(event["kind"]) for event in rows_of(study)[key].events]


def source(study: Path, name: str) -> str:
    return next(s["guid"] for s in sources_of(study) if s["name"].startswith(name))


def newest(study: Path, kind: str) -> int:
    return next(int(e["id"]) for e in reversed(events_of(study)) if e["kind"] == kind)


def test_taking_a_coding_back_makes_the_verdict_fresh(stated: Path) -> None:
    """The undo of the one act that made it stale leaves nothing stale."""
    code_selection(stated, "ferryhill.txt", 49, 60, "WORKLOAD", coder="Ada")
    assert stale(stated) == {"P02": ("codings",)}
    undo_event(stated, newest(stated, "coding_added"), "Ada")
    assert stale(stated) == {}


def test_only_the_verdict_that_was_looked_at_is_fresh(stated: Path) -> None:
    """Of two stale verdicts the one a person looks at is recorded anew; the other stays stale."""
    code_selection(stated, "ferryhill.txt", 49, 60, "WORKLOAD", coder="Ada")
    code_selection(stated, "ferryhill.txt", 49, 60, "MAGNET", coder="Ada")
    both = set(stale(stated))
    assert both == {"P01", "P02"}
    assert workflow.look_at_one(stated, "P02", by="Ada") == ["P02"]
    assert set(stale(stated)) == {"P01"}
    assert workflow.look_at_one(stated, "P02", by="Ada") == []


def test_acts_that_made_a_verdict_stale_are_told_by_name(stated: Path) -> None:
    """Who, what, and on which code in which source: no GUID."""
    code_selection(stated, "ferryhill.txt", 49, 60, "WORKLOAD", coder="Ada")
    (told,) = acts_told(stated, rows_of(stated)["P02"].events)
    assert (told["who"], told["what"]) == ("Ada", "coding added")
    assert "in ferryhill.txt 49-60" in told["on"]
    assert acts_told(stated, []) == []


def test_bringing_a_removed_coding_back_makes_it_fresh_too(stated: Path) -> None:
    """A coding taken away and put back is the same coding to a verdict."""
    code_selection(stated, "ferryhill.txt", 49, 60, "WORKLOAD", coder="Ada")
    workflow.look_at(stated, anew=True)
    event = newest(stated, "coding_added")
    undo_event(stated, event, "Ada")
    assert stale(stated) == {"P02": ("codings",)}
    assert named(stated, "P02") == ["coding_removed"]
    undo_event(stated, newest(stated, "coding_removed"), "Ada")
    assert stale(stated) == {}


def test_a_mark_of_what_was_asked_touches_the_theme_asked_about(stated: Path) -> None:
    """Asked of WORKLOAD: P02 is stale by what was asked, with that act alone; undone it is fresh."""
    mark_asked(stated, source(stated, "beckside"), {"PUSH": "yes"}, by="Ada")
    mark_asked(stated, source(stated, "ferryhill"), {"WORKLOAD": "yes"}, by="Ada")
    assert stale(stated) == {"P02": ("asked",)}
    (event,) = rows_of(stated)["P02"].events
    assert event["id"] == newest(stated, "asked_imported")
    undo_event(stated, int(event["id"]), "Ada")
    assert stale(stated) == {}


def test_a_new_release_of_an_indicator_touches_what_it_groups(
    stated: Path, tmp_path: Path, qualtool: Run
) -> None:
    """Another census with another order of schools: both strands by quartile are stale by their groups."""
    lines = (EXAMPLES / "2024-2025_england_census.csv").read_text(encoding="utf-8").splitlines()
    urns = [line.split(",")[0] for line in lines[1:]]
    swapped = [
        line.replace(urn, other, 1) for line, urn, other in zip(lines[1:], urns, urns[::-1], strict=True)
    ]
    newer = tmp_path / "2024-2025_england_census.csv"
    newer.write_text("\n".join([lines[0], *swapped]), encoding="utf-8")
    assert qualtool("import", "indicators", stated, newer).code == 0
    assert stale(stated) == {"P01": ("groups",), "P02": ("groups",)}
    assert named(stated, "P01") == ["indicators_imported"]


def test_another_wording_is_another_statement(stated: Path, tmp_path: Path, qualtool: Run) -> None:
    """P01 with another least difference: its verdict is stale by its statement, P02's is not."""
    changed = tmp_path / "changed.yaml"
    changed.write_text(
        FILE.read_text(encoding="utf-8").replace("mid: 0.20", "mid: 0.30", 1), encoding="utf-8"
    )
    assert qualtool("import", "propositions", stated, changed).code == 0
    assert stale(stated) == {"P01": ("statement",)}
    assert named(stated, "P01") == ["proposition_saved"]
    assert rows_of(stated)["P01"].verdict.is_confirmatory is False


def test_a_study_published_anew_touches_what_cites_it(stated: Path, tmp_path: Path, qualtool: Run) -> None:
    """A finding beside the one cited, of another study, leaves every verdict as it is."""
    file = tmp_path / "other.csv"
    file.write_text(
        "study_id,effect_type,estimate,indicator,year\nElsewhere (2024),OR,1.4,absence_rate,2024\n",
        encoding="utf-8",
    )
    assert qualtool("import", "findings", stated, file).code == 0
    assert stale(stated) == {}


def test_a_participant_withdrawn_is_missed(stated: Path, qualtool: Run) -> None:
    """Who withdrew and is erased leaves both themes' people; the act is named."""
    ran = qualtool("purge", stated, "--participant", "Beckside Primary SENCO", "--keep-backups", "--json")
    assert ran.code == 0, ran.err
    found = stale(stated)
    assert "P01" in found
    assert {"codings", "people"} & set(found["P01"])
    assert named(stated, "P01")


def test_what_is_no_evidence_makes_nothing_stale(stated: Path) -> None:
    """A memo, a change of consent, and a coding of a code in no theme: every verdict stays fresh."""
    write_memo(stated, "source", source(stated, "ashgrove"), "Read again.", coder="Ada")
    change_consents(stated, ["Beckside Primary SENCO"], "no", by="Ada")
    code_selection(stated, "ferryhill.txt", 49, 60, "PUSH", coder="Ada")
    assert stale(stated) == {}


def test_a_merge_brings_its_codings_and_is_named(stated: Path, tmp_path: Path, qualtool: Run) -> None:
    """A copy with one more coding of WORKLOAD makes P02 stale where it is merged, and P01 not."""
    other = Path(shutil.copyfile(stated, tmp_path / "other.db"))
    code_selection(other, "ferryhill.txt", 49, 60, "WORKLOAD", coder="Ben")
    assert stale(stated) == {}
    assert qualtool("merge", stated, other, "--by", "Ada").code == 0
    assert stale(stated) == {"P02": ("codings",)}
    assert named(stated, "P02")


def test_marking_a_source_read_says_who_counts(stated: Path, tmp_path: Path, qualtool: Run) -> None:
    """Once somebody marks what was read, people of unread sources fall out; the mark is named."""
    codings, read = tmp_path / "more.csv", tmp_path / "read.csv"
    codings.write_text(
        "source,start_char,end_char,code,coder\nashgrove.txt,66,100,PUSH,Ada\n", encoding="utf-8"
    )
    read.write_text("source,coder\nashgrove.txt,Ada\n", encoding="utf-8")
    assert qualtool("import", "codings", stated, codings, "--read", read).code == 0
    found = stale(stated)
    assert found
    for key, changed in found.items():
        assert "people" in changed
        assert "sources_marked_read" in named(stated, key)
