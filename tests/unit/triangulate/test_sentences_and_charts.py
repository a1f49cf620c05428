"""Findings in words and in charts."""

import json

import altair as alt
import numpy as np
import pandas as pd
import pytest

from qualtool.triangulate import ThemeContrast, finding_sentences, percent, quantifier, theme_contrast
from qualtool.triangulate.charts import (
    group_means,
    school_points,
    theme_by_group_chart,
)
from qualtool.triangulate.sentences import p_value


def contrast(kind: str, n: int = 6, asked: str = "unknown") -> ThemeContrast:
    urns = [str(900001 + i) for i in range(n)]
    rows = [
        {"participant": f"{u}{j}", "urn": u, "role": "", "voiced": j * 2 < i, "asked": asked}
        for i, u in enumerate(urns)
        for j in range(3)
    ]
    values: dict[str, str | float | None] = {}
    for i, u in enumerate(urns):
        values[u] = {"base_v_none": "yes" if i % 2 else "no", "continuous": float(i)}.get(kind, 1 + i % 4)
    return theme_contrast(pd.DataFrame(rows), values, kind, rng=np.random.default_rng(1))  # pyright: ignore


@pytest.mark.parametrize(
    ("k", "n", "words"),
    [
        (0, 9, "none (0 of 9 schools asked)"),
        (1, 9, "a few (1 of 9 schools asked)"),
        (4, 9, "fewer than half (4 of 9 schools asked)"),
        (4, 8, "half (4 of 8 schools asked)"),
        (5, 9, "more than half (5 of 9 schools asked)"),
        (7, 9, "most (7 of 9 schools asked)"),
        (9, 9, "all (9 of 9 schools asked)"),
    ],
)
def test_a_quantifier_carries_its_number(k: int, n: int, words: str) -> None:
    """The word comes from a fixed table and the count stands beside it."""
    assert quantifier(k, n) == words


def test_a_quantifier_of_nothing_is_refused() -> None:
    """0 of 0 has no word."""
    with pytest.raises(ValueError, match="0 of 0"):
        quantifier(0, 0)


def test_rounding_never_makes_nobody_or_everybody() -> None:
    """A share near 0 or 1 is not printed as 0% or 100%, and a tiny p not as 0."""
    assert [percent(s) for s in (0, 0.001, 0.5, 0.999, 1)] == ["0%", "under 1%", "50%", "over 99%", "100%"]
    assert [p_value(p) for p in (0.0001, 0.029, 1.0)] == ["below .001", ".029", "1"]


@pytest.mark.parametrize("kind", ["base_v_none", "quartiles", "continuous"])
def test_every_contrast_warns_of_the_purposive_schools(kind: str) -> None:
    """The last sentence refuses the population, and the denominator is said."""
    sentences = finding_sentences(contrast(kind), theme="Funding")
    assert sentences[-1] == "The schools were chosen on purpose; these shares do not estimate a population."
    assert sentences[-2].startswith("Denominator: all participants; absence may mean not asked.")
    assert not any("nan" in s or "None" in s for s in sentences)


def test_a_thin_design_says_that_nothing_is_estimated() -> None:
    """Four schools get their counts and the reason, and no p."""
    sentences = finding_sentences(contrast("base_v_none", n=4), theme="Funding")
    assert any(s.startswith("Nothing is estimated: too thin") for s in sentences)
    assert not any("permutation" in s for s in sentences)


def test_an_empty_study_has_sentences() -> None:
    """Nobody at all still gives the reason."""
    empty = pd.DataFrame(columns=["participant", "urn", "role", "voiced", "asked"])
    found = theme_contrast(empty, {}, "q4_v_rest", rng=np.random.default_rng(1))
    assert finding_sentences(found, theme="Funding")[0].startswith("Nothing is estimated: nobody")
    theme_by_group_chart(found).to_dict()


def _renders(chart: alt.TopLevelMixin) -> dict[str, object]:
    spec = chart.to_dict()  # pyright: ignore
    json.dumps(spec)
    return spec


@pytest.mark.parametrize("kind", ["base_v_none", "quartiles", "continuous"])
def test_the_chart_shows_one_dot_a_school(kind: str) -> None:
    """Points are the schools with a share; the chart sets no background and no text colour."""
    found = contrast(kind)
    assert len(school_points(found)) == 6
    spec = _renders(theme_by_group_chart(found))
    assert "background" not in json.dumps(spec["layer"])
    assert "labelColor" not in json.dumps(spec["layer"])


def test_means_carry_their_interval() -> None:
    """Each group with schools has a mean and limits around it."""
    means = group_means(contrast("base_v_none"))
    assert list(means["group"]) == ["base", "none"]
    assert ((means["low"] < means["share"]) & (means["share"] < means["high"])).all()


def test_schools_with_one_share_do_not_hide_each_other() -> None:
    """Schools of one group and share get lanes of their own, centred on the group."""
    spec = _renders(theme_by_group_chart(contrast("base_v_none", n=6)))
    datasets = spec["datasets"]
    assert isinstance(datasets, dict)
    rows = next(d for d in datasets.values() if "lane" in d[0])
    places = {(r["group"], r["share"], r["lane"]) for r in rows}
    assert len(places) == len(rows) == 6
