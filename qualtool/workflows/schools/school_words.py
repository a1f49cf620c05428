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
    "ofsted_mi": "inspections",
    "ees_exclusions": "suspensions file",
    "cscp_ks4": "performance tables",
    "ees_ks4_performance": "performance tables",
    "cscp_ks2": "performance tables",
    "cscp_ks4_destinations": "destinations after year 11",
    "cscp_school_information": "information about schools",
    "gias_links": "links of the register",
    "spc_school": "schools and pupils",
    "pupil_premium": "pupil premium",
    "census": "school census",
    "none": "no source",
}
FACTS: Mapping[str, str] = {
    "persistent_absence_rate": "Persistent absence, %",
    "suspension_rate": "Suspensions per 100 pupils",
    "attainment8": "Attainment 8",
    "progress8": "Progress 8",
    "ofsted_grade": "Ofsted grade (framework to November 2025)",
    "ofsted_ungraded_outcome": "Ofsted, inspection without grades",
    "ofsted_card_inclusion": "Ofsted report card, inclusion",
    "ofsted_card_achievement": "Ofsted report card, achievement",
    "ofsted_card_attendance_behaviour": "Ofsted report card, attendance and behaviour",
    "ofsted_card_safeguarding": "Ofsted report card, safeguarding",
    "region": "Region",
}
"""Published facts of a school, in the order they are shown."""
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


_FILES: Mapping[str, str] = {
    **SOURCES,
    "cscp_ks2": "KS2 performance tables",
    "cscp_ks4": "KS4 performance tables",
    "ees_ks4_performance": "KS4 performance tables",
    "gias_search": "school register, from its search",
}


def dataset_words(dataset: str) -> str:
    """What a school file is, in words; a table of the team keeps its name."""
    return _FILES.get(dataset, dataset)


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


def steadiness_words(derived: Mapping[str, Any], phase: str | None) -> str | None:
    """How many schools of a phase changed quartile between the last two censuses, or would without bases."""
    told = [row for row in derived["stability"] if row["phase"] == phase and row["n"]][-1:]
    parts = [
        f"From {row['from']} to {row['to']} {row['n_changed']:,} of {row['n']:,} {phase} schools changed"
        " their EHC plan quartile."
        for row in told
    ]
    for row in derived["without_bases"]:
        if row["phase"] == phase and row["n_changed"] is not None:
            parts.append(
                f"Without the {row['n_base']:,} schools known to have a base {row['n_changed']:,} of"
                f" {row['n']:,} would be in another EHC plan quartile."
            )
    return " ".join(parts) or None


def proxy_note(row: Mapping[str, Any]) -> str:
    """What the flag of a high EHCP rate compares with, and what it is not."""
    told = row.get("parameters")
    if told is None:
        return str(row.get("reason") or "")
    return (
        f"yes would be above both pooled rates, {told['pooled']:.2f}% of the reference and"
        f" {told['pooled_la']:.2f}% of {told['n_la']:,} schools of its authority;"
        " our own proxy, not the definition of any published study"
    )
