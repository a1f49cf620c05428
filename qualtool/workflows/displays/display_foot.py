"""What stands under every display, and whose numbers are in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ... import __version__
from ...store.file import connection
from ...store.records import codes as code_store
from ...store.records import indicators as indicator_store
from ...triangulate.sentences import counted
from ..clock import stamp
from ..schools.derived import case_urns, derived_of

OPEN = "OGL3"
EQUAL = "none; every school counts the same"
ON_PURPOSE = "schools and people chosen on purpose: nothing here estimates a population"
OF_STRANDS = "as in each strand"
_BASE_SOURCES = ("gias", "gias_search", "cscp_census", "sen_school")
_DENOMINATORS = {
    "asked": "people asked, or voicing it unasked",
    "all": "all people; a silence may mean not asked",
    "": "as in each strand",
}
_BOTH = (
    "of a theme with marks of what was asked, people asked or voicing it unasked; of another all people,"
    " where a silence may mean not asked"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """Unit, denominator, weights and frame of a display, what is hidden, when and by what it was made."""

    unit: str
    denominator: str
    weights: str = EQUAL
    frame: str = ON_PURPOSE
    n_suppressed: int = 0
    is_release: bool = False
    made_at: str = ""
    tool_version: str = __version__
    codebook_version: int = 0
    notes: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """The sentences to print, in order; notes last."""
        hidden = (
            f"Suppressed: {counted(self.n_suppressed, 'cell')}" if self.is_release else "Suppressed: nothing"
        )
        made = f"{self.made_at[:10]}, qualtool {self.tool_version}, codebook version {self.codebook_version}"
        return (
            f"Unit: {self.unit}. Denominator: {self.denominator}. Weights: {self.weights}.",
            f"Frame: {self.frame}.",
            f"{hidden}. Made {made}.",
            *self.notes,
        )


def foot_of(
    study: Path,
    *,
    unit: str,
    denominators: Collection[str] = ("",),
    weights: str = EQUAL,
    frame: str = ON_PURPOSE,
    notes: Sequence[str] = (),
) -> Foot:
    """The foot of a display made now; ``denominators`` are those of its themes (asked, all)."""
    with connection.reading(study) as db:
        version = code_store.current_version(db)
    told = [_DENOMINATORS.get(d, d).removeprefix("denominator: ") for d in sorted(set(denominators))]
    words = _BOTH if set(denominators) == {"all", "asked"} else ", or ".join(told)
    return Foot(
        unit=unit,
        denominator=words,
        weights=weights,
        frame=frame,
        made_at=stamp().at,
        codebook_version=version,
        notes=tuple(note for note in notes if note),
    )


def licences_of(study: Path, indicators: Collection[str]) -> tuple[str, ...]:
    """Licences of the loaded files that these indicators come from; ``unknown`` where no file is found.

    Facts of the study's own sheet have none.
    """
    wanted = set(indicators)
    with connection.reading(study) as db:
        files = indicator_store.files(db)
        if not files or not wanted:
            return ()
        found = derived_of(db, case_urns(db))
    rows = [*found["rows"], *found["la_rows"]]
    sources = {row["source"] for row in rows if row["name"] in wanted} - {"none", None, ""}
    if "has_base" in wanted:
        sources.update(_BASE_SOURCES)
    licences = {f["licence"] or "unknown" for f in files if f["dataset"] in sources}
    known = {f["dataset"] for f in files} | set(_BASE_SOURCES)
    return tuple(sorted(licences | ({"unknown"} if sources - known else set())))


def not_open(licences: Collection[str]) -> tuple[str, ...]:
    """Those of the licences that are not the Open Government Licence."""
    return tuple(sorted({licence for licence in licences if licence != OPEN}))
