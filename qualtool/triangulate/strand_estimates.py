"""From an estimate with its interval and test to the record of a strand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..statistics import Estimate, ExactTest, Interval, Undefined
from .findings import Finding, finding_of
from .propositions import Direction, Proposition, Strand
from .strand_result import StrandResult

Value = str | float | bool | None
NO_P_OF_PEOPLE = "people of one school are not independent, and nobody was drawn by chance"


def merge_note(strand: Strand) -> str:
    """What was merged into what, and why."""
    if not strand.merge:
        return ""
    merged = "; ".join(f"{a} counts as {b}" for a, b in strand.merge)
    return f"{merged} ({strand.merge_reason})"


def merged(groups: Mapping[str, Value], strand: Strand) -> dict[str, Value]:
    """The groups with those of ``merge`` put together."""
    into = dict(strand.merge)
    return {urn: into.get(str(value), value) for urn, value in groups.items()}


def interval_of(found: Estimate | Undefined) -> Interval | Undefined:
    """The interval of a survey estimate, or why there is none."""
    if isinstance(found, Undefined):
        return found
    return found.interval or Undefined(reason=found.reason or "")


def plain_direction(proposition: Proposition) -> Direction:
    """A difference within a proposition on a level is held against the usual rule: more is predicted."""
    return Direction.MORE if proposition.direction is Direction.LEVEL else proposition.direction


def estimated(
    base: StrandResult,
    proposition: Proposition,
    difference: float,
    limits: Interval | Undefined,
    test: ExactTest | Undefined,
) -> StrandResult:
    """The result with a signed estimate, its interval and test, and the finding they make."""
    sign = proposition.sign
    low = high = None
    if isinstance(limits, Interval):
        low, high = (limits.low, limits.high) if sign > 0 else (-limits.high, -limits.low)
    why = [f"no interval: {limits.reason}"] if isinstance(limits, Undefined) else []
    why += [f"no p: {test.reason}"] if isinstance(test, Undefined) else []
    methods = [x.method for x in (test, limits) if not isinstance(x, Undefined)]
    return replace(
        base,
        finding=finding_of(sign * difference, low, high, base.mid, plain_direction(proposition)),
        estimate=sign * difference,
        distance=sign * difference,
        ci_low=low,
        ci_high=high,
        p=test.p if isinstance(test, ExactTest) else None,
        min_p=test.min_p if isinstance(test, ExactTest) else None,
        method="; ".join(methods),
        reason="; ".join(why) or None,
    )


def at_level(base: StrandResult, strand: Strand, share: float, limits: Interval | Undefined) -> StrandResult:
    """A share held against its bound: the interval decides on which side it lies."""
    if strand.level is None:
        return replace(base, finding=Finding.UNCLEAR, reason="no bound is stated")
    side, bound = strand.level
    known = isinstance(limits, Interval)
    low, high = (limits.low, limits.high) if known else (None, None)
    away = [None if x is None else (x - bound if side == ">" else bound - x) for x in (share, low, high)]
    d, near, far = away if side == ">" else (away[0], away[2], away[1])
    return replace(
        base,
        finding=finding_of(d or 0.0, near, far, base.mid, Direction.LEVEL),
        estimate=share,
        distance=d,
        estimate_kind="share",
        ci_low=low,
        ci_high=high,
        method=limits.method if known else "",
        reason="no p: a share is held against a bound"
        if known
        else f"no interval: {getattr(limits, 'reason', '')}",
    )
