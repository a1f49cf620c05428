"""A strand of a survey: closed answers or written ones, with the survey's weights and design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..errors import UserInputError
from ..statistics import (
    Design,
    Estimate,
    ExactTest,
    Interval,
    RaoScott,
    Undefined,
    WeightedProportion,
    fisher_exact,
    freeman_halton,
    newcombe,
    rao_scott,
    weighted_difference,
    weighted_mean,
    weighted_proportion,
    weighted_slope,
    wilson,
)
from .contrast import MIN_SCHOOLS, MIN_SCHOOLS_A_GROUP
from .findings import Finding
from .grouping import CONTRASTS, QUARTILES, TWO_GROUPS, Place, place_schools
from .propositions import Proposition, Strand
from .scope import scope_words
from .strand_estimates import Value, at_level, estimated, interval_of, merge_note, merged
from .strand_result import Frame, GroupRow, StrandResult

Answers = Sequence[bool | None]
NO_LEAST_P = "the smallest p that a line over respondents can give is not known"
NOT_SAMPLED = "the respondents chose to answer, so nothing was sampled and no p is given"


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentEvidence:
    """Answers of one survey, one entry a respondent (those looked at; None for no answer).

    ``second`` is the other part of a pair or ordering; ``groups`` maps the respondents' numbers (as
    text) to the indicator, None where the survey does not have it. ``has_weights`` says that weights
    were supplied. ``missing`` says why there is nothing to look at. ``is_asked`` is False where an
    open question did not raise the theme.
    """

    yes: Answers
    second: Answers
    groups: Mapping[str, Value] | None
    design: Design
    frame: Frame
    key: str
    has_weights: bool = False
    roles: Sequence[str] = ()
    missing: str | None = None
    is_asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """Arrays over all respondents: ``y`` and ``other`` in 0, 1; ``there`` answered."""

    y: np.ndarray
    other: np.ndarray
    there: np.ndarray
    places: Mapping[str, Place | None]
    design: Design

    def at(self, label: str) -> np.ndarray:
        mine = [int(number) for number, place in self.places.items() if place and place.label == label]
        found = np.zeros(len(self.y), dtype=bool)
        found[mine] = True
        return found & self.there

    def position(self) -> np.ndarray:
        found = np.full(len(self.y), np.nan)
        for number, place in self.places.items():
            found[int(number)] = np.nan if place is None else place.position
        return found


def respondent_result(proposition: Proposition, strand: Strand, evidence: RespondentEvidence) -> StrandResult:
    """The finding of one strand of a survey."""
    base = StrandResult(
        kind=strand.kind,
        key=evidence.key,
        finding=Finding.SILENT_STRUCTURAL,
        indicator=strand.indicator or "",
        contrast=strand.contrast or "",
        mid=proposition.mid_of(strand),
        unit="respondent",
        frame=evidence.frame,
        weights="supplied" if evidence.has_weights else "none",
        bound=strand.bound or "",
        denominator="denominator: respondents who answered the question",
        merge_note=merge_note(strand),
        scope=scope_words(proposition, strand),
        flags=("self_selected",) if evidence.frame == "self_selected" else (),
    )
    if evidence.missing is not None:
        return replace(base, reason=evidence.missing)
    n = sum(a is not None for a in evidence.yes)
    k = sum(bool(a) for a in evidence.yes)
    base = replace(base, n_cases=n, n_participants=n, n_asked=n, n_voiced=k, roles=_by_role(evidence))
    if n == 0:
        return replace(base, reason="the question has no answers")
    if k == 0 and not any(evidence.second):
        return _silent(base, n, evidence.is_asked)
    return _contrasted(base, proposition, strand, evidence)


def _silent(base: StrandResult, n: int, is_asked: bool) -> StrandResult:
    if not is_asked:
        return replace(base, n_asked=None, reason="no question raised the matter, and it did not come up")
    limit = wilson(0, n)
    return replace(
        base,
        finding=Finding.SILENT_SUBSTANTIVE,
        silent_high=limit.high if isinstance(limit, Interval) else None,
        reason=f"asked of {n} respondents, said by none",
    )


def _contrasted(
    base: StrandResult, proposition: Proposition, strand: Strand, evidence: RespondentEvidence
) -> StrandResult:
    contrast = strand.contrast
    if contrast in CONTRASTS:
        if evidence.groups is None:
            return replace(base, reason=f"the survey does not hold {strand.indicator}")
        try:
            places = place_schools(merged(evidence.groups, strand), contrast or "")
        except UserInputError as err:  # answers to one question must not stop the other propositions
            return replace(base, finding=Finding.UNCLEAR, reason=err.message.rstrip("."))
        answered = _answered(evidence, places)
        if contrast == "continuous":
            return _along(base, proposition, answered)
        make = _line if contrast == "quartiles" else _difference
        return make(base, proposition, answered, contrast or "")
    answered = _answered(evidence, {})
    if contrast == "level":
        return _level(base, strand, answered)
    if contrast == "theme_pair":
        return _pair(base, proposition, answered)
    if contrast == "ordering":
        return _ordering(base, proposition, answered)
    return replace(base, finding=Finding.UNCLEAR, reason=f"a survey strand has no contrast '{contrast}'")


def _answered(evidence: RespondentEvidence, places: Mapping[str, Place | None]) -> _Answered:
    there = np.array([a is not None for a in evidence.yes])
    return _Answered(
        y=np.array([float(bool(a)) for a in evidence.yes]),
        other=np.array([float(bool(a)) for a in evidence.second]),
        there=there,
        places=places,
        design=evidence.design,
    )


def _group_row(answered: _Answered, label: str, inside: np.ndarray) -> GroupRow:
    n, k = int(inside.sum()), int(answered.y[inside].sum())
    found = weighted_proportion(
        (answered.y > 0).tolist(),
        weights=answered.design.weights,
        strata=answered.design.strata,
        clusters=answered.design.clusters,
        in_domain=inside.tolist(),
    )
    known = isinstance(found, WeightedProportion)
    return GroupRow(
        label=label,
        n_voiced=k,
        n=n,
        n_cases=n,
        share=found.estimate if known else None,
        low=found.low if known else None,
        high=found.high if known else None,
        n_effective=found.n_effective if known and answered.design.weights is not None else None,
        design_effect=found.design_effect if known and answered.design.weights is not None else None,
    )


def _with_groups(base: StrandResult, answered: _Answered, labels: Sequence[str]) -> StrandResult:
    rows = tuple(_group_row(answered, label, answered.at(label)) for label in labels)
    flags = base.flags
    if min(row.n for row in rows) < 30:
        flags = (*flags, "indicative: fewer than 30 in a group")
    n = sum(row.n for row in rows)
    return replace(base, groups=rows, flags=flags, n_cases=n, n_participants=n)


def _too_thin(base: StrandResult) -> str | None:
    sizes = [g.n for g in base.groups]
    if min(sizes) < MIN_SCHOOLS_A_GROUP or sum(sizes) < MIN_SCHOOLS:
        return f"too thin: {' and '.join(f'{g.n} in {g.label}' for g in base.groups)}"
    return None


def _difference(
    base: StrandResult, proposition: Proposition, answered: _Answered, contrast: str
) -> StrandResult:
    labels = TWO_GROUPS[contrast]
    base = _with_groups(base, answered, labels)
    thin = _too_thin(base)
    if thin:
        return replace(base, finding=Finding.TOO_THIN, reason=thin)
    first, other = (answered.at(label) for label in labels)
    base = replace(base, estimate_kind=_kind(base, "difference in shares of respondents"))
    if base.frame != "probability":
        a, b = base.groups
        limits = newcombe(a.n_voiced, a.n, b.n_voiced, b.n)
        d = a.n_voiced / a.n - b.n_voiced / b.n
        return estimated(base, proposition, d, limits, Undefined(reason=NOT_SAMPLED))
    found = weighted_difference(answered.y.tolist(), answered.design, first.tolist(), other.tolist())
    if isinstance(found, Undefined):
        return replace(base, finding=Finding.UNCLEAR, reason=found.reason)
    test = _survey_test(answered, labels)
    return estimated(base, proposition, found.value, interval_of(found), test)


def _kind(base: StrandResult, what: str) -> str:
    return f"weighted {what}" if base.weights == "supplied" else what


def _survey_test(answered: _Answered, labels: Sequence[str]) -> ExactTest | Undefined:
    """Rao-Scott's p, with the smallest p that these margins could give to an exact test."""
    groups = {label: answered.at(label) for label in labels}
    inside = np.logical_or.reduce(list(groups.values()))
    names = np.array([""] * len(inside), dtype=object)
    for label, mine in groups.items():
        names[mine] = label
    found = rao_scott(names.tolist(), answered.y.tolist(), answered.design, in_domain=inside.tolist())
    if not isinstance(found, RaoScott):
        return found
    counts = [(int(answered.y[mine].sum()), int(mine.sum())) for mine in groups.values()]
    least = (
        fisher_exact(*counts[0], *counts[1])
        if len(counts) == 2
        else freeman_halton([[k for k, _ in counts], [n - k for k, n in counts]])
    )
    if not isinstance(least, ExactTest):
        return Undefined(reason=f"the smallest attainable p is not known: {least.reason}")
    return ExactTest(p=found.p, min_p=least.min_p, method=found.method)


