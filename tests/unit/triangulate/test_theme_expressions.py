"""Theme expressions and propositions files."""

from pathlib import Path

import pytest

from qualtool.errors import UserInputError
from qualtool.triangulate import (
    Direction,
    StrandKind,
    Unit,
    codes_of,
    is_voiced,
    parse_theme,
    read_propositions,
)
from qualtool.triangulate.content import content_of, from_contents

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "codes", "voiced"),
    [
        ("MAGNET", {"MAGNET"}, True),
        ("MAGNET and not PUSH", {"MAGNET"}, True),
        ("MAGNET and not PUSH", {"MAGNET", "PUSH"}, False),
        ("A or B and C", {"A"}, True),
        ("(A or B) and C", {"A"}, False),
        ("not A or B", {"B", "A"}, True),
        ("not (A or B)", {"B"}, False),
        ("NOT not A", {"A"}, True),
        ('"Magnet reputation" AND BASE-JOINT', {"Magnet reputation", "BASE-JOINT"}, True),
    ],
)
def test_an_expression_is_asked_of_a_person(text: str, codes: set[str], voiced: bool) -> None:
    """not binds closest, then and, then or."""
    assert is_voiced(parse_theme(text), codes) is voiced


def test_an_expression_names_its_codes_once_in_order() -> None:
    """The codes of an expression, for looking them up in the codebook."""
    assert codes_of(parse_theme("B and (A or not B)")) == ("B", "A")


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 1, "missing at the end"),
        ("MAGNET and", 11, "missing at the end"),
        ("MAGNET PUSH", 8, "'PUSH' is not expected"),
        ("(MAGNET or PUSH", 16, "')' is missing"),
        ("MAGNET)", 7, "')' is not expected"),
        ("and MAGNET", 1, "not 'and'"),
        ('A or "B', 6, "never closed"),
        ('A or ""', 7, "Nothing stands"),
        ("(" * 60 + "A" + ")" * 60, 42, "nested more than"),
    ],
)
def test_a_fault_is_told_with_its_position(text: str, position: int, says: str) -> None:
    """The message says at which character and what was expected."""
    with pytest.raises(UserInputError) as caught:
        parse_theme(text)
    assert f"character {position}" in str(caught.value)
    assert says in str(caught.value)


def test_the_starting_list_holds_its_propositions() -> None:
    """P01 to P24 are there, P04 with its counterpart, and their sources are named works."""
    found = read_propositions((ROOT / "codebooks" / "send-clustering-propositions.yaml").read_bytes())
    ids = [p.id for p in found.propositions]
    assert [i for i in ids if i != "P04b"] == [f"P{n:02d}" for n in range(1, 25)]
    by_id = {p.id: p for p in found.propositions}
    assert by_id["P01"].direction is Direction.MORE
    assert by_id["P01"].strands[0].kind is StrandKind.INTERVIEW
    assert by_id["P18"].direction is Direction.NO_DIFFERENCE
    assert by_id["P15"].unit is Unit.PARTICIPANT
    assert by_id["P11"].strands[0].bound == "< 0.5"
    assert all("(20" in source for p in found.propositions for source in p.sources)
    assert all(p.rival_explanation for p in found.propositions)
    computed = [p.id for p in found.propositions if any(s.is_of_texts and s.contrast for s in p.strands)]
    assert {"P01", "P02", "P05", "P07", "P17"} <= set(computed)
    assert "P11" not in computed


def test_every_theme_is_in_the_codebook() -> None:
    """The short ids of the propositions all stand in the codebook beside them."""
    text = (ROOT / "codebooks" / "send-clustering.yaml").read_text(encoding="utf-8")
    found = read_propositions((ROOT / "codebooks" / "send-clustering-propositions.yaml").read_bytes())
    named = {code for p in found.propositions for code in codes_of(p.theme)}
    assert {code for code in named if f"id: {code}\n" not in text} == set()


