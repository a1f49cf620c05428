"""A ``Codebook`` to YAML that reads back equal.

Codes that stand in the order of their tree are written nested; any other order, or a tree deeper
than a file may be nested, is written as one list with ``parent:``. GUIDs and colours are always
written, so that renaming or moving a code by hand keeps what it is.
"""

from __future__ import annotations

from typing import Any

import yaml

from ..model import Code, Codebook
from .drafts import TEXT_KEYS
from .nodes import MAX_DEPTH

_WIDTH = 100
# The file is a mapping with a list, and each further level of codes a mapping with a list.
_MAX_NESTED = MAX_DEPTH // 2 - 1
# YAML reads these as line ends, and would change them unless they are escaped.
_ODD_BREAKS = frozenset("\r\x85\u2028\u2029")


class _Dumper(yaml.SafeDumper):
    """Writes a codebook the way people do: keys in our order, blocks for long text, no aliases."""

    # Lists stand two spaces in from their key, as people write them.
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _ODD_BREAKS.intersection(text):
        style = '"'
    elif "\n" in text:
        style = "|" if text == text.strip() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_codebook(codebook: Codebook) -> str:
    """The codebook as YAML: ``read_codebook(text.encode("utf-8"), name=...)`` gives an equal one."""
    codes = _nested(codebook) if _is_nestable(codebook) else _flat(codebook)
    content = {"title": codebook.title, "codes": codes}
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _entry(code: Code) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": code.name}
    if code.short_id:
        entry["id"] = code.short_id
    entry["guid"] = code.guid
    for key in TEXT_KEYS:
        text = getattr(code, key)
        if text:
            entry[key] = text
    entry["colour"] = code.colour
    if not code.is_codable:
        entry["is_codable"] = False
    if code.is_restricted:
        entry["restricted"] = True
    return entry


def _is_nestable(codebook: Codebook) -> bool:
    """Whether every code follows its parent or a later part of its parent's tree, not too deep."""
    open_guids: list[str] = []
    for code in codebook.codes:
        while open_guids and open_guids[-1] != code.parent:
            open_guids.pop()
        if code.parent is not None and not open_guids:
            return False
        open_guids.append(code.guid)
        if len(open_guids) > _MAX_NESTED:
            return False
    return True


def _nested(codebook: Codebook) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    entries: dict[str, dict[str, Any]] = {}
    for code in codebook.codes:
        entry = entries[code.guid] = _entry(code)
        siblings = top if code.parent is None else entries[code.parent].setdefault("children", [])
        siblings.append(entry)
    return top


def _flat(codebook: Codebook) -> list[dict[str, Any]]:
    known = codebook.by_guid()
    flat: list[dict[str, Any]] = []
    for code in codebook.codes:
        entry = _entry(code)
        if code.parent is not None:
            entry["parent"] = known[code.parent].short_id or code.parent
        flat.append(entry)
    return flat
