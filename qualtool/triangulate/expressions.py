"""Theme expressions such as ``MAGNET and not PUSH``: parsed once, then asked of each participant."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import UnionType

from ..errors import UserInputError

MAX_DEPTH = 40
_TOKEN = re.compile(r'\s*(?:(?P<bracket>[()])|"(?P<quoted>[^"]*)"|(?P<word>[^\s()"]+)|(?P<stray>"))')
_KEYWORDS = ("and", "or", "not")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeName:
    """One code: its short id, or its name or path written in double quotes."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    inner: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    left: Expression
    right: Expression


Expression = CodeName | Not | And | Or


def parse_theme(text: str, *, where: str = "theme") -> Expression:
    """Read an expression of codes joined by ``and``, ``or``, ``not`` and parentheses.

    ``not`` binds closest, then ``and``, then ``or``; small or capital letters. A name with spaces
    stands in double quotes.

    Raises:
        UserInputError: what is wrong, with its position in characters from 1.
    """
    return _Parser(text, where).parse()


def is_voiced(expression: Expression, codes: Collection[str]) -> bool:
    """Is the expression true of somebody to whom exactly ``codes`` were given?"""
    match expression:
        case CodeName(name=name):
            return name in codes
        case Not(inner=inner):
            return not is_voiced(inner, codes)
        case And(left=left, right=right):
            return is_voiced(left, codes) and is_voiced(right, codes)
        case Or(left=left, right=right):
            return is_voiced(left, codes) or is_voiced(right, codes)


def codes_of(expression: Expression) -> tuple[str, ...]:
    """The codes an expression names, each once, in order of appearance."""
    match expression:
        case CodeName(name=name):
            return (name,)
        case Not(inner=inner):
            return codes_of(inner)
        case And(left=left, right=right) | Or(left=left, right=right):
            return tuple(dict.fromkeys(codes_of(left) + codes_of(right)))


def affirmed_codes(expression: Expression) -> tuple[str, ...]:
    """The codes that make an expression true where they are given; those under a ``not`` are left out."""
    return tuple(dict.fromkeys(_with_sign(expression, True)))


def _with_sign(expression: Expression, is_wanted: bool) -> tuple[str, ...]:
    match expression:
        case CodeName(name=name):
            return (name,) if is_wanted else ()
        case Not(inner=inner):
            return _with_sign(inner, not is_wanted)
        case And(left=left, right=right) | Or(left=left, right=right):
            return _with_sign(left, is_wanted) + _with_sign(right, is_wanted)


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """The expression with other names for some of its codes: old name -> new name."""
    match expression:
        case CodeName(name=name):
            return CodeName(name=names.get(name, name))
        case Not(inner=inner):
            return Not(inner=renamed(inner, names))
        case And(left=left, right=right):
            return And(left=renamed(left, names), right=renamed(right, names))
        case Or(left=left, right=right):
            return Or(left=renamed(left, names), right=renamed(right, names))


def written(expression: Expression) -> str:
    """An expression as a person writes it; ``parse_theme`` reads it back. Names hold no double quote."""
    match expression:
        case CodeName(name=name):
            is_word = re.fullmatch(r'[^\s()"]+', name) is not None and name.lower() not in _KEYWORDS
            return name if is_word else f'"{name}"'
        case Not(inner=inner):
            return f"not {_inside(inner, And | Or)}"
        case And(left=left, right=right):
            return f"{_inside(left, Or)} and {_inside(right, And | Or)}"
        case Or(left=left, right=right):
            return f"{written(left)} or {_inside(right, Or)}"


def _inside(expression: Expression, in_brackets: type[And] | type[Or] | UnionType) -> str:
    told = written(expression)
    return f"({told})" if isinstance(expression, in_brackets) else told


def _shown(word: str) -> str:
    """A word as a message may show it; a long one may be a participant's, in a file given by mistake."""
    return f"'{word}'" if len(word) <= 16 else "this"


class _Parser:
    """Recursive descent; ``tokens`` are (kind, text, position from 1), the last one is the end."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while match := _TOKEN.match(text, at):
            kind = str(match.lastgroup)
            word = match[kind]
            position = match.start(kind) + 1
            if kind == "stray":
                raise self._refused("A double quote is opened and never closed", position)
            if kind == "quoted" and not word.strip():
                raise self._refused("Nothing stands between the double quotes", position)
            if kind == "word" and word.lower() in _KEYWORDS:
                kind, word = "keyword", word.lower()
            self.tokens.append((kind, word, position))
            at = match.end()
        self.tokens.append(("end", "", len(text) + 1))
        self.at = 0

    def parse(self) -> Expression:
        found = self._either(0)
        kind, word, position = self.tokens[self.at]
        if kind != "end":
            raise self._refused(f"{_shown(word)} is not expected here", position)
        return found

    def _either(self, depth: int) -> Expression:
        found = self._both(depth)
        while self._took("keyword", "or"):
            found = Or(left=found, right=self._both(depth))
        return found

    def _both(self, depth: int) -> Expression:
        found = self._single(depth)
        while self._took("keyword", "and"):
            found = And(left=found, right=self._single(depth))
        return found

    def _single(self, depth: int) -> Expression:
        kind, word, position = self.tokens[self.at]
        if depth > MAX_DEPTH:
            raise self._refused(f"The expression is nested more than {MAX_DEPTH} deep", position)
        if self._took("keyword", "not"):
            return Not(inner=self._single(depth + 1))
        if self._took("bracket", "("):
            found = self._either(depth + 1)
            if not self._took("bracket", ")"):
                raise self._refused("A ')' is missing", self.tokens[self.at][2])
            return found
        if kind in ("word", "quoted"):
            self.at += 1
            return CodeName(name=word.strip())
        if kind == "end":
            raise self._refused("A code is missing at the end", position)
        raise self._refused(f"A code is expected and not {_shown(word)}", position)

    def _took(self, kind: str, word: str) -> bool:
        if self.tokens[self.at][:2] == (kind, word):
            self.at += 1
            return True
        return False

    def _refused(self, message: str, position: int) -> UserInputError:
        return UserInputError.single(
            f"{self.where}, character {position}",
            f"{message}.",
            "Write codes joined by and, or, not, as in MAGNET and not PUSH.",
        )
