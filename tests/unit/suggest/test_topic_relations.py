"""Near-duplicates over all pairs, the tree, the map, and two runs beside each other."""

from __future__ import annotations

import numpy as np

from qualtool.suggest.topic_relations import compare_runs, positions, relations


def three_topics() -> tuple[np.ndarray, np.ndarray]:
    """Topics 0 and 2 are nearly the same and not neighbours in number; 1 is another."""
    rng = np.random.default_rng(3)
    centres = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.98, 0.02, 0.15, 0]], dtype=float)
    numbers = np.repeat([0, 1, 2], 20)
    return centres[numbers] + rng.normal(0, 0.05, (60, 4)), numbers


def test_near_duplicates_are_found_over_all_pairs() -> None:
    """Two topics that are nearly the same are flagged though another stands between them."""
    vectors, numbers = three_topics()
    found = relations(vectors, numbers)
    assert [(a, b) for a, b, _ in found.near_duplicates()] == [(0, 2)]
    assert found.cosines.shape == (3, 3)
    assert np.allclose(np.diag(found.cosines), 1)
    leaves = found.leaves()
    assert abs(leaves.index(0) - leaves.index(2)) == 1


def test_a_map_is_the_same_each_time() -> None:
    """Like topics stand near each other, and the same vectors give the same places to the last bit."""
    vectors, numbers = three_topics()
    found = relations(vectors, numbers)
    points, centres = positions(vectors, numbers, found)
    assert points.shape == (60, 2)
    near = np.linalg.norm(centres[0] - centres[2])
    assert near < np.linalg.norm(centres[0] - centres[1])
    again, _ = positions(vectors, numbers, relations(vectors, numbers))
    assert np.array_equal(points, again)


def test_few_topics_and_equal_texts_have_a_place() -> None:
    """One topic, one segment, or texts that are all the same give finite places."""
    for vectors, numbers in (
        (np.ones((1, 4)), np.array([0])),
        (np.ones((5, 4)), np.zeros(5, dtype=int)),
        (np.ones((4, 4)), np.array([0, 0, 1, 1])),
    ):
        found = relations(vectors, numbers)
        points, centres = positions(vectors, numbers, found)
        assert np.isfinite(points).all()
        assert np.isfinite(centres).all()


def test_two_runs_are_compared_over_what_both_have() -> None:
    """The same groups under other numbers have index 1; each topic names its best match."""
    first = {1: 0, 2: 0, 3: 1, 4: 1, 9: 1}
    found = compare_runs(first, {1: 7, 2: 7, 3: 5, 4: 5, 8: 5})
    assert (found.n, found.adjusted_rand) == (4, 1.0)
    assert found.matches == ((0, 7, 1.0), (1, 5, 1.0))
    apart = compare_runs(first, {20: 1})
    assert (apart.adjusted_rand, apart.reason) == (None, "the two runs have no segments in common")
    assert compare_runs({1: 0, 2: 0}, {1: 3, 2: 3}).reason == "both runs have one topic only"


def test_the_index_is_that_of_counted_pairs() -> None:
    """The adjusted index is (agreeing pairs - chance) by (mean pairs - chance), counted pair by pair."""
    first = {i: g for i, g in enumerate([0, 0, 0, 1, 1, 2])}
    second = {i: g for i, g in enumerate([0, 0, 1, 2, 2, 2])}
    pairs = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    a = {p for p in pairs if first[p[0]] == first[p[1]]}
    b = {p for p in pairs if second[p[0]] == second[p[1]]}
    chance = len(a) * len(b) / len(pairs)
    plain = (len(a & b) - chance) / ((len(a) + len(b)) / 2 - chance)
    found = compare_runs(first, second).adjusted_rand
    assert found is not None and abs(found - plain) < 1e-12
