"""Which codes a segment may deserve, how strongly, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import Problem, SuggestionError
from .classifier import Passages, Scores, marks_of, score_codes
from .lexical import Lexicon
from .profiles import CodeProfile
from .reasons import Reasoner

Strength = Literal["strong", "possible", "weak"]
_STRONG = 0.65
_POSSIBLE = 0.4
# Scores are told to this many places: beyond, they differ between processors.
_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredCode:
    """A code proposed for a segment (its index among the texts given), and why."""

    segment: int
    code_guid: str
    score: float
    reason: str

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise SuggestionError(f"A score lies between 0 and 1, not at {self.score}.")

    @property
    def strength(self) -> Strength:
        return strength(self.score)


def strength(score: float) -> Strength:
    """A score in words: scores are ranks, not probabilities, until they are calibrated."""
    if score >= _STRONG:
        return "strong"
    return "possible" if score >= _POSSIBLE else "weak"


def suggest_codes(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    labels: Iterable[tuple[int, str]],
    *,
    top: int = 3,
    targets: Sequence[int] | None = None,
    read: Iterable[int] = (),
    rejected: Iterable[tuple[int, str]] = (),
    min_score: float = 0.05,
) -> list[ScoredCode]:
    """The best codes for each target, in the order of the targets, best first.

    Args:
        texts: the segments.
        vectors: float32 (len(texts), d), unit rows, from the encoder of the profiles.
        profiles: the codes (``profiles.encode_study``).
        labels: (segment index, code GUID) as a person coded them; repeats do no harm.
        top: at most this many codes a segment.
        targets: segments to make suggestions for; None for all.
        read: further segments a person read and left without any code: they teach "none".
        rejected: (segment, code) not to come back.
        min_score: codes below it are not worth a person's time.

    Returns:
        No code that stands on the segment already, or was rejected for it.

    Raises:
        SuggestionError: indexes, codes or shapes that do not fit together.
    """
    marked = sorted(set(labels))
    wanted = list(range(len(texts))) if targets is None else [int(i) for i in targets]
    empty = sorted(set(read))
    _check(texts, vectors, profiles, marked)
    _check_places(len(texts), {"targets": wanted, "read": empty})
    if not wanted or not profiles:
        return []
    lexicon = Lexicon([*texts, *(profile.parts[0] for profile in profiles)])
    study = Passages(texts=list(texts), vectors=vectors, lexical=lexicon.features(texts))
    rows = sorted({segment for segment, _ in marked} | {*empty}, key=lambda i: (texts[i], i))
    marks = marks_of(marked, rows, profiles)
    scores = score_codes(study.rows(rows), profiles, marks, study.rows(wanted), lexicon)
    closed = {*marked, *rejected}
    reasoner = Reasoner(study=study, profiles=profiles, rows=rows, marks=marks, lexicon=lexicon)
    found: list[ScoredCode] = []
    for row, segment in enumerate(wanted):
        for code in _best(scores, row, profiles, closed, segment, top, min_score):
            found.append(
                ScoredCode(
                    segment=segment,
                    code_guid=profiles[code].guid,
                    score=round(float(scores.values[row, code]), _PLACES),
                    reason=reasoner.reason(segment, code, scores.pulls.get(code)),
                )
            )
    return found


def _best(
    scores: Scores,
    row: int,
    profiles: Sequence[CodeProfile],
    closed: set[tuple[int, str]],
    segment: int,
    top: int,
    min_score: float,
) -> list[int]:
    values = np.round(scores.values[row], _PLACES)
    ranked = sorted(range(len(profiles)), key=lambda code: (-values[code], profiles[code].guid))
    open_codes = [c for c in ranked if (segment, profiles[c].guid) not in closed and values[c] >= min_score]
    return open_codes[: max(top, 0)]


def _check(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    labels: Sequence[tuple[int, str]],
) -> None:
    problems: list[Problem] = []
    if vectors.ndim != 2 or len(vectors) != len(texts):
        problems.append(
            Problem(
                where="vectors",
                message="There is not one vector for each text.",
                next="Embed the texts again.",
            )
        )
    elif any(profile.vectors.shape[1] != vectors.shape[1] for profile in profiles):
        problems.append(
            Problem(
                where="codes",
                message="Codes and texts were embedded by different encoders.",
                next="Embed both with one encoder.",
            )
        )
    known = {profile.guid for profile in profiles}
    lost = sum(1 for segment, _ in labels if not 0 <= segment < len(texts))
    strange = len({guid for _, guid in labels} - known)
    if lost:
        problems.append(Problem(where="labels", message=f"{lost} label(s) point to no segment."))
    if strange:
        problems.append(
            Problem(where="labels", message=f"{strange} code(s) among the labels are not in the codebook.")
        )
    if problems:
        raise SuggestionError("Suggestions cannot be made from this.", problems=problems)


def _check_places(n_segments: int, given: Mapping[str, Sequence[int]]) -> None:
    problems: list[Problem] = []
    for where, segments in given.items():
        lost = sum(1 for segment in segments if not 0 <= segment < n_segments)
        if lost:
            problems.append(Problem(where=where, message=f"{lost} of them are no segments of this study."))
    if problems:
        raise SuggestionError("Suggestions cannot be made for this.", problems=problems)
