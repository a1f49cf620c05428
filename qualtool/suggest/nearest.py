"""Which codes a segment may deserve, how strongly, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import Problem, SuggestionError
from .calibration import in_ten
from .classifier import Scores
from .evidence import Closed, Evidence, Table, closed_of
from .learner import Learner
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


def told(score: float, probability: float | None) -> str:
    """How sure a suggestion is: a word, until it has a probability."""
    return strength(score) if probability is None else f"right in {in_ten(probability)} cases"


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
        rejected: (segment, code) not to come back; they teach "not this code".
        min_score: codes below it are not worth a person's time.

    Returns:
        No code that stands on the segment already, itself or by a code below it, or was rejected
        for it. Of a code and one below it only one is suggested for a segment.

    Raises:
        SuggestionError: indexes, codes or shapes that do not fit together.
    """
    evidence = Evidence.of(labels, read=read, denied=rejected)
    wanted = list(range(len(texts))) if targets is None else [int(i) for i in targets]
    check_evidence(texts, vectors, profiles, evidence, targets=wanted)
    if not wanted or not profiles:
        return []
    learner = Learner(texts, vectors, profiles)
    table = learner.table(evidence)
    scores = learner.fit_table(table, wanted)
    return best_codes(learner, table, scores, wanted, closed_of(evidence, profiles), top, min_score)


def best_codes(
    learner: Learner,
    table: Table,
    scores: Scores,
    targets: Sequence[int],
    closed: Closed,
    top: int,
    min_score: float = 0.05,
    per_code: int | None = None,
) -> list[ScoredCode]:
    """The open codes of each target with their reasons; ``per_code`` keeps the strongest of each code."""
    profiles = learner.profiles
    picked: list[tuple[int, int, int]] = []
    place = {profile.guid: at for at, profile in enumerate(profiles)}
    above = {
        at: frozenset(place[g] for g in profile.above if g in place) for at, profile in enumerate(profiles)
    }
    values = np.round(scores.values, _PLACES)
    by_guid = np.array(sorted(range(len(profiles)), key=lambda code: profiles[code].guid), dtype=np.intp)
    ranks = by_guid[np.argsort(-values[:, by_guid], axis=1, kind="stable")]
    for row, segment in enumerate(targets):
        ranked = ranks[row].tolist()
        for code in _best(values[row].tolist(), ranked, profiles, above, closed, segment, top, min_score):
            picked.append((row, segment, code))
    if per_code is not None:
        picked = _strongest(picked, values, profiles, per_code)
    reasoner = Reasoner(
        study=learner.study,
        profiles=profiles,
        rows=table.rows,
        marks=table.marks & table.known,
        lexicon=learner.lexicon,
    )
    return [
        ScoredCode(
            segment=segment,
            code_guid=profiles[code].guid,
            score=float(values[row, code]),
            reason=reasoner.reason(segment, code, scores.pulls.get(code)),
        )
        for row, segment, code in picked
    ]


def _strongest(
    picked: Sequence[tuple[int, int, int]], values: np.ndarray, profiles: Sequence[CodeProfile], most: int
) -> list[tuple[int, int, int]]:
    taken: dict[int, int] = {}
    kept: set[tuple[int, int, int]] = set()
    for one in sorted(picked, key=lambda p: (-values[p[0], p[2]], p[1], profiles[p[2]].guid)):
        taken[one[2]] = taken.get(one[2], 0) + 1
        if taken[one[2]] <= most:
            kept.add(one)
    return [one for one in picked if one in kept]


def _best(
    values: Sequence[float],
    ranked: Sequence[int],
    profiles: Sequence[CodeProfile],
    above: Mapping[int, frozenset[int]],
    closed: Closed,
    segment: int,
    top: int,
    min_score: float,
) -> list[int]:
    """Open codes, best first; of a code and one below it the lower one where it is at least possible."""
    taken: list[int] = []
    for code in ranked:
        is_full = len(taken) >= top
        if values[code] < min_score or (is_full and values[code] < _POSSIBLE):
            break
        if not closed.is_open((segment, profiles[code].guid), values[code]):
            continue
        near = [at for at, other in enumerate(taken) if other in above[code] or code in above[other]]
        if not near and not is_full:
            taken.append(code)
        elif len(near) == 1 and taken[near[0]] in above[code] and values[code] >= _POSSIBLE:
            taken[near[0]] = code
    return taken[: max(top, 0)]


def check_evidence(
    texts: Sequence[str],
    vectors: np.ndarray,
    profiles: Sequence[CodeProfile],
    evidence: Evidence,
    *,
    targets: Sequence[int] = (),
) -> None:
    """Refuse targets and evidence about segments or codes that are not there.

    Raises:
        SuggestionError: with every problem found.
    """
    _check(texts, vectors, profiles, sorted(evidence.labels))
    rejected = [i for i, _ in sorted(evidence.denied)]
    _check_places(len(texts), {"targets": targets, "read": sorted(evidence.read), "rejected": rejected})


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
