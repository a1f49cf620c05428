"""Merging of surveys and of published school files."""

from __future__ import annotations

from typing import Any

from ..file.sealing import seal_values
from ..records import releases
from .merge_kit import Merging, by_guid

_RESPONDENT = ("id", "survey_id", "respondent_id", "weight", "stratum", "psu", "participant_id")
_ANSWER = ("respondent_id", "question_id", "value", "source_id")

Row = dict[str, Any]


def merge_surveys(m: Merging) -> None:
    """Surveys with their questions, respondents and answers; one file imported in both copies is one."""
    mine = by_guid(m.ours, "survey")
    files = {(row["name"], row["bytes_sha256"]): row for row in mine.values()}
    taken, ids, new = {row["name"] for row in mine.values()}, m.map_of("survey"), []
    for guid, row in by_guid(m.theirs, "survey").items():
        known = mine.get(guid) or files.get((row["name"], row["bytes_sha256"]))
        if known is not None:
            ids[row["id"]] = known["id"]
            if known["guid"] != guid:
                m.match("survey", row["name"], known["guid"], guid)
            continue
        ids[row["id"]] = row["id"] = m.take_id("survey")
        row["name"] = m.free_name("survey", row["name"], guid, taken)
        new.append(row)
    m.told.added["surveys"] += m.add("survey", new)
    _questions(m)
    _respondents(m)
    _answers(m)


def _questions(m: Merging) -> None:
    mine = {(row["survey_id"], row["name"]): row["id"] for row in m.ours.query("SELECT * FROM question")}
    surveys, ids, new = m.map_of("survey"), m.map_of("question"), []
    for row in m.theirs.query("SELECT * FROM question ORDER BY id"):
        row["survey_id"] = surveys[row["survey_id"]]
        known = mine.get((row["survey_id"], row["name"]))
        ids[row["id"]] = row["id"] = m.take_id("question") if known is None else known
        if known is None:
            new.append(row)
    m.told.added["questions"] += m.add("question", new)


def _respondents(m: Merging) -> None:
    sql = "SELECT id, survey_id, respondent_id FROM respondent"
    mine = {row[1:]: row[0] for row in m.ours.conn.execute(sql)}
    surveys, people = m.map_of("survey"), m.map_of("participant")
    ids, new = m.map_of("respondent"), []
    for row in m.theirs.conn.execute(f"SELECT {', '.join(_RESPONDENT)} FROM respondent ORDER BY id"):
        number, survey, name, *rest, person = row
        known = mine.get((surveys[survey], name))
        ids[number] = m.take_id("respondent") if known is None else known
        if known is None:
            new.append((ids[number], surveys[survey], name, *rest, people[person]))
    m.told.added["respondents"] += m.insert("respondent", _RESPONDENT, new)


def _answers(m: Merging) -> None:
    known = set(m.ours.conn.execute("SELECT respondent_id, question_id FROM answer"))
    people, questions, sources = m.map_of("respondent"), m.map_of("question"), m.map_of("source")
    new = []
    for person, question, value, source in m.theirs.conn.execute(f"SELECT {', '.join(_ANSWER)} FROM answer"):
        key = (people[person], questions[question])
        if key not in known:
            new.append((*key, value, None if source is None else sources[source]))
    m.told.added["answers"] += m.insert("answer", _ANSWER, new)


# --- school files ---------------------------------------------------------------------------------


def merge_indicators(m: Merging) -> None:
    """School files by the digest of their bytes; of two releases of one, the later import stands."""
    mine = {row["bytes_sha256"]: row for row in by_guid(m.ours, "indicator_file").values()}
    ids = m.map_of("indicator_file")
    theirs = by_guid(m.theirs, "indicator_file")
    for row in theirs.values():
        known = mine.get(row["bytes_sha256"])
        if known is not None:
            ids[row["id"]] = known["id"]
            continue
        number = ids[row["id"]] = m.take_id("indicator_file")
        m.told.added["indicator_files"] += m.add(
            "indicator_file", [{**row, "id": number, "superseded_by": None}]
        )
        _values(m, row["id"], number)
    added = [row for row in theirs.values() if row["bytes_sha256"] not in mine]
    # What they set aside already is no rival of what stands.
    for row in sorted(added, key=lambda row: row["superseded_by"] is None):
        _supersede(m, row)


def _values(m: Merging, theirs: int, ours: int) -> None:
    names = _name_ids(m)
    columns = ("file_id", "name_id", "urn", "la_code", "value", "status", "raw")
    rows = m.theirs.conn.execute(
        "SELECT name_id, urn, la_code, value, status, raw FROM indicator_value WHERE file_id = ?", (theirs,)
    )
    m.ours.conn.executemany(
        f"INSERT INTO indicator_value ({', '.join(columns)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((ours, names[row[0]], *row[1:]) for row in rows),
    )
    seal_values(m.ours, ours)


def _name_ids(m: Merging) -> dict[int, int]:
    ids = m.map_of("indicator_name")
    if not ids:
        mine = {name: number for number, name in m.ours.conn.execute("SELECT id, name FROM indicator_name")}
        new = []
        for number, name in m.theirs.conn.execute("SELECT id, name FROM indicator_name ORDER BY id"):
            if name not in mine:
                mine[name] = m.take_id("indicator_name")
                new.append((mine[name], name))
            ids[number] = mine[name]
        m.insert("indicator_name", ("id", "name"), new)
    return ids


def _supersede(m: Merging, row: Row) -> None:
    """Of two releases of a dataset and year the one imported last stands, as in an import."""
    ids, conn = m.map_of("indicator_file"), m.ours.conn
    number = ids[row["id"]]
    if row["superseded_by"] is not None:
        conn.execute(
            "UPDATE indicator_file SET superseded_by = ? WHERE id = ?", (ids[row["superseded_by"]], number)
        )
        return
    for own in releases.rivals(m.ours, number):
        new = releases.by_id(m.ours, number)
        earlier, later = (own, new) if own["made_at"] <= row["made_at"] else (new, own)
        found = releases.settle(m.ours, earlier, later)
        if found is None:
            continue
        releases.supersede(m.ours, *found)
        kept = "theirs" if found[1]["id"] == number else "ours"
        m.conflict("indicator_file", own["guid"], row["name"], kept)
        if kept == "ours":
            return
