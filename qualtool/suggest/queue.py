"""In which order suggestions are worth a person's time, when the aim is to teach the machine.

A passage is worth the doubt about all codes together, each code counting the more the fewer labels
it has: it is often the long passage with several matters. Passages like those placed before it are
worth less. The sum of binary entropies is uncertainty sampling for many labels (Settles 2009, Active
learning literature survey); the weights and the discount are ours, and measured in docs/suggestions.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import SuggestionError

# So many passages are chosen one by one; by then the machine has learnt anew.
_N_CHOSEN = 60
# How much of the highest worth is lost by being the same as a passage placed before.
_DIVERSITY = 0.5
# A rejection tells of a code what a tenth of a label does: what is always rejected is asked for less.
_REJECTION = 0.1
# Worth is compared in so many places, so that the last bits of a sum decide nothing.
_PLACES = 9


def useful_order(
    segments: Sequence[int],
    codes: Sequence[int],
    vectors: np.ndarray,
    n_labels: Sequence[int],
    *,
    values: np.ndarray,
    n_rejected: Sequence[int] | None = None,
    n_chosen: int = _N_CHOSEN,
) -> list[int]:
    """Indexes of suggestions, the most useful next first, those of one passage one after the other.

    Args:
        segments, codes: one entry a suggestion; indexes of its segment and code.
        vectors: unit rows of all segments.
        n_labels: labels of each code so far; ``n_rejected`` how often it was rejected.
        values: scores of all codes in [0, 1], (suggestions, codes), of the segment of each suggestion.
        n_chosen: segments chosen one by one; the rest follow by what they were worth at the end.

    Of equal worth comes the earlier segment, and the earlier code, in whatever order they are given.

    Raises:
        SuggestionError: arguments of different lengths.
    """
    _check(segments, codes, n_labels, values, n_rejected)
    if not len(segments):
        return []
    at, code_of = np.asarray(segments, dtype=np.intp), np.asarray(codes, dtype=np.intp)
    # One row a segment: the first suggestion of each stands for it.
    places, first, row_of = np.unique(at, return_index=True, return_inverse=True)
    scores = np.clip(np.nan_to_num(np.asarray(values, np.float64)[first]), 0.0, 1.0)
    doubt, unit = _entropy(scores), np.asarray(vectors)[places]
    counts = np.asarray(n_labels, np.float64).copy()
    if n_rejected is not None:
        counts += _REJECTION * np.asarray(n_rejected, np.float64)
    is_left, nearest = np.ones(len(places), dtype=bool), np.zeros(len(places))
    chosen: list[int] = []
    worth = doubt @ _weights(counts)
    while is_left.any() and len(chosen) < n_chosen:
        worth = doubt @ _weights(counts)
        left = np.flatnonzero(is_left)
        value = np.round(worth - _DIVERSITY * worth[left].max() * nearest, _PLACES)
        best = int(left[np.argmax(value[left])])
        chosen.append(best)
        is_left[best] = False
        # What will probably be found there counts already.
        counts += scores[best]
        nearest = np.maximum(nearest, unit @ unit[best])
    rest = np.flatnonzero(is_left)
    rest = rest[np.lexsort((rest, -np.round(worth[rest], _PLACES)))]
    rank = np.empty(len(places), dtype=np.intp)
    rank[[*chosen, *rest.tolist()]] = np.arange(len(places))
    # Of one segment the likeliest code first: once it is accepted, the others are told too.
    likely = np.round(scores[row_of, code_of], _PLACES)
    return [int(i) for i in np.lexsort((code_of, -likely, rank[row_of]))]


def _entropy(scores: np.ndarray) -> np.ndarray:
    """Of a yes or no of this probability, nought where there is no doubt."""
    from scipy.special import entr

    return np.asarray(entr(scores) + entr(1.0 - scores))


def _weights(counts: np.ndarray) -> np.ndarray:
    """How much doubt about each code counts: one for the rarest."""
    return (1.0 + counts.min(initial=np.inf)) / (1.0 + counts)


def _check(
    segments: Sequence[int],
    codes: Sequence[int],
    n_labels: Sequence[int],
    values: np.ndarray,
    n_rejected: Sequence[int] | None,
) -> None:
    n_codes = len(n_labels)
    n_told = n_codes if n_rejected is None else len(n_rejected)
    if len(codes) != len(segments) or values.shape != (len(segments), n_codes) or n_told != n_codes:
        raise SuggestionError("Each suggestion needs one code, and a score of every code, to have a place.")
