"""How good the suggestions are: cross-validated so that no person is in both train and test.

People repeat themselves, so a machine tested on a person it learnt from looks better than it will
be on the next one. Each fold leaves out whole groups (participants); what is learnt there, word
statistics included, comes from the other groups only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import SuggestionError
from .baselines import tfidf_logistic
from .calibration import cross_fitted, ready_codes, reliability
from .classifier import Passages, Scores, above_of, known_of, marks_of, score_codes
from .evidence import unprompted
from .folds import Fold, group_folds
from .lexical import Lexicon
from .measures import THRESHOLD, best_threshold, code_measures, labels_a_code, macro_f1, predicted, recall_at
from .profiles import CodeProfile
from .regression import Weights

METHOD = (
    "balanced logistic regression per code on sentence vectors, words and word parts, definitions as "
    "training passages; cross-validated by participant"
)
MOST_FREQUENT = "most_frequent_codes"
TFIDF_LOGISTIC = "tfidf_logistic"
TOP = 3
# Shares of the participants learnt from, for the learning curve; all of them is the result itself.
_SHARES = (0.25, 0.5)
_WORKERS = 2
_INNER_FOLDS = 3
# With so many labels a code, 0.5 is right and need not be looked for.
_MANY_LABELS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tested:
    """Segments with answers: what is learnt from (``marks``, ``known``) and tested on (``counted``)."""

    texts: list[str]
    vectors: np.ndarray
    groups: list[str]
    marks: np.ndarray
    known: np.ndarray
    counted: np.ndarray
    profiles: Sequence[CodeProfile]

    @property
    def true(self) -> np.ndarray:
        """What is to be found: coded, and by somebody who was not prompted."""
        return self.marks & self.counted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _FoldScores:
    """Scores of the tested rows of a fold, and how many segments they were learnt from."""

    ours: np.ndarray
    frequent: np.ndarray
    wording: np.ndarray
    fewer: list[np.ndarray]
    n_learnt: list[int]
    threshold: float


def evaluate(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    labels: Iterable[tuple[int, str]],
    groups: Sequence[str],
    *,
    read: Iterable[int] = (),
    prompted: Iterable[tuple[int, str]] = (),
    n_folds: int = 5,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Measures of the suggestions, ready for JSON: ``method, folds, rows, macro_f1, recall_at_3, baselines``
    and ``calibration, learning_curve, threshold, scores``.

    Args:
        texts: the segments, ``vectors`` float32 (len(texts), d) and ``groups`` (whose words they are).
        profiles: codes; ``labels`` (segment index, code GUID) as coded by a person.
        read: segments a person read and left without code; with the labelled ones they are tested.
        prompted: labels of accepted suggestions: learnt from and not tested on, nor are segments that
            have no others.
        n_folds: at least 2; fewer are made where there are fewer groups.
        progress: told how many folds are tested, of how many.

    Returns:
        Every undefined measure is None beside a ``reason``. ``code`` in a row is the GUID. A code is
        taken as suggested where its score is at least the threshold (chosen on people the fold learns
        from) or the highest of its segment; a code counts for those above it.

    Raises:
        SuggestionError: fewer than two folds asked, or arguments of different lengths.
    """
    _check(texts, vectors, groups, n_folds)
    marked = sorted(set(labels))
    rows = sorted({segment for segment, _ in marked} | set(read), key=lambda i: (groups[i], texts[i], i))
    marks = marks_of(marked, rows, profiles)
    known = known_of(marks, profiles)
    tested = _Tested(
        texts=[texts[i] for i in rows],
        vectors=vectors[rows] if rows else vectors[:0],
        groups=[groups[i] for i in rows],
        marks=marks,
        known=known,
        counted=known & unprompted(set(marked) - set(prompted), rows, marks, profiles),
        profiles=profiles,
    )
    folds = group_folds(tested.groups, n_folds) if tested.true.any() else []
    if not folds:
        return _undefined(profiles, tested.true, _why_not(marks, tested.true))
    return _measured(tested, folds, _all_scores(tested, folds, progress))


def _all_scores(
    tested: _Tested, folds: Sequence[Fold], progress: Callable[[int, int], None] | None
) -> list[_FoldScores]:
    from threadpoolctl import threadpool_limits

    # Folds side by side, each on one thread: the sums of a fold are the same on any number of cores.
    with threadpool_limits(1), ThreadPoolExecutor(_WORKERS) as pool:
        waiting = [pool.submit(_fold_scores, tested, fold) for fold in folds]
        for n_done, _ in enumerate(as_completed(waiting), start=1):
            if progress is not None:
                progress(n_done, len(folds))
        return [one.result() for one in waiting]