GOOD = """title: T
propositions:
  - id: P01
    statement: More here.
    direction: "+"
    theme: MAGNET
    strands: [{kind: interview, indicator: has_base, contrast: base_v_none}]
"""


def test_what_is_left_out_has_a_default() -> None:
    """mid .20, unit school, no filters."""
    only = read_propositions(GOOD.encode()).propositions[0]
    assert (only.mid, only.unit, only.stance, only.role, only.sources) == (0.20, Unit.SCHOOL, None, None, ())


def test_all_faults_are_told_with_their_lines() -> None:
    """One reading lists every fault of the file, each with its line."""
    text = """title: T
propositions:
  - id: P01
    statement: ""
    direction: up
    theme: MAGNET and
    mid: 3
    strands: [{kind: gossip, contrast: thirds, bound: about half}]
  - id: P01
    theme: A
    colour: red
    strands: []
"""
    with pytest.raises(UserInputError) as caught:
        read_propositions(text.encode(), name="p.yaml")
    lines = [p.where for p in caught.value.problems]
    assert lines == [f"p.yaml, line {n}" for n in (4, 5, 6, 7, 8, 8, 8, 9, 9, 9, 11, 12)]
    assert all(p.message for p in caught.value.problems)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"title: [", "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"title: T\n", "'propositions' is missing"),
        (b"- a\n", "key: value"),
        (b"title: T\npropositions: none\n", "is a list"),
        (b"title: {a: b}\npropositions: []\n", "single value"),
        (b"title: T\ntitle: U\npropositions: []\n", "stands twice"),
        (b"title: \x01\n", "not YAML"),
    ],
)
def test_a_file_of_another_shape_is_refused(data: bytes, says: str) -> None:
    """Whatever the bytes, the answer is a sentence with a line."""
    with pytest.raises(UserInputError) as caught:
        read_propositions(data)
    assert says in str(caught.value)
    assert "line" in caught.value.problems[0].where


def test_the_example_of_the_page_can_be_read() -> None:
    """The propositions that docs/triangulation.md shows are a valid file."""
    page = (ROOT / "docs" / "triangulation.md").read_text(encoding="utf-8")
    shown = page.split("```yaml\n")[1].split("```")[0]
    (found,) = read_propositions(shown.encode()).propositions
    assert codes_of(found.theme) == ("MAGNET", "PUSH")
    assert [s.kind for s in found.strands] == [
        StrandKind.INTERVIEW,
        StrandKind.SURVEY_CLOSED,
        StrandKind.EXTERNAL_FINDING,
    ]


def test_content_of_a_study_reads_back_the_same() -> None:
    """A proposition kept in a study is the one that was written, whatever it says."""
    data = (ROOT / "codebooks" / "send-clustering-propositions.yaml").read_bytes()
    sample = (ROOT / "corpora" / "sample" / "propositions.yaml").read_bytes()
    for found in (read_propositions(data), read_propositions(sample)):
        back = from_contents([content_of(p) for p in found.propositions], questions=found.questions)
        assert back.propositions == found.propositions
        assert back.questions == found.questions


def test_faults_stand_in_the_order_of_the_file() -> None:
    """A person goes through the file from the top; what is no proposition at all is one fault."""
    text = """
questions:
  - {id: RQ1, text: "First"}
  - {id: RQ1, text: "Again"}
propositions:
  - id: P01
    statement: ""
    direction: upwards
    theme: A and and B
    stated_before_results: perhaps
    strands: [{kind: interviews}]
  - nonsense
"""
    with pytest.raises(UserInputError) as caught:
        read_propositions(text.encode(), name="f.yaml")
    lines = [int(problem.where.split("line ")[1].split(":")[0]) for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert {4, 7, 8, 9, 10, 11} <= set(lines)
    assert lines.count(12) == 1
    assert f"{len(lines)} problems" in str(caught.value)
