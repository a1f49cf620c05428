"""How far coding is, as one bar."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

# Okabe and Ito: told apart by colour-blind readers; grey is what nobody touched.
_STATES = {"coded": "#0072B2", "read": "#56B4E9", "unread": "#999999"}


def progress_chart(progress: Mapping[str, int]) -> alt.LayerChart | alt.FacetChart:
    """One bar of all transcripts: coded, read without codings, unread, with their numbers on it.

    ``progress`` maps these three words to numbers of transcripts; parts of none are left out.
    """
    order = list(_STATES)
    counts = [int(progress.get(state, 0)) for state in order]
    starts = [sum(counts[:at]) for at in range(len(order))]
    rows = [
        {"state": state, "n": n, "start": start, "end": start + n, "middle": start + n / 2}
        for state, n, start in zip(order, counts, starts, strict=True)
        if n
    ]
    data = pd.DataFrame(rows, columns=["state", "n", "start", "end", "middle"])
    total = max(sum(counts), 1)
    base = alt.Chart(data).encode(tooltip=[alt.Tooltip("state:N"), alt.Tooltip("n:Q", title="transcripts")])
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, total], nice=False))
    bars = base.mark_bar(size=34).encode(
        x=x,
        x2="end:Q",
        color=alt.Color(
            "state:N",
            scale=alt.Scale(domain=order, range=list(_STATES.values())),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    numbers = base.mark_text(fontSize=14, fontWeight="bold").encode(
        x=alt.X("middle:Q", axis=None),
        text="n:Q",
        # White stands out on the dark blue alone.
        color=alt.condition(alt.datum.state == "coded", alt.value("white"), alt.value("black")),
    )
    return alt.layer(bars, numbers).properties(height=60)
