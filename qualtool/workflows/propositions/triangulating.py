"""Set a theme beside a school indicator, school by school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from ...errors import Problem, UserInputError
from ...model import Codebook
from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...store.reading import frames
from ...store.reading.frames import StudyFrame
from ...store.reading.overview import has_transcripts
from ...store.records import codes as code_store
from ...triangulate import (
    CONTRASTS,
    Contrast,
    ThemeContrast,
    codes_of,
    finding_sentences,
    is_voiced,
    measures,
    parse_theme,
    theme_contrast,
)
from ..frames import frame_of
from ..schools.derived import case_indicators
from ..themes.themes import ALL, PERSON, require_origin, subtree

# A contrast of quartiles needs quartiles: where a rate is named, its quartile is meant.
_QUARTILE_OF = {"ehcp_rate": "ehcp_quartile", "any_sen_rate": "any_sen_quartile"}
# Codes of facets in frames.study_frame.
_DENIES = 2
_REPORTED = 2
STANCES = ("voiced", "own", "any")


@dataclass(frozen=True, slots=True, kw_only=True)
class TriangulatedTheme:
    """A contrast with what the screens need beside it: names of the schools, words for the finding.

    ``codes`` are the codes the theme names; ``people`` has one row a participant: participant, urn
    (blank for none), role, voiced, asked. ``n_unread`` counts the participants left out, since
    nobody has coded or finished reading what they said; ``unread`` counts them by URN.
    """

    contrast: ThemeContrast
    theme: str
    theme_name: str
    indicator: str
    sentences: tuple[str, ...]
    schools: Mapping[str, str]
    sources: str
    n_unread: int = 0
    codes: tuple[str, ...] = ()
    people: tuple[Mapping[str, Any], ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    origin: str = ALL


def triangulate_theme(
    study: Path,
    theme: str,
    indicator: str,
    *,
    contrast: str = "q4_v_rest",
    year: str | None = None,
    stance: str = "voiced",
    seed: int = 0,
    origin: str = ALL,
) -> dict[str, Any]:
    """The document of ``qualtool triangulate`` for one theme; see ``contrast_of``."""
    found = contrast_of(
        study,
        theme,
        indicator,
        contrast=contrast,
        year=year,
        stance=stance,
        seed=seed,
        origin=origin,
    )
    document = found.contrast.as_dict(theme=found.theme, indicator=found.indicator)
    for case in document["cases"]:
        case["case"] = found.schools.get(case["urn"], case["urn"])
    return {
        **document,
        "stance": stance,
        "origin": origin,
        "sources": found.sources,
        "n_unread": found.n_unread,
        "seed": seed,
        "sentence": " ".join(found.sentences),
    }


def contrast_of(
    study: Path,
    theme: str,
    indicator: str,
    *,
    contrast: str = "q4_v_rest",
    year: str | None = None,
    stance: str = "voiced",
    sources: str | None = None,
    by_phase: bool = False,
    seed: int = 0,
    origin: str = ALL,
) -> TriangulatedTheme:
    """Shares of each school's participants voicing a theme, by an indicator.

    A person voices a code when a passage of theirs has it with a stance other than *denies*
    (``stance="any"`` counts denials too, ``"own"`` leaves out what is told of others). Interviews are
    used where there are any, else all sources; ``by_phase`` compares within phases. Once somebody has
    marked a source read to the end, people of sources that are neither coded nor read are left out:
    unread is not silent. With ``origin`` 'person' codings that began as suggestions do not count.

    Raises:
        UserInputError: unknown code, indicator or contrast, or values that do not fit it.
    """
    (found,) = contrasts_of(
        study,
        [theme],
        indicator,
        contrast=contrast,
        year=year,
        stance=stance,
        sources=sources,
        by_phase=by_phase,
        seed=seed,
        origin=origin,
    )
    return found


def contrasts_of(
    study: Path,
    themes: Sequence[str],
    indicator: str,
    *,
    contrast: str = "q4_v_rest",
    year: str | None = None,
    stance: str = "voiced",
    sources: str | None = None,
    by_phase: bool = False,
    seed: int = 0,
    origin: str = ALL,
) -> list[TriangulatedTheme]:
    """As ``contrast_of`` for several themes, in their order; the study is read once for all of them.

    Raises:
        UserInputError: as ``contrast_of``.
    """
    if contrast not in CONTRASTS:
        raise _refused("contrast", f"'{contrast}' is not a contrast.", f"Use {', '.join(CONTRASTS)}.")
    if stance not in STANCES:
        raise _refused("stance", f"'{stance}' is none.", f"Use {', '.join(STANCES)}.")
    require_origin(origin)
    kind = cast("Contrast", contrast)
    wanted = _QUARTILE_OF.get(indicator, indicator) if kind in ("q4_v_rest", "quartiles") else indicator
    with connection.reading(study) as db:
        book = code_store.codebook(db)
        frame = frame_of(db)
        ids = code_store.code_ids(db)
        chosen = sources or ("transcripts" if has_transcripts(db) else "all")
        limit = frames.source_filter(db, chosen)
        seen = frames.seen_sources(db)
        suggested = evidence_store.suggested_codings(db) if origin == PERSON else set()
        names = [wanted] + (["phase"] if by_phase else [])
        known = case_indicators(db, names, year=year)
        groups = _groups(frame, wanted, known[wanted])
    reading = _Reading(frame, _both(limit, seen), stance, suggested)
    unread = _unread(frame, measures.present(frame, sources=limit), reading.present)
    schools = _labels(frame)
    strata = known.get("phase") if by_phase else None
    made: list[TriangulatedTheme] = []
    for theme in themes:
        resolved = _resolve(theme, book, ids)
        people = reading.participants(resolved)
        result = theme_contrast(people, groups, kind, strata=strata, rng=np.random.default_rng(seed))
        n_unread = sum(unread.values())
        made.append(
            TriangulatedTheme(
                contrast=result,
                theme=theme,
                theme_name=resolved.name,
                indicator=wanted,
                sentences=(
                    *finding_sentences(result, theme=resolved.name),
                    *_unread_sentence(n_unread),
                    *_origin_sentence(origin),
                ),
                origin=origin,
                schools=schools,
                sources=chosen,
                n_unread=n_unread,
                codes=tuple(resolved.ids_by_name),
                people=tuple({str(k): v for k, v in row.items()} for row in people.to_dict("records")),
                unread=unread,
            )
        )
    return made


def _labels(frame: StudyFrame) -> dict[str, str]:
    """How each school is called, by URN: its pseudonym, or else its name."""
    cases = frame.cases
    labels = cases["pseudonym"].where(cases["pseudonym"].notna(), cases["name"])
    return {
        str(urn): str(label) for urn, label in zip(cases["urn"], labels, strict=True) if isinstance(urn, str)
    }


def _unread(frame: StudyFrame, everybody: pd.DataFrame, read: pd.DataFrame) -> dict[str, int]:
    """People whose words nobody has coded or finished reading: how many by URN (blank for no school)."""
    left = set(everybody["participant_id"].tolist()) - set(read["participant_id"].tolist())
    urn_of = frame.cases.loc[frame.cases["kind"] == "school", "urn"].to_dict()
    counts: dict[str, int] = {}
    for case_id in frame.participants["case_id"].reindex(sorted(left)).tolist():
        urn = urn_of.get(case_id)
        key = urn if isinstance(urn, str) else ""
        counts[key] = counts.get(key, 0) + 1
    return counts


def _refused(where: str, message: str, next: str) -> UserInputError:
    return UserInputError.single(where, message, next)


def _both(limit: set[int] | None, seen: set[int] | None) -> set[int] | None:
    """Sources in both sets; None stands for all of them."""
    if limit is None or seen is None:
        return seen if limit is None else limit
    return limit & seen


def _unread_sentence(n: int) -> list[str]:
    if not n:
        return []
    are = "1 participant is" if n == 1 else f"{n} participants are"
    return [f"{are} left out: nobody has coded or finished reading what they said."]


def _origin_sentence(origin: str) -> list[str]:
    return ["Codings that began as a machine's suggestion are left out."] if origin == PERSON else []


def _groups(frame: StudyFrame, name: str, derived: Mapping[str, str]) -> dict[str, str | None]:
    """The indicator's value of each of the study's schools; a variable of the case serves too."""
    schools = frame.cases[frame.cases["kind"] == "school"]
    urns = [u for u in schools["urn"] if isinstance(u, str)]
    if derived:
        return {urn: derived.get(urn) for urn in urns}
    rows = frame.variables
    rows = rows[(rows["owner_kind"] == "case") & (rows["name"] == name)]
    if rows.empty:
        raise _refused(
            f"indicator '{name}'",
            "None of the study's schools has it.",
            "Import the school file that holds it, or name another ('qualtool indicators --derive').",
        )
    values = dict(zip(rows["owner_id"], rows["value"], strict=True))
    return {
        str(urn): values.get(case_id)
        for case_id, urn in zip(schools.index, schools["urn"], strict=True)
        if isinstance(urn, str)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Theme:
    expression: Any
    ids_by_name: Mapping[str, frozenset[int]]
    name: str


def _resolve(theme: str, book: Codebook, ids: Mapping[str, int]) -> _Theme:
    """Find the codes a theme names; a bare name with spaces or a path is one code."""
    whole = book.find(theme)
    text = f'"{theme}"' if whole is not None else theme
    expression = parse_theme(text)
    found: dict[str, frozenset[int]] = {}
    problems: list[Problem] = []
    for name in codes_of(expression):
        code = book.find(name)
        if code is None:
            problems.append(
                Problem(
                    where=f"code '{name}'",
                    message="The codebook has no such code.",
                    next="Give its short id, or its name in double quotes.",
                )
            )
        else:
            found[name] = frozenset(ids[guid] for guid in subtree(book, code.guid))
    if problems:
        raise UserInputError(str(problems[0]), problems=problems)
    return _Theme(expression=expression, ids_by_name=found, name=whole.name if whole else theme)


class _Reading:
    """What was said, cut at turns, and who said anything: read once for all themes."""

    def __init__(self, frame: StudyFrame, sources: set[int] | None, stance: str, suggested: set[int]) -> None:
        """``suggested`` are ids of codings that do not count."""
        cut = measures.pieces(frame, sources=sources)
        if suggested:
            cut = cut.where(~np.isin(cut.coding, sorted(suggested)))
        if stance != "any":
            cut = cut.where(cut.stance != _DENIES)
        if stance == "own":
            cut = cut.where(cut.basis != _REPORTED)
        self.frame, self.cut = frame, cut
        self.present = measures.present(frame, sources=sources)
        urn_of = frame.cases.loc[frame.cases["kind"] == "school", "urn"].to_dict()
        numbers = self.present["participant_id"].drop_duplicates().tolist()
        rows = frame.participants.loc[numbers]
        urns = [urn_of.get(case_id) for case_id in rows["case_id"].tolist()]
        self.numbers = numbers
        self.known = pd.DataFrame(
            {
                "participant": rows["name"].astype(str).to_numpy(),
                "urn": [urn if isinstance(urn, str) else "" for urn in urns],
                "role": rows["role"].astype(str).to_numpy(),
            }
        )

    def participants(self, theme: _Theme) -> pd.DataFrame:
        """One row a participant: participant, urn, role, voiced, asked."""
        voicing = {
            name: set(self.cut.participant[np.isin(self.cut.code, list(codes))].tolist())
            for name, codes in theme.ids_by_name.items()
        }
        asked = _asked(self.frame, self.present, frozenset().union(*theme.ids_by_name.values()))
        voiced = [
            is_voiced(theme.expression, {name for name, people in voicing.items() if number in people})
            for number in self.numbers
        ]
        marks = [asked.get(number, "unknown") for number in self.numbers]
        return self.known.assign(voiced=pd.Series(voiced, dtype=bool), asked=pd.Series(marks, dtype=object))


def _asked(frame: StudyFrame, present: pd.DataFrame, codes: frozenset[int]) -> dict[int, str]:
    """The best mark of each participant's sources for any of the codes: yes, unclear, no."""
    rank = {"yes": 2, "unclear": 1, "no": 0}
    marks = frame.asked[frame.asked["code_id"].isin(list(codes))]
    joined = marks.merge(present, on="source_id")
    best: dict[int, str] = {}
    for number, mark in zip(joined["participant_id"].tolist(), joined["asked"].tolist(), strict=True):
        if number not in best or rank[mark] > rank[best[number]]:
            best[number] = mark
    return best
