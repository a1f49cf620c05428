"""Words that look like names, from how they are written: told apart without a model or a list.

In a transcript most names are first names of pupils and colleagues. They tie passages of one
interview together and would head every topic, though they say nothing of what it is about; and a
topic's label should name nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Behind one of these a capital letter is the grammar's, not the word's own.
_OPENS_A_SENTENCE = re.compile(r"(?:^|[.!?…:]['\"’”)\]]*|['\"‘“(\[])\s*$")
_LOOK_BACK = 6


def name_words(texts: Iterable[str]) -> frozenset[str]:
    """Words, in small letters, that stand inside sentences with a capital and never without.

    All-capital words (SENCO, EHCP) are no names. A possessive counts for its word.
    """
    with_capital: set[str] = set()
    without: set[str] = set()
    for text in texts:
        for match in _WORD.finditer(text):
            word = re.sub(r"['’]s$", "", match.group())
            if word.islower():
                without.add(word)
            elif word.istitle() and len(word) > 1:
                before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
                if not _OPENS_A_SENTENCE.search(before):
                    with_capital.add(word.lower())
    return frozenset(with_capital - without)
