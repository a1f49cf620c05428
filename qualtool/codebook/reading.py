"""A codebook file (YAML) to a ``Codebook``; every fault of the file is told at once, with its line.

    title: Clustering of pupils with SEND        # optional: else the file's name
    codes:
      - name: Steering                           # a heading: it has children and is not codable
        is_codable: false
        children:
          - id: MAGNET
            name: Magnet reputation
            definition: Families seek a school because it is known to include well.

Codes may also stand in one flat list, each with ``parent:`` (a short id, a GUID, or a name that only
one code has). Keys of a code: name (needed), id, guid, parent, definition, apply_when,
do_not_apply_when, example, citation, colour, is_codable (true unless said), restricted (false
unless said), children.

A code without a GUID gets one made from its short id, else from its path, so that importing a file
twice gives the same codes. A code without a colour takes that of the code it stands under.
"""

from __future__ import annotations

from pathlib import PurePath

from ..model import Codebook
from .drafts import read_drafts
from .nodes import Faults, compose, entries, text_value
from .resolving import build_codes, check_circles, check_repeats, join_parents

_FILE_KEYS = ("title", "codes")
_ALSO = {"name": "title"}


def read_codebook(data: bytes, *, name: str) -> Codebook:
    """Read a codebook. ``name`` is the file's name, used in messages and as the title if none is given.

    Raises:
        CodebookError: the file cannot be used; ``problems`` holds every fault with its line.
    """
    faults = Faults(name)
    root = compose(data, faults)
    found = entries(root, _FILE_KEYS, _ALSO, faults)
    title = text_value("title", found.get("title"), faults)
    if "codes" not in found:
        raise faults.refuse(0, "The file has no codes.", "Put the list of codes under the key 'codes'.")
    drafts = read_drafts(found["codes"], faults)
    join_parents(drafts, faults)
    check_circles(drafts, faults)
    check_repeats(drafts, faults)
    faults.raise_if_any()
    codes = build_codes(drafts, faults)
    return Codebook(title=PurePath(name).stem if title is None else title, codes=codes)
