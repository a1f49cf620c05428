"""What each derived indicator is, in words that travel with it. A changed rule gets a new id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "ehcp_rate.1": (
            "Pupils with an education, health and care plan by pupils on roll, whole school, per cent."
        ),
        "sen_support_rate.1": ("Pupils with SEN support by pupils on roll, whole school, per cent."),
        "any_sen_rate.1": (
            "Pupils with an EHC plan or SEN support by pupils on roll, whole school, per cent."
        ),
        "fsm_rate.1": (
            "Pupils eligible for free school meals by pupils on roll, per cent. The official rate of "
            "schools with nursery pupils has another denominator."
        ),
        "fsm6_rate.1": (
            "Pupils eligible for free school meals at any time in six years, by the pupils the publisher "
            "counts them in (published from 2021/22), per cent."
        ),
        "ehcp_quartile.1": (
            "Quartile of the EHCP rate among mainstream schools of the same phase and census year; cuts "
            "by linear interpolation, schools unweighted, a rate equal to a cut in the lower quartile."
        ),
        "any_sen_quartile.1": ("Quartile of the rate of any SEN; made as the EHCP quartile."),
        "q4_ehcp.1": ("EHCP rate above the upper cut of its phase and year."),
        "high_ehcp_proxy.1": (
            "EHCP rate above the pooled rate of the reference population and above the pooled rate of the"
            " school's local authority, same phase and year; undefined in an authority of fewer than 5 "
            "such schools. Our proxy; not the definition of any published study."
        ),
        "has_base.1": (
            "A SEN unit or resourced provision: the census first, then the register; a blank in both is "
            "unknown."
        ),
        "sen_unit.1": ("A SEN unit: the census first, then the register."),
        "resourced_provision.1": ("Resourced provision: the census first, then the register."),
        "suspension_rate.1": (
            "Suspensions by pupils on roll, per 100 pupils; it can pass 100, and it counts suspensions "
            "and not pupils."
        ),
        "phase.1": (
            "Phase from the census's kind of school: middle schools as deemed, all-through as secondary."
        ),
        "published.1": ("As published; where two files tell of one school and year, a suppressed cell wins."),
    }
)
