"""School indicators: each cell keeps its value, its status and the token that was printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ValueStatus(StrEnum):
    """What a cell says. Only ``numeric`` and ``zero`` carry a number; ``text`` is an attribute."""

    NUMERIC = "numeric"
    ZERO = "zero"
    TEXT = "text"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    SUPPRESSED = "suppressed"
    SMALL_NONZERO = "small_nonzero"
    NO_ENTRIES = "no_entries"
    LOW_COVERAGE = "low_coverage"
    LOW_RELIABILITY = "low_reliability"
    REDACTED = "redacted"
    NEW_SCHOOL = "new_school"
    BLANK = "blank"
    UNKNOWN_TOKEN = "unknown_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFile:
    """A published file as read: its values and what the import report says of it.

    ``values`` is an iterable of tuples ``(urn, la_code, name, value, status, raw)``, one a cell;
    tuples and not records, because a national file has half a million of them.
    ``checksums`` are dicts ``{"where","name","published","summed","agrees"}``. ``about`` tells of a
    table of the team: label, publisher, and unit and population of each indicator.
    """

    name: str
    dataset: str
    year: str | None
    encoding: str
    bytes_sha256: str
    values: list[tuple[str, str | None, str, float | None, str, str]]
    aggregates: list[dict[str, Any]] = field(default_factory=list)
    n_rows: int = 0
    n_schools: int = 0
    n_aggregate_rows: int = 0
    n_blank_rows: int = 0
    status_counts: dict[str, dict[str, int]] = field(default_factory=dict)
    checksums: list[dict[str, Any]] = field(default_factory=list)
    unknown_tokens: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    is_national: bool = False
    licence: str = "OGL3"
    about: dict[str, Any] = field(default_factory=dict)
