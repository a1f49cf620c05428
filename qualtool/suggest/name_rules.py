"""Names told by the words around them: titles, schools, introductions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .capitals import CAPITAL, Word, is_ordinary, is_shout, key, opens_only, without_possessive
from .first_names import ALSO_WORDS, FIRST_NAMES

_TITLES = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Reverend|Revd|Canon|Cllr|Councillor|Doctor"
)
_TITLED = re.compile(
    rf"\b(?:{_TITLES})(?:\.[ ]?|[ ])"
    rf"((?:(?:van|von|de|der|la|el|al|bin|Mc|Mac|O)[ ])*{CAPITAL}(?:[ ]{CAPITAL}){{0,2}})"
)
TITLE = re.compile(rf"(?:{_TITLES})(?:\.[ ]?|[ ])(?=\S)")

_RELATIONS = (
    r"son|daughter|boy|girl|lad|eldest|youngest|oldest|brother|sister|husband|wife|partner|friend|nephew|niece"
    r"|cousin|grandson|granddaughter|mum|dad|nan|child|stepson|stepdaughter|twins?|colleague|neighbour"
)
_INTRODUCED = re.compile(
    rf"\b(?:(?:is|was|'s|’s|boy|girl|lad|child|pupil|student|kid|man|woman|someone|somebody|teacher)?[ ]?"
    rf"(?:called|named)"
    rf"|names?(?: is|['’]s| was| were)"
    rf"|(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir)"
    rf"(?: (?:little|older|younger|eldest|youngest|big|best|own|other))?"
    rf" (?:{_RELATIONS}),?(?: (?:is|was))?"
    rf"|[Tt]his is|[Mm]eet|nicknamed|known as)[ ]({CAPITAL}(?:[ ]{CAPITAL})?)"
)

_FAITH = (
    r"C of E|C\.? ?of ?E\.?|CofE|C\.? ?E\.?|VA|VC|R\.? ?C\.?|Church of England|Church in Wales|Roman Catholic"
    r"|Catholic|Anglican|Methodist|Jewish|Muslim|Islamic|Community|Voluntary|Aided|Controlled|Foundation|Free"
    r"|Special|Endowed|Ecumenical|Bilingual|International|Independent"
)
_LEVEL = (
    r"Primary|Infants['’]?|Infant|Juniors?|Nursery|Pre-?[Ss]chool|First|Middle|High|Upper|Lower|Secondary"
    r"|Grammar|Comprehensive|Girls['’]?|Boys['’]?|Preparatory|Prep|Sixth Form|Technology|Sports|Arts"
    r"|All-Through"
)
_END = (
    r"Schools?|Academy|Academies|College|Nursery|Primary|Infants|Juniors|High|Grammar|Comprehensive|Secondary"
    r"|Federation|Sixth Form|UTC|Preschool|Pre-School|Playgroup"
)
_SCHOOL_END = re.compile(rf"\b(?:{_END})\b(?! (?:{_END}|{_LEVEL})\b)")
_TYPE = re.compile(rf"(?:(?:{_FAITH}|{_LEVEL}|{_END}|and|&|School)(?: |$))+$")
_LEFT = re.compile(rf"(?:{CAPITAL}|St\.|of|the|on|upon|le|de|&|and|C\.E\.|R\.C\.)$")
_CONNECTORS = frozenset(("of", "the", "on", "upon", "le", "de", "&", "and"))
_SAINTS = ("St", "St.", "SS", "Saint", "Our", "All")
_MOST_WORDS = 9
# What is left of these in front of "School" names no school: the Special School, a Local High School.
_NO_HEAD = frozenset(
    [
        "the",
        "a",
        "our",
        "my",
        "your",
        "their",
        "his",
        "her",
        "local",
        "mainstream",
        "special",
        "special",
        "new",
        "old",
        "big",
        "nearby",
        "other",
        "same",
        "private",
        "public",
        "state",
        "whole",
        "sunday",
        "summer",
        "saturday",
        "boarding",
        "forest",
        "secondary",
        "primary",
        "catholic",
    ]
)


# Titles that nobody is called by without a name behind them.
_NEVER_ALONE = ("Mr", "Ms", "Mx", "Dame", "Prof", "Rev", "Cllr")


class SchoolName(NamedTuple):
    """A school's name as it stands, and the part of it that is no word for a kind of school."""

    word: Word
    head: str


