"""The encoder that needs no model: weighted word counts, reduced where there are many texts.

It sees that two texts share words, not that they mean the same. Its vectors live in the space of
the texts it was fitted on, so they are never stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .forward import unit_rows
from .pieces import normalised

# Dimensions kept by the reduction; with fewer texts than this the counts are left as they are.
_DIMENSIONS = 100
_MIN_TEXTS = 3 * _DIMENSIONS
_MAX_TERMS = 20_000


class WordCountEncoder:
    """TF-IDF on words and pairs of words, with latent semantic analysis from 300 texts up.

    The first call of ``encode`` fits it on the texts of that call: give it everything that is to
    be compared (segments and definitions) at once. Later calls speak the same space.
    """

    name = "word counts (TF-IDF)"
    backend = "scikit-learn"
    is_storable = False

    def __init__(self) -> None:
        self.digest = "not fitted"
        self._counts: Any | None = None
        self._reduction: Any | None = None
        self._has_words = False

    def encode(
        self,
        texts: Sequence[str],
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> np.ndarray:
        """See ``Encoder``; it takes a moment only, so ``cancelled`` is not asked."""
        plain = [normalised(text) for text in texts]
        if self._counts is None:
            self._fit(sorted(set(plain)))
        vectors = self._vectors(plain)
        if progress is not None:
            progress(len(set(plain)), len(set(plain)))
        return vectors

    def _fit(self, distinct: list[str]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.digest = hashlib.sha256("\n".join(distinct).encode("utf-8")).hexdigest()
        self._counts = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=_MAX_TERMS)
        # Texts of marks and pictures alone have no words, which the vectoriser calls an error.
        word_of = self._counts.build_analyzer()
        self._has_words = any(word_of(text) for text in distinct)
        if not self._has_words:
            return
        weighted = self._counts.fit_transform(distinct)
        if len(distinct) >= _MIN_TEXTS and len(self._counts.vocabulary_) > _DIMENSIONS:
            self._reduction = TruncatedSVD(_DIMENSIONS, algorithm="arpack", random_state=0).fit(weighted)

    def _vectors(self, plain: list[str]) -> np.ndarray:
        if self._counts is None or not self._has_words or not plain:
            return np.zeros((len(plain), 1), np.float32)
        weighted = self._counts.transform(plain)
        if self._reduction is not None:
            return unit_rows(self._reduction.transform(weighted))
        return unit_rows(weighted.toarray())
