"""Theme frequencies, crosstabs, co-occurrence and quotes of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UserInputError
from ...model import Codebook
from ...store import Database
from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...store.reading import frames, overview
from ...store.reading.frames import StudyFrame
from ...store.records import codes as code_store
from ...triangulate import crosstab as crosstabs
from ...triangulate import measures
from ..frames import frame_of
from ..schools.derived import case_indicators

DERIVED = ("ehcp_quartile", "any_sen_quartile", "phase", "has_base", "region", "ofsted_grade")


ALL, PERSON = "all", "person"
ORIGINS = (ALL, PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One reading of a study, for one layer and one set of sources."""

    frame: StudyFrame
    pieces: measures.Pieces
    book: Codebook
    codes: dict[int, tuple[str, str]]
    sources: set[int] | None
    derived: Mapping[str, Mapping[str, str]]
    n_unread: int


def _read(study: Path, *, layer: str, sources: str, by: tuple[str, ...], origin: str = ALL) -> _Reading:
    require_origin(origin)
    with connection.reading(study) as db:
        frame = frame_of(db)
        book = code_store.codebook(db)
        ids = code_store.code_ids(db)
        try:
            wanted = frames.source_filter(db, sources)
        except KeyError as err:
            raise UserInputError.single(
                f"set '{sources}'", "There is no set of sources of this name.", "Choose all, or make the set."
            ) from err
        coder = _coder(db, layer)
        needs = [name for name in by if name in DERIVED]
        derived = case_indicators(db, needs) if needs else {}
        unread = overview.progress(db)["unread"]
        suggested = evidence_store.suggested_codings(db) if origin == PERSON else set()
    cut = measures.pieces(frame, sources=wanted)
    if coder is not None:
        cut = cut.where(cut.coder == coder)
    if suggested:
        cut = cut.where(~np.isin(cut.coding, sorted(suggested)))
    codes = {ids[c.guid]: (c.short_id or book.path(c), book.path(c)) for c in book.codes if c.is_codable}
    return _Reading(
        frame=frame,
        pieces=cut,
        book=book,
        codes=codes,
        sources=wanted,
        derived=derived,
        n_unread=unread,
    )


def require_origin(origin: str) -> None:
    """Refuse anything but ``ALL`` codings, or those a ``PERSON`` typed or imported without a suggestion.

    Raises:
        UserInputError: it is neither.
    """
    if origin not in ORIGINS:
        raise UserInputError.single(
            f"origin '{origin}'",
            "Codings are told apart by how they began.",
            "Say 'all', or 'person' to leave out what began as a machine's suggestion.",
        )


def _coder(db: Database, layer: str) -> int | None:
    if layer == "union":
        return None
    kind, _, name = layer.partition(":")
    if kind != "coder" or not name:
        raise UserInputError.single(
            f"layer '{layer}'",
            "This version knows two layers.",
            "Say 'union' for everybody's codings, or 'coder:NAME' for one person's.",
        )
    found = overview.coder_id(db, name)
    if found is None:
        raise UserInputError.single(f"coder '{name}'", "Nobody of this name codes here.", "Check the name.")
    return found


def _unknown_variable(name: str, known: list[str]) -> UserInputError:
    return UserInputError.single(
        f"variable '{name}'",
        "The study has no variable of this name.",
        f"It has: {', '.join(known)}.",
    )


def frequencies(
    study: Path, *, by: str = "all", layer: str = "union", sources: str = "all", origin: str = ALL
) -> dict[str, Any]:
    """The document of ``qualtool frequencies``: every codable code x every group of ``by``.

    With ``origin`` 'person' codings that began as a machine's suggestion are left out. ``stale`` counts
    the codings that wait for a decision after an edit and are not counted; ``n_unread`` the transcripts
    nobody has coded or marked read, whose silence means nothing.

    Raises:
        UserInputError: no such variable, layer or set of sources.
    """
    read = _read(study, layer=layer, sources=sources, by=(by,), origin=origin)
    try:
        rows = measures.frequencies(
            read.frame, read.pieces, by=by, codes=read.codes, sources=read.sources, derived=read.derived
        )
    except KeyError as err:
        raise _unknown_variable(by, measures.group_names(read.frame, DERIVED)) from err
    return {
        "by": by,
        "layer": layer,
        "rows": rows,
        "sources": sources,
        "origin": origin,
        "stale": read.frame.stale,
        "n_unread": read.n_unread,
    }


