"""Pictures of the newest run of topics. Apart from its figures, so that the command line loads no charts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ...suggest.topic_charts import (
    Chart,
    groups_chart,
    likeness_chart,
    map_chart,
    tree_chart,
    words_chart,
)
from .topic_page import TopicRun, map_points, words_of_topics


def draw_map(run: TopicRun, chosen: str | None) -> Chart:
    """The map of segments, with the chosen topic in another colour."""
    points, topics = map_points(run)
    return map_chart(points, topics, chosen)


def draw_words(run: TopicRun, chosen: Sequence[int]) -> Chart:
    """The words of some topics (rows of ``run.topics``) as bars."""
    return words_chart(words_of_topics(run, chosen), [run.names[row] for row in chosen])


def draw_groups(run: TopicRun, table: pd.DataFrame, *, by_said: bool = False) -> Chart:
    """Topics by group, as ``topic_page.topics_by`` counts them: people, or how much they say."""
    return groups_chart(table, run.names, by_said=by_said)


def draw_tree(run: TopicRun) -> Chart | None:
    """The tree of topics; None where their vectors are not in the study."""
    return None if run.found is None else tree_chart(run.found, run.names)


def draw_likeness(run: TopicRun) -> Chart | None:
    """How alike all pairs of topics are; None where their vectors are not in the study."""
    return None if run.found is None else likeness_chart(run.found, run.names)
