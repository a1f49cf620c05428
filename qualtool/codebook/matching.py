"""Codes whose name is close to a new one: a hint against making the same code twice."""

from __future__ import annotations

from difflib import SequenceMatcher

from ..model import Code, Codebook

# From here up two names differ by an ending, a slip of the pen, or the order of their words.
NEAR = 0.8


def near_names(name: str, codebook: Codebook, limit: int = 3) -> tuple[Code, ...]:
    """At most ``limit`` codes whose name or short id is nearly ``name``, the nearest first.

    Capitals, hyphens and the order of words do not count. Nearness is difflib's ratio
    2M/T (Ratcliff and Obershelp 1988), and a code is near from 0.8.
    """
    wanted = _words(name)
    if not wanted or limit < 1:
        return ()
    scored = [(_nearness(wanted, code), code) for code in codebook.codes]
    near = [pair for pair in scored if pair[0] >= NEAR]
    near.sort(key=lambda pair: -pair[0])
    return tuple(code for _, code in near[:limit])


def _words(text: str) -> list[str]:
    return text.casefold().replace("-", " ").replace("_", " ").split()


def _nearness(wanted: list[str], code: Code) -> float:
    return max(_ratio(wanted, _words(text)) for text in (code.name, code.short_id))


def _ratio(left: list[str], right: list[str]) -> float:
    if not right:
        return 0.0
    as_written = SequenceMatcher(None, " ".join(left), " ".join(right), autojunk=False).ratio()
    sorted_words = SequenceMatcher(
        None, " ".join(sorted(left)), " ".join(sorted(right)), autojunk=False
    ).ratio()
    return max(as_written, sorted_words)
