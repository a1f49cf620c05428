"""Copies of a study that were worked in apart: merged by GUID, differences told, nothing lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import CodebookError, QualtoolError, StudyFileError, StudyIntegrityError
from qualtool.importing.pseudonym_table import read_pseudonyms
from qualtool.store.checking import other_copy
from qualtool.store.file import connection
from qualtool.store.log import events
from qualtool.store.merging import merging
from qualtool.store.reading import replay
from qualtool.store.reading.overview import newest_event
from qualtool.workflows.coding import coding
from qualtool.workflows.editing import edit_codebook, edit_source, memos, review
from qualtool.workflows.gathering import import_transcripts
from qualtool.workflows.gathering.import_codebook import codebook_of
from qualtool.workflows.keeping import checking, pseudonymise
from qualtool.workflows.keeping.merge import Decisions, merge, preview
from qualtool.workflows.people import people
from qualtool.workflows.people.consent import change_consents
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.undoing import history, undo_event

SOURCE = "ferryhill.txt"


@pytest.fixture
def copies(tiny: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two copies of the small study, as two people took them home."""
    (tmp_path / "laptop").mkdir()
    return tiny, Path(shutil.copyfile(tiny, tmp_path / "laptop" / "tiny.db"))


def rows(study: Path, sql: str, *values: object) -> list[Any]:
    conn = sqlite3.connect(study)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


def codes_of(study: Path) -> list[Any]:
    return [code for code in codebook_of(study).codes if code.is_codable]


def code(study: Path, start: int, end: int, *, coder: str, at: int = 0) -> str:
    key = codes_of(study)[at].key
    made = coding.code_selection(study, SOURCE, start, end, key, coder=coder)
    return str(made["guid"])


def standing(study: Path) -> set[tuple[Any, ...]]:
    """Source, code, coder and quote of every standing coding."""
    sql = (
        "SELECT s.guid, c.guid, k.name, g.start_char, g.quote FROM coding g"
        " JOIN source s ON s.id = g.source_id"
        " JOIN code c ON c.id = g.code_id JOIN coder k ON k.id = g.coder_id WHERE g.removed_at IS NULL"
    )
    return set(rows(study, sql))


def require_whole(study: Path) -> None:
    assert checking.check_study(study)["problems"] == []
    with connection.reading(study) as db:
        state = replay.state_at(db, newest_event(db)).standing()
        assert state == replay.stored_state(db).standing()


def kinds(report: Any) -> set[str]:
    return {one["kind"] for one in report.conflicts}


# --- the peer's fault -----------------------------------------------------------------------------


def test_qualcoder_merge_of_two_coders_copies(copies: tuple[Path, Path]) -> None:
    """Two coders' copies merge although a text was corrected in one; every coding of both is there."""
    ours, theirs = copies
    name = SOURCE
    text = coding.text_of(ours, name)
    word = text[20:30]
    for start in (20, 60, 90):
        code(ours, start, start + 10, coder="Anna")
        code(theirs, start + 5, start + 20, coder="Ben", at=1)
    before = standing(ours), standing(theirs)
    edit_source.edit_source(theirs, name, text=text[:5] + "XY" + text[5:], by="Ben")
    report = merge(ours, theirs, by="Anna")
    assert report.added["codings"] == 3
    assert next(s for s in report.sources if s["source"] == name)["moved"] >= 3
    assert report.as_dict()["lost"] == 0 and report.as_dict()["needs_review"] == []
    after = {(s, c, k, quote) for s, c, k, _, quote in standing(ours)}
    for side in before:
        assert {(s, c, k, quote) for s, c, k, _, quote in side} <= after
    assert coding.text_of(ours, name)[22:32] == word
    require_whole(ours)


def test_merging_again_changes_nothing(copies: tuple[Path, Path], state_of: Callable[..., Any]) -> None:
    """A second merge of the same copy says that there is nothing new, and writes nothing."""
    ours, theirs = copies
    code(theirs, 20, 30, coder="Ben")
    assert merge(ours, theirs, by="Anna").is_new
    before = state_of(ours)
    assert not merge(ours, theirs, by="Anna").is_new
    assert state_of(ours) == before


