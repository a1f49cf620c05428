"""The team's own tables: a mapping (YAML) says which column is the school, the year, an indicator.

```yaml
table: trust_moves                     # id of the table; stands with every figure as its source
label: Managed moves, from the trusts
publisher: Northfield Trust
licence: school_supplied               # OGL3, NPD_SRS, school_supplied or unknown
school: School URN                     # the column of URNs; or: la: LA code
year: 2022/23                          # or {column: Year}
tokens: {c: suppressed, n/a: not_available}
indicators:
  - name: managed_moves_in
    column: Moves in
    kind: count                        # count, number, percent, money, flag, text
    unit: pupils
    population: all pupils on roll
```

The licence decides the threshold of small numbers and what may leave.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from ..errors import IndicatorError, Problem
from ..model import ValueStatus
from .cells import Kind
from .dataset import OWN_PREFIX, Column, Dataset, normalise_header
from .definitions import DEFINITIONS
from .published import PUBLISHED
from .rates import RATES
from .years import normalise_year

LICENCES = ("OGL3", "NPD_SRS", "school_supplied", "unknown")
KINDS = ("count", "number", "percent", "money", "flag", "text")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
_KEYS = {
    "table",
    "label",
    "publisher",
    "licence",
    "school",
    "la",
    "year",
    "tokens",
    "indicators",
    "release",
    "url",
}
_INDICATOR_KEYS = {"name", "column", "kind", "unit", "population", "label"}
_TAKEN = {*PUBLISHED, *RATES, *(d.split(".")[0] for d in DEFINITIONS), "roll", "phase", "la_code"}
MEANINGS = tuple(s.value for s in ValueStatus if s.value not in ("numeric", "zero", "text", "unknown_token"))
"""What a token can mean that stands where a number could."""
_AS_SHOWN = "See docs/indicators.md for an example."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTable:
    """A checked mapping. ``about`` is what is stored with the file: label, publisher, release, url and,
    by indicator name, ``kind``, ``unit``, ``population`` and ``label``. ``is_of_las``: rows are local
    authorities and not schools."""

    dataset: Dataset
    year: str | None
    licence: str
    is_of_las: bool
    about: Mapping[str, Any]


def read_own_table(data: bytes, *, name: str) -> OwnTable:
    """A mapping file.

    Raises:
        IndicatorError: it is no YAML, or holds faults; each is in ``problems``.
    """
    try:
        content = yaml.safe_load(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, yaml.YAMLError) as err:
        mark = getattr(err, "problem_mark", None)
        where = f"{name}, line {mark.line + 1}" if mark is not None else name
        raise IndicatorError.single(where, "This is not YAML in UTF-8.", _AS_SHOWN) from err
    checked = _Checker(name)
    table = checked.table(content)
    if table is None or checked.problems:
        n = len(checked.problems)
        raise IndicatorError(
            f"{name} was refused: {n} fault{'s' * (n != 1)}.", problems=tuple(checked.problems)
        )
    return table


class _Checker:
    """Reads the mapping and gathers every fault."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def fault(self, where: str, message: str, next: str = _AS_SHOWN) -> None:
        self.problems.append(Problem(where=f"{self.name}, {where}", message=message, next=next))

    def table(self, content: Any) -> OwnTable | None:
        if not isinstance(content, dict):
            self.fault("top", "The mapping has no keys.")
            return None
        for key in sorted(str(k) for k in content.keys() - _KEYS):
            self.fault(key, "This key is not known.", f"Known are {', '.join(sorted(_KEYS))}.")
        id = self.text(content, "table", must=True)
        if id and not _NAME.fullmatch(id):
            self.fault(
                "table", "An id has small letters, digits and underscores.", "Write it like trust_moves."
            )
        licence = self.text(content, "licence", must=True)
        if licence and licence not in LICENCES:
            self.fault("licence", "This licence is not known.", f"Give one of {', '.join(LICENCES)}.")
        school, la = self.text(content, "school"), self.text(content, "la")
        if bool(school) == bool(la):
            self.fault("school", "Rows are schools or local authorities: give either 'school' or 'la'.")
        year, year_header = self.year(content.get("year"))
        tokens = self.tokens(content.get("tokens", {}))
        columns, about = self.indicators(content.get("indicators"))
        if self.problems:
            return None
        label = self.text(content, "label") or id
        key = normalise_header(school or la)
        dataset = Dataset(
            id=f"{OWN_PREFIX}{id}",
            label=label,
            signature=((key,), *((c.headers[0],) for c in columns)),
            columns=columns,
            key=(key,),
            la=(),
            required=(key, *(c.headers[0] for c in columns), *((year_header,) if year_header else ())),
            tokens=tokens,
            year_header=year_header,
        )
        told = {k: str(content[k]) for k in ("publisher", "release", "url") if content.get(k)}
        return OwnTable(
            dataset=dataset,
            year=year,
            licence=licence,
            is_of_las=bool(la),
            about={"label": label, **told, "indicators": about},
        )

    def text(self, content: Mapping[Any, Any], key: str, *, must: bool = False, where: str = "") -> str:
        value = content.get(key)
        if value is None:
            if must:
                self.fault(where or key, f"'{key}' is missing.")
            return ""
        if isinstance(value, bool | list | dict) or not str(value).strip():
            self.fault(where or key, f"'{key}' is no text.")
            return ""
        return str(value).strip()

    def year(self, given: Any) -> tuple[str | None, str | None]:
        """The one year of the file, or the normalised header of the column of years."""
        if given is None:
            self.fault("year", "'year' is missing.", "Give the school year (2022/23) or {column: NAME}.")
            return None, None
        if isinstance(given, dict):
            return None, normalise_header(self.text(given, "column", must=True, where="year"))
        found = normalise_year(str(given))
        if found is None:
            self.fault("year", "This is no school year.", "Write it like 2022/23.")
        return found, None

    def tokens(self, given: Any) -> dict[str, ValueStatus]:
        if not isinstance(given, dict):
            self.fault("tokens", "Tokens are pairs of what is printed and what it means.")
            return {}
        found: dict[str, ValueStatus] = {}
        for token, status in given.items():
            if isinstance(token, bool) or token is None:
                # YAML takes yes, no, on, off and null for something else than these words.
                self.fault("tokens", "A token is read as yes, no or nothing.", "Put it in quotes, as 'no'.")
            elif str(status) not in MEANINGS:
                self.fault(
                    f"tokens, {token}",
                    "This meaning is not known.",
                    f"Known: {', '.join(sorted(MEANINGS))}.",
                )
            else:
                found[str(token)] = ValueStatus(str(status))
        return found

    def indicators(self, given: Any) -> tuple[tuple[Column, ...], dict[str, dict[str, str]]]:
        if not isinstance(given, list) or not given:
            self.fault("indicators", "No indicator is named.")
            return (), {}
        columns: list[Column] = []
        about: dict[str, dict[str, str]] = {}
        for number, item in enumerate(given, start=1):
            where = f"indicators, number {number}"
            if not isinstance(item, dict):
                self.fault(where, "An indicator has a name, a column and a kind.")
                continue
            name = self.indicator_name(item, where, about)
            column = self.text(item, "column", must=True, where=where)
            kind = self.text(item, "kind", must=True, where=where)
            if kind and kind not in KINDS:
                self.fault(where, "This kind is not known.", f"Give one of {', '.join(KINDS)}.")
            for key in sorted(str(k) for k in item.keys() - _INDICATOR_KEYS):
                self.fault(where, f"The key '{key}' is not known.")
            told = {k: self.text(item, k, where=where) for k in ("label", "unit", "population")}
            columns.append(Column(name=name, headers=(normalise_header(column),), kind=cast(Kind, kind)))
            about[name] = {"kind": kind, **{k: v for k, v in told.items() if v}}
        return tuple(columns), about

    def indicator_name(self, item: Mapping[str, Any], where: str, known: Mapping[str, Any]) -> str:
        name = self.text(item, "name", must=True, where=where)
        if not name:
            return name
        if not _NAME.fullmatch(name):
            self.fault(where, "A name has small letters, digits and underscores.", "Write it like moves_in.")
        elif name in _TAKEN:
            self.fault(
                where, f"'{name}' is the name of a published or derived indicator.", f"Call it own_{name}."
            )
        elif name in known:
            self.fault(where, f"'{name}' is named twice.", "Give each indicator a name of its own.")
        return name
