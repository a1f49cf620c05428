"""What strands of surveys rest on: closed answers, and written ones of respondents."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from ...statistics import Design
from ...store.reading import evidence as evidence_store
from ...store.reading import overview
from ...triangulate.propositions import Proposition, Strand, StrandKind
from ...triangulate.respondent_strand import RespondentEvidence
from ...triangulate.strand_result import Frame
from ...triangulate.text_strand import has_role
from .evidence import Evidence, Inputs, Layer

_TICKED = ("1", "yes", "true", "x", "ticked", "checked")
_YES = ("yes", "y", "true", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyData:
    """What is stored of a survey, and what was read of it so far; surveys never change once imported."""

    row: Mapping[str, Any]
    questions: Mapping[str, str]
    respondents: list[dict[str, Any]]
    sources: frozenset[int]
    answers: dict[str, list[str | None]] = field(default_factory=dict)
    closed: dict[tuple[tuple[str, ...], tuple[str, ...]], list[bool | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Survey:
    """One survey with its respondents in order; answers are read when they are first wanted."""

    evidence: Evidence
    data: SurveyData

    @property
    def row(self) -> Mapping[str, Any]:
        return self.data.row

    @property
    def questions(self) -> Mapping[str, str]:
        return self.data.questions

    @property
    def respondents(self) -> list[dict[str, Any]]:
        return self.data.respondents

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def is_probability(self) -> bool:
        return self.row["frame"] == "probability"

    @property
    def has_schools(self) -> bool:
        return any(r["urn"] for r in self.respondents)

    def answers(self, question: str) -> list[str | None]:
        """Answers in order of respondents; None for a blank."""
        held = self.data.answers
        if question not in held:
            known = evidence_store.answers_to(self.evidence.db, int(self.row["id"]), question)
            given = (known.get(int(r["id"])) for r in self.respondents)
            held[question] = [text.strip() if text and text.strip() else None for text in given]
        return held[question]

    def values_of(self, name: str) -> list[str | None] | None:
        """A closed question of this name, or else the schools' indicator; None where there is neither."""
        if self.questions.get(name, "text") != "text":
            return self.answers(name)
        of_schools = self.evidence.cases.get(name)
        if of_schools and self.has_schools:
            return [of_schools.get(r["urn"] or "") for r in self.respondents]
        return None

    def design(self) -> Design:
        """Weights, strata and clusters; a survey that was not drawn by chance has none."""
        n = len(self.respondents)
        if not self.is_probability:
            return Design(n=n)
        weights = strata = clusters = None
        if self.row["weight_column"]:
            weights = [float(r["weight"] or 0.0) for r in self.respondents]
        if self.row["stratum_column"]:
            strata = [r["stratum"] for r in self.respondents]
        urns = [r["urn"] for r in self.respondents if r["urn"]]
        if self.row["psu_column"]:
            clusters = [r["psu"] or f"#{r['id']}" for r in self.respondents]
        elif len(set(urns)) < len(urns):
            clusters = [r["urn"] or f"#{r['id']}" for r in self.respondents]
        return Design(n=n, weights=weights, strata=strata, clusters=clusters)


_MOST = 2
_kept: dict[tuple[str, str], list[SurveyData]] = {}
_lock = threading.Lock()


def surveys_of(evidence: Evidence) -> list[Survey]:
    """The surveys of a study, in order of import; kept in memory until anything but coding happens."""
    db = evidence.db
    event = overview.event_mark(db, overview.newest_other_event(db))
    key = (overview.study_values(db).get("guid", ""), event)
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = [
            SurveyData(
                row=row,
                questions=evidence_store.questions_of(db, row["id"]),
                respondents=evidence_store.respondents_of(db, row["id"]),
                sources=frozenset(evidence_store.answer_sources(db, row["id"])),
            )
            for row in evidence_store.surveys(db)
        ]
        with _lock:
            while len(_kept) >= _MOST:
                _kept.pop(next(iter(_kept)))
            _kept[key] = known
    return [Survey(evidence=evidence, data=data) for data in known]


def survey_for(surveys: Sequence[Survey], proposition: Proposition, strand: Strand) -> Survey | None:
    """The survey a strand speaks of: the one named, or the first that holds what it needs."""
    for survey in surveys:
        if strand.survey is not None and strand.survey not in (survey.name, survey.name.rsplit(".", 1)[0]):
            continue
        needed = (*strand.items, *strand.against)
        if any(item not in survey.questions for item in needed):
            continue
        if strand.kind is StrandKind.FREE_TEXT and "text" not in survey.questions.values():
            continue
        if not _has_people(survey, proposition, strand):
            continue
        return survey
    return None


def _has_people(survey: Survey, proposition: Proposition, strand: Strand) -> bool:
    role = proposition.role
    if role is not None and not any(has_role(str(r["role"]), role) for r in survey.respondents):
        return False
    needs_groups = strand.indicator is not None and strand.contrast not in ("level", "theme_pair", "ordering")
    return not needs_groups or survey.values_of(strand.indicator or "") is not None


