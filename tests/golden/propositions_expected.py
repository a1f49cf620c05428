"""What the sample's propositions must come to, worked out by other means than qualtool.

Run by hand: ``python tests/golden/propositions_expected.py`` writes ``expected_propositions.json``
beside itself. It uses the counting of ``sample_expected.py`` and the t quantile of scipy, nothing of
qualtool. Rules:

* **Interviews** (with the focus group): people of schools in files that amira or tom coded or that
  ``read.csv`` lists. Voiced: a coding of any of the codes by anybody, not denied; S01 and S06 want basis
  reported, S15 valence negative. Denominator: asked yes for a code or voicing, if the file ``asked.csv``
  has any row for the code, else everybody. School shares, Welch's interval, exact permutation over schools.
* **S13**: tau-b of quartile and share, Fieller's interval.
* **Survey**: weights and strata of ``senco_survey.csv``, each respondent a cluster; Taylor linearisation;
  difference with t interval, level with logit interval; degrees of freedom respondents less strata among
  those who answered. Parents: plain shares, t interval of the paired difference.
* **Findings and verdicts** by the tables of the method, written out below once more.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from scipy import stats

HERE = Path(__file__).parent
_SPEC = importlib.util.spec_from_file_location("sample_expected", HERE / "sample_expected.py")
counting: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(counting)
OUT = HERE / "expected_propositions.json"
SAMPLE = counting.SAMPLE


def finding(d: float, low: float, high: float, mid: float, kind: str = "more") -> str:
    if kind == "none":
        if -mid < low and high < mid:
            return "supports"
        return "opposes" if low >= mid or high <= -mid else "unclear"
    if low > 0:
        return "supports" if d >= mid or kind == "level" else "leans_for"
    if high < 0:
        return "opposes" if d <= -mid or kind == "level" else "leans_against"
    if kind != "level" and -mid < low and high < mid:
        return "no_meaningful_difference"
    return "leans_for" if d >= mid else "leans_against" if d <= -mid else "unclear"


class Interviews:
    def __init__(self) -> None:
        _, starts, sheet = counting.interviews(SAMPLE)
        self.codings = counting.coded(SAMPLE, starts, sheet)
        read = {r["source"] for r in counting.rows(SAMPLE / "read.csv")} | {c["source"] for c in self.codings}
        people = [r for r in sheet.values() if r["is_interviewer"] != "yes"]
        cases = {r["urn"]: r["case"] for r in people if r["case_kind"] == "school"}
        self.people = [p for p in people if p["file"] in read and p["case_kind"] == "school"]
        _, self.quartile = counting.indicators(SAMPLE, cases)
        self.asked = {(r["source"], r["code"]): r["asked"] for r in counting.rows(SAMPLE / "asked.csv")}

    def schools(self, code: str, *, basis: str = "", valence: str = "") -> dict[str, tuple[int, int]]:
        """URN -> voiced, in the denominator."""
        kept = [
            c
            for c in self.codings
            if c["code"] == code
            and c["stance"] != "denies"
            and (not basis or c["basis"] == basis)
            and (not valence or c["valence"] == valence)
        ]
        voiced = {c["participant"] for c in kept}
        marked = any(c == code for _, c in self.asked)
        counts: dict[str, list[set[str]]] = defaultdict(lambda: [set(), set()])
        for p in self.people:
            here = p["participant"] in voiced
            if here:
                counts[p["urn"]][0].add(p["participant"])
            if here or not marked or self.asked.get((p["file"], code)) == "yes":
                counts[p["urn"]][1].add(p["participant"])
        return {urn: (len(v), len(d)) for urn, (v, d) in counts.items() if d}

    def n_asked(self, code: str) -> int:
        return len({p["participant"] for p in self.people if self.asked.get((p["file"], code)) == "yes"})

    def phase(self, urn: str) -> str:
        return next(p["phase"] for p in self.people if p["urn"] == urn)


def welch(a: list[float], b: list[float]) -> tuple[float, float, float]:
    def var(y: list[float]) -> float:
        m = sum(y) / len(y)
        return sum((x - m) ** 2 for x in y) / (len(y) - 1)

    va, vb = var(a) / len(a), var(b) / len(b)
    d = sum(a) / len(a) - sum(b) / len(b)
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = float(stats.t.ppf(0.975, df)) * math.sqrt(va + vb)
    return d, max(d - half, -1.0), min(d + half, 1.0)


def exact(a: list[float], b: list[float]) -> tuple[float, float]:
    pool = a + b
    seen = abs(sum(a) / len(a) - sum(b) / len(b))
    found = []
    for chosen in itertools.combinations(range(len(pool)), len(a)):
        one = sum(pool[i] for i in chosen)
        found.append(abs(one / len(a) - (sum(pool) - one) / len(b)))
    top = max(found)
    return (
        sum(f >= seen - 1e-12 for f in found) / len(found),
        sum(f >= top - 1e-12 for f in found) / len(found),
    )


def contrast(
    held: Interviews,
    code: str,
    first: Any,
    mid: float,
    *,
    basis: str = "",
    kind: str = "more",
    valence: str = "",
) -> Any:
    schools = held.schools(code, basis=basis, valence=valence)
    a = [v / n for u, (v, n) in sorted(schools.items()) if first(u)]
    b = [v / n for u, (v, n) in sorted(schools.items()) if not first(u)]
    d, low, high = welch(a, b)
    p, min_p = exact(a, b)
    return {
        "kind": "interview",
        "finding": finding(d, low, high, mid, kind),
        "estimate": d,
        "ci_low": low,
        "ci_high": high,
        "n_cases": len(schools),
        "p": p,
        "min_p": min_p,
    }


def trend(held: Interviews, code: str, mid: float) -> Any:
    points = [(held.quartile[u], v / n) for u, (v, n) in sorted(held.schools(code).items())]
    pairs = list(itertools.combinations(points, 2))
    score = sum(
        (x > z) * (y > w) + (x < z) * (y < w) - (x > z) * (y < w) - (x < z) * (y > w)
        for (x, y), (z, w) in pairs
    )
    untied_x = sum(x != z for (x, _), (z, _) in pairs)
    untied_y = sum(y != w for (_, y), (_, w) in pairs)
    tau = score / math.sqrt(untied_x * untied_y)
    half = 1.959963984540054 * math.sqrt(0.437 / (len(points) - 4))
    low, high = math.tanh(math.atanh(tau) - half), math.tanh(math.atanh(tau) + half)
    return {
        "kind": "interview",
        "finding": finding(tau, low, high, mid),
        "estimate": tau,
        "ci_low": low,
        "ci_high": high,
        "n_cases": len(points),
    }


# --- the survey of leaders ------------------------------------------------------------------------


class Leaders:
    def __init__(self) -> None:
        self.rows = counting.rows(SAMPLE / "survey" / "senco_survey.csv")
        coded = defaultdict(set)
        for r in counting.rows(SAMPLE / "survey" / "survey_codings.csv"):
            name, key, question = r["source"].split("#")
            if name == "senco_survey.csv" and question == "comments" and r.get("stance") != "denies":
                coded[r["code"]].add(key)
        self.coded = coded

    def closed(self, item: str, yes: tuple[str, ...]) -> list[int | None]:
        return [None if not r[item].strip() else int(r[item].strip() in yes) for r in self.rows]

    def written(self, code: str) -> list[int | None]:
        return [
            None if not r["comments"].strip() else int(r["respondent_id"] in self.coded[code])
            for r in self.rows
        ]

    def _variance(self, z: list[float]) -> float:
        by: dict[str, list[float]] = defaultdict(list)
        for r, value in zip(self.rows, z, strict=True):
            by[r["stratum"]].append(value)
        found = 0.0
        for values in by.values():
            m = sum(values) / len(values)
            found += len(values) / (len(values) - 1) * sum((x - m) ** 2 for x in values)
        return found

    def _z(self, y: list[int | None], inside: list[bool]) -> tuple[float, list[float], int]:
        w = [float(r["weight"]) for r in self.rows]
        here = [i for i, v in enumerate(y) if v is not None and inside[i]]
        total = sum(w[i] for i in here)
        mean = sum(w[i] * (y[i] or 0) for i in here) / total
        z = [0.0] * len(y)
        for i in here:
            z[i] = w[i] * ((y[i] or 0) - mean) / total
        return mean, z, len(here)

    def _df(self, here: list[int]) -> int:
        return len(here) - len({self.rows[i]["stratum"] for i in here})

    def difference(
        self, y: list[int | None], column: str, first: str, kind: str, mid: float, rule: str = "more"
    ) -> Any:
        one = [r[column] == first for r in self.rows]
        other = [bool(r[column]) and r[column] != first for r in self.rows]
        m1, z1, n1 = self._z(y, one)
        m0, z0, n0 = self._z(y, other)
        d = m1 - m0
        here = [i for i, v in enumerate(y) if v is not None and (one[i] or other[i])]
        error = math.sqrt(self._variance([a - b for a, b in zip(z1, z0, strict=True)]))
        half = float(stats.t.ppf(0.975, self._df(here))) * error
        return {
            "kind": kind,
            "finding": finding(d, d - half, d + half, mid, rule),
            "estimate": d,
            "ci_low": d - half,
            "ci_high": d + half,
            "n_cases": n1 + n0,
        }

    def level(self, item: str, side: str, bound: float) -> Any:
        y = self.closed(item, ("4", "5"))
        inside = [r["has_base"] == "yes" for r in self.rows]
        p, z, n = self._z(y, inside)
        here = [i for i, v in enumerate(y) if v is not None and inside[i]]
        error = math.sqrt(self._variance(z))
        half = float(stats.t.ppf(0.975, self._df(here))) * error / (p * (1 - p))
        low, high = (1 / (1 + math.exp(-(math.log(p / (1 - p)) + s * half))) for s in (-1, 1))
        away = (
            (p - bound, low - bound, high - bound) if side == ">" else (bound - p, bound - high, bound - low)
        )
        return {
            "kind": "survey_closed",
            "finding": finding(*away, 0.1, "level"),
            "estimate": p,
            "ci_low": low,
            "ci_high": high,
            "n_cases": n,
        }


def line(held: Leaders, code: str, mid: float) -> Any:
    """From the first quartile to the fourth along a weighted straight line."""
    y = held.written(code)
    here = [i for i, v in enumerate(y) if v is not None]
    w = [float(r["weight"]) for r in held.rows]
    x = [float(r["ehcp_quartile"]) for r in held.rows]
    total = sum(w[i] for i in here)
    mx, my = (sum(w[i] * (v[i] or 0) for i in here) / total for v in (x, y))
    spread = sum(w[i] * (x[i] - mx) ** 2 for i in here)
    slope = sum(w[i] * (x[i] - mx) * (y[i] or 0) for i in here) / spread
    z = [0.0] * len(y)
    for i in here:
        z[i] = w[i] * (x[i] - mx) * ((y[i] or 0) - my - slope * (x[i] - mx)) / spread
    half = float(stats.t.ppf(0.975, held._df(here))) * math.sqrt(held._variance(z))
    d, low, high = 3 * slope, 3 * (slope - half), 3 * (slope + half)
    return {
        "kind": "free_text",
        "finding": finding(d, low, high, mid),
        "estimate": d,
        "ci_low": low,
        "ci_high": high,
        "n_cases": len(here),
    }


# --- the survey of parents ------------------------------------------------------------------------


def paired(kind: str, gaps: list[int], mid: float) -> Any:
    n = len(gaps)
    d = sum(gaps) / n
    error = math.sqrt(sum((g - d) ** 2 for g in gaps) / (n * (n - 1)))
    half = float(stats.t.ppf(0.975, n - 1)) * error
    return {
        "kind": kind,
        "finding": finding(d, d - half, d + half, mid),
        "estimate": d,
        "ci_low": d - half,
        "ci_high": d + half,
        "n_cases": n,
    }


def parents(mid: float) -> list[Any]:
    table = counting.rows(SAMPLE / "survey" / "parent_survey.csv")
    coded = defaultdict(set)
    for r in counting.rows(SAMPLE / "survey" / "survey_codings.csv"):
        name, key, _ = r["source"].split("#")
        if name == "parent_survey.csv" and r.get("stance") != "denies":
            coded[key].add(r["code"])
    written, closed = [], []
    for r in table:
        if r["good"].strip() or r["poor"].strip():
            mine = coded[r["respondent_id"]]
            written.append(int(bool(mine & {"UNMET", "COVERT-EXCL"})) - int("SUSPENSION" in mine))
        items = [r["q2_unmet"].strip(), r["q2_out_of_class"].strip()]
        if any(items):
            closed.append(int("1" in items) - int(r["q2_suspension"].strip() == "1"))
    return [paired("free_text", written, mid), paired("survey_closed", closed, mid)]


def expected() -> dict[str, Any]:
    held, leaders = Interviews(), Leaders()

    def top(urn: str) -> bool:
        return held.quartile[urn] == 4

    def secondary(urn: str) -> bool:
        return held.phase(urn) == "secondary"

    by_quartile = ("ehcp_quartile", "4")
    strands = {
        "S01": [
            contrast(held, "RESIST", top, 0.2, basis="reported"),
            leaders.difference(
                leaders.closed("admissions_shared", ("1", "2")), *by_quartile, "survey_closed", 0.1
            ),
        ],
        "S02": [
            contrast(held, "EXPECT", top, 0.2),
            leaders.difference(leaders.closed("exp_rise", ("4", "5")), *by_quartile, "survey_closed", 0.2),
        ],
        "S03": [
            contrast(held, "COVERT-EXCL", secondary, 0.2),
            leaders.difference(leaders.written("COVERT-EXCL"), "phase", "secondary", "free_text", 0.2),
        ],
        "S04": [
            contrast(held, "MAGNET", top, 0.2),
            leaders.difference(leaders.written("MAGNET"), *by_quartile, "free_text", 0.2),
        ],
        "S05": [
            {"kind": "interview", "finding": "silent_structural", "estimate": None},
            leaders.difference(
                leaders.closed("pressures_tick_places", ("1",)), *by_quartile, "survey_closed", 0.2
            ),
        ],
        "S06": [
            {
                "kind": "interview",
                "finding": "silent_substantive"
                if not any(v for v, _ in held.schools("BASE-JOINT", basis="reported").values())
                else "voiced after all",
                "estimate": None,
                "n_participants": held.n_asked("BASE-JOINT"),
            }
        ],
        "S07": [leaders.level("base_meets_needs", "<", 0.5)],
        "S08": [leaders.level("base_strain", ">", 0.5)],
        "S09": parents(0.1),
        "S10": [
            leaders.difference(
                leaders.closed("workload", ("4", "5")), "phase", "secondary", "survey_closed", 0.1, "none"
            ),
            contrast(held, "WORKLOAD", secondary, 0.1, kind="none"),
        ],
        "S13": [trend(held, "UNEVEN", 0.2), line(leaders, "UNEVEN", 0.2)],
        "S15": [contrast(held, "BASE-JOINT", secondary, 0.2, valence="negative")],
    }
    # Two findings make a verdict by the table of the method; written down by hand from the findings.
    verdicts = {
        "S01": ["agreement", "clear", "supported"],
        "S02": ["partial agreement", "tentative", "tentatively supported"],
        "S03": ["dissonance", "clear", "contested"],
        "S04": ["inconclusive", None, "not shown"],
        "S05": ["silence", "a", "one strand only"],
        "S06": ["silence", "a", "no evidence"],
        "S07": ["silence", None, "one strand only"],
        "S08": ["silence", None, "one strand only"],
        "S09": ["agreement", "clear", "supported"],
        "S10": ["inconclusive", None, "not shown"],
        "S11": ["silence", None, "one strand only"],
        "S12": ["partial agreement", "tentative", "tentatively supported"],
        "S13": ["dissonance", "tentative", "contested"],
        "S14": ["silence", None, "one strand only"],
        "S15": ["silence", None, "one strand only"],
    }
    return {"strands": _rounded(strands), "verdicts": verdicts}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    OUT.write_text(json.dumps(expected(), indent=1) + "\n", encoding="utf-8")