def test_a_look_ahead_changes_neither(copies: tuple[Path, Path], state_of: Callable[..., Any]) -> None:
    """A preview leaves both files as they are, and tells what the merge then does."""
    ours, theirs = copies
    code(theirs, 20, 30, coder="Ben")
    content, before = theirs.read_bytes(), state_of(ours)
    seen = preview(ours, theirs)
    assert seen.dry_run and seen.added["codings"] == 1
    assert state_of(ours) == before
    merge(ours, theirs, by="Anna")
    assert theirs.read_bytes() == content
    assert sorted(p.name for p in theirs.parent.iterdir()) == [theirs.name]


# --- what both changed ----------------------------------------------------------------------------


def test_a_coding_removed_there_and_left_here_is_removed(copies: tuple[Path, Path]) -> None:
    """What only the other copy removed is removed; what only this one removed stays so."""
    first, second = (code(copies[0], n, n + 10, coder="Anna") for n in (20, 60))
    shutil.copyfile(_closed(copies[0]), copies[1])
    _panel(copies[1], first, "remove")
    _panel(copies[0], second, "remove")
    report = merge(*copies, by="Anna")
    assert report.conflicts == ()
    assert {first, second} <= _removed(copies[0])
    require_whole(copies[0])


def test_a_coding_removed_here_and_changed_there_stands(copies: tuple[Path, Path]) -> None:
    """Removed by one and changed by the other: it stands, both ways round, and is told."""
    guid = code(copies[0], 20, 30, coder="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    _panel(copies[0], guid, "remove")
    _panel(copies[1], guid, "facets", values={"stance": "denies"})
    kept = Path(shutil.copyfile(_closed(copies[0]), copies[0].with_name("kept.db")))
    for ours, theirs in ((copies[0], copies[1]), (copies[1], kept)):
        report = merge(ours, theirs, by="Anna")
        assert "coding_removed" in kinds(report)
        assert guid not in _removed(ours)
        assert rows(ours, "SELECT stance FROM coding WHERE guid = ?", guid) == [("denies",)]
        require_whole(ours)


def test_facets_changed_in_both_keep_ours_and_are_told(copies: tuple[Path, Path]) -> None:
    """One facet set in both copies differently stays ours; another set only there is taken."""
    guid = code(copies[0], 20, 30, coder="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    _panel(copies[0], guid, "facets", values={"stance": "affirms"})
    _panel(copies[1], guid, "facets", values={"stance": "denies", "basis": "own"})
    report = merge(*copies, by="Anna")
    (one,) = [c for c in report.conflicts if c["kind"] == "coding_facets"]
    assert (one["ours"], one["theirs"], one["kept"]) == ("affirms", "denies", "ours")
    assert rows(copies[0], "SELECT stance, basis FROM coding WHERE guid = ?", guid) == [("affirms", "own")]
    require_whole(copies[0])


def test_a_memo_rewritten_in_both_keeps_both_texts(copies: tuple[Path, Path]) -> None:
    """Ours stands; the other copy's text is a memo of its own beside it, marked."""
    target = ("code", codes_of(copies[0])[0].guid)
    memos.write_memo(copies[0], *target, "first", coder="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    memos.write_memo(copies[0], *target, "mine", coder="Anna")
    memos.write_memo(copies[1], *target, "hers", coder="Anna")
    report = merge(*copies, by="Anna")
    assert "memo" in kinds(report)
    texts = [r[0] for r in rows(copies[0], "SELECT text FROM memo WHERE removed_at IS NULL ORDER BY id")]
    assert "mine" in texts
    assert any(text.endswith("hers") and text.startswith("[") for text in texts)
    assert not merge(*copies, by="Anna").is_new
    require_whole(copies[0])


def test_a_memo_rewritten_in_one_is_taken(copies: tuple[Path, Path]) -> None:
    """A memo that only the other copy rewrote has its text."""
    target = ("code", codes_of(copies[0])[0].guid)
    memos.write_memo(copies[0], *target, "first", coder="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    memos.write_memo(copies[1], *target, "hers", coder="Anna")
    assert merge(*copies, by="Anna").conflicts == ()
    assert ("hers",) in rows(copies[0], "SELECT text FROM memo")
    require_whole(copies[0])


@pytest.mark.parametrize(
    ("here", "there", "stands"), [("paraphrase", "no", "no"), ("withdrawn", "paraphrase", "withdrawn")]
)
def test_consent_changed_in_both_is_the_more_protective(
    copies: tuple[Path, Path], here: str, there: str, stands: str
) -> None:
    """Where both changed what a person allowed, the stricter holds, and it is told."""
    (person,) = rows(copies[0], "SELECT name FROM participant ORDER BY id LIMIT 1")[0]
    change_consents(copies[0], [person], here, by="Anna")
    change_consents(copies[1], [person], there, by="Ben")
    report = merge(*copies, by="Anna")
    assert "consent" in kinds(report)
    assert rows(copies[0], "SELECT consent FROM participant WHERE name = ?", person) == [(stands,)]


def test_consent_changed_in_one_is_taken(copies: tuple[Path, Path]) -> None:
    """What only the other copy recorded of a person's consent holds, also where it is more open."""
    (person,) = rows(copies[0], "SELECT name FROM participant ORDER BY id LIMIT 1")[0]
    change_consents(copies[0], [person], "no", by="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    change_consents(copies[1], [person], "yes", by="Ben")
    assert merge(*copies, by="Anna").conflicts == ()
    assert rows(copies[0], "SELECT consent FROM participant WHERE name = ?", person) == [("yes",)]


def test_case_attributes_that_differ_are_told(copies: tuple[Path, Path]) -> None:
    """A blank attribute is filled from the other copy; one that both have stays ours and is told."""
    with connection.writing(copies[1]) as db:
        db.conn.execute("UPDATE study_case SET la_code = '999', pseudonym = 'P' WHERE id = 1")
    with connection.writing(copies[0]) as db:
        db.conn.execute("UPDATE study_case SET la_code = '111', pseudonym = NULL WHERE id = 1")
    report = merge(*copies, by="Anna")
    (one,) = [c for c in report.conflicts if c["kind"] == "case"]
    assert (one["field"], one["ours"], one["theirs"]) == ("la_code", "111", "999")
    assert rows(copies[0], "SELECT la_code, pseudonym FROM study_case WHERE id = 1") == [("111", "P")]
    require_whole(copies[0])


def test_a_source_renamed_in_one_copy_is_told(copies: tuple[Path, Path]) -> None:
    """A source has its name here, and the other copy's name is told."""
    with connection.writing(copies[1]) as db:
        db.conn.execute("UPDATE source SET name = 'other name.txt' WHERE id = 1")
    assert "source_name" in kinds(merge(*copies, by="Anna"))


# --- texts ----------------------------------------------------------------------------------------


def test_a_text_corrected_in_both_keeps_ours_and_loses_no_coding(copies: tuple[Path, Path]) -> None:
    """Their codings move onto our text; one on words that only they have waits with its own quote."""
    ours, theirs = copies
    name = SOURCE
    text = coding.text_of(ours, name)
    edit_source.edit_source(ours, name, text="Oh. " + text, by="Anna")
    edit_source.edit_source(theirs, name, text=text[:40] + "QQQQ" + text[40:], by="Ben")
    moved, waits = code(theirs, 60, 75, coder="Ben"), code(theirs, 38, 46, coder="Ben", at=1)
    quote = coding.text_of(theirs, name)[60:75]
    report = merge(ours, theirs, by="Anna")
    (touched,) = [s for s in report.sources if s["source"] == name]
    assert [r["guid"] for r in touched["needs_review"]] == [waits]
    assert coding.text_of(ours, name) == "Oh. " + text
    assert rows(ours, "SELECT quote FROM coding WHERE guid = ?", moved) == [(quote,)]
    (waiting,) = review.review_worklist(ours)
    assert waiting["guid"] == waits and "QQQQ" in waiting["before"]
    require_whole(ours)
    review.resolve_review(ours, waits, "accept", by="Anna")
    require_whole(ours)


def test_the_same_correction_in_both_needs_no_review(copies: tuple[Path, Path]) -> None:
    """A typing error corrected alike in both copies leaves every coding where its words are."""
    name = SOURCE
    text = coding.text_of(copies[0], name)
    for study in copies:
        edit_source.edit_source(study, name, text=text[:40] + "QQ" + text[40:], by="Anna")
    guid = code(copies[1], 38, 46, coder="Ben")
    report = merge(*copies, by="Anna")
    assert report.as_dict()["needs_review"] == []
    assert "QQ" in rows(copies[0], "SELECT quote FROM coding WHERE guid = ?", guid)[0][0]
    require_whole(copies[0])


def test_a_file_imported_in_both_copies_is_one_source(copies: tuple[Path, Path]) -> None:
    """A file imported apart is one source with the codings of both; another of its name stays apart."""
    for study, extra in zip(copies, (b"one", b"two"), strict=True):
        files = [
            ("new.txt", b"Ruth: We like it here very much.\n"),
            ("own.txt", b"Omar: Words " + extra + b"\n"),
        ]
        import_transcripts.import_loaded(study, files, ImportReport(), by="Anna")
        key = codes_of(study)[0].key
        coding.code_selection(study, "new.txt", 6, 13 + len(extra) % 2, key, coder=extra.decode())
    coding.code_selection(copies[1], "new.txt", 14, 21, codes_of(copies[1])[1].key, coder="two")
    report = merge(*copies, by="Anna")
    names = [
        r[0] for r in rows(copies[0], "SELECT name FROM source WHERE name LIKE 'new%' OR name LIKE 'own%'")
    ]
    assert sorted(names) == ["new.txt", "own.txt", "own.txt (2)"]
    assert [(r["kind"], r["name"]) for r in report.matched if r["kind"] == "source"] == [
        ("source", "new.txt")
    ]
    assert ("source", "own.txt") in {(r["kind"], r["name"]) for r in report.renamed}
    sql = "SELECT count(*) FROM coding g JOIN source s ON s.id = g.source_id WHERE s.name = 'new.txt'"
    assert rows(copies[0], sql) == [(3,)]
    require_whole(copies[0])


# --- codebook, people -----------------------------------------------------------------------------


def test_codebook_differences_are_told_and_ours_stands(copies: tuple[Path, Path]) -> None:
    """New codes come along with their codings; a changed definition stays ours until decided."""
    ours, theirs = copies
    was = codes_of(theirs)[0]
    edit_codebook.change_code(theirs, was, {"definition": "Theirs."}, by="Ben")
    new = edit_codebook.add_code(theirs, {"name": "Only there", "short_id": "NEWHERE"}, by="Ben")
    same = edit_codebook.add_code(ours, {"name": "Only here", "short_id": "NEWHERE"}, by="Anna")
    coding.code_selection(theirs, SOURCE, 20, 30, "NEWHERE", coder="Ben")
    report = merge(ours, theirs, by="Anna")
    (row,) = [r for r in report.codebook if r["field"] == "definition"]
    assert (row["guid"], row["changed_by"], row["kept"], row["theirs"]) == (
        was.guid,
        "theirs",
        "ours",
        "Theirs.",
    )
    book = codebook_of(ours).by_guid()
    assert book[was.guid].definition == was.definition
    assert book[same].short_id == "NEWHERE" and book[new].short_id == "NEWHERE-2"
    assert [r["kind"] for r in report.renamed] == ["code"]
    assert rows(
        ours, "SELECT count(*) FROM coding g JOIN code c ON c.id = g.code_id WHERE c.guid = ?", new
    ) == [(1,)]
    require_whole(ours)
    merge(ours, theirs, by="Anna", decisions=Decisions(codes={was.guid: "theirs"}))
    assert codebook_of(ours).by_guid()[was.guid].definition == "Theirs."
    assert not merge(ours, theirs, by="Anna", decisions=Decisions(codes={was.guid: "theirs"})).is_new
    require_whole(ours)


def test_a_code_made_a_heading_stays_a_code_where_it_is_applied(copies: tuple[Path, Path]) -> None:
    """A code that became a heading in one copy, while the other coded with it, can still be applied."""
    guid = edit_codebook.add_code(copies[0], {"name": "Unused", "short_id": "UNUSED"}, by="Anna")
    shutil.copyfile(_closed(copies[0]), copies[1])
    unused = codebook_of(copies[0]).by_guid()[guid]
    edit_codebook.change_code(copies[0], unused, {"is_codable": False}, by="Anna")
    coding.code_selection(copies[1], SOURCE, 20, 30, unused.key, coder="Ben")
    report = merge(*copies, by="Anna")
    assert "code_heading" in kinds(report)
    assert codebook_of(copies[0]).by_guid()[unused.guid].is_codable
    require_whole(copies[0])


def test_coders_of_one_name_stay_two_unless_said(copies: tuple[Path, Path]) -> None:
    """Two people alike in name are kept apart and told; said to be one, they are one coder."""
    ours, theirs = copies
    kept = Path(shutil.copyfile(_closed(ours), ours.with_name("kept.db")))
    for study, start in ((ours, 20), (kept, 20), (theirs, 60)):
        code(study, start, start + 10, coder="Zoe")
    report = merge(ours, theirs, by="Anna")
    assert [(r["name"], r["now"]) for r in report.renamed] == [("Zoe", "Zoe (2)")]
    assert {"Zoe", "Zoe (2)"} <= set(people.coder_names(ours))
    merge(kept, theirs, by="Anna", decisions=Decisions(same_coders=True))
    assert "Zoe (2)" not in people.coder_names(kept)
    for study in (ours, kept):
        require_whole(study)


def test_one_coding_made_in_both_is_one(copies: tuple[Path, Path]) -> None:
    """One coder's same code on the same words stands once; both GUIDs are told and both are in the file."""
    guids = [code(study, 20, 30, coder="amira") for study in copies]
    memos.write_memo(copies[1], "coding", guids[1], "why", coder="amira")
    report = merge(*copies, by="Anna", decisions=Decisions(same_coders=True))
    (twin,) = report.duplicates
    assert {twin["kept"], twin["other"]} == set(guids)
    assert _removed(copies[0]) & set(guids) == {twin["other"]}
    assert rows(copies[0], "SELECT target_guid FROM memo WHERE text = 'why'") == [(twin["kept"],)]
    require_whole(copies[0])


def test_propositions_written_in_both_keep_ours_on_top(copies: tuple[Path, Path]) -> None:
    """A proposition that both changed has our version as its newest, and theirs below; notes come along."""
    for study, who in zip(copies, ("Anna", "Ben"), strict=True):
        with connection.writing(study) as db:
            made = (who, f"2026-11-2{5 if who == 'Anna' else 6}T10:00:00.000+00:00")
            rows_ = [("P1", "one", who), ("P2", "same", "same")]
            for number, (key, guid, said) in enumerate(rows_):
                db.conn.execute(
                    "INSERT INTO proposition (guid, key, version, content, sha256, is_before_results,"
                    " made_by, made_at) VALUES (?, ?, 1, ?, ?, 0, ?, ?)",
                    (f"{guid}-{said}", key, "{}", f"{number}{said}", *made),
                )
            db.conn.execute(
                "INSERT INTO research_question (key, text, version, made_by, made_at)"
                " VALUES ('Q', ?, 1, ?, ?)",
                (f"Why, {who}?", *made),
            )
            db.conn.execute(
                "INSERT INTO meta_inference (guid, key, kind, text, made_by, made_at)"
                " VALUES (?, 'P1', 'meta_inference', ?, ?, ?)",
                (f"m-{who}", who, *made),
            )
    report = merge(copies[1], copies[0], by="Ben")
    assert {"proposition", "research_question", "meta_inference"} <= kinds(report)
    sql = "SELECT sha256 FROM proposition WHERE key = 'P1' ORDER BY version"
    assert rows(copies[1], sql) == [("0Ben",), ("0Anna",), ("0Ben",)]
    assert rows(copies[1], "SELECT count(*) FROM proposition WHERE key = 'P2'") == [(1,)]
    texts = rows(copies[1], "SELECT text FROM research_question ORDER BY version")
    assert texts == [("Why, Ben?",), ("Why, Anna?",), ("Why, Ben?",)]
    assert rows(copies[1], "SELECT text FROM meta_inference ORDER BY id")[-1] == ("Ben",)
    assert not merge(copies[1], copies[0], by="Ben").is_new
    require_whole(copies[1])


# --- the log --------------------------------------------------------------------------------------


def test_history_tells_who_did_what_in_the_other_copy(copies: tuple[Path, Path]) -> None:
    """Acts of the other copy are in the log with who and when, and cannot be undone here."""
    guid = code(copies[1], 20, 30, coder="Ben")
    was = history.events_of(copies[1], target=guid)[0]
    merge(*copies, by="Anna")
    (act,) = history.events_of(copies[0], kinds=["merged_act"], target=guid)
    assert (act["by"], act["after"]["at"], act["after"]["kind"]) == ("Ben", was["at"], "coding_added")
    assert not act["can_undo"]
    with pytest.raises(QualtoolError):
        undo_event.undo_event(copies[0], act["id"], "Ben")
    (one,) = history.events_of(copies[0], kinds=["study_merged"])
    assert one["by"] == "Anna" and one["after"]["rows"] == 1


def test_a_merge_by_way_of_a_third_copy_brings_nothing_twice(copies: tuple[Path, Path]) -> None:
    """What came from one copy through another is known when it comes straight."""
    ours, theirs = copies
    third = Path(shutil.copyfile(_closed(ours), ours.with_name("third.db")))
    code(theirs, 20, 30, coder="Ben")
    merge(third, theirs, by="Cy")
    merge(ours, third, by="Anna")
    assert not merge(ours, theirs, by="Anna").is_new
    require_whole(ours)


# --- what is refused ------------------------------------------------------------------------------


def test_another_study_is_refused(copies: tuple[Path, Path], tmp_path: Path) -> None:
    """A study that is no copy of this one is refused, and so is the study itself."""
    studies.create_study(tmp_path / "else.db", by="Anna")
    with pytest.raises(StudyFileError, match="not a copy"):
        merge(copies[0], tmp_path / "else.db", by="Anna")
    with pytest.raises(StudyFileError, match="the study itself"):
        merge(copies[0], copies[0], by="Anna")


@pytest.mark.parametrize("at", [0, 1])
def test_words_erased_from_one_copy_alone_are_not_brought_back(copies: tuple[Path, Path], at: int) -> None:
    """After names were erased from one copy, a merge is refused and says what to do first."""
    with connection.writing(copies[at]) as db:
        made = events.Stamp(by="Anna", at="2026-11-25T10:00:00.000+00:00")
        after = {"checkpoint": replay.checkpoint(db)}
        events.record(db, made, "names_replaced", target_kind="study", target_guid="study", after=after)
    with pytest.raises(StudyFileError, match="erased") as told:
        merge(*copies, by="Anna")
    assert ("this study", "the other copy")[at] in told.value.problems[0].where


def test_names_replaced_alike_in_both_copies_merge(copies: tuple[Path, Path], tmp_path: Path) -> None:
    """Once both copies have the same names replaced they merge, over and over, and no name comes back."""
    table = read_pseudonyms(b"real,pseudonym,kind\nbrothers,siblings,other\n", name="names.csv")
    for study, who in zip(copies, ("Anna", "Ben"), strict=True):
        code(study, 40 if who == "Anna" else 50, 90, coder=who)
    for number, study in enumerate(copies):
        pseudonymise.apply(
            study, table, key=tmp_path / f"{number}.key", passphrase="a long one", keep_backups=True
        )
        if number == 0:
            with pytest.raises(StudyFileError, match="erased"):
                merge(*copies, by="Anna")
    kept = Path(shutil.copyfile(_closed(copies[0]), tmp_path / "kept.db"))
    for ours, theirs in (copies, (copies[1], kept)):
        assert merge(ours, theirs, by="Anna").is_new
        assert not merge(ours, theirs, by="Anna").is_new
        assert rows(ours, "SELECT 1 FROM coding WHERE quote LIKE '%brothers%'") == []
        require_whole(ours)
    assert merge(*copies, by="Anna").added == {}


def test_files_that_are_no_whole_study_are_refused(
    copies: tuple[Path, Path], tmp_path: Path, state_of: Callable[..., Any]
) -> None:
    """A missing, empty, foreign, cut or altered file is refused in clear words, and nothing is changed."""
    before = state_of(copies[0])
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("no study at all" * 100, encoding="utf-8")
    content = copies[1].read_bytes()
    (tmp_path / "half.db").write_bytes(content[: len(content) // 2])
    altered = Path(shutil.copyfile(copies[1], tmp_path / "altered.db"))
    conn = sqlite3.connect(altered)
    conn.execute("UPDATE participant SET consent = 'yes'")
    conn.commit()
    conn.close()
    for name in ("none.db", "empty.db", "text.db"):
        with pytest.raises(StudyFileError):
            merge(copies[0], tmp_path / name, by="Anna")
    for name in ("half.db", "altered.db"):
        with pytest.raises(StudyIntegrityError):
            merge(copies[0], tmp_path / name, by="Anna")
    assert state_of(copies[0]) == before


def test_an_error_midway_leaves_the_study_as_it_was(
    copies: tuple[Path, Path], state_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge that fails after the codings went in has changed nothing; a backup was made before it."""
    code(copies[1], 20, 30, coder="Ben")
    before = state_of(copies[0])

    def broken(*_: object) -> None:
        raise CodebookError("midway")

    monkeypatch.setattr(merging, "merge_marks", broken)
    with pytest.raises(CodebookError):
        merge(copies[0], copies[1], by="Anna")
    assert state_of(copies[0]) == before
    assert list(copies[0].with_name(copies[0].name + ".backups").iterdir())


def test_a_copy_that_is_open_elsewhere_is_read_whole(copies: tuple[Path, Path]) -> None:
    """Work that still lies in the log beside the other copy's file comes along."""
    with connection.reading(copies[1]):
        guid = code(copies[1], 20, 30, coder="Ben")
        assert copies[1].with_name(copies[1].name + "-wal").stat().st_size > 0
        merge(*copies, by="Anna")
    assert rows(copies[0], "SELECT 1 FROM coding WHERE guid = ?", guid) == [(1,)]


def test_a_log_in_a_folder_that_cannot_be_written_is_read(
    copies: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SQLite cannot open a log because nothing may be written beside it, both are read elsewhere."""
    backed_up = other_copy._backed_up

    def as_if_read_only(conn: sqlite3.Connection, path: Path, mode: str) -> None:
        if mode == "mode=ro" and path == copies[1]:
            raise sqlite3.OperationalError("unable to open database file")
        backed_up(conn, path, mode)

    monkeypatch.setattr(other_copy, "_backed_up", as_if_read_only)
    script = "import os\nfrom pathlib import Path\n"
    script += "from qualtool.workflows.coding.coding import code_selection\n"
    script += f"from qualtool.store.file import connection\np = Path({str(copies[1])!r})\n"
    script += "with connection.reading(p):\n"
    script += f"    code_selection(p, {SOURCE!r}, 20, 30, 'MAGNET', coder='Ben')\n    os._exit(0)\n"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert copies[1].with_name(copies[1].name + "-wal").stat().st_size > 0
    assert merge(*copies, by="Anna").added["codings"] == 1


def test_a_study_of_an_earlier_version_is_merged_and_stays_as_it_is(tmp_path: Path) -> None:
    """The saved study of version 0.1 is brought up in memory alone."""
    script = (Path(__file__).parents[1] / "migration" / "study_0.1.sql").read_text(encoding="utf-8")
    old = tmp_path / "old.db"
    conn = sqlite3.connect(old)
    conn.executescript(script)
    conn.close()
    new = Path(shutil.copyfile(old, tmp_path / "new.db"))
    with connection.reading(new):
        pass
    content = old.read_bytes()
    assert not merge(new, old, by="Anna").n_acts
    assert old.read_bytes() == content
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("old")) == ["old.db"]


# --- the command ----------------------------------------------------------------------------------


def test_the_command_tells_in_json(copies: tuple[Path, Path], qualtool: Callable[..., Any]) -> None:
    """``qualtool merge`` gives the report of the contract; errors are one document, with exit 1."""
    code(copies[1], 20, 30, coder="Ben")
    look = qualtool("merge", *copies, "--dry-run", "--json").json
    assert look["dry_run"] and look["added"]["codings"] == 1
    ran = qualtool("merge", *copies, "--by", "Anna", "--codebook", "theirs", "--json")
    assert ran.code == 0 and ran.json["is_new"] and ran.json["lost"] == 0
    (source,) = ran.json["sources"]
    assert source.keys() >= {"source", "version", "kept", "moved", "needs_review", "lost"}
    assert "Nothing new" in qualtool("merge", *copies).out
    failed = qualtool("merge", copies[0], copies[0], "--json")
    assert failed.code == 1 and failed.problems[0]["next"]
    assert qualtool("merge", *copies, "--codebook", "ask").code == 2


# --- helpers --------------------------------------------------------------------------------------


def _closed(study: Path) -> Path:
    """The study with everything in its one file."""
    with connection.reading(study):
        return study


def _removed(study: Path) -> set[str]:
    return {r[0] for r in rows(study, "SELECT guid FROM coding WHERE removed_at IS NOT NULL")}


def _panel(study: Path, guid: str, kind: str, **more: Any) -> None:
    from qualtool.workflows.coding.panel_coding import apply_operations

    source, coder = rows(
        study,
        "SELECT s.guid, k.name FROM coding g JOIN source s ON s.id = g.source_id"
        " JOIN coder k ON k.id = g.coder_id WHERE g.guid = ?",
        guid,
    )[0]
    op = {"op_id": str(uuid.uuid4()), "kind": kind, "guid": guid, **more}
    apply_operations(study, source, coder, [op], at="2026-11-25T12:00:00.000+00:00")
