"""How good the suggestions are: cross-validated so that no person is in both train and test.

People repeat themselves, so a machine tested on a person it learnt from looks better than it will
be on the next one. Each fold leaves out whole groups (participants); what is learnt there, word
statistics included, comes from the other groups only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import SuggestionError
from .classifier import Passages, marks_of, score_codes
from .lexical import Lexicon
from .measures import code_measures, macro_f1, predicted, recall_at
from .profiles import CodeProfile

METHOD = (
    "balanced logistic regression per code on sentence vectors, words and word parts, definitions as "
    "training passages; cross-validated by participant"
)
MOST_FREQUENT = "most_frequent_codes"
TFIDF_LOGISTIC = "tfidf_logistic"
TOP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Rows to learn from and rows to test on; no group has rows in both."""

    train: tuple[int, ...]
    test: tuple[int, ...]


def group_folds(groups: Sequence[str], n_folds: int) -> list[Fold]:
    """At most ``n_folds`` folds of whole groups, of about equal size; none with fewer than two groups.

    The largest groups are dealt first, each to the fold with the fewest rows (as scikit-learn's
    GroupKFold does); ties go by name, so the order of rows changes nothing.
    """
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    n_used = min(n_folds, len(sizes))
    if n_used < 2:
        return []
    filled = [0] * n_used
    fold_of: dict[str, int] = {}
    for group in sorted(sizes, key=lambda g: (-sizes[g], g)):
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    tests: list[list[int]] = [[] for _ in range(n_used)]
    for row, group in enumerate(groups):
        tests[fold_of[group]].append(row)
    inside = [set(test) for test in tests]
    return [
        Fold(train=tuple(r for r in range(len(groups)) if r not in held), test=tuple(test))
        for held, test in zip(inside, tests, strict=True)
    ]


def evaluate(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    labels: Iterable[tuple[int, str]],
    groups: Sequence[str],
    *,
    read: Iterable[int] = (),
    n_folds: int = 5,
) -> dict[str, Any]:
    """Measures of the suggestions, ready for JSON: ``method, folds, rows, macro_f1, recall_at_3, baselines``.

    Args:
        texts: the segments, ``vectors`` float32 (len(texts), d) and ``groups`` (whose words they are).
        profiles: codes; ``labels`` (segment index, code GUID) as coded by a person.
        read: segments a person read and left without code; with the labelled ones they are tested.
        n_folds: at least 2; fewer are made where there are fewer groups.

    Returns:
        Every undefined measure is None beside a ``reason``. ``code`` in a row is the GUID. A code is
        taken as suggested where its score is at least 0.5 or the highest of its segment.

    Raises:
        SuggestionError: fewer than two folds asked, or arguments of different lengths.
    """
    _check(texts, vectors, groups, n_folds)
    marked = sorted(set(labels))
    rows = sorted({segment for segment, _ in marked} | set(read), key=lambda i: (groups[i], texts[i], i))
    marks = marks_of(marked, rows, profiles)
    folds = group_folds([groups[i] for i in rows], n_folds) if marks.any() else []
    if not folds:
        return _undefined(profiles, marks, _why_not(marks))
    ours, frequent, wording = (np.zeros(marks.shape) for _ in range(3))
    for fold in folds:
        train = [rows[r] for r in fold.train]
        test = [rows[r] for r in fold.test]
        at = list(fold.test)
        known = marks[list(fold.train)]
        ours[at] = _suggested(texts, vectors, profiles, train, known, test)
        frequent[at] = known.mean(axis=0)
        wording[at] = _tfidf_logistic([texts[i] for i in train], known, [texts[i] for i in test])
    summary = _summary(marks, ours)
    return {
        "method": METHOD,
        "folds": len(folds),
        "n_segments": len(rows),
        "n_groups": len({groups[i] for i in rows}),
        "rows": list(_rows(profiles, marks, ours)),
        **summary,
        "baselines": {
            MOST_FREQUENT: _summary(marks, frequent, most=TOP),
            TFIDF_LOGISTIC: _summary(marks, wording),
        },
    }


def _check(texts: Sequence[str], vectors: np.ndarray, groups: Sequence[str], n_folds: int) -> None:
    if n_folds < 2:
        raise SuggestionError(f"Cross-validation needs at least 2 folds, not {n_folds}.")
    if not len(texts) == len(vectors) == len(groups):
        raise SuggestionError("Each segment needs one vector and one participant: embed the texts again.")


def _why_not(marks: np.ndarray) -> str:
    if not marks.any():
        return "Nothing has been coded yet."
    return "All codings are in the words of one participant, so nobody is left to test on."


def _undefined(profiles: Sequence[CodeProfile], marks: np.ndarray, reason: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"macro_f1": None, "recall_at_3": None, "reason": reason}
    rows = [
        {
            "code": profile.guid,
            "n": int(marks[:, at].sum()),
            "precision": None,
            "recall": None,
            "f1": None,
            "average_precision": None,
            "reason": reason,
        }
        for at, profile in enumerate(profiles)
    ]
    baselines = {MOST_FREQUENT: dict(nothing), TFIDF_LOGISTIC: dict(nothing)}
    return {"method": METHOD, "folds": 0, "rows": rows, **nothing, "baselines": baselines}


def _suggested(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    train: Sequence[int],
    known: np.ndarray,
    test: Sequence[int],
) -> np.ndarray:
    lexicon = Lexicon([*(texts[i] for i in train), *(profile.parts[0] for profile in profiles)])

    def passages(rows: Sequence[int]) -> Passages:
        words = [texts[i] for i in rows]
        return Passages(texts=words, vectors=vectors[list(rows)], lexical=lexicon.features(words))

    return score_codes(passages(train), profiles, known, passages(test), lexicon).values


def _tfidf_logistic(train: Sequence[str], known: np.ndarray, test: Sequence[str]) -> np.ndarray:
    """The baseline: TF-IDF of words and pairs, one balanced logistic regression per code."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    scores = np.tile(known.mean(axis=0), (len(test), 1))
    counter = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    take_apart = counter.build_analyzer()
    if not any(take_apart(text) for text in train):
        return scores
    features = counter.fit_transform(train)
    unknown = counter.transform(test)
    for code in range(known.shape[1]):
        yes = known[:, code]
        if yes.any() and not yes.all():
            model = LogisticRegression(class_weight="balanced", max_iter=500).fit(features, yes)
            scores[:, code] = model.predict_proba(unknown)[:, 1]
    return scores


def _rows(profiles: Sequence[CodeProfile], marks: np.ndarray, scores: np.ndarray) -> Iterator[dict[str, Any]]:
    chosen = predicted(scores)
    for at, profile in enumerate(profiles):
        measured = code_measures(marks[:, at], chosen[:, at], scores[:, at])
        yield {"code": profile.guid, "n": int(marks[:, at].sum()), **measured}


def _summary(marks: np.ndarray, scores: np.ndarray, *, most: int | None = None) -> dict[str, Any]:
    chosen = predicted(scores, most=most)
    return {"macro_f1": macro_f1(marks, chosen), "recall_at_3": recall_at(marks, scores, TOP)}