def respondents(
    survey: Survey | None, proposition: Proposition, strand: Strand, layer: Layer, inputs: Inputs
) -> RespondentEvidence:
    """What a strand of one survey rests on; its digests are added to ``inputs``."""
    if survey is None:
        return _nothing(proposition, strand)
    if strand.kind is StrandKind.FREE_TEXT:
        yes, second, is_asked = _written(survey, proposition, strand, layer, inputs)
    else:
        missing = _unclear_item(survey, strand)
        if missing is not None:
            return _nothing(proposition, strand, missing)
        is_asked = True
        yes = _closed(survey, strand, strand.items)
        second = _closed(survey, strand, strand.against)
    inside = _inside(survey, proposition, strand)
    yes = [a if here else None for a, here in zip(yes, inside, strict=True)]
    second = [a if here else None for a, here in zip(second, inside, strict=True)]
    groups = survey.values_of(strand.indicator) if strand.indicator else None
    by_number = None if groups is None else {str(i): value for i, value in enumerate(groups)}
    design = survey.design()
    inputs.add("survey", survey.name, survey.row["frame"], yes, second, groups, design)
    return RespondentEvidence(
        yes=yes,
        second=second,
        groups=by_number,
        design=design,
        frame=cast("Frame", survey.row["frame"]),
        key=f"{strand.kind.value}: {survey.name}",
        has_weights=design.weights is not None,
        roles=[str(r["role"]) for r in survey.respondents],
        is_asked=is_asked,
    )


def _nothing(proposition: Proposition, strand: Strand, missing: str | None = None) -> RespondentEvidence:
    what = "closed question" if strand.kind is StrandKind.SURVEY_CLOSED else "open question"
    items = f" {', '.join(strand.items)}" if strand.items else ""
    items += f" by {strand.indicator}" if strand.indicator else ""
    return RespondentEvidence(
        yes=[],
        second=[],
        groups=None,
        design=Design(n=0),
        frame="self_selected",
        key=strand.kind.value,
        missing=missing or f"no survey of the study holds a {what}{items} that fits this strand",
    )


def _unclear_item(survey: Survey, strand: Strand) -> str | None:
    if not strand.items:
        return "no closed question is linked to the theme: name it as 'item' of the strand"
    kinds = {survey.questions[item] for item in (*strand.items, *strand.against)}
    if not strand.yes and kinds != {"multi"}:
        return "it is not said which answers mean yes: list them as 'yes' of the strand"
    return None


def _closed(survey: Survey, strand: Strand, items: Sequence[str]) -> list[bool | None]:
    """Yes where any of the items has one of the answers; None where all are blank."""
    if not items:
        return [False] * len(survey.respondents)
    key = (tuple(items), strand.yes)
    if key in survey.data.closed:
        return survey.data.closed[key]
    wanted = {a.lower() for a in strand.yes} or set(_TICKED)
    columns = [survey.answers(item) for item in items]
    found: list[bool | None] = []
    for given in zip(*columns, strict=True):
        said = [_plain(a) for a in given if a is not None]
        found.append(any(a in wanted for a in said) if said else None)
    survey.data.closed[key] = found
    return found


def _plain(answer: str) -> str:
    text = answer.lower()
    return text[:-2] if text.endswith(".0") else text


def _inside(survey: Survey, proposition: Proposition, strand: Strand) -> list[bool]:
    """Respondents that a strand looks at: by role, phase, and the answers under 'among'."""
    inside = [True] * len(survey.respondents)
    if proposition.role is not None:
        role = proposition.role
        inside = [has_role(str(r["role"]), role) for r in survey.respondents]
    among = list(strand.among)
    if strand.contrast == "level" and strand.indicator == "has_base" and not among:
        among = [("has_base", "yes")]
    if proposition.phase is not None:
        among.append(("phase", proposition.phase))
    for name, wanted in among:
        values = survey.values_of(name) or [None] * len(inside)
        fits = {wanted.lower()} | (set(_YES) if wanted.lower() == "yes" else set())
        inside = [here and _plain(v or "") in fits for here, v in zip(inside, values, strict=True)]
    return inside


def _written(
    survey: Survey, proposition: Proposition, strand: Strand, layer: Layer, inputs: Inputs
) -> tuple[list[bool | None], list[bool | None], bool]:
    """Who wrote of the theme, of those who wrote an answer; and whether a question raised it."""
    held = survey.evidence
    sources = held.limited(held.sources_of(strand, proposition) & survey.data.sources, layer)
    held.add_codings(proposition, layer, sources, inputs)
    voiced, other, _ = held.voiced(proposition, strand, layer, sources)
    marks = held.asked(proposition, sources)
    inputs.add("asked", sorted(marks.items()))
    wrote = np.zeros(len(voiced), dtype=bool)
    wrote[held.present(sources)["row"].to_numpy(dtype=np.int64)] = True
    rows = held.rows_of([int(r["participant_id"]) for r in survey.respondents])
    said = [bool(voiced[r]) if wrote[r] else None for r in rows]
    also = [bool(other[r]) if wrote[r] else None for r in rows]
    return said, also, any(mark == 2 for mark in marks.values())
