"""In which order suggestions are worth a person's time, when the aim is to teach the machine.

Every second place goes to the code with the fewest labels, at its highest score; the others to
segments between two codes, unlike those placed before them. Either alone is worse: certain rare ones
teach a common code nothing, and uncertain ones seldom meet a rare code.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# So many places are chosen one by one; by then the machine has learnt anew.
_N_CHOSEN = 60
# How much being unlike the placed ones counts beside being uncertain.
_DIVERSITY = 0.5


def useful_order(
    segments: Sequence[int],
    codes: Sequence[int],
    scores: np.ndarray,
    vectors: np.ndarray,
    n_labels: Sequence[int],
    *,
    margins: np.ndarray,
    n_chosen: int = _N_CHOSEN,
) -> list[int]:
    """Indexes of suggestions, the most useful next first.

    Args:
        segments, codes, scores: one entry a suggestion; indexes of its segment and code.
        vectors: unit rows of all segments.
        n_labels: labels of each code so far.
        margins: for each suggestion, how far the best code of its segment is ahead of the second.
        n_chosen: places chosen one by one; the rest follow by uncertainty.
    """
    n = len(segments)
    at, code_of = np.asarray(segments, dtype=np.intp), np.asarray(codes, dtype=np.intp)
    doubt = 1.0 - np.clip(np.asarray(margins, np.float64), 0.0, 1.0)
    counts = np.array(n_labels, dtype=np.float64)
    is_left = np.ones(n, dtype=bool)
    nearest = np.zeros(n)
    chosen: list[int] = []
    while is_left.any() and len(chosen) < n_chosen:
        if len(chosen) % 2 == 0:
            best = _rarest(is_left, code_of, scores, counts)
        else:
            worth = np.where(is_left, doubt - _DIVERSITY * nearest, -np.inf)
            best = int(np.argmax(worth))
        chosen.append(best)
        # Other codes of the same segment are decided with it, or come later.
        is_left &= at != at[best]
        counts[code_of[best]] += scores[best]
        nearest = np.maximum(nearest, vectors[at] @ vectors[at[best]])
    taken = set(chosen)
    rest = [int(i) for i in np.lexsort((np.arange(n), -doubt)) if int(i) not in taken]
    return [*chosen, *rest]


def _rarest(is_left: np.ndarray, code_of: np.ndarray, scores: np.ndarray, counts: np.ndarray) -> int:
    """The highest score of the code with the fewest labels among those left."""
    left = np.flatnonzero(is_left)
    fewest = counts[code_of[left]].min()
    among = left[counts[code_of[left]] == fewest]
    return int(among[np.argmax(np.asarray(scores)[among])])


def margins_of(values: np.ndarray) -> np.ndarray:
    """How far the best code of each row of scores is ahead of the second; 1 with one code."""
    if values.shape[1] < 2:
        return np.ones(len(values))
    first_two = -np.partition(-values, 1, axis=1)[:, :2]
    return first_two[:, 0] - first_two[:, 1]
