"""A coded source as one HTML file that needs nothing else and can be printed."""

from __future__ import annotations

from html import escape

from .coded_source import CodedRow, CodedSource, CodedTurn, MarginCoding, lanes, pieces, printable

WITHHELD = "[words withheld: this participant's consent does not allow it]"
_LANE = 6  # pixels of a stripe with its gap
_CSS = """
*{box-sizing:border-box}
body{margin:24px auto;max-width:1060px;padding:0 16px;color:#1b1b1b;background:#fff}
body{font:15px/1.55 Georgia,"Times New Roman",serif}
header,h2,.codes,.side,.who{font-family:system-ui,"Segoe UI",Arial,sans-serif}
h1{margin:0 0 8px;font-size:22px}
h2{margin:20px 0 6px;font-size:15px}
.status{padding:6px 10px;border:2px solid #8a1c12;font-weight:700}
table.about{margin:8px 0;border-collapse:collapse;font-size:13px}
.about th{padding:1px 12px 1px 0;text-align:left;font-weight:400;color:#4d4d4d;vertical-align:top}
.turn{display:grid;grid-template-columns:120px minmax(0,1fr);column-gap:8px;margin:0 0 10px}
.row{display:grid;grid-template-columns:200px var(--lanes) minmax(0,1fr);column-gap:8px;break-inside:avoid}
.who{font-size:12.5px;color:#333}
.who b{display:block;overflow-wrap:anywhere}
.asks .words,.asks .who{color:#5a5a5a}
.side{font-size:12px;line-height:1.35;overflow-wrap:anywhere}
.side p{margin:3px 0;padding:1px 0 1px 6px;border-left:5px solid var(--c)}
.side .memo{display:block;font-style:italic;white-space:pre-wrap}
.side .by{color:#4d4d4d}
.lanes{display:flex;gap:2px;justify-content:flex-end}
.lanes i{width:4px;background:var(--c);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.words{white-space:pre-wrap;overflow-wrap:anywhere}
mark{color:inherit;padding:1px 0;print-color-adjust:exact;-webkit-print-color-adjust:exact}
sup{font:700 10px system-ui,Arial,sans-serif;line-height:0}
.withheld{font-style:italic;color:#4d4d4d}
.codes p{margin:2px 0}
@page{margin:16mm}
@media print{body{margin:0;max-width:none;font-size:11pt}}
@media print{.turn{grid-template-columns:95px minmax(0,1fr)}}
@media print{.row{grid-template-columns:165px var(--lanes) minmax(0,1fr)}}
"""


def write_coded_source_html(source: CodedSource) -> bytes:
    """The bytes of an HTML document: no script, nothing loaded from elsewhere."""
    known = source.by_number()
    lanes_of = [lanes(turn.rows) for turn in source.turns]
    deepest = max((lane + 1 for lane_of in lanes_of for lane in lane_of.values()), default=0)
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="',
        "default-src 'none'; style-src 'unsafe-inline'",
        '">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(source.title)}</title><style>{_CSS}</style></head><body>",
        _head(source),
        f'<main style="--lanes:{max(1, deepest) * _LANE}px"><h2>Text</h2>',
        *(_turn(turn, known, lane_of) for turn, lane_of in zip(source.turns, lanes_of, strict=True)),
        "</main></body></html>",
    ]
    return "".join(parts).encode("utf-8")


def _text(words: str) -> str:
    return escape(printable(words), quote=True)


def _head(source: CodedSource) -> str:
    rows = "".join(
        f"<tr><th>{_text(label)}</th><td>{_text(words)}</td></tr>"
        for label, words in source.about.lines()[1:]
    )
    memos = "".join(f"<p><b>{_text(coder)}:</b> {_text(text)}</p>" for coder, text in source.memos)
    return (
        f'<header><h1>{_text(source.title)}</h1><p class="status">{_text(source.about.sentence)}</p>'
        f'<table class="about">{rows}</table>'
        + (f'<section class="codes"><h2>Memos on this source</h2>{memos}</section>' if memos else "")
        + "</header>"
    )


def _turn(turn: CodedTurn, known: dict[int, MarginCoding], lane_of: dict[int, int]) -> str:
    n_lanes = max(lane_of.values(), default=-1) + 1
    told: set[int] = set()
    rows = [
        f'<div class="row">{_side(row, known, told)}{_lanes(row, lane_of, n_lanes, known)}'
        f'<div class="words">{_words(row, known)}</div></div>'
        for row in turn.rows
    ]
    kind = "turn asks" if turn.is_interviewer else "turn"
    return f'<section class="{kind}">{_who(turn)}<div>{"".join(rows)}</div></section>'


def _who(turn: CodedTurn) -> str:
    number = f"{turn.number} " if turn.number is not None else ""
    extra = " · ".join(part for part in (turn.role, turn.time) if part)
    return f'<div class="who"><b>{number}{_text(turn.label)}</b>{_text(extra)}</div>'


def _side(row: CodedRow, known: dict[int, MarginCoding], told: set[int]) -> str:
    entries = []
    for mark in row.marks:
        if mark.number in told:
            continue
        told.add(mark.number)
        coding = known[mark.number]
        before = "" if mark.begins else "↑ "
        memos = "".join(
            f'<span class="memo">✎ {_text(coder)}: {_text(text)}</span>' for coder, text in coding.memos
        )
        extra = " · ".join(part for part in (coding.coder, coding.facets) if part)
        entries.append(
            f'<p style="--c:{coding.colour}" title="{_text(coding.code_path)}"><b>{before}{coding.number} '
            f'{_text(coding.code)}</b> <span class="by">{_text(extra)}</span>{memos}</p>'
        )
    return f'<div class="side">{"".join(entries)}</div>'


def _lanes(row: CodedRow, lane_of: dict[int, int], n_lanes: int, known: dict[int, MarginCoding]) -> str:
    here = {lane_of[mark.number]: known[mark.number].colour for mark in row.marks}
    bars = "".join(
        f'<i style="--c:{here[lane]}"></i>' if lane in here else '<i style="--c:transparent"></i>'
        for lane in range(n_lanes)
    )
    return f'<div class="lanes" aria-hidden="true">{bars}</div>'


def _words(row: CodedRow, known: dict[int, MarginCoding]) -> str:
    if row.is_withheld:
        return f'<span class="withheld">{WITHHELD}</span>'
    made = []
    for text, here, ending in pieces(row):
        words = _text(text)
        if here:
            colours = [known[number].colour for number in here]
            layers = ",".join(f"linear-gradient({c}2e,{c}2e)" for c in colours)
            lines = ",".join(f"inset 0 -{2 * n + 2}px 0 {c}" for n, c in enumerate(colours[:3]))
            room = 2 * len(colours[:3])
            style = f"background:{layers};box-shadow:{lines};padding-bottom:{room}px"
            words = f'<mark style="{style}">{words}</mark>'
        made.append(words + "".join(f"<sup>{number}</sup>" for number in ending))
    return "".join(made)
