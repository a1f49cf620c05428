"""Files as read to the indicators of schools: rates, quartiles, flags, bases, trend.

``derive`` is the whole of it; the pieces are pure functions of their own modules. Undefined is a
row whose value is None, with a reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from ..model import IndicatorFile
from .bases import base_statuses
from .definitions import DEFINITIONS
from .placing import Row, RowMaker, base_rows, census_rows
from .published import authority_rows, published_rows
from .quartiles import describe_quartiles
from .rates import Rate, rates
from .reference import Reference, describe_reference, reference_population
from .school_years import CENSUS_DATASETS, MAINSTREAM, CensusYear, census_years
from .sensitivity import stability_of, without_bases
from .succession import Succession, succession_of_values
from .trends import change_between

_LINK_DATASETS = ("gias_links", "gias_search")


def derive(
    files: Sequence[IndicatorFile],
    *,
    urns: Collection[str] | None = None,
    succession: Succession | None = None,
) -> dict[str, Any]:
    """Indicators of the schools in ``files`` (of ``urns`` alone, if given: a set is fastest).

    Cuts and pooled rates always come from all schools of a census. ``succession`` is made of the
    loaded links where it is not given. Keys of the result:

    - ``rows``: dicts ``urn year name value status raw definition source`` (text attributes have
      value None; yes and no are 1 and 0 with the word in ``raw``), and where it applies ``reason``,
      ``reference``, ``cuts``, ``has_base``, ``caution`` and the answers behind a base.
    - ``cuts``, ``quartile_n``: ``{year: {phase: [...]}}`` of the EHCP rate; ``any_sen_cuts``.
    - ``quartiles``: ``{year: {phase: {"ehcp": ..., "any_sen": ...}}}`` as ``describe_quartiles``.
    - ``reference``: ``kind`` and ``n`` of the latest year, ``by_year`` for each year and phase, with
      the pooled rate and the mean of the schools' rates, and how many schools are small.
    - ``la_rows``: as ``rows``, of the team's tables of local authorities, with ``la_code`` for ``urn``.
    - ``stability``: schools whose EHCP quartile changed from one census year to the next, by phase.
    - ``without_bases``: how the EHCP quartiles of the latest year move when schools known to have a
      base are left out of the reference; see ``sensitivity``.
    - ``succession``, ``trend``: first against last census year, or None.
    - ``left_out``: ``{"file","reason"}`` of census files that no rate was made of.
    - ``definitions``, ``sources``: the words of each definition used; the files with their hashes.
    """
    censuses = census_years(files)
    all_rates = _rates_of(censuses)
    references = _references(censuses, all_rates)
    rows = list(_school_rows(files, censuses, all_rates, references, urns))
    la_rows = list(authority_rows(files))
    links = succession or loaded_links(files)
    change: dict[str, Any] = {"succession": None, "trend": None}
    if len(censuses) > 1:
        first, last = censuses[0], censuses[-1]
        change = change_between(
            first,
            last,
            earlier_rates=all_rates[first.year],
            later_rates=all_rates[last.year],
            succession=links,
        )
    used = {row["definition"] for row in (*rows, *la_rows)}
    return {
        "rows": rows,
        "la_rows": la_rows,
        "stability": stability_of(references),
        "without_bases": without_bases(
            references, {c.year: base_statuses(files, year=c.year) for c in censuses}
        ),
        **_summaries(references),
        **change,
        "definitions": {id: text for id, text in DEFINITIONS.items() if id in used},
        "left_out": list(_left_out(files, censuses)),
        "sources": [
            {"file": f.name, "dataset": f.dataset, "year": f.year, "sha256": f.bytes_sha256} for f in files
        ],
    }


def school_rows(files: Sequence[IndicatorFile]) -> Iterator[Row]:
    """The ``rows`` of ``derive`` of all schools, one by one: of five years they are two million."""
    censuses = census_years(files)
    all_rates = _rates_of(censuses)
    yield from _school_rows(files, censuses, all_rates, _references(censuses, all_rates), None)


def _rates_of(censuses: Sequence[CensusYear]) -> dict[str, dict[str, dict[str, Rate]]]:
    return {c.year: {urn: rates(s.cells) for urn, s in c.schools.items()} for c in censuses}


def _references(
    censuses: Sequence[CensusYear], all_rates: dict[str, dict[str, dict[str, Rate]]]
) -> dict[str, dict[str, Reference]]:
    return {
        c.year: {
            phase: reference_population(c, phase, rates_by_urn=all_rates[c.year]) for phase in MAINSTREAM
        }
        for c in censuses
    }


def _school_rows(
    files: Sequence[IndicatorFile],
    censuses: Sequence[CensusYear],
    all_rates: dict[str, dict[str, dict[str, Rate]]],
    references: dict[str, dict[str, Reference]],
    urns: Collection[str] | None,
) -> Iterator[Row]:
    for census in censuses:
        bases = base_statuses(files, year=census.year)
        yield from census_rows(census, all_rates[census.year], references[census.year], bases, urns)
    yield from _bases_without_census(files, censuses, urns)
    yield from (r for r in published_rows(files) if urns is None or r["urn"] in urns)


def loaded_links(files: Sequence[IndicatorFile]) -> Succession | None:
    """The links between schools of all loaded files; None where no file has any."""
    values = [v for f in files if f.dataset in _LINK_DATASETS for v in f.values]
    return succession_of_values(values) if values else None


def _left_out(files: Sequence[IndicatorFile], censuses: Sequence[CensusYear]) -> Iterator[dict[str, str]]:
    used = {digest for census in censuses for digest in census.files}
    for file in files:
        if file.dataset in CENSUS_DATASETS and file.bytes_sha256 not in used:
            reason = "no year is known of it" if file.year is None else "another census of its year is used"
            yield {"file": file.name, "reason": reason}


def _summaries(references: dict[str, dict[str, Reference]]) -> dict[str, Any]:
    found: dict[str, Any] = {"cuts": {}, "any_sen_cuts": {}, "quartile_n": {}, "quartiles": {}}
    by_year: dict[str, dict[str, Any]] = {}
    for year, phases in references.items():
        for name in found:
            found[name][year] = {}
        by_year[year] = {}
        for phase, reference in phases.items():
            by_year[year][phase] = {
                "kind": reference.kind,
                "n": reference.n,
                "label": reference.label,
                "reason": reference.reason,
                **describe_reference(reference),
            }
            _summarise(found, year, phase, reference)
    last = by_year[max(by_year)] if by_year else {}
    kinds = {phase["kind"] for phase in last.values()}
    kind = next((k for k in ("national", "loaded_set", "refused") if k in kinds), None)
    n = sum(phase["n"] for phase in last.values() if phase["kind"] == kind)
    return {**found, "reference": {"kind": kind, "n": n, "by_year": by_year}}


def _summarise(found: dict[str, Any], year: str, phase: str, reference: Reference) -> None:
    cuts, any_sen_cuts = reference.cuts, reference.any_sen_cuts
    if cuts is None or any_sen_cuts is None:
        for name in found:
            found[name][year][phase] = None
        return
    ehcp = describe_quartiles([(m.ehcp_rate, m.ehcp, m.roll) for m in reference.members], cuts)
    any_sen = describe_quartiles(
        [(m.any_sen_rate, m.any_sen, m.roll) for m in reference.members], any_sen_cuts
    )
    found["cuts"][year][phase] = list(cuts)
    found["any_sen_cuts"][year][phase] = list(any_sen_cuts)
    found["quartile_n"][year][phase] = [q["n"] for q in ehcp["quartiles"]]
    found["quartiles"][year][phase] = {"ehcp": ehcp, "any_sen": any_sen}


def _bases_without_census(
    files: Sequence[IndicatorFile], censuses: Sequence[CensusYear], urns: Collection[str] | None
) -> Iterator[Row]:
    """Schools the register tells of and no census does; without a census year they have the register's."""
    counted = {urn for census in censuses for urn in census.schools}
    years = [f.year for f in files if f.dataset in ("gias", "gias_search") and f.year]
    for urn, base in base_statuses(files, year=None).items():
        if urn not in counted and (urns is None or urn in urns):
            yield from base_rows(RowMaker(urn, max(years, default=None), "gias"), base)
