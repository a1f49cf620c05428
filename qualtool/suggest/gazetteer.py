"""Names of schools, authorities and districts, matched as whole words in running text.

From the register of schools a study has loaded, and from its own cases. Of a school's name the part
before the words for its kind counts too ("Oakfield" for "Oakfield Primary School"): people say it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .capitals import Word, is_ordinary, key, without_possessive
from .name_rules import is_school_word, school_head

_START = re.compile(r"(?<![\w'’])[^\W\d_a-zß-öø-ÿ]")
_TOKEN = re.compile(r"[^\s,;:!?()\"“”\[\]\n]+[ ]?")
_MOST_WORDS, _WINDOW = 9, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Names by their key: ``schools`` and their short forms, ``places``; built by ``gazetteer_of``.

    ``single`` holds names of one word: too like ordinary words and surnames to be found by
    themselves, they tell what kind of name a word is that another rule has found.
    """

    several: dict[str, str] = field(default_factory=dict[str, str])
    single: dict[str, str] = field(default_factory=dict[str, str])
    openings: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.several or self.single)

    def kind_of(self, name: str) -> str | None:
        """``school`` or ``place`` where the name is known, else None."""
        wanted = name_key(name)
        return self.several.get(wanted) or self.single.get(wanted)

    def found_in(self, text: str) -> Iterator[tuple[Word, str]]:
        """Known names of several words in a text, the longest at each place, with their kind."""
        at = 0
        for match in _START.finditer(text):
            if match.start() < at:
                continue
            tokens = _tokens(text, match.start())
            if not tokens or name_key(f"{tokens[0].text} x").split(" ")[0] not in self.openings:
                continue
            for n in range(len(tokens), 1, -1):
                stretch = text[match.start() : tokens[n - 1].end_char]
                kind = self.several.get(name_key(stretch))
                if kind is not None:
                    at = match.start() + len(_trimmed(stretch))
                    yield Word(text[match.start() : at], match.start(), at), kind
                    break


def _tokens(text: str, start: int) -> list[Word]:
    """Words from a place on, up to the next comma, bracket or line."""
    found: list[Word] = []
    at = start
    while len(found) < _MOST_WORDS and at < start + _WINDOW:
        match = _TOKEN.match(text, at)
        if match is None:
            break
        token = match.group().rstrip()
        found.append(Word(token, at, at + len(token)))
        if not match.group().endswith(" ") or (token.endswith(".") and len(token) > 3):
            break
        at = match.end()
    return found


def _trimmed(name: str) -> str:
    bare = name.rstrip(".,")
    return bare if _is_saint_of(bare) else without_possessive(bare)


def _is_saint_of(name: str) -> bool:
    return re.match(r"(?:St\.?|Saint|All|SS)\b", name) is not None


def name_key(name: str) -> str:
    """How names are compared: case, full stops, kinds of apostrophe and "Saint" make no difference."""
    plain = key(_trimmed(" ".join(name.split())))
    plain = re.sub(r"\b(?:saint|st\.)(?= )", "st", plain)
    plain = re.sub(r"\bc\.? ?of ?e\b\.?|\bc\.?e\.?(?= |$)|\bchurch of england\b", "cofe", plain)
    return re.sub(r"\br\.?c\.?(?= |$)|\broman catholic\b", "catholic", plain).replace(".", "")


def gazetteer_of(schools: Iterable[str], places: Iterable[str]) -> Gazetteer:
    """A gazetteer from names as a register has them; what is an ordinary word alone is left out."""
    several: dict[str, str] = {}
    single: dict[str, str] = {}
    names = [(name, "place") for name in dict.fromkeys(places)]
    for name in dict.fromkeys(schools):
        names.append((name, "school"))
        head = school_head(name)
        if head and head != name:
            names.append((head, "school"))
    for name, kind in names:
        words = name.split()
        if not words or all(is_ordinary(w) or is_school_word(w) or not w[0].isalpha() for w in words):
            continue
        wanted = name_key(name)
        (several if " " in wanted else single).setdefault(wanted, kind)
    return Gazetteer(
        several=several, single=single, openings=frozenset(wanted.split(" ")[0] for wanted in several)
    )
