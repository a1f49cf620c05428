"""The picture of a proposition's strands. Apart from the rest, so that the command line loads no charts."""

from __future__ import annotations

import io

from ..triangulate.charts import Layered
from ..triangulate.findings import Finding
from ..triangulate.forest_chart import ForestRow, forest_chart
from ..triangulate.propositions import StrandKind
from .proposition_page import GLYPHS, strand_label
from .propositions import Judged

_FOR = (Finding.SUPPORTS, Finding.LEANS_FOR)
_AGAINST = (Finding.OPPOSES, Finding.LEANS_AGAINST)


def draw_strands(row: Judged) -> Layered:
    """The strands of a proposition with their intervals and the difference set as important."""
    return forest_chart(
        [
            ForestRow(
                label=strand_label(s),
                estimate=s.estimate if s.kind is not StrandKind.EXTERNAL_FINDING else None,
                low=s.ci_low if s.kind is not StrandKind.EXTERNAL_FINDING else None,
                high=s.ci_high if s.kind is not StrandKind.EXTERNAL_FINDING else None,
                mid=s.mid,
                side="for" if s.finding in _FOR else "against" if s.finding in _AGAINST else "open",
                words=f"{GLYPHS[s.finding]} {s.finding.value.replace('_', ' ')}",
            )
            for s in row.verdict.strands
        ]
    )


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
