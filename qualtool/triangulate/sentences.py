"""Findings in plain words. Shares of chosen schools are never written as shares of a population."""

from __future__ import annotations

from .contrast_result import GroupShare, ThemeContrast
from .findings import tested_p
from .grouping import TWO_GROUPS

PURPOSIVE = "The schools were chosen on purpose; these shares do not estimate a population."

_SCHOOLS = {
    "Q4": "top-quartile case-study schools",
    "rest": "other case-study schools",
    "base": "case-study schools with a SEN unit or resourced provision",
    "none": "case-study schools without one",
    "secondary": "secondary case-study schools",
    "primary": "primary case-study schools",
    "yes": "case-study schools where it is so",
    "no": "case-study schools where it is not",
    "Q1": "bottom-quartile case-study schools",
    "Q2": "second-quartile case-study schools",
    "Q3": "third-quartile case-study schools",
    "all": "case-study schools",
}
# Upper ends of the share each word stands for; the number always stands beside the word.
_WORDS = ((0.25, "a few"), (0.5, "fewer than half"), (0.75, "more than half"), (1.0, "most"))


def quantifier(k: int, n: int, *, unit: str = "schools asked") -> str:
    """A word for ``k`` of ``n`` with the number beside it, as in 'most (7 of 9 schools asked)'.

    Raises:
        ValueError: ``k`` is not between 0 and ``n``, or ``n`` is 0.
    """
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"{k} of {n} has no word")
    if k in (0, n):
        word = "none" if k == 0 else "all"
    elif 2 * k == n:
        word = "half"
    else:
        word = next(word for end, word in _WORDS if k / n < end)
    return f"{word} ({k} of {n} {unit})"


def percent(share: float) -> str:
    """A share as a whole per cent, never 0% or 100% by rounding alone."""
    whole = round(share * 100)
    if whole == 0 and share > 0:
        return "under 1%"
    if whole == 100 and share < 1:
        return "over 99%"
    return f"{whole}%"


def p_value(p: float) -> str:
    """A p-value with three decimals and no leading zero."""
    if p < 0.001:
        return "below .001"
    return "1" if p > 0.9995 else f"{p:.3f}".removeprefix("0")


# Where the smallest p is 1: every relabelling of the schools gives a difference as large.
UNTESTABLE = "No p is given: however these schools were put into groups, the difference would be as large."


def test_words(p: float | None, min_p: float | None) -> str:
    """A p with the least possible one beside it, or that nothing could be tested."""
    if p is None or min_p is None or tested_p(p, min_p) is None:
        return "not tested"
    return f"{p_value(p)} ({p_value(min_p)})"


def counted(n: int, noun: str) -> str:
    """A number with its noun, in the singular or with an s."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def finding_sentences(contrast: ThemeContrast, *, theme: str) -> list[str]:
    """What was found, the uncertainty, and what it may not be taken for; one sentence or two an item.

    ``theme`` is the theme's name as the reader knows it.
    """
    sentences = [_presence(contrast, theme)]
    if contrast.estimate is None:
        sentences.append(f"Nothing is estimated: {contrast.reason}.")
    else:
        sentences += [_estimate(contrast), _test(contrast)]
    sentences.append(_denominator(contrast))
    sentences.append(PURPOSIVE)
    return [s for s in sentences if s]


def _presence(contrast: ThemeContrast, theme: str) -> str:
    filled = [g for g in contrast.groups if g.n_cases]
    if not filled:
        return ""
    schools = _joined([f"{g.n_cases_voiced} of {g.n_cases} {_noun(g, contrast)}" for g in filled])
    shares = _joined([percent(g.share) for g in filled if g.share is not None])
    base = "those asked" if contrast.denominator == "asked" else "all participants there"
    return f"In {schools} at least one participant voiced '{theme}'; on average {shares} of {base}."


def _noun(group: GroupShare, contrast: ThemeContrast) -> str:
    noun = _SCHOOLS.get(group.label, f"case-study schools in {group.label}")
    return f"{noun} asked" if contrast.denominator == "asked" else noun


def _joined(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _estimate(contrast: ThemeContrast) -> str:
    estimate = contrast.estimate or 0.0
    if contrast.contrast in TWO_GROUPS:
        head = f"The difference in mean school shares is {estimate * 100:+.0f} percentage points"
        limits = (contrast.ci_low, contrast.ci_high)
        if limits[0] is not None and limits[1] is not None:
            return (
                f"{head} (95% interval {limits[0] * 100:+.0f} to {limits[1] * 100:+.0f}; {_over(contrast)})."
            )
        return f"{head} ({_over(contrast)}); {contrast.reason}."
    head = f"{contrast.estimate_kind} is {estimate:+.2f}"
    if contrast.ci_low is not None and contrast.ci_high is not None:
        limits_told = f"95% interval {contrast.ci_low:+.2f} to {contrast.ci_high:+.2f}"
        return f"{head} ({limits_told}; {_over(contrast)})."
    return f"{head} ({_over(contrast)}), given without an interval."


def _over(contrast: ThemeContrast) -> str:
    """Over how many schools, who of them counts, how they came in, and with what weight."""
    n = sum(g.n_cases for g in contrast.groups)
    whose = "those asked" if contrast.denominator == "asked" else "all participants"
    return f"over {n} schools, of {whose}; chosen on purpose, no weights"


def _test(contrast: ThemeContrast) -> str:
    if contrast.p is None or contrast.min_p is None:
        return ""
    if tested_p(contrast.p, contrast.min_p) is None:
        return UNTESTABLE
    counts = _joined([str(g.n_cases) for g in contrast.groups if g.n_cases])
    kind = "exact permutation p" if contrast.method.startswith("exact") else "permutation p"
    return (
        f"With {counts} schools the smallest p these data can give is {p_value(contrast.min_p)}; "
        f"the {kind} is {p_value(contrast.p)}."
    )


def _denominator(contrast: ThemeContrast) -> str:
    left_out = []
    if contrast.n_unknown_group:
        left_out.append(f"{counted(contrast.n_unknown_group, 'school')} with an unknown group")
    if contrast.n_not_asked:
        left_out.append(f"{counted(contrast.n_not_asked, 'school')} where nobody was asked")
    if contrast.n_without_school:
        left_out.append(f"{counted(contrast.n_without_school, 'participant')} of no school")
    if contrast.n_outside_strata:
        left_out.append(f"{counted(contrast.n_outside_strata, 'school')} of strata with one group only")
    sentence = contrast.denominator_sentence
    tail = f" Left out: {_joined(left_out)}." if left_out else ""
    return f"{sentence[0].upper()}{sentence[1:]}.{tail}"
