"""The sensitivity row: for each layer a small study in which the verdict must be another under it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.store.file import connection
from qualtool.store.records import people, sources
from qualtool.workflows.clock import stamp
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.gathering.asked import mark_asked
from qualtool.workflows.gathering.sources import sources_of
from qualtool.workflows.propositions import propositions as workflow
from qualtool.workflows.propositions.sensitivity import sensitivity
from qualtool.workflows.study.studies import create_study

Run = Callable[..., Any]
CODES = "title: T\ncodes:\n  - {id: PULL, name: Pull, definition: d}\n"
PROPOSITION = """propositions:
  - id: P01
    statement: Pull is voiced more where there is a flag.
    direction: "+"
    mid: 0.2
    theme: PULL
    strands:
      - {kind: interview, indicator: flag, contrast: yes_v_no%s}
"""
HIGH, LOW = ("h1", "h2", "h3", "h4"), ("l1", "l2", "l3", "l4")
WORDS = "They come from across the town to us."
TURN = f"Interviewer: Why?\nHead: {WORDS}\n"


@dataclass(frozen=True)
class Made:
    """A study of eight schools, four with the flag, each with one interview of its head."""

    study: Path

    def code(self, coder: str, schools: Sequence[str]) -> None:
        at = TURN.index(WORDS)
        for school in schools:
            code_selection(self.study, f"{school}.txt", at, at + len(WORDS), "PULL", coder=coder)

    def read(self, coder: str, schools: Sequence[str]) -> None:
        """The coder marks interviews as read to the end."""
        guids = {s["name"]: s["guid"] for s in sources_of(self.study)}
        with connection.writing(self.study) as db:
            made = stamp(coder)
            coder_id = people.ensure_coder(db, coder, made)
            for school in schools:
                source_id = sources.find_source(db, guids[f"{school}.txt"])["id"]
                sources.set_reading(db, source_id, coder_id, made, turn=None, state="read")

    def ask(self, schools: Sequence[str]) -> None:
        guids = {s["name"]: s["guid"] for s in sources_of(self.study)}
        for school in schools:
            mark_asked(self.study, guids[f"{school}.txt"], {"PULL": "yes"}, by="Ada")

    def layers(self) -> dict[str, Mapping[str, Any]]:
        (row,) = sensitivity(self.study)
        return {v["name"]: v for v in row["variants"]}


@pytest.fixture
def made(tmp_path: Path, qualtool: Run) -> Made:
    return study_of(tmp_path, qualtool)


def study_of(folder: Path, qualtool: Run, *, strand: str = "", bases: Sequence[str] = ()) -> Made:
    texts = folder / "texts"
    texts.mkdir()
    rows = ["file,speaker,participant,role,case,urn,is_interviewer,consent_quote,pseudonym,flag,has_base"]
    for number, school in enumerate(itertools.chain(HIGH, LOW), start=1):
        (texts / f"{school}.txt").write_text(TURN, encoding="utf-8")
        flag = "yes" if school in HIGH else "no"
        base = "yes" if school in bases else "no"
        who = f"{school}.txt,Head,Head of {school},Head,School {school},90000{number}"
        rows.append(f"{who},,yes,{school},{flag},{base}")
    sheet, codes, file = folder / "sheet.csv", folder / "codes.yaml", folder / "p.yaml"
    sheet.write_text("\n".join(rows) + "\n", encoding="utf-8")
    codes.write_text(CODES, encoding="utf-8")
    file.write_text(PROPOSITION % strand, encoding="utf-8")
    study = folder / "study.db"
    create_study(study, codebook=codes, by="Ada")
    ran = qualtool("import", "transcripts", study, texts, "--sheet", sheet)
    assert ran.code == 0, ran.err
    assert qualtool("import", "propositions", study, file).code == 0
    return Made(study)


def test_each_coder_alone(made: Made) -> None:
    """Amira finds the theme where it is expected, Tom where it is not: two opposite verdicts, one of both."""
    made.code("Amira", HIGH)
    made.code("Tom", LOW)
    for coder in ("Amira", "Tom"):
        made.read(coder, (*HIGH, *LOW))
    found = made.layers()
    assert found["coder:Amira"]["estimates"] == [1.0]
    assert found["coder:Tom"]["estimates"] == [-1.0]
    assert found["coder:Amira"]["findings"] == ["supports"]
    assert found["coder:Tom"]["findings"] == ["opposes"]
    assert found["union"]["estimates"] == [0.0]
    assert found["coder:Amira"]["differs"] and found["coder:Tom"]["differs"]
    # Nothing that both found: nobody voiced it, and nothing tells who was asked.
    assert found["intersection"]["findings"] == ["silent_structural"]
    assert found["union of both, where both read"]["estimates"] == [0.0]


def test_what_two_coders_share(made: Made) -> None:
    """Tom codes everywhere, Amira where it is expected: only what both found makes the difference."""
    made.code("Amira", HIGH)
    made.code("Tom", (*HIGH, *LOW))
    for coder in ("Amira", "Tom"):
        made.read(coder, (*HIGH, *LOW))
    found = made.layers()
    assert found["union"]["estimates"] == [0.0]
    assert found["intersection"]["estimates"] == [1.0]
    assert found["intersection"]["findings"] == ["supports"]


def test_without_what_began_as_a_suggestion(made: Made) -> None:
    """The codings that make the difference were accepted suggestions: without them there is none."""
    made.code("Amira", (*HIGH, "l1"))
    made.read("Amira", (*HIGH, *LOW))
    with connection.writing(made.study) as db:
        db.conn.execute(
            "UPDATE coding SET origin = 'accepted' WHERE source_id IN"
            " (SELECT id FROM source WHERE name IN ('h1.txt', 'h2.txt', 'h3.txt'))"
        )
    found = made.layers()
    assert found["union"]["estimates"] == [0.75]
    assert found["without accepted suggestions"]["estimates"] == [0.0]
    assert found["without accepted suggestions"]["differs"]


def test_without_the_schools_that_have_a_base(tmp_path: Path, qualtool: Run) -> None:
    """All voices come from schools with a base: among the others nobody speaks of it."""
    made = study_of(tmp_path, qualtool, bases=("h1", "h2"))
    made.code("Amira", ("h1", "h2"))
    made.read("Amira", (*HIGH, *LOW))
    found = made.layers()
    assert found["union"]["estimates"] == [0.5]
    assert found["without base schools"]["findings"] == ["silent_structural"]
    assert found["without base schools"]["differs"]


def test_either_denominator(made: Made) -> None:
    """Of those asked everybody voices it, of all only those with the flag: the finding turns."""
    made.code("Amira", (*HIGH, "l1", "l2"))
    made.read("Amira", (*HIGH, *LOW))
    made.ask((*HIGH, "l1", "l2"))
    found = made.layers()
    assert found["union"]["estimates"] == [0.0]
    assert found["denominator: asked"]["estimates"] == [0.0]
    assert found["denominator: all"]["estimates"] == [0.5]
    assert found["denominator: all"]["differs"] and not found["denominator: asked"]["differs"]


def test_a_verdict_without_suggestions_is_told_beside_that_of_all(made: Made, qualtool: Run) -> None:
    """--origin person judges without them, says what all codings give, and writes nothing."""
    made.code("Amira", (*HIGH, "l1"))
    made.read("Amira", (*HIGH, *LOW))
    with connection.writing(made.study) as db:
        db.conn.execute(
            "UPDATE coding SET origin = 'accepted' WHERE source_id IN"
            " (SELECT id FROM source WHERE name IN ('h1.txt', 'h2.txt', 'h3.txt'))"
        )
    before = qualtool("history", made.study, "--json").json["events"]
    ran = qualtool("triangulate", made.study, "--stated", "--origin", "person", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["origin"] == "person"
    (row,) = ran.json["rows"]
    assert row["strands"][0]["estimate"] == 0.0
    assert row["of_all_codings"]["findings"] == ["leans_for"]
    assert row["recorded"] is None
    assert qualtool("history", made.study, "--json").json["events"] == before
    assert "left out" in qualtool("triangulate", made.study, "--stated", "--origin", "person").out
    refused = qualtool("triangulate", made.study, "--stated", "--origin", "person", "--record")
    assert refused.code == 2
    with pytest.raises(UserInputError, match="what-if"):
        workflow.record_verdicts(made.study, workflow.judge(made.study, origin="person"))


def test_a_what_if_is_no_staleness(made: Made, qualtool: Run) -> None:
    """Leaving suggestions out of a recorded verdict makes it another view, and not a stale verdict."""
    made.code("Amira", (*HIGH, "l1"))
    made.read("Amira", (*HIGH, *LOW))
    with connection.writing(made.study) as db:
        db.conn.execute(
            "UPDATE coding SET origin = 'accepted' WHERE source_id ="
            " (SELECT id FROM source WHERE name = 'h1.txt')"
        )
    workflow.look_at(made.study)
    (row,) = workflow.judge(made.study, origin="person").rows
    assert row.of_all is not None
    assert not row.is_stale
    assert not row.has_changed
    assert row.verdict.strands[0].estimate == 0.5
