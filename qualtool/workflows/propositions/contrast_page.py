"""What the page Triangulate offers and shows: sensible pairs, the quotes behind a cell, tables to keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from ...errors import UserInputError
from ...exporting import write_table
from ...indicators.dataset import OWN_PREFIX
from ...store.file import connection
from ...store.reading import frames, spoken
from ...store.records import indicators as indicator_store
from ...store.records import people
from ...triangulate import CONTRASTS, place_schools
from ...triangulate.grouping import TWO_GROUPS
from ...triangulate.sentences import p_value
from ..about import about_now
from ..roles import require_exit
from ..schools.derived import case_indicators, case_urns, derived_of
from ..themes.themes import quotes
from .triangulating import TriangulatedTheme

CONTRAST_WORDS: Mapping[str, str] = {
    "q4_v_rest": "Top quarter against the rest",
    "quartiles": "All four quarters, in order",
    "continuous": "As a number, school by school",
    "base_v_none": "With a base against without",
    "yes_v_no": "Yes against no",
    "secondary_v_primary": "Secondary against primary",
}
# Indicator as a person knows it -> (name in the derived rows, contrast); only these make sense.
_PAIRS: tuple[tuple[str, str, str], ...] = (
    ("EHC plan rate", "ehcp_quartile", "q4_v_rest"),
    ("EHC plan rate", "ehcp_quartile", "quartiles"),
    ("EHC plan rate", "ehcp_rate", "continuous"),
    ("Rate of any SEN", "any_sen_quartile", "q4_v_rest"),
    ("Rate of any SEN", "any_sen_quartile", "quartiles"),
    ("Rate of any SEN", "any_sen_rate", "continuous"),
    ("SEN unit or resourced provision", "has_base", "base_v_none"),
    ("Phase", "phase", "secondary_v_primary"),
    ("SEN support rate", "sen_support_rate", "continuous"),
    ("Free meals in six years", "fsm6_rate", "continuous"),
    ("Absence rate", "absence_rate", "continuous"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An indicator and a contrast that fit each other, with the years some school of the study has it for."""

    label: str
    indicator: str
    contrast: str
    years: tuple[str, ...] = ()
    n_schools: int = 0

    @property
    def has_two_groups(self) -> bool:
        return self.contrast in TWO_GROUPS


def pairs_of(study: Path) -> list[Pair]:
    """The pairs the study's own schools have values for; facts from the sheet come last."""
    with connection.reading(study) as db:
        known: dict[str, dict[str, set[str]]] = {}
        if indicator_store.files(db):
            for row in derived_of(db, case_urns(db))["rows"]:
                has_word = row["status"] == "text" or row["raw"] in ("yes", "no")
                if row["value"] is not None or (has_word and row["raw"]):
                    known.setdefault(row["name"], {}).setdefault(row["urn"], set()).add(row["year"] or "")
        found = [
            Pair(
                label=label,
                indicator=name,
                contrast=contrast,
                years=tuple(sorted({y for years in known[name].values() for y in years if y}, reverse=True)),
                n_schools=len(known[name]),
            )
            for label, name, contrast in _PAIRS
            if name in known
        ]
        own = _pairs_of_own_tables(db)
        taken = {*known, *(pair.indicator for pair in own)}
        return [*found, *own, *_pairs_of_variables(db, taken)]


def _pairs_of_own_tables(db: Database) -> list[Pair]:
    """Figures of the team's own tables that the study's schools have, by school or by their authority."""
    told: dict[str, str] = {}
    years: dict[str, set[str]] = {}
    for file in indicator_store.files(db):
        if file["dataset"].startswith(OWN_PREFIX):
            for name, about in file["report"].get("about", {}).get("indicators", {}).items():
                told[name] = about.get("label") or name.replace("_", " ")
                years.setdefault(name, set()).add(file["year"] or "")
    if not told:
        return []
    values = case_indicators(db, list(told))
    return [
        Pair(
            label=f"{told[name]} (your table)",
            indicator=name,
            contrast=contrast,
            years=tuple(sorted((y for y in years[name] if y), reverse=True)),
            n_schools=len(found),
        )
        for name, found in sorted(values.items())
        for contrast in _contrasts_of({**found})
    ]


