"""The exact test of a table of any size, by enumeration."""

from __future__ import annotations

from math import comb

import numpy as np
from scipy import special

from .tables import ExactTest
from .undefined import Undefined

MAX_WORK = 6_000_000
MAX_STATES = 200_000  # of row sums where two halves meet; so many take some seconds
TOO_MANY = "too many tables have these margins to go through them all"
_TOLERANCE = 1e-7  # on the log scale, as in R's fisher.test


def freeman_halton(table: np.ndarray | list[list[int]]) -> ExactTest | Undefined:
    """Fisher's exact test for r x c counts: p of all tables no more probable than the one seen.

    Every table with these margins is enumerated, in two halves of the columns that are put together
    where their row sums meet, so that 2 x k tables of hundreds of schools and 4 x 4 tables of a
    hundred people are exact. The smallest p is the probability of the least probable tables.
    SciPy's ``fisher_exact`` draws tables at random for r x c by default: on R's Job example it gives
    .7779 in one run where the exact p is .7827. Freeman & Halton 1951, Biometrika 38:141.

    Raises:
        ValueError: counts that are negative or not whole.
    """
    counts = np.asarray(table)
    if counts.ndim != 2 or (counts < 0).any() or (counts != np.round(counts)).any():
        raise ValueError("a table holds counts in rows and columns")
    counts = counts.astype(int)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape, default=0) < 2:
        return Undefined(reason="one group or one answer only, so there is nothing to test")
    seen = -float(special.gammaln(counts + 1).sum())
    pair = counts if counts.shape[1] == 2 else counts.T
    if pair.shape[1] == 2 and _n_columns(int(pair.sum(axis=0).min()), len(pair)) <= MAX_WORK // 2:
        return _two_columns(pair, seen)
    counts = min((counts, counts.T), key=_work_of)
    rows, columns = counts.sum(axis=1), _paired(counts.sum(axis=0).tolist())
    if _work_of(counts) > MAX_WORK:
        return Undefined(reason=TOO_MANY)
    middle = (len(columns) + 1) // 2
    first, second = _fillings(columns[:middle], rows), _fillings(columns[middle:], rows)
    return _joined(first, second, rows, seen)


def _paired(columns: list[int]) -> list[int]:
    """Columns in an order that gives both halves about as many fillings."""
    by_size = sorted(columns, reverse=True)
    return by_size[::4] + by_size[3::4] + by_size[1::4] + by_size[2::4]


def _work_of(counts: np.ndarray) -> float:
    """A bound on the partial tables of either half of the columns."""
    n_rows, columns = counts.shape[0], _paired(counts.sum(axis=0).tolist())
    middle = (len(columns) + 1) // 2
    halves = (columns[:middle], columns[middle:])
    return max(float(np.prod([_n_columns(n, n_rows) for n in half])) for half in halves)


def _n_columns(total: int, n_rows: int) -> float:
    """A bound on the columns of this sum: the ways to share it out over rows without end."""
    return float(comb(total + n_rows - 1, n_rows - 1))


Fillings = tuple[np.ndarray, np.ndarray]


def _fillings(columns: list[int], rows: np.ndarray) -> Fillings:
    """Row sums (m, rows) of each way to fill these columns, and minus its log factorials (m,)."""
    states, weights = np.zeros((1, len(rows)), dtype=np.int32), np.zeros(1)
    for total in columns:
        options = np.array(_columns(total, tuple(int(r) for r in rows)), dtype=np.int32)
        cost = special.gammaln(options + 1.0).sum(axis=1)
        after = states[:, np.newaxis, :] + options[np.newaxis, :, :]
        fits = (after <= rows).all(axis=2)
        states, weights = after[fits], (weights[:, np.newaxis] - cost[np.newaxis, :])[fits]
    return states, weights


