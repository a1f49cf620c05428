"""What the sample study must give, counted by other means than qualtool.

Run by hand: ``python tests/golden/sample_expected.py`` writes ``expected_sample.json`` beside itself.
Only csv, json, re, itertools and math of the standard library; nothing of qualtool is imported, so a
test that compares the two compares two programs.

Rules, each of which a number depends on:

* **Turn**: starts at the start of a line with ``Label: `` or ``[hh:mm:ss] Label: ``, where Label is one
  the sheet lists for that file, and runs to the next such line. Turns per speaker count these.
* **Interview**: a transcript file (the focus group is one). **Participant**: a distinct participant name
  of a sheet row with is_interviewer other than yes. **Case**: a distinct case name of such rows.
* **Coding**: distinct by (source, start, end, code, coder). Its participant is the speaker of the turn in
  which its span starts; codings of an interviewer's turn would be left out (there are none).
* **Layers**: ``amira`` (that coder alone), ``tom``, and ``union``. ``n_codings`` of the union adds up the
  codings of all coders; ``n_selections`` counts distinct (source, start, end, code), so that a span both
  chose with the very same ends counts once. Participants and cases count once however often coded.
* **Denominators** of frequencies: all participants who spoke, all their cases, in the group. Groups of
  ``by_group`` and ``by_phase`` are the sheet's columns; the two authorities have neither: ``(blank)``.
* **EHCP rate**: 100 * TSENELSE / NOR of state-funded primary or secondary rows with NOR > 0 and numeric
  counts. Cuts: linear interpolation (type 7) on unweighted schools by SCHOOLTYPE and year. Quartile =
  1 + number of cuts below the rate (rate <= cut goes lower).
* **MAGNET, q4_v_rest**: school cases only; group Q4 = quartile 4 in 2024-2025, rest = quartiles 1 to 3.
  Share of a school = participants who voiced / participants in the denominator; mean of school shares by
  group; difference = Q4 minus rest; two-sided exact p over every labelling of the same sizes, identity
  included; min_p = share of labellings at the largest absolute difference. Variants, each a choice:
  ``stance``: ``any`` counts a MAGNET coding of any stance as voiced; ``not_denied`` leaves out stance denies;
  ``own`` leaves out denies and basis reported (what is said of another school's fame is mostly that).
  ``denominator``: ``all`` participants; ``asked`` = the file's asked row for the code says yes, or voiced
  ("unclear" is not asked; in the focus group the row holds for all four); a school with nobody in the
  denominator has no share and is left out.
  ``sources``: ``all`` files; ``coded`` = only files in which the layer has at least one coding, since a
  file nobody coded cannot show silence.
* **Surveys**: an answer is a cell that is not blank after stripping. Weighted share = sum of weights of
  4 and 5 / sum of weights of those who answered. Blank is not zero.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpora" / "sample"
OUT = Path(__file__).with_name("expected_sample.json")
YEARS = ("2022-2023", "2023-2024", "2024-2025")
MAINSTREAM = ("State-funded primary", "State-funded secondary")
Row = dict[str, str]
Sheet = dict[tuple[str, str], Row]
Starts = dict[str, list[tuple[int, str]]]


def rows(path: Path, encoding: str = "utf-8-sig") -> list[Row]:
    """The rows of a CSV file as dicts of strings."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


def number(value: float | None) -> float | None:
    """Rounded to ten places, so that the file does not change with the last bit."""
    return None if value is None else round(value, 10)


# -- interviews ---------------------------------------------------------------


def text_of(source: str, folder: Path) -> str:
    return (folder / "transcripts" / source).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


def turns(text: str, labels: list[str]) -> list[tuple[int, str]]:
    """(start, label) of every turn."""
    either = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    pattern = re.compile(rf"^(?:\[\d\d:\d\d:\d\d\] )?({either}): ", re.MULTILINE)
    return [(m.start(), m.group(1)) for m in pattern.finditer(text)]


