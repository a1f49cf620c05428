"""Code suggestions: ranked, explained, and plain where there is little to go by."""

from __future__ import annotations

import numpy as np
import pytest

import qualtool.suggest.regression as regression
from qualtool.errors import SuggestionError
from qualtool.model import Code
from qualtool.suggest import (
    CodeProfile,
    Encoder,
    ScoredCode,
    encode_study,
    open_encoder,
    parts_of,
    strength,
    suggest_codes,
)
from qualtool.suggest.reasons import short

CODES = (
    Code(guid="w", name="Workload", definition="Staff have too much to do. It wears them out."),
    Code(
        guid="f", name="Food", definition="Meals and what is eaten at school.", example="The lunch is cold."
    ),
    Code(guid="t", name="Transport", definition="How pupils travel to school and back."),
    Code(guid="h", name="Everyday life", is_codable=False),
)
TEXTS = [
    "Marking takes every evening and I am exhausted.",
    "The sandwiches in the canteen are stale.",
    "My son's taxi comes late every morning.",
    "Teachers work weekends to keep up.",
    "Dinner portions are tiny and dull.",
    "The minibus broke down twice this week.",
    "We like the new paintings in the corridor.",
    "Paperwork, paperwork, paperwork.",
]
TRUE = {0: "w", 1: "f", 2: "t", 3: "w", 4: "f", 5: "t", 7: "w"}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder()[0]


@pytest.fixture(scope="module")
def study(encoder: Encoder) -> tuple[np.ndarray, list[CodeProfile]]:
    return encode_study(TEXTS, CODES, encoder)


def best(found: list[ScoredCode]) -> dict[int, str]:
    first: dict[int, str] = {}
    for one in found:
        first.setdefault(one.segment, one.code_guid)
    return first


def test_parts_of_a_code() -> None:
    """A code tells its whole text first, then its sentences; "do not apply when" is left out."""
    code = Code(
        guid="g",
        name="Space",
        definition="Rooms are small. There are few.",
        apply_when="A room is named!",
        do_not_apply_when="It is about gardens.",
        example="no room",
    )
    whole, *sentences = parts_of(code)
    assert whole == "Space. Rooms are small. There are few. A room is named! no room."
    assert sentences == ["Rooms are small.", "There are few.", "A room is named!", "no room"]
    assert parts_of(Code(guid="g", name="Space")) == ("Space.",)


