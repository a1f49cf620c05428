"""The performance tables ("compare school and college performance"): census, absence, KS2, KS4.

Their census is the whole school. The special-needs columns of the key-stage files count only the
pupils at the end of that key stage, and in 2016/17 and 2017/18 one of them even has the name of a
census column; they are kept under names of their own and no rate of a school is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .checksums import census_checksums, ks2_checksums
from .dataset import Column, Dataset, Get, Level, column
from .symbols import PERFORMANCE_TABLES

_PHASES = {"PRI": "primary", "SEC": "secondary", "SPE": "special"}


def _national_row(get: Get) -> Level | None:
    if "NAT" not in (get("urn"), get("la")):
        return None
    return "national", _PHASES.get(get("estab"), get("estab") or None), None


def _by_record_type(levels: dict[str, tuple[str, str | None]]) -> Callable[[Get], Level | None]:
    def level_of(get: Get) -> Level | None:
        known = levels.get(get("rectype"))
        return None if known is None else (*known, get("lea") or None)

    return level_of


CENSUS = Dataset(
    id="cscp_census",
    label="performance tables: census",
    signature=(("urn",), ("nor",), ("tsenelse",), ("tsenelk",)),
    without=frozenset({"rectype"}),
    required=("schooltype",),
    tokens=PERFORMANCE_TABLES,
    level_of=_national_row,
    checksums=census_checksums,
    columns=(
        column("school_type", "schooltype", kind="text"),
        column("establishment_number", "estab", kind="code"),
        column("roll", "nor", kind="count"),
        column("roll_girls", "norg", kind="count"),
        column("roll_boys", "norb", kind="count"),
        column("ehcp_count", "tsenelse", kind="count"),
        column("sen_support_count", "tsenelk", kind="count"),
        column("eal_count", "numeal", kind="count"),
        column("english_first_language_count", "numengfl", kind="count"),
        column("first_language_unclassified_count", "numuncfl", kind="count"),
        column("fsm_count", "numfsm", kind="count"),
        column("fsm6_count", "numfsmever", kind="count"),
        column("fsm6_base", "norfsmever", kind="count"),
    ),
)

ABSENCE = Dataset(
    id="cscp_absence",
    label="performance tables: absence",
    signature=(("urn",), ("perctot",), ("ppersabs10",)),
    without=frozenset({"rectype"}),
    tokens=PERFORMANCE_TABLES,
    level_of=_national_row,
    columns=(
        column("establishment_number", "estab", kind="code"),
        column("absence_rate", "perctot", kind="percent"),
        column("persistent_absence_rate", "ppersabs10", kind="percent"),
    ),
)

_SCHOOL = (
    column("school_name", "schname", kind="text"),
    column("establishment_type_short", "nftype", kind="text"),
    column("is_closed", "iclose", kind="code"),
)


def _with_limits(name: str, header: str) -> tuple[Column, ...]:
    return (
        column(name, header, kind="number"),
        column(f"{name}_low", f"{header}_lower", kind="number"),
        column(f"{name}_high", f"{header}_upper", kind="number"),
    )


KS2 = Dataset(
    id="cscp_ks2",
    label="performance tables: key stage 2",
    signature=(("rectype",), ("urn",), ("telig",)),
    la=("lea",),
    tokens=PERFORMANCE_TABLES,
    level_of=_by_record_type(
        {"3": ("la", None), "4": ("national", "all"), "5": ("national", "state-funded")}
    ),
    checksums=ks2_checksums,
    columns=(
        *_SCHOOL,
        column("academy_urn", "urn_ac", kind="code"),
        column("religious_denomination", "reldenom", kind="text"),
        column("ks2_roll", "totpups", kind="count"),
        column("ks2_cohort", "telig", kind="count"),
        column("ks2_cohort_disadvantaged_count", "tfsm6cla1a", kind="count"),
        column("ks2_cohort_ehcp_count", "tsenele", "tsenelse", kind="count"),
        column("ks2_cohort_sen_support_count", "tsenelk", kind="count"),
        column("ks2_rwm_expected", "ptrwm_exp", kind="percent"),
        column("ks2_rwm_high", "ptrwm_high", kind="percent"),
        *_with_limits("ks2_reading_progress", "readprog"),
        *_with_limits("ks2_writing_progress", "writprog"),
        *_with_limits("ks2_maths_progress", "matprog"),
        column("ks2_reading_score", "read_average", kind="number"),
        column("ks2_grammar_score", "gps_average", kind="number"),
        column("ks2_maths_score", "mat_average", kind="number"),
    ),
)

KS4 = Dataset(
    id="cscp_ks4",
    label="performance tables: key stage 4",
    signature=(("rectype",), ("urn",), ("att8scr",), ("tpup",)),
    la=("lea",),
    tokens=PERFORMANCE_TABLES,
    level_of=_by_record_type(
        {"4": ("la", None), "5": ("national", "all"), "7": ("national", "state-funded")}
    ),
    columns=(
        *_SCHOOL,
        column("ks4_cohort", "tpup", kind="count"),
        column("attainment8", "att8scr", kind="number"),
        column("progress8", "p8mea", kind="number"),
        column("progress8_low", "p8cilow", kind="number"),
        column("progress8_high", "p8ciupp", kind="number"),
        column("progress8_banding", "p8_banding", kind="category"),
        column("ks4_english_maths_94", "ptl2basics_94", kind="percent"),
        column("ks4_english_maths_95", "ptl2basics_95", kind="percent"),
    ),
)

_MEASURES = {
    "cohort": "cohort",
    "overall_dest": "sustained",
    "appren": "apprenticeship",
    "employment": "employment",
    "education": "education",
    "fe": "further_education",
    "sch_6th": "school_sixth_form",
    "sixth_col": "sixth_form_college",
    "other_edu": "other_education",
    "not_sustained": "not_sustained",
    "unknown": "not_captured",
}
_GROUPS = {"": "", "_dis": "_disadvantaged", "_nondis": "_not_disadvantaged"}


def _destinations() -> tuple[Column, ...]:
    """All measures by group, and those of earlier leavers (columns closing in two digits)."""
    found: list[Column] = []
    for group, suffix in _GROUPS.items():
        for measure, name in _MEASURES.items():
            found.append(column(f"ks4_dest_{name}{suffix}", measure + group, kind="count"))
            if measure != "cohort":
                share = column(f"ks4_dest_{name}_percent{suffix}", f"{measure}per{group}", kind="percent")
                found.append(share)
        for leavers in range(15, 30):
            cohort = f"ks4_dest_cohort{suffix}_leavers_{leavers}"
            found.append(column(cohort, f"cohort{group}_{leavers}", kind="count"))
            share = f"ks4_dest_sustained_percent{suffix}_leavers_{leavers}"
            found.append(column(share, f"overall_destper{group}_{leavers}", kind="percent"))
    return tuple(found)


KS4_DESTINATIONS = Dataset(
    id="cscp_ks4_destinations",
    label="performance tables: key stage 4 pupil destinations",
    signature=(("rectype",), ("urn",), ("overall_dest",), ("cohort",)),
    la=("lea",),
    tokens=PERFORMANCE_TABLES,
    level_of=_by_record_type({"LA": ("la", None), "4": ("la", None), "NAT": ("national", "all")}),
    columns=(*_SCHOOL, *_destinations()),
)

SCHOOL_INFORMATION = Dataset(
    id="cscp_school_information",
    label="performance tables: school information",
    signature=(("urn",), ("schname",), ("isprimary",), ("issecondary",)),
    tokens=PERFORMANCE_TABLES,
    level_of=_national_row,
    columns=(
        column("school_name", "schname", kind="text"),
        column("la_name", "laname", kind="text"),
        column("establishment_number", "estab", kind="code"),
        column("status", "schstatus", kind="text"),
        column("open_date", "opendate", kind="date", keeps_blank=False),
        column("close_date", "closedate", kind="date", keeps_blank=False),
        column("establishment_type", "schooltype", kind="text"),
        column("establishment_group", "minorgroup", kind="text"),
        column("low_age", "agelow", kind="count"),
        column("high_age", "agehigh", kind="count"),
        column("ofsted_grade", "ofstedrating", kind="text"),
        column("ofsted_date", "ofstedlastinsp", kind="date"),
    ),
)

LA_IN_NAME = re.compile(r"(?<!\d)20\d\d-20\d\d_(\d{3})_|LA\d{3}")
"""A download of one local authority carries its code after the years; an extract says ``LA850``."""
