"""Several rows of one school in one year, added up: counts are summed, ratios made again."""

from __future__ import annotations

from collections.abc import Mapping

from ..model import ValueStatus
from .dataset import Value

_HAS_NUMBER = (ValueStatus.NUMERIC.value, ValueStatus.ZERO.value)


def add_rows(
    first: list[Value], second: list[Value], *, ratios: Mapping[str, tuple[str, str]]
) -> list[Value]:
    """The values of one school whose rows ``first`` and ``second`` are.

    A sum with a part that is no number is no number: it takes the part's status, a suppressed one
    before all others. ``ratios`` (per cent) are made of the summed counts; text stays the first's.
    """
    others = {value[2]: value for value in second}
    summed: dict[str, Value] = {}
    for value in first:
        name = value[2]
        other = others.get(name)
        summed[name] = value if other is None or name in ratios else _sum(value, other)
    for name, (above, below) in ratios.items():
        if name in summed and above in summed and below in summed:
            summed[name] = _ratio(summed[name], summed[above], summed[below])
    return list(summed.values())


def _sum(a: Value, b: Value) -> Value:
    if ValueStatus.TEXT.value in (a[4], b[4]):
        return a
    if a[3] is not None and b[3] is not None:
        return _numbered(a, a[3] + b[3], f"{a[5].strip()} + {b[5].strip()}")
    without = [v for v in (a, b) if v[4] not in _HAS_NUMBER]
    worst = min(without, key=lambda v: v[4] != ValueStatus.SUPPRESSED.value)
    return (*a[:3], None, worst[4], f"{a[5].strip()} + {b[5].strip()}")


def _ratio(old: Value, above: Value, below: Value) -> Value:
    raw = f"({above[5]}) / ({below[5]})"
    if above[3] is None or not below[3]:
        status = above[4] if above[3] is None else ValueStatus.NOT_AVAILABLE.value
        return (*old[:3], None, status, raw)
    return _numbered(old, 100 * above[3] / below[3], raw)


def _numbered(old: Value, number: float, raw: str) -> Value:
    status = ValueStatus.NUMERIC if number else ValueStatus.ZERO
    return (*old[:3], number, status.value, raw)
