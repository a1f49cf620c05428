"""School-level special needs and pupil census files, pupil premium allocations, inspections."""

from __future__ import annotations

from .dataset import Column, Dataset, column
from .datasets_ees import level_of, mend_region
from .symbols import STATISTICS

_NEEDS = ("spld", "mld", "sld", "pmld", "semh", "slcn", "hi", "vi", "msi", "pd", "asd", "oth", "nsa")
_PHASE = (
    column("school_name", kind="text"),
    column("la_name", kind="text"),
    column("region", "region_name", kind="text"),
    column("school_type", "phase_type_grouping", kind="text"),
    column("establishment_type", "type_of_establishment", kind="text"),
    column("all_through", "all_through", "all_through_school", kind="text", keeps_blank=False),
)


def _needs() -> tuple[Column, ...]:
    found = [column(f"ehcp_need_{n}", f"ehc_primary_need_{n}", kind="count") for n in _NEEDS]
    found += [column(f"sen_support_need_{n}", f"sup_primary_need_{n}", kind="count") for n in _NEEDS]
    found += [column(f"approved_provision_{n}", f"prov_{n}", kind="flag") for n in _NEEDS if n != "nsa"]
    return tuple(found)


SEN_SCHOOL = Dataset(
    id="sen_school",
    label="special educational needs, by school",
    signature=(("urn",), ("total_pupils",), ("sen_support",), ("ehc_plan", "statement_ehc_plan")),
    la=("old_la_code",),
    tokens=STATISTICS,
    year_header="time_period",
    level_of=level_of,
    mend=mend_region,
    columns=(
        *_PHASE,
        column("roll", "total_pupils", kind="count"),
        column("sen_support_count", "sen_support", kind="count"),
        column("ehcp_count", "ehc_plan", "statement_ehc_plan", kind="count"),
        column("sen_unit_census", "sen_unit", kind="flag"),
        column("resourced_provision_census", "rp_unit", kind="flag"),
        *_needs(),
    ),
)
SPC_SCHOOL = Dataset(
    id="spc_school",
    label="schools, pupils and their characteristics, by school",
    signature=(("urn",), ("headcount_of_pupils",), ("phase_type_grouping",)),
    la=("old_la_code",),
    tokens=STATISTICS,
    year_header="time_period",
    level_of=level_of,
    mend=mend_region,
    columns=(
        *_PHASE,
        column("roll_spc", "headcount of pupils", kind="count"),
        column("roll_full_time_equivalent", "fte pupils", kind="count"),
        column(
            "fsm_count_spc",
            "number of pupils known to be eligible for and claiming free school meals",
            "number of pupils known to be eligible for free school meals",
            kind="count",
        ),
        column(
            "fsm_performance_base",
            "number of pupils (used for FSM calculation in Performance Tables)",
            kind="count",
        ),
        column(
            "fsm_performance_count",
            "number of pupils known to be eligible for free school meals (Performance Tables)",
            kind="count",
        ),
        column(
            "eal_count_spc",
            "number of pupils whose first language is known or believed to be other than English",
            kind="count",
        ),
    ),
)

_PREMIUM = "Deprivation Pupil Premium"
PUPIL_PREMIUM = Dataset(
    id="pupil_premium",
    label="pupil premium allocations, by school",
    signature=(("urn",), (f"total number of pupils eligible for the {_PREMIUM}".lower().replace(" ", "_"),)),
    # Published percentages are left: one release prints shares of 1, another per cent.
    columns=(
        column("school_name", "School Name", kind="text"),
        column("la_name", "Local Authority", kind="text"),
        column("establishment_type", "School Type", kind="text"),
        column("pupil_premium_roll", "Number of pupils on roll", kind="count"),
        column(
            "pupil_premium_primary_count",
            f"Number of Primary pupils eligible for the {_PREMIUM}",
            kind="count",
        ),
        column(
            "pupil_premium_secondary_count",
            f"Number of Secondary pupils eligible for the {_PREMIUM}",
            kind="count",
        ),
        column("pupil_premium_count", f"Total number of pupils eligible for the {_PREMIUM}", kind="count"),
        column("pupil_premium_primary_allocation", f"{_PREMIUM} Allocation", kind="money"),
        column("pupil_premium_secondary_allocation", f"{_PREMIUM} Allocation#2", kind="money"),
        column("pupil_premium_allocation", f"Total allocation for the {_PREMIUM}", kind="money"),
    ),
)
