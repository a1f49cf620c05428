"""A strand of published findings: odds, risks, differences, with or without uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import log

from ..errors import Problem, UserInputError
from ..statistics import Undefined, risk_ratio_of_odds
from .findings import Finding, finding_of
from .propositions import Direction, Proposition, Strand
from .strand_result import StrandResult


class EffectType(StrEnum):
    """What a published number is. An odds ratio is not a ratio of risks."""

    OR = "OR"
    RR = "RR"
    RD = "RD"
    HR = "HR"
    RATIO = "ratio of means"
    SHARE = "share"
    UNCLEAR = "unclear"


RATIOS = (EffectType.OR, EffectType.RR, EffectType.HR, EffectType.RATIO, EffectType.UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalFinding:
    """One result of one published study, and which study it belongs to.

    ``study`` names the account; where it retells another study, that is in ``account_of``, and the
    two count as one (``is_secondary``). ``estimate`` is a ratio (1 is no difference), a difference of
    shares in [-1, 1], or a share; ``baseline`` the risk in the group compared with, in [0, 1).
    ``quantifier`` keeps the study's own words for a number ('a minority'), beside ``n``, its base.
    """

    study: str
    effect_type: EffectType
    indicator: str = ""
    theme: str = ""
    account_of: str = ""
    is_secondary: bool = False
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    controls: str = ""
    n: int | None = None
    year: str = ""
    population: str = ""
    baseline: float | None = None
    quantifier: str = ""
    caveat: str = ""
    propositions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.account_of and self.account_of != self.study:
            object.__setattr__(self, "is_secondary", True)
        faults = list(self._faults())
        if faults:
            problems = [Problem(where=f"finding of '{self.study}'", message=m, next=n) for m, n in faults]
            raise UserInputError(str(problems[0]), problems=problems)

    def _faults(self) -> list[tuple[str, str]]:
        found = []
        if not self.study.strip():
            found.append(("It names no study.", "Fill in study_id."))
        is_ratio = self.effect_type in RATIOS
        for number in (self.estimate, self.low, self.high):
            if number is not None and is_ratio and number <= 0:
                found.append(("A ratio is above 0.", "Give 2.5, or use effect_type RD for a difference."))
            if number is not None and not is_ratio and not -1 <= number <= 1:
                found.append(("A difference or share lies in -1 to 1.", "Write 12 per cent as 0.12."))
        if (self.low is None) != (self.high is None):
            found.append(("An interval has two limits.", "Give both, or neither."))
        if self.low is not None and self.high is not None and self.low > self.high:
            found.append(("The lower limit is above the upper one.", "Swap them."))
        if self.baseline is not None and not 0 <= self.baseline < 1:
            found.append(("The baseline risk lies in [0, 1).", "Write 2 per cent as 0.02."))
        return found

    @property
    def root(self) -> str:
        """The study itself."""
        return self.account_of or self.study


def one_series(findings: Sequence[ExternalFinding]) -> tuple[ExternalFinding, ...]:
    """The findings in order of year, if they measure one thing.

    Raises:
        UserInputError: indicators, kinds of effect or populations differ: six times (plans, quartiles)
            and twice (all SEND, extremes) are never one series.
    """
    problems = [
        Problem(
            where=name,
            message=f"These findings differ in it: {', '.join(sorted(values))}.",
            next="Show them apart.",
        )
        for name, values in (
            ("indicator", {f.indicator or "(none)" for f in findings}),
            ("effect_type", {f.effect_type.value for f in findings}),
            ("population", {f.population or "(none)" for f in findings}),
        )
        if len(values) > 1
    ]
    if problems:
        raise UserInputError("These findings are not one series.", problems=problems)
    return tuple(sorted(findings, key=lambda f: f.year))


def external_result(
    proposition: Proposition,
    strand: Strand,
    found: ExternalFinding | None,
    others: Sequence[ExternalFinding] = (),
) -> StrandResult:
    """The finding of one published result; None where the study holds none that fits.

    ``others`` are results of other studies that would fit as well: they are told and not counted.
    """
    base = StrandResult(
        kind=strand.kind,
        key="published: none",
        finding=Finding.SILENT_STRUCTURAL,
        indicator=strand.indicator or "",
        contrast=strand.contrast or "",
        mid=proposition.mid_of(strand),
        unit="study",
        frame="published",
        bound=strand.bound or "",
    )
    if found is None:
        what = f" on {strand.indicator}" if strand.indicator else ""
        return replace(base, reason=f"no published finding{what} was imported")
    base = replace(
        base,
        key=f"published: {found.root}",
        is_account=found.is_secondary,
        study=found.study,
        effect_type=found.effect_type.value,
        estimate=found.estimate,
        ci_low=found.low,
        ci_high=found.high,
        estimate_kind=_KINDS[found.effect_type],
        n_participants=found.n,
        method=_method(found),
        flags=(*_flags(found), *(("further_studies",) if others else ())),
    )
    further = _further(found, others)
    if found.estimate is None:
        return replace(base, finding=Finding.UNCLEAR, reason=f"the study gives no number{further}")
    d, low, high, how = _compared(found, base.mid, proposition, strand)
    finding = finding_of(d, low, high, base.mid, _direction(found, strand, proposition))
    if "size_unknown" in base.flags or found.low is None:
        finding = _lean(finding)
    reason = how if found.low is not None else f"no uncertainty is given; {how}"
    return replace(base, finding=finding, distance=d, reason=reason + further)


def _method(found: ExternalFinding) -> str:
    """How the number came to be, with what whoever entered it noted against it."""
    controls = f", controls: {found.controls}" if found.controls else ""
    caveat = f", caveat: {found.caveat}" if found.caveat else ""
    return f"as published{controls}{caveat}"


def _further(found: ExternalFinding, others: Sequence[ExternalFinding]) -> str:
    """Studies that fit as well: silence on them would be a choice of evidence."""
    names = sorted({other.root for other in others})
    if not names:
        return ""
    try:
        one_series([found, *others])
        kind = "of the same measure"
    except UserInputError:
        kind = "measured otherwise, so never one series"
    who, are = ("another study fits", "is") if len(names) == 1 else (f"{len(names)} other studies fit", "are")
    return (
        f"; {who} as well ({kind}) and {are} not counted here: {', '.join(names)}. State a strand for each, "
        "by the name of the study"
    )


_KINDS = {
    EffectType.OR: "odds ratio",
    EffectType.RR: "risk ratio",
    EffectType.RD: "difference in shares",
    EffectType.HR: "hazard ratio",
    EffectType.RATIO: "ratio of means",
    EffectType.SHARE: "share",
    EffectType.UNCLEAR: "ratio of odds or of risks, unclear which",
}


def _flags(found: ExternalFinding) -> tuple[str, ...]:
    flags = []
    if found.low is None:
        flags.append("no_uncertainty_given")
    if found.effect_type is EffectType.UNCLEAR:
        flags.append("effect_type_unclear")
    if found.effect_type in RATIOS and found.baseline is None:
        flags.append("size_unknown")
    if found.n is None:
        flags.append("no_base_given")
    return tuple(flags)


def _direction(found: ExternalFinding, strand: Strand, proposition: Proposition) -> Direction:
    if found.effect_type is EffectType.SHARE and strand.level is not None:
        return Direction.LEVEL
    return proposition.direction


def _lean(finding: Finding) -> Finding:
    """What a result can say at most where its size or its uncertainty is not known."""
    return {
        Finding.SUPPORTS: Finding.LEANS_FOR,
        Finding.OPPOSES: Finding.LEANS_AGAINST,
        Finding.NO_MEANINGFUL_DIFFERENCE: Finding.UNCLEAR,
    }.get(finding, finding)


def _compared(
    found: ExternalFinding, mid: float, proposition: Proposition, strand: Strand
) -> tuple[float, float | None, float | None, str]:
    """The estimate and limits on the scale of the minimum important difference, and how they got there."""
    numbers = (found.estimate, found.low, found.high)
    if found.effect_type is EffectType.SHARE and strand.level is not None:
        side, bound = strand.level
        moved = [None if x is None else (x - bound if side == ">" else bound - x) for x in numbers]
        return (*_ordered(moved), "the share is held against its bound")
    sign = proposition.sign
    if found.effect_type not in RATIOS:
        return (*_ordered([None if x is None else sign * x for x in numbers]), "the difference is compared")
    if found.baseline is not None:
        risks = [None if x is None else sign * _risk_difference(x, found) for x in numbers]
        how = f"turned into a difference of risks at a baseline of {found.baseline:g}"
        return (*_ordered(risks), how)
    # Without a baseline the size in shares is not known. A ratio that is further from 1 than
    # 1 + mid leans; the scale is that of its logarithm, with mid where log(1 + mid) is.
    unit = log(1 + mid) / mid
    moved = [None if x is None else sign * log(x) / unit for x in numbers]
    return (
        *_ordered(moved),
        f"no baseline risk is given, so a ratio of {1 + mid:g} stands for the difference",
    )


def _risk_difference(ratio: float, found: ExternalFinding) -> float:
    baseline = found.baseline or 0.0
    if found.effect_type is EffectType.OR:
        turned = risk_ratio_of_odds(ratio, baseline)
        ratio = ratio if isinstance(turned, Undefined) else turned
    return max(-1.0, min(1.0, baseline * (ratio - 1)))


def _ordered(moved: list[float | None]) -> tuple[float, float | None, float | None]:
    d, low, high = moved
    if low is not None and high is not None and low > high:
        low, high = high, low
    return d or 0.0, low, high
