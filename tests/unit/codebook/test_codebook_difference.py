"""What changed between two versions of a codebook."""

from __future__ import annotations

import json

from qualtool.codebook import difference, read_codebook
from qualtool.model import Codebook

OLD = """
title: First
codes:
  - name: Bases
    is_codable: false
    children:
      - {id: JOINT, name: Joint planning, definition: Staff plan together.}
      - {id: PEER, name: Mixing}
  - {id: REMEDY, name: Change}
"""
NEW = """
title: Second
codes:
  - {id: REMEDY, name: Proposed change}
  - name: Bases
    is_codable: false
    children:
      - {id: JOINT, name: Joint planning, definition: Staff plan and teach together., restricted: true}
      - {id: LOAD, name: Cost}
  - {id: PEER, name: Mixing, colour: "#1ea569"}
"""


def read(text: str) -> Codebook:
    return read_codebook(text.encode(), name="c.yaml")


def test_equal_codebooks_have_an_empty_difference() -> None:
    """A codebook compared with itself shows nothing."""
    assert not any(difference(read(OLD), read(OLD)).as_dict().values())


def test_each_kind_of_change_is_told() -> None:
    """Added, removed, renamed, moved and changed codes, title and order are each told."""
    found = difference(read(OLD), read(NEW))
    assert [one.code_path for one in found.added] == ["Bases > Cost"]
    assert found.removed == ()
    assert [(one.code, one.before, one.after) for one in found.renamed] == [
        ("REMEDY", "Change", "Proposed change")
    ]
    assert [(one.code, one.before, one.after) for one in found.moved] == [("PEER", "Bases", "")]
    changed = {(one.code, one.field): (one.before, one.after) for one in found.changed}
    assert changed[("JOINT", "definition")] == ("Staff plan together.", "Staff plan and teach together.")
    assert changed[("JOINT", "is_restricted")] == (False, True)
    assert found.title == ("First", "Second")
    assert found.is_reordered


def test_removed_codes_are_shown_as_they_stood() -> None:
    """A removed code carries its path in the old codebook."""
    found = difference(read(NEW), read(OLD))
    assert [(one.code, one.code_path) for one in found.removed] == [("LOAD", "Bases > Cost")]


def test_renaming_a_heading_moves_none_of_its_codes() -> None:
    """Codes under a renamed heading of the same GUID are not told as moved."""
    guid = "00000000-0000-4000-8000-000000000001"
    text = f"codes: [{{name: Old, guid: {guid}, children: [{{id: A, name: A}}]}}]"
    found = difference(read(text), read(text.replace("Old", "New")))
    assert (len(found.renamed), found.moved, found.changed, found.is_reordered) == (1, (), (), False)


def test_a_changed_short_id_is_a_change_of_the_same_code() -> None:
    """A code that keeps its GUID and gets another short id is changed, not replaced."""
    text = "codes: [{name: A, id: OLD, guid: 00000000-0000-4000-8000-000000000001}]"
    found = difference(read(text), read(text.replace("OLD", "NEW")))
    assert [(one.field, one.before, one.after) for one in found.changed] == [("short_id", "OLD", "NEW")]
    assert (found.added, found.removed) == ((), ())


def test_as_dict_is_json() -> None:
    """The dictionary form goes through JSON unchanged and has every list."""
    found = difference(read(OLD), read(NEW)).as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found) == ["added", "removed", "renamed", "moved", "changed", "title", "is_reordered"]
    assert found["title"] == {"before": "First", "after": "Second"}
    assert set(found["renamed"][0]) == {"guid", "code", "code_path", "field", "before", "after"}
    assert set(found["added"][0]) == {"guid", "code", "code_path"}
