"""Nodes to drafts of codes: every entry of the file with its line, before parents are joined up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from ..model.codebook import COLOUR, SHORT_ID
from .nodes import Faults, entries, flag_value, is_blank, line_of, text_value

MAX_CODES = 5_000

# As in REFI-QDA, where the braces are allowed.
GUID = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}"
)

TEXT_KEYS = ("definition", "apply_when", "do_not_apply_when", "example", "citation")
CODE_KEYS = ("name", "id", "guid", "parent", *TEXT_KEYS, "colour", "is_codable", "restricted", "children")
_ALSO = {
    "short_id": "id",
    "source": "citation",
    "color": "colour",
    "is_restricted": "restricted",
    "codes": "children",
}


@dataclass(slots=True, kw_only=True)
class Draft:
    """One entry of the file. ``parent`` is the entry it stands under, once known."""

    line: int
    name: str = ""
    short_id: str = ""
    guid: str = ""
    parent_key: str | None = None
    parent_line: int = 0
    parent: Draft | None = None
    colour: str | None = None
    is_codable: bool = True
    is_restricted: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What a message calls this entry."""
        return self.short_id or self.name or "a code without a name"


def read_drafts(node: yaml.Node, faults: Faults) -> list[Draft]:
    """All entries under ``codes``, a parent before its children, in the order of the file.

    Raises:
        CodebookError: there are more codes than a codebook may hold.
    """
    drafts: list[Draft] = []
    _read_list("codes", node, None, drafts, faults)
    return drafts


def _read_list(key: str, node: yaml.Node, parent: Draft | None, drafts: list[Draft], faults: Faults) -> None:
    if not isinstance(node, yaml.SequenceNode):
        faults.add(line_of(node), f"'{key}' must be a list of codes.", "Begin each code with '- name: ...'.")
        return
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            faults.add(
                line_of(item), "A code must have keys, such as name and definition.", "Write '- name: ...'."
            )
            continue
        if len(drafts) >= MAX_CODES:
            raise faults.refuse(line_of(item), f"A codebook has at most {MAX_CODES} codes.", "Split it.")
        found = entries(item, CODE_KEYS, _ALSO, faults)
        draft = _read_code(item, found, faults)
        draft.parent = parent
        if parent is not None and draft.parent_key is not None:
            faults.add(
                draft.parent_line,
                f"{draft.label} stands under {parent.label} and names a parent as well.",
                "Remove the key parent here, or move the code out of children.",
            )
            draft.parent_key = None
        drafts.append(draft)
        children = found.get("children")
        if children is not None and not is_blank(children):
            _read_list("children", children, draft, drafts, faults)


def _read_code(item: yaml.MappingNode, found: dict[str, yaml.Node], faults: Faults) -> Draft:
    draft = Draft(line=line_of(item))
    draft.name = text_value("name", found.get("name"), faults) or ""
    draft.short_id = text_value("id", found.get("id"), faults) or ""
    if not draft.name.strip() and ("name" not in found or isinstance(found["name"], yaml.ScalarNode)):
        who = f"{draft.short_id} has" if draft.short_id else "This code has"
        faults.add(draft.line, f"{who} no name.", "Give it one: 'name: ...'.")
    if draft.short_id:
        _check_short_id(draft.short_id, line_of(found["id"]), faults)
    draft.guid = _guid(found.get("guid"), faults)
    if "parent" in found:
        draft.parent_key = text_value("parent", found["parent"], faults) or None
        draft.parent_line = line_of(found["parent"])
    draft.colour = _colour(found.get("colour"), faults)
    draft.is_codable = flag_value("is_codable", found.get("is_codable"), faults, default=True)
    draft.is_restricted = flag_value("restricted", found.get("restricted"), faults, default=False)
    draft.texts = {key: text_value(key, found.get(key), faults) or "" for key in TEXT_KEYS}
    return draft


def _check_short_id(short_id: str, line: int, faults: Faults) -> None:
    if SHORT_ID.fullmatch(short_id):
        return
    better = "-".join(short_id.upper().split())
    faults.add(
        line,
        f"'{short_id}' is no short id: up to 40 capital letters, digits, hyphens and underscores.",
        f"Write {better}." if SHORT_ID.fullmatch(better) else "Write it as in BASE-JOINT.",
    )


def _guid(node: yaml.Node | None, faults: Faults) -> str:
    value = text_value("guid", node, faults)
    if node is None or value is None:
        return ""
    if not GUID.fullmatch(value):
        faults.add(
            line_of(node),
            f"'{value}' is no GUID.",
            "Write 32 hexadecimal digits as 8-4-4-4-12, or remove the key: one is made from the short id.",
        )
        return ""
    return value


def _colour(node: yaml.Node | None, faults: Faults) -> str | None:
    value = text_value("colour", node, faults)
    if node is None:
        return None
    if value is None:
        if isinstance(node, yaml.ScalarNode) and _has_comment(node):
            faults.add(line_of(node), "The colour is blank: # begins a comment.", 'Quote it: "#1ea569".')
        return None
    if COLOUR.fullmatch(value):
        return value
    better = f'Write "#{value}".' if COLOUR.fullmatch(f"#{value}") else 'Write it as in "#1ea569".'
    faults.add(line_of(node), f"'{value}' is no colour: a colour is written #rrggbb.", better)
    return None


def _has_comment(node: yaml.ScalarNode) -> bool:
    # The mark keeps the whole text and the place in it; a blank value lies before its comment.
    mark = node.start_mark
    if mark.buffer is None:
        return False
    return mark.buffer[mark.pointer :].partition("\n")[0].lstrip().startswith("#")
