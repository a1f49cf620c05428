"""Findings of published studies: one row a result, from CSV, XLSX or YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ..errors import Problem, UserInputError
from .faults import faults
from .tables import read_table

# The name of a column as a file may write it -> the name used here.
_ALIASES = {
    "study": "study_id",
    "secondary_account": "secondary_account_of",
    "is_secondary_account_of": "secondary_account_of",
    "account_of": "secondary_account_of",
    "is_secondary_account": "secondary_account_of",
    "effect": "effect_type",
    "type": "effect_type",
    "low": "ci_low",
    "lower": "ci_low",
    "high": "ci_high",
    "upper": "ci_high",
    "ci": "interval",
    "measure": "indicator",
    "outcome": "indicator",
    "baseline_risk": "baseline",
    "proposition": "propositions",
    "codes": "theme",
}
COLUMNS = (
    "study_id",
    "secondary_account_of",
    "indicator",
    "theme",
    "effect_type",
    "estimate",
    "ci_low",
    "ci_high",
    "interval",
    "controls",
    "n",
    "year",
    "population",
    "baseline",
    "quantifier",
    "caveat",
    "propositions",
)
_NEEDED = ("study_id", "effect_type")
_EFFECTS = {
    "or": "OR",
    "odds ratio": "OR",
    "odds": "OR",
    "rr": "RR",
    "risk ratio": "RR",
    "rd": "RD",
    "risk difference": "RD",
    "difference": "RD",
    "hr": "HR",
    "hazard ratio": "HR",
    "ratio of means": "ratio of means",
    "share": "share",
    "percentage": "share",
    "unclear": "unclear",
    "unclear (or or rr)": "unclear",
}
# A column that only says whether a row is an account: its study_id names the study then.
_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_INTERVAL = re.compile(r"\s*[\[(]?\s*(-?[\d.]+)\s*(?:to|,|;|–|-)\s*(-?[\d.]+)\s*[\])]?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One result as plain values; None for a blank number. ``ignored`` counts columns that are not known.

    ``decimals`` of the estimate as it is written, in per cent (50.2% and 0.502 have 1, 0.5 has -1); None
    where there is none.
    """

    where: str
    values: Mapping[str, Any]
    ignored: int = 0
    decimals: int | None = None


def read_findings(data: bytes, *, name: str) -> tuple[FindingRow, ...]:
    """Rows of a file of published findings: a table, or YAML with a list of maps.

    ``study_id`` and ``effect_type`` (OR, RR, RD, HR, ratio of means, share, unclear) are needed. An
    interval is two numbers in ``ci_low`` and ``ci_high``, or ``interval`` as ``1.2 to 3.4``.

    Raises:
        UserInputError: every fault with its line: missing columns, numbers that are none, unknown kinds.
    """
    if name.lower().endswith((".yaml", ".yml")):
        listed = _yaml_rows(data, name)
    else:
        listed = _table_rows(data, name)
    problems: list[Problem] = []
    rows = []
    for where, cells in listed:
        reading = _Reading(where=where, cells=cells, problems=[])
        values = _values(reading)
        problems += reading.problems
        ignored = sum(column not in COLUMNS for column in cells)
        rows.append(
            FindingRow(where=where, values=values, ignored=ignored, decimals=reading.decimals("estimate"))
        )
    if problems:
        raise faults(UserInputError, name, problems)
    return tuple(rows)


def _names(header: Sequence[str]) -> list[str]:
    """The columns by the names used here; another name counts only where the right one is not there."""
    plain = [re.sub(r"[\s-]+", "_", column.strip().lower()) for column in header]
    named = []
    for column in plain:
        other = _ALIASES.get(column, column)
        is_free = other == column or (other not in plain and other not in named)
        named.append(other if is_free else column)
    return named


