"""Which school a closed one became: the links of the register as a graph, walked without cycles.

A school that becomes an academy gets a new URN, so a trend on bare URNs loses schools. The rule
(our choice): an edge from each school to its ``Successor*``, and to each school that calls it a
``Predecessor*`` because links are not always reciprocal; walk from the old URN, through further
changes, to the first URNs present in the later year. One: linked. Several (a school was split):
ambiguous, for a person to decide. None: lost. Where several schools that are gone, or one that is
gone and one that was there before, lead to one target (a merger), levels are not comparable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .dataset import Value
from .links import Link, links_of

Method = Literal["same", "linked", "ambiguous", "lost"]
METHODS: tuple[Method, ...] = ("same", "linked", "ambiguous", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """``edges``: URN -> URNs it passed on to, in the order of the file."""

    edges: Mapping[str, tuple[str, ...]]

    def follow(self, urn: str, present: Collection[str]) -> tuple[str | None, Method]:
        """The school of the later year (``present``: its URNs, a set) that ``urn`` became, and how."""
        if urn in present:
            return urn, "same"
        found = self.targets(urn, present)
        if len(found) == 1:
            return found[0], "linked"
        return None, "ambiguous" if found else "lost"

    def targets(self, urn: str, present: Collection[str]) -> list[str]:
        """The first present schools on every way from ``urn``, each once; ``urn`` itself is not one."""
        found: dict[str, None] = {}
        seen = {urn}
        waiting = [urn]
        while waiting:
            for after in self.edges.get(waiting.pop(0), ()):
                if after in seen:
                    continue
                seen.add(after)
                if after in present:
                    found[after] = None
                else:
                    waiting.append(after)
        return list(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Schools of an earlier year found in a later one.

    ``target_of`` holds those matched (same or linked); ``merged`` are the earlier URNs whose target
    has a second origin; ``ambiguous`` and ``lost`` have none.
    """

    target_of: Mapping[str, str]
    method_of: Mapping[str, Method]
    merged: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        """``{"same","linked","ambiguous","lost"}``: they add up to the earlier schools."""
        found = Counter(self.method_of.values())
        return {method: found[method] for method in METHODS}


def succession_of(links: Iterable[Link], *, reversed_predecessors: bool = True) -> Succession:
    """The graph of these links; without ``reversed_predecessors`` of ``Successor*`` rows alone."""
    edges: dict[str, dict[str, None]] = {}
    for link in links:
        kind = link.kind.lower()
        if kind.startswith("successor"):
            edges.setdefault(link.urn, {})[link.link_urn] = None
        elif reversed_predecessors and kind.startswith("predecessor"):
            edges.setdefault(link.link_urn, {})[link.urn] = None
    return Succession(edges={urn: tuple(after) for urn, after in edges.items()})


def succession_of_values(values: Iterable[Value], *, reversed_predecessors: bool = True) -> Succession:
    """The graph of the links among stored values (the links file, or a web search's export)."""
    return succession_of(links_of(values), reversed_predecessors=reversed_predecessors)


def match(earlier: Iterable[str], later: Collection[str], succession: Succession) -> Matches:
    """Each URN of ``earlier`` followed into ``later``.

    A merger is seen among ``earlier`` alone: origins outside it are not known to this function.
    """
    present = later if isinstance(later, set | frozenset) else frozenset(later)
    method_of: dict[str, Method] = {}
    target_of: dict[str, str] = {}
    for urn in earlier:
        target, method = succession.follow(urn, present)
        method_of[urn] = method
        if target is not None:
            target_of[urn] = target
    origins = Counter(target_of.values())
    merged = frozenset(urn for urn, target in target_of.items() if origins[target] > 1)
    return Matches(target_of=target_of, method_of=method_of, merged=merged)
