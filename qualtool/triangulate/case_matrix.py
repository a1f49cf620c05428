"""Mixed methods matrix (D5): a row for each school, its indicators as bands, its themes as states.

After O'Cathain, Murphy & Nicholl 2010 (BMJ 341:c4587): cases with both kinds of data, row by row.
A silence counts only where somebody was asked: the other states of silence are kept apart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from .contrast_result import ThemeContrast
from .sentences import counted
from .shares import SchoolShare

UNKNOWN_BAND = "unknown"
BANDS = ("bottom quarter", "second quarter", "third quarter", "top quarter")
TOP = BANDS[3]


class State(Enum):
    """What a school says of a theme."""

    VOICED = "voiced"
    SILENT = "asked, not voiced"
    NOT_VOICED = "not voiced"  # nobody marked who was asked: a weak silence
    NOT_ASKED = "not asked"
    NOT_READ = "not read"


MARKS: Mapping[State, str] = {
    State.VOICED: "●",
    State.SILENT: "○",
    State.NOT_VOICED: "(○)",
    State.NOT_ASKED: "–",
    State.NOT_READ: "?",
}
STATE_WORDS = (
    "● voiced · ○ asked, not voiced · (○), dashed: not voiced, nobody marked whether it was asked"
    " · – not asked · ? nobody interviewed, or not read yet"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCell:
    """A theme at a school: people voicing it of those in the denominator; None in a release.

    ``n_unread`` counts people whose words nobody has read to the end: a silence beside them is not whole.
    """

    theme: str
    state: State
    n_voiced: int | None
    n_asked: int | None
    n_unread: int = 0

    @property
    def shown(self) -> str:
        """The mark with its count, as '● 2 of 3'."""
        if self.n_asked is None or not self.n_asked:
            return MARKS[self.state] if self.n_asked is None else f"{MARKS[self.state]} {self.state.value}"
        return f"{MARKS[self.state]} {self.n_voiced} of {self.n_asked}" + (" +?" if self.n_unread else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A school: its label, its bands by indicator, a cell a theme, how it contradicts, a summary."""

    urn: str
    label: str
    bands: Mapping[str, str]
    cells: tuple[CaseCell, ...]
    deviant: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMatrix:
    """The display; ``themes`` maps keys to names, ``indicators`` to labels, both in their order."""

    themes: Mapping[str, str]
    indicators: Mapping[str, str]
    rows: tuple[CaseRow, ...]
    n_suppressed: int = 0


def band_of(value: str | None) -> str:
    """The words of a quartile 1 to 4 (or Q1 to Q4); any other word stays, a missing one is unknown."""
    text = (value or "").strip().upper().removeprefix("Q").removesuffix(".0")
    if text in ("1", "2", "3", "4"):
        return BANDS[int(text) - 1]
    return (value or "").strip() or UNKNOWN_BAND


def case_matrix(
    schools: Mapping[str, str],
    contrasts: Mapping[str, tuple[str, ThemeContrast, Mapping[str, int]]],
    bands: Mapping[str, tuple[str, Mapping[str, str]]],
    *,
    deviant: Mapping[str, Sequence[str]] | None = None,
    summaries: Mapping[str, str] | None = None,
    order: str | None = None,
) -> CaseMatrix:
    """The display of ``schools`` (URN -> label).

    ``contrasts`` has by key of a theme its name, its contrast, and the people unread by URN; ``bands`` by
    name of an indicator its label and the value of each URN; ``deviant`` by URN how it contradicts, and
    ``summaries`` what the team wrote of it.
    Rows are in order of the band of ``order``, top first, then of the label.
    """
    rows = [
        CaseRow(
            urn=urn,
            label=label,
            bands={name: band_of(values.get(urn)) for name, (_, values) in bands.items()},
            cells=tuple(
                _cell(key, urn, contrast, unread) for key, (_, contrast, unread) in contrasts.items()
            ),
            deviant=tuple((deviant or {}).get(urn, ())),
            summary=(summaries or {}).get(urn, ""),
        )
        for urn, label in schools.items()
    ]
    return CaseMatrix(
        themes={key: name for key, (name, _, _) in contrasts.items()},
        indicators={name: label for name, (label, _) in bands.items()},
        rows=tuple(sorted(rows, key=lambda row: (_rank(row, order), row.label))),
    )