def _line(base: StrandResult, proposition: Proposition, answered: _Answered, contrast: str) -> StrandResult:
    """From the first quartile to the fourth along a straight line, in shares."""
    base = _with_groups(base, answered, QUARTILES)
    if sum(g.n for g in base.groups) < MIN_SCHOOLS or sum(g.n > 0 for g in base.groups) < 2:
        counts = ", ".join(f"{g.n} in {g.label}" for g in base.groups)
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {counts}")
    base = replace(base, estimate_kind=_kind(base, "difference from Q1 to Q4 along a line"))
    here = [label for label in QUARTILES if answered.at(label).any()]
    test: ExactTest | Undefined = Undefined(reason=NOT_SAMPLED)
    if base.frame == "probability":
        test = _survey_test(answered, here)
    return _on_a_line(base, proposition, answered, len(QUARTILES) - 1, test)


def _along(base: StrandResult, proposition: Proposition, answered: _Answered) -> StrandResult:
    """Across the middle half of a number, along a straight line, in shares of respondents."""
    inside = answered.there & np.isfinite(answered.position())
    base = replace(base, groups=(_group_row(answered, "all", inside),))
    n = int(inside.sum())
    base = replace(base, n_cases=n, n_participants=n)
    if n < MIN_SCHOOLS:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {n} respondents")
    low, high = (float(x) for x in np.quantile(answered.position()[inside], [0.25, 0.75]))
    if high <= low:
        reason = f"between its quartiles {base.indicator} has one value only"
        return replace(base, finding=Finding.UNCLEAR, reason=reason)
    what = f"difference from {low:.3g} to {high:.3g} of {base.indicator} (the middle half) along a line"
    base = replace(base, estimate_kind=_kind(base, what))
    why = NO_LEAST_P if base.frame == "probability" else NOT_SAMPLED
    return _on_a_line(base, proposition, answered, high - low, Undefined(reason=why))


