"""Merging of codebooks: new codes come along; what differs is listed, and stays ours unless decided.

The codebook both copies began from tells who changed what. Versions of the other copy are kept as
versions of ours, so that each coding still names the codebook it was made by; the merged codebook is
the newest. These versions have no event of their own: the merge's event tells of them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields, replace
from typing import Any

from ...errors import CodebookError
from ...model import Code, Codebook
from ..log.identity import one
from ..records import codebook_versions
from ..records import codes as code_store
from .merge_kit import Merging, Side, by_guid

_FIELDS = tuple(f.name for f in fields(Code) if f.name != "guid")
_VERSION = ("version", "sha256", "content", "note", "made_by", "made_at")

Codes = dict[str, Code]


def merge_codebook(m: Merging) -> dict[int, int]:
    """Merge codes and versions; returns our number of each of their codebook versions."""
    base, known = _common(m)
    mine, theirs = code_store.codebook(m.ours), code_store.codebook(m.theirs)
    book = _merged(m, base, mine, theirs)
    ids = _store_removed(m)
    numbers = _keep_versions(m, known)
    if book.codes != mine.codes or book.title != mine.title or len(numbers) > len(known):
        _store(m, book, mine)
    rows = by_guid(m.ours, "code")
    for guid, row in by_guid(m.theirs, "code").items():
        ids[row["id"]] = rows[guid]["id"]
    return numbers


def _common(m: Merging) -> tuple[Codes, dict[int, int]]:
    """The codes of the newest version both have alike, and their versions that we know by their digest."""
    sql = "SELECT version, sha256 FROM codebook_version ORDER BY version"
    mine, theirs = (dict(db.conn.execute(sql).fetchall()) for db in (m.ours, m.theirs))
    ours_of = {digest: version for version, digest in mine.items()}
    known = {
        version: version if mine.get(version) == digest else ours_of[digest]
        for version, digest in theirs.items()
        if digest in ours_of
    }
    alike = [version for version, digest in theirs.items() if mine.get(version) == digest]
    base = codebook_versions.codebook_at(m.theirs, max(alike)).by_guid() if alike else {}
    return base, known


# --- codes ----------------------------------------------------------------------------------------


def _merged(m: Merging, base: Codes, mine: Codebook, theirs: Codebook) -> Codebook:
    own, other = mine.by_guid(), theirs.by_guid()
    removed = {row["guid"] for row in m.ours.query("SELECT guid FROM code WHERE removed_at IS NOT NULL")}
    codes: Codes = {}
    for guid, code in own.items():
        wanted = other.get(guid)
        if wanted is None:
            if not _is_removed_there(m, guid, code, base):
                codes[guid] = code
        else:
            codes[guid] = _fields_of(m, base.get(guid), code, wanted)
    for guid, code in other.items():
        if guid not in own and (guid not in removed or _is_brought_back(m, guid, code, base)):
            codes[guid] = code
            if guid not in removed:
                m.told.added["codes"] += 1
    usable = _codable(m, _with_parents(codes, other))
    new = [code for guid, code in usable.items() if guid not in own]
    return _fitting(m, mine, [code for guid, code in usable.items() if guid in own], new)


def _told(m: Merging, code: Code, what: str, side: str, kept: Side, ours: Any, theirs: Any) -> None:
    m.told.codebook.append(
        {
            "guid": code.guid,
            "code": code.key,
            "field": what,
            "changed_by": side,
            "kept": kept,
            "ours": ours,
            "theirs": theirs,
        }
    )


def _is_removed_there(m: Merging, guid: str, code: Code, base: Codes) -> bool:
    """A code only we have: new here, or taken out there; then it goes only where so decided."""
    if guid not in base:
        return False
    side = "theirs" if code == base[guid] else "both"
    kept = m.decisions.on(guid)
    _told(m, code, "removed", side, kept, "kept", "removed")
    return kept == "theirs"


def _is_brought_back(m: Merging, guid: str, code: Code, base: Codes) -> bool:
    """A code that was taken out here and stands there."""
    side = "ours" if code == base.get(guid) else "both"
    kept: Side = m.decisions.codes.get(guid, "ours") if side == "ours" else m.decisions.on(guid)
    _told(m, code, "removed", side, kept, "removed", "kept")
    return kept == "theirs"


def _fields_of(m: Merging, base: Code | None, own: Code, other: Code) -> Code:
    taken: dict[str, Any] = {}
    for name in _FIELDS:
        mine, theirs = getattr(own, name), getattr(other, name)
        if mine == theirs:
            continue
        was = None if base is None else getattr(base, name)
        side = "both" if base is None or was not in (mine, theirs) else "ours" if was == theirs else "theirs"
        # What we alone changed is no question: it stays, unless this very code was decided.
        kept: Side = m.decisions.codes.get(own.guid, "ours") if side == "ours" else m.decisions.on(own.guid)
        _told(m, own, name, side, kept, mine, theirs)
        if kept == "theirs":
            taken[name] = theirs
    return replace(own, **taken) if taken else own


def _with_parents(codes: Codes, theirs: Codes) -> Codes:
    """No code under one that is not there: it moves up to the next that is."""

    def standing(parent: str | None) -> str | None:
        while parent is not None and parent not in codes:
            parent = theirs[parent].parent if parent in theirs else None
        return parent

    return {guid: replace(code, parent=standing(code.parent)) for guid, code in codes.items()}


def _codable(m: Merging, codes: Codes) -> Codes:
    """A code that is applied in either copy stays one that can be applied."""
    sql = "SELECT DISTINCT c.guid FROM coding g JOIN code c ON c.id = g.code_id"
    applied = {r[0] for db in (m.ours, m.theirs) for r in db.conn.execute(sql)}
    found: Codes = {}
    for guid, code in codes.items():
        if not code.is_codable and guid in applied:
            m.conflict("code_heading", guid, code.key, "code")
            found[guid] = replace(code, is_codable=True)
        else:
            found[guid] = code
    return found


def _fitting(m: Merging, mine: Codebook, own: list[Code], new: list[Code]) -> Codebook:
    """The codebook; short ids and names that two codes have are told apart, and circles undone."""
    ids, names = set[str](), set[tuple[str | None, str]]()
    fitted: list[Code] = []
    for code in (*own, *new):
        now = code
        number = 2
        while now.short_id and now.short_id in ids:
            now = replace(now, short_id=f"{code.short_id[:36]}-{number}")
            number += 1
        number = 2
        while (now.parent, now.name.casefold()) in names:
            now = replace(now, name=f"{code.name} ({number})")
            number += 1
        if now != code:
            m.told.renamed.append({"kind": "code", "guid": code.guid, "name": code.key, "now": now.key})
        ids.add(now.short_id)
        names.add((now.parent, now.name.casefold()))
        fitted.append(now)
    try:
        return Codebook(title=mine.title, codes=tuple(fitted))
    except CodebookError:
        # Each moved one code under the other: our order stands.
        parents = {code.guid: code.parent for code in mine.codes}
        straight = [replace(c, parent=parents[c.guid]) if c.guid in parents else c for c in fitted]
        return Codebook(title=mine.title, codes=tuple(straight))


# --- storing --------------------------------------------------------------------------------------


def _store_removed(m: Merging) -> dict[int, int]:
    """Codes that only they ever had and took out again: codings may still name them."""
    known = by_guid(m.ours, "code")
    rows = [
        r for r in m.theirs.query("SELECT * FROM code WHERE removed_at IS NOT NULL") if r["guid"] not in known
    ]
    skipped = ("id", "parent_id", "is_codable")
    for row in rows:
        columns = [name for name in row if name not in skipped]
        values = [row[name] for name in columns]
        m.insert("code", ("id", "is_codable", *columns), [(m.take_id("code"), 1, *values)])
    m.told.added["removed_codes"] += len(rows)
    sql = "SELECT DISTINCT c.guid FROM coding g JOIN code c ON c.id = g.code_id"
    applied = [tuple(r) for r in m.theirs.conn.execute(sql)]
    # A heading that was taken out here, and applied there before it became one, can be applied.
    m.ours.conn.executemany(
        "UPDATE code SET is_codable = 1 WHERE guid = ? AND is_codable = 0 AND removed_at IS NOT NULL", applied
    )
    return m.map_of("code")


def _keep_versions(m: Merging, known: dict[int, int]) -> dict[int, int]:
    numbers, number = dict(known), code_store.current_version(m.ours)
    rows = []
    for row in m.theirs.conn.execute(f"SELECT {', '.join(_VERSION)} FROM codebook_version ORDER BY version"):
        if row[0] not in numbers:
            number += 1
            numbers[row[0]] = number
            rows.append((number, *row[1:]))
    m.told.added["codebook_versions"] += m.insert("codebook_version", _VERSION, rows)
    return numbers


def _store(m: Merging, book: Codebook, mine: Codebook) -> None:
    """Make the study's codebook ``book``, as a new version on top of those of the other copy."""
    was, now = mine.by_guid(), book.by_guid()
    m.told.changed["codes"] += sum(now.get(guid) != code for guid, code in was.items())
    code_store.write_codes(m.ours, mine, book, m.stamp)
    content = json.dumps(
        {"title": book.title, "codes": [asdict(c) for c in book.codes]}, ensure_ascii=False, sort_keys=True
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    newest = one(m.ours, "SELECT version, sha256 FROM codebook_version ORDER BY version DESC LIMIT 1")
    if newest is not None and newest["sha256"] == digest:
        return
    number = (newest or {"version": 0})["version"] + 1
    m.ours.conn.execute(
        f"INSERT INTO codebook_version ({', '.join(_VERSION)}) VALUES (?, ?, ?, ?, ?, ?)",
        (number, digest, content, "merged with another copy", m.stamp.by, m.stamp.at),
    )
    m.told.changed["codebook"] += 1
