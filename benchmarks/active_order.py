"""Labels to reach 90 % of the full F1 in the useful order and at random, on labelled answers.

Ten orders of the answers: 500 are tested, the others can be labelled, ten whole answers at a time.
Full F1 is that with all of them labelled. The useful order begins with ten answers by their likeness
to the names of codes, as nothing is labelled yet; the random order begins with ten at random. An
order that knows the labels, and takes the next answer with the rarest code, shows how few could do.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from _nhs import N_TEST, answers, labels_of, learner

from qualtool.suggest import Evidence, Learner
from qualtool.suggest.measures import macro_f1, predicted
from qualtool.suggest.queue import useful_order

BATCH = 10
SHARE = 0.9
MOST = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known before a batch: the answers left, their scores, and the labels of those done."""

    left: list[int]
    values: np.ndarray
    vectors: np.ndarray
    marks: np.ndarray
    n_labels: np.ndarray


def f1_of(scores: np.ndarray, marks: np.ndarray) -> float:
    return macro_f1(marks, predicted(scores)) or 0.0


def at_random(state: State) -> list[int]:
    return state.left[:BATCH]


def useful(state: State) -> list[int]:
    rows = list(range(len(state.left)))
    best = state.values.argmax(axis=1).tolist()
    order = useful_order(
        rows,
        best,
        state.vectors[state.left],
        state.n_labels.tolist(),
        values=state.values,
        n_chosen=BATCH,
    )
    return [state.left[i] for i in order[:BATCH]]


def all_knowing(state: State) -> list[int]:
    """The next answers that people gave the code with the fewest labels."""
    counts, left, chosen = state.n_labels.copy(), list(state.left), []
    for _ in range(min(BATCH, len(left))):
        rarest = np.argsort(counts, kind="stable").tolist()
        row = next(row for code in rarest for row in left if state.marks[row, code])
        chosen.append(row)
        left.remove(row)
        counts += state.marks[row]
    return chosen


ORDERS: dict[str, Callable[[State], list[int]]] = {
    "random": at_random,
    "useful": useful,
    "all-knowing": all_knowing,
}


def labels_needed(
    known: Learner, marks: np.ndarray, order: np.ndarray, choose: Callable[[State], list[int]]
) -> tuple[list[int], float]:
    """The answers labelled until 90 % of full F1 is reached and kept at the next batch; and full F1."""
    test, pool = order[:N_TEST].tolist(), order[N_TEST:].tolist()
    full = f1_of(known.fit(Evidence.of(labels_of(marks, pool)), test).values, marks[test])
    done: list[int] = []
    left = list(pool)
    weights = None
    values = known.fit(Evidence.of([]), left).values
    reached = None
    while left and len(done) < MOST:
        n_labels = marks[done].sum(axis=0).astype(np.int64) if done else np.zeros(marks.shape[1], np.int64)
        state = State(left=left, values=values, vectors=known.study.vectors, marks=marks, n_labels=n_labels)
        batch = choose(state)
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
            return done[:reached], full
    return done[: reached or MOST], full


def main() -> None:
    codes, texts, marks, _ = answers()
    known = learner(codes, texts)
    n_words = np.array([len(text.split()) for text in texts])
    found: dict[str, list[int]] = {name: [] for name in ORDERS}
    words: dict[str, list[int]] = {name: [] for name in ORDERS}
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(texts))
        full = 0.0
        for name, choose in ORDERS.items():
            done, full = labels_needed(known, marks, order, choose)
            found[name].append(len(done))
            words[name].append(int(n_words[done].sum()))
        told = ", ".join(f"{name} {counts[-1]}" for name, counts in found.items())
        print(f"order {seed}: full F1 {full:.3f}, {told}", flush=True)
    for name, counts in found.items():
        share = statistics.median(counts) / statistics.median(found["random"])
        print(
            f"{name:<12} median {statistics.median(counts):.0f} labelled answers, {min(counts)} to"
            f" {max(counts)}; {share:.2f} of random; {statistics.median(words[name]):,.0f} words read"
        )
    fewer = sum(a <= b for a, b in zip(found["useful"], found["random"], strict=True))
    print(f"useful needs not more in {fewer} of 10 orders (goal: below random, at best 0.5 of it)")


if __name__ == "__main__":
    main()