def _on_a_line(
    base: StrandResult,
    proposition: Proposition,
    answered: _Answered,
    steps: float,
    test: ExactTest | Undefined,
) -> StrandResult:
    """The slope of a line over so many steps of the indicator, with its interval."""
    at = answered.position()
    inside = answered.there & np.isfinite(at)
    if base.frame == "probability":
        x = np.nan_to_num(at).tolist()
        found = weighted_slope(answered.y.tolist(), x, answered.design, inside.tolist())
    else:  # nobody was drawn: those who answered are all there is
        y, n = answered.y[inside].tolist(), int(inside.sum())
        found = weighted_slope(y, at[inside].tolist(), Design(n=n), [True] * n)
    if isinstance(found, Undefined):
        return replace(base, finding=Finding.UNCLEAR, reason=found.reason)
    limits = interval_of(found)
    if isinstance(limits, Interval):
        low, high = max(limits.low * steps, -1.0), min(limits.high * steps, 1.0)
        limits = Interval(low=low, high=high, method=limits.method)
    return estimated(base, proposition, max(-1.0, min(1.0, found.value * steps)), limits, test)


def _level(base: StrandResult, strand: Strand, answered: _Answered) -> StrandResult:
    row = _group_row(answered, "all", answered.there)
    base = replace(base, groups=(row,))
    if row.n < MIN_SCHOOLS or row.share is None:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {row.n} respondents")
    if base.frame == "probability" and row.low is not None and row.high is not None:
        method = "Taylor linearisation, logit interval"
        return at_level(base, strand, row.share, Interval(low=row.low, high=row.high, method=method))
    return at_level(base, strand, row.n_voiced / row.n, wilson(row.n_voiced, row.n))