def _contrasts_of(values: Mapping[str, str | float | bool | None]) -> tuple[str, ...]:
    """The contrasts that fit values: two groups of a yes and a no, else an order or numbers."""
    words = {str(v).strip().lower() for v in values.values() if v is not None and str(v).strip()}
    if words and words <= {"yes", "no", "unknown"}:
        wanted: tuple[str, ...] = ("yes_v_no",)
    elif words <= {"q1", "q2", "q3", "q4"}:
        wanted = ("q4_v_rest", "quartiles")
    else:
        wanted = ("secondary_v_primary", "continuous")
    return tuple(contrast for contrast in wanted if _fits(values, contrast))


def _pairs_of_variables(db: Database, taken: Collection[str]) -> list[Pair]:
    facts: dict[str, dict[str, str | float | bool | None]] = {}
    for case in people.cases(db):
        if case["kind"] == "school" and case["urn"]:
            for name, value in case["variables"].items():
                facts.setdefault(name, {})[case["urn"]] = value
    return [
        Pair(label=f"{name} (from your sheet)", indicator=name, contrast=contrast, n_schools=len(values))
        for name, values in sorted(facts.items())
        if name not in taken
        for contrast in _of_a_sheet(name, values)
    ]


def _of_a_sheet(name: str, values: Mapping[str, str | float | bool | None]) -> tuple[str, ...]:
    """Contrasts for a fact of the sheet: a yes or no is of a base only where its name says so."""
    fits = tuple(contrast for contrast in CONTRASTS if _fits(values, contrast))
    if "yes_v_no" not in fits:
        return fits
    two = "base_v_none" if "base" in name.lower() else "yes_v_no"
    return tuple(c for c in fits if c in (two, "quartiles", "continuous"))


def _fits(values: Mapping[str, str | float | bool | None], contrast: str) -> bool:
    try:
        placed = place_schools(values, contrast)
    except UserInputError:
        return False
    return len({place.position for place in placed.values() if place is not None}) > 1


# --- the quotes behind a cell ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands behind the shares of some schools.

    ``quotes`` are of people who voiced the theme, as ``themes.quotes`` has them; ``others`` of people
    of whom the theme is not true though one of its codes was given to them (as in 'A and not B', or
    passages that deny). ``silent`` are people of the denominator who said nothing of it and
    ``not_asked`` those outside: rows of participant, role, school. ``silent_schools`` were asked,
    and nobody voiced it.
    """

    quotes: tuple[dict[str, Any], ...]
    others: tuple[dict[str, Any], ...]
    silent: tuple[dict[str, str], ...]
    not_asked: tuple[dict[str, str], ...]
    silent_schools: tuple[str, ...]


def evidence_behind(study: Path, found: TriangulatedTheme, urns: Collection[str], stance: str) -> Evidence:
    """The quotes, the silences and those not asked, of the schools ``urns``."""
    with connection.reading(study) as db:
        allowed = spoken.guids_of_sources(db, frames.source_filter(db, found.sources))
    rows: dict[str, dict[str, Any]] = {}
    for code in found.codes:
        for row in quotes(study, code=code, origin=found.origin):
            if row["urn"] in urns and row["source_guid"] in allowed:
                rows[row["guid"]] = row
    persons = [p for p in found.people if p["urn"] in urns]
    voiced = {p["participant"] for p in persons if p["voiced"]}
    told = [r for r in rows.values() if r["participant"] in voiced and _counts(r, stance)]
    kept = {r["guid"] for r in told}
    spoke = {r["participant"] for r in rows.values()}
    asked_all = found.contrast.denominator == "all"
    quiet = [p for p in persons if not p["voiced"]]
    return Evidence(
        quotes=tuple(told),
        others=tuple(r for r in rows.values() if r["guid"] not in kept),
        silent=tuple(
            _person(p, found)
            for p in quiet
            if (asked_all or p["asked"] == "yes") and p["participant"] not in spoke
        ),
        not_asked=tuple(_person(p, found) for p in quiet if not asked_all and p["asked"] != "yes"),
        silent_schools=tuple(
            found.schools.get(s.urn, s.urn)
            for s in found.contrast.schools
            if s.urn in urns and s.n_asked > 0 and s.n_voiced == 0
        ),
    )


def _counts(row: Mapping[str, Any], stance: str) -> bool:
    """Whether a passage voices its code, by the rule of ``contrast_of``."""
    if stance == "own" and row["basis"] == "reported":
        return False
    return stance == "any" or row["stance"] != "denies"


def _person(row: Mapping[str, Any], found: TriangulatedTheme) -> dict[str, str]:
    return {
        "participant": row["participant"],
        "role": row["role"],
        "school": found.schools.get(row["urn"], row["urn"]),
    }


# --- tables ---------------------------------------------------------------------------------------


def group_rows(found: TriangulatedTheme) -> list[dict[str, Any]]:
    """One row a group: schools, people asked and voicing, mean share with its interval (0 to 1)."""
    asked = "people asked" if found.contrast.denominator == "asked" else "people"
    return [
        {
            "group": g.label,
            "schools": g.n_cases,
            asked: g.n_participants,
            "people voicing": g.n_participants_voiced,
            "mean share": g.share,
            "from": g.share_low,
            "to": g.share_high,
            "schools voicing": g.n_cases_voiced,
        }
        for g in found.contrast.groups
    ]


def school_rows(found: TriangulatedTheme) -> list[dict[str, Any]]:
    """One row a school: school, urn, group, value, voiced ('x of n'), share; unknown stays None."""
    is_number = found.contrast.contrast == "continuous"
    rows = [
        {
            "school": found.schools.get(s.urn, s.urn),
            "urn": s.urn,
            "group": s.place.label if s.place and not is_number else None if s.place else "unknown",
            "value": s.place.position if s.place and is_number else None,
            "voiced": f"{s.n_voiced} of {s.n_asked}" if s.n_asked else "nobody asked",
            "share": s.share,
        }
        for s in found.contrast.schools
    ]
    dropped = "group" if is_number else "value"
    return [{k: v for k, v in row.items() if k != dropped} for row in rows]


def contrast_table(study: Path, found: TriangulatedTheme, format: str) -> bytes:
    """Groups, then schools, as a confidential working copy in CSV or XLSX.

    Raises:
        NotAllowedError: a reader asks for it.
    """
    require_exit(study, "contrast", release=False)
    groups = [{"level": "group", **row} for row in group_rows(found)]
    schools = [{"level": "school", **row} for row in school_rows(found)]
    rows = [*groups, *schools]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    about = about_now(
        study,
        f"{found.theme} by {found.indicator}, contrast {found.contrast.contrast}",
        rows_in=len(rows),
        notes=(*found.sentences, *((found.contrast.reason,) if found.contrast.reason else ())),
    )
    return write_table(rows, columns, about, format)


# --- the finding in a few figures -----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the finding: what it is, the figure itself, and a word on how to read it."""

    label: str
    shown: str
    help: str = ""


