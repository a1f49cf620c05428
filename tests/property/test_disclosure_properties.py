"""No hidden count of a released table can be worked out from its totals."""

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.disclosure import suppress_frequencies
from qualtool.errors import DisclosureError

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


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=2, max_size=3))
def test_single_choice_tables_keep_their_hidden_counts(pairs: list[tuple[int, int]]) -> None:
    """Two options by two or three groups, with all totals: every hidden count has another value that fits."""
    groups = [f"g{i}" for i in range(len(pairs))]
    truth = {(code, g): pairs[i][j] for j, code in enumerate("AB") for i, g in enumerate(groups)}
    truth |= {(code, "all"): sum(truth[code, g] for g in groups) for code in "AB"}
    bases = {g: truth["A", g] + truth["B", g] for g in [*groups, "all"]}
    rows = [
        {"code": c, "group": g, "n_participants": n, "denominator_participants": bases[g]}
        for (c, g), n in truth.items()
    ]
    try:
        released = suppress_frequencies(rows, kind="survey", codes_partition_base=True)
    except DisclosureError:
        return
    shown = {(r["code"], r["group"]): r["n_participants"] for r in released.rows}
    seen: dict[tuple[str, str], set[int]] = {key: set() for key in shown}
    for a_counts in product(*(range(bases[g] + 1) for g in groups)):
        fill = {("A", g): n for g, n in zip(groups, a_counts, strict=True)}
        fill |= {("B", g): bases[g] - fill["A", g] for g in groups}
        fill |= {(c, "all"): sum(fill[c, g] for g in groups) for c in "AB"}
        if all(shown[key] in (None, fill[key]) for key in fill):
            for key, value in fill.items():
                seen[key].add(value)
    assert all(len(values) >= 2 for key, values in seen.items() if shown[key] is None)
