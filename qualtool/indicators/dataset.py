"""How a published dataset is described: what its header must hold and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model import ValueStatus
from .cells import Kind
from .symbols import NO_TOKENS

Value = tuple[str, str | None, str, float | None, str, str]
Get = Callable[[str], str]
"""``get(header)``: the trimmed cell of the row at hand, "" where the file has no such column."""
Level = tuple[str, str | None, str | None]
"""``(level, phase, la_code)`` of an aggregate row."""
Extra = tuple[str, str]
"""``(name, text)`` of an attribute made from several cells of one row."""

OWN_PREFIX = "own:"
"""What the id of a table of the team starts with."""
_FOOTNOTE = re.compile(r"\(\d+\)")
_JOINTS = re.compile(r"[\s_/\-]+")
# Some copies cut header names at 64 characters.
_CUT_AT = 60


def normalise_header(text: str) -> str:
    """Lower case, no byte-order mark, no bracketed footnote numbers, joints as single underscores."""
    plain = text.replace("\ufeff", "").removeprefix("ï»¿")
    return _JOINTS.sub("_", _FOOTNOTE.sub(" ", plain).strip().lower()).strip("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A kept column: stable ``name``, the normalised ``headers`` it goes by, its ``kind``.

    Blank cells of a column with ``keeps_blank=False`` are counted and not stored.
    """

    name: str
    headers: tuple[str, ...]
    kind: Kind
    keeps_blank: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One kind of published file.

    ``signature``: every group needs one of its normalised headers; ``without``: none may be there.
    ``level_of`` names the area of a row that is no school, None where it should have been one.
    ``skip`` gives the reason to leave a row of a school out. ``mend`` corrects a row in place and
    returns a warning; ``extras`` makes attributes out of several cells and adds its warnings.
    ``sums_rows``: rows of one school are added up, and ``ratios`` (name: numerator, denominator)
    made again from the sums. ``is_links``: rows are links between schools.
    """

    id: str
    label: str
    signature: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("urn",)
    la: tuple[str, ...] = ("la",)
    laestab: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    required: tuple[str, ...] = ()
    tokens: Mapping[str, ValueStatus] = field(default_factory=lambda: NO_TOKENS)
    year_header: str | None = None
    level_of: Callable[[Get], Level | None] | None = None
    skip: Callable[[Get], str | None] | None = None
    mend: Callable[[list[str], Mapping[str, int]], str | None] | None = None
    extras: Callable[[Get, Callable[[str], None]], Iterable[Extra]] | None = None
    checksums: Callable[[list[Value], list[dict[str, Any]]], list[dict[str, Any]]] | None = None
    personal: frozenset[str] = frozenset()
    joins_tail: bool = False
    sums_rows: bool = False
    ratios: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    is_links: bool = False

    @property
    def is_published(self) -> bool:
        """Whether it is a publisher's dataset, and not a table of the team."""
        return not self.id.startswith(OWN_PREFIX)

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a header with these normalised names is one of this dataset."""
        if self.without & headers:
            return False
        return all(any(find_header(headers, name) for name in group) for group in self.signature)


def find_header(headers: Collection[str], name: str) -> str | None:
    """The header that is ``name``, or is ``name`` cut at 64 characters."""
    if name in headers:
        return name
    return next((h for h in headers if len(h) >= _CUT_AT and name.startswith(h)), None)


def header_index(header: Sequence[str]) -> dict[str, int]:
    """Normalised name -> column number; the second column of a name is ``name#2``, and so on."""
    index: dict[str, int] = {}
    for number, cell in enumerate(header):
        name = normalise_header(cell)
        nth = 1
        while (key := name if nth == 1 else f"{name}#{nth}") in index:
            nth += 1
        index[key] = number
    return index


def column(name: str, *headers: str, kind: Kind, keeps_blank: bool = True) -> Column:
    """A kept column; without ``headers`` its header is its name."""
    return Column(
        name=name,
        headers=tuple(normalise_header(h) for h in headers) or (name,),
        kind=kind,
        keeps_blank=keeps_blank,
    )