def test_headings_are_not_suggested(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Codes that cannot be applied have no profile."""
    assert [profile.guid for profile in study[1]] == ["w", "f", "t"]


def test_without_labels(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Without labels the nearest definition is right for most segments, and the reason quotes it."""
    vectors, profiles = study
    found = suggest_codes(TEXTS, vectors, profiles, [], min_score=0.0)
    right = sum(best(found)[segment] == guid for segment, guid in TRUE.items())
    assert right >= 6
    food = next(one for one in found if one.segment == 4)
    assert food.reason.startswith("Close to what the codebook says of “Food”: “")


def test_with_labels(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """With one label a code the others are right, and a reason shows the coded passage or definition."""
    vectors, profiles = study
    found = suggest_codes(TEXTS, vectors, profiles, [(0, "w"), (1, "f"), (2, "t")])
    first = best(found)
    assert all(first[segment] == TRUE[segment] for segment in (3, 4, 5, 7))
    for one in found:
        name = {"w": "Workload", "f": "Food", "t": "Transport"}[one.code_guid]
        assert f"“{name}”" in one.reason


def test_words_that_counted(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A word shared with a coded passage is named among the words that counted, stop words never."""
    texts = [*TEXTS[:3], "In the canteen they shout."]
    vectors, profiles = study
    rows = np.vstack([vectors[:3], vectors[:1]])
    found = suggest_codes(texts, rows, profiles, [(0, "w"), (1, "f"), (2, "t")], targets=[3])
    (food,) = [one for one in found if one.code_guid == "f"]
    assert "Words that counted: canteen" in food.reason
    assert "the" not in food.reason.rsplit("counted: ", 1)[1].rstrip(".").split(", ")


def test_never_what_stands_there_or_was_rejected(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A code on a segment, or rejected for it, is not suggested for it."""
    vectors, profiles = study
    labels = [(0, "w"), (1, "f"), (2, "t"), (0, "f"), (0, "f")]
    found = suggest_codes(TEXTS, vectors, profiles, labels, rejected=[(4, "f")], min_score=0.0, top=9)
    pairs = {(one.segment, one.code_guid) for one in found}
    assert pairs == {(s, g) for s in range(8) for g in "wft"} - set(labels) - {(4, "f")}


def test_order_and_top(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Suggestions come in the order of the targets, best first, at most ``top`` a segment."""
    vectors, profiles = study
    found = suggest_codes(TEXTS, vectors, profiles, [], targets=[5, 2], top=2, min_score=0.0)
    assert [one.segment for one in found] == [5, 5, 2, 2]
    assert found[0].score >= found[1].score
    assert suggest_codes(TEXTS, vectors, profiles, [], top=0) == []


def test_row_order_changes_nothing(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """The same study in another order gives the same codes, scores and reasons."""
    vectors, profiles = study
    labels = [(0, "w"), (1, "f"), (2, "t"), (3, "w")]
    order = [6, 3, 1, 7, 0, 5, 2, 4]
    place = {old: new for new, old in enumerate(order)}
    straight = suggest_codes(TEXTS, vectors, profiles, labels)
    mixed = suggest_codes(
        [TEXTS[i] for i in order], vectors[order], profiles, [(place[s], g) for s, g in labels]
    )
    told = {(one.segment, one.code_guid): (one.score, one.reason) for one in straight}
    again = {(order[one.segment], one.code_guid): (one.score, one.reason) for one in mixed}
    assert again.keys() == told.keys()
    for key, (score, reason) in told.items():
        assert again[key][0] == pytest.approx(score, abs=2e-4)
        assert again[key][1] == reason


def test_read_without_code_teaches_none(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A segment read and left without code lowers the scores of segments like it."""
    vectors, profiles = study
    labels = [(0, "w"), (1, "f"), (2, "t")]
    before = suggest_codes(TEXTS, vectors, profiles, labels, targets=[7], top=1)
    after = suggest_codes(TEXTS, vectors, profiles, labels, targets=[7], top=1, read=[7])
    assert after[0].score < before[0].score


def test_definition_goes_a_long_way(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """A code never used keeps its score by definition while others learn."""
    vectors, profiles = study
    none = suggest_codes(TEXTS, vectors, profiles, [], targets=[5], min_score=0.0)
    some = suggest_codes(TEXTS, vectors, profiles, [(0, "w"), (1, "f")], targets=[5], min_score=0.0)
    by_code = [{one.code_guid: one.score for one in found} for found in (none, some)]
    assert by_code[0]["t"] == by_code[1]["t"]
    assert by_code[0]["w"] != by_code[1]["w"]


@pytest.mark.parametrize(
    ("n_codes", "labels"),
    [
        (1, []),
        (1, [(0, "w")]),
        (1, [(i, "w") for i in range(8)]),
        (2, [(0, "w"), (0, "f")]),
        (3, [(i, g) for i in range(8) for g in "wft"][:-1]),
        (0, []),
    ],
)
def test_little_to_learn_from(
    study: tuple[np.ndarray, list[CodeProfile]], n_codes: int, labels: list[tuple[int, str]]
) -> None:
    """One code, everything coded alike, or two codes on one segment give finite scores and no error."""
    vectors, profiles = study
    found = suggest_codes(TEXTS, vectors, profiles[:n_codes], labels, min_score=0.0)
    assert len(found) == 8 * n_codes - len(labels)
    assert all(0.0 <= one.score <= 1.0 and one.reason for one in found)


def test_labels_that_contradict(encoder: Encoder) -> None:
    """The same words coded two ways leave both codes open for the next time they are said."""
    texts = ["Nothing to add."] * 4
    vectors, profiles = encode_study(texts, CODES, encoder)
    found = suggest_codes(texts, vectors, profiles, [(0, "w"), (1, "f")], targets=[3], min_score=0.0)
    assert {one.code_guid for one in found} == {"w", "f", "t"}
    assert found[0].reason.startswith("Nearly the same words as a passage already coded")


@pytest.mark.parametrize("texts", [[""], ["👍", "👍"], ["x"], ["so what " * 6000]])
def test_degenerate_texts(encoder: Encoder, texts: list[str]) -> None:
    """Blank, emoji, one-character and very long segments are scored without error or nan."""
    vectors, profiles = encode_study(texts, CODES, encoder)
    for labels in ([], [(0, "w")]):
        found = suggest_codes(texts, vectors, profiles, labels, min_score=0.0)
        assert len(found) == 3 * len(texts) - len(labels)
        assert all(0.0 <= one.score <= 1.0 for one in found)
        assert all(len(one.reason) < 400 for one in found)


def test_empty_study(encoder: Encoder) -> None:
    """No segments give no suggestions."""
    vectors, profiles = encode_study([], CODES, encoder)
    assert suggest_codes([], vectors, profiles, []) == []


def test_word_counts_do() -> None:
    """Suggestions run on word counts where the language model is missing."""
    from qualtool.suggest import WordCountEncoder

    vectors, profiles = encode_study(TEXTS, CODES, WordCountEncoder())
    found = suggest_codes(TEXTS, vectors, profiles, [(1, "f"), (2, "t")])
    assert all(np.isfinite(one.score) for one in found)


def test_all_problems_at_once(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Labels that point nowhere, unknown codes and vectors of another encoder are told together."""
    _, profiles = study
    with pytest.raises(SuggestionError) as caught:
        suggest_codes(["a"], np.zeros((1, 7), np.float32), profiles, [(4, "w"), (0, "zz")])
    assert [problem.where for problem in caught.value.problems] == ["codes", "labels", "labels"]


def test_targets_that_do_not_exist(study: tuple[np.ndarray, list[CodeProfile]]) -> None:
    """Targets and read segments outside the study are refused."""
    vectors, profiles = study
    with pytest.raises(SuggestionError) as caught:
        suggest_codes(TEXTS, vectors, profiles, [], targets=[8], read=[-1])
    assert [problem.where for problem in caught.value.problems] == ["targets", "read"]


def test_many_labels_take_the_short_way(
    study: tuple[np.ndarray, list[CodeProfile]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With very many labels the wording is reduced first, and a small study comes out the same."""
    vectors, profiles = study
    labels = [(0, "w"), (1, "f"), (2, "t"), (3, "w")]
    exact = suggest_codes(TEXTS, vectors, profiles, labels)
    monkeypatch.setattr(regression, "_MAX_EXACT", 1)
    reduced = suggest_codes(TEXTS, vectors, profiles, labels)
    assert [(one.segment, one.code_guid) for one in reduced] == [(o.segment, o.code_guid) for o in exact]
    assert [o.score for o in reduced] == pytest.approx([o.score for o in exact], abs=5e-3)


def test_strength() -> None:
    """Scores are told in three words."""
    assert [strength(score) for score in (0.0, 0.39, 0.4, 0.64, 0.65, 1.0)] == [
        "weak",
        "weak",
        "possible",
        "possible",
        "strong",
        "strong",
    ]


def test_scored_code_checks_itself() -> None:
    """A score outside 0 to 1 cannot be held."""
    with pytest.raises(SuggestionError):
        ScoredCode(segment=0, code_guid="w", score=1.2, reason="")


def test_profile_checks_itself() -> None:
    """A profile needs one vector for each part."""
    with pytest.raises(SuggestionError):
        CodeProfile(guid="w", name="W", parts=("W.",), vectors=np.zeros((2, 3), np.float32))


def test_short_quotes() -> None:
    """A quote in a reason has at most 80 characters, whole words and a mark that it goes on."""
    assert short("a  b") == "a b"
    told = short("word, " * 40)
    assert len(told) <= 80
    assert told.endswith("word…")
    assert len(short("x" * 500)) == 80
