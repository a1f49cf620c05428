"""A study made ready to learn from: words counted once, then fitted again after every decision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .classifier import Passages, Scores, score_codes
from .evidence import Evidence, Table, table_of
from .folds import group_folds
from .lexical import Lexicon
from .profiles import CodeProfile
from .regression import Weights


class Learner:
    """Segments, their vectors, codes and the words of all of them; what people decided comes with ``fit``."""

    def __init__(
        self,
        texts: Sequence[str],
        vectors: np.ndarray,
        profiles: Sequence[CodeProfile],
        *,
        wider: Sequence[str] = (),
        wider_vectors: np.ndarray | None = None,
    ) -> None:
        """``wider`` are passages that evidence is about, beside the segments, with their vectors."""
        self.n_segments = len(texts)
        self.profiles = list(profiles)
        self.lexicon = Lexicon([*texts, *(profile.parts[0] for profile in profiles)])
        every = [*texts, *wider]
        vectors = vectors if wider_vectors is None else np.vstack([vectors, wider_vectors])
        self.study = Passages(texts=every, vectors=vectors, lexical=self.lexicon.features(every))
        # A place for each segment that does not depend on the order in which segments were given.
        ranked = sorted(range(len(texts)), key=lambda i: (texts[i], i))
        self._order = {segment: place for place, segment in enumerate(ranked)}

    def table(self, evidence: Evidence) -> Table:
        return table_of(evidence, self.profiles, order=self._order, n_segments=self.n_segments)

    def fit(self, evidence: Evidence, targets: Sequence[int], *, start: Weights | None = None) -> Scores:
        """Scores of every code for the targets, learnt from the evidence."""
        return self.fit_table(self.table(evidence), targets, start=start)

    def fit_table(self, table: Table, targets: Sequence[int], *, start: Weights | None = None) -> Scores:
        return score_codes(
            self.study.rows(table.rows),
            self.profiles,
            table.marks,
            self.study.rows(targets),
            self.lexicon,
            known=table.known,
            start=start,
        )

    def out_of_fold(
        self, table: Table, groups: Sequence[str], *, n_folds: int = 3, start: Weights | None = None
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """Scores (rows, codes) of each row, learnt from other groups only, and the fold of each row.

        ``groups`` tells whose words each row of the table is; None where there is one group only.
        """
        folds = group_folds(groups, n_folds)
        if not folds:
            return None
        scores = np.zeros(table.marks.shape)
        fold_of = np.zeros(len(table.rows), dtype=np.intp)
        for number, fold in enumerate(folds):
            train, test = list(fold.train), list(fold.test)
            part = Table(
                rows=[table.rows[r] for r in train], marks=table.marks[train], known=table.known[train]
            )
            found = self.fit_table(part, [table.rows[r] for r in test], start=start)
            scores[test] = found.values
            fold_of[test] = number
        return scores, fold_of
