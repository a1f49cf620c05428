"""Files of "explore education statistics": one tidy layout, several geographic levels mixed.

The information file's special-needs columns count the pupils at the end of key stage 4 only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .checksums import exclusion_checksums
from .dataset import Column, Dataset, Get, Level, column
from .symbols import STATISTICS

_LEVELS = {"national": "national", "regional": "region", "local authority": "la"}
_PHASE_HEADERS = ("school_type", "education_phase", "phase_type_grouping")
_BREAKDOWNS = (
    "breakdown_topic",
    "breakdown",
    "sex",
    "disadvantage_status",
    "disadvantage",
    "first_language",
    "prior_attainment",
    "mobility",
)
_REGION_CODE = re.compile(r"E1[23]\d{6}")


def level_of(get: Get) -> Level | None:
    """The area of a row, None for a row of a school."""
    printed = get("geographic_level").lower()
    if printed in ("", "school"):
        return None
    phase = next((get(h) for h in _PHASE_HEADERS if get(h)), None)
    return _LEVELS.get(printed, printed), phase, get("old_la_code") or None


def _of_all_pupils(get: Get) -> str | None:
    if all(get(header).lower() in ("", "total") for header in _BREAKDOWNS):
        return None
    return "a breakdown of the school's pupils: only the rows of all pupils are kept"


def _whole_year(get: Get) -> str | None:
    """Terms are left out: their rows of one school would be added up as if they were of several phases."""
    if get("time_identifier").lower() not in ("", "academic year", "six half terms"):
        return "of a term and not of the whole year"
    if get("year_breakdown").lower() in ("", "six half terms"):
        return None
    return "not the whole year: only rows of six half terms are kept"


def mend_region(row: list[str], index: Mapping[str, int]) -> str | None:
    """One release has the values of region name and code exchanged."""
    name, code = index.get("region_name"), index.get("region_code")
    if name is None or code is None or not _REGION_CODE.fullmatch(row[name].strip()):
        return None
    row[name], row[code] = row[code], row[name]
    return "region name and region code were exchanged in the file: put right"


_SCHOOL = (
    column("school_name", kind="text"),
    column("la_name", kind="text"),
)


def _tidy(
    id: str, label: str, signature: tuple[tuple[str, ...], ...], columns: tuple[Column, ...]
) -> Dataset:
    return Dataset(
        id=id,
        label=label,
        signature=(("school_urn", "urn"), *signature),
        key=("school_urn", "urn"),
        la=("old_la_code",),
        tokens=STATISTICS,
        year_header="time_period",
        level_of=level_of,
        skip=_of_all_pupils,
        columns=(*_SCHOOL, *columns),
    )


KS4_INFORMATION = _tidy(
    "ees_ks4_information",
    "key stage 4 performance: information about schools",
    (("t_sen_with_ehcp", "sen_with_ehcp_pupil_count"), ("p8_banding", "progress8_banding")),
    (
        column("establishment_group", "establishment_type_group", kind="text"),
        column("release_version", "version", kind="text"),
        column("is_closed", "iclose", kind="code"),
        column("religious_denomination", "reldenom", kind="text"),
        column("ks4_cohort", "t_pupils", "pupil_count", kind="count"),
        column("ks4_cohort_boys", "t_boys", kind="count"),
        column("ks4_cohort_girls", "t_girls", kind="count"),
        column("ks4_cohort_ks2_score", "avg_ks2_scaledscore", kind="number"),
        column("ks4_cohort_disadvantaged_count", "t_disadvantaged", kind="count"),
        column("ks4_cohort_ehcp_count", "t_sen_with_ehcp", "sen_with_ehcp_pupil_count", kind="count"),
        column("ks4_cohort_ehcp_percent", "pt_sen_with_ehcp", "sen_with_ehcp_pupil_percent", kind="percent"),
        column("ks4_cohort_sen_support_count", "t_sen_no_ehcp", kind="count"),
        column(
            "ks4_cohort_sen_support_percent", "pt_sen_no_ehcp", "sen_no_ehcp_pupil_percent", kind="percent"
        ),
        column("attainment8_difference", "diffn_att8", kind="number"),
        column("progress8_difference", "diffn_p8mea", kind="number"),
        column("progress8_banding", "p8_banding", kind="category"),
    ),
)
KS4_PERFORMANCE = _tidy(
    "ees_ks4_performance",
    "key stage 4 performance: schools",
    (("avg_att8", "attainment8_average"),),
    (
        column("release_version", "version", kind="text"),
        column("ks4_cohort", "t_pupils", "pupil_count", kind="count"),
        column("attainment8", "avg_att8", "attainment8_average", kind="number"),
        column("progress8", "avg_p8score", "progress8_average", kind="number"),
        column("progress8_low", "p8score_ci_low", "progress8_lower_95_ci", kind="number"),
        column("progress8_high", "p8score_ci_upp", "progress8_upper_95_ci", kind="number"),
        column("ks4_english_maths_94", "pt_l2basics_94", "engmath_94_percent", kind="percent"),
        column("ks4_english_maths_95", "pt_l2basics_95", "engmath_95_percent", kind="percent"),
    ),
)
KS2_PERFORMANCE = _tidy(
    "ees_ks2_performance",
    "key stage 2 performance: schools",
    (("expected_standard_pupil_percent", "ptrwm_exp"), ("telig",)),
    (
        column("ks2_cohort", "telig", kind="count"),
        column("ks2_cohort_ehcp_percent", "psenele", kind="percent"),
        column("ks2_cohort_sen_support_percent", "psenelk", kind="percent"),
        column("ks2_rwm_expected", "expected_standard_pupil_percent", "ptrwm_exp", kind="percent"),
    ),
)

ABSENCE = Dataset(
    id="ees_absence",
    label="pupil absence, three terms, by school",
    signature=(
        ("school_urn", "urn"),
        ("geographic_level",),
        ("sess_overall_percent",),
        ("sess_possible", "enrolment_count"),
    ),
    key=("school_urn", "urn"),
    la=("old_la_code",),
    tokens=STATISTICS,
    year_header="time_period",
    level_of=level_of,
    skip=_whole_year,
    # An all-through school may have one row per phase.
    sums_rows=True,
    ratios={
        "absence_rate": ("absence_sessions", "possible_sessions"),
        "authorised_absence_rate": ("authorised_sessions", "possible_sessions"),
        "unauthorised_absence_rate": ("unauthorised_sessions", "possible_sessions"),
        "persistent_absence_rate": ("persistent_absentees", "enrolments"),
    },
    columns=(
        column("enrolments", "enrolments", "enrolment_count", kind="count"),
        column("possible_sessions", "sess_possible", kind="count"),
        column("absence_sessions", "sess_overall", kind="count"),
        column("authorised_sessions", "sess_authorised", kind="count"),
        column("unauthorised_sessions", "sess_unauthorised", kind="count"),
        column("persistent_absentees", "enrolments_pa_10_exact", kind="count"),
        column("severe_absentees", "enrolments_pa_50_exact", kind="count"),
        column("absence_rate", "sess_overall_percent", kind="percent"),
        column("authorised_absence_rate", "sess_authorised_percent", kind="percent"),
        column("unauthorised_absence_rate", "sess_unauthorised_percent", kind="percent"),
        column("persistent_absence_rate", "enrolments_pa_10_exact_percent", kind="percent"),
    ),
)
EXCLUSIONS = Dataset(
    id="ees_exclusions",
    label="suspensions and permanent exclusions, by school",
    signature=(("geographic_level",), ("headcount",), ("perm_excl",), ("suspension", "fixed_excl")),
    key=("school_urn", "urn"),
    laestab=("school_laestab", "laestab"),
    la=("old_la_code",),
    tokens=STATISTICS,
    year_header="time_period",
    level_of=level_of,
    skip=_whole_year,
    checksums=exclusion_checksums,
    # A school that became an academy within the year has two rows.
    sums_rows=True,
    columns=(
        column("exclusions_headcount", "headcount", kind="count"),
        column("permanent_exclusions", "perm_excl", kind="count"),
        column("suspensions", "suspension", "fixed_excl", kind="count"),
        column("pupils_suspended", "one_plus_susp", "one_plus_fixed", kind="count"),
    ),
)
