"""Drafts to codes: parents joined up, circles and repeats found, GUIDs and colours given."""

from __future__ import annotations

from uuid import UUID, uuid5

from ..model import Code
from .drafts import Draft
from .nodes import Faults
from .palette import group_colours

# Changing this would give every code without a written GUID a new identity: never do.
NAMESPACE = UUID("6f0a1d1e-2f0b-5c57-9d0e-7a4c5be0c0de")


def join_parents(drafts: list[Draft], faults: Faults) -> None:
    """Set ``parent`` where a code names one: by short id, by GUID, or by a name only one code has."""
    unique: dict[str, Draft] = {}
    named: dict[str, list[Draft]] = {}
    # A short id or GUID that stands twice is a fault of its own; here the first one counts.
    for draft in drafts:
        if draft.short_id:
            unique.setdefault(draft.short_id, draft)
        named.setdefault(draft.name, []).append(draft)
    for draft in drafts:
        if draft.guid:
            unique.setdefault(draft.guid, draft)
    for draft in drafts:
        if draft.parent_key is not None:
            wanted = unique.get(draft.parent_key)
            _join(draft, [wanted] if wanted else named.get(draft.parent_key, []), faults)


def _join(draft: Draft, matches: list[Draft], faults: Faults) -> None:
    if len(matches) == 1:
        draft.parent = matches[0]
    elif matches:
        lines = ", ".join(str(match.line) for match in matches)
        faults.add(
            draft.parent_line,
            f"The parent '{draft.parent_key}' of {draft.label} could be the codes on lines {lines}.",
            "Name the parent by its short id.",
        )
    else:
        faults.add(
            draft.parent_line,
            f"The parent '{draft.parent_key}' of {draft.label} is not in the codebook.",
            "Write the short id or the name of a code in this file.",
        )


def check_circles(drafts: list[Draft], faults: Faults) -> None:
    """Each circle of parents is one fault, on the line of its first code; it is then cut open."""
    cleared: set[int] = set()
    for draft in drafts:
        walked: list[Draft] = []
        at: Draft | None = draft
        while at is not None and id(at) not in cleared:
            cleared.add(id(at))
            walked.append(at)
            at = at.parent
        inside = next((place for place, one in enumerate(walked) if one is at), None)
        if inside is None:
            continue
        circle = walked[inside:]
        first = min(circle, key=lambda one: one.line)
        names = " > ".join([*(one.label for one in circle), circle[0].label])
        faults.add(first.line, f"{first.label} is its own ancestor: {names}.", "Break the circle of parents.")
        first.parent = None


def check_repeats(drafts: list[Draft], faults: Faults) -> None:
    """Short ids and GUIDs stand once in a file, names once under one parent."""
    ids: dict[str, Draft] = {}
    guids: dict[UUID, Draft] = {}
    names: dict[tuple[int, str], Draft] = {}
    for draft in drafts:
        first = ids.setdefault(draft.short_id, draft)
        if draft.short_id and first is not draft:
            faults.add(
                draft.line,
                f"The short id {draft.short_id} is used before, on line {first.line}.",
                "Give each code its own.",
            )
        if draft.guid and (first := guids.setdefault(UUID(draft.guid), draft)) is not draft:
            faults.add(
                draft.line, f"This GUID is used before, on line {first.line}.", "Remove it here: one is made."
            )
        place = (id(draft.parent) if draft.parent else 0, draft.name.casefold())
        first = names.setdefault(place, draft)
        if draft.name.strip() and first is not draft:
            where = f"under {draft.parent.label}" if draft.parent else "at the top"
            faults.add(
                draft.line,
                f"'{draft.name}' stands twice {where}; the first is on line {first.line}.",
                "Rename one of them.",
            )


def build_codes(drafts: list[Draft], faults: Faults) -> tuple[Code, ...]:
    """The codes of drafts without faults, in the order of the file.

    Raises:
        CodebookError: a GUID made from a short id or path is one another code was given.
    """
    _give_guids(drafts, faults)
    faults.raise_if_any()
    colours = _colours(drafts)
    return tuple(
        Code(
            guid=draft.guid,
            name=draft.name,
            short_id=draft.short_id,
            parent=draft.parent.guid if draft.parent else None,
            is_codable=draft.is_codable,
            is_restricted=draft.is_restricted,
            colour=colours[id(draft)],
            **draft.texts,
        )
        for draft in drafts
    )


def _give_guids(drafts: list[Draft], faults: Faults) -> None:
    """A GUID from the short id, else from the path of names: the same file gives the same GUIDs."""
    used = {UUID(draft.guid): draft for draft in drafts if draft.guid}
    for draft in drafts:
        if draft.guid:
            continue
        made = uuid5(NAMESPACE, f"id:{draft.short_id}" if draft.short_id else f"path:{_path(draft)}")
        other = used.setdefault(made, draft)
        if other is not draft:
            faults.add(
                draft.line,
                f"{draft.label} would get the GUID that {other.label} has, on line {other.line}.",
                "Write a guid of its own here, or remove the other.",
            )
        draft.guid = str(made)


def _path(draft: Draft) -> str:
    # The unit separator stands in no name a person types, so two paths never read the same.
    return "\x1f".join(one.name for one in reversed(_ancestry(draft)))


def _ancestry(draft: Draft) -> list[Draft]:
    line = [draft]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def _colours(drafts: list[Draft]) -> dict[int, str]:
    """Its own colour, else that of the nearest ancestor with one, else that of its group."""
    tops = [draft for draft in drafts if draft.parent is None]
    colours = {
        id(top): colour for top, colour in zip(tops, group_colours([t.colour for t in tops]), strict=True)
    }
    for draft in drafts:
        if id(draft) not in colours:
            own = [one.colour for one in _ancestry(draft) if one.colour is not None]
            colours[id(draft)] = own[0] if own else colours[id(_ancestry(draft)[-1])]
    return colours