def _rank(row: CaseRow, order: str | None) -> tuple[int, str]:
    band = row.bands.get(order or "", "")
    if band in BANDS:
        return (-BANDS.index(band), "")
    return (1, band if band != UNKNOWN_BAND else "~")


def _cell(key: str, urn: str, contrast: ThemeContrast, unread: Mapping[str, int]) -> CaseCell:
    found = next((s for s in contrast.schools if s.urn == urn), None)
    return CaseCell(
        theme=key,
        state=state_of(found, contrast.denominator),
        n_voiced=found.n_voiced if found else 0,
        n_asked=found.n_asked if found else 0,
        n_unread=unread.get(urn, 0),
    )


def state_of(school: SchoolShare | None, denominator: str) -> State:
    """The state of a theme at a school; None stands for one of whom nobody has been read."""
    if school is None:
        return State.NOT_READ
    if school.n_voiced:
        return State.VOICED
    if not school.n_asked:
        return State.NOT_ASKED
    return State.SILENT if denominator == "asked" else State.NOT_VOICED


# --- negative cases -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Schools of one band by what they say of a theme; only ``silent`` ones are evidence against it."""

    theme: str
    band: str
    voiced: tuple[str, ...]
    silent: tuple[str, ...]
    not_evidence: tuple[str, ...]

    @property
    def sentence(self) -> str:
        n = len(self.voiced) + len(self.silent)
        told = f"{len(self.silent)} of {counted(n, 'school')} asked in the {self.band} do not voice it"
        rest = f"; {len(self.not_evidence)} more say nothing either way" if self.not_evidence else ""
        return f"{told}{rest}."


def silent_schools(shown: CaseMatrix, theme: str, indicator: str, *, band: str = TOP) -> Silence:
    """Where nobody voices a theme among the schools of a band: asked and silent, apart from the rest."""
    found: dict[str, list[str]] = {"voiced": [], "silent": [], "other": []}
    place = {State.VOICED: "voiced", State.SILENT: "silent"}
    for row in shown.rows:
        if row.bands.get(indicator) == band:
            cell = next(c for c in row.cells if c.theme == theme)
            found[place.get(cell.state, "other")].append(row.label)
    return Silence(
        theme=theme,
        band=band,
        voiced=tuple(found["voiced"]),
        silent=tuple(found["silent"]),
        not_evidence=tuple(found["other"]),
    )


# --- release --------------------------------------------------------------------------------------


def without_counts(shown: CaseMatrix) -> CaseMatrix:
    """The display without numbers of people: states of schools stay, URNs and the team's words go."""
    rows = [
        replace(
            row,
            urn="",
            summary="",
            cells=tuple(replace(c, n_voiced=None, n_asked=None, n_unread=0) for c in row.cells),
        )
        for row in shown.rows
    ]
    return replace(shown, rows=tuple(rows))


def rare_attributes(
    shown: CaseMatrix, frame: Sequence[Mapping[str, str]], *, least: int = 5, keep: Collection[str] = ()
) -> CaseMatrix:
    """The display with bands taken out until at least ``least`` schools of the frame share what is left.

    ``frame`` has the bands of every loaded school. The last indicators go first, those of ``keep`` last.
    """
    names = list(shown.indicators)
    dropped_first = [n for n in reversed(names) if n not in keep] + [n for n in reversed(names) if n in keep]
    n_hidden = 0
    rows = []
    for row in shown.rows:
        bands = {n: b for n, b in row.bands.items() if b != UNKNOWN_BAND}
        for name in dropped_first:
            if not bands or _sharing(bands, frame) >= least:
                break
            n_hidden += bands.pop(name, None) is not None
        hidden = {n: "suppressed" for n, b in row.bands.items() if b != UNKNOWN_BAND and n not in bands}
        rows.append(replace(row, bands={**row.bands, **hidden}))
    return replace(shown, rows=tuple(rows), n_suppressed=shown.n_suppressed + n_hidden)


def _sharing(bands: Mapping[str, str], frame: Sequence[Mapping[str, str]]) -> int:
    return sum(all(school.get(name) == band for name, band in bands.items()) for school in frame)
