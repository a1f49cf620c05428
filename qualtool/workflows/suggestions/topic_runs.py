"""Runs of topics beside each other, and the newest one cut coarser or finer."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from ...errors import SuggestionError
from ...store.file import connection
from ...store.machine import machine, topics_by_hand
from ...store.reading.overview import event_mark, newest_event
from ...suggest import WordCountEncoder
from ...suggest.topic_relations import compare_runs
from ...suggest.topics import TopicResult, recut
from .finding_topics import Progress, find_topics, topics_of_study

_trees: dict[tuple[str, str, str], TopicResult] = {}
_lock = threading.Lock()


def topic_runs(study: Path) -> list[dict[str, Any]]:
    """All runs, newest first: guid, made_at, made_by, topics, seed, sources, n, method, encoder."""
    with connection.reading(study) as db:
        rows = topics_by_hand.runs(db)
    return [
        {
            "guid": row["guid"],
            "made_at": row["made_at"],
            "made_by": row["made_by"],
            "topics": row["parameters"].get("k"),
            "seed": row["seed"],
            "sources": row["parameters"].get("sources", "all"),
            "n": row["parameters"].get("n"),
            "method": row["parameters"].get("method", "tree"),
            "encoder": row["libraries"].get("encoder", ""),
        }
        for row in rows
    ]


def runs_compared(study: Path, first: str, second: str) -> dict[str, Any]:
    """Two runs (GUIDs) beside each other: ``n`` segments in both, ``adjusted_rand`` or ``reason``, and
    ``rows``: each topic of the first, its best match in the second, and how much they share."""
    with connection.reading(study) as db:
        one, names = topics_by_hand.membership(db, first)
        two, others = topics_by_hand.membership(db, second)
    found = compare_runs(one, two)
    return {
        "n": found.n,
        "adjusted_rand": found.adjusted_rand,
        "reason": found.reason,
        "rows": [
            {
                "topic": names[topic],
                "best match": others[match] if match is not None else "",
                "shared": share,
            }
            for topic, match, share in found.matches
        ],
    }


# --- coarser and finer ----------------------------------------------------------------------------


def recut_topics(study: Path, n_topics: int, *, progress: Progress | None = None) -> list[dict[str, Any]]:
    """What the newest run's texts would be in ``n_topics``: dicts words, size. Nothing is stored.

    The tree is made once a process and set of texts and then cut elsewhere at once.

    Raises:
        SuggestionError: the run has no tree, or the encoder that made it is not the study's any more.
    """
    with connection.reading(study) as db:
        run = machine.latest_run(db, "topics")
        event = event_mark(db, newest_event(db))
    if run is None:
        return []
    if run["parameters"].get("method", "tree") != "tree":
        raise SuggestionError("UMAP and HDBSCAN make no tree that could be cut elsewhere.")
    key = (str(study), run["guid"], event)
    with _lock:
        tree = _trees.get(key)
    if tree is None:
        used = run["libraries"].get("encoder", "")
        _, encoder, tree, _ = topics_of_study(
            study,
            seed=run["seed"] or 0,
            sources=run["parameters"].get("sources", "all"),
            on_words=used == WordCountEncoder.name,
            progress=progress,
        )
        if encoder.name != used or (
            encoder.is_storable and encoder.digest != run["libraries"].get("encoder_digest")
        ):
            raise SuggestionError("These topics were made with another encoder: find topics again.")
        with _lock:
            _trees.clear()
            _trees[key] = tree
    return [{"words": list(t.words), "size": t.size} for t in recut(tree, n_topics).topics]


def keep_cut(
    study: Path, n_topics: int, *, by: str | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Store the newest run's texts cut into ``n_topics`` as a run of its own, with the same settings else.

    Raises:
        SuggestionError: there are no topics yet, or as ``finding_topics.find_topics``.
    """
    with connection.reading(study) as db:
        run = machine.latest_run(db, "topics")
    if run is None:
        raise SuggestionError("There are no topics yet: find topics first.")
    return find_topics(
        study,
        seed=run["seed"] or 0,
        n_topics=n_topics,
        sources=run["parameters"].get("sources", "all"),
        on_words=run["libraries"].get("encoder", "") == WordCountEncoder.name,
        by=by,
        progress=progress,
    )
