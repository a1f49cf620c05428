"""Words and parts of words as features beside the vectors.

Vectors carry the meaning; these carry the wording. Runs of four letters inside words forgive
endings and typing errors, whole words are what a reason can name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .pieces import normalised

if TYPE_CHECKING:
    import scipy.sparse as sp

_WORD_WEIGHT = 0.5
_PART_WEIGHT = 1.0
_PART_LENGTH = 4
WORD_PATTERN = r"(?u)\b\w\w+\b"


class Lexicon:
    """TF-IDF of words and of four-letter parts of words, fitted on ``texts``."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        shared = {"sublinear_tf": True, "dtype": np.float32}
        words = TfidfVectorizer(token_pattern=WORD_PATTERN, **shared)
        parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(_PART_LENGTH, _PART_LENGTH), **shared)
        distinct = sorted({normalised(text) for text in texts})
        self._words = _fitted(words, distinct)
        self._parts = _fitted(parts, distinct)
        self.words: np.ndarray = (
            self._words.get_feature_names_out() if self._words is not None else np.array([], dtype=object)
        )

    def features(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Sparse (len(texts), features), the columns of ``words`` first."""
        import scipy.sparse as sp

        plain = [normalised(text) for text in texts]
        blocks = [sp.csr_matrix((len(plain), 0), dtype=np.float32)]
        if self._words is not None and plain:
            blocks.append(self._words.transform(plain) * _WORD_WEIGHT)
        if self._parts is not None and plain:
            blocks.append(self._parts.transform(plain) * _PART_WEIGHT)
        return sp.csr_matrix(sp.hstack(blocks, format="csr", dtype=np.float32))


def _fitted(vectoriser: Any, distinct: list[str]) -> Any | None:
    """The vectoriser fitted; None where the texts hold nothing for it (marks and pictures)."""
    take_apart = vectoriser.build_analyzer()
    if not any(take_apart(text) for text in distinct):
        return None
    return vectoriser.fit(distinct)
