"""Merging of memos, and of what coders mark: asked subjects, readings, turns, answers, keys."""

from __future__ import annotations

import uuid
from typing import Any

from .merge_kit import Merging, by_guid

_WRITTEN = ("memo_written",)
_OTHER = "[Text of this memo in the other copy]\n"
Row = dict[str, Any]


def merge_memos(m: Merging) -> None:
    """Memos by GUID; of one that both rewrote, ours stands and theirs is added beside it, marked."""
    _follow_twins(m)
    mine, coders = by_guid(m.ours, "memo"), m.map_of("coder")
    for guid, row in by_guid(m.theirs, "memo").items():
        row["coder_id"] = coders[row["coder_id"]]
        row["target_guid"] = m.guid(row["target_guid"])
        own = mine.get(guid)
        if own is None:
            _add(m, row)
        elif (own["text"], own["removed_at"] is None) != (row["text"], row["removed_at"] is None):
            _join(m, own, row)


def _follow_twins(m: Merging) -> None:
    """Memos on a coding that another stands for are on that one."""
    for twin in m.told.duplicates:
        found = m.ours.conn.execute(
            "SELECT guid FROM memo WHERE target_kind = 'coding' AND target_guid = ?", (twin["other"],)
        ).fetchall()
        for (guid,) in found:
            m.ours.conn.execute("UPDATE memo SET target_guid = ? WHERE guid = ?", (twin["kept"], guid))
            m.told.changed["memos"] += 1
            _remember(m, guid)


def _add(m: Merging, row: Row) -> None:
    m.add("memo", [{name: value for name, value in row.items() if name != "id"}])
    m.told.added["memos"] += 1
    _remember(m, row["guid"])


def _join(m: Merging, own: Row, row: Row) -> None:
    guid = own["guid"]
    if not m.since.has("theirs", guid, _WRITTEN):
        return
    if not m.since.has("ours", guid, _WRITTEN):
        _rewrite(m, row)
    elif own["removed_at"] is not None:
        _rewrite(m, row)  # emptied here, rewritten there: words are kept
        m.conflict("memo", guid, f"memo on a {own['target_kind']}", "theirs")
    elif row["removed_at"] is not None:
        m.conflict("memo", guid, f"memo on a {own['target_kind']}", "ours")
    else:
        _beside(m, own, row)


def _rewrite(m: Merging, row: Row) -> None:
    m.ours.conn.execute(
        "UPDATE memo SET text = ?, changed_at = ?, removed_at = ? WHERE guid = ?",
        (row["text"], row["changed_at"], row["removed_at"], row["guid"]),
    )
    m.told.changed["memos"] += 1
    _remember(m, row["guid"])


def _beside(m: Merging, own: Row, row: Row) -> None:
    # Named by what it says: the same text from a third copy is not added again.
    guid = str(uuid.uuid5(uuid.UUID(own["guid"]), row["text"]))
    known = m.ours.conn.execute("SELECT 1 FROM memo WHERE guid = ?", (guid,)).fetchone()
    m.conflict("memo", own["guid"], f"memo on a {own['target_kind']}", "both", added=guid)
    if known is None:
        on = {"target_kind": own["target_kind"], "target_guid": own["target_guid"]}
        _add(m, {**row, **on, "guid": guid, "text": _OTHER + row["text"]})


def _remember(m: Merging, guid: str) -> None:
    kind, target, coder, text, removed = m.ours.conn.execute(
        "SELECT x.target_kind, x.target_guid, k.name, x.text, x.removed_at IS NOT NULL FROM memo x"
        " JOIN coder k ON k.id = x.coder_id WHERE x.guid = ?",
        (guid,),
    ).fetchone()
    m.told.memos[guid] = {"on": [kind, target], "coder": coder, "text": text, "removed": bool(removed)}


# --- marks ----------------------------------------------------------------------------------------


def merge_marks(m: Merging) -> None:
    """What was asked, read, and found without substance; keys and favourites of coders new here."""
    _asked(m)
    _readings(m)
    _turns(m)
    _answers(m)
    _keys(m)


def _asked(m: Merging) -> None:
    sql = "SELECT source_id, code_id, asked, made_by, made_at FROM asked"
    mine = {row[:2]: row[2:] for row in m.ours.conn.execute(sql)}
    sources, codes = m.map_of("source"), m.map_of("code")
    for source, code, *rest in m.theirs.conn.execute(sql).fetchall():
        key = (sources[source], codes[code])
        own = mine.get(key)
        if own is None:
            columns = ("source_id", "code_id", "asked", "made_by", "made_at")
            m.told.added["asked"] += m.insert("asked", columns, [(*key, *rest)])
        elif own[0] != rest[0] and m.since.is_later(rest[2]):
            if m.since.is_later(own[2]):
                guid, where = _named(m, key)
                m.conflict("asked", guid, where, "ours", ours=own[0], theirs=rest[0])
                continue
            m.ours.conn.execute(
                "UPDATE asked SET asked = ?, made_by = ?, made_at = ? WHERE source_id = ? AND code_id = ?",
                (*rest, *key),
            )
            m.told.changed["asked"] += 1


def _named(m: Merging, key: tuple[int, int]) -> tuple[str, str]:
    """GUID of a source, and its name with that of a code."""
    sql = "SELECT s.guid, s.name || ', ' || c.name FROM source s, code c WHERE s.id = ? AND c.id = ?"
    return m.ours.conn.execute(sql, key).fetchone()