def titled_names(text: str) -> Iterator[tuple[Word, tuple[str, ...]]]:
    """``(title and name, words of the name)``: Mrs Okafor, Dr. Vance, Miss Anna Lee."""
    for match in _TITLED.finditer(text):
        words: list[str] = []
        end = match.start(1)
        for found in re.finditer(r"\S+", match.group(1)):
            word = found.group()
            small = word.islower() or word in ("Mc", "Mac", "O")
            if not small and not _follows_title(word, match.group(), bool(words)):
                break
            plain = without_possessive(word)
            words.append(plain)
            end = match.start(1) + found.start() + len(plain)
            if plain != word:
                break
        if words and not words[-1].islower():
            yield Word(text[match.start() : end], match.start(), end), tuple(words)


def _follows_title(word: str, titled: str, is_later: bool) -> bool:
    """Can this be a name behind a title? "Mr Green" is one; "Miss The" begins a new sentence."""
    if is_shout(word) or len(without_possessive(word)) < 2:
        return False
    if is_later:
        return not is_ordinary(word)
    return not opens_only(word) or titled.startswith(_NEVER_ALONE)


def introduced_names(text: str) -> Iterator[Word]:
    """Names after "called", "my son", "this is" and their like."""
    for match in _INTRODUCED.finditer(text):
        words: list[str] = []
        for word in match.group(1).split():
            if opens_only(word) if words else _is_no_first_name(word):
                break
            words.append(without_possessive(word))
            if words[-1] != word:
                break
        if words:
            name = " ".join(words)
            yield Word(name, match.start(1), match.start(1) + len(name))


def _is_no_first_name(word: str) -> bool:
    return is_shout(word) or (is_ordinary(word) and key(without_possessive(word)) not in ALSO_WORDS)


def school_names(text: str) -> Iterator[SchoolName]:
    """Names with a word for a school at their end: St Mary's C of E Primary School, Denholme High."""
    for match in _SCHOOL_END.finditer(text):
        start = _walk_left(text, match.start())
        start = _skip_opening(text, start, match.start())
        if start >= match.start():
            continue
        name = text[start : match.end()]
        head = school_head(name)
        if head:
            yield SchoolName(Word(name, start, match.end()), head)


def _walk_left(text: str, at: int) -> int:
    """Where the capital words and small joining words before ``at`` begin."""
    start = at
    for _ in range(_MOST_WORDS):
        if start == 0 or text[start - 1] != " ":
            break
        match = _LEFT.search(text, max(0, start - 30), start - 1)
        if match is None or (match.start() > 0 and (text[match.start() - 1].isalnum())):
            break
        word = match.group()
        if word in ("and", "&") and not text[start : start + 6].startswith(_SAINTS):
            break
        # "Kieran of Oakfield Primary" is a boy of a school.
        if key(word) in FIRST_NAMES and text[match.end() + 1 :].startswith(("of ", "on ")):
            break
        start = match.start()
    return start


def _skip_opening(text: str, start: int, end: int) -> int:
    """Leave words out in front that are no part of a name: At, The, Head of."""
    while start < end:
        word = re.match(r"\S+", text[start:end])
        if word is None:
            break
        plain = word.group()
        if plain in _SAINTS or not (plain in _CONNECTORS or _opens_no_name(plain)):
            break
        start += word.end()
        while start < end and text[start] == " ":
            start += 1
    return start


def _opens_no_name(word: str) -> bool:
    plain = key(word)
    if plain in ALSO_WORDS:
        return False
    return plain in _NO_HEAD or (is_ordinary(word) and _TYPE.match(word) is None)


def school_head(name: str) -> str:
    """The name without its words for kinds of school; blank where nothing is left.

    "St Mary's C of E Primary School" gives "St Mary's", "The Oakfield Academy" gives "Oakfield".
    """
    head = _TYPE.sub("", name).strip(" ,")
    head = re.sub(r"^[Tt]he ", "", head)
    words = head.split()
    if not words or all(key(w) in _NO_HEAD or w in _CONNECTORS or is_shout(w) for w in words):
        return ""
    return head


def is_school_word(word: str) -> bool:
    """Is this a word for a kind of school?"""
    return _TYPE.fullmatch(word) is not None and word not in _CONNECTORS
