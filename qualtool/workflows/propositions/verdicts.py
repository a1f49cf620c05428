"""Verdicts on propositions, computed from what a study holds.

A strand's result depends on its evidence alone, so it is kept in memory under a digest of that: after
one coding changed, only the strands it touches are worked out anew.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ...store import Database
from ...triangulate.content import content_of
from ...triangulate.external_strand import ExternalFinding, external_result
from ...triangulate.propositions import Denominator, Proposition, Strand, StrandKind
from ...triangulate.respondent_strand import respondent_result
from ...triangulate.secondary import secondary_rows
from ...triangulate.strand_result import StrandResult
from ...triangulate.text_strand import text_result
from ...triangulate.verdict import Verdict, make_verdict, with_families
from .evidence import Evidence, Inputs, Layer
from .evidence_indicators import national_evidence, national_result
from .evidence_surveys import Survey, respondents, survey_for, surveys_of

_MOST = 4_000
_kept: dict[str, StrandResult] = {}
_lock = threading.Lock()
PLAIN = Layer()
WITHOUT_SUGGESTED = Layer(name="without accepted suggestions", drops_suggested=True)


class Judging:
    """Works out verdicts of one study, from evidence that is read once."""

    def __init__(
        self, db: Database, propositions: Sequence[Proposition], *, year: str | None = None, seed: int = 0
    ) -> None:
        self.evidence = Evidence(db, propositions, year=year, seed=seed)
        self.propositions = tuple(propositions)
        self.surveys: list[Survey] = surveys_of(self.evidence)

    def verdicts(self, layer: Layer = PLAIN) -> list[Verdict]:
        """One verdict a proposition, in order, with q-values within their families."""
        return with_families([self.verdict(p, layer) for p in self.propositions])

    def verdict(self, proposition: Proposition, layer: Layer = PLAIN) -> Verdict:
        """The verdict on one proposition, without q-values and sentences."""
        inputs = Inputs()
        inputs.add("statement", content_of(proposition))
        strands = [self._strand(proposition, s, layer, inputs) for s in proposition.strands]
        return make_verdict(
            proposition, strands, inputs.digests(), is_confirmatory=proposition.stated_before_results
        )

    def details(self, proposition: Proposition, layer: Layer = PLAIN) -> list[list[dict[str, Any]]]:
        """A second look at each strand of coded texts (see ``secondary_rows``); empty for the others."""
        found: list[list[dict[str, Any]]] = []
        for strand in proposition.strands:
            survey = survey_for(self.surveys, proposition, strand) if strand.is_of_texts else None
            if strand.is_of_texts and not _is_of_respondents(strand, survey):
                texts = self.evidence.text(proposition, strand, layer, Inputs())()
                found.append(secondary_rows(proposition, strand, texts))
            else:
                found.append([])
        return found

    def _strand(self, proposition: Proposition, strand: Strand, layer: Layer, inputs: Inputs) -> StrandResult:
        if layer.denominator is not None:
            strand = _with_denominator(strand, layer.denominator)
        own = Inputs()
        theme = proposition.theme_text  # a result tells of its codes by the names they have now
        own.add("statement", content_of(proposition), theme, strand, self.evidence.seed)
        work = self._prepared(proposition, strand, layer, own)
        for kind, value in own.digests().items():
            if kind != "statement":
                inputs.add(kind, value)
        key = _key(own)
        with _lock:
            known = _kept.get(key)
        if known is not None:
            return known
        found = work()
        with _lock:
            while len(_kept) >= _MOST:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
        return found

    def _prepared(
        self, proposition: Proposition, strand: Strand, layer: Layer, inputs: Inputs
    ) -> Callable[[], StrandResult]:
        """Read the evidence of a strand, note its digests, and give back what is left to do."""
        if strand.kind is StrandKind.EXTERNAL_FINDING:
            found, *others = matching(self.evidence.published, proposition, strand) or (None,)
            inputs.add("published", found, *others)
            return lambda: external_result(proposition, strand, found, others)
        if strand.kind is StrandKind.INDICATOR:
            national = national_evidence(self.evidence.db, strand, self.evidence.year)
            inputs.add("indicators", national.indicator, national.by, national.digest)
            return lambda: national_result(proposition, strand, national)
        survey = None
        if strand.kind in (StrandKind.SURVEY_CLOSED, StrandKind.FREE_TEXT):
            survey = survey_for(self.surveys, proposition, strand)
        if strand.is_of_texts and not _is_of_respondents(strand, survey):
            texts = self.evidence.text(proposition, strand, layer, inputs)
            return lambda: text_result(proposition, strand, texts())
        answers = respondents(survey, proposition, strand, layer, inputs)
        return lambda: respondent_result(proposition, strand, answers)


def _with_denominator(strand: Strand, denominator: str) -> Strand:
    return replace(strand, denominator=Denominator(denominator))


def _key(inputs: Inputs) -> str:
    return hashlib.sha256(repr(sorted(inputs.digests().items())).encode()).hexdigest()


def _is_of_respondents(strand: Strand, survey: Survey | None) -> bool:
    """Written answers are taken respondent by respondent, unless they are of schools and unweighted."""
    if strand.kind is not StrandKind.FREE_TEXT or survey is None:
        return False
    return not survey.has_schools or survey.is_probability


def matching(
    published: Sequence[ExternalFinding], proposition: Proposition, strand: Strand
) -> tuple[ExternalFinding, ...]:
    """The published finding a strand speaks of, and those of other studies that fit as well.

    Of several accounts of one study it is the study itself. Empty where none fits.
    """
    fits = [
        f
        for f in published
        if (strand.study is None or strand.study in (f.study, f.root))
        and (strand.indicator is None or strand.indicator == f.indicator)
        and (not f.propositions or proposition.id in f.propositions)
        and (strand.indicator is not None or strand.study is not None or f.propositions)
    ]
    if strand.study is not None:
        exact = [f for f in fits if f.study == strand.study]
        fits = exact or fits
    own = [f for f in fits if not f.is_secondary]
    listed = [f for f in own or fits if proposition.id in f.propositions]
    pool = listed or own or fits
    return tuple(f for n, f in enumerate(pool) if n == 0 or f.root != pool[0].root)


def forget() -> None:
    """Drop the results kept in memory."""
    with _lock:
        _kept.clear()
