"""The sample's propositions against answers worked out by a script that knows no qualtool."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FILE = HERE.parents[1] / "corpora" / "sample" / "propositions.yaml"
STARTING_LIST = HERE.parents[1] / "codebooks" / "send-clustering-propositions.yaml"


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((HERE / "expected_propositions.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document(sample_study: Path, qualtool: Callable[..., Any]) -> dict[str, Any]:
    ran = qualtool("triangulate", sample_study, "--propositions", FILE, "--no-record", "--json")
    assert ran.code == 0, ran.err
    return ran.json


@pytest.fixture(scope="module")
def rows(document: dict[str, Any]) -> dict[str, Any]:
    return {row["id"]: row for row in document["rows"]}


def test_the_expected_propositions_are_up_to_date(expected: dict[str, Any]) -> None:
    """The stored answers are those the script gives for the sample as it is."""
    spec = importlib.util.spec_from_file_location("propositions_expected", HERE / "propositions_expected.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert json.loads(json.dumps(script.expected())) == expected


def test_every_strand_is_what_the_script_found(expected: dict[str, Any], rows: dict[str, Any]) -> None:
    """Findings are the same, numbers to eight decimals."""
    for key, strands in expected["strands"].items():
        for wanted, found in zip(strands, rows[key]["strands"], strict=True):
            for name, value in wanted.items():
                if isinstance(value, float):
                    assert found[name] == pytest.approx(value, abs=1e-8), (key, found["kind"], name)
                else:
                    assert found[name] == value, (key, found["kind"], name)


def test_every_verdict_is_that_of_the_method(expected: dict[str, Any], rows: dict[str, Any]) -> None:
    """Code, detail and status follow from the findings by the method's tables."""
    found = {key: [row["convergence"], row["detail"], row["status"]] for key, row in rows.items()}
    assert found == expected["verdicts"]


def test_the_sample_holds_every_kind_of_verdict(rows: dict[str, Any]) -> None:
    """Ten propositions or more; agreement, partial, dissonance, both silences and inconclusive among them."""
    assert len(rows) >= 10
    codes = {row["convergence"] for row in rows.values()}
    assert codes == {"agreement", "partial agreement", "dissonance", "silence", "inconclusive"}
    silences = {kind for row in rows.values() for kind in row["silence"].values()}
    assert silences == {"structural", "substantive"}


def test_a_p_never_stands_alone(rows: dict[str, Any]) -> None:
    """Whoever has a p has the smallest attainable one, a q and an estimate; whoever has none, a reason.

    Where the smallest p is 1 nothing is tested, and there is no q.
    """
    for row in rows.values():
        for strand in row["strands"]:
            if strand["p"] is not None:
                assert strand["min_p"] is not None
                assert strand["min_p"] <= strand["p"] + 1e-12
                if strand["min_p"] == 1:
                    assert strand["q"] is None  # no test could have found anything
                    continue
                assert strand["q"] >= strand["p"] - 1e-12
                assert strand["estimate"] is not None
            else:
                assert strand["reason"]


def test_the_keys_of_the_contract_are_there(document: dict[str, Any]) -> None:
    """A row and a strand have at least the keys that the contract names."""
    for row in document["rows"]:
        assert {"id", "strands", "convergence", "detail", "status", "stale", "override"} <= row.keys()
        for strand in row["strands"]:
            assert {
                "kind",
                "finding",
                "estimate",
                "ci_low",
                "ci_high",
                "n_cases",
                "p",
                "min_p",
                "q",
                "reason",
            } <= strand.keys()


def test_the_study_holds_its_propositions_with_fresh_verdicts(
    sample_study: Path, rows: dict[str, Any], qualtool: Callable[..., Any]
) -> None:
    """The sample is built with its propositions and their verdicts recorded: nothing is stale."""
    ran = qualtool("triangulate", sample_study, "--stated", "--no-record", "--json")
    stated = {row["id"]: row for row in ran.json["rows"]}
    assert stated.keys() == rows.keys()
    assert not any(row["stale"] for row in stated.values())
    assert all(row["recorded"]["status"] == row["status"] for row in stated.values())


def test_the_starting_list_is_judged_whole(sample_study: Path, qualtool: Callable[..., Any]) -> None:
    """All 25 propositions of the starting list get a verdict; what is missing is silence with a reason."""
    ran = qualtool("triangulate", sample_study, "--propositions", STARTING_LIST, "--no-record", "--json")
    assert ran.code == 0, ran.err
    found = {row["id"]: row for row in ran.json["rows"]}
    assert len(found) == 25
    assert found["P03"]["status"] == "no evidence"
    assert all(s["reason"] for row in found.values() for s in row["strands"] if s["estimate"] is None)
