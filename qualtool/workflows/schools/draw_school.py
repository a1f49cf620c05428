"""The chart of a school's indicators. Apart from the profile, so that the command line loads no charts."""

from __future__ import annotations

import altair as alt

from ...triangulate.profile_charts import Strip, profile_chart
from .school_page import SchoolProfile


def draw_profile(profile: SchoolProfile) -> alt.VConcatChart:
    """Where the school's numbers lie among those of its phase, and how they went over the years."""
    return profile_chart(
        [
            Strip(
                title=f"{line.label}: {line.shown}" + (f" ({line.note})" if line.note else ""),
                population=line.population,
                cuts=line.cuts,
                value=line.value,
                trend=line.trend,
            )
            for line in profile.lines
        ]
    )
