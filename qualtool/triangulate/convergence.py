"""How the findings of several strands stand to each other, after Farmer and others (2006).

Agreement, partial agreement, dissonance and silence are their codes; *inconclusive* is ours, for
findings too imprecise to say anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from string import ascii_lowercase

from .findings import Finding


class Convergence(StrEnum):
    """How findings stand to each other."""

    AGREEMENT = "agreement"
    PARTIAL = "partial agreement"
    DISSONANCE = "dissonance"
    SILENCE = "silence"
    INCONCLUSIVE = "inconclusive"


class Status(StrEnum):
    """What may be said of a proposition."""

    SUPPORTED = "supported"
    TENTATIVELY_SUPPORTED = "tentatively supported"
    CONTRADICTED = "contradicted"
    TENTATIVELY_CONTRADICTED = "tentatively contradicted"
    CONTESTED = "contested"
    ONE_STRAND = "one strand only"
    NOT_SHOWN = "not shown"
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A convergence code with its detail: clear, tentative, the silent strands, or None."""

    convergence: Convergence
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A strand as it counts: accounts of one study share a ``key``, and are one voice.

    ``is_account`` marks a secondary account, which speaks only where the study itself does not.
    """

    key: str
    finding: Finding
    is_account: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two strands by their places in the list, and their code."""

    first: int
    second: int
    code: Code
    is_one_study: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The whole grid: every pair, the headline, the status, and what Fetters and others suggest."""

    headline: Code
    status: Status
    fetters: str | None
    pairs: tuple[Pair, ...]
    n_voices: int


def pair_code(a: Finding, b: Finding) -> Code:
    """The code of two findings; the first rule that fits decides."""
    if a.is_silent or b.is_silent:
        which = "both" if a.is_silent and b.is_silent else "a" if a.is_silent else "b"
        return Code(convergence=Convergence.SILENCE, detail=which)
    if a.is_open or b.is_open:
        return Code(convergence=Convergence.INCONCLUSIVE)
    if a is b and a.is_clear:
        return Code(convergence=Convergence.AGREEMENT, detail="clear")
    if a.sign == b.sign:  # neither is 0 here: two equal ones of no difference are an agreement
        return Code(convergence=Convergence.PARTIAL, detail="tentative")
    is_clear = a.is_clear and b.is_clear
    if a.sign == 0 or b.sign == 0:
        if is_clear:
            return Code(convergence=Convergence.DISSONANCE, detail="clear")
        return Code(convergence=Convergence.INCONCLUSIVE)
    return Code(convergence=Convergence.DISSONANCE, detail="clear" if is_clear else "tentative")


def assess(strands: Sequence[Voice]) -> Assessment:
    """Every pair of strands, and the headline over voices that are independent of each other.

    Raises:
        ValueError: there is no strand.
    """
    if not strands:
        raise ValueError("a proposition has strands")
    pairs = tuple(
        Pair(
            first=i,
            second=j,
            code=pair_code(strands[i].finding, strands[j].finding),
            is_one_study=strands[i].key == strands[j].key,
        )
        for i, j in combinations(range(len(strands)), 2)
    )
    voices = _voices(strands)
    headline = _headline(voices)
    status = _status(headline, voices)
    return Assessment(
        headline=headline, status=status, fetters=_fetters(headline), pairs=pairs, n_voices=len(voices)
    )


def _voices(strands: Sequence[Voice]) -> list[Finding]:
    """One finding for each study, in order of first mention."""
    by_key: dict[str, list[Voice]] = {}
    for strand in strands:
        by_key.setdefault(strand.key, []).append(strand)
    found = []
    for accounts in by_key.values():
        own = [a.finding for a in accounts if not a.is_account]
        found.append(_one_voice(own or [a.finding for a in accounts]))
    return found


_WEAKEST_FIRST = (Finding.UNCLEAR, Finding.TOO_THIN, Finding.LEANS_FOR, Finding.LEANS_AGAINST)


def _one_voice(findings: list[Finding]) -> Finding:
    """What one study says by several results: the weakest of them; opposite results are unclear."""
    speaking = [f for f in findings if not f.is_silent]
    if not speaking:
        said = Finding.SILENT_SUBSTANTIVE
        return said if said in findings else Finding.SILENT_STRUCTURAL
    if len({f.sign for f in speaking if not f.is_open}) > 1:
        return Finding.UNCLEAR
    return next((weak for weak in _WEAKEST_FIRST if weak in speaking), speaking[0])


def _headline(voices: list[Finding]) -> Code:
    speaking = [v for v in voices if not v.is_silent]
    codes = [pair_code(a, b) for a, b in combinations(speaking, 2)]
    clear = Code(convergence=Convergence.DISSONANCE, detail="clear")
    if clear in codes:
        return clear
    if len(speaking) < 2:
        return Code(convergence=Convergence.SILENCE, detail=_silent(voices))
    if len(codes) == 1:
        return codes[0]
    kinds = [code.convergence for code in codes]
    if all(kind is Convergence.AGREEMENT for kind in kinds):
        return codes[0]
    if all(kind in (Convergence.AGREEMENT, Convergence.PARTIAL) for kind in kinds):
        return Code(convergence=Convergence.PARTIAL, detail="tentative")
    # A tentative dissonance among three or more is too weak to be a headline: it is not known.
    return Code(convergence=Convergence.INCONCLUSIVE)


def _silent(voices: list[Finding]) -> str | None:
    """Which voices are silent: 'both' for all of them, or their letters in order; None where none is."""
    if len(voices) > 1 and all(v.is_silent for v in voices):
        return "both"
    letters = [ascii_lowercase[n % 26] for n, v in enumerate(voices) if v.is_silent]
    return ",".join(letters) or None


def _status(headline: Code, voices: list[Finding]) -> Status:
    speaking = [v for v in voices if not v.is_silent]
    if not speaking:
        return Status.NO_EVIDENCE
    match headline.convergence:
        case Convergence.SILENCE:
            return Status.ONE_STRAND
        case Convergence.DISSONANCE:
            return Status.CONTESTED
        case Convergence.INCONCLUSIVE:
            return Status.NOT_SHOWN
        case Convergence.AGREEMENT:
            return Status.SUPPORTED if speaking[0].sign > 0 else Status.CONTRADICTED
        case Convergence.PARTIAL:
            is_for = speaking[0].sign > 0
            return Status.TENTATIVELY_SUPPORTED if is_for else Status.TENTATIVELY_CONTRADICTED


def _fetters(headline: Code) -> str | None:
    """Fit of integration (Fetters, Curry & Creswell 2013); expansion needs a meta-inference."""
    return {
        Convergence.AGREEMENT: "confirmation",
        Convergence.PARTIAL: "expansion",
        Convergence.SILENCE: "expansion",
        Convergence.DISSONANCE: "discordance",
        Convergence.INCONCLUSIVE: None,
    }[headline.convergence]


def one_step_down(code: Convergence) -> Convergence:
    """What to propose where the examples disagree: agreement to partial, partial to dissonance."""
    if code is Convergence.AGREEMENT:
        return Convergence.PARTIAL
    return Convergence.DISSONANCE if code is Convergence.PARTIAL else code
