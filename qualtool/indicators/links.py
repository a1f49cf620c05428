"""The file of links between establishments: many rows a school, one value a school.

All links of a school become one text, ``115961 Predecessor, 148212 Successor``: what the web
search of the register prints too, so that ``succession`` reads both alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..errors import Problem
from ..model import ValueStatus
from .dataset import Value
from .plan import Plan
from .rows import is_urn

LINKS = "linked_establishments"
_LINK = re.compile(r"(\d{6})\s+([^,\[]+?)\s*(?:\[([^\]]*)\])?\s*(?:,|$)")


class Link(NamedTuple):
    """``link_urn`` is the ``kind`` (``Successor``, ``Predecessor - merged`` ...) of ``urn``."""

    urn: str
    link_urn: str
    kind: str
    day: str


def links_of(values: Iterable[Value]) -> Iterator[Link]:
    """The links in stored values, in their order; values of other names are passed over."""
    for urn, _, name, _, _, raw in values:
        if name == LINKS:
            for found in _LINK.finditer(raw):
                yield Link(urn, found.group(1), found.group(2), found.group(3) or "")


class LinkRows:
    """Collects the rows of a file of links; the same attributes as ``SchoolRows``."""

    def __init__(self, plan: Plan, *, name: str) -> None:
        self.name = name
        self.plan = plan
        self.aggregates: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self.left_out: Counter[str] = Counter()
        self.warned: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.counts: dict[str, Counter[str]] = {}
        self.n_rows = self.n_blank = self.n_aggregate = 0
        self._position = {c.column.name: c.position for c in plan.columns}
        self._links: dict[str, list[str]] = {}

    @property
    def n_schools(self) -> int:
        return len(self._links)

    @property
    def values(self) -> list[Value]:
        status = ValueStatus.TEXT.value
        return [(urn, None, LINKS, None, status, ", ".join(found)) for urn, found in self._links.items()]

    def take(self, line: int, row: list[str]) -> None:
        """Take one row, as read, with the line it starts on."""
        self.n_rows += 1
        if not any(cell.strip() for cell in row):
            self.n_blank += 1
            return
        if len(row) != self.plan.width:
            self._problem(line, f"The line has {len(row)} cells and the header has {self.plan.width}.")
            return
        urn = row[self.plan.key].strip() if self.plan.key is not None else ""
        link_urn = row[self._position[LINKS]].strip()
        if not (is_urn(urn) and is_urn(link_urn)):
            self._problem(line, "A URN of the link is not six digits.")
            return
        kind = row[self._position["link_type"]].strip()
        day = row[self._position["link_date"]].strip() if "link_date" in self._position else ""
        self._links.setdefault(urn, []).append(f"{link_urn} {kind}" + (f" [{day}]" if day else ""))
        self.counts.setdefault("link_type", Counter())[kind] += 1
        self.counts.setdefault("link_date", Counter())["text" if day else "blank"] += 1

    def _problem(self, line: int, message: str) -> None:
        next = "Mend the line, or download the file again."
        self.problems.append(Problem(where=f"{self.name}, line {line}", message=message, next=next))
