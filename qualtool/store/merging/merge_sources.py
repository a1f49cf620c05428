"""Merging of sources: which are the same, their speakers, and copying what is new."""

from __future__ import annotations

from typing import Any

from ...errors import Problem, StudyFileError
from ..records import anchors
from .merge_kit import Merging, by_guid
from .merge_texts import Text, Versions, copy_versions, versions_of

Row = dict[str, Any]


def merge_sources(m: Merging) -> dict[int, Text]:
    """Bring sources and text versions over; returns the texts of sources both copies have, by our id.

    Raises:
        StudyFileError: a source of both has another first text in one of them.
    """
    mine, theirs = by_guid(m.ours, "source"), by_guid(m.theirs, "source")
    versions = (versions_of(m.ours), versions_of(m.theirs))
    known = _matched(m, mine, theirs, versions)
    _require_same_texts(known, mine, versions)
    new = [row for guid, row in theirs.items() if guid not in known]
    _add_sources(m, mine, new)
    _speakers(m, known)
    copy_versions(m, [(row["id"], v, v) for row in new for v in versions[1][row["id"]]])
    m.told.added["text_versions"] += sum(len(versions[1][row["id"]]) for row in new)
    texts: dict[int, Text] = {}
    for guid, (row, own) in known.items():
        text = Text(
            source_id=own["id"],
            their_id=row["id"],
            guid=own["guid"],
            their_guid=guid,
            name=own["name"],
            was=own["current_version"],
            current=own["current_version"],
            their_current=row["current_version"],
            ours=versions[0][own["id"]],
            theirs=versions[1][row["id"]],
        )
        text.settle(m)
        if text.is_taken:
            _take_labels(m, text)
        texts[own["id"]] = text
    return texts


Known = dict[str, tuple[Row, Row]]


def _matched(
    m: Merging, mine: dict[str, Row], theirs: dict[str, Row], versions: tuple[Versions, Versions]
) -> Known:
    """Their GUID -> their row and ours: by GUID, or by name and content where both imported one file."""
    names = {row["name"]: row for row in mine.values()}
    ids, found = m.map_of("source"), {}
    for guid, row in theirs.items():
        own = mine.get(guid)
        if own is None and (alike := names.get(row["name"])) is not None and alike["guid"] not in theirs:
            same_file = alike["bytes_sha256"] == row["bytes_sha256"]
            if same_file and versions[0][alike["id"]][1] == versions[1][row["id"]][1]:
                own = alike
                m.match("source", row["name"], own["guid"], guid)
        if own is not None:
            ids[row["id"]] = own["id"]
            found[guid] = (row, own)
            if own["name"] != row["name"]:
                names_ = {"ours": own["name"], "theirs": row["name"]}
                m.conflict("source_name", own["guid"], own["name"], "ours", **names_)
    return found


def _require_same_texts(known: Known, mine: dict[str, Row], versions: tuple[Versions, Versions]) -> None:
    problems = [
        Problem(
            where=own["name"],
            message="Its first text differs between the two copies, so they cannot be merged.",
            next="If names were replaced in one copy, replace them in the other in the same way first.",
        )
        for row, own in known.values()
        if versions[0][own["id"]].get(1) != versions[1][row["id"]].get(1)
    ]
    if problems:
        told = f"{len(problems)} of {len(mine)} sources do not begin alike. Nothing was merged."
        raise StudyFileError(told, problems=problems[:20])


def _add_sources(m: Merging, mine: dict[str, Row], new: list[Row]) -> None:
    taken, ids, rows = {row["name"] for row in mine.values()}, m.map_of("source"), []
    for row in new:
        ids[row["id"]] = m.take_id("source")
        name = m.free_name("source", row["name"], row["guid"], taken)
        rows.append({**row, "id": ids[row["id"]], "name": name})
    m.told.added["sources"] += m.add("source", rows)


# --- speakers -------------------------------------------------------------------------------------