def interviews(folder: Path) -> tuple[dict[str, Any], Starts, Sheet]:
    sheet = rows(folder / "transcripts_sheet.csv")
    by_speaker = {(r["file"], r["speaker"]): r for r in sheet}
    people = [r for r in sheet if r["is_interviewer"] != "yes"]
    files = sorted({r["file"] for r in sheet})
    starts: Starts = {}
    per_file: dict[str, Any] = {}
    for name in files:
        text = text_of(name, folder)
        starts[name] = turns(text, [r["speaker"] for r in sheet if r["file"] == name])
        per_file[name] = {
            "n_chars": len(text),
            "n_turns": len(starts[name]),
            "turns": dict(sorted(Counter(label for _, label in starts[name]).items())),
        }
    summary = {
        "n_interviews": len(files),
        "n_participants": len({r["participant"] for r in people}),
        "n_cases": len({r["case"] for r in people}),
        "n_school_cases": len({r["case"] for r in people if r["case_kind"] == "school"}),
        "n_la_cases": len({r["case"] for r in people if r["case_kind"] == "la"}),
        "n_turns": sum(f["n_turns"] for f in per_file.values()),
        "consent_quote": dict(sorted(Counter(r["consent_quote"] or "(blank)" for r in people).items())),
        "participants_by_role": dict(sorted(Counter(r["role"] for r in people).items())),
        "files": per_file,
    }
    return summary, starts, by_speaker


def speaker_at(starts: list[tuple[int, str]], position: int) -> str:
    return [label for start, label in starts if start <= position][-1]


