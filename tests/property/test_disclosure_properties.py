"""No hidden count of a released table can be worked out from its totals."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.disclosure import suppress_frequencies

groups = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=2, max_size=4)


def _rows(pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Rows of one code in several groups with their total; pairs are (voiced, silent)."""
    counted = [(f"g{i}", k, k + silent) for i, (k, silent) in enumerate(pairs)]
    counted.append(("all", sum(c[1] for c in counted), sum(c[2] for c in counted)))
    return [
        {"code": "A", "group": g, "n_participants": k, "denominator_participants": n} for g, k, n in counted
    ]


@settings(max_examples=200, deadline=None)
@given(groups)
def test_every_hidden_count_could_be_another(pairs: list[tuple[int, int]]) -> None:
    """For 200 random tables each hidden count has two values that fit, even to one who knows the bases."""
    rows = _rows(pairs)
    released = suppress_frequencies(rows)
    shown = {r["group"]: r["n_participants"] for r in released.rows}
    bases = {r["group"]: r["denominator_participants"] for r in rows}
    parts = [g for g in shown if g != "all"]
    ways = [range(bases[g] + 1) if shown[g] is None else [shown[g]] for g in parts]
    seen: dict[str, set[int]] = {g: set() for g in shown}
    for fill in product(*ways):
        if shown["all"] in (None, sum(fill)):
            for g, value in zip(parts, fill, strict=True):
                seen[g].add(value)
            seen["all"].add(sum(fill))
    assert all(len(seen[g]) >= 2 for g in shown if shown[g] is None)


@settings(max_examples=100, deadline=None)
@given(groups)
def test_no_small_base_is_shown(pairs: list[tuple[int, int]]) -> None:
    """Every row with a base from 1 to 4 is hidden, and a table without any loses nothing."""
    rows = _rows(pairs)
    released = suppress_frequencies(rows)
    small = {r["group"] for r in rows if 0 < r["denominator_participants"] < 5}
    hidden = {r["group"] for r in released.rows if r["suppressed"]}
    assert small <= hidden
    assert small or not hidden