def _measured(tested: _Tested, folds: Sequence[Fold], scored: Sequence[_FoldScores]) -> dict[str, Any]:
    marks, above = tested.true, above_of(tested.profiles)
    ours, frequent, wording = (np.zeros(marks.shape) for _ in range(3))
    chosen = np.zeros(marks.shape, dtype=bool)
    fewer = [np.zeros(marks.shape) for _ in _SHARES]
    fold_of = np.zeros(len(marks), dtype=np.intp)
    for number, (fold, found) in enumerate(zip(folds, scored, strict=True)):
        at = list(fold.test)
        ours[at], frequent[at], wording[at] = found.ours, found.frequent, found.wording
        chosen[at] = predicted(found.ours, threshold=found.threshold, above=above)
        fold_of[at] = number
        for whole, part in zip(fewer, found.fewer, strict=True):
            whole[at] = part
    chosen &= tested.counted
    summary = {
        "macro_f1": macro_f1(marks, chosen),
        "recall_at_3": recall_at(marks, ours, TOP, above),
    }
    return {
        "method": METHOD,
        "folds": len(folds),
        "n_segments": int(tested.counted.any(axis=1).sum()),
        "n_groups": len(set(tested.groups)),
        "threshold": round(float(np.mean([one.threshold for one in scored])), 3),
        "rows": list(_rows(tested, chosen, ours, fold_of)),
        **summary,
        "baselines": {
            MOST_FREQUENT: _summary(tested, frequent, above, most=TOP),
            TFIDF_LOGISTIC: _summary(tested, wording, above),
        },
        "calibration": _calibration(tested, ours, fold_of),
        "learning_curve": _curve(tested, fewer, ours, scored, above),
    }


def _fold_scores(tested: _Tested, fold: Fold) -> _FoldScores:
    train, test = list(fold.train), list(fold.test)
    words = [tested.texts[r] for r in train]
    lexicon = Lexicon([*words, *(profile.parts[0] for profile in tested.profiles)])
    parts = [*(_part_of(tested, train, share) for share in _SHARES), train]
    learnt: list[np.ndarray] = []
    weights = None
    for part in parts:  # from few to all: each fit begins where the one before ended
        found = _suggested(tested, part, test, lexicon, start=weights)
        learnt.append(found.values)
        weights = found.weights
    return _FoldScores(
        ours=learnt[-1],
        frequent=np.tile(tested.marks[train].mean(axis=0), (len(test), 1)),
        wording=tfidf_logistic(words, tested.marks[train], [tested.texts[r] for r in test]),
        fewer=learnt[:-1],
        n_learnt=[len(part) for part in parts],
        threshold=_threshold(tested, train, lexicon),
    )


def _part_of(tested: _Tested, train: Sequence[int], share: float) -> list[int]:
    """The rows of a share of the people learnt from, always the same people."""
    people = sorted({tested.groups[r] for r in train})
    order = np.random.default_rng(0).permutation(len(people))
    kept = {people[i] for i in order[: max(1, round(share * len(people)))].tolist()}
    return [r for r in train if tested.groups[r] in kept]


def _threshold(tested: _Tested, train: Sequence[int], lexicon: Lexicon) -> float:
    """Chosen on people left out among those learnt from; 0.5 with one person, none, or many labels."""
    folds = group_folds([tested.groups[r] for r in train], _INNER_FOLDS)
    if not folds or not 0 < labels_a_code(tested.marks[list(train)]) <= _MANY_LABELS:
        return THRESHOLD
    scores = np.zeros((len(train), tested.marks.shape[1]))
    for inner in folds:
        learn, held = [train[r] for r in inner.train], [train[r] for r in inner.test]
        scores[list(inner.test)] = _suggested(tested, learn, held, lexicon).values
    return best_threshold(tested.marks[list(train)], scores)


def _suggested(
    tested: _Tested,
    train: Sequence[int],
    test: Sequence[int],
    lexicon: Lexicon,
    *,
    start: Weights | None = None,
) -> Scores:
    def passages(rows: Sequence[int]) -> Passages:
        told = [tested.texts[r] for r in rows]
        return Passages(texts=told, vectors=tested.vectors[list(rows)], lexical=lexicon.features(told))

    return score_codes(
        passages(train),
        tested.profiles,
        tested.marks[list(train)],
        passages(test),
        lexicon,
        known=tested.known[list(train)],
        start=start,
    )


