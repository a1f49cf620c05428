"""What the views of topics show beyond the list: map, groups, tree, coverage, runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlite_utils import Database

from ...store.file import connection
from ...store.machine import machine, topics_by_hand
from ...store.reading import frames
from ...store.reading.overview import event_mark, newest_event
from ...store.records import codes as code_store
from ...suggest import name_words, text_key
from ...suggest.topic_relations import NEAR_DUPLICATE, Relations, positions, relations
from ...suggest.topic_words import weighted_words
from .machine_units import units_of

MOST_POINTS = 4_000
ROLE, CASE, WHEN, KIND = "role", "case", "when", "kind of source"
# A topic finds a code when it holds this share of the code's segments and so many times more of them
# than a topic of its size would hold by chance.
_FOUND, _LIFT = 0.15, 2.0
_LEAST_SEGMENTS = 5
_COVERED = 0.1
_kept: dict[tuple[str, str, str], TopicRun] = {}
# Words of the run that is kept: choosing topics must not count them all again.
_words: dict[TopicRun, list[list[tuple[str, float]]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopicRun:
    """The newest run, ready to be shown.

    ``segments`` as ``store.topics_by_hand.segments_of_run``, with ``topic`` (row of ``topics``).
    ``topics`` are dicts ``guid, name, words, size, stability, code_guid, dismissed, merged`` (GUIDs and
    names of what was merged into it), largest first. ``found`` is None, with ``why_no_map``, where the
    vectors of the run are not in the study.
    """

    run: Mapping[str, Any]
    topics: tuple[Mapping[str, Any], ...]
    segments: pd.DataFrame
    found: Relations | None
    points: np.ndarray | None
    centres: np.ndarray | None
    why_no_map: str | None

    @property
    def names(self) -> list[str]:
        """One a topic, no two alike: in charts a name stands for its topic."""
        seen: dict[str, int] = {}
        told: list[str] = []
        for topic in self.topics:
            name = topic["name"]
            seen[name] = seen.get(name, 0) + 1
            told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return told


def topic_run(study: Path) -> TopicRun | None:
    """The newest run of topics with its relations, kept in memory until a topic or text changes."""
    with connection.reading(study) as db:
        run = machine.latest_run(db, "topics")
        if run is None:
            return None
        key = (str(study), run["guid"], event_mark(db, newest_event(db)))
        with _lock:
            if key in _kept:
                return _kept[key]
        made = _read(db, run)
    with _lock:
        _kept.clear()
        _kept[key] = made
    return made


def _read(db: Database, run: dict[str, Any]) -> TopicRun:
    segments = topics_by_hand.segments_of_run(db, run["id"])
    sizes = segments["topic_id"].value_counts()
    topics = [t for t in machine.topics(db, run["id"]) if sizes.get(t["id"], 0)]
    row_of = {t["id"]: row for row, t in enumerate(topics)}
    segments["topic"] = segments["topic_id"].map(row_of)
    shown = []
    for t in topics:
        merged = topics_by_hand.merged_into(db, t["id"])
        shown.append(
            {
                "guid": t["guid"],
                "name": topic_name(t),
                "words": t["words"],
                "size": int(sizes[t["id"]]),
                "stability": t["stability"],
                "code_guid": t["code_guid"],
                "dismissed": t["dismissed"],
                "merged": [{"guid": m["guid"], "name": topic_name(m)} for m in merged],
            }
        )
    vectors, why = _vectors(db, run, segments)
    found = points = centres = None
    if vectors is not None:
        numbers = segments["topic"].to_numpy(dtype=np.intp)
        found = relations(vectors, numbers)
        points, centres = positions(vectors, numbers, found)
    return TopicRun(
        run=run,
        topics=tuple(shown),
        segments=segments,
        found=found,
        points=points,
        centres=centres,
        why_no_map=why,
    )


def topic_name(topic: Mapping[str, Any]) -> str:
    """The name a person gave, else its first words."""
    return topic["label"] or ", ".join(topic["words"][:3]) or f"topic {topic['number'] + 1} (no words)"


def _vectors(
    db: Database, run: Mapping[str, Any], segments: pd.DataFrame
) -> tuple[np.ndarray | None, str | None]:
    libraries = run["libraries"]
    keys = [text_key(text) for text in segments["quote"]]
    stored = machine.stored_vectors(
        db, keys, libraries.get("encoder_digest", ""), libraries.get("encoder_backend", "")
    )
    if segments.empty:
        return None, "None of its segments is in a current text: find topics again."
    if any(key not in stored for key in keys):
        return None, (
            "The vectors of these topics are not in the study: they were made without the encoder, or a text"
            " was changed since. Find topics again to see them placed."
        )
    return np.stack([stored[key] for key in keys]), None


# --- words ----------------------------------------------------------------------------------------


def words_of_topics(run: TopicRun, chosen: Sequence[int]) -> pd.DataFrame:
    """Columns topic, word, weight: the words of some topics (rows) as people left them, merged or not.

    Names are left out, as where the topics were made.
    """
    with _lock:
        found = _words.get(run)
    if found is None:
        transcribed = run.segments[run.segments["kind"] == "transcript"]["quote"]
        found = weighted_words(
            run.segments["quote"].to_list(),
            run.segments["topic"].to_numpy(dtype=np.intp),
            left_out=frozenset(name_words(transcribed)),
        )
        with _lock:
            _words.clear()
            _words[run] = found
    rows = [(run.names[row], word, weight) for row in chosen for word, weight in found[row]]
    return pd.DataFrame(rows, columns=["topic", "word", "weight"])


# --- map ------------------------------------------------------------------------------------------


def map_points(run: TopicRun) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The segments (x, y, topic, quote, source, speaker, segment_id) and the topics (x, y, name, size).

    At most 4,000 segments, evenly taken from the order of sources; none where there is no map.
    """
    if run.points is None or run.centres is None:
        return pd.DataFrame(), pd.DataFrame()
    every = max(1, -(-len(run.segments) // MOST_POINTS))
    taken = np.arange(0, len(run.segments), every)
    rows = run.segments.iloc[taken]
    points = pd.DataFrame(
        {
            "x": run.points[taken, 0],
            "y": run.points[taken, 1],
            "topic": [run.names[t] for t in rows["topic"]],
            "quote": rows["quote"].to_list(),
            "source": rows["source"].to_list(),
            "speaker": [p or r for p, r in zip(rows["participant"], rows["role"], strict=True)],
            "segment_id": rows["segment_id"].to_list(),
        }
    )
    topics = pd.DataFrame(
        {
            "x": run.centres[:, 0],
            "y": run.centres[:, 1],
            "name": run.names,
            "size": [t["size"] for t in run.topics],
        }
    )
    return points, topics


def topic_passages(study: Path, topic_guid: str, *, first: int = 0, n: int = 20) -> list[dict[str, Any]]:
    """Segments of a topic to be read, those that fit well first: ``source, source_guid, kind, start_char,
    quote, is_weak``; ``n`` of them from number ``first`` on.

    Raises:
        UserInputError: there is no such topic.
    """
    with connection.reading(study) as db:
        topic = topics_by_hand.topic(db, topic_guid)
        members = machine.topic_quotes(db, topic["id"], limit=first + n)[first:]
        kinds = {row["id"]: row["kind"] for row in db.query("SELECT id, kind FROM source")}
    names = ("source", "source_guid", "start_char", "quote")
    return [
        {**{name: m[name] for name in names}, "kind": kinds[m["source_id"]], "is_weak": bool(m["is_weak"])}
        for m in members
    ]


def place_of(run: TopicRun, segment_id: int) -> dict[str, Any] | None:
    """Where a segment of the map stands: source, source_guid, kind, start_char, end_char, quote,
    participant, role, topic; None for one that is not in the run."""
    rows = run.segments[run.segments["segment_id"] == segment_id]
    if rows.empty:
        return None
    row: Any = rows.iloc[0]
    names = ("source", "source_guid", "kind", "start_char", "end_char", "quote", "participant", "role")
    return {**{n: row[n] for n in names}, "topic": run.names[int(row["topic"])]}


# --- groups and time ------------------------------------------------------------------------------


def grouping_names(study: Path, run: TopicRun) -> list[str]:
    """What topics can be set beside: role, case, month of recording, kind of source, variables.

    Role, case and month only where they are known of anybody who speaks in a topic.
    """
    with connection.reading(study) as db:
        variables = frames.study_frame(db).variables
    known = [by for by in (ROLE, CASE, WHEN) if (_groups(run.segments, by, variables) != "").any()]
    return [*known, KIND, *sorted(set(variables["name"]))]


def topics_by(study: Path, run: TopicRun, by: str) -> pd.DataFrame:
    """Topic by group: columns topic, group, n_segments, n_people, of_people, share, said.

    ``share`` is of the people of the group who say anything that is in a topic: people and not
    segments, so that a talkative one counts once. ``said`` is how much of what they say is in the
    topic: the share of a person's segments, as a mean over the people of the group. Segments of
    nobody known are left out.
    """
    with connection.reading(study) as db:
        groups = _groups(run.segments, by, frames.study_frame(db).variables)
    rows = run.segments.assign(group=groups)
    rows = rows[(rows["group"] != "") & (rows["participant_id"] >= 0)]
    of = rows.groupby("group")["participant_id"].nunique()
    counted = rows.groupby(["topic", "group"]).agg(
        n_segments=("segment_id", "size"), n_people=("participant_id", "nunique")
    )
    every = pd.MultiIndex.from_product([range(len(run.topics)), sorted(of.index)], names=["topic", "group"])
    table = counted.reindex(every, fill_value=0).reset_index()
    # Whole numbers also where no group is known of anybody, and the table is empty.
    table["of_people"] = table["group"].map(of).astype("int64")
    table["share"] = table["n_people"] / table["of_people"]
    said = _said(rows).reindex(every, fill_value=0.0).to_numpy(dtype=float)
    table["said"] = said / table["of_people"]
    table["topic"] = [run.names[t] for t in table["topic"]]
    return table


def _said(rows: pd.DataFrame) -> pd.Series:
    """Of each topic and group the sum over its people of the share of their segments in the topic."""
    whole = rows.groupby(["group", "participant_id"])["segment_id"].transform("size")
    return (1.0 / whole).groupby([rows["topic"], rows["group"]]).sum()


def _groups(segments: pd.DataFrame, by: str, variables: pd.DataFrame) -> pd.Series:
    if by == ROLE:
        return segments["role"]
    if by == CASE:
        return segments["case_name"]
    if by == WHEN:
        return segments["recorded_on"].fillna("").str.slice(0, 7)
    if by == KIND:
        return segments["kind"].map({"transcript": "interviews", "answer": "survey answers"})
    of_name = variables[variables["name"] == by]
    found = pd.Series("", index=segments.index)
    for owner, column in (("case", "case_id"), ("participant", "participant_id"), ("source", "source_id")):
        known = of_name[of_name["owner_kind"] == owner].set_index("owner_id")["value"]
        if column in segments:
            told = segments[column].map(known)
            found = told.where(told.notna(), found)
    return found


# --- tree and near-duplicates ---------------------------------------------------------------------


def near_duplicates(run: TopicRun) -> list[dict[str, Any]]:
    """Pairs of topics that are nearly the same, over all pairs: rows and names of both, cosine."""
    if run.found is None:
        return []
    return [
        {"a": a, "b": b, "first": run.names[a], "second": run.names[b], "cosine": cosine}
        for a, b, cosine in run.found.near_duplicates(NEAR_DUPLICATE)
    ]


# --- coverage -------------------------------------------------------------------------------------


def coverage(study: Path, run: TopicRun) -> dict[str, list[dict[str, Any]]]:
    """``topics``: how far codings cover each topic; ``codes``: which topic finds each code.

    A topic is *not covered* when it is linked to no code, was not set aside, and codings cover less than
    a tenth of its segments. A code is *not found* when the topic with most of its segments holds less
    than 15 % of them, or less than twice what a topic of that size would hold by chance; with fewer than
    five coded segments nothing is said.
    """
    with connection.reading(study) as db:
        codings = topics_by_hand.codings_by_segment(db)
        book = code_store.codebook(db)
        ids = {row["id"]: row["guid"] for row in db.query("SELECT id, guid FROM code")}
        # UMAP and HDBSCAN leave texts without a topic; codings there count against "found" all the same.
        sources = run.run["parameters"].get("sources", "all")
        read = {row["id"] for row in units_of(db, sources).rows} | set(run.segments["segment_id"])
    known = book.by_guid()
    key_of = {id: known[guid].key for id, guid in ids.items() if guid in known}
    joined = run.segments[["segment_id", "topic"]].merge(codings, on="segment_id")
    coded = joined.drop_duplicates("segment_id")["topic"].value_counts()
    per_code = joined.groupby(["topic", "code_id"]).size().rename("n").reset_index()
    n_coded = codings[codings["segment_id"].isin(read)]["code_id"].value_counts()
    return {
        "topics": [
            _topic_coverage(row, topic, int(coded.get(row, 0)), per_code, key_of, known)
            for row, topic in enumerate(run.topics)
        ],
        "codes": [
            _code_coverage(
                key, int(n_coded.get(code_id, 0)), per_code[per_code["code_id"] == code_id], run, len(read)
            )
            for code_id, key in key_of.items()
            if known[ids[code_id]].is_codable
        ],
    }


def _topic_coverage(
    row: int,
    topic: Mapping[str, Any],
    n_coded: int,
    per_code: pd.DataFrame,
    key_of: Mapping[int, str],
    known: Mapping[str, Any],
) -> dict[str, Any]:
    codes = per_code[per_code["topic"] == row].sort_values(["n", "code_id"], ascending=[False, True])
    top = [
        f"{key_of[int(c)]} ({int(n)})"
        for c, n in zip(codes["code_id"], codes["n"], strict=True)
        if int(c) in key_of
    ]
    linked = known.get(topic["code_guid"] or "")
    share = n_coded / topic["size"]
    is_open = linked is None and not topic["dismissed"] and share < _COVERED
    return {
        "topic": topic["name"],
        "size": topic["size"],
        "coded": share,
        "codes": ", ".join(top[:3]),
        "linked": linked.key if linked else "",
        "set_aside": topic["dismissed"],
        "says": "not covered yet" if is_open else "",
        "row": row,
    }


def _code_coverage(key: str, n: int, counts: pd.DataFrame, run: TopicRun, n_read: int) -> dict[str, Any]:
    if n < _LEAST_SEGMENTS:
        return {"code": key, "segments": n, "topic": "", "share": None, "says": "too few coded segments"}
    if counts.empty:
        return {"code": key, "segments": n, "topic": "", "share": 0.0, "says": "no topic finds it"}
    best: Any = counts.sort_values(["n", "topic"], ascending=[False, True]).iloc[0]
    share = int(best["n"]) / n
    by_chance = run.topics[int(best["topic"])]["size"] / n_read
    return {
        "code": key,
        "segments": n,
        "topic": run.names[int(best["topic"])],
        "share": share,
        "says": "" if share >= max(_FOUND, _LIFT * by_chance) else "no topic finds it",
    }