def _speakers(m: Merging, known: Known) -> None:
    """Speakers of new sources come along; those of known ones are found by label, else by what they say."""
    shared = {row["id"]: own["id"] for row, own in known.values()}
    mine = {(r["source_id"], r["label"]): r for r in m.ours.query("SELECT * FROM speaker")}
    sources, people, ids, new = m.map_of("source"), m.map_of("participant"), m.map_of("speaker"), []
    for row in m.theirs.query("SELECT * FROM speaker ORDER BY id"):
        at = sources[row["source_id"]]
        person = None if row["participant_id"] is None else people[row["participant_id"]]
        own = mine.get((at, row["label"]))
        if own is None and row["source_id"] in shared:
            own = _same_turns(m, row, at)
        if own is None:
            ids[row["id"]] = row["id"] = m.take_id("speaker")
            new.append({**row, "source_id": at, "participant_id": person})
            continue
        ids[row["id"]] = own["id"]
        if person is not None and own["participant_id"] is None:
            m.ours.conn.execute("UPDATE speaker SET participant_id = ? WHERE id = ?", (person, own["id"]))
            m.told.changed["speakers"] += 1
    m.told.added["speakers"] += m.add("speaker", new)


_FIRST_TURN = (
    "SELECT position FROM segment WHERE source_id = ? AND version = 1 AND kind <> 'sentence'"
    " AND speaker_id = ? ORDER BY position LIMIT 1"
)


def _same_turns(m: Merging, row: Row, source_id: int) -> Row | None:
    """A speaker whose label was corrected in one copy: who speaks the same turn of the first text."""
    found = m.theirs.conn.execute(_FIRST_TURN, (row["source_id"], row["id"])).fetchone()
    if found is None:
        return None
    sql = (
        "SELECT k.* FROM segment g JOIN speaker k ON k.id = g.speaker_id WHERE g.source_id = ?"
        " AND g.version = 1 AND g.kind <> 'sentence' AND g.position = ?"
    )
    return next(iter(m.ours.query(sql, (source_id, found[0]))), None)


def _take_labels(m: Merging, text: Text) -> None:
    """Speakers are called what the text that is taken over calls them."""
    ids = m.map_of("speaker")
    labels = dict(
        m.theirs.conn.execute(
            "SELECT id, label FROM speaker WHERE source_id = ?", (text.their_id,)
        ).fetchall()
    )
    own = {number: label for label, number in anchors.speaker_ids(m.ours, text.source_id).items()}
    for number, label in labels.items():
        now = own.get(ids[number])
        if now is not None and now != label and label not in own.values():
            anchors.rename_speaker(m.ours, text.source_id, now, label)
            own[ids[number]] = label


# --- sets -----------------------------------------------------------------------------------------


def merge_sets(m: Merging) -> None:
    """Sets of sources by name: what only they changed is taken; what both changed is put together."""
    mine, theirs = _sets(m, ours=True), _sets(m, ours=False)
    for name in sorted(mine.keys() | theirs.keys()):
        own, other = mine.get(name), theirs.get(name)
        here, there = (m.since.has(side, name, ("set_saved",)) for side in ("ours", "theirs"))
        if own == other or not there:
            continue
        wanted = other or set[int]()
        if here and own is not None:
            wanted = wanted | own
            m.conflict("set", name, name, "both")
        if wanted != own:
            _store_set(m, name, wanted)
            m.told.changed["sets"] += 1


def _sets(m: Merging, *, ours: bool) -> dict[str, set[int]]:
    """Our source ids by name of the set."""
    ids = m.map_of("source")
    found: dict[str, set[int]] = {}
    sql = "SELECT t.name, x.source_id FROM source_set t LEFT JOIN source_set_member x ON x.set_id = t.id"
    for name, number in (m.ours if ours else m.theirs).conn.execute(sql):
        members = found.setdefault(name, set())
        if number is not None:
            members.add(number if ours else ids[number])
    return found


def _store_set(m: Merging, name: str, members: set[int]) -> None:
    conn = m.ours.conn
    row = conn.execute("SELECT id FROM source_set WHERE name = ?", (name,)).fetchone()
    if row is not None:
        conn.execute("DELETE FROM source_set_member WHERE set_id = ?", (row[0],))
    if not members:
        conn.execute("DELETE FROM source_set WHERE name = ?", (name,))
        return
    number = row[0] if row is not None else m.take_id("source_set")
    if row is None:
        found = m.theirs.conn.execute("SELECT guid, made_by, made_at FROM source_set WHERE name = ?", (name,))
        guid, by, at = found.fetchone()
        m.insert("source_set", ("id", "guid", "name", "made_by", "made_at"), [(number, guid, name, by, at)])
    m.insert("source_set_member", ("set_id", "source_id"), [(number, s) for s in sorted(members)])
