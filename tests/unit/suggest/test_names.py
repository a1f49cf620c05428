"""Names told by how they are written."""

from __future__ import annotations

import numpy as np

from qualtool.suggest import find_topics, name_words

TEXTS = [
    "When Keira came back, the mornings were easier.",
    "And then Keira's mum rang the office again.",
    "Mornings are hard. Will he come in? We asked Ewan.",
    "The SENCO said the plan was late, and I will wait.",
]


def test_capitals_inside_sentences_tell_names() -> None:
    """A word that always has its capital inside sentences is a name; sentence openings and SENCO are not."""
    assert name_words(TEXTS) == {"keira", "ewan"}


def test_a_word_also_written_small_is_no_name() -> None:
    """'Will' the verb keeps 'Will' the person from being taken out."""
    assert "will" not in name_words([*TEXTS, "I met Will there."])


def test_no_topic_is_told_by_a_left_out_word() -> None:
    """Words left out head no topic, though their texts stay in it."""
    rng = np.random.default_rng(3)
    texts = [f"keira waited outside the office number {i}" for i in range(12)]
    texts += [f"the budget ran out in month {i}" for i in range(12)]
    base = np.repeat(np.eye(2, 8), 12, axis=0) + 0.05 * rng.normal(size=(24, 8))
    vectors = (base / np.linalg.norm(base, axis=1, keepdims=True)).astype(np.float32)
    found = find_topics(texts, vectors, n_topics=2, left_out={"keira"})
    words = {word for topic in found.topics for term in topic.words for word in term.split()}
    assert "keira" not in words
    assert "waited" in words
    assert sum(topic.size for topic in found.topics) == 24