def _table_rows(data: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    table = read_table(data, name=name, error=UserInputError)
    header = _names(table.header)
    missing = [column for column in _NEEDED if column not in header]
    if missing:
        message = f"It lacks the column(s) {', '.join(missing)}."
        raise faults(UserInputError, name, [Problem(where=name, message=message, next=_KNOWN)])
    return [
        (f"{name}, line {line}", dict(zip(header, row, strict=True)))
        for line, row in zip(table.lines, table.rows, strict=True)
    ]


_KNOWN = f"Columns are {', '.join(COLUMNS)}."


def _yaml_rows(data: bytes, name: str) -> list[tuple[str, dict[str, str]]]:
    try:
        node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError):
        problem = Problem(where=name, message="This is not YAML in UTF-8.", next="Look at its indentation.")
        raise faults(UserInputError, name, [problem]) from None
    if isinstance(node, yaml.MappingNode):
        node = next((v for k, v in node.value if getattr(k, "value", "") == "findings"), node)
    if not isinstance(node, yaml.SequenceNode):
        problem = Problem(
            where=name, message="It holds no list of findings.", next="Write them under 'findings:'."
        )
        raise faults(UserInputError, name, [problem])
    found = []
    for item in node.value:
        where = f"{name}, line {item.start_mark.line + 1}"
        pairs = item.value if isinstance(item, yaml.MappingNode) else []
        keys = _names([str(k.value) for k, _ in pairs])
        found.append((where, dict(zip(keys, (_text(v) for _, v in pairs), strict=True))))
    return found


def _text(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return " ".join(str(part.value) for part in node.value)
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    return "" if text.strip().lower() in ("~", "null") else text.strip()


@dataclass(slots=True)
class _Reading:
    """Reads the cells of one row, and notes what is wrong with them; never what they say."""

    where: str
    cells: Mapping[str, str]
    problems: list[Problem]

    def fault(self, message: str, next: str) -> None:
        self.problems.append(Problem(where=self.where, message=message, next=next))

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def number(self, column: str) -> float | None:
        raw = self.text(column)
        if not raw:
            return None
        is_percent = raw.endswith("%")
        try:
            value = float(raw.rstrip("% ").replace(",", ""))
        except ValueError:
            self.fault(f"{column} is not a number.", "Write one as 2.5, or leave it blank.")
            return None
        return value / 100 if is_percent else value

    def decimals(self, column: str) -> int | None:
        raw = self.text(column)
        if not raw:
            return None
        places = len(raw.rstrip("% ").partition(".")[2])
        return places if raw.endswith("%") else places - 2


def _values(reading: _Reading) -> dict[str, Any]:
    if not reading.text("study_id"):
        reading.fault("study_id is blank.", "Name the study, as in Mime (2024).")
    effect = _EFFECTS.get(reading.text("effect_type").lower())
    if effect is None:
        reading.fault("effect_type is unknown.", "Write OR, RR, RD, HR, ratio of means, share or unclear.")
    low, high = reading.number("ci_low"), reading.number("ci_high")
    if reading.text("interval"):
        low, high = _interval(reading)
    n = reading.number("n")
    account = reading.text("secondary_account_of")
    is_marked = account.lower() in _TRUTHS
    return {
        "study": reading.text("study_id"),
        "account_of": "" if is_marked else account,
        "is_secondary": _TRUTHS.get(account.lower(), bool(account)),
        "effect_type": effect or "unclear",
        "estimate": reading.number("estimate"),
        "low": low,
        "high": high,
        "n": None if n is None else int(n),
        "baseline": reading.number("baseline"),
        "propositions": [p for p in re.split(r"[\s,;]+", reading.text("propositions")) if p],
        **{
            name: reading.text(name)
            for name in ("indicator", "theme", "controls", "year", "population", "quantifier", "caveat")
        },
    }


def _interval(reading: _Reading) -> tuple[float | None, float | None]:
    found = _INTERVAL.fullmatch(reading.text("interval"))
    if found is None:
        reading.fault("interval is not two numbers.", "Write it as 1.2 to 3.4.")
        return None, None
    try:
        return float(found[1]), float(found[2])
    except ValueError:
        reading.fault("interval is not two numbers.", "Write it as 1.2 to 3.4.")
        return None, None
