"""``docs/statistics.md`` against the program: every statistic is listed, and nothing that is not there."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from qualtool import statistics
from qualtool.statistics import misclassification

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
HELPERS = {"usable_strata"}
FUNCTIONS = {name: f for name, f in vars(statistics).items() if inspect.isfunction(f)} | {
    name: getattr(misclassification, name) for name in ("accuracy", "rogan_gladen")
}
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
LISTED = {name for row in ROWS for name in re.findall(r"`([a-z_0-9]+)(?:\(.*?\))?`", row[1])}


def test_every_statistic_is_listed() -> None:
    """The second column names every public function of the statistics, and no other."""
    assert {name for name in FUNCTIONS if name not in HELPERS} == LISTED


@pytest.mark.parametrize("name", sorted(LISTED))
def test_a_listed_statistic_names_its_source(name: str) -> None:
    """Its docstring holds a year, which stands for a citation, as its row does."""
    of_row = next(row for row in ROWS if f"`{name}" in row[1])
    assert re.search(r"\b(19|20)\d\d\b", of_row[2])
    assert re.search(r"\b(19|20)\d\d\b", inspect.getdoc(FUNCTIONS[name]) or "")
