"""Sensitivity, specificity and corrected shares against plain twins."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from qualtool.statistics import Interval, wilson
from qualtool.statistics.misclassification import Corrected, Share, accuracy, rogan_gladen
from qualtool.statistics.undefined import Undefined

Z = 1.959963984540054
JUDGED = some.lists(some.tuples(some.booleans(), some.booleans()), min_size=1, max_size=40)


@given(JUDGED)
def test_a_plain_sample_gives_counted_shares_with_wilsons_interval(pairs: list[tuple[bool, bool]]) -> None:
    """Without weights, sensitivity is a count among true passages and its interval is Wilson's."""
    true, called = zip(*pairs, strict=True)
    found = accuracy(true, called).sensitivity
    of_true = [c for t, c in pairs if t]
    if not of_true:
        assert isinstance(found, Undefined)
        return
    assert isinstance(found, Share)
    limits = wilson(sum(of_true), len(of_true))
    assert isinstance(limits, Interval)
    assert found.estimate == pytest.approx(sum(of_true) / len(of_true))
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high))


@given(JUDGED, JUDGED)
def test_weights_give_every_passage_of_the_population_its_share(
    first: list[tuple[bool, bool]], second: list[tuple[bool, bool]]
) -> None:
    """A stratum weighed threefold counts like one repeated three times, in estimates."""
    both = [*first, *second]
    weights = [3.0] * len(first) + [1.0] * len(second)
    strata = ["a"] * len(first) + ["b"] * len(second)
    true, called = zip(*both, strict=True)
    repeated_true, repeated_called = zip(*(first * 3 + second), strict=True)
    weighed = accuracy(true, called, weights=weights, strata=strata)
    plain = accuracy(repeated_true, repeated_called)
    for name in ("sensitivity", "specificity", "prevalence"):
        one, other = getattr(weighed, name), getattr(plain, name)
        assert isinstance(one, Share) == isinstance(other, Share)
        if isinstance(one, Share):
            assert one.estimate == pytest.approx(other.estimate)
            assert 0 <= one.low <= one.estimate + 1e-12
            assert one.estimate - 1e-12 <= one.high <= 1


RATE = some.floats(0.0, 1.0)
NUMBER = some.integers(1, 2_000)


def twin(ap: float, n: int, se: float, n_se: int, sp: float, n_sp: int) -> tuple[float, float, float] | None:
    """The formulas of Lang & Reiczigel 2014 as they print them: estimate, low, high."""
    if se + sp - 1 <= 1e-9:
        return None
    n_ap1, n_se1, n_sp1 = n + Z**2, n_se + 2, n_sp + 2
    ap1 = (n * ap + Z**2 / 2) / n_ap1
    se1, sp1 = (n_se * se + 1) / n_se1, (n_sp * sp + 1) / n_sp1
    if se1 + sp1 - 1 <= 0:
        return None
    p1 = (ap1 + sp1 - 1) / (se1 + sp1 - 1)
    d = 2 * Z**2 * (p1 * se1 * (1 - se1) / n_se1 - (1 - p1) * sp1 * (1 - sp1) / n_sp1)
    v = ap1 * (1 - ap1) / n_ap1 + p1**2 * se1 * (1 - se1) / n_se1 + (1 - p1) ** 2 * sp1 * (1 - sp1) / n_sp1
    half = Z * sqrt(v / (se1 + sp1 - 1) ** 2)
    p = (ap + sp - 1) / (se + sp - 1)
    return p, p1 + d - half, p1 + d + half


@given(RATE, NUMBER, RATE, NUMBER, RATE, NUMBER)
def test_the_corrected_share_is_its_definition(
    ap: float, n: int, se: float, n_se: int, sp: float, n_sp: int
) -> None:
    """Estimate and limits are those of the printed formulas, kept between 0 and 1 and in order."""
    found = rogan_gladen(ap, n, sensitivity=se, n_sensitivity=n_se, specificity=sp, n_specificity=n_sp)
    wanted = twin(ap, n, se, n_se, sp, n_sp)
    if wanted is None:
        assert isinstance(found, Undefined)
        return
    assert isinstance(found, Corrected)
    estimate, low, high = (min(max(x, 0.0), 1.0) for x in wanted)
    assert found.estimate == pytest.approx(estimate)
    assert found.low == pytest.approx(min(low, estimate), abs=1e-9)
    assert found.high == pytest.approx(max(high, estimate), abs=1e-9)
    assert found.is_clipped == (not 0 <= wanted[0] <= 1)


def test_calls_no_better_than_chance_correct_nothing() -> None:
    """Where sensitivity and specificity add up to 1 the corrected share is undefined, with the reason."""
    found = rogan_gladen(0.3, 100, sensitivity=0.4, n_sensitivity=20, specificity=0.6, n_specificity=80)
    assert isinstance(found, Undefined)
    assert "chance" in found.reason


