"""Can the numbers of published works be what they are printed as? Checks of the counts behind per cents."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..errors import UserInputError
from .expressions import And, CodeName, parse_theme
from .external_strand import EffectType, ExternalFinding

_ROUNDING = 1e-9


def overlap_bounds(n_first: int, n_second: int, n_all: int) -> tuple[int, int]:
    """Least and most people who can be in both of two groups of the same ``n_all`` people.

    Frechet's bounds: max(0, a + b - n) to min(a, b). Of 225 parents 113 wrote a good account and 143
    a poor one: between 31 and 113 wrote both.

    Raises:
        ValueError: a group is larger than all.
    """
    if not (0 <= n_first <= n_all and 0 <= n_second <= n_all):
        raise ValueError("a group is no larger than all")
    return max(0, n_first + n_second - n_all), min(n_first, n_second)


def counts_for_percent(percent: float, n: int, *, decimals: int = 0) -> range:
    """Counts of ``n`` that round to a printed per cent; none means that the base is another one.

    ``decimals`` as printed: 0 for 50, 1 for 50.2, -1 for a share written as 0.5.
    The check of granularity (GRIM): Brown & Heathers 2017, Soc Psychol Personal Sci 8:363.
    """
    half = 0.5 * 10**-decimals
    low = math.ceil(n * (percent - half) / 100 - _ROUNDING)
    high = math.floor(n * (percent + half) / 100 + _ROUNDING)
    return range(max(0, low), min(n, high) + 1) if n > 0 else range(0)


def doubts(findings: Sequence[ExternalFinding], decimals: Sequence[int | None]) -> list[list[str]]:
    """What is odd about the printed shares: a list for each finding, empty where nothing is.

    ``decimals`` of each estimate as printed, in per cent; None where it is no share.
    """
    return [
        [words for words in (_no_such_count(f, d), _beyond_its_parts(f, findings)) if words]
        for f, d in zip(findings, decimals, strict=True)
    ]


def _no_such_count(finding: ExternalFinding, decimals: int | None) -> str:
    is_share = finding.effect_type is EffectType.SHARE
    if not is_share or decimals is None or finding.estimate is None or not finding.n:
        return ""
    if len(counts_for_percent(100 * finding.estimate, finding.n, decimals=decimals)):
        return ""
    return f"no whole number of {finding.n:,} rounds to this per cent: it has another base"


def _beyond_its_parts(finding: ExternalFinding, findings: Sequence[ExternalFinding]) -> str:
    """Where the share of two codes together cannot go with the shares of each."""
    parts = _both(finding.theme)
    together = _count(finding)
    if parts is None or together is None or not finding.n:
        return ""
    alone = [
        next((_count(f) for f in findings if f.theme == code and _same_people(f, finding)), None)
        for code in parts
    ]
    first, second = alone
    if first is None or second is None:
        return ""
    low, high = overlap_bounds(first, second, finding.n)
    if low <= together <= high:
        return ""
    return (
        f"of {finding.n:,} between {low:,} and {high:,} can be in both, by the shares of each; "
        f"{together:,} is printed: the bases differ"
    )


def _both(theme: str) -> tuple[str, str] | None:
    try:
        found = parse_theme(theme)
    except UserInputError:  # the study's own name of what it counted, and no expression
        return None
    match found:
        case And(left=CodeName(name=first), right=CodeName(name=second)):
            return first, second
        case _:
            return None


def _same_people(one: ExternalFinding, other: ExternalFinding) -> bool:
    return (one.root, one.population, one.year, one.n) == (other.root, other.population, other.year, other.n)


def _count(finding: ExternalFinding) -> int | None:
    is_share = finding.effect_type is EffectType.SHARE
    if not is_share or finding.estimate is None or not finding.n or not 0 <= finding.estimate <= 1:
        return None
    return round(finding.estimate * finding.n)
