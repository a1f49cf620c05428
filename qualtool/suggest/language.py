"""Are texts in English? A simple look at small words; enough for a warning, not for more."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Small words that are frequent in English and are no words, or rare ones, in its neighbours.
_SMALL_WORDS = (
    "the and of to that it is was you for with they have this be are not on we he she but had my our"
    " their what there so if would when who been will more no out them do"
)
_ENGLISH = frozenset(_SMALL_WORDS.split())
# Letters beyond Latin ones begin here.
_LAST_LATIN = "\u024f"
_LEAST_LETTERS = 200
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Of running English between a third and a half are among these; of German, French or Welsh under a tenth.
_LEAST_SHARE = 0.15
# Fewer words tell nothing: short answers ("Parking!") hold hardly any small words.
_LEAST_WORDS = 60
_LEAST_PER_TEXT = 4
_MOST_TEXTS = 2_000


def is_english(texts: Sequence[str]) -> bool | None:
    """Do the texts read like English, as a whole? None where there are too few words to tell."""
    step = max(1, len(texts) // _MOST_TEXTS)
    n_words = n_small = 0
    n_letters = n_foreign = 0
    for text in texts[::step]:
        letters = [mark for mark in text if mark.isalpha()]
        n_letters += len(letters)
        n_foreign += sum(letter > _LAST_LATIN for letter in letters)
        words = [word.lower() for word in _WORD.findall(text)]
        if len(words) >= _LEAST_PER_TEXT:
            n_words += len(words)
            n_small += sum(word in _ENGLISH for word in words)
    if n_letters >= _LEAST_LETTERS and 2 * n_foreign > n_letters:
        return False
    if n_words < _LEAST_WORDS:
        return None
    return n_small / n_words >= _LEAST_SHARE
