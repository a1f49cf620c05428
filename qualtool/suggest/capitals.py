"""Words with a capital in running text: stretches of them, and whether the capital means anything.

At the start of a sentence, of a turn or of a quotation a capital is the grammar's. Inside a sentence
it is the word's own, and what is left once ordinary words are taken away is mostly names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .first_names import ALSO_WORDS, FIRST_NAMES
from .ordinary_words import FUNCTION_WORDS, MONTHS, ORDINARY

_UPPER = r"(?!\d|_)[^\Wa-zß-öø-ÿ]"
# One word: a capital, letters, and parts joined by an apostrophe or a hyphen.
CAPITAL = rf"{_UPPER}[^\W\d_]*(?:['’-][^\W\d_]+)*"
_RUN = re.compile(rf"(?<![\w'’-])(?:St\.?[ ])?{CAPITAL}(?:[ ]{CAPITAL})*")
_PLACE_NAME = re.compile(
    rf"(?<![\w'’-]){CAPITAL}(?:-(?:on|upon|in|le|under|by|super|next)(?:-the)?-{CAPITAL}"
    rf"|[ ](?:upon|le|super)[ ](?:the[ ])?{CAPITAL}|[ ]on[ ](?:Sea|Thames|Avon|Trent|Tyne|Tees)\b)"
)
_WORD = re.compile(rf"{CAPITAL}|St\.")
_SMALL = re.compile(r"\b[a-zß-öø-ÿ][^\W\d_]*(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’](?:s|S)$|(?<=s)['’]$")
# Behind one of these a capital letter is the grammar's, not the word's own.
_OPENS = re.compile(r"(?:^|[.!?…:;\n•|]['\"’”)\]]*|['\"‘“(\[\]*#>–—]|--|\s-)\s*$")
_LOOK_BACK = 6
_BEFORE = re.compile(r"([^\W\d_]+(?:['’][^\W\d_]+)?)[ ]$")
_BEHIND = re.compile(r"['’]s[ ]([^\W\d_]+)|[ ]([^\W\d_]+(?:['’][^\W\d_]+)?)")


class Word(NamedTuple):
    """A word of a text without its possessive: half-open offsets."""

    text: str
    start_char: int
    end_char: int


class Run(NamedTuple):
    """Capital words one after another. ``opens`` says that the first of them opens a sentence.

    ``before`` and ``behind`` are the words beside it in small letters; ``owns`` that a possessive
    stands between the run and the word behind it.
    """

    words: tuple[Word, ...]
    opens: bool
    before: str
    behind: str
    owns: bool


def without_possessive(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def opens_sentence(text: str, at: int) -> bool:
    """Is a capital at this place the grammar's own?"""
    return _OPENS.search(text[max(0, at - _LOOK_BACK) : at]) is not None


def is_shout(word: str) -> bool:
    """SENCO, EHCP, TAs: an abbreviation rather than a name."""
    letters = word.rstrip("s")
    return len(word) > 1 and letters.isupper()


def key(word: str) -> str:
    """How words are compared: small letters, one kind of apostrophe."""
    return word.replace("’", "'").lower()


def opens_only(word: str) -> bool:
    """Is this a word that has its capital from the start of a sentence, and is no part of a name?"""
    plain = key(without_possessive(word))
    return (plain in FUNCTION_WORDS or key(word) in FUNCTION_WORDS) and plain not in ALSO_WORDS


def is_ordinary(word: str) -> bool:
    """Does this word, written with a capital, name nobody in particular? Will and Hope may name somebody."""
    plain = key(without_possessive(word))
    if plain in FUNCTION_WORDS and plain in ALSO_WORDS and plain not in MONTHS:
        return False
    return plain in ORDINARY or key(word) in ORDINARY or len(plain) < 2 or is_shout(word)


def small_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in small letters, possessives counted for their word."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(_SMALL.findall(text))
    for word in [w for w in counts if w.endswith(("'s", "’s"))]:
        counts[without_possessive(word)] += counts[word]
    return counts


def runs_of(text: str) -> Iterator[Run]:
    """Every stretch of capital words that are not ordinary, in order.

    Ordinary words (Year, Ofsted, Then) part a stretch and are left out. The start of a sentence
    counts for the first word only.
    """
    for match in _RUN.finditer(text):
        if match.end() - match.start() < 2 or match.group() in ("I'm", "I’m", "I'll", "I'd"):
            continue
        words: list[Word] = []
        for found in _WORD.finditer(text, match.start(), match.end()):
            word = found.group()
            opens = found.start() == match.start() and key(word) in FUNCTION_WORDS
            is_no_name = is_ordinary(word) or (opens and opens_sentence(text, match.start()))
            if is_no_name and word not in ("St", "St."):
                yield from _run(text, words, match.start())
                words = []
            else:
                plain = without_possessive(word)
                words.append(Word(plain, found.start(), found.start() + len(plain)))
                if plain != word and not _is_saint(words):
                    yield from _run(text, words, match.start())
                    words = []
        yield from _run(text, words, match.start())


def _is_saint(words: list[Word]) -> bool:
    return words[0].text in ("St", "St.", "Saint")


def _run(text: str, words: list[Word], opening: int) -> Iterator[Run]:
    if not words or (len(words) == 1 and words[0].text in ("St", "St.")):
        return
    start, end = words[0].start_char, words[-1].end_char
    opens = start == opening and opens_sentence(text, start)
    before = _BEFORE.search(text, max(0, start - 20), start)
    behind = _BEHIND.match(text, end)
    owns = behind is not None and behind.group(1) is not None
    yield Run(
        words=tuple(words),
        opens=opens,
        before=key(before.group(1)) if before else "",
        behind=key((behind.group(1) or behind.group(2)) if behind else ""),
        owns=owns,
    )


def place_names(text: str) -> Iterator[Word]:
    """Names of places joined by small words: Stow-on-the-Wold, Barton upon Mere, Staithe on Sea."""
    for match in _PLACE_NAME.finditer(text):
        words = re.split(r"[ -]", match.group())
        if is_ordinary(words[0]) or is_ordinary(words[-1]) or opens_sentence(text, match.start()):
            continue
        # "Ruth in Oakfield" is a person in a place.
        if "-" in match.group() or key(words[0]) not in FIRST_NAMES:
            yield Word(without_possessive(match.group()), match.start(), match.end())
