"""One school placed: its rates, its quartiles and flags against the reference, its bases, as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..model import ValueStatus
from .bases import BaseStatus
from .quartiles import Cuts, quartile
from .rates import Rate, caution_of
from .reference import LEAST_OF_LA, Reference
from .school_years import CensusYear, SchoolYear

Row = dict[str, Any]
_NOT_MAINSTREAM = "not a state-funded mainstream primary or secondary school"


class RowMaker:
    """Makes the rows of one school in one year: keys as ``derive`` describes them."""

    def __init__(self, urn: str, year: str | None, source: str) -> None:
        self.urn, self.year, self.source = urn, year, source

    def row(self, name: str, value: float | None, status: str, raw: str, **more: Any) -> Row:
        found: Row = {
            "urn": self.urn,
            "year": self.year,
            "name": name,
            "value": value,
            "status": status,
            "raw": raw,
            "definition": more.pop("definition", f"{name}.1"),
            "source": more.pop("source", self.source),
        }
        found.update({key: given for key, given in more.items() if given is not None})
        return found

    def number(self, name: str, value: float, **more: Any) -> Row:
        status = ValueStatus.NUMERIC if value else ValueStatus.ZERO
        return self.row(name, float(value), status.value, f"{value:g}", **more)

    def answer(self, name: str, answer: str, **more: Any) -> Row:
        if answer == "unknown":
            return self.row(name, None, ValueStatus.NOT_AVAILABLE.value, answer, **more)
        is_yes = answer == "yes"
        status = ValueStatus.NUMERIC if is_yes else ValueStatus.ZERO
        return self.row(name, float(is_yes), status.value, answer, **more)

    def undefined(self, name: str, reason: str, **more: Any) -> Row:
        return self.row(name, None, ValueStatus.NOT_AVAILABLE.value, "", reason=reason, **more)


def census_rows(
    census: CensusYear,
    of_year: Mapping[str, Mapping[str, Rate]],
    references: Mapping[str, Reference],
    bases: Mapping[str, BaseStatus],
    urns: Collection[str] | None,
) -> Iterator[Row]:
    """The rows of every school of ``census`` (of ``urns`` alone, if given) in its year."""
    for urn, school in census.schools.items():
        if urns is not None and urn not in urns:
            continue
        base = bases.get(urn, BaseStatus())
        found = of_year[urn]
        maker = RowMaker(urn, census.year, census.dataset)
        yield from _plain_rows(maker, school)
        for name, rate in found.items():
            caution = caution_of(school.cells["roll"].value) if "roll" in school.cells else None
            yield maker.row(name, rate.value, rate.status, rate.raw, reason=rate.reason, caution=caution)
        reference = references.get(school.phase or "")
        yield from _placed_rows(maker, school, found, reference, base, census)
        yield from base_rows(maker, base)


def _plain_rows(maker: RowMaker, school: SchoolYear) -> Iterator[Row]:
    text, blank = ValueStatus.TEXT.value, ValueStatus.BLANK.value
    roll = school.cells.get("roll")
    if roll is not None:
        yield maker.row("roll", roll.value, roll.status, roll.raw, definition="published.1")
    yield maker.row("phase", None, text if school.phase else blank, school.phase or "")
    if school.la_code:
        yield maker.row("la_code", None, text, school.la_code, definition="published.1")


def _placed_rows(
    maker: RowMaker,
    school: SchoolYear,
    found: Mapping[str, Rate],
    reference: Reference | None,
    base: BaseStatus,
    census: CensusYear,
) -> Iterator[Row]:
    """Quartiles and flags: the school against its reference population."""
    names = ("ehcp_quartile", "any_sen_quartile", "q4_ehcp", "high_ehcp_proxy")
    if reference is None:
        yield from (maker.undefined(name, _NOT_MAINSTREAM) for name in names)
        return
    more = {"reference": reference.label, "sha256": census.sha256}
    ehcp, any_sen = found["ehcp_rate"], found["any_sen_rate"]
    if reference.kind == "refused":
        reason = f"no reference population: {reference.reason}"
        yield from (maker.undefined(name, reason, **more) for name in names)
        return
    yield _quartile_row(maker, "ehcp_quartile", ehcp, reference.cuts, more)
    yield _quartile_row(maker, "any_sen_quartile", any_sen, reference.any_sen_cuts, more)
    more["has_base"] = base.has_base[0]
    if ehcp.value is None or reference.cuts is None:
        reason = ehcp.reason or "no rate"
        yield from (maker.undefined(name, reason, **more) for name in names[2:])
        return
    is_q4 = ehcp.value > reference.cuts[2]
    yield maker.answer("q4_ehcp", "yes" if is_q4 else "no", cuts=list(reference.cuts), **more)
    yield _proxy_row(maker, school, ehcp.value, reference, more)


def _quartile_row(maker: RowMaker, name: str, rate: Rate, cuts: Cuts | None, more: dict[str, Any]) -> Row:
    if rate.value is None or cuts is None:
        return maker.undefined(name, rate.reason or "no rate", **more)
    return maker.number(name, quartile(rate.value, cuts), cuts=list(cuts), **more)


def _proxy_row(
    maker: RowMaker, school: SchoolYear, rate: float, reference: Reference, more: dict[str, Any]
) -> Row:
    of_la, pooled = reference.pooled_by_la.get(school.la_code), reference.pooled
    if of_la is None or pooled is None:
        n = reference.n_by_la[school.la_code]
        reason = f"{n} schools of the phase in the local authority, fewer than {LEAST_OF_LA}"
        return maker.undefined("high_ehcp_proxy", reason, **more)
    parameters = {"pooled": pooled, "pooled_la": of_la, "n_la": reference.n_by_la[school.la_code]}
    is_high = rate > pooled and rate > of_la
    return maker.answer("high_ehcp_proxy", "yes" if is_high else "no", parameters=parameters, **more)


def base_rows(maker: RowMaker, base: BaseStatus) -> Iterator[Row]:
    """Base, unit and resourced provision; all four answers beside the one used."""
    answer, source = base.has_base
    yield maker.answer(
        "has_base", answer, source=source or "none", is_conflict=base.is_conflict, **base._asdict()
    )
    for name, (found, told_by) in (
        ("sen_unit", base.sen_unit),
        ("resourced_provision", base.resourced_provision),
    ):
        yield maker.answer(name, found, source=told_by or "none")
