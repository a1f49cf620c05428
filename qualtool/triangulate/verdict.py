"""The verdict on a proposition: what its strands found, how they stand to each other, and q-values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..statistics import benjamini_hochberg
from .convergence import Assessment, Convergence, Voice, assess
from .findings import tested_p
from .propositions import Proposition
from .sentences import counted
from .strand_result import StrandResult
from .strand_sentences import material, negative_sentence, strand_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A proposition with the results of its strands, in order, and their assessment.

    ``inputs`` holds a digest a kind of evidence: when one differs, the verdict is another's.
    """

    proposition: Proposition
    strands: tuple[StrandResult, ...]
    assessment: Assessment
    inputs: Mapping[str, str]
    is_confirmatory: bool = True

    @property
    def id(self) -> str:
        return self.proposition.id

    @property
    def n_negative(self) -> int:
        """Schools that contradict the proposition in any strand; people who deny it are not counted."""
        return len(self.negative_schools)

    @property
    def negative_schools(self) -> frozenset[str]:
        """URNs of those schools."""
        return frozenset(
            c.case for s in self.strands for c in s.negative_cases if c.why != "denies" and c.case
        )

    @property
    def n_schools(self) -> int:
        """Schools that could contradict it: of the strand of texts with the most of them."""
        counts = [s.n_cases or 0 for s in self.strands if s.frame == "purposive"]
        return max([*counts, self.n_negative])

    @property
    def code_words(self) -> str:
        """The convergence code with its detail, in words: which strands are silent, by their material."""
        headline = self.assessment.headline
        told = headline.detail
        if headline.convergence is Convergence.SILENCE:
            quiet = dict.fromkeys(material(s.kind) for s in self.strands if s.finding.is_silent)
            told = ", ".join(quiet) if quiet else "nothing beside it"
        return f"{headline.convergence.value} ({told})" if told else headline.convergence.value

    @property
    def sha256(self) -> str:
        """A digest of what the verdict says: codes, findings and rounded numbers."""
        said = [
            [s.kind.value, s.finding.value, *(_rounded(x) for x in (s.estimate, s.ci_low, s.ci_high, s.p))]
            for s in self.strands
        ]
        headline = self.assessment.headline
        whole = [headline.convergence.value, headline.detail, self.assessment.status.value, said]
        return hashlib.sha256(json.dumps(whole).encode()).hexdigest()

    def sentences(self) -> list[str]:
        """The verdict in words: status, each strand, what stands against it, the rival explanation."""
        told = [_headline(self)]
        for strand in self.strands:
            told += [*strand.sentences, negative_sentence(strand)]
        if self.proposition.rival_explanation:
            told.append(f"Rival explanation: {self.proposition.rival_explanation.strip()}")
        return list(dict.fromkeys(s for s in told if s))

    def as_dict(self) -> dict[str, Any]:
        """The row of ``triangulate --propositions``, but for what is stored of it."""
        headline = self.assessment.headline
        return {
            "id": self.id,
            "statement": " ".join(self.proposition.statement.split()),
            "question": self.proposition.question,
            "theme": self.proposition.theme_text,
            "direction": self.proposition.direction.value,
            "rival_explanation": self.proposition.rival_explanation,
            "stated_before_results": self.is_confirmatory,
            "strands": [s.as_dict() for s in self.strands],
            "convergence": headline.convergence.value,
            "detail": headline.detail,
            "status": self.assessment.status.value,
            "silence": {
                s.key: s.finding.value.removeprefix("silent_") for s in self.strands if s.finding.is_silent
            },
            "pairs": [
                {
                    "a": p.first,
                    "b": p.second,
                    "convergence": p.code.convergence.value,
                    "detail": p.code.detail,
                    "one_study": p.is_one_study,
                }
                for p in self.assessment.pairs
            ],
            "n_voices": self.assessment.n_voices,
            "fetters": self.assessment.fetters,
            "n_negative_cases": self.n_negative,
            "sentences": self.sentences(),
        }


def _rounded(x: float | None) -> float | None:
    return None if x is None else round(x, 9)


def _headline(verdict: Verdict) -> str:
    n = verdict.assessment.n_voices
    speaking = sum(not s.finding.is_silent for s in verdict.strands)
    told = f"{verdict.id}: {verdict.assessment.status.value}; {verdict.code_words}"
    if len(verdict.strands) == 1:
        return f"{told}. It has one strand, which {'speaks' if speaking else 'is silent'}."
    return (
        f"{told} over "
        f"{counted(len(verdict.strands), 'strand')}, {speaking} of them speaking, from "
        f"{counted(n, 'independent source')}."
    )


def make_verdict(
    proposition: Proposition,
    strands: Sequence[StrandResult],
    inputs: Mapping[str, str],
    *,
    is_confirmatory: bool = True,
) -> Verdict:
    """Assess the results of a proposition's strands."""
    voices = [Voice(key=s.key, finding=s.finding, is_account=s.is_account) for s in strands]
    return Verdict(
        proposition=proposition,
        strands=tuple(strands),
        assessment=assess(voices),
        inputs=dict(inputs),
        is_confirmatory=is_confirmatory,
    )


def with_families(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """q-values of Benjamini and Hochberg within each family, and the sentences that hold them.

    What was stated before results is one family, the rest another; strands without a p, or whose
    smallest p is 1, are in none.
    """
    found = list(verdicts)
    for family in (True, False):
        places = [
            (i, j)
            for i, verdict in enumerate(found)
            if verdict.is_confirmatory is family
            for j in range(len(verdict.strands))
        ]
        q_values = benjamini_hochberg(
            [tested_p(found[i].strands[j].p, found[i].strands[j].min_p) for i, j in places]
        )
        for (i, j), q in zip(places, q_values, strict=True):
            strands = list(found[i].strands)
            strands[j] = strands[j].with_q(q)
            found[i] = replace(found[i], strands=tuple(strands))
    return [
        replace(v, strands=tuple(replace(s, sentences=strand_sentences(s, v.proposition)) for s in v.strands))
        for v in found
    ]
