"""Words in a text, found without regard to case, accents or kinds of quote marks, at their true offsets.

A lowered or stripped copy of a text may have other lengths than the text, so what is searched is the
text itself (or a lowered copy of the very same length), and it is the pattern that is made tolerant.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Mode = Literal["phrase", "any"]
_MARKS = "[\u0300-\u036f]*"
# Signs that are typed one way and printed another.
_ALIKE = ("'’‘ʼ", '"“”„', "-‐‑")
_SIGNS = {sign: f"[{re.escape(signs)}]" for signs in _ALIKE for sign in signs}


@lru_cache(maxsize=1)
def _accented() -> dict[str, str]:
    """A plain Latin letter -> itself and every letter that is it with accents."""
    found: dict[str, str] = {}
    for number in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(number)
        base = unicodedata.normalize("NFD", letter)[0]
        if base != letter and base.isascii() and base.isalpha():
            found[base] = found.get(base, base) + letter
    return found


# "No word sign before the sign just read": placed after the first sign, because a pattern that begins
# with a look behind is tried at every place of the text, several times slower.
_BEGINS = r"(?<!\w[\s\S])"


def _tolerant(word: str, *, ignore_accents: bool, begins: bool) -> str:
    if ignore_accents:
        word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    parts = []
    for at, char in enumerate(word):
        alike = _accented().get(char, char) if ignore_accents else char
        sign = _SIGNS.get(char) or (f"[{alike}]" if len(alike) > 1 else re.escape(char))
        marks = _MARKS if ignore_accents and char.isalpha() else ""
        parts.append(sign + (_BEGINS if begins and at == 0 else "") + marks)
    return "".join(parts)


class Finder:
    """Finds one wish in many texts.

    ``wanted`` is a phrase (its words may be parted by any white space) or, in the mode ``any``, words
    of which each counts. Nothing but white space finds nothing.
    """

    def __init__(
        self,
        wanted: str,
        *,
        mode: Mode = "phrase",
        ignore_case: bool = True,
        ignore_accents: bool = True,
        whole_word: bool = False,
    ) -> None:
        words = wanted.split()
        self._is_blank = not words
        self._ignore_case = ignore_case
        lowered = [word.lower() for word in words] if ignore_case else words
        parts = [
            _tolerant(word, ignore_accents=ignore_accents, begins=whole_word and (mode == "any" or at == 0))
            for at, word in enumerate(lowered)
        ]
        if mode == "any":
            # A longer word first, so that it is not cut short by a shorter one with the same beginning.
            inner = "|".join(sorted(set(parts), key=lambda part: (-len(part), part)))
        else:
            inner = r"\s+".join(parts)
        source = rf"(?:{inner})(?!\w)" if whole_word else f"(?:{inner})"
        self._exact = re.compile(source)
        self._loose = re.compile(source, re.IGNORECASE)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Half-open code-point offsets of every hit, in order, none overlapping another."""
        if self._is_blank:
            return []
        if not self._ignore_case:
            return [m.span() for m in self._exact.finditer(text)]
        lowered = text.lower()
        if len(lowered) == len(text):  # searching this copy is several times faster
            return [m.span() for m in self._exact.finditer(lowered)]
        return [m.span() for m in self._loose.finditer(text)]
