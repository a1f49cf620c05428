"""A number that cannot be given, with the reason why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """Returned where a statistic has no value. ``reason`` is half a sentence for the reader."""

    reason: str
