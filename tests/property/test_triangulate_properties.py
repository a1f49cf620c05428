"""What must not change a theme's contrast, and what must."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.triangulate import Expression, ThemeContrast, codes_of, is_voiced, parse_theme, theme_contrast
from qualtool.triangulate.expressions import And, CodeName, Not, Or, renamed, written

people = st.lists(
    st.tuples(st.integers(0, 7), st.booleans(), st.sampled_from(["yes", "no", "unclear", "unknown"])),
    min_size=1,
    max_size=30,
)


def _frame(rows: list[tuple[int, bool, str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"participant": f"p{i}", "urn": str(900000 + s), "role": "", "voiced": v, "asked": a}
            for i, (s, v, a) in enumerate(rows)
        ]
    )


def _run(frame: pd.DataFrame) -> ThemeContrast:
    groups = {str(900000 + s): "yes" if s % 2 else "no" for s in range(8)}
    return theme_contrast(frame, groups, "base_v_none", rng=np.random.default_rng(0))


@settings(max_examples=50, deadline=None)
@given(people, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[int, bool, str]], random: object) -> None:
    """Shuffled rows and rows counted twice give the same contrast."""
    frame = _frame(rows)
    shuffled = frame.sample(frac=1, random_state=random.randrange(1000))  # pyright: ignore
    doubled = pd.concat([shuffled, frame], ignore_index=True)
    assert _run(frame) == _run(shuffled) == _run(doubled)


@settings(max_examples=50, deadline=None)
@given(people)
def test_someone_neither_asked_nor_voicing_leaves_asked_shares_alone(
    rows: list[tuple[int, bool, str]],
) -> None:
    """Where asking is marked, a person not asked and silent at a known school changes no number."""
    frame = _frame([*rows, (0, True, "yes")])
    more = _frame([*rows, (0, True, "yes"), (0, False, "no")])
    assert _run(frame) == _run(more)


@settings(max_examples=50, deadline=None)
@given(people)
def test_p_is_never_below_the_smallest_attainable(rows: list[tuple[int, bool, str]]) -> None:
    """p >= min p > 0, limits enclose the difference, and whatever is missing has a reason."""
    found = _run(_frame(rows))
    if found.p is None or found.min_p is None or found.difference is None:
        assert found.reason
        return
    assert 0 < found.min_p <= found.p <= 1
    if found.ci_low is None or found.ci_high is None:
        assert found.reason
        return
    assert -1 <= found.ci_low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.ci_high <= 1
    assert replace(found, reason=None) == found


names = st.sampled_from(["A", "B", "BASE-JOINT"])
expressions = st.recursive(
    names,
    lambda inner: st.one_of(
        inner.map(lambda e: f"not ({e})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(expressions, st.sets(names))
def test_expressions_mean_what_python_means(text: str, codes: set[str]) -> None:
    """An expression has the truth value of the same words in Python."""
    python = text.replace("BASE-JOINT", "C")
    values = {"A": "A" in codes, "B": "B" in codes, "C": "BASE-JOINT" in codes}
    assert is_voiced(parse_theme(text), codes) == bool(eval(python, {}, values))


names = st.sampled_from(["A", "B-1", "Pull and push", "not", "(x)", "Steering > Magnet"])
expressions = st.recursive(
    names.map(lambda name: CodeName(name=name)),
    lambda inner: st.one_of(
        inner.map(lambda e: Not(inner=e)),
        st.tuples(inner, inner).map(lambda two: And(left=two[0], right=two[1])),
        st.tuples(inner, inner).map(lambda two: Or(left=two[0], right=two[1])),
    ),
    max_leaves=8,
)


@given(expressions)
def test_a_written_theme_is_read_back_as_itself(theme: Expression) -> None:
    """Brackets and quotes stand where they are needed, whatever the names and the nesting."""
    assert parse_theme(written(theme)) == theme


@given(expressions)
def test_names_given_and_taken_back_leave_a_theme_as_it_was(theme: Expression) -> None:
    """Renaming goes through a whole theme, and its way back is its undoing."""
    there = {name: f"{name} now" for name in codes_of(theme)}
    moved = renamed(theme, there)
    assert codes_of(moved) == tuple(there[name] for name in codes_of(theme))
    assert renamed(moved, {new: old for old, new in there.items()}) == theme
