"""What a codebook file may look like."""

from __future__ import annotations

from uuid import UUID

import pytest

from qualtool.codebook import PALETTE, read_codebook
from qualtool.model import Codebook

NESTED = """
title: Two groups
codes:
  - name: Bases
    is_codable: false
    children:
      - id: BASE-JOINT
        name: Joint planning
        definition: >
          Staff of the base and class teachers
          plan together.
        citation: A report (2026)
      - id: BASE-PEER
        name: Mixing
  - id: REMEDY
    name: Proposed change
    restricted: true
"""
FLAT = """
title: Two groups
codes:
  - {id: BASE-JOINT, name: Joint planning, parent: Bases, citation: A report (2026),
     definition: Staff of the base and class teachers plan together.}
  - {id: BASE-PEER, name: Mixing, parent: Bases}
  - {id: REMEDY, name: Proposed change, restricted: true}
  - {name: Bases, is_codable: false, colour: "#0069b4"}
"""


def read(text: str, name: str = "codes.yaml") -> Codebook:
    return read_codebook(text.encode(), name=name)


def test_nested_form_gives_codes_in_the_order_of_the_file() -> None:
    """A nested file gives each code after its parent, with every field in place."""
    codebook = read(NESTED)
    assert codebook.title == "Two groups"
    assert [codebook.path(code) for code in codebook.codes] == [
        "Bases",
        "Bases > Joint planning",
        "Bases > Mixing",
        "Proposed change",
    ]
    heading, joint, _, remedy = codebook.codes
    assert (heading.is_codable, heading.short_id) == (False, "")
    assert joint.definition == "Staff of the base and class teachers plan together."
    assert joint.citation == "A report (2026)"
    assert joint.is_codable
    assert (remedy.is_restricted, joint.is_restricted) == (True, False)


def test_flat_form_means_the_same_codes() -> None:
    """The flat form gives the same codes with the same GUIDs, in the order of its list."""
    nested = {code.guid: code for code in read(NESTED).codes}
    flat = {code.guid: code for code in read(FLAT).codes}
    assert flat.keys() == nested.keys()
    for guid, code in flat.items():
        assert (code.name, code.parent, code.definition) == (
            nested[guid].name,
            nested[guid].parent,
            nested[guid].definition,
        )
    assert [code.key for code in read(FLAT).codes] == ["BASE-JOINT", "BASE-PEER", "REMEDY", "Bases"]


def test_parent_may_be_named_by_short_id_or_guid() -> None:
    """A flat code finds its parent by short id and by GUID as well as by name."""
    guid = "00000000-0000-4000-8000-000000000001"
    codebook = read(f"""
codes:
  - {{name: Top, id: TOP, guid: {guid}}}
  - {{name: One, parent: TOP}}
  - {{name: Two, parent: {guid}}}
""")
    assert [code.parent for code in codebook.codes] == [None, guid, guid]


def test_guid_is_made_from_the_short_id_whatever_the_name_and_place() -> None:
    """A code with a short id keeps its GUID when it is renamed or moved in the file."""
    one = read("codes: [{id: A1, name: First}]").codes[0]
    other = read("codes: [{name: Top, children: [{id: A1, name: Second}]}]").codes[1]
    assert one.guid == other.guid
    assert UUID(one.guid).version == 5


def test_guid_of_a_heading_is_made_from_its_path() -> None:
    """Two headings of one name under different parents have different GUIDs, the same at every reading."""
    text = "codes: [{name: A, children: [{name: Same}]}, {name: B, children: [{name: Same}]}]"
    guids = [code.guid for code in read(text).codes]
    assert len(set(guids)) == 4
    assert [code.guid for code in read(text).codes] == guids


def test_a_heading_named_like_a_short_id_has_another_guid() -> None:
    """A heading called MAGNET and a code with the short id MAGNET are two codes."""
    codebook = read("codes: [{name: MAGNET}, {name: Reputation, id: MAGNET}]")
    assert codebook.codes[0].guid != codebook.codes[1].guid


def test_given_guid_is_kept_as_written() -> None:
    """A GUID in the file is taken over exactly, capitals included."""
    guid = "ABCDEF00-0000-4000-8000-00000000000A"
    assert read(f"codes: [{{name: A, guid: {guid}}}]").codes[0].guid == guid


@pytest.mark.parametrize("word", ["NO", "ON", "Y", "123", "1_000", "1.10", "2024-01-01", "0x1F", "="])
def test_words_that_yaml_would_convert_stay_text(word: str) -> None:
    """A name that YAML takes for a boolean, number or date stays what was typed."""
    assert read(f"codes: [{{name: {word}}}]").codes[0].name == word


def test_short_id_no_stays_text() -> None:
    """The short id NO is not read as false."""
    assert read("codes: [{name: Refusal, id: NO}]").codes[0].short_id == "NO"


@pytest.mark.parametrize(
    ("written", "meant"), [("true", True), ("Yes", True), ("off", False), ("'false'", False)]
)
def test_flags_may_be_written_in_yamls_ways(written: str, meant: bool) -> None:
    """True and false may be written as YAML 1.1 allows."""
    assert read(f"codes: [{{name: A, is_codable: {written}}}]").codes[0].is_codable is meant


def test_other_spellings_of_keys_are_understood() -> None:
    """The keys source, color, short_id, is_restricted and name (of the file) mean what they seem to."""
    codebook = read("""
name: Mine
codes:
  - {name: A, short_id: A, source: A book, color: "#112233", is_restricted: true}
""")
    (code,) = codebook.codes
    assert codebook.title == "Mine"
    assert (code.short_id, code.citation, code.colour, code.is_restricted) == ("A", "A book", "#112233", True)


def test_title_is_the_files_name_where_none_is_given() -> None:
    """A file without a title is called after its name without the suffix."""
    assert read("codes: []", name="my codes.yaml").title == "my codes"
    assert read("codes: []").codes == ()


def test_blank_keys_count_as_absent() -> None:
    """Keys left blank in a template are as if they were not there."""
    code = read("codes:\n- name: A\n  definition:\n  colour:\n  id:\n  children:\n  restricted:\n").codes[0]
    assert (code.definition, code.short_id, code.is_restricted, code.colour) == ("", "", False, PALETTE[0])


def test_colours_follow_the_top_group_unless_given() -> None:
    """A code takes its own colour, else its nearest ancestor's, else its group's from the palette."""
    codebook = read("""
codes:
  - name: First
    children:
      - name: Child
      - name: Own
        colour: "#123456"
        children: [{name: Grandchild}]
  - name: Second
    colour: "#0069B4"
    children: [{name: Other}]
""")
    colours = {code.name: code.colour for code in codebook.codes}
    assert colours["First"] == colours["Child"] == PALETTE[1]  # the first is taken by Second
    assert colours["Own"] == colours["Grandchild"] == "#123456"
    assert colours["Second"] == colours["Other"] == "#0069B4"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_are_read(encoding: str) -> None:
    """A codebook saved by a Windows editor reads the same as UTF-8."""
    codebook = read_codebook("codes:\r\n- name: Café\r\n".encode(encoding), name="c.yaml")
    assert codebook.codes[0].name == "Café"
