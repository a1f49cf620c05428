"""Change of the rates of mainstream schools between two census years, school by school."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from .rates import Rate
from .school_years import MAINSTREAM, CensusYear
from .succession import Matches, Succession, match

TREND_NAMES = ("ehcp_rate", "sen_support_rate", "any_sen_rate")
Rates = Mapping[str, Mapping[str, Rate]]


def change_between(
    earlier: CensusYear,
    later: CensusYear,
    *,
    earlier_rates: Rates,
    later_rates: Rates,
    succession: Succession | None,
) -> dict[str, Any]:
    """``{"succession": counts, "trend": {...}}`` of the mainstream schools of ``earlier``.

    Each trend row has the phase, the name, ``n`` and ``mean_change`` (percentage points) of schools
    under the same URN, and beside them ``n_with_linked`` and ``mean_change_with_linked``, in which
    mergers are left out. Schools whose phase changed are counted and in neither.
    """
    main = [s.urn for s in earlier.schools.values() if s.phase in MAINSTREAM]
    matches = match(main, later.schools.keys(), succession or Succession(edges={}))
    rows = [
        _row(phase, name, matches, earlier, later, earlier_rates, later_rates)
        for phase in MAINSTREAM
        for name in TREND_NAMES
    ]
    trend: dict[str, Any] = {"from": earlier.year, "to": later.year, "rows": rows}
    if succession is None:
        trend["note"] = "No links between schools are loaded: schools with a new URN count as lost."
    return {"succession": matches.counts, "trend": trend}


def _row(
    phase: str,
    name: str,
    matches: Matches,
    earlier: CensusYear,
    later: CensusYear,
    earlier_rates: Rates,
    later_rates: Rates,
) -> dict[str, Any]:
    same: list[float] = []
    linked: list[float] = []
    n_changed = n_unusable = n_merged = 0
    for urn, target in matches.target_of.items():
        if earlier.schools[urn].phase != phase:
            continue
        before, after = earlier_rates[urn][name].value, later_rates[target][name].value
        is_same = matches.method_of[urn] == "same"
        if later.schools[target].phase != phase:
            n_changed += 1
        elif before is None or after is None:
            n_unusable += 1
        elif is_same:
            same.append(after - before)
        elif urn in matches.merged:
            n_merged += 1
        else:
            linked.append(after - before)
    both = same + linked
    return {
        "phase": phase,
        "name": name,
        "n": len(same),
        "mean_change": fmean(same) if same else None,
        "n_with_linked": len(both),
        "mean_change_with_linked": fmean(both) if both else None,
        "n_merged": n_merged,
        "n_phase_changed": n_changed,
        "n_unusable": n_unusable,
    }
