"""The picture of a proposition's strands. Apart from the rest, so that the command line loads no charts."""

from __future__ import annotations

import io

from ...triangulate.charts import Layered
from ...triangulate.findings import Finding
from ...triangulate.forest_chart import ForestRow, forest_chart
from ...triangulate.propositions import StrandKind
from ...triangulate.strand_result import StrandResult
from .judged import Judged
from .proposition_page import GLYPHS, strand_label

_FOR = (Finding.SUPPORTS, Finding.LEANS_FOR)
_AGAINST = (Finding.OPPOSES, Finding.LEANS_AGAINST)


def draw_strands(row: Judged) -> Layered:
    """The strands of a proposition with their intervals and the difference set as important."""
    return forest_chart([_line(s) for s in row.verdict.strands])


def _line(s: StrandResult) -> ForestRow:
    estimate, low, high = s.estimate, s.ci_low, s.ci_high
    mid = s.mid
    told = f"{GLYPHS[s.finding]} {s.finding.value.replace('_', ' ')}"
    if s.kind is StrandKind.EXTERNAL_FINDING:  # a ratio, or another's scale
        estimate = low = high = None
    elif s.bound:  # how far from the bound, to its right on the stated side
        side, bound = s.bound[0], float(s.bound[1:])
        low, high = (_away(x, side, bound) for x in ((low, high) if side == ">" else (high, low)))
        estimate, mid = s.distance, 0.0
        told += f", from the bound {s.bound}"
    elif s.estimate_kind:
        told += f", {s.estimate_kind}"
    return ForestRow(
        label=strand_label(s),
        estimate=estimate,
        low=low,
        high=high,
        mid=mid,
        side="for" if s.finding in _FOR else "against" if s.finding in _AGAINST else "open",
        words=told,
    )


def _away(x: float | None, side: str, bound: float) -> float | None:
    return None if x is None else x - bound if side == ">" else bound - x


def strands_picture(row: Judged, format: str = "png") -> bytes:
    """The picture as PNG or SVG, on white."""
    buffer = io.BytesIO()
    chart = draw_strands(row).properties(width=640, background="white")
    if format == "svg":
        text = io.StringIO()
        chart.save(text, format="svg")
        return text.getvalue().encode()
    chart.save(buffer, format="png", scale_factor=2)
    return buffer.getvalue()
