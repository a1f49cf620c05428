"""What is wrong with a codebook file is told with its line, all at once."""

from __future__ import annotations

import pytest

from qualtool.codebook import read_codebook
from qualtool.codebook.drafts import MAX_CODES
from qualtool.codebook.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES
from qualtool.errors import CodebookError, Problem


def problems(content: str | bytes) -> tuple[Problem, ...]:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(CodebookError) as caught:
        read_codebook(data, name="c.yaml")
    assert caught.value.problems
    return caught.value.problems


def only(content: str | bytes) -> Problem:
    (problem,) = problems(content)
    return problem


def code(body: str) -> str:
    return f"codes:\n- name: A\n  {body}\n"


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    """A file with many faults lists each of them once, by line."""
    found = problems("""version: 3
codes:
- name: A
  nam: B
  id: low case
- id: B
- name: a
  colour: red
  is_codable: perhaps
  parent: NOWHERE
- 7
""")
    assert [problem.where for problem in found] == [
        "c.yaml line 1",
        "c.yaml line 4",
        "c.yaml line 5",
        "c.yaml line 6",
        "c.yaml line 7",
        "c.yaml line 8",
        "c.yaml line 9",
        "c.yaml line 10",
        "c.yaml line 11",
    ]


def test_the_message_counts_the_problems() -> None:
    """The error's message names the file and how many problems it has."""
    with pytest.raises(CodebookError, match=r"c\.yaml has 2 problems and was not read") as caught:
        read_codebook(b"codes: [{nam: A}]", name="c.yaml")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("codes:\n\t- name: A", 2, "tab"),
        ("codes:\n- name: A: B", 2, "mapping values are not allowed"),
        ("codes:\n- name: 'A\n- name: B\n", 2, "never closed"),
        ("codes: [}", 1, "not YAML"),
        ("codes: []\n---\ncodes: []", 2, "second document"),
        ("- name: A", 1, "mapping"),
        ("just words", 1, "mapping"),
        ('codes:\n- name: "\\UFFFFFFFF"', 2, "escape"),
        ("codes:\n- name: \x07", 2, "character"),
    ],
)
def test_what_is_not_a_yaml_mapping_is_refused_with_its_line(content: str, line: int, words: str) -> None:
    """A file that is not YAML, or not a mapping, is refused with the line and the reason."""
    problem = only(content)
    assert problem.where == f"c.yaml line {line}"
    assert words in problem.message
    assert problem.next


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "---\n", "~"])
def test_empty_file_is_refused(content: str) -> None:
    """A file with nothing in it is called empty."""
    assert "empty" in only(content).message


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"codes: \x00"])
def test_file_that_is_no_text_is_refused(data: bytes) -> None:
    """Bytes that are no text are refused as a codebook's fault."""
    assert only(data).where == "c.yaml"


def test_file_without_codes_is_refused() -> None:
    """A file must have the key codes, and it must be a list."""
    assert "no codes" in only("title: A").message
    assert "list of codes" in only("codes: A").message
    assert "list of codes" in only("codes:").message


@pytest.mark.parametrize(
    ("content", "line", "words", "next_words"),
    [
        ("codes:\n- id: A1", 2, "A1 has no name", "name"),
        ("codes:\n- name: ' '", 2, "no name", "name"),
        (code("aply_when: x"), 3, "'aply_when' is not a key", "'apply_when'"),
        (code("Apply when: x"), 3, "not a key", "'apply_when'"),
        (code("zzz: x"), 3, "not a key", "Keys are name"),
        (code("? [a, b]\n  : c"), 3, "single word", "Keys are"),
        (code("name: B"), 3, "the first is on line 2", "Keep one"),
        (code("citation: a\n  source: b"), 4, "the first is on line 3", "Keep one"),
        (code("id: base joint"), 3, "no short id", "BASE-JOINT"),
        (code("id: é"), 3, "no short id", "BASE-JOINT"),
        (code("colour: red"), 3, "no colour", "#1ea569"),
        (code("colour: 1ea569"), 3, "no colour", '"#1ea569"'),
        (code("colour: #1ea569"), 3, "# begins a comment", "Quote it"),
        (code("guid: 1234"), 3, "no GUID", "remove the key"),
        (code("definition: [a, b]"), 3, "must be text, and is a list", "Join"),
        (code("definition: {a: b}"), 3, "must be text, and is a mapping", "quotes"),
        (code("restricted: 2"), 3, "true or false", "restricted: true"),
        (code("restricted: [true]"), 3, "true or false", "restricted: true"),
        (code("children: B"), 3, "list of codes", "- name"),
        (code("children: [B]"), 3, "must have keys", "- name"),
        (code("parent: B"), 3, "parent 'B' of A is not in", "short id"),
        (code("children:\n  - name: C\n    parent: A"), 5, "stands under A", "Remove"),
        (code('definition: "\\uD800"'), 3, "no text", "escape"),
        (code('definition: "\\0"'), 3, "no text", "escape"),
        (code("definition: !!python/object:os.system x"), 3, "tag", "Remove"),
        (code("definition: !mine x"), 3, "tag", "Remove"),
    ],
)
def test_each_fault_of_a_code_tells_line_reason_and_what_next(
    content: str, line: int, words: str, next_words: str
) -> None:
    """A fault of a code is one problem with its line, what is wrong and what to do."""
    problem = only(content)
    assert problem.where == f"c.yaml line {line}"
    assert words in problem.message
    assert next_words in problem.next


