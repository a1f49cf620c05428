"""Why a code was suggested, in words a researcher can check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .classifier import Passages
from .lexical import Lexicon
from .pieces import normalised
from .profiles import CodeProfile

_QUOTE_CHARS = 80
_MAX_WORDS = 3
_SAME = 0.9995
_Worth = Callable[[int, float], float]


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
        self._stop: frozenset[str] = ENGLISH_STOP_WORDS

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
        coded: list[int] = [i for i in self._coded[code] if i != segment]
        if coded:
            likeness = self._study.vectors[coded] @ vector
            best = int(np.argmax(likeness))
            if likeness[best] >= to_parts.max():
                quote = short(self._study.texts[coded[best]])
                how = "Nearly the same words as" if likeness[best] >= _SAME else "Close to"
                return f"{how} a passage already coded “{profile.name}”: “{quote}”."
        if len(profile.parts) == 1:
            return f"Close in meaning to the name of the code, “{short(profile.name)}”."
        best_part = 1 + int(np.argmax(to_parts[1:]))
        return f"Close to what the codebook says of “{profile.name}”: “{short(profile.parts[best_part])}”."

    def _words(self, segment: int, pulls: np.ndarray) -> list[str]:
        """Words of the segment whose weight speaks for the code, strongest first."""
        return self._named(segment, lambda column, value: value * pulls[column])

    def _shared(self, segment: int, code: int) -> list[str]:
        """Words the segment and the definition have in common, rarest first."""
        told = self._lexicon.features([self._profiles[code].parts[0]])
        shared = set(told.indices)
        return self._named(segment, lambda column, value: value if column in shared else 0.0)

    def _named(self, segment: int, worth: _Worth) -> list[str]:
        row = self._study.lexical[segment]
        words = self._lexicon.words
        found = [
            (-float(worth(int(column), float(value))), str(words[column]))
            for column, value in zip(row.indices, row.data, strict=True)
            if column < len(words) and words[column] not in self._stop
        ]
        return [word for weight, word in sorted(found) if weight < 0][:_MAX_WORDS]


def short(text: str) -> str:
    """The beginning of a text, whole words, at most 80 characters and a mark that it goes on."""
    plain = normalised(text)
    if len(plain) <= _QUOTE_CHARS:
        return plain
    cut = plain.rfind(" ", 0, _QUOTE_CHARS)
    return plain[: cut if cut > 0 else _QUOTE_CHARS - 1].rstrip(" .,;:") + "…"
