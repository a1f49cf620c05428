"""What may leave the building. Only the room ``disclosure`` makes these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedTable:
    """A table whose small numbers are suppressed. A suppressed cell is None.

    ``notes`` say the threshold, how many cells were suppressed, and what was left out.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...]
    threshold: int
    n_suppressed: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedQuote:
    """A quote whose speaker allowed it, with the attribution that may stand beside it."""

    quote: str
    code: str
    code_path: str
    attribution: str
    case_pseudonym: str
