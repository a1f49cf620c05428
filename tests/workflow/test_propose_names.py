"""Proposals for a whole study, and the table that is written for a person to go through."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualtool.importing.pseudonym_table import read_pseudonyms
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.keeping.propose_names import propose_for, table_of
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study


def test_the_sample_study(sample_study: Path) -> None:
    """Schools get the pseudonyms of their cases in every form; people are numbered; the table is usable."""
    seen: list[tuple[int, int]] = []
    found = propose_for(sample_study, progress=lambda done, total: seen.append((done, total)))
    by_name = {p.real: p for p in found.proposals}
    assert seen[-1][0] == seen[-1][1] > 500
    for name in ("Thornbeck Primary School", "Thornbeck"):
        assert (by_name[name].kind, by_name[name].pseudonym) == ("school", "School A")
    assert by_name["Fenwater"].pseudonym == by_name["Fenwater Road Academy"].pseudonym == "School H"
    # The sample calls this authority "LA Harrowmere", which would give the name away.
    assert by_name["Harrowmere"].pseudonym.startswith("[PLACE-")
    assert by_name["Ruth"].why[0] == "label of a speaker"
    assert not {"Parent", "Interviewer", "Officer", "Head", "Moderator"} & set(by_name)
    assert "Thornbeck SENCO" not in by_name
    table = read_pseudonyms(table_of(found.proposals), name="names.csv")
    assert len(table.entries) == len(found.proposals) > 120
    assert any("No spaCy model" in note or "spaCy model" in note for note in found.notes)
    assert not any("No register" in note for note in found.notes)


def test_proposing_changes_nothing(sample_copy: Path) -> None:
    """The study file is byte for byte what it was."""
    before = hashlib.sha256(sample_copy.read_bytes()).hexdigest()
    propose_for(sample_copy)
    assert hashlib.sha256(sample_copy.read_bytes()).hexdigest() == before


def test_participants_and_labels(tmp_path: Path) -> None:
    """Roles are no names, titles and surnames are; a label that is also a word is kept, with a caution."""
    study = tmp_path / "a.db"
    create_study(study)
    turns = [
        "Interviewer: Will you begin?",
        "Parent 2: I will.",
        "Mrs Okafor: Yes.",
        "Will: We will.",
        "HEAD: No.",
    ]
    text = "\n".join(turns * 3)
    import_loaded(study, [("a.txt", text.encode())], ImportReport())
    found = {p.real: p for p in propose_for(study).proposals}
    assert set(found) == {"Mrs Okafor", "Will"}
    assert "ordinary word" in found["Will"].caution
    assert found["Will"].certainty == "likely"
    assert any("No register" in note for note in propose_for(study).notes)


def test_the_command_writes_the_table(
    sample_study: Path, tmp_path: Path, qualtool: Callable[..., Any]
) -> None:
    """The table has the columns that replacing reads and those for a person; an existing file is kept."""
    file = tmp_path / "names.csv"
    ran = qualtool("names", sample_study, file, "--json")
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == ran.json["n"] == sum(ran.json["by_kind"].values())
    assert list(rows[0])[:4] == ["real", "pseudonym", "kind", "case"]
    assert {"certainty", "n", "n_sources", "why", "caution"} <= set(rows[0])
    assert all(row["case"] == "as-written" for row in rows if "ordinary word" in row["caution"])
    assert "Thornbeck" not in ran.out
    again = qualtool("names", sample_study, file, "--json")
    assert again.code == 1
    assert "left alone" in again.problems[0]["message"]


def test_a_folder_that_is_not_there(sample_study: Path, tmp_path: Path, qualtool: Callable[..., Any]) -> None:
    """A table that cannot be written is told as a fault, with what to do."""
    ran = qualtool("names", sample_study, tmp_path / "none" / "names.csv", "--json")
    assert ran.code == 1
    assert "cannot be written" in ran.problems[0]["message"]
