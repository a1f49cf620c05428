"""What decisions teach: yes, no, and not known."""

from __future__ import annotations

import numpy as np

from qualtool.suggest import CodeProfile, Evidence, Learner

PROFILES = [
    CodeProfile(guid=g, name=g, parts=(g,), vectors=np.eye(3, dtype=np.float32)[[i]])
    for i, g in enumerate(("lunch", "bus", "noise"))
]
TEXTS = ["cold lunch", "late bus", "loud hall", "lunch queue", "bus stop", "nothing here"]
VECTORS = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]


def test_a_rejection_teaches_no_for_its_code_alone() -> None:
    """Of a segment with a rejection only that one answer is known."""
    learner = Learner(TEXTS, VECTORS, PROFILES)
    table = learner.table(Evidence.of([(0, "lunch")], denied=[(3, "bus")]))
    at = {row: place for place, row in enumerate(table.rows)}
    assert table.known[at[3]].tolist() == [False, True, False]
    assert not table.marks[at[3]].any()
    assert table.known[at[0]].all()


def test_a_rejection_lowers_its_like() -> None:
    """After a rejection, segments with the same words score lower for that code."""
    learner = Learner(TEXTS, VECTORS, PROFILES)
    before = learner.fit(Evidence.of([(0, "lunch"), (1, "bus")]), [3]).values[0, 0]
    after = learner.fit(Evidence.of([(0, "lunch"), (1, "bus")], denied=[(3, "lunch")]), [3]).values[0, 0]
    assert after < before


def test_a_coding_stands_against_a_rejection() -> None:
    """Where one person coded what another rejected, the machine learns the coding."""
    found = Evidence.of([(0, "lunch")], denied=[(0, "lunch"), (1, "lunch")])
    assert found.denied == {(1, "lunch")}


def test_right_code_wrong_words_teaches_the_turn() -> None:
    """The turn is a yes for its code and tells nothing of others; the sentence is a no."""
    learner = Learner(TEXTS, VECTORS, PROFILES, wider=["a turn on lunch"], wider_vectors=VECTORS[[0]])
    evidence = Evidence.of([(1, "bus")], denied=[(5, "lunch")], around=[(0, "lunch")])
    table = learner.table(evidence)
    assert table.rows[-1] == len(TEXTS)
    assert table.marks[-1].tolist() == [True, False, False]
    assert table.known[-1].tolist() == [True, False, False]
    assert learner.fit(evidence, [3]).values[0, 0] > 0.5


def test_an_earlier_fit_is_a_faster_way_to_the_same_place() -> None:
    """Begun from what was learnt before, a fit ends where a fresh one ends."""
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(80, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"text {i} {'lunch' if i % 3 else 'bus'}" for i in range(80)]
    profiles = [
        CodeProfile(guid=p.guid, name=p.name, parts=p.parts, vectors=vectors[[i]])
        for i, p in enumerate(PROFILES)
    ]
    learner = Learner(texts, vectors, profiles)
    labels = [(i, "lunch" if i % 3 else "bus") for i in range(40)]
    first = learner.fit(Evidence.of(labels), list(range(80)))
    more = Evidence.of([*labels, (40, "noise"), (41, "lunch")])
    fresh = learner.fit(more, list(range(80))).values
    again = learner.fit(more, list(range(80)), start=first.weights).values
    assert np.abs(fresh - again).max() < 0.02
