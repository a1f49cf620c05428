"""How a codebook is written."""

from __future__ import annotations

import pytest

from qualtool.codebook import read_codebook, write_codebook
from qualtool.codebook.nodes import MAX_DEPTH
from qualtool.errors import CodebookError
from qualtool.model import Code, Codebook


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def again(codebook: Codebook) -> Codebook:
    return read_codebook(write_codebook(codebook).encode(), name="again.yaml")


def test_tree_order_is_written_nested() -> None:
    """Codes that follow their parents are written under children."""
    codebook = Codebook(
        title="T",
        codes=(
            Code(guid=guid(1), name="Top", is_codable=False),
            Code(guid=guid(2), name="Below", short_id="NO", parent=guid(1), is_restricted=True),
        ),
    )
    text = write_codebook(codebook)
    assert "children:" in text
    assert "parent:" not in text
    assert again(codebook) == codebook


def test_any_other_order_is_written_flat() -> None:
    """A child that stands before its parent, or after another group, makes the file flat."""
    parts = {
        "top": Code(guid=guid(1), name="Top"),
        "child": Code(guid=guid(2), name="Child", parent=guid(1)),
        "other": Code(guid=guid(3), name="Other", short_id="OTHER"),
        "late": Code(guid=guid(4), name="Late", parent=guid(3)),
    }
    for order in (["child", "top"], ["top", "other", "child"], ["other", "top", "late"]):
        codebook = Codebook(title="T", codes=tuple(parts[name] for name in order))
        assert "parent:" in write_codebook(codebook)
        assert again(codebook) == codebook


def test_a_tree_deeper_than_a_file_may_be_is_written_flat() -> None:
    """The deepest tree that is written nested can be read, and so can one level more."""
    for depth in (MAX_DEPTH // 2 - 1, MAX_DEPTH // 2, 200):
        codes = tuple(
            Code(guid=guid(n), name=f"Level {n}", parent=guid(n - 1) if n else None) for n in range(depth)
        )
        codebook = Codebook(title="Deep", codes=codes)
        assert ("parent:" in write_codebook(codebook)) is (depth >= MAX_DEPTH // 2)
        assert again(codebook) == codebook


def test_text_of_several_paragraphs_is_written_as_a_block() -> None:
    """A definition with line breaks is written so that a person can read it."""
    codebook = Codebook(title="T", codes=(Code(guid=guid(1), name="A", definition="One.\n\nTwo: three."),))
    assert "definition: |-\n" in write_codebook(codebook)
    assert again(codebook) == codebook


def test_empty_codebook_reads_back() -> None:
    """A codebook without codes and title reads back equal."""
    assert again(Codebook(title="", codes=())) == Codebook(title="", codes=())


def test_a_codebook_with_one_guid_twice_cannot_be_held() -> None:
    """Two codes of one GUID make no codebook, so none is ever written."""
    with pytest.raises(CodebookError) as caught:
        Codebook(title="T", codes=(Code(guid=guid(1), name="A"), Code(guid=guid(1), name="B")))
    assert [problem.message for problem in caught.value.problems] == ["This GUID is used twice."]
