"""Writes the schools in the layouts of the published files: census, absence, GIAS, links, KS4."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from .draws import Draws, percent, short_percent
from .names import LAS, REGION_CODES
from .schools import SCHOOLTYPE, YEARS, Counts, School

HERE = Path(__file__).parent
CENSUS = ("URN,LA,Estab,SCHOOLTYPE,NOR,NORG,NORB,PNORG,PNORB,TSENELSE,PSENELSE,TSENELK,PSENELK,NUMEAL,NUMENGFL,"
          "NUMUNCFL,PNUMEAL,PNUMENGFL,PNUMUNCFL,NUMFSM,NUMFSMEVER,NORFSMEVER,PNUMFSMEVER")
# URN, LA, establishment number, kind, counts
Row = tuple[str, str, str, str, Counts]


def rows_of_year(schools: list[School], year: str) -> list[Row]:
    """The schools as the census of one year saw them, under the URN of that day."""
    index = YEARS.index(year)
    rows: list[Row] = []
    for school in schools:
        counts = school.counts.get(year)
        if counts is None:
            continue
        before = [e for e in school.earlier if index <= e[4]]
        if not before:
            rows.append((school.urn, school.la, school.estab, school.kind, counts))
        elif len(before) == 1:
            rows.append((before[0][0], school.la, before[0][2], school.kind, counts))
        else:  # infants and juniors before they became one school
            halves = _halves(counts)
            rows += [(e[0], school.la, e[2], school.kind, half) for e, half in zip(before, halves, strict=True)]
    if index < 2:  # a village school that closed in 2024 and has no successor
        last = Counts(41 - 9 * index, 20 - 4 * index, 1, 6 - index, 0, 0, 9, 10, 41 - 9 * index, 6.1, 7)
        rows.append(("900399", "993", "3310", "primary", last))
    return sorted(rows, key=lambda r: r[0])


def _halves(counts: Counts) -> tuple[Counts, Counts]:
    infants = {}
    juniors = {}
    for column in fields(Counts):
        whole = getattr(counts, column.name)
        part = whole if column.name == "absence" else whole * 3 // 7
        infants[column.name], juniors[column.name] = part, whole if column.name == "absence" else whole - part
    return Counts(**infants), Counts(**juniors)


def _census_cells(c: Counts, independent: bool) -> list[str]:
    first = [str(c.nor), str(c.girls), str(c.nor - c.girls), percent(c.girls, c.nor), percent(c.nor - c.girls, c.nor),
             str(c.ehcp), percent(c.ehcp, c.nor), str(c.support), percent(c.support, c.nor)]
    if independent:
        return [*first, *["NA"] * 10]
    english = c.nor - c.eal - c.unclassified
    return [*first, str(c.eal), str(english), str(c.unclassified), percent(c.eal, c.nor), percent(english, c.nor),
            percent(c.unclassified, c.nor), str(c.fsm), str(c.fsm_ever), str(c.nor_ever),
            percent(c.fsm_ever, c.nor_ever)]


def _added(rows: list[Row], kinds: tuple[str, ...]) -> Counts:
    picked = [r[4] for r in rows if r[3] in kinds]
    sums = {f.name: sum(getattr(c, f.name) for c in picked) for f in fields(Counts)}
    return Counts(**sums)


def census(schools: list[School], year: str) -> str:
    """The census file: schools by URN, then the three aggregate rows."""
    rows = rows_of_year(schools, year)
    lines = [CENSUS]
    for urn, la, estab, kind, counts in rows:
        lines.append(",".join([urn, la, estab, SCHOOLTYPE[kind], *_census_cells(counts, kind == "independent")]))
    for label, name, kinds in (("PRI", SCHOOLTYPE["primary"], ("primary",)),
                               ("SEC", SCHOOLTYPE["secondary"], ("secondary",)),
                               ("SPE", "Special school", ("special", "nmss"))):
        lines.append(",".join(["NAT", "", label, name, *_census_cells(_added(rows, kinds), False)]))
    return "\n".join(lines)


def absence(schools: list[School], year: str) -> str:
    """The absence file; persistent absence is SUPP where it would be one or two pupils."""
    rows = [r for r in rows_of_year(schools, year) if r[3] in ("primary", "secondary", "special") and r[4].nor]
    lines = ["LA,ESTAB,URN,PERCTOT,PPERSABS10"]
    for urn, la, estab, _kind, c in sorted(rows, key=lambda r: (r[1], r[2])):
        missed = f"{int(c.absence * 10 + 0.5)}"
        total = missed[:-1] + ("" if missed.endswith("0") else f".{missed[-1]}")
        persistent = "SUPP" if c.n_persistent in (1, 2) else short_percent(c.n_persistent, c.nor)
        lines.append(",".join((la, estab, urn, total, persistent)))
    for label, kind in (("PRI", "primary"), ("SEC", "secondary"), ("SPE", "special")):
        picked = [r[4] for r in rows if r[3] == kind]
        pupils = sum(c.nor for c in picked)
        missed_sum = sum(int(c.absence * 10 + 0.5) * c.nor for c in picked)
        lines.append(",".join(("NAT", label, "", short_percent(missed_sum, 1000 * pupils),
                               short_percent(sum(c.n_persistent for c in picked), pupils))))
    return "\n".join(lines)


TYPES = {1: ("Community school", 4), 2: ("Voluntary aided school", 4), 3: ("Voluntary controlled school", 4),
         5: ("Foundation school", 4), 7: ("Community special school", 5), 8: ("Non-maintained special school", 5),
         11: ("Other independent school", 3), 14: ("Pupil referral unit", 4),
         15: ("Local authority nursery school", 4), 28: ("Academy sponsor led", 10), 34: ("Academy converter", 10),
         35: ("Free schools", 11), 36: ("Free schools special", 11), 44: ("Academy special converter", 10)}
GROUPS = {3: "Independent schools", 4: "Local authority maintained schools", 5: "Special schools", 10: "Academies",
          11: "Free Schools"}
PHASES = {"primary": ("2", "Primary", 4, 11), "secondary": ("4", "Secondary", 11, 16),
          "nursery": ("1", "Nursery", 3, 5)}
BARE = {"URN", "StatutoryLowAge", "StatutoryHighAge", "SchoolCapacity", "NumberOfPupils", "NumberOfBoys",
        "NumberOfGirls", "FSM", "ResourcedProvisionOnRoll", "ResourcedProvisionCapacity", "SenUnitOnRoll",
        "SenUnitCapacity"}


def _gias_common(urn: str, la: str, estab: str, name: str, type_code: int, kind: str, town: str) -> dict[str, str]:
    type_name, group = TYPES[type_code]
    phase = PHASES.get(kind, ("0", "Not applicable", 3, 18))
    region = LAS[la][1]
    return {
        "URN": urn, "LA (code)": la, "LA (name)": LAS[la][0], "EstablishmentNumber": estab,
        "EstablishmentName": name, "TypeOfEstablishment (code)": str(type_code),
        "TypeOfEstablishment (name)": type_name, "EstablishmentTypeGroup (code)": str(group),
        "EstablishmentTypeGroup (name)": GROUPS[group], "PhaseOfEducation (code)": phase[0],
        "PhaseOfEducation (name)": phase[1], "StatutoryLowAge": str(phase[2]), "StatutoryHighAge": str(phase[3]),
        "Boarders (code)": "1", "Boarders (name)": "No boarders", "Gender (code)": "3", "Gender (name)": "Mixed",
        "ReasonEstablishmentClosed (code)": "0", "ReasonEstablishmentClosed (name)": "Not applicable",
        "ReasonEstablishmentOpened (code)": "0", "ReasonEstablishmentOpened (name)": "Not applicable",
        "ReligiousEthos (name)": "Does not apply", "Town": town, "GOR (code)": REGION_CODES[region],
        "GOR (name)": region, "DistrictAdministrative (name)": LAS[la][0], "GSSLACode (name)": f"E10000{la}",
        "Postcode": f"ZZ{la[1:]} {int(urn) % 10}{'ABDEFGHJLN'[int(urn) // 10 % 10]}{'PQRSTUWXYZ'[int(urn) // 100 % 10]}",
        "OfstedSpecialMeasures (code)": "0", "OfstedSpecialMeasures (name)": "Not applicable",
        "FederationFlag (name)": "Not under a federation", "LastChangedDate": "30-05-2025",
        "ReligiousCharacter (code)": "0", "ReligiousCharacter (name)": "Does not apply",
        "SpecialClasses (code)": "2", "SpecialClasses (name)": "No Special Classes",
        "PreviousLA (code)": "999", "TypeOfResourcedProvision (name)": "",
    }


def _gias_open(draws: Draws, school: School) -> dict[str, str]:
    row = _gias_common(school.urn, school.la, school.estab, school.name, school.type_code, school.kind, school.town)
    c = school.counts[YEARS[2]]
    row |= {"EstablishmentStatus (code)": "1", "EstablishmentStatus (name)": "Open", "OpenDate": school.opened,
            "SchoolCapacity": str(school.capacity) if not draws.chance(0.02) or school.letter else "",
            "CensusDate": "16-01-2025", "NumberOfPupils": str(c.nor), "NumberOfBoys": str(c.nor - c.girls),
            "NumberOfGirls": str(c.girls), "PercentageFSM": percent(c.fsm, c.nor, ""), "FSM": str(c.fsm)}
    if c.nor == 0:
        row |= {k: "" for k in ("NumberOfPupils", "NumberOfBoys", "NumberOfGirls", "PercentageFSM", "FSM")}
    if school.faith:
        row |= {"ReligiousCharacter (code)": "2" if school.faith == "Church of England" else "3",
                "ReligiousCharacter (name)": school.faith}
    if school.trust:
        row |= {"TrustSchoolFlag (code)": "3", "TrustSchoolFlag (name)": "Supported by a multi-academy trust",
                "Trusts (name)": school.trust}
    else:
        row |= {"TrustSchoolFlag (code)": "0", "TrustSchoolFlag (name)": "Not applicable"}
    if school.kind == "secondary":
        row |= {"OfficialSixthForm (code)": "1" if school.sixth_form else "2",
                "OfficialSixthForm (name)": "Has a sixth form" if school.sixth_form else "Does not have a sixth form",
                "AdmissionsPolicy (code)": "4", "AdmissionsPolicy (name)": "Non-selective"}
        if school.sixth_form:
            row["StatutoryHighAge"] = "18"
    row |= _gias_ofsted(draws, school) | _gias_base(school)
    return row


def _gias_ofsted(draws: Draws, school: School) -> dict[str, str]:
    if school.kind == "independent" or not school.ofsted:
        return {"OfstedRating (name)": "", "OfstedLastInsp": ""}
    date = f"{draws.between(10, 28)}-{draws.pick(('01', '02', '03', '05', '06', '10', '11'))}-{draws.between(2018, 2024)}"
    special = school.ofsted == "Special Measures"
    return {"OfstedRating (name)": school.ofsted, "OfstedLastInsp": date,
            "OfstedSpecialMeasures (code)": "1" if special else "0",
            "OfstedSpecialMeasures (name)": "In special measures" if special else "Not in special measures"}


def _gias_base(school: School) -> dict[str, str]:
    """Blank means nobody filled it in, ``Not applicable`` means there is none: the two differ."""
    if school.kind not in ("primary", "secondary"):
        return {}
    if school.base is None:
        return {"TypeOfResourcedProvision (name)": "Not applicable" if school.base_known or school.letter else ""}
    kind, places, pupils, need = school.base
    stem = "SenUnit" if kind == "SEN unit" else "ResourcedProvision"
    return {"TypeOfResourcedProvision (name)": kind, f"{stem}Capacity": str(places), f"{stem}OnRoll": str(pupils),
            "SEN1 (name)": need}


def gias(draws: Draws, schools: list[School]) -> str:
    """All establishments on 1 June 2025: open ones, closed predecessors, one proposed."""
    rows = [_gias_open(draws, s) for s in schools]
    for school in schools:
        for urn, name, estab, type_code, last, date in school.earlier:
            merged = len(school.earlier) > 1
            old = dict(rows_by_urn(schools, YEARS[last]))[urn]
            row = _gias_common(urn, school.la, estab, name, type_code, school.kind, school.town)
            rows.append(row | {
                "EstablishmentStatus (code)": "2", "EstablishmentStatus (name)": "Closed", "CloseDate": _day_before(date),
                "ReasonEstablishmentClosed (code)": "3" if merged else "10",
                "ReasonEstablishmentClosed (name)": "Result of Amalgamation/Merger" if merged else "Academy Converter",
                "CensusDate": ("19-01-2023", "18-01-2024")[last], "NumberOfPupils": str(old.nor),
                "NumberOfGirls": str(old.girls), "NumberOfBoys": str(old.nor - old.girls),
                "OfstedRating (name)": school.ofsted if school.ofsted != "Special Measures" else ""})
    lost = _gias_common("900399", "993", "3310", "Plover Hythe Primary School", 1, "primary", "Gannet Point")
    rows.append(lost | {"EstablishmentStatus (code)": "2", "EstablishmentStatus (name)": "Closed",
                        "CloseDate": "31-08-2024", "CensusDate": "18-01-2024", "NumberOfPupils": "32",
                        "ReasonEstablishmentClosed (code)": "2", "ReasonEstablishmentClosed (name)": "Closure"})
    kites = _gias_common("900400", "991", "7099", "Kite Field School", 36, "special", "Thorley Cross")
    rows.append(kites | {"EstablishmentStatus (code)": "4", "EstablishmentStatus (name)": "Proposed to open",
                         "SchoolCapacity": "96"})
    columns = (HERE / "gias_columns.txt").read_text(encoding="utf-8").split("\n")[:-1]
    lines = [",".join(f'"{c}"' for c in columns)]
    for row in sorted(rows, key=lambda r: r["URN"]):
        unknown = set(row) - set(columns)
        if unknown:
            raise ValueError(f"not columns of the published file: {sorted(unknown)}")
        lines.append(",".join(_gias_cell(c, row.get(c, "")) for c in columns))
    return "\r\n".join(lines) + "\r\n"


def rows_by_urn(schools: list[School], year: str) -> list[tuple[str, Counts]]:
    """URN and counts of one year."""
    return [(r[0], r[4]) for r in rows_of_year(schools, year)]


def _gias_cell(column: str, value: str) -> str:
    if column in BARE and value:
        return value
    return '"' + value.replace('"', '""') + '"'


def _day_before(date: str) -> str:
    return {"01-09-2023": "31-08-2023", "01-01-2024": "31-12-2023", "01-04-2023": "31-03-2023",
            "01-11-2024": "31-10-2024", "01-06-2023": "31-05-2023", "01-09-2024": "31-08-2024"}[date]


def links(schools: list[School]) -> str:
    """Succession: for two conversions only one direction is recorded, as happens in the real file."""
    lines = ['"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"']
    found: list[tuple[str, str, str, str, str]] = []
    for school in schools:
        merged = len(school.earlier) > 1
        for urn, name, _estab, _type, _last, date in school.earlier:
            suffix = " - amalgamated" if merged else ""
            if urn != "900393":
                found.append((urn, school.urn, school.name, f"Successor{suffix}", date))
            if urn != "900395":
                found.append((school.urn, urn, name, f"Predecessor{suffix}", "" if urn == "900392" else date))
    for urn, link, name, kind, date in sorted(found):
        lines.append(f'{urn},{link},"{name}","{kind}","{date}"')
    return "\r\n".join(lines) + "\r\n"


def ks4_information(draws: Draws, schools: list[School]) -> str:
    """The KS4 information file for 2023/24, the last summer with a Progress 8 banding."""
    columns = (HERE / "ks4_information_columns.txt").read_text(encoding="utf-8").split("\n")[:-1]
    year = YEARS[1]
    lines = [",".join(f'"{c}"' for c in columns)]
    for school in sorted(schools, key=lambda s: (s.la, s.estab)):
        if school.kind in ("secondary", "special", "nmss", "independent"):
            row = _ks4_row(draws, school, school.counts[year], year)
            lines.append(",".join(row[c] if c in ("contflag", "iclose", "feeder") else f'"{row[c]}"' for c in columns))
    return "\r\n".join(lines) + "\r\n"


def _ks4_row(draws: Draws, school: School, c: Counts, year: str) -> dict[str, str]:
    index = YEARS.index(year)
    before = next((e for e in school.earlier if index <= e[4]), None)
    urn, name, estab = (before[0], before[1], before[2]) if before else (school.urn, school.name, school.estab)
    columns = (HERE / "ks4_information_columns.txt").read_text(encoding="utf-8").split("\n")[:-1]
    row = dict.fromkeys(columns, "z") | {
        "time_period": "202324", "time_identifier": "Academic year", "geographic_level": "School",
        "country_code": "E92000001", "country_name": "England", "school_laestab": school.la + estab, "school_urn": urn,
        "school_name": name, "old_la_code": school.la, "new_la_code": f"E10000{school.la}",
        "la_name": LAS[school.la][0], "version": "Final", "establishment_type_group": _ks4_group(school),
        "full_address": school.town, "contflag": "0", "iclose": "0", "reldenom": "None",
        "admpol_pt": "non-selective schools in other areas" if school.kind == "secondary" else "Admission type unclassified",
        "egender": "Mixed", "feeder": "0",
        "agerange": {"secondary": "11 to 18" if school.sixth_form else "11 to 16", "special": "4 to 16",
                     "nmss": "5 to 18", "independent": "3 to 16"}[school.kind],
        "t_allks_pupils": str(c.nor), "t_allks_boys": str(c.nor - c.girls), "t_allks_girls": str(c.girls)}
    share = 5.1 if school.kind == "secondary" else 11.0
    pupils = max(3, draws.rounded(c.nor / share))
    boys = min(pupils, draws.rounded(pupils * (1 - c.girls / c.nor)))
    row |= {"t_pupils": str(pupils)} | _pair("boys", boys, pupils) | _pair("girls", pupils - boys, pupils)
    if pupils <= 5:
        row |= dict.fromkeys(("t_boys", "pt_boys", "t_girls", "pt_girls"), "c")
    if school.kind == "independent":
        return row
    poor = min(pupils, draws.rounded(pupils * c.fsm_ever / max(1, c.nor_ever)))
    plans = pupils if school.kind != "secondary" else min(pupils, draws.rounded(pupils * c.ehcp / c.nor))
    support = min(pupils - plans, draws.rounded(pupils * c.support / c.nor))
    row |= _pair("sen_with_ehcp", plans, pupils) | _pair("sen_no_ehcp", support, pupils) | _pair("sen", plans + support, pupils)
    row |= _pair("disadvantaged", poor, pupils) | _pair("not_disadvantaged", pupils - poor, pupils)
    if school.kind != "secondary":
        if pupils <= 5:
            row |= dict.fromkeys([k for k in row if k.startswith(("t_dis", "pt_dis", "t_not_d", "pt_not_d"))], "c")
        return row
    return row | _ks4_secondary(draws, school, c, pupils, poor)


def _ks4_secondary(draws: Draws, school: School, c: Counts, pupils: int, poor: int) -> dict[str, str]:
    rank = ("Well below average", "Below average", "Average", "Above average", "Well above average").index(school.band)
    low = draws.rounded(pupils * (0.30 - 0.05 * rank))
    high = draws.rounded(pupils * (0.18 + 0.05 * rank))
    eal = min(pupils, draws.rounded(pupils * c.eal / c.nor))
    moved = min(pupils, draws.rounded(pupils * 0.04))
    gap = 60 + draws.between(-60, 110)
    scaled = 1012 + 14 * rank + draws.between(-9, 9)
    row = _pair("prior_lo", low, pupils) | _pair("prior_hi", high, pupils) | _pair("prior_av", pupils - low - high, pupils)
    row |= _pair("language_not_english", eal, pupils) | _pair("language_english", pupils - eal, pupils)
    row |= _pair("language_unknown", 0, pupils) | _pair("not_mobile", pupils - moved, pupils)
    row |= {"avg_ks2_scaledscore": f"{scaled // 10}.{scaled % 10}", "p8_banding": school.band,
            "diffn_att8": "c" if poor <= 5 else f"-{(gap + 60) // 10}.{gap % 10}",
            "diffn_p8mea": "c" if poor <= 5 else f"-0.{(gap % 90) + 10}"}
    return row


def _pair(stem: str, part: int, whole: int) -> dict[str, str]:
    return {f"t_{stem}": str(part), f"pt_{stem}": short_percent(part, whole)}


def _ks4_group(school: School) -> str:
    return {1: "Community school", 2: "Voluntary aided school", 3: "Voluntary controlled school",
            5: "Foundation school", 28: "Sponsored academies", 34: "Converter academies", 35: "Free schools",
            7: "Community special school", 44: "Special converter academies", 8: "Non-maintained special school",
            11: "Independent schools"}[school.type_code]


def write_published(folder: Path, schools: list[School], seed: int) -> None:
    """Write every file of ``indicators/``."""
    folder.mkdir(parents=True, exist_ok=True)
    bom = "\ufeff"
    for year in YEARS:
        (folder / f"{year}_england_census.csv").write_bytes((bom + census(schools, year)).encode())
        (folder / f"{year}_england_abs.csv").write_bytes((bom + absence(schools, year)).encode())
    (folder / "edubasealldata20250601.csv").write_bytes(gias(Draws(seed), schools).encode("cp1252"))
    (folder / "links_edubasealldata20250601.csv").write_bytes(links(schools).encode("cp1252"))
    (folder / "202324_information_about_schools_final.csv").write_bytes(
        ks4_information(Draws(seed + 1), schools).encode())
