"""SEN units and resourced provision: what the census and the register each say of a school.

The two disagree and a blank is not a no. The census (dated) is asked first, then the register
(undated, edited by schools); both answers stay beside the one used, and a conflict is flagged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from ..model import IndicatorFile

Answer = Literal["yes", "no", "unknown"]
REGISTERS = ("gias", "gias_search")
_FIELDS = {
    "sen_unit_census": "unit_census",
    "resourced_provision_census": "rp_census",
    "sen_unit_gias": "unit_gias",
    "resourced_provision_gias": "rp_gias",
}
_OF_FLAG: Mapping[float, Answer] = {1.0: "yes", 0.0: "no"}
_OF_TEXT: Mapping[str, Answer] = {"yes": "yes", "no": "no"}


class BaseStatus(NamedTuple):
    """The four answers, one from each source about each kind of base."""

    unit_census: Answer = "unknown"
    rp_census: Answer = "unknown"
    unit_gias: Answer = "unknown"
    rp_gias: Answer = "unknown"

    @property
    def has_base(self) -> tuple[Answer, str | None]:
        """Whether there is a unit or resourced provision, and the source (census, gias, None)."""
        return _first(either(self.unit_census, self.rp_census), either(self.unit_gias, self.rp_gias))

    @property
    def sen_unit(self) -> tuple[Answer, str | None]:
        return _first(self.unit_census, self.unit_gias)

    @property
    def resourced_provision(self) -> tuple[Answer, str | None]:
        return _first(self.rp_census, self.rp_gias)

    @property
    def is_conflict(self) -> bool:
        """Whether both sources answer about one kind of base, and differently."""
        pairs = ((self.unit_census, self.unit_gias), (self.rp_census, self.rp_gias))
        return any("unknown" not in pair and pair[0] != pair[1] for pair in pairs)


def either(a: Answer, b: Answer) -> Answer:
    """Yes if one is yes, no if both are no, else unknown."""
    if "yes" in (a, b):
        return "yes"
    return "no" if a == b == "no" else "unknown"


def _first(census: Answer, gias: Answer) -> tuple[Answer, str | None]:
    if census != "unknown":
        return census, "census"
    return gias, "gias" if gias != "unknown" else None


def base_statuses(files: Sequence[IndicatorFile], *, year: str | None) -> dict[str, BaseStatus]:
    """Base status by URN: the SEN census of ``year`` and the latest register that lists the school.

    Schools in neither are not in the result.
    """
    census = [f for f in files if f.dataset == "sen_school" and f.year == year]
    registers = sorted((f for f in files if f.dataset in REGISTERS), key=lambda f: f.year or "")
    answers: dict[str, BaseStatus] = {}
    for file in [*census, *registers]:
        for urn, name, answer in _answers(file):
            answers[urn] = answers.get(urn, BaseStatus())._replace(**{_FIELDS[name]: answer})
    return answers


def _answers(file: IndicatorFile) -> Iterator[tuple[str, str, Answer]]:
    for urn, _, name, value, _, raw in file.values:
        if name not in _FIELDS:
            continue
        if name.endswith("_census"):
            yield urn, name, "unknown" if value is None else _OF_FLAG.get(value, "unknown")
        else:
            yield urn, name, _OF_TEXT.get(raw, "unknown")