def crosstab(
    study: Path,
    code: str,
    *,
    rows: str,
    columns: str,
    layer: str = "union",
    sources: str = "all",
    origin: str = ALL,
) -> list[dict[str, Any]]:
    """Participants voicing a code (or anything under a heading) by two variables.

    Raises:
        UserInputError: no such code, variable, layer or set of sources.
    """
    read = _read(study, layer=layer, sources=sources, by=(rows, columns), origin=origin)
    wanted = _subtree(study, code, read.book)
    try:
        return crosstabs.crosstab(
            read.frame,
            read.pieces,
            rows=rows,
            columns=columns,
            codes=wanted,
            sources=read.sources,
            derived=read.derived,
        )
    except KeyError as err:
        raise _unknown_variable(str(err.args[0]), measures.group_names(read.frame, DERIVED)) from err


def cooccurrence(
    study: Path,
    *,
    by: crosstabs.Together,
    layer: str = "union",
    sources: str = "all",
    origin: str = ALL,
) -> list[dict[str, Any]]:
    """Pairs of codes that occur together, with code keys in place of ids."""
    read = _read(study, layer=layer, sources=sources, by=(), origin=origin)
    names = {number: key for number, (key, _) in read.codes.items()}
    return [
        {**row, "a": names[row["a"]], "b": names[row["b"]]}
        for row in crosstabs.together(read.pieces, by=by)
        if row["a"] in names and row["b"] in names
    ]


def group_names(study: Path) -> list[str]:
    """Variables that a study can be grouped by."""
    with connection.reading(study) as db:
        frame = frame_of(db)
        has_indicators = overview.has_indicators(db)
    return measures.group_names(frame, DERIVED if has_indicators else ())


def _subtree(study: Path, code: str, book: Codebook) -> list[int]:
    with connection.reading(study) as db:
        found = code_store.find_code(db, code)
        ids = code_store.code_ids(db)
    return [ids[guid] for guid in subtree(book, found["guid"])]


def subtree(book: Codebook, guid: str) -> list[str]:
    """GUIDs of a code and of everything under it."""
    children: dict[str | None, list[str]] = {}
    for code in book.codes:
        children.setdefault(code.parent, []).append(code.guid)
    found, todo = [], [guid]
    while todo:
        at = todo.pop()
        found.append(at)
        todo += children.get(at, [])
    return found


def quotes(
    study: Path,
    *,
    code: str | None = None,
    urn: str | None = None,
    coder: str | None = None,
    case_guid: str | None = None,
    origin: str = ALL,
) -> list[dict[str, Any]]:
    """The rows of ``qualtool quotes``: of a code and everything under it, a school, a coder.

    With ``origin`` 'person' those that began as a machine's suggestion are left out. ``docs/cli.md``
    shows a row; ``run, score, probability`` are those of the suggestion a coding began as.

    Raises:
        UserInputError: there is no such code.
    """
    require_origin(origin)
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        ids = code_store.code_ids(db)
        wanted = None
        if code is not None:
            found = code_store.find_code(db, code)
            wanted = [ids[guid] for guid in subtree(book, found["guid"])]
        case_id = None
        if case_guid is not None:
            case_id = overview.case_id(db, case_guid)
        rows = frames.quotes(db, code_ids=wanted, urn=urn, coder=coder, case_id=case_id)
    if origin == PERSON:
        rows = [r for r in rows if r["run"] is None and r["origin"] not in ("accepted", "edited")]
    known = book.by_guid()
    for row in rows:
        entry = known.get(row["code_guid"])
        row["code_path"] = book.path(entry) if entry else "(removed code)"
        row["code"] = (entry.short_id or row["code_path"]) if entry else "(removed code)"
        row["case"] = row["case_label"]
        row["is_restricted"] = bool(entry and entry.is_restricted)
    return rows


def voiced_codes(study: Path) -> dict[str, int]:
    """Number of standing codings of each code key, most used first."""
    read = _read(study, layer="union", sources="all", by=())
    ids, counts = np.unique(read.frame.codings["code_id"].to_numpy(), return_counts=True)
    named = {
        read.codes[i][0]: n for i, n in zip(ids.tolist(), counts.tolist(), strict=True) if i in read.codes
    }
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))