def test_short_ids_are_unique() -> None:
    """A short id used a second time is a fault that names the first line."""
    problem = only("codes:\n- {name: A, id: X}\n- {name: B, id: X}\n")
    assert (problem.where, "line 2" in problem.message) == ("c.yaml line 3", True)


def test_guids_are_unique_whatever_their_capitals() -> None:
    """One GUID in capitals and in small letters is the same GUID."""
    guid = "abcdef00-0000-4000-8000-00000000000a"
    problem = only(f"codes:\n- {{name: A, guid: {guid}}}\n- {{name: B, guid: {guid.upper()}}}\n")
    assert problem.where == "c.yaml line 3"


def test_a_made_guid_that_another_code_was_given_is_refused() -> None:
    """A file cannot give one code the GUID that another code's short id makes."""
    made = read_codebook(b"codes: [{name: A, id: A1}]", name="c.yaml").codes[0].guid
    problem = only(f"codes:\n- {{name: B, guid: {made}}}\n- {{name: A, id: A1}}\n")
    assert problem.where == "c.yaml line 3"


def test_names_are_unique_under_one_parent_only() -> None:
    """A name may come again under another parent, and not under the same one, capitals aside."""
    text = "codes:\n- name: A\n  children:\n  - name: X\n- name: B\n  children:\n  - name: X\n"
    assert len(read_codebook(text.encode(), name="c.yaml").codes) == 4
    problem = only(text + "  - name: x\n")
    assert problem.where == "c.yaml line 8"
    assert "under B" in problem.message


def test_flat_names_under_one_parent_are_compared_too() -> None:
    """A nested and a flat code of one name under one parent are a repeat."""
    problem = only("codes:\n- name: A\n  children: [{name: X}]\n- {name: X, parent: A}\n")
    assert problem.where == "c.yaml line 4"


def test_each_circle_of_parents_is_told_once() -> None:
    """Two circles, and codes hanging from one, give two problems on the first lines of the circles."""
    found = problems("""codes:
- {name: D, parent: A}
- {name: A, id: A, parent: B}
- {name: B, id: B, parent: A}
- {name: C, parent: C}
- {name: E, parent: D}
""")
    assert [problem.where for problem in found] == ["c.yaml line 3", "c.yaml line 5"]
    assert "A > B > A" in found[0].message
    assert "C > C" in found[1].message


def test_ambiguous_parent_is_refused() -> None:
    """A parent named by a name that two codes have is refused with both lines."""
    problem = only("""codes:
- {name: A, children: [{name: X}]}
- {name: B, children: [{name: X}]}
- {name: C, parent: X}
""")
    assert problem.where == "c.yaml line 4"
    assert "2, 3" in problem.message


def test_aliases_are_refused_wherever_they_stand() -> None:
    """Every alias is a fault with its line, a file that grows by aliases and one that holds itself too."""
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    found = problems(bomb + "codes: []\n")
    assert sum("alias" in problem.message for problem in found) == 16
    assert "alias" in only("codes: &a\n- name: A\n  children: *a\n").message
    assert "line 3" in only("codes: &a\n- name: A\n  children: *a\n").where


def test_deep_nesting_is_refused() -> None:
    """A file nested deeper than the limit is refused at once."""
    assert "levels deep" in only("codes: " + "[" * (MAX_DEPTH + 1)).message
    assert "levels deep" in only("codes: " + "[" * 400_000).message


def test_large_files_are_refused() -> None:
    """A file over the limit of bytes, entries or codes is refused."""
    assert str(MAX_BYTES) in only(b"#" * (MAX_BYTES + 1)).message
    assert str(MAX_NODES) in only("codes: [" + "a," * MAX_NODES + "]").message
    assert str(MAX_CODES) in problems("codes:\n" + "- {}\n" * (MAX_CODES + 1))[-1].message


def test_a_message_does_not_repeat_what_stands_in_a_definition() -> None:
    """A definition of the wrong type is not repeated in the message."""
    problem = only(code("definition: [secret words]"))
    assert "secret" not in str(problem)