@given(
    some.integers(1, 400),
    some.integers(1, 400),
    some.lists(some.booleans(), min_size=1, max_size=30),
    some.lists(some.booleans(), min_size=1, max_size=30),
)
def test_a_sample_drawn_by_the_call_gives_the_double_sampling_estimate(
    n_called: int, n_not: int, yes_called: list[bool], yes_not: list[bool]
) -> None:
    """Drawn within called and not called, the corrected share is that of Tenenbein 1970:
    share called x true among called + share not called x true among not called."""
    is_true = [*yes_called, *yes_not]
    is_called = [*(True for _ in yes_called), *(False for _ in yes_not)]
    weights = [*(n_called / len(yes_called) for _ in yes_called), *(n_not / len(yes_not) for _ in yes_not)]
    found = accuracy(is_true, is_called, weights=weights, strata=is_called)
    if isinstance(found.sensitivity, Undefined) or isinstance(found.specificity, Undefined):
        return
    share = n_called / (n_called + n_not)
    corrected = rogan_gladen(
        share,
        n_called + n_not,
        sensitivity=found.sensitivity.estimate,
        n_sensitivity=found.sensitivity.n_effective,
        specificity=found.specificity.estimate,
        n_specificity=found.specificity.n_effective,
    )
    if isinstance(corrected, Undefined):
        return
    among_called = sum(yes_called) / len(yes_called)
    wanted = share * among_called + (1 - share) * sum(yes_not) / len(yes_not)
    assert corrected.estimate == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(("se", "sp", "share"), [(0.8, 0.95, 0.1), (0.6, 0.97, 0.08), (0.4, 0.99, 0.05)])
def test_intervals_of_a_stratified_draw_hold_the_truth(se: float, sp: float, share: float) -> None:
    """Of 200 draws of 30 called and 30 not called passages of 3,000, at least 92 % of the intervals hold
    the population's sensitivity, its true share (corrected), and its true share (from the sample)."""
    rng = np.random.default_rng(1)
    true = rng.random(3_000) < share
    called = np.where(true, rng.random(3_000) < se, rng.random(3_000) < 1 - sp)
    sides = [np.flatnonzero(called), np.flatnonzero(~called)]
    held = {"sensitivity": [], "corrected": [], "judged": []}
    for _ in range(200):
        parts = [rng.choice(side, size=30, replace=False) for side in sides]
        drawn = np.concatenate(parts)
        weights = [len(side) / 30 for side in sides for _ in range(30)]
        found = accuracy(
            true[drawn].tolist(), called[drawn].tolist(), weights=weights, strata=called[drawn].tolist()
        )
        assert isinstance(found.sensitivity, Share)
        assert isinstance(found.specificity, Share)
        assert isinstance(found.prevalence, Share)
        corrected = rogan_gladen(
            float(called.mean()),
            3_000,
            sensitivity=found.sensitivity.estimate,
            n_sensitivity=found.sensitivity.n_effective,
            specificity=found.specificity.estimate,
            n_specificity=found.specificity.n_effective,
        )
        assert isinstance(corrected, Corrected)
        held["sensitivity"].append(found.sensitivity.low <= called[true].mean() <= found.sensitivity.high)
        held["corrected"].append(corrected.low <= true.mean() <= corrected.high)
        held["judged"].append(found.prevalence.low <= true.mean() <= found.prevalence.high)
    assert {name: np.mean(kept) >= 0.92 for name, kept in held.items()} == dict.fromkeys(held, True)


JUDGED_STRATA = some.lists(
    some.tuples(some.booleans(), some.booleans(), some.sampled_from("ab")), min_size=2, max_size=30
).filter(lambda judged: len({s for _, _, s in judged}) == 2)


def recovered(judged: list[tuple[bool, bool, str]], wanted: set[tuple[bool, bool]]) -> tuple[float, ...]:
    """A sum over strata of shares of a pattern, with limits recovered from Wilson's (Zou & Donner 2008)."""
    middle = below = above = 0.0
    for stratum, weight in (("a", 3.0), ("b", 1.0)):
        here = [(t, c) in wanted for t, c, s in judged if s == stratum]
        whole = sum(3.0 if s == "a" else 1.0 for _, _, s in judged)
        size, limits = weight * len(here) / whole, wilson(sum(here), len(here))
        assert isinstance(limits, Interval)
        p = sum(here) / len(here)
        middle += size * p
        below += (size * (p - limits.low)) ** 2
        above += (size * (limits.high - p)) ** 2
    return middle, max(0.0, middle - sqrt(below)), min(1.0, middle + sqrt(above))


@given(JUDGED_STRATA)
def test_strata_give_limits_recovered_from_those_of_each(judged: list[tuple[bool, bool, str]]) -> None:
    """Prevalence has the recovered limits of a sum; sensitivity those of a ratio (Donner & Zou 2012)."""
    true, called, strata = ([j[i] for j in judged] for i in range(3))
    weights = [3.0 if s == "a" else 1.0 for s in strata]
    found = accuracy(true, called, weights=weights, strata=strata)  # pyright: ignore
    assert isinstance(found.prevalence, Share)
    whole = recovered(judged, {(True, True), (True, False)})
    assert (found.prevalence.estimate, found.prevalence.low, found.prevalence.high) == pytest.approx(whole)
    if isinstance(found.sensitivity, Undefined) or all(true):
        return
    a, a_low, a_high = recovered(judged, {(True, True)})
    b, b_low, b_high = recovered(judged, {(True, False)})
    if min(a, b) == 0:
        return  # then a limit is 0 or 1, and the printed formula divides by 0
    # Limits of the odds A / B as printed: numerator over the limit of the denominator.
    of_low, of_high = b_high * (2 * b - b_high), b_low * (2 * b - b_low)
    if of_low <= 1e-9 or of_high <= 1e-9:
        return
    low = (a * b - sqrt(max((a * b) ** 2 - a_low * (2 * a - a_low) * of_low, 0))) / of_low
    high = (a * b + sqrt(max((a * b) ** 2 - a_high * (2 * a - a_high) * of_high, 0))) / of_high
    assert found.sensitivity.estimate == pytest.approx(a / (a + b))
    assert found.sensitivity.low == pytest.approx(low / (1 + low), abs=1e-6)
    assert found.sensitivity.high == pytest.approx(high / (1 + high), abs=1e-6)
