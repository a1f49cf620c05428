"""The words a school's indicators are shown in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINES: Mapping[str, tuple[str, str]] = {
    "ehcp_rate": ("EHC plans", "%"),
    "sen_support_rate": ("SEN support", "%"),
    "any_sen_rate": ("Any SEN", "%"),
    "fsm6_rate": ("Free meals in six years", "%"),
    "absence_rate": ("Absence", "%"),
    "roll": ("Pupils on roll", ""),
}
"""Indicator -> its label and its unit, in the order they are shown."""

SOURCES: Mapping[str, str] = {
    "cscp_census": "school census",
    "sen_school": "SEN in schools",
    "cscp_absence": "absence file",
    "ees_absence": "absence file",
    "gias": "school register",
    "gias_search": "school register",
    "ofsted": "Ofsted file",
    "census": "school census",
    "none": "no source",
}
CAUTIONS: Mapping[str, str] = {
    "low_n": "Fewer than 50 pupils: one pupil more or less can move every rate and quartile. Read with care.",
    "caution": "Fewer than 100 pupils: one pupil is over 1% of the roll. Read rates and quartile with care.",
}
_STATUS: Mapping[str, str] = {
    "suppressed": "suppressed by the publisher",
    "small_nonzero": "small, but not zero",
    "not_available": "not available",
    "not_applicable": "does not apply",
    "no_entries": "no entries",
    "low_coverage": "withheld: low coverage",
    "low_reliability": "withheld: low reliability",
    "redacted": "redacted",
    "new_school": "new school, no number yet",
    "blank": "blank in the file",
    "unknown_token": "a sign this program does not know",
}
_QUARTERS = {1: "bottom quarter", 2: "second quarter", 3: "third quarter", 4: "top quarter"}


def status_words(status: str) -> str:
    """Why a cell has no number; never a number itself."""
    return _STATUS.get(status, status.replace("_", " "))


def quartile_words(value: float | None) -> str:
    """'4 of 4, top quarter', or that it is unknown."""
    return "unknown" if value is None else f"{value:.0f} of 4, {_QUARTERS[int(value)]}"


def base_note(row: Mapping[str, Any]) -> str:
    """What census and register each say of a unit and of resourced provision."""
    pairs = (("unit", "unit_census", "unit_gias"), ("resourced provision", "rp_census", "rp_gias"))
    told = [
        f"{kind}: census {row.get(census, 'unknown')}, register {row.get(register, 'unknown')}"
        for kind, census, register in pairs
    ]
    return "; ".join(told) + (". The two disagree." if row.get("is_conflict") else "")
