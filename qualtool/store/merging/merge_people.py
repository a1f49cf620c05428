"""Merging of coders, cases, participants and the facts about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..log.identity import scalar
from .merge_kit import Merging, by_guid

# From the most open to the most protective. Unknown consent lets no quote out unless somebody says so.
_CONSENTS = ("yes", "paraphrase", "unknown", "no", "withdrawn")
_CONSENT_CHANGED = ("consent_changed",)

Row = dict[str, Any]


def merge_people(m: Merging) -> None:
    """Coders, cases and participants: by GUID, then by what tells that they are the same."""
    _coders(m)
    _cases(m)
    _participants(m)


def _coders(m: Merging) -> None:
    mine = by_guid(m.ours, "coder")
    names = {row["name"]: row for row in mine.values()}
    taken, ids, new = set(names), m.map_of("coder"), []
    for guid, row in by_guid(m.theirs, "coder").items():
        alike = names.get(row["name"])
        if guid in mine:
            ids[row["id"]] = mine[guid]["id"]
        elif alike is not None and alike["kind"] == row["kind"] and _is_same(m, row):
            ids[row["id"]] = alike["id"]
            m.match("coder", row["name"], alike["guid"], guid)
        else:
            ids[row["id"]] = row["id"] = m.take_id("coder")
            row["name"] = m.free_name("coder", row["name"], guid, taken)
            new.append(row)
    m.told.added["coders"] += m.add("coder", new)


def _is_same(m: Merging, row: Row) -> bool:
    """A machine's name is its identity; people alike in name are one where somebody says so."""
    return m.decisions.same_coders or row["kind"] == "suggester"


# --- cases ----------------------------------------------------------------------------------------


def _cases(m: Merging) -> None:
    mine = by_guid(m.ours, "study_case")
    names = {row["name"]: row for row in mine.values()}
    urns = {row["urn"]: row for row in mine.values() if row["urn"]}
    taken, ids, new = set(names), m.map_of("study_case"), []
    for guid, row in by_guid(m.theirs, "study_case").items():
        known = mine.get(guid) or urns.get(row["urn"]) or _named(names, row)
        if known is None:
            ids[row["id"]] = row["id"] = m.take_id("study_case")
            row["name"] = m.free_name("case", row["name"], guid, taken)
            new.append(row)
            continue
        ids[row["id"]] = known["id"]
        if known["guid"] != guid:
            m.match("case", row["name"], known["guid"], guid)
        _complete_case(m, known, row, urns)
    m.told.added["cases"] += m.add("study_case", new)


def _named(names: Mapping[str, Row], row: Row) -> Row | None:
    """The case of this name, unless the two are schools of different numbers."""
    known = names.get(row["name"])
    if known is None or (known["urn"] and row["urn"] and known["urn"] != row["urn"]):
        return None
    return known


def _complete_case(m: Merging, mine: Row, row: Row, urns: Mapping[str, Row]) -> None:
    for column in ("name", "kind", "urn", "la_code", "pseudonym"):
        other, own = row[column], mine[column]
        if other == own or other in (None, ""):
            continue
        is_blank = own in (None, "") or (column == "kind" and own == "other" and other == "school")
        if is_blank and not (column == "urn" and other in urns):
            m.ours.conn.execute(f"UPDATE study_case SET {column} = ? WHERE id = ?", (other, mine["id"]))
            m.told.changed["cases"] += 1
        else:
            m.conflict("case", mine["guid"], mine["name"], "ours", field=column, ours=own, theirs=other)


# --- participants ---------------------------------------------------------------------------------


def _participants(m: Merging) -> None:
    mine = by_guid(m.ours, "participant")
    names = {row["name"]: row for row in mine.values()}
    cases, taken, ids, new = m.map_of("study_case"), set(names), m.map_of("participant"), []
    for guid, row in by_guid(m.theirs, "participant").items():
        row["case_id"] = None if row["case_id"] is None else cases[row["case_id"]]
        known = mine.get(guid) or _same_person(names, row)
        if known is None:
            ids[row["id"]] = row["id"] = m.take_id("participant")
            row["name"] = m.free_name("participant", row["name"], guid, taken)
            new.append(row)
            continue
        ids[row["id"]] = known["id"]
        if known["guid"] != guid:
            m.match("participant", row["name"], known["guid"], guid)
        _complete_participant(m, known, row)
        _consent(m, known, row)
    m.told.added["participants"] += m.add("participant", new)


def _same_person(names: Mapping[str, Row], row: Row) -> Row | None:
    """The person of this name, unless role or case say that they are two."""
    known = names.get(row["name"])
    if known is None:
        return None
    apart = any(known[c] and row[c] and known[c] != row[c] for c in ("role", "case_id"))
    return None if apart else known


def _complete_participant(m: Merging, mine: Row, row: Row) -> None:
    for column in ("name", "role", "case_id"):
        other, own = row[column], mine[column]
        if other == own or other in (None, ""):
            continue
        if own in (None, ""):
            m.ours.conn.execute(f"UPDATE participant SET {column} = ? WHERE id = ?", (other, mine["id"]))
            m.told.changed["participants"] += 1
        else:
            m.conflict("participant", mine["guid"], mine["name"], "ours", field=column.removesuffix("_id"))


def _consent(m: Merging, mine: Row, row: Row) -> None:
    own, other = mine["consent"], row["consent"]
    if own == other:
        return
    wanted = _agreed(m, mine["guid"], row["guid"], own, other)
    if wanted != own:
        m.ours.conn.execute("UPDATE participant SET consent = ? WHERE id = ?", (wanted, mine["id"]))
        m.told.changed["consents"] += 1
        m.told.consents.append([mine["guid"], own, wanted])


def _agreed(m: Merging, guid: str, their_guid: str, own: str, other: str) -> str:
    """The consent that holds: the one changed since, else the more protective, which is told."""
    here = m.since.acts("ours", guid, _CONSENT_CHANGED)
    there = m.since.acts("theirs", their_guid, _CONSENT_CHANGED)
    if not here and not there and "unknown" in (own, other):
        return other if own == "unknown" else own  # a sheet imported there told what was not known here
    if there and not here and there[0].was.get("consent") == own:
        return other
    if here and not there and here[0].was.get("consent") == other:
        return own
    strictest = max(own, other, key=_CONSENTS.index)
    m.conflict(
        "consent", guid, "participant", "ours" if strictest == own else "theirs", ours=own, theirs=other
    )
    return strictest


# --- facts ----------------------------------------------------------------------------------------

_VARIABLE = ("owner_kind", "owner_id", "name", "value", "type")
_OWNERS = {"case": "study_case", "participant": "participant", "source": "source"}


def merge_variables(m: Merging) -> None:
    """Facts about cases, participants and sources: new ones are added, others stay and are told."""
    sql = f"SELECT {', '.join(_VARIABLE)} FROM variable"
    mine = {row[:3]: row[3] for row in m.ours.conn.execute(sql)}
    new = []
    for kind, owner, name, value, type_ in m.theirs.conn.execute(sql):
        at = m.map_of(_OWNERS[kind]).get(owner)
        if at is None:
            continue
        own = mine.get((kind, at, name))
        if own is None:
            new.append((kind, at, name, value, type_))
        elif own != value:
            guid = scalar(m.ours, f"SELECT guid FROM {_OWNERS[kind]} WHERE id = ?", (at,))
            m.conflict("variable", str(guid), name, "ours", ours=own, theirs=value)
    m.told.added["variables"] += m.insert("variable", _VARIABLE, new)
