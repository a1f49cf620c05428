"""A number that cannot be given, with the reason why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """Returned where a statistic has no value. ``reason`` is half a sentence for the reader."""

    reason: str


def missing_number(*lists: Sequence[float] | np.ndarray) -> Undefined | None:
    """Undefined where an entry of any list is missing or infinite, so that no NaN is ever returned."""
    if all(np.isfinite(np.asarray(values, dtype=float)).all() for values in lists):
        return None
    return Undefined(reason="a value is missing or is not a number")
