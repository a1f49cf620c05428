"""What the tokens of published school files mean, per dataset and release.

A token that stands where a number could stand means different things in different files: ``x`` is
"not available" today and was "1 or 2 pupils" in the exclusions of 2016/17. So there is one
dictionary per family of files, corrected per release. Obsolete tokens in a release without an
entry of its own are read by their last known meaning and reported as unsure.

Sources: the abbreviations workbook of the 2023 performance tables; the statistical release
standards for open data of the Department for Education; the notes of the named releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..model import ValueStatus

_S = ValueStatus

# "NA: figures are either not available for the year in question, or the data field is not
# applicable to this school": one token for two things, so the weaker reading is kept.
PERFORMANCE_TABLES: Mapping[str, ValueStatus] = MappingProxyType(
    {
        "SUPP": _S.SUPPRESSED,
        "NE": _S.NO_ENTRIES,
        "NA": _S.NOT_APPLICABLE,
        "NP": _S.NOT_AVAILABLE,
        "UNAVAIL": _S.NOT_AVAILABLE,
        "NEW": _S.NEW_SCHOOL,
        "LOWCOV": _S.LOW_COVERAGE,
        "SP": _S.SMALL_NONZERO,
        "RE": _S.REDACTED,
    }
)
STATISTICS: Mapping[str, ValueStatus] = MappingProxyType(
    {
        "z": _S.NOT_APPLICABLE,
        "x": _S.NOT_AVAILABLE,
        "c": _S.SUPPRESSED,
        "low": _S.SMALL_NONZERO,
        "k": _S.SMALL_NONZERO,
        "u": _S.LOW_RELIABILITY,
    }
)
OBSOLETE: Mapping[str, ValueStatus] = MappingProxyType(
    {
        ":": _S.NOT_AVAILABLE,
        "~": _S.SMALL_NONZERO,
        ".": _S.NOT_APPLICABLE,
        "..": _S.NOT_AVAILABLE,
    }
)
NO_TOKENS: Mapping[str, ValueStatus] = MappingProxyType({})

# (dataset, first year, last year): what that release meant by a token.
_RELEASES: tuple[tuple[str, str, str, Mapping[str, ValueStatus]], ...] = (
    ("ees_exclusions", "0000/00", "2016/17", {"x": _S.SUPPRESSED}),
    ("ees_exclusions", "2019/20", "2019/20", {":": _S.NOT_APPLICABLE}),
    ("ees_absence", "2017/18", "2018/19", {":": _S.NOT_AVAILABLE}),
    ("sen_school", "2020/21", "2020/21", {"z": _S.NOT_AVAILABLE, ":": _S.NOT_APPLICABLE}),
    ("spc_school", "2022/23", "2022/23", {"z": _S.NOT_AVAILABLE, "x": _S.NOT_APPLICABLE}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The tokens of one file; ``unsure`` are those read without the release's own dictionary."""

    meanings: Mapping[str, ValueStatus]
    unsure: frozenset[str]

    def status_of(self, token: str) -> ValueStatus | None:
        """The meaning of ``token`` (white space trimmed), or None where it has none here."""
        return self.meanings.get(token)


def vocabulary(family: Mapping[str, ValueStatus], *, dataset: str, year: str | None) -> Vocabulary:
    """The tokens of ``dataset`` in the release of ``year`` (``2022/23``), or without a known year."""
    if family is not STATISTICS:
        return Vocabulary(meanings=family, unsure=frozenset())
    own: dict[str, ValueStatus] = {}
    drifting: set[str] = set(OBSOLETE)
    for name, first, last, meanings in _RELEASES:
        if name != dataset:
            continue
        if year is None:
            drifting |= set(meanings)
        elif first <= year <= last:
            own.update(meanings)
    return Vocabulary(
        meanings=MappingProxyType({**STATISTICS, **OBSOLETE, **own}), unsure=frozenset(drifting - set(own))
    )