def _check(texts: Sequence[str], vectors: np.ndarray, groups: Sequence[str], n_folds: int) -> None:
    if n_folds < 2:
        raise SuggestionError(f"Cross-validation needs at least 2 folds, not {n_folds}.")
    if not len(texts) == len(vectors) == len(groups):
        raise SuggestionError("Each segment needs one vector and one participant: embed the texts again.")


def _why_not(marks: np.ndarray, true: np.ndarray) -> str:
    if not marks.any():
        return "Nothing has been coded yet."
    if not true.any():
        return "All codings are accepted suggestions, which cannot tell how good suggestions are."
    return "All codings are in the words of one participant, so nobody is left to test on."


def _undefined(profiles: Sequence[CodeProfile], marks: np.ndarray, reason: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"macro_f1": None, "recall_at_3": None, "reason": reason}
    empty = ("precision", "recall", "f1", "average_precision", "recall_at_3", "calibration_error")
    rows = [
        {
            "code": profile.guid,
            "n": int(marks[:, at].sum()),
            **dict.fromkeys(empty),
            "reason": reason,
        }
        for at, profile in enumerate(profiles)
    ]
    return {
        "method": METHOD,
        "folds": 0,
        "rows": rows,
        **nothing,
        "baselines": {MOST_FREQUENT: dict(nothing), TFIDF_LOGISTIC: dict(nothing)},
        "calibration": {"error": None, "bins": [], "n_suggestions": 0, "reason": reason},
        "learning_curve": [],
    }


def _rows(
    tested: _Tested, chosen: np.ndarray, scores: np.ndarray, fold_of: np.ndarray
) -> Iterator[dict[str, Any]]:
    marks, known = tested.true, tested.counted
    top = predicted(scores, most=TOP)
    first = predicted(scores, most=TOP, above=above_of(tested.profiles))
    ready = ready_codes(marks & known, tested.groups)
    told = cross_fitted(scores, marks, known, fold_of, ready) if len(ready) else np.zeros((len(marks), 0))
    column = {at: place for place, at in enumerate(ready.tolist())}
    for at, profile in enumerate(tested.profiles):
        here = known[:, at]
        measured = code_measures(marks[here, at], chosen[here, at], scores[here, at])
        n = int(marks[:, at].sum())
        error = None
        if at in column:
            shown = here & top[:, at]
            _, error = reliability(told[shown, column[at]], marks[shown, at])
        recall = round(float((marks & first)[:, at].sum() / n), 4) if n else None
        found = {"code": profile.guid, "n": n, **measured, "recall_at_3": recall, "calibration_error": error}
        if error is None:
            found["calibration_reason"] = "Too few labels, or by too few people, to tell probabilities."
        yield found


def _calibration(tested: _Tested, scores: np.ndarray, fold_of: np.ndarray) -> dict[str, Any]:
    """Reliability of what would have been suggested, on people left out."""
    ready = ready_codes(tested.true, tested.groups)
    if not len(ready):
        reason = "No code has enough labels by enough people yet to tell probabilities."
        return {"error": None, "bins": [], "n_suggestions": 0, "reason": reason}
    told = cross_fitted(scores, tested.true, tested.counted, fold_of, ready)
    shown = (predicted(scores, most=TOP) & tested.counted)[:, ready]
    bins, error = reliability(told[shown], tested.true[:, ready][shown])
    return {"error": error, "bins": bins, "n_suggestions": int(shown.sum()), "n_codes": len(ready)}


def _curve(
    tested: _Tested,
    fewer: Sequence[np.ndarray],
    ours: np.ndarray,
    scored: Sequence[_FoldScores],
    above: np.ndarray,
) -> list[dict[str, Any]]:
    """Result by the share of people learnt from; all with the plain threshold, so they compare."""
    return [
        {
            "share": share,
            "n_segments": round(float(np.mean([one.n_learnt[at] for one in scored]))),
            **_summary(tested, scores, above),
        }
        for at, (share, scores) in enumerate(zip((*_SHARES, 1.0), (*fewer, ours), strict=True))
    ]


def _summary(
    tested: _Tested, scores: np.ndarray, above: np.ndarray, *, most: int | None = None
) -> dict[str, Any]:
    chosen = predicted(scores, most=most, above=above) & tested.counted
    return {
        "macro_f1": macro_f1(tested.true, chosen),
        "recall_at_3": recall_at(tested.true, scores, TOP, above),
    }
