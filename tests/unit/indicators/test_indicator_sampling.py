"""Comparison schools: who may be one, who was left out, who is nearest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualtool.indicators import read_indicator_file
from qualtool.indicators.sampling import comparisons, school_frame

HEADER = "URN,LA,Estab,SCHOOLTYPE,NOR,TSENELSE,TSENELK,NUMFSM,NUMFSMEVER,NORFSMEVER"


def frame_of(**columns: list[object]) -> pd.DataFrame:
    n = len(columns["roll"])
    base: dict[str, list[object]] = {
        "phase": ["primary"] * n,
        "la_code": ["850"] * n,
        "school_name": [""] * n,
        "region": ["North"] * n,
        "status": ["Open"] * n,
        "has_base": ["no"] * n,
        "fsm6_rate": [10.0] * n,
        "ehcp_quartile": [1.0] * n,
        "size_band": [1.0] * n,
        "fsm_band": [1.0] * n,
    }
    return pd.DataFrame({**base, **columns}, index=pd.Index([f"90000{i}" for i in range(n)], name="urn"))


def test_the_nearest_come_first() -> None:
    """Distances are in standard deviations of the phase, equal ones go by URN."""
    frame = frame_of(roll=[100, 130, 110, 90, 200])
    found = comparisons(frame, "900000", near=("roll",), n=3)
    assert [urn for urn, _ in found.found] == ["900002", "900003", "900001"]
    spread = np.std([130, 110, 90, 200])
    assert np.isclose(found.found[0][1], 10 / spread)


def test_everybody_left_out_is_counted_once() -> None:
    """Candidates and those left out, reason by reason, add up to the schools of the phase."""
    frame = frame_of(
        roll=[100, 100, 100, 100, 100, np.nan, 100],
        region=["North", "South", "North", "North", "North", "North", "North"],
        size_band=[1.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0],
        status=["Open", "Open", "Open", "Closed", "Open", "Open", "Open"],
        ehcp_quartile=[4.0, 1.0, 1.0, 1.0, 4.0, 1.0, 2.0],
    )
    found = comparisons(frame, "900000", quartiles=(1, 2), without=["900006"])
    assert dict(found.left_out) == {
        "in the study already": 1,
        "closed": 1,
        "in another region, or of unknown region": 1,
        "of another size band": 1,
        "of another band of free meals": 0,
        "not in Q1 or Q2 of the EHCP rate": 1,
        "roll is not known": 1,
        "fsm6_rate is not known": 0,
    }
    assert found.n_candidates + sum(found.left_out.values()) == found.n_of_phase == 6
    assert (found.found, found.reason) == ((), "no school fulfils all conditions")


def test_the_nearest_of_those_left_out_are_named_with_the_reason() -> None:
    """Who was left out is told by name, nearest first, each with the first condition that kept it out."""
    frame = frame_of(
        roll=[100, 101, 102, 103, float("nan")],
        region=["North", "South", "South", "North", "North"],
        status=["Open", "Closed", "Open", "Open", "Open"],
    )
    found = comparisons(frame, "900000", fixed=("region",), near=("roll",), n=3)
    assert [urn for urn, _ in found.found] == ["900003"]
    assert [(urn, why) for urn, _, why in found.missed] == [
        ("900001", "closed"),
        ("900002", "in another region, or of unknown region"),
    ]
    distances = [away for _, away, _ in found.missed]
    assert distances == sorted(distances)
    assert sum(found.left_out.values()) == 3


def test_what_is_not_known_of_the_school_is_said() -> None:
    """A school without a region cannot be matched by region, and one that no census has by nothing."""
    frame = frame_of(roll=[100, 100], region=["", "North"])
    assert comparisons(frame, "900000").reason == "of the school itself this is not known: region"
    assert comparisons(frame, "999999").reason == "not in the latest census"


def test_a_variable_shared_by_all_tells_none_apart() -> None:
    """Where all schools have one free-meals rate, the roll alone decides and nothing is undefined."""
    frame = frame_of(roll=[100, 105, 140])
    found = comparisons(frame, "900000")
    assert [urn for urn, _ in found.found] == ["900001", "900002"]
    assert all(np.isfinite(distance) for _, distance in found.found)


def test_the_frame_has_bands_by_phase() -> None:
    """Bands are quartiles within the phase; special schools are not in it; suppressed counts are unknown."""
    lines = [f"{100000 + i},850,{i:04},State-funded primary,{100 + i},{i % 9},9,5,6,90" for i in range(40)]
    lines += ["200000,850,9000,State-funded secondary,900,SUPP,9,5,6,90"]
    lines += ["300000,850,9001,State-funded special school,90,80,9,5,6,90"]
    file = read_indicator_file("\n".join([HEADER, *lines]).encode(), name="2022-2023_england_census.csv")
    frame = school_frame([file])
    assert set(frame["phase"]) == {"primary", "secondary"}
    assert frame.loc[["100000", "100039"], "size_band"].tolist() == [1.0, 4.0]
    assert frame.loc["200000", "size_band"] == 1.0
    assert frame["ehcp_rate"].isna().sum() == 1
    assert school_frame([]).empty