def _columns(total: int, room: tuple[int, ...]) -> list[tuple[int, ...]]:
    """All columns of this sum that fit into the room of each row."""
    if len(room) == 1:
        return [(total,)] if total <= room[0] else []
    return [
        (x, *rest)
        for x in range(max(0, total - sum(room[1:])), min(total, room[0]) + 1)
        for rest in _columns(total - x, room[1:])
    ]


def _places(rows: np.ndarray) -> np.ndarray:
    """What each row counts for in the number of a state."""
    return np.cumprod(np.concatenate(([1], rows[:-1] + 1)))


def _by_state(states: np.ndarray, weights: np.ndarray, rows: np.ndarray) -> dict[int, np.ndarray]:
    """The weights of each state, rising; a state is one number."""
    key = states @ _places(rows)
    order = np.lexsort((weights, key))
    keys, start = np.unique(key[order], return_index=True)
    return dict(zip(keys.tolist(), np.split(weights[order], start[1:]), strict=True))


def _joined(first: Fillings, second: Fillings, rows: np.ndarray, seen: float) -> ExactTest | Undefined:
    n_states = max(len(np.unique(states @ _places(rows))) for states, _ in (first, second))
    if n_states > MAX_STATES:
        return Undefined(reason=TOO_MANY)
    heads_of, tails_of = _by_state(*first, rows), _by_state(rows - second[0], second[1], rows)
    keys = heads_of.keys() & tails_of.keys()
    # Weights of hundreds of people vanish as numbers: only what they are to the largest counts.
    largest = max(float(heads_of[key][-1] + tails_of[key][-1]) for key in keys)
    least = min(float(heads_of[key][0] + tails_of[key][0]) for key in keys)
    all_tables = no_likelier = at_least = 0.0
    for key in keys:
        heads, tails = heads_of[key], tails_of[key]
        below = np.concatenate(([0.0], np.cumsum(np.exp(tails - tails[-1]))))
        weights = np.exp(heads + tails[-1] - largest)
        all_tables += float(weights.sum()) * float(below[-1])
        for limit, is_least in ((seen, False), (least, True)):
            n_below = np.searchsorted(tails, limit + _TOLERANCE - heads, side="right")
            amount = float((weights * below[n_below]).sum())
            at_least += amount if is_least else 0.0
            no_likelier += 0.0 if is_least else amount
    return _shares(no_likelier / all_tables, at_least / all_tables)


def _two_columns(counts: np.ndarray, seen: float) -> ExactTest:
    """The same where there are two columns: one of them says what the other holds."""
    rows = counts.sum(axis=1)
    options = _column_array(int(counts.sum(axis=0).min()), rows)
    weights = -special.gammaln(options + 1.0).sum(axis=1) - special.gammaln(rows - options + 1.0).sum(axis=1)
    chances = np.exp(weights - weights.max())
    total = float(chances.sum())
    no_likelier, at_least = (
        float(chances[weights <= limit + _TOLERANCE].sum()) for limit in (seen, float(weights.min()))
    )
    return _shares(no_likelier / total, at_least / total)


def _column_array(total: int, rows: np.ndarray) -> np.ndarray:
    """All columns of this sum within the rows, of shape (columns, rows)."""
    done, left = np.zeros((1, 0), dtype=np.int64), np.array([total])
    for place, room in enumerate(rows):
        later = int(rows[place + 1 :].sum())
        low, high = np.maximum(0, left - later), np.minimum(left, room)
        n_options = high - low + 1
        which = np.repeat(np.arange(len(left)), n_options)
        step = np.arange(len(which)) - np.repeat(np.cumsum(n_options) - n_options, n_options)
        value = low[which] + step
        done = np.column_stack([done[which], value])
        left = left[which] - value
    return done


def _shares(p: float, min_p: float) -> ExactTest:
    return ExactTest(
        p=min(p, 1.0), min_p=min(min_p, 1.0), method="Freeman-Halton exact test, all tables enumerated"
    )
