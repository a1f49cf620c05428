"""Marks of what was read to the end: unread is not silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.propositions import triangulating
from qualtool.workflows.study import studies

Run = Callable[..., Any]
HEAD = "source,start_char,end_char,code,coder\n"
ELSEWHERE = "Interviewer: Well?\nHead: Nothing to say of that.\n"


def import_read(qualtool: Run, study: Path, folder: Path, codings: str, marks: str) -> Any:
    (folder / "c.csv").write_text(HEAD + codings)
    (folder / "r.csv").write_text(marks)
    return qualtool("import", "codings", study, folder / "c.csv", "--read", folder / "r.csv", "--json")


def read_by(study: Path) -> dict[str, list[str]]:
    return {s["name"]: s["read_by"] for s in sources_of(study) if s["read_by"]}


def test_a_mark_without_a_coder_is_every_coders(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """A blank coder means every coder of the codings beside it; a named one means only that one."""
    codings = "ashgrove.txt,0,11,PUSH,amira\nashgrove.txt,0,11,PUSH,berta\n"
    ran = import_read(qualtool, tiny, tmp_path, codings, "source,coder\nferryhill,\nelmfield.txt,clara\n")
    assert (ran.code, ran.json["accepted"], ran.json["n_read"]) == (0, 2, 3)
    assert read_by(tiny) == {"ferryhill.txt": ["amira", "berta"], "elmfield.txt": ["clara"]}


def test_the_same_marks_again_are_a_no_op(
    tiny: Path, tmp_path: Path, qualtool: Run, state_of: Callable[[Path], Any]
) -> None:
    """Marks and codings imported twice are there once, and the second time logs nothing."""
    arguments = ("ashgrove.txt,0,11,PUSH,amira\n", "source\nferryhill.txt\nferryhill\n")
    assert import_read(qualtool, tiny, tmp_path, *arguments).json["n_read"] == 1
    before = state_of(tiny)
    ran = import_read(qualtool, tiny, tmp_path, *arguments)
    assert (ran.code, ran.json["accepted"], ran.json["n_read"]) == (0, 0, 0)
    assert state_of(tiny) == before


def test_a_mark_of_nobody_is_refused(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """Without a coder in the marks or in the codings nobody can have read."""
    ran = import_read(qualtool, tiny, tmp_path, "", "source\nferryhill.txt\n")
    assert ran.code == 1
    assert ran.problems[0]["where"] == "r.csv, line 2"
    assert read_by(tiny) == {}


def test_unread_people_are_left_out_once_marks_exist(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """Without marks all count; with one, people of sources neither coded nor read leave the denominators."""
    options = {"theme": "MAGNET", "indicator": "ehcp_quartile"}
    before = triangulating.triangulate_theme(tiny, **options)
    assert (before["n_unread"], len(before["cases"])) == (0, 6)
    # ferryhill.txt alone has no coding; elmfield.txt is coded by others than its reader.
    import_read(qualtool, tiny, tmp_path, "", "source,coder\nelmfield.txt,tom\n")
    after = triangulating.triangulate_theme(tiny, **options)
    assert after["n_unread"] == 1
    assert {c["urn"] for c in before["cases"]} - {c["urn"] for c in after["cases"]} == {"900106"}
    assert "1 participant is left out" in after["sentence"]
    import_read(qualtool, tiny, tmp_path, "", "source,coder\nferryhill.txt,tom\n")
    full = triangulating.triangulate_theme(tiny, **options)
    assert (full["n_unread"], full["cases"]) == (0, before["cases"])
    assert studies.overview(tiny)["progress"] == {"coded": 5, "read": 1, "unread": 0}


def test_a_person_with_one_read_source_counts(tiny: Path, tmp_path: Path, qualtool: Run) -> None:
    """A person who spoke twice and was read once is in the denominator."""
    (tmp_path / "second.txt").write_text(ELSEWHERE)
    sheet = tmp_path / "s.csv"
    sheet.write_text(
        "file,speaker,participant,role,case,urn\n"
        "second.txt,Head,Ashgrove Primary head,Head,Ashgrove Primary,900101\n"
    )
    assert qualtool("import", "transcripts", tiny, tmp_path / "second.txt", "--sheet", sheet).code == 0
    import_read(qualtool, tiny, tmp_path, "", "source,coder\nferryhill.txt,tom\n")
    found = triangulating.triangulate_theme(tiny, "MAGNET", "ehcp_quartile")
    assert found["n_unread"] == 0
    assert {c["urn"]: c["asked"] for c in found["cases"]}["900101"] == 1


def test_headings_do_not_compete_in_the_evaluation(tiny: Path, qualtool: Run) -> None:
    """Only codes that can be suggested are evaluated."""
    rows = qualtool("evaluate", tiny, "--folds", "2", "--json").json["rows"]
    assert {r["code"] for r in rows} == {"MAGNET", "PUSH", "WORKLOAD"}
