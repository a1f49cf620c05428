"""Theme frequencies, crosstabs and co-occurrence in the form a person looks at, and the quotes behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UserInputError
from ...model import Codebook
from ...store.file import connection
from ...store.reading import frames
from ...store.records import codes as code_store
from ...store.records import sources as source_store
from ...triangulate import measures
from ...triangulate.crosstab import Together
from ..schools.derived import case_indicators
from .themes import DERIVED, cooccurrence, crosstab, frequencies, quotes

# What a cell may count: its column in the frequencies, and the denominator that belongs to it.
MEASURES: dict[str, tuple[str, str | None]] = {
    "participants": ("n_participants", "denominator_participants"),
    "share": ("n_participants", "denominator_participants"),
    "cases": ("n_cases", "denominator_cases"),
    "codings": ("n_codings", None),
    "segments": ("n_segments", None),
    "words": ("n_words", None),
}
# More columns than these are no longer read: the groups with most participants are kept.
MAX_GROUPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTable:
    """Codes by groups for one measure.

    ``cells`` are rows ``{"code", "name", "code_path", "group", "heading", "value", "text", "label", "n",
    "of"}`` of the codes shown, most voiced first; ``value`` is None where a share has nobody to be a
    share of. ``groups`` are ``{"group", "heading", "n_participants", "n_cases"}`` in order; a heading
    is the group with its denominator, where the measure has one. ``n_codes`` counts the codes
    of the codebook, ``n_voiced`` those somebody voiced, ``n_hidden_groups`` the groups left out.
    """

    cells: tuple[dict[str, Any], ...]
    groups: tuple[dict[str, Any], ...]
    n_codes: int
    n_voiced: int
    n_hidden_groups: int
    n_unread: int
    stale: int

    @property
    def codes(self) -> list[str]:
        """Keys of the codes shown, in their order."""
        return list(dict.fromkeys(cell["code"] for cell in self.cells))

    @property
    def names(self) -> list[str]:
        """Names of the codes shown, in their order."""
        return list(dict.fromkeys(cell["name"] for cell in self.cells))

    @property
    def headings(self) -> list[str]:
        """Headings of the groups, in order."""
        return [g["heading"] for g in self.groups]


def theme_table(
    study: Path,
    *,
    by: str,
    measure: str,
    layer: str = "union",
    sources: str = "all",
    top: int | None = 15,
    origin: str = "all",
) -> ThemeTable:
    """Frequencies of the ``top`` most voiced codes (None: of all) by a variable.

    Raises:
        UserInputError: an unknown measure, variable, layer or set of sources.
    """
    if measure not in MEASURES:
        raise UserInputError(f"'{measure}' is not a measure; choose one of {', '.join(MEASURES)}.")
    column, of_column = MEASURES[measure]
    found = frequencies(study, by=by, layer=layer, sources=sources, origin=origin)
    rows = found["rows"]
    groups, n_hidden = _kept_groups(rows, of_column)
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["code"]] = totals.get(row["code"], 0) + row[column]
    order = sorted(totals, key=lambda code: -totals[code])  # stable: ties stay in codebook order
    voiced = [code for code in order if totals[code]]
    shown = order if top is None else voiced[:top]
    place = {code: i for i, code in enumerate(shown)}
    names = _short_names(rows)
    headings = {g["group"]: g["heading"] for g in groups}
    cells = [
        _cell(row, names[row["code"]], measure, row[column], row[of_column] if of_column else None)
        | {"heading": headings[row["group"]]}
        for row in rows
        if row["code"] in place and row["group"] in headings
    ]
    return ThemeTable(
        cells=tuple(sorted(cells, key=lambda cell: place[cell["code"]])),
        groups=groups,
        n_codes=len(order),
        n_voiced=len(voiced),
        n_hidden_groups=n_hidden,
        n_unread=found["n_unread"],
        stale=found["stale"],
    )


def _kept_groups(
    rows: Sequence[Mapping[str, Any]], of_column: str | None
) -> tuple[tuple[dict[str, Any], ...], int]:
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["group"] not in groups:
            name = "Everybody" if row["group"] == "all" else row["group"]
            groups[row["group"]] = {
                "group": row["group"],
                "heading": f"{name} (n = {row[of_column]})" if of_column else name,
                "n_participants": row["denominator_participants"],
                "n_cases": row["denominator_cases"],
            }
    largest = sorted(groups.values(), key=lambda g: -g["n_participants"])[:MAX_GROUPS]
    kept = {g["group"] for g in largest}
    return tuple(g for g in groups.values() if g["group"] in kept), len(groups) - len(kept)


def _short_names(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Key -> name of each code; the whole path where two codes have one name."""
    paths = {row["code"]: row["code_path"] for row in rows}
    ends = [path.rpartition(" > ")[2] for path in paths.values()]
    return {
        code: end if ends.count(end) == 1 else path
        for (code, path), end in zip(paths.items(), ends, strict=True)
    }


def _cell(row: Mapping[str, Any], name: str, measure: str, n: int, of: int | None) -> dict[str, Any]:
    value: float | None = n
    text = str(n)
    if measure == "share":
        value = n / of if of else None
        text = "–" if value is None else f"{value:.0%}"
    return {
        "code": row["code"],
        "name": name,
        "code_path": row["code_path"],
        "group": row["group"],
        "value": value,
        "text": text,
        "label": f"{n} of {of}" if of is not None else str(n),
        "n": n,
        "of": of,
    }


# --- the quotes behind a cell ---------------------------------------------------------------------