def _readings(m: Merging) -> None:
    """How far a coder is in a source: the later of the two."""
    sql = "SELECT source_id, coder_id, state, turn, changed_at FROM reading"
    mine = {row[:2]: row[2:] for row in m.ours.conn.execute(sql)}
    sources, coders = m.map_of("source"), m.map_of("coder")
    new, changed = [], []
    for source, coder, *rest in m.theirs.conn.execute(sql):
        key = (sources[source], coders[coder])
        own = mine.get(key)
        if own is None:
            new.append((*key, *rest))
        elif tuple(rest[:2]) != own[:2] and rest[2] > own[2]:
            changed.append((*rest, *key))
    m.told.added["readings"] += m.insert(
        "reading", ("source_id", "coder_id", "state", "turn", "changed_at"), new
    )
    m.ours.conn.executemany(
        "UPDATE reading SET state = ?, turn = ?, changed_at = ? WHERE source_id = ? AND coder_id = ?", changed
    )
    m.told.changed["readings"] += len(changed)


def _turns(m: Merging) -> None:
    """Turns with nothing to code: all marks of both, without those that they alone took away."""
    sql = "SELECT source_id, coder_id, position, made_at FROM turn_read"
    sources, coders = m.map_of("source"), m.map_of("coder")
    theirs = {(sources[s], coders[k], p): at for s, k, p, at in m.theirs.conn.execute(sql)}
    mine = {row[:3]: row[3] for row in m.ours.conn.execute(sql)}
    new = [(*key, at) for key, at in theirs.items() if key not in mine]
    columns = ("source_id", "coder_id", "position", "made_at")
    m.told.added["turns_read"] += m.insert("turn_read", columns, new)
    gone = [key for key in _taken_away(m) if key in mine and key not in theirs]
    m.ours.conn.executemany(
        "DELETE FROM turn_read WHERE source_id = ? AND coder_id = ? AND position = ?", gone
    )
    m.told.changed["turns_read"] += len(gone)


def _taken_away(m: Merging) -> set[tuple[int, int, int]]:
    sources = {guid: number for number, guid in m.ours.conn.execute("SELECT id, guid FROM source")}
    ids, names = m.map_of("coder"), m.theirs.conn.execute("SELECT name, id FROM coder")
    coders = {name: ids[number] for name, number in names}
    found: set[tuple[int, int, int]] = set()
    for act in m.since.theirs:
        if act.kind != "turns_read" or act.now.get("nothing_to_code", True):
            continue
        source, coder = sources.get(m.guid(act.target_guid)), coders.get(act.by.strip())
        if source is not None and coder is not None:
            found |= {(source, coder, int(p)) for p in act.now.get("positions") or ()}
    return found


def _answers(m: Merging) -> None:
    """Answers without substance: a mark stands unless its coder coded the answer, or only they took it away."""
    sql = "SELECT source_id, coder_id, state, was_read, made_by, made_at FROM answer_state"
    sources, coders = m.map_of("source"), m.map_of("coder")
    coded = set(
        m.ours.conn.execute("SELECT DISTINCT source_id, coder_id FROM coding WHERE removed_at IS NULL")
    )
    mine = {row[:2] for row in m.ours.conn.execute(sql)}
    theirs = {(sources[row[0]], coders[row[1]]): row[2:] for row in m.theirs.conn.execute(sql).fetchall()}
    cleared, kept_clear = _cleared(m, "theirs"), _cleared(m, "ours")
    new = [(*key, *rest) for key, rest in theirs.items() if key not in mine | coded and key not in kept_clear]
    columns = ("source_id", "coder_id", "state", "was_read", "made_by", "made_at")
    m.told.added["answer_states"] += m.insert("answer_state", columns, new)
    gone = [key for key in mine if key not in theirs and key in cleared]
    m.ours.conn.executemany("DELETE FROM answer_state WHERE source_id = ? AND coder_id = ?", gone)
    m.told.changed["answer_states"] += len(gone)


def _cleared(m: Merging, side: str) -> set[tuple[int, int]]:
    """Answers (source, coder) whose mark was taken away on one side."""
    is_ours = side == "ours"
    found = [a for a in (m.since.ours if is_ours else m.since.theirs) if a.kind == "answer_state_cleared"]
    if not found:
        return set()
    places = {guid: int(n) for n, guid in m.ours.conn.execute("SELECT id, guid FROM source")}
    ids = m.map_of("coder")
    copy = m.ours if is_ours else m.theirs
    coders = {name: n if is_ours else ids[n] for n, name in copy.conn.execute("SELECT id, name FROM coder")}
    pairs = ((m.guid(act.target_guid), act.by.strip()) for act in found)
    return {(places[guid], coders[by]) for guid, by in pairs if guid in places and by in coders}


def _keys(m: Merging) -> None:
    """A coder's keys and favourites, where they have none here."""
    coders, codes = m.map_of("coder"), m.map_of("code")
    for table, columns in (("favourite", ("slot", "code_id")), ("coder_key", ("action", "key"))):
        have = {row[0] for row in m.ours.conn.execute(f"SELECT DISTINCT coder_id FROM {table}")}
        rows = []
        for coder, first, second in m.theirs.conn.execute(
            f"SELECT coder_id, {', '.join(columns)} FROM {table}"
        ):
            if coders[coder] not in have:
                rows.append((coders[coder], first, codes[second] if table == "favourite" else second))
        m.told.added["keys"] += m.insert(table, ("coder_id", *columns), rows)