def coded(folder: Path, starts: Starts, sheet: Sheet) -> list[Row]:
    """Distinct codings with the sheet row of their speaker merged in."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows(folder / "codings.csv"):
        text = text_of(row["source"], folder)
        if text[int(row["start_char"]) : int(row["end_char"])] != row["quote"]:
            raise ValueError(f"{row['source']} {row['start_char']}: the quote is not the text at its offsets")
        who = sheet[(row["source"], speaker_at(starts[row["source"]], int(row["start_char"])))]
        key = tuple(row[k] for k in ("source", "start_char", "end_char", "code", "coder"))
        if who["is_interviewer"] != "yes":
            seen[key] = {**who, **row}
    return list(seen.values())


def layers(codings: list[Row]) -> dict[str, list[Row]]:
    return {
        "amira": [c for c in codings if c["coder"] == "amira"],
        "tom": [c for c in codings if c["coder"] == "tom"],
        "union": codings,
    }


def counts(codings: list[Row]) -> dict[str, dict[str, int]]:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in codings:
        by_code[row["code"]].append(row)
    return {
        code: {
            "n_codings": len(found),
            "n_selections": len({(c["source"], c["start_char"], c["end_char"]) for c in found}),
            "n_participants": len({c["participant"] for c in found}),
            "n_cases": len({c["case"] for c in found}),
        }
        for code, found in sorted(by_code.items())
    }


def frequencies(codings: list[Row], people: list[Row]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for layer, found in layers(codings).items():
        block: dict[str, Any] = {"all": _block(found, people)}
        for name, column in (("by_group", "group"), ("by_phase", "phase")):
            values = sorted({p[column] for p in people})
            block[name] = {
                value or "(blank)": _block(
                    [c for c in found if c[column] == value], [p for p in people if p[column] == value]
                )
                for value in values
            }
        out[layer] = block
    return out


def _block(found: list[Row], people: list[Row]) -> dict[str, Any]:
    return {
        "n_codings": len(found),
        "denominator_participants": len({p["participant"] for p in people}),
        "denominator_cases": len({p["case"] for p in people}),
        "codes": counts(found),
    }


# -- indicators ---------------------------------------------------------------


def census(folder: Path, year: str) -> list[Row]:
    return rows(folder / "indicators" / f"{year}_england_census.csv")


def type_7(values: list[float], share: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def rate(row: Row) -> float | None:
    if not (row["NOR"].isdigit() and row["TSENELSE"].isdigit()) or int(row["NOR"]) == 0:
        return None
    return 100 * int(row["TSENELSE"]) / int(row["NOR"])


def quartile(value: float, cuts: list[float]) -> int:
    return 1 + sum(1 for cut in cuts if cut < value)


def indicators(folder: Path, cases: dict[str, str]) -> tuple[dict[str, Any], dict[str, int]]:
    """The indicators block, and the 2024-2025 quartile of each case-study URN."""
    years: dict[str, Any] = {}
    for year in YEARS:
        table = census(folder, year)
        schools = [r for r in table if r["URN"] != "NAT"]
        block: dict[str, Any] = {
            "n_rows": len(table),
            "n_schools": len(schools),
            "schools_by_type": dict(sorted(Counter(r["SCHOOLTYPE"] for r in schools).items())),
            "cuts": {},
            "quartile_n": {},
            "pooled_rate": {},
            "case_schools": {},
            "aggregate_rows_agree": _aggregates_agree(table),
        }
        for kind in MAINSTREAM:
            of_type = [r for r in schools if r["SCHOOLTYPE"] == kind]
            usable = {r["URN"]: value for r in of_type if (value := rate(r)) is not None}
            cuts = [type_7(list(usable.values()), q) for q in (0.25, 0.5, 0.75)]
            block["cuts"][kind] = [number(c) for c in cuts]
            sizes = Counter(quartile(v, cuts) for v in usable.values())
            block["quartile_n"][kind] = [sizes[q] for q in (1, 2, 3, 4)]
            of_kind = [r for r in schools if r["URN"] in usable]
            block["pooled_rate"][kind] = number(
                100 * sum(int(r["TSENELSE"]) for r in of_kind) / sum(int(r["NOR"]) for r in of_kind)
            )
            for row in of_kind:
                if row["URN"] in cases:
                    value = usable[row["URN"]]
                    block["case_schools"][row["URN"]] = {
                        "case": cases[row["URN"]],
                        "nor": int(row["NOR"]),
                        "ehcp": int(row["TSENELSE"]),
                        "sen_support": int(row["TSENELK"]),
                        "ehcp_rate": number(value),
                        "ehcp_quartile": quartile(value, cuts),
                    }
        block["case_schools"] = dict(sorted(block["case_schools"].items()))
        years[year] = block
    last = {urn: entry["ehcp_quartile"] for urn, entry in years[YEARS[-1]]["case_schools"].items()}
    return {"years": years, "has_base": _bases(folder, cases), "absence": _absence(folder)}, last


def _aggregates_agree(table: list[Row]) -> bool:
    kinds = {
        "PRI": ("State-funded primary",),
        "SEC": ("State-funded secondary",),
        "SPE": ("State-funded special school", "Non-maintained special school"),
    }
    columns = ["NOR", "NORG", "NORB", "TSENELSE", "TSENELK", "NUMEAL", "NUMENGFL", "NUMUNCFL"]
    columns += ["NUMFSM", "NUMFSMEVER", "NORFSMEVER"]
    schools = [r for r in table if r["URN"] != "NAT"]
    aggregates = {r["Estab"]: r for r in table if r["URN"] == "NAT"}
    return sorted(aggregates) == sorted(kinds) and all(
        int(aggregates[label][c]) == sum(int(r[c]) for r in schools if r["SCHOOLTYPE"] in names)
        for label, names in kinds.items()
        for c in columns
    )


def _bases(folder: Path, cases: dict[str, str]) -> dict[str, str]:
    """From GIAS alone: a named type = yes, ``Not applicable`` = no, blank = unknown."""
    found = {}
    for row in rows(folder / "indicators" / "edubasealldata20250601.csv", "cp1252"):
        if row["URN"] in cases:
            kind = row["TypeOfResourcedProvision (name)"]
            found[row["URN"]] = {"": "unknown", "Not applicable": "no"}.get(kind, "yes")
    return dict(sorted(found.items()))


def _absence(folder: Path) -> dict[str, Any]:
    out = {}
    for year in YEARS:
        table = rows(folder / "indicators" / f"{year}_england_abs.csv")
        schools = [r for r in table if r["LA"] != "NAT"]
        out[year] = {
            "n_schools": len(schools),
            "n_aggregate_rows": len(table) - len(schools),
            "n_suppressed": sum(1 for r in schools if r["PPERSABS10"] == "SUPP"),
        }
    return out


# -- one contrast -------------------------------------------------------------


def contrast(
    voiced: set[str],
    files: set[str] | None,
    people: list[Row],
    asked: set[str],
    quartiles: dict[str, int],
    denominator: str,
) -> dict[str, Any]:
    """School shares and the Q4 against rest difference; ``files`` None means every file counts."""
    by_urn: dict[str, list[Row]] = defaultdict(list)
    for person in people:
        if person["case_kind"] == "school" and (files is None or person["file"] in files):
            by_urn[person["urn"]].append(person)
    return _shares_by_quartile(by_urn, voiced, asked, quartiles, denominator)


def _shares_by_quartile(
    by_urn: dict[str, list[Row]],
    voiced: set[str],
    asked: set[str],
    quartiles: dict[str, int],
    denominator: str,
) -> dict[str, Any]:
    schools: dict[str, Any] = {}
    shares: dict[str, list[float]] = {"q4": [], "rest": []}
    for urn, members in sorted(by_urn.items()):
        counted = [
            p for p in members if denominator == "all" or p["file"] in asked or p["participant"] in voiced
        ]
        n_voiced = sum(1 for p in counted if p["participant"] in voiced)
        share = n_voiced / len(counted) if counted else None
        group = "q4" if quartiles[urn] == 4 else "rest"
        schools[urn] = {"group": group, "voiced": n_voiced, "asked": len(counted), "share": number(share)}
        if share is not None:
            shares[group].append(share)
    return {"schools": schools, **_difference(shares["q4"], shares["rest"])}


def _difference(q4: list[float], rest: list[float]) -> dict[str, Any]:
    pool = q4 + rest
    observed = sum(q4) / len(q4) - sum(rest) / len(rest)
    found = []
    for chosen in itertools.combinations(range(len(pool)), len(q4)):
        ones = sum(pool[i] for i in chosen)
        found.append(abs(ones / len(q4) - (sum(pool) - ones) / len(rest)))
    largest = max(found)
    return {
        "n_q4": len(q4),
        "n_rest": len(rest),
        "mean_share_q4": number(sum(q4) / len(q4)),
        "mean_share_rest": number(sum(rest) / len(rest)),
        "difference": number(observed),
        "p": number(sum(1 for d in found if d >= abs(observed) - 1e-12) / len(found)),
        "min_p": number(sum(1 for d in found if d >= largest - 1e-12) / len(found)),
        "n_labellings": len(found),
    }


def magnet(folder: Path, codings: list[Row], people: list[Row], quartiles: dict[str, int]) -> dict[str, Any]:
    asked = {r["source"] for r in rows(folder / "asked.csv") if r["code"] == "MAGNET" and r["asked"] == "yes"}
    out: dict[str, Any] = {"files_asked": sorted(asked)}
    for layer, found in layers(codings).items():
        if layer == "tom":
            continue
        magnets = [c for c in found if c["code"] == "MAGNET"]
        files = {c["source"] for c in found}
        kept = {"any": magnets, "not_denied": [c for c in magnets if c["stance"] != "denies"]}
        kept["own"] = [c for c in kept["not_denied"] if c["basis"] != "reported"]
        for stance, denominator, sources in itertools.product(kept, ("all", "asked"), ("all", "coded")):
            voiced = {c["participant"] for c in kept[stance]}
            key = f"layer={layer} stance={stance} denominator={denominator} sources={sources}"
            counted = None if sources == "all" else files
            out[key] = contrast(voiced, counted, people, asked, quartiles, denominator)
    return out


# -- surveys ------------------------------------------------------------------


def weighted_share(table: list[Row], column: str, positive: tuple[str, ...]) -> dict[str, Any]:
    answered = [r for r in table if r[column].strip()]
    total = sum(float(r["weight"]) for r in answered)
    share = sum(float(r["weight"]) for r in answered if r[column] in positive) / total if total else None
    return {"n": len(answered), "n_blank": len(table) - len(answered), "share": number(share)}


def leaders(folder: Path) -> dict[str, Any]:
    table = rows(folder / "survey" / "senco_survey.csv")
    top = ("4", "5")
    by_quartile = {q: [r for r in table if r["ehcp_quartile"] == q] for q in ("1", "2", "3", "4")}
    bases = [r for r in table if r["has_base"] == "yes"]
    return {
        "n_respondents": len(table),
        "n_comments": sum(1 for r in table if r["comments"].strip()),
        "sum_of_weights": number(sum(float(r["weight"]) for r in table)),
        "respondents_by_stratum": dict(sorted(Counter(r["stratum"] for r in table).items())),
        "has_base": dict(sorted(Counter(r["has_base"] for r in table).items())),
        "exp_rise_top_two": weighted_share(table, "exp_rise", top),
        **{
            f"{item}_top_two_by_quartile": {q: weighted_share(t, item, top) for q, t in by_quartile.items()}
            for item in ("exp_rise", "workload", "admissions_shared")
        },
        "base_meets_needs_top_two_by_phase": {
            phase: weighted_share([r for r in bases if r["phase"] == phase], "base_meets_needs", top)
            for phase in ("primary", "secondary")
        },
        "base_strain_top_two": weighted_share(bases, "base_strain", top),
        "training_zero_days": sum(1 for r in table if r["training_last_year"] == "0"),
        "training_blank": sum(1 for r in table if r["training_last_year"] == ""),
        "ticks": _ticks(table, "pressures_tick_"),
    }


def _ticks(table: list[Row], prefix: str) -> dict[str, Any]:
    columns = [c for c in table[0] if c.startswith(prefix)]
    answered = [r for r in table if any(r[c] for c in columns)]
    return {"n": len(answered), "ticked": {c: sum(1 for r in answered if r[c] == "1") for c in columns}}


def parents(folder: Path) -> dict[str, Any]:
    table = rows(folder / "survey" / "parent_survey.csv")
    good = {r["respondent_id"] for r in table if r["good"].strip()}
    poor = {r["respondent_id"] for r in table if r["poor"].strip()}
    return {
        "n_respondents": len(table),
        "n_good": len(good),
        "n_poor": len(poor),
        "n_both": len(good & poor),
        "n_neither": len(table) - len(good | poor),
        "ticks": {prefix: _ticks(table, prefix) for prefix in ("q1_", "q2_", "q3_")},
    }


def survey_codings(folder: Path) -> dict[str, Any]:
    table = rows(folder / "survey" / "survey_codings.csv")
    answers = {}
    for name, key in (("senco_survey.csv", "respondent_id"), ("parent_survey.csv", "respondent_id")):
        for row in rows(folder / "survey" / name):
            for question in ("comments", "good", "poor"):
                if row.get(question, "").strip():
                    answers[f"{name}#{row[key]}#{question}"] = row
    missing = [r["source"] for r in table if r["source"] not in answers]
    if missing:
        raise ValueError(f"codings of answers that are not there: {missing[:5]}")
    senco = [r for r in table if r["source"].startswith("senco_survey.csv")]
    magnet_by_quartile = {}
    for q in ("1", "2", "3", "4"):
        mine = [r for r in answers.values() if r.get("ehcp_quartile") == q]
        coded_ids = {answers[r["source"]]["respondent_id"] for r in senco if r["code"] == "MAGNET"}
        magnet_by_quartile[q] = {
            "n_comments": len(mine),
            "n_magnet": sum(1 for r in mine if r["respondent_id"] in coded_ids),
        }
    return {
        "n_codings": len(table),
        "n_answers": len(answers),
        "n_answers_coded": len({r["source"] for r in table}),
        "codes_senco": dict(sorted(Counter(r["code"] for r in senco).items())),
        "codes_parent": dict(sorted(Counter(r["code"] for r in table if r not in senco).items())),
        "magnet_in_comments_by_quartile": magnet_by_quartile,
    }


def expected(folder: Path = SAMPLE) -> dict[str, Any]:
    """Everything, as one JSON-ready dict."""
    summary, starts, sheet = interviews(folder)
    people = [r for r in sheet.values() if r["is_interviewer"] != "yes"]
    codings = coded(folder, starts, sheet)
    cases = {r["urn"]: r["case"] for r in people if r["urn"]}
    numbers, quartiles = indicators(folder, cases)
    return {
        "interviews": summary,
        "codings": {
            "n": len(codings),
            "by_coder": dict(sorted(Counter(c["coder"] for c in codings).items())),
            "sources_by_coder": {
                coder: sorted({c["source"] for c in codings if c["coder"] == coder})
                for coder in ("amira", "tom")
            },
        },
        "frequencies": frequencies(codings, people),
        "indicators": numbers,
        "magnet_q4_v_rest": magnet(folder, codings, people, quartiles),
        "senco_survey": leaders(folder),
        "parent_survey": parents(folder),
        "survey_codings": survey_codings(folder),
    }


if __name__ == "__main__":
    OUT.write_text(json.dumps(expected(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"wrote {OUT.name}")
