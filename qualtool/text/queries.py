"""What a person types into a search box: words, "a phrase", OR, and NOT or - before what must not be there.

A passage fits where all words of one of the alternatives stand in it, as whole words in any order, without
regard to capitals and accents, and none of those denied. OR parts alternatives: ``a b OR c`` is (a and b),
or c. OR and NOT count only in capitals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import Problem, UserInputError
from .finding import Finder

_PIECE = re.compile(r'(?P<minus>-?)(?:["“”](?P<phrase>[^"“”]*)["“”]|(?P<word>\S+))')
_QUOTES = re.compile('["“”]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Words and phrases that must be there, and those that must not."""

    wanted: tuple[str, ...]
    denied: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """``is_strict``: quotes, OR, NOT or - were used, so nothing but what fits is wanted."""

    alternatives: tuple[Alternative, ...]
    is_strict: bool

    @property
    def words(self) -> str:
        """All that is wanted, to be compared by meaning."""
        return " ".join(w for one in self.alternatives for w in one.wanted)


def parse_query(typed: str) -> Query:
    """Read what was typed.

    Raises:
        UserInputError: nothing to look for, a quotation mark that is not closed, or an OR or NOT without
            anything beside it; all faults at once.
    """
    problems: list[Problem] = []
    if len(_QUOTES.findall(typed)) % 2:
        problems.append(_problem("A quotation mark is not closed.", "Close it, or take it out."))
    parts: list[tuple[list[str], list[str]]] = [([], [])]
    is_strict = is_denied = False
    for piece in _PIECE.finditer(typed):
        word = piece["word"]
        if word in ("OR", "NOT"):
            is_strict = True
            if word == "OR":
                parts.append(([], []))
            is_denied = word == "NOT"
            continue
        text = " ".join((piece["phrase"] if word is None else word).split())
        if not any(c.isalnum() for c in text):
            continue
        is_minus = bool(piece["minus"])
        is_strict |= is_minus or word is None
        parts[-1][1 if is_denied or is_minus else 0].append(text)
        is_denied = False
    if is_denied:
        problems.append(_problem("Nothing follows the last NOT.", "Say what must not be there."))
    if any(not wanted for wanted, _ in parts):
        problems.append(
            _problem("There is nothing to look for on one side.", "Give a word that must be there.")
            if len(parts) > 1
            else _problem("There is nothing to look for.", "Give a word that must be there.")
        )
    if problems:
        raise UserInputError(" ".join(str(p) for p in problems), problems=problems)
    alternatives = tuple(Alternative(wanted=tuple(w), denied=tuple(d)) for w, d in parts)
    return Query(alternatives=alternatives, is_strict=is_strict)


def _problem(message: str, next: str) -> Problem:
    return Problem(where="search", message=message, next=next)


class Matcher:
    """Tells whether passages fit a query; made once for many passages."""

    def __init__(self, query: Query) -> None:
        self._alternatives = [
            ([_finder(w) for w in one.wanted], [_finder(w) for w in one.denied]) for one in query.alternatives
        ]

    def fits(self, text: str) -> bool:
        return any(
            all(w.spans(text) for w in wanted) and not any(d.spans(text) for d in denied)
            for wanted, denied in self._alternatives
        )


def _finder(text: str) -> Finder:
    return Finder(text.strip(".,;:!?()"), whole_word=True)