def _pair(base: StrandResult, proposition: Proposition, answered: _Answered) -> StrandResult:
    first = answered.there & (answered.y > 0)
    other = answered.there & (answered.y == 0)
    swapped = replace_y(answered)
    rows = (_group_row(swapped, "first said", first), _group_row(swapped, "first not said", other))
    base = replace(
        base,
        groups=rows,
        estimate_kind="difference of the second answer, where the first is said and where not",
    )
    thin = _too_thin(base)
    if thin:
        return replace(base, finding=Finding.TOO_THIN, reason=thin)
    if base.frame != "probability":
        a, b = rows
        limits = newcombe(a.n_voiced, a.n, b.n_voiced, b.n)
        d = a.n_voiced / a.n - b.n_voiced / b.n
        return estimated(base, proposition, d, limits, Undefined(reason=NOT_SAMPLED))
    found = weighted_difference(answered.other.tolist(), answered.design, first.tolist(), other.tolist())
    value = found.value if isinstance(found, Estimate) else 0.0
    two = {str(i): Place(label="first" if f else "other", position=0.0) for i, f in enumerate(first)}
    test = _survey_test(replace(swapped, places=two), ("first", "other"))
    return estimated(base, proposition, value, interval_of(found), test)


def replace_y(answered: _Answered) -> _Answered:
    """The same respondents with the second answer in place of the first."""
    return replace(answered, y=answered.other)


def _ordering(base: StrandResult, proposition: Proposition, answered: _Answered) -> StrandResult:
    rows = (
        replace(_group_row(answered, "first", answered.there), label="first theme"),
        replace(_group_row(replace_y(answered), "second", answered.there), label="second theme"),
    )
    base = replace(
        base, groups=rows, estimate_kind=_kind(base, "difference in shares of the same respondents")
    )
    if rows[0].n < MIN_SCHOOLS:
        return replace(base, finding=Finding.TOO_THIN, reason=f"too thin: {rows[0].n} respondents")
    gap = answered.y - answered.other
    if base.frame == "probability":
        found = weighted_mean(gap.tolist(), answered.design, answered.there.tolist())
    else:  # nobody was drawn: those who answered are all there is
        here = gap[answered.there]
        found = weighted_mean(here.tolist(), Design(n=len(here)), [True] * len(here))
    if isinstance(found, Undefined):
        return replace(base, finding=Finding.UNCLEAR, reason=found.reason)
    one_group = Undefined(reason="one group answers both")
    return estimated(base, proposition, found.value, interval_of(found), one_group)


def _by_role(evidence: RespondentEvidence) -> tuple[GroupRow, ...]:
    counts: dict[str, list[bool]] = {}
    for role, answer in zip(evidence.roles, evidence.yes, strict=False):
        if answer is not None:
            counts.setdefault(role or "(none)", []).append(bool(answer))
    return tuple(
        GroupRow(label=role, n_voiced=sum(said), n=len(said), n_cases=len(said), share=sum(said) / len(said))
        for role, said in sorted(counts.items())
    )
