"""Two surveys around the hand-written answers: closed questions by chance, words untouched.

A respondent who answered in words gets closed answers that do not contradict them. Blank is not
zero: a blank cell is a question not answered, a 0 is an answer.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from .draws import Draws

# Respondents by phase and quartile; the population shares are those of schools, a quarter each.
SAMPLE = {("primary", 1): 100, ("primary", 2): 100, ("primary", 3): 110, ("primary", 4): 150,
          ("secondary", 1): 70, ("secondary", 2): 70, ("secondary", 3): 80, ("secondary", 4): 120}
WITH_BASE = {("primary", 1): 5, ("primary", 2): 12, ("primary", 3): 21, ("primary", 4): 43,
             ("secondary", 1): 4, ("secondary", 2): 12, ("secondary", 3): 17, ("secondary", 4): 45}
POPULATION = {"primary": 0.83 / 4, "secondary": 0.17 / 4}
REGIONS = ("Marches", "Estuary", "High Fells", "Central Vale", "Southern Levels")
TICKS = ("time", "funding", "staffing", "places", "behaviour")
SENCO_COLUMNS = ("respondent_id", "role", "phase", "region", "stratum", "weight", "ehcp_quartile", "has_base",
                 "exp_rise", "workload", "admissions_shared", "base_meets_needs", "base_joint_working",
                 "base_pupils_mix", "base_strain", "training_last_year",
                 *(f"pressures_tick_{t}" for t in TICKS), "comments")
HEAD_WORDS = ("as a head", "as head", "honest view as head", "i'm the head", "i am the head")

MEANS = {"mainstream": 0.38, "local": 0.36, "belonging": 0.80, "early": 0.73, "flexible": 0.86, "priority": 0.70,
         "teaching": 0.81, "expert": 0.78, "other": 0.07}
MET = {"unmet": 0.74, "delay": 0.70, "out_of_class": 0.30, "suspension": 0.19, "policies": 0.52, "put_off": 0.33,
       "inflexible": 0.50, "one_to_one": 0.44, "other": 0.09}
EFFECT = {"distress": 0.95, "money": 0.49, "work": 0.42, "other": 0.08}
IMPLIED = {"UNMET": "unmet", "PLAN-ADHERENCE": "unmet", "DELAY": "delay", "COVERT-EXCL": "out_of_class",
           "SUSPENSION": "suspension", "INFLEX": "policies", "DISSUADED": "put_off", "SUPPORT-1TO1": "one_to_one"}
PARENT_COLUMNS = ("respondent_id", "role", "phase", *(f"q1_{o}" for o in MEANS), *(f"q2_{o}" for o in MET),
                  *(f"q3_{o}" for o in EFFECT), "good", "poor")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _likert(draws: Draws, agree: float) -> int:
    """1 to 5; the chance of 4 or 5 is ``agree``."""
    if draws.chance(agree):
        return 5 if draws.chance(0.38) else 4
    return draws.pick((3, 3, 2, 2, 1))


def _or_blank(draws: Draws, value: int, blank: float = 0.03) -> str:
    return "" if draws.chance(blank) else str(value)


def _senco_row(draws: Draws, phase: str, quartile: int, base: bool, answer: dict[str, str] | None) -> dict[str, str]:
    words = answer["answer"] if answer else ""
    codes = set(answer["codes"].split(";")) if answer else set()
    n, total = SAMPLE[(phase, quartile)], sum(SAMPLE.values())
    head = any(mark in words.lower() for mark in HEAD_WORDS) if words else draws.chance(0.34)
    rise = (0.42, 0.53, 0.62, 0.77)[quartile - 1] + (0.03 if phase == "secondary" else 0)
    work = (0.61, 0.68, 0.74, 0.85)[quartile - 1]
    shared = (0.46, 0.36, 0.27, 0.13)[quartile - 1]
    row = {
        "role": "Senior leader" if head else "SENCO", "phase": phase, "region": draws.pick(REGIONS),
        "stratum": f"{phase} Q{quartile}", "weight": f"{POPULATION[phase] / (n / total):.4f}",
        "ehcp_quartile": str(quartile), "has_base": "yes" if base else "no",
        "exp_rise": _or_blank(draws, _likert(draws, 0.95 if "EXPECT" in codes else rise)),
        "workload": _or_blank(draws, _likert(draws, 0.97 if "WORKLOAD" in codes else work), 0.02),
        "admissions_shared": _or_blank(draws, _likert(draws, 0.06 if codes & {"UNEVEN", "RESIST"} else shared), 0.05),
        "base_meets_needs": "", "base_joint_working": "", "base_pupils_mix": "", "base_strain": "",
        "training_last_year": _or_blank(draws, draws.pick((0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8)), 0.06),
        "comments": words,
    }
    if base:
        joint = _likert(draws, 0.2 if "BASE-JOINT" in codes else 0.55)
        meets = 0.1 if "BASE-FIT" in codes else 0.38 if phase == "primary" else 0.44
        row |= {"base_meets_needs": _or_blank(draws, _likert(draws, meets)),
                "base_joint_working": _or_blank(draws, joint),
                "base_pupils_mix": _or_blank(draws, _likert(draws, 0.68 if joint >= 4 else 0.38)),
                "base_strain": _or_blank(draws, _likert(draws, 0.95 if "BASE-LOAD" in codes else 0.74))}
    return row | _ticks(draws, quartile, codes)


def _ticks(draws: Draws, quartile: int, codes: set[str]) -> dict[str, str]:
    if draws.chance(0.045):
        return {f"pressures_tick_{t}": "" for t in TICKS}
    chances = {"time": 0.66, "funding": 0.70, "staffing": 0.52 + 0.05 * quartile, "places": 0.18 + 0.12 * quartile,
               "behaviour": 0.25 + 0.05 * quartile}
    sure = {"time": "WORKLOAD", "funding": "FUNDING", "staffing": "WORKFORCE", "places": "SPECIALIST-SUPPLY",
            "behaviour": "SAFETY"}
    return {f"pressures_tick_{t}": "1" if sure[t] in codes or draws.chance(chances[t]) else "0" for t in TICKS}


def _senco(draws: Draws, answers: list[dict[str, str]]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows in a shuffled order, and which respondent gave which hand-written answer."""
    made: list[tuple[dict[str, str], str]] = []
    for (phase, quartile), n in SAMPLE.items():
        for base in (True, False):
            n_here = WITH_BASE[(phase, quartile)] if base else n - WITH_BASE[(phase, quartile)]
            said = [a for a in answers if (a["phase"], a["ehcp_quartile"], a["has_base"])
                    == (phase, str(quartile), "yes" if base else "no")]
            if len(said) > n_here:
                raise ValueError(f"{len(said)} answers for {n_here} respondents in {phase} {quartile}")
            for position in range(n_here):
                answer = said[position] if position < len(said) else None
                made.append((_senco_row(draws, phase, quartile, base, answer), answer["answer_id"] if answer else ""))
    rows, who = [], {}
    for number, (row, answer_id) in enumerate(draws.shuffled(made), 1):
        row["respondent_id"] = f"R{number:03d}"
        rows.append(row)
        if answer_id:
            who[answer_id] = row["respondent_id"]
    if len(who) != len(answers):
        raise ValueError("some answers found no respondent: check phase, quartile and base")
    return rows, who


