"""Why a code was suggested, in words a researcher can check."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .classifier import Passages
from .lexical import Lexicon
from .pieces import normalised
from .profiles import CodeProfile

_QUOTE_CHARS = 80
_MAX_WORDS = 3
_SAME = 0.9995


class Reasoner:
    """Finds the passage or definition nearest to a segment, and the words that counted."""

    def __init__(
        self,
        *,
        study: Passages,
        profiles: Sequence[CodeProfile],
        rows: Sequence[int],
        marks: np.ndarray,
        lexicon: Lexicon,
    ) -> None:
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        self._study = study
        self._profiles = profiles
        self._coded = [
            [rows[r] for r in np.flatnonzero(marks[:, code]).tolist()] for code in range(len(profiles))
        ]
        self._lexicon = lexicon
        # Vectors of what is coded with each code, taken out once: there are many reasons to give.
        self._coded_vectors = [study.vectors[coded] for coded in self._coded]
        self._is_telling = np.array([word not in ENGLISH_STOP_WORDS for word in lexicon.words], dtype=bool)
        self._shared_columns: dict[int, np.ndarray] = {}

    def reason(self, segment: int, code: int, pulls: np.ndarray | None) -> str:
        """One or two plain sentences; a quote in them has at most 80 characters."""
        parts = [self._nearest(segment, code)]
        words = self._words(segment, pulls) if pulls is not None else self._shared(segment, code)
        if words:
            parts.append(f"Words that counted: {', '.join(words)}.")
        return " ".join(parts)

    def _nearest(self, segment: int, code: int) -> str:
        profile = self._profiles[code]
        vector = self._study.vectors[segment]
        to_parts = profile.vectors @ vector
        coded = self._coded[code]
        if coded:
            likeness = self._coded_vectors[code] @ vector
            if segment in coded:
                likeness[coded.index(segment)] = -np.inf
            best = int(np.argmax(likeness))
            if likeness[best] >= to_parts.max():
                quote = short(self._study.texts[coded[best]])
                how = "Nearly the same words as" if likeness[best] >= _SAME else "Close to"
                return f"{how} a passage already coded “{profile.name}”: {_cited(quote)}"
        if len(profile.parts) == 1:
            return f"Close in meaning to the name of the code, “{short(profile.name)}”."
        best_part = 1 + int(np.argmax(to_parts[1:]))
        return (
            f"Close to what the codebook says of “{profile.name}”: {_cited(short(profile.parts[best_part]))}"
        )

    def _words(self, segment: int, pulls: np.ndarray) -> list[str]:
        """Words of the segment whose weight speaks for the code, strongest first."""
        columns, values = self._row(segment)
        return self._named(columns, values * pulls[columns])

    def _shared(self, segment: int, code: int) -> list[str]:
        """Words the segment and the definition have in common, rarest first."""
        if code not in self._shared_columns:
            told = self._lexicon.features([self._profiles[code].parts[0]])
            self._shared_columns[code] = np.asarray(told.indices)
        columns, values = self._row(segment)
        return self._named(columns, np.where(np.isin(columns, self._shared_columns[code]), values, 0.0))

    def _row(self, segment: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns of the words of a segment that tell something, and their values."""
        lexical = self._study.lexical
        span = slice(lexical.indptr[segment], lexical.indptr[segment + 1])
        columns, values = lexical.indices[span], lexical.data[span]
        is_word = columns < len(self._is_telling)
        columns, values = columns[is_word], values[is_word]
        kept = self._is_telling[columns]
        return columns[kept], values[kept].astype(np.float64)

    def _named(self, columns: np.ndarray, worth: np.ndarray) -> list[str]:
        positive = np.flatnonzero(worth > 0)
        found = [(-float(worth[i]), str(self._lexicon.words[columns[i]])) for i in positive.tolist()]
        return [word for _, word in sorted(found)][:_MAX_WORDS]


def _cited(words: str) -> str:
    """Words in quotation marks at the end of a sentence, which ends once."""
    return f"“{words}”" if words.endswith((".", "!", "?", "…")) else f"“{words}”."


def short(text: str) -> str:
    """The beginning of a text, whole words, at most 80 characters and a mark that it goes on."""
    plain = normalised(text)
    if len(plain) <= _QUOTE_CHARS:
        return plain
    cut = plain.rfind(" ", 0, _QUOTE_CHARS)
    return plain[: cut if cut > 0 else _QUOTE_CHARS - 1].rstrip(" .,;:") + "…"
