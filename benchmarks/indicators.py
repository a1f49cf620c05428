"""How fast national school files are imported and derived, and in how much memory; beside the goals."""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from _made import peak_memory, timed

from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.schools.derived import indicators
from qualtool.workflows.study.studies import create_study

N_SCHOOLS = 24_000
NEEDS = ("spld", "mld", "sld", "pmld", "semh", "slcn", "hi", "vi", "msi", "pd", "asd", "oth", "nsa")
CENSUS = "URN,LA,Estab,SCHOOLTYPE,NOR,NORG,NORB,PNORG,PNORB,TSENELSE,PSENELSE,TSENELK,PSENELK,NUMEAL"
CENSUS += ",NUMENGFL,NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,NUMFSM,NUMFSMEVER,NORFSMEVER,PNUMFSMEVER"


def census(rng: random.Random, path: Path) -> Path:
    """A census of the width of the published one, with its national rows."""
    lines = [CENSUS]
    sums: dict[str, list[int]] = {"PRI": [0, 0, 0], "SEC": [0, 0, 0]}
    for n in range(N_SCHOOLS):
        area, kind = ("PRI", "primary") if n % 6 else ("SEC", "secondary")
        roll = rng.randint(60, 900)
        ehcp, support = rng.randint(0, roll // 15), rng.randint(0, roll // 6)
        sums[area] = [a + b for a, b in zip(sums[area], (roll, ehcp, support), strict=True)]
        counts = f"{roll},{roll // 2},{roll - roll // 2},50%,50%,{ehcp},3%,{support},12%"
        rest = f"{roll // 5},{roll - roll // 5},0,20%,80%,0%,{roll // 5},{roll // 4},{roll},25%"
        lines.append(f"{100000 + n},{201 + n % 150},{2000 + n % 7000},State-funded {kind},{counts},{rest}")
    for area, (roll, ehcp, support) in sums.items():
        kind = "primary" if area == "PRI" else "secondary"
        start = f"NAT,,{area},State-funded {kind},{roll},,,,,{ehcp},,{support},"
        lines.append(start + "," * (CENSUS.count(",") - start.count(",")))
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def special_needs(rng: random.Random, path: Path) -> Path:
    """The school-level file on special needs: 75 columns."""
    start = "time_period,time_identifier,geographic_level,country_code,country_name,region_name,region_code"
    start += (
        ",old_la_code,new_la_code,la_name,URN,estab,school_name,laestab,open_date,sex_of_school_description"
    )
    start += (
        ",phase_type_grouping,type_of_establishment,middle_school,all_through,hospital_school,denomination"
    )
    start += (
        ",admissions_policy,district_administrative_code,district_administrative_name,parlc_code,parlc_name"
    )
    start += ",ward_code,ward_name,urban_rural,school_postcode,LSOA11,Total pupils,SEN support,EHC plan"
    header = [*start.split(",")]
    header += [f"EHC_Primary_need_{n}" for n in NEEDS] + [f"SUP_Primary_need_{n}" for n in NEEDS]
    header += [f"prov_{n}" for n in NEEDS[:-1]] + ["SEN_Unit", "RP_Unit"]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    for n in range(N_SCHOOLS):
        area = [
            "202223",
            "Academic year",
            "School",
            "E92000001",
            "England",
            "North",
            "E12000001",
            201 + n % 150,
        ]
        area += ["E06000001", "Area", 100000 + n, 2000, f"School {n}", 2012000, "", "Mixed"]
        area += [
            "State-funded primary",
            "Community school",
            0,
            0,
            0,
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ]
        counts = [rng.randint(60, 900), rng.randint(0, 90), rng.randint(0, 30)]
        counts += [rng.randint(0, 4) for _ in range(2 * len(NEEDS))]
        writer.writerow([*area, *counts, *[0] * 12, n % 40 == 0, n % 25 == 0])
    path.write_text(buffer.getvalue().replace("True", "1").replace("False", "0"), encoding="utf-8")
    return path


def main() -> None:
    rng = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        wide = special_needs(rng, base / "sen_school_level_ud_2022-2023.csv")
        n_columns = wide.open(encoding="utf-8").readline().count(",") + 1
        files = [census(rng, base / f"{y}-{y + 1}_england_census.csv") for y in range(2019, 2024)]
        first, second = base / "first.db", base / "second.db"
        create_study(first)
        create_study(second)
        timed(f"24,000 schools x {n_columns} columns", "<= 10 s", lambda: import_indicators(first, [wide]))
        print(f"{'':<4}peak memory {peak_memory()} (goal: under 400 MB)")
        report = timed("five years of census", "< 20 s", lambda: import_indicators(second, files))
        national = sum(file["is_national"] for file in report.extra["files"])
        print(f"{'':<4}{report.accepted} files, {national} national; peak memory {peak_memory()}")
        found = timed(
            "rates, quartiles and trends of all", "told only", lambda: indicators(second, derive=True)
        )
        print(f"{'':<4}{len(found['rows']):,} rows; peak memory {peak_memory()} with all of them in hand")


if __name__ == "__main__":
    main()
