"""Laws of codebook files that hold for every input."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from qualtool.codebook import difference, near_names, read_codebook, write_codebook
from qualtool.errors import CodebookError
from qualtool.model import Code, Codebook

# Any text a codebook may hold: all of Unicode but NUL and surrogates.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=20)
AWKWARD = st.sampled_from(
    [
        "NO",
        "null",
        "~",
        "1.0",
        "a: b",
        "# c",
        "- d",
        "\t",
        " x ",
        "\n",
        "x\n",
        "a\n b",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "'",
        '"',
        "%",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "{",
        "]",
        "<<",
        "=",
        "---",
        "...",
        "😀",
        "a\n\n\nb",
        "\ufffe",
        "?",
    ]
)
TEXTS = TEXT | AWKWARD
SHORT_IDS = st.from_regex(r"[A-Z0-9][A-Z0-9_-]{0,6}", fullmatch=True)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """A codebook of up to seven codes: any tree, in any order."""
    names = draw(st.lists(TEXTS.filter(lambda t: t.strip()), max_size=7, unique_by=str.casefold))
    ids = draw(st.lists(SHORT_IDS | st.just(""), min_size=len(names), max_size=len(names)))
    guids = [str(draw(st.uuids())) for _ in names]
    codes: list[Code] = []
    for at, name in enumerate(names):
        parent = draw(st.none() | st.sampled_from(guids[:at])) if at else None
        codes.append(
            Code(
                guid=guids[at],
                name=name,
                short_id="" if ids[at] in ids[:at] else ids[at],
                parent=parent,
                is_codable=draw(st.booleans()),
                definition=draw(TEXTS),
                apply_when=draw(TEXTS),
                do_not_apply_when=draw(TEXTS),
                example=draw(TEXTS),
                colour=draw(st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)),
                is_restricted=draw(st.booleans()),
                citation=draw(TEXTS),
            )
        )
    return Codebook(title=draw(TEXTS), codes=tuple(draw(st.permutations(codes))))


@given(codebooks())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_reads_back_equal(codebook: Codebook) -> None:
    """Writing a codebook and reading it gives an equal codebook, whatever its text, tree and order."""
    text = write_codebook(codebook)
    assert read_codebook(text.encode("utf-8"), name="again.yaml") == codebook


@given(codebooks())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_writing_is_stable(codebook: Codebook) -> None:
    """Writing what was read from a written codebook gives the same text."""
    text = write_codebook(codebook)
    assert write_codebook(read_codebook(text.encode("utf-8"), name="again.yaml")) == text


_PIECES = st.sampled_from(
    [
        "codes:",
        "\n",
        "  ",
        "- ",
        "name: ",
        "id: ",
        "A",
        "parent: ",
        "children:",
        "[",
        "]",
        "{",
        "}",
        ": ",
        ", ",
        "&a ",
        "*a",
        "!!t ",
        "'",
        '"',
        "\\U",
        "\\x",
        "F" * 8,
        "|",
        ">",
        "#",
        "\t",
        "---\n",
        "%YAML 9.9\n",
        "? ",
        "<<: ",
        "é",
    ]
)


@given(st.lists(_PIECES, max_size=25).map("".join))
@settings(deadline=None, max_examples=300)
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    """Any text made of YAML's pieces gives a codebook, or an error that lists at least one problem."""
    try:
        codebook = read_codebook(("codes:\n- name: A\n" + text).encode(), name="any.yaml")
    except CodebookError as err:
        assert err.problems
        assert all(problem.where.startswith("any.yaml") for problem in err.problems)
    else:
        assert codebook.codes


@given(st.binary(max_size=60))
@settings(deadline=None)
def test_any_bytes_are_read_or_refused_with_problems(data: bytes) -> None:
    """No bytes make the reader fail in any other way than by listing problems."""
    try:
        codebook = read_codebook(data, name="any.yaml")
    except CodebookError as err:
        assert err.problems
    else:
        assert isinstance(codebook, Codebook)


@given(codebooks(), codebooks())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_difference_is_empty_for_equal_codebooks_alone(one: Codebook, other: Codebook) -> None:
    """A difference is empty exactly when the codebooks are equal, and turns round with its arguments."""
    assert not any(difference(one, one).as_dict().values())
    assert any(difference(one, other).as_dict().values()) is (one != other)
    there, back = difference(one, other), difference(other, one)
    assert there.added == back.removed
    assert there.removed == back.added


@given(codebooks().filter(lambda codebook: len(codebook.codes) > 0), st.data())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_one_changed_field_is_one_change(codebook: Codebook, data: st.DataObject) -> None:
    """Changing one definition is told as exactly one change, of that code and that field."""
    code = data.draw(st.sampled_from(codebook.codes))
    mended = replace(code, definition=code.definition + "!")
    codes = tuple(mended if one is code else one for one in codebook.codes)
    found = difference(codebook, Codebook(title=codebook.title, codes=codes))
    assert [(one.guid, one.field) for one in found.changed] == [(code.guid, "definition")]
    assert (found.added, found.removed, found.renamed, found.moved, found.is_reordered) == (
        (),
        (),
        (),
        (),
        False,
    )


@given(codebooks(), st.integers(1, 5), TEXTS)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_near_names_come_from_the_codebook_without_repeats(codebook: Codebook, limit: int, name: str) -> None:
    """Near names are codes of the codebook, each once, and at most as many as asked for."""
    near = near_names(name, codebook, limit)
    assert len(near) == len({code.guid for code in near}) <= limit
    assert set(near) <= set(codebook.codes)
