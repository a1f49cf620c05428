"""Labels to reach 90 % of the full F1 in the useful order and at random, on labelled answers.

Ten orders of the answers: 500 are tested, the others can be labelled, ten whole answers at a time.
Full F1 is that with all of them labelled. The useful order begins with ten answers nearest to the
names of codes, as nothing is labelled yet; the random order begins with ten at random.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from _nhs import N_TEST, answers, labels_of, learner

from qualtool.suggest import Evidence, Learner
from qualtool.suggest.measures import macro_f1, predicted
from qualtool.suggest.queue import margins_of, useful_order

BATCH = 10
SHARE = 0.9
MOST = 800


def f1_of(scores: np.ndarray, marks: np.ndarray) -> float:
    return macro_f1(marks, predicted(scores)) or 0.0


def useful(values: np.ndarray, pool: list[int], vectors: np.ndarray, n_labels: np.ndarray) -> list[int]:
    """The next answers to label, from scores (pool, codes)."""
    first = np.argsort(-values, axis=1, kind="stable")[:, :3]
    rows = np.repeat(np.arange(len(pool)), 3)
    codes = first.ravel()
    order = useful_order(
        rows.tolist(),
        codes.tolist(),
        values[rows, codes],
        vectors[pool],
        n_labels.tolist(),
        margins=margins_of(values)[rows],
        n_chosen=BATCH,
    )
    return [pool[rows[i]] for i in order[:BATCH]]


def labels_needed(
    known: Learner, marks: np.ndarray, order: np.ndarray, *, is_active: bool
) -> tuple[int, float]:
    """Labelled answers until 90 % of full F1 is reached and kept at the next batch; and full F1."""
    test, pool = order[:N_TEST].tolist(), order[N_TEST:].tolist()
    full = f1_of(known.fit(Evidence.of(labels_of(marks, pool)), test).values, marks[test])
    done: list[int] = []
    left = list(pool)
    weights = None
    values = known.fit(Evidence.of([]), left).values
    reached = None
    while left and len(done) < MOST:
        batch = (
            useful(
                values,
                left,
                known.study.vectors,
                marks[done].sum(axis=0) if done else np.zeros(marks.shape[1]),
            )
            if is_active
            else left[:BATCH]
        )
        done += batch
        gone = set(batch)
        left = [row for row in left if row not in gone]
        found = known.fit(Evidence.of(labels_of(marks, done)), [*test, *left], start=weights)
        weights, values = found.weights, found.values[N_TEST:]
        f1 = f1_of(found.values[:N_TEST], marks[test])
        if f1 < SHARE * full:
            reached = None
        elif reached is None:
            reached = len(done)
        else:
            return reached, full
    return reached or MOST, full


def main() -> None:
    codes, texts, marks, _ = answers()
    known = learner(codes, texts)
    found: dict[str, list[int]] = {"random": [], "useful": []}
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(texts))
        full = 0.0
        for name in found:
            needed, full = labels_needed(known, marks, order, is_active=name == "useful")
            found[name].append(needed)
        print(
            f"order {seed}: full F1 {full:.3f}, random {found['random'][-1]}, useful {found['useful'][-1]}",
            flush=True,
        )
    for name, counts in found.items():
        print(
            f"{name:<8} median {statistics.median(counts):.0f} labelled answers,"
            f" {min(counts)} to {max(counts)}"
        )
    share = statistics.median(found["useful"]) / statistics.median(found["random"])
    print(f"useful / random {share:.2f} (goal: below 1, at best 0.5)")


if __name__ == "__main__":
    main()