def quotes_behind(
    study: Path,
    code: str,
    *,
    by: str = "all",
    group: str | None = None,
    layer: str = "union",
    sources: str = "all",
    origin: str = "all",
) -> list[dict[str, Any]]:
    """Participants' quotes of a code (or all under a heading) in one group; None for all groups.

    Keys as in ``themes.quotes``. A quote belongs to whoever speaks its first word; interviewers'
    words are left out, as they are in the counts.

    Raises:
        UserInputError: no such code, variable, or set of sources.
    """
    coder = layer.partition(":")[2] or None
    found = [
        row
        for row in quotes(study, code=code, coder=coder, origin=origin)
        if row["participant_id"] is not None and not row["is_interviewer"]
    ]
    with connection.reading(study) as db:
        try:
            wanted = frames.source_filter(db, sources)
        except KeyError as err:
            raise UserInputError("There is no set of sources of this name.") from err
        if wanted is not None:
            names = {s["name"] for s in source_store.sources(db) if s["id"] in wanted}
            found = [row for row in found if row["source"] in names]
        if group is None:
            return found
        if by == "source":
            return [row for row in found if row["source"] == group]
        derived = case_indicators(db, [by]) if by in DERIVED else {}
        try:
            groups = measures.grouping(frames.study_frame(db), by, derived=derived)
        except KeyError as err:
            raise UserInputError(f"The study has no variable '{by}'.") from err
    members = set() if groups is None else set(groups.index[groups == group].tolist())
    return [row for row in found if row["participant_id"] in members]


# --- crosstab -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosstabTable:
    """``rows`` as in ``themes.crosstab`` with a ``label`` ("3 of 12"); ``shown`` those for a grid.

    A grid holds at most ``MAX_GROUPS`` values of each variable, those with most participants;
    ``n_hidden`` counts the values left out.
    """

    rows: tuple[dict[str, Any], ...]
    shown: tuple[dict[str, Any], ...]
    n_hidden: int


def crosstab_table(
    study: Path,
    code: str,
    *,
    rows: str,
    columns: str,
    layer: str = "union",
    sources: str = "all",
    origin: str = "all",
) -> CrosstabTable:
    """Participants voicing a code (or anything under a heading) by two variables.

    Raises:
        UserInputError: no such code, variable, layer or set of sources.
    """
    found = [
        {**row, "label": f"{row['n_voiced']} of {row['n_participants']}"}
        for row in crosstab(
            study, code, rows=rows, columns=columns, layer=layer, sources=sources, origin=origin
        )
    ]
    kept_rows, n_rows = _largest(found, "row")
    kept_columns, n_columns = _largest(found, "column")
    shown = tuple(r for r in found if r["row"] in kept_rows and r["column"] in kept_columns)
    return CrosstabTable(rows=tuple(found), shown=shown, n_hidden=n_rows + n_columns)


def _largest(found: Sequence[Mapping[str, Any]], side: str) -> tuple[set[str], int]:
    sizes: dict[str, int] = {}
    for row in found:
        sizes[row[side]] = sizes.get(row[side], 0) + row["n_participants"]
    kept = set(sorted(sizes, key=lambda name: -sizes[name])[:MAX_GROUPS])
    return kept, len(sizes) - len(kept)


# --- co-occurrence --------------------------------------------------------------------------------


def codes_together(
    study: Path,
    *,
    by: Together,
    layer: str = "union",
    sources: str = "all",
    top: int | None = 15,
    origin: str = "all",
) -> dict[str, Any]:
    """Codes that occur together: ``pairs`` for a table, ``squares`` and ``order`` for a grid.

    ``pairs`` are ``{"code_a", "code_b", "n", "n_a", "n_b", "jaccard"}`` by name, most frequent first.
    ``squares`` hold every pair of the ``top`` codes that meet others most often, both ways round.
    """
    with connection.reading(study) as db:
        names = _names_of(code_store.codebook(db))
    pairs = [
        {
            "code_a": names[p["a"]],
            "code_b": names[p["b"]],
            **{k: p[k] for k in ("n", "n_a", "n_b", "jaccard")},
        }
        for p in cooccurrence(study, by=by, layer=layer, sources=sources, origin=origin)
    ]
    meetings: dict[str, int] = {}
    for pair in pairs:
        for side in ("code_a", "code_b"):
            meetings[pair[side]] = meetings.get(pair[side], 0) + pair["n"]
    order = sorted(meetings, key=lambda name: (-meetings[name], name))[:top]
    return {"pairs": pairs, "squares": _squares(pairs, order), "order": order, "n_codes": len(meetings)}


def _squares(pairs: Sequence[Mapping[str, Any]], order: Collection[str]) -> list[dict[str, Any]]:
    inside = [p for p in pairs if p["code_a"] in order and p["code_b"] in order]
    return [
        {"code_a": p[a], "code_b": p[b], "n": p["n"]}
        for p in inside
        for a, b in (("code_a", "code_b"), ("code_b", "code_a"))
    ]


def _names_of(book: Codebook) -> dict[str, str]:
    rows = [
        {"code": c.short_id or book.path(c), "code_path": book.path(c)} for c in book.codes if c.is_codable
    ]
    return _short_names(rows)


def code_choices(study: Path) -> dict[str, str]:
    """What names a code to a workflow -> its path, headings too, in codebook order."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
    return {c.short_id or book.path(c): book.path(c) for c in book.codes}


def codable_choices(study: Path) -> dict[str, str]:
    """As ``code_choices``, without the headings, which are never applied."""
    with connection.reading(study) as db:
        book = code_store.codebook(db)
    return {c.short_id or book.path(c): book.path(c) for c in book.codes if c.is_codable}