def figures_of(found: TriangulatedTheme) -> list[Figure]:
    """Estimate, interval, p with the smallest attainable one, numbers of schools and people."""
    contrast = found.contrast
    figures: list[Figure] = []
    if contrast.estimate is not None:
        figures += [_estimate(found), _interval(found), *_test(found)]
    schools = "+".join(str(g.n_cases) for g in contrast.groups)
    n_people = sum(g.n_participants for g in contrast.groups)
    names = ", ".join(g.label for g in contrast.groups)
    figures.append(Figure(label="Schools", shown=schools, help=f"In this order: {names}."))
    asked = "People asked" if contrast.denominator == "asked" else "People"
    figures.append(Figure(label=asked, shown=str(n_people), help=contrast.denominator_sentence))
    return figures


def _estimate(found: TriangulatedTheme) -> Figure:
    contrast, estimate = found.contrast, found.contrast.estimate or 0.0
    if contrast.contrast in TWO_GROUPS:
        first, other = TWO_GROUPS[contrast.contrast]
        return Figure(
            label="Difference",
            shown=f"{estimate * 100:+.0f} points",
            help=f"Mean share of schools in {first} minus that in {other}, in percentage points.",
        )
    return Figure(
        label=contrast.estimate_kind, shown=f"{estimate:+.2f}", help="From -1 to +1; 0 is no order."
    )


def _interval(found: TriangulatedTheme) -> Figure:
    low, high = found.contrast.ci_low, found.contrast.ci_high
    if low is None or high is None:
        return Figure(label="95% interval", shown="none", help=found.contrast.reason or "")
    is_share = found.contrast.contrast in TWO_GROUPS
    limits = f"{low * 100:+.0f} to {high * 100:+.0f}" if is_share else f"{low:+.2f} to {high:+.2f}"
    return Figure(label="95% interval", shown=limits, help=found.contrast.method)


def _test(found: TriangulatedTheme) -> list[Figure]:
    p, least = found.contrast.p, found.contrast.min_p
    if p is None or least is None:
        return []
    kind = "Exact p" if found.contrast.method.startswith("exact") else "Permutation p"
    return [
        Figure(
            label=f"{kind} (least possible)",
            shown=f"{p_value(p)} ({p_value(least)})",
            help="In brackets the smallest p that schools so many, so grouped, can give at all.",
        )
    ]
