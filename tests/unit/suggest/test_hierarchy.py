"""A code counts for the codes above it, and of one branch only one code is suggested."""

from __future__ import annotations

import numpy as np
import pytest

from qualtool.model import Code
from qualtool.suggest import CodeProfile, Evidence, Learner, encode_study, open_encoder, suggest_codes
from qualtool.suggest.classifier import above_of, known_of, with_parents
from qualtool.suggest.evidence import NEVER, closed_of
from qualtool.suggest.measures import among_first, predicted

CODES = (
    Code(guid="p", name="Support", definition="Help that pupils get in class."),
    Code(guid="a", name="Teaching assistant", parent="p", definition="An assistant helps in class."),
    Code(guid="s", name="Speech therapy", parent="p", definition="A speech therapist comes to school."),
    Code(guid="t", name="Transport", definition="How pupils travel to school."),
)
TEXTS = [
    "The assistant sits beside him in maths.",
    "She has an assistant for reading.",
    "The speech therapist comes on Tuesdays.",
    "They practise sounds with a therapist.",
    "The taxi picks her up at eight.",
    "The bus was late again.",
    "An assistant helps him read.",
    "A therapist works on his speech every week.",
]
LABELS = [(0, "a"), (1, "a"), (2, "s"), (3, "s"), (4, "t"), (5, "t")]


@pytest.fixture(scope="module")
def study() -> tuple[np.ndarray, list[CodeProfile]]:
    encoder, why = open_encoder()
    assert why is None
    return encode_study(TEXTS, CODES, encoder)


def test_profiles_know_what_is_above_them(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A profile names every code above its own, nearest first, headings included."""
    _, profiles = study
    assert [p.above for p in profiles] == [(), ("p",), ("p",), ()]
    assert above_of(profiles).sum() == 2


def test_a_child_teaches_its_parent(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """With children labelled and the parent never, the parent is learnt: children are its cases."""
    vectors, profiles = study
    learner = Learner(TEXTS, vectors, profiles)
    found = learner.fit(Evidence.of(LABELS), [6, 7, 4])
    parent = found.values[:, 0]
    assert 0 in found.pulls
    assert min(parent[0], parent[1]) > 0.5 > parent[2]


def test_of_a_branch_one_code_is_suggested(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A segment that a child fits gets the child and not its parent beside it."""
    vectors, profiles = study
    found = suggest_codes(TEXTS, vectors, profiles, LABELS, targets=[6, 7], top=4)
    for segment, child in ((6, "a"), (7, "s")):
        codes = [one.code_guid for one in found if one.segment == segment]
        assert codes[0] == child
        assert "p" not in codes


def test_a_coded_child_closes_its_parent_and_a_rejected_parent_its_children(
    study: tuple[np.ndarray, list[CodeProfile]],
) -> None:
    """Where the child stands the parent is not suggested; where the parent was rejected no child is."""
    _, profiles = study
    closed = closed_of(Evidence.of([(0, "a")], denied=[(1, "p"), (2, "s")]), profiles)
    assert not closed.is_open((0, "p"), 1.0)
    assert closed.is_open((0, "s"), 1.0)
    assert not closed.is_open((1, "a"), 1.0)
    assert not closed.is_open((2, "s"), 1.0)
    assert closed.is_open((2, "p"), 1.0)
    again = closed_of(Evidence.of([], denied=[(1, "p")]), profiles, {(1, "p"): 0.7})
    assert [again.is_open((1, code), 0.75) for code in "pa"] == [True, True]
    assert not again.is_open((1, "p"), 0.69)
    assert NEVER > 1


def test_of_a_passage_with_the_parent_the_child_is_unknown(
    study: tuple[np.ndarray, list[CodeProfile]],
) -> None:
    """A parent alone says neither yes nor no to its children, and everything else is told."""
    _, profiles = study
    marks = with_parents(np.array([[True, False, False, False], [False, True, False, False]]), profiles)
    assert marks.tolist() == [[True, False, False, False], [True, True, False, False]]
    assert known_of(marks, profiles).tolist() == [[True, False, False, True], [True, True, False, True]]


def test_a_child_counts_for_its_parent_in_measures(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A suggested child is a suggested parent, and the two take one of the first places together."""
    _, profiles = study
    above = above_of(profiles)
    scores = np.array([[0.9, 0.8, 0.1, 0.2]])
    assert among_first(scores, 1, above).tolist() == [[True, True, False, False]]
    assert among_first(scores, 2, above).tolist() == [[True, True, False, True]]
    assert predicted(np.array([[0.3, 0.6, 0.1, 0.2]]), above=above).tolist() == [[True, True, False, False]]


def test_without_a_tree_nothing_changes() -> None:
    """Measures with an empty tree equal those without one."""
    scores = np.random.default_rng(0).random((20, 5))
    flat = np.zeros((5, 5), dtype=bool)
    assert np.array_equal(among_first(scores, 3, flat), among_first(scores, 3))
    assert np.array_equal(predicted(scores, above=flat), predicted(scores))
