"""Claims that a researcher writes, held against what a strand can carry.

Nothing is forbidden to think; a sentence is flagged before it leaves, with what to write instead.
"""

from __future__ import annotations

import re

from ..errors import Problem
from .findings import Finding
from .strand_result import StrandResult
from .strand_sentences import NOT_A_CAUSE, NOT_NO_DIFFERENCE

_SHARE = re.compile(
    r"\b\d+(?:\.\d+)?\s?(?:%|per ?cent)\s+of\s+(?:all\s+|the\s+)?(?P<who>[a-z-]+(?:\s[a-z-]+)?)", re.I
)
_OWN = re.compile(r"case-study|asked|respond|interview|answered|visited|took part|sample", re.I)
_CAUSE = re.compile(
    r"\b(?:causes?d?|because of|leads? to|led to|results? in|drives?|due to|(?:effect|impact) of|"
    r"reduces?|increases?|makes? .{1,20} more)\b",
    re.I,
)
_NONE = re.compile(r"\b(?:nobody|no one|none of|no school|never|does not exist|absent|absence of)\b", re.I)
_LIKELY = re.compile(
    r"\b(?:times (?:as|more) likely|twice as likely|more likely|likelihood|chance of)\b", re.I
)
_EXCLUDED = re.compile(r"\b(?:excluded|exclusions?|expelled)\b", re.I)
_INCLUSIVE = re.compile(r"\b(?:more inclusive|inclusive schools?|good at inclusion)\b", re.I)
_QUANTIFIER = re.compile(
    r"\b(?:many|most|few|some|several|half|a minority|a majority|the majority|a (?:significant|large|small) "
    r"(?:proportion|share|number)|significant proportions?|almost (?:as many|half|all))\b",
    re.I,
)
_NO_DIFFERENCE = re.compile(r"\bno (?:difference|effect|relationship)|\bdid not differ|\bdo not differ", re.I)
_TREND = re.compile(r"\b(?:rose|risen|rising|fell|fallen|growing|grew|over time|increasingly)\b", re.I)
_PUPILS = re.compile(r"\bpupils (?:with|who)\b.{0,40}\b(?:are|have|were) (?:more|less)\b", re.I)


def claim_problems(text: str, result: StrandResult) -> tuple[Problem, ...]:
    """What a sentence says that the strand behind it cannot carry; none where it stands."""
    for own in (NOT_A_CAUSE, NOT_NO_DIFFERENCE):  # our own sentences say what is not claimed
        text = text.replace(own, "")
    checks = (
        _population(text, result),
        _cause(text, result),
        _absence(text, result),
        _odds(text, result),
        _vocabulary(text, result),
        _difference(text, result),
        _trend(text),
        _pupils(text, result),
    )
    found = [c for c in checks if c is not None]
    base = baseless(text)
    return (*found, base) if base is not None else tuple(found)


def baseless(text: str) -> Problem | None:
    """A word for a number ('many', 'a minority') without a number beside it."""
    word = _QUANTIFIER.search(text)
    if word is None or re.search(r"\d", text):
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="A word stands for a number, and its base is not given.",
        next="Write the count and its base beside it, as in 'most (7 of 9 schools asked)'.",
    )


def _population(text: str, result: StrandResult) -> Problem | None:
    share = _SHARE.search(text)
    if share is None or result.frame in ("probability", "census") or _OWN.search(text):
        return None
    return Problem(
        where=f"'{share[0]}'",
        message="These people or schools were not drawn by chance, so the share is of no population.",
        next="Write 'x of n case-study schools that were asked'.",
    )


def _cause(text: str, result: StrandResult) -> Problem | None:
    word = _CAUSE.search(text)
    if word is None:
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="A contrast of groups shows no cause.",
        next="Write that one goes with the other, and name the rival explanation.",
    )


def _absence(text: str, result: StrandResult) -> Problem | None:
    word = _NONE.search(text)
    if word is None or result.finding is not Finding.SILENT_STRUCTURAL:
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="Nobody was asked, so silence tells nothing.",
        next="Write that the matter was not raised.",
    )


def _odds(text: str, result: StrandResult) -> Problem | None:
    word = _LIKELY.search(text)
    if word is None or not result.effect_type or result.effect_type == "RR":
        return None
    return Problem(
        where=f"'{word[0]}'",
        message=f"The study gives {result.estimate_kind}, which is not how likely something is.",
        next="Write of odds, or give the ratio of risks with its baseline.",
    )


def _vocabulary(text: str, result: StrandResult) -> Problem | None:
    word = _EXCLUDED.search(text)
    if word is not None and result.indicator.startswith("suspension"):
        return Problem(
            where=f"'{word[0]}'",
            message="The figure counts suspensions, not exclusions.",
            next="Write 'suspended'.",
        )
    word = _INCLUSIVE.search(text)
    if word is not None and "ehcp" in result.indicator:
        return Problem(
            where=f"'{word[0]}'",
            message="A high rate of plans may mean good inclusion, or needs not met earlier.",
            next="Write of the rate, and name the rival explanation.",
        )
    return None


def _difference(text: str, result: StrandResult) -> Problem | None:
    word = _NO_DIFFERENCE.search(text)
    shown = result.finding is Finding.NO_MEANINGFUL_DIFFERENCE or result.finding is Finding.SUPPORTS
    if word is None or shown:
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="The interval is too wide to say that there is no difference that matters.",
        next="Write that the evidence is too imprecise to say.",
    )


def _trend(text: str) -> Problem | None:
    word = _TREND.search(text)
    if word is None:
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="One wave of material shows no change over time.",
        next="Write what speakers say of change, or name the two years compared.",
    )


def _pupils(text: str, result: StrandResult) -> Problem | None:
    word = _PUPILS.search(text)
    if word is None or result.unit != "school":
        return None
    return Problem(
        where=f"'{word[0]}'",
        message="Schools were compared, not pupils.",
        next="Write of schools with a higher rate.",
    )
