"""Folds that keep people apart: nobody's words are both learnt from and tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
