"""How far a quartile depends on the year, and on the schools with a base.

A quartile is a place among other schools: one pupil moves a small school, and a school with a SEN unit
or resourced provision has a high rate because of it. Both are told beside the quartiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from .bases import BaseStatus
from .quartiles import quartile, quartile_cuts, quartile_stability
from .reference import Reference

References = Mapping[str, Mapping[str, Reference]]


def stability_of(references: References) -> list[dict[str, Any]]:
    """One row for each two census years that follow each other and each phase.

    ``n`` schools (same URN) have an EHCP quartile in both, ``n_changed`` of them another one in the
    later year; ``n_by_two`` moved two quartiles or more. Phases without a reference are left out.
    """
    found: list[dict[str, Any]] = []
    years = sorted(references)
    for earlier, later in pairwise(years):
        for phase in references[earlier].keys() & references[later].keys():
            before, after = _placed(references[earlier][phase]), _placed(references[later][phase])
            if before and after:
                far = sum(abs(before[u] - after[u]) > 1 for u in before.keys() & after.keys())
                told = quartile_stability(before, after)
                found.append({"from": earlier, "to": later, "phase": phase, **told, "n_by_two": far})
    return sorted(found, key=lambda row: (row["from"], row["phase"]))


def _placed(reference: Reference) -> dict[str, int]:
    if reference.cuts is None:
        return {}
    return {m.school.urn: quartile(m.ehcp_rate, reference.cuts) for m in reference.members}


def without_bases(
    references: References, bases: Mapping[str, Mapping[str, BaseStatus]]
) -> list[dict[str, Any]]:
    """Of the latest year, by phase: the cuts with schools known to have a base left out.

    ``n_base`` schools have one, of ``n_unknown`` neither source tells; ``n_q4_base`` of the upper
    quartile have one; ``n_changed`` of the ``n`` other schools are in another quartile with the new ``cuts``.
    """
    found: list[dict[str, Any]] = []
    year = max(references, default=None)
    for phase, reference in sorted(references[year].items()) if year is not None else ():
        cuts = reference.cuts
        if cuts is None or year is None:
            continue
        answer = {
            m.school.urn: bases[year].get(m.school.urn, BaseStatus()).has_base[0] for m in reference.members
        }
        others = [m.ehcp_rate for m in reference.members if answer[m.school.urn] != "yes"]
        row: dict[str, Any] = {
            "year": year,
            "phase": phase,
            "n": len(others),
            "n_base": reference.n - len(others),
            "n_unknown": sum(told == "unknown" for told in answer.values()),
            "n_q4_base": sum(
                m.ehcp_rate > cuts[2] and answer[m.school.urn] == "yes" for m in reference.members
            ),
        }
        if row["n_base"] == 0 or not others:
            reason = "no school is known to have a base" if others else "all schools have a base"
            found.append({**row, "cuts": None, "n_changed": None, "reason": reason})
            continue
        new = quartile_cuts(others)
        n_changed = sum(quartile(rate, cuts) != quartile(rate, new) for rate in others)
        found.append({**row, "cuts": list(new), "n_changed": n_changed, "reason": None})
    return found