def _parent_row(draws: Draws, answer: dict[str, str]) -> dict[str, str]:
    poor = set(answer["codes_poor"].split(";")) if answer["codes_poor"] else set()
    both = poor | (set(answer["codes_good"].split(";")) if answer["codes_good"] else set())
    row = {"respondent_id": answer["answer_id"], "role": "Parent or carer", "phase": answer["phase"],
           "good": answer["good"], "poor": answer["poor"]}
    row |= {f"q1_{o}": "1" if draws.chance(p) else "0" for o, p in MEANS.items()}
    implied = {IMPLIED[c] for c in poor if c in IMPLIED} | ({"inflexible"} if "INFLEX" in poor else set())
    skipped = not implied and draws.chance(0.09)
    row |= {f"q2_{o}": "" if skipped else "1" if o in implied or draws.chance(p) else "0" for o, p in MET.items()}
    felt = ({"distress"} if "DISTRESS" in both else set()) | ({"money", "work"} if "FAMILY-COST" in poor else set())
    skipped = not felt and (skipped or draws.chance(0.03))
    row |= {f"q3_{o}": "" if skipped else "1" if o in felt or draws.chance(p) else "0" for o, p in EFFECT.items()}
    return row


def _survey_codings(senco: list[dict[str, str]], who: dict[str, str], parents: list[dict[str, str]]) -> list[dict[str, str]]:
    found: list[tuple[str, str]] = []
    for answer in senco:
        found += [(f"senco_survey.csv#{who[answer['answer_id']]}#comments", c) for c in answer["codes"].split(";") if c]
    for answer in parents:
        for question in ("good", "poor"):
            source = f"parent_survey.csv#{answer['answer_id']}#{question}"
            found += [(source, c) for c in answer[f"codes_{question}"].split(";") if c]
    return [{"source": s, "start_char": "", "end_char": "", "code": c, "coder": "amira"} for s, c in sorted(set(found))]


def write_surveys(folder: Path, seed: int) -> str:
    """Write both surveys and their codings; return a line of counts."""
    senco, parents = _read(folder / "senco_answers.csv"), _read(folder / "parent_answers.csv")
    rows, who = _senco(Draws(seed), senco)
    _write(folder / "senco_survey.csv", SENCO_COLUMNS, rows)
    draws = Draws(seed + 1)
    parent_rows = [_parent_row(draws, p) for p in parents]
    _write(folder / "parent_survey.csv", PARENT_COLUMNS, parent_rows)
    codings = _survey_codings(senco, who, parents)
    _write(folder / "survey_codings.csv", ("source", "start_char", "end_char", "code", "coder"), codings)
    answered = sum(1 for r in rows if r["comments"].strip())
    return f"{len(rows)} leaders ({answered} comments), {len(parent_rows)} parents, {len(codings)} codings of answers"
