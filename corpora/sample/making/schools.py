"""The fictional country: about 390 open schools in five authorities, and some that closed.

Rates of EHC plans grow over the three years and keep most of their order, so that quartiles are
fairly stable; a school with a base has a higher rate. Some background schools are fixed by hand
because somebody in the interviews speaks of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .case_schools import ASD, CASES, RP, SEMH, SLCN, UNIT
from .draws import Draws
from .names import FIRST, SAINTS, SECOND, TOWNS, TRUSTS

YEARS = ("2022-2023", "2023-2024", "2024-2025")
SCHOOLTYPE = {
    "primary": "State-funded primary",
    "secondary": "State-funded secondary",
    "special": "State-funded special school",
    "nmss": "Non-maintained special school",
    "independent": "Independent school",
    "nursery": "State-funded nursery",
    "ap": "State-funded AP school",
}
# Open schools by authority and kind, case-study schools included.
PLAN = {
    "991": {"secondary": 14, "special": 3, "ap": 1, "nursery": 2, "independent": 3, "primary": 67},
    "992": {"secondary": 11, "special": 3, "ap": 1, "nursery": 1, "independent": 2, "primary": 48},
    "993": {"secondary": 19, "special": 4, "nmss": 1, "ap": 1, "nursery": 2, "independent": 3, "primary": 130},
    "994": {"secondary": 9, "special": 2, "nursery": 1, "independent": 1, "primary": 26},
    "995": {"secondary": 8, "special": 2, "ap": 1, "independent": 1, "primary": 23},
}
FIRST_ESTAB = {"primary": 2001, "secondary": 4001, "special": 7001, "nmss": 7101, "independent": 6001,
               "nursery": 1001, "ap": 1101}
GROWTH = (0.80, 0.90, 1.0)
# Background schools that a speaker describes: (authority, kind, name or None, pupils, plans, support).
TOLD_OF = (
    ("993", "primary", "Sallowgate Road Primary School", 221, 18, 47),  # "always us and Sallowgate Road"
    ("993", "primary", None, 203, 1, 19),  # two across the river "have three plans between them"
    ("993", "primary", None, 196, 2, 17),
    ("991", "primary", None, 298, 5, 27),  # half a mile apart, 9 and 26 per cent on support
    ("991", "primary", None, 305, 8, 79),
    ("992", "primary", None, 302, 6, 26),  # down the road from Millrace, "they've got twenty-six"
    ("993", "secondary", None, 1104, 4, 71),  # "Four, in a school of eleven hundred"
)
SPECIALS = {  # pupils, places
    "991": ((142, 110), (131, 105), (119, 95)), "992": ((51, 30), (43, 40), (128, 120)),
    "993": ((96, 84), (74, 70), (118, 105), (61, 60)), "994": ((88, 90), (57, 50)),
    "995": ((64, 60), (72, 70)),
}


@dataclass
class Counts:
    """One school on one census day."""

    nor: int
    girls: int
    ehcp: int
    support: int
    eal: int
    unclassified: int
    fsm: int
    fsm_ever: int
    nor_ever: int
    absence: float
    n_persistent: int


@dataclass
class School:
    """One school as it is in 2025, with its counts by year and its earlier URN, if it had one."""

    la: str
    kind: str
    urn: str = ""
    name: str = ""
    estab: str = ""
    type_code: int = 1
    town: str = ""
    base: tuple[str, int, int, str] | None = None
    base_known: bool = True
    faith: str = ""
    trust: str = ""
    ofsted: str = "Good"
    capacity: int = 0
    sixth_form: bool = False
    band: str = ""
    letter: str = ""
    told_of: bool = False
    opened: str = ""
    closed: str = ""
    counts: dict[str, Counts] = field(default_factory=dict)
    # (urn, name, estab, type code, last year it had this URN, date of change)
    earlier: list[tuple[str, str, str, int, int, str]] = field(default_factory=list)


def _counts(draws: Draws, nor: int, ehcp: int, support: int, fsm: float, eal: float, absence: float,
            kind: str) -> Counts:
    fsm_n = draws.rounded(nor * fsm)
    nursery = draws.rounded(nor * 0.09) if kind == "primary" and nor > 150 else 0
    nor_ever = 0 if kind == "nursery" else nor - nursery
    ever = 0 if kind == "nursery" else min(nor_ever, draws.rounded(nor_ever * min(1.0, fsm * 1.06 + 0.01)))
    eal_n = draws.rounded(nor * eal)
    unclassified = min(nor - eal_n, draws.rounded(nor * 0.003))
    slope, start = (2.9, -0.5) if kind == "primary" else (2.95, -0.2)
    persistent = draws.rounded(nor * max(1.0, slope * absence + start + draws.bell()) / 100)
    if kind == "primary" and nor < 60 and draws.chance(0.4):
        persistent = draws.between(0, 2)  # tiny schools: too few to publish
    girls = draws.rounded(nor * (0.27 if kind in ("special", "nmss", "ap") else 0.492 + 0.015 * draws.bell()))
    return Counts(nor, min(girls, nor), min(ehcp, nor), min(support, nor - min(ehcp, nor)), eal_n,
                  unclassified, fsm_n, ever, nor_ever, absence, min(persistent, nor))


def _case_schools(draws: Draws) -> list[School]:
    made = []
    for case in CASES:
        school = School(la=case.la, kind=case.phase, urn=case.urn, name=case.name, type_code=case.type_code,
                        town=case.town, base=case.base, faith=case.faith, trust=case.trust,
                        ofsted=case.ofsted, capacity=case.capacity, band=case.band, letter=case.letter,
                        sixth_form=case.letter in "EK")
        for index, (year, (nor, ehcp, support)) in enumerate(zip(YEARS, case.years, strict=True)):
            absence = case.absence + (0.4, 0.1, 0.0)[index]
            school.counts[year] = _counts(draws, nor, ehcp, support, case.fsm, case.eal, absence, case.phase)
        made.append(school)
    return made


def _roll(draws: Draws, la: str, kind: str) -> int:
    if kind == "secondary":
        return max(480, int(1010 + 250 * draws.bell()))
    if la in ("993", "995") and draws.chance(0.22):
        return draws.between(26, 104)
    return draws.pick((105, 140, 180, 205, 207, 209, 210, 240, 285, 310, 360, 405, 414, 420, 465, 620))


def _mainstream(draws: Draws, school: School, told: tuple[int, int, int] | None) -> None:
    primary = school.kind == "primary"
    roll = _roll(draws, school.la, school.kind) + draws.between(-6, 5)
    fsm = max(0.03, min(0.62, 0.25 + 0.12 * draws.bell()))
    z = draws.bell()
    middle = 2.65 if primary else 2.75
    spread = 0.52 if primary else 0.42
    rate = middle * max(0.04, 1 + spread * z + 0.13 * z * z - 0.08) + 2.0 * (fsm - 0.25)
    if not told and draws.chance(0.075 if primary else 0.13):
        school.base = _base(draws, primary)
        rate += 100.0 * school.base[2] / roll * 0.8
    school.base_known = school.base is not None or draws.chance(0.35)
    support = max(0.04, 0.13 + 0.035 * draws.bell() + 0.10 * (fsm - 0.25))
    eal = max(0.0, 0.11 + 0.09 * draws.bell())
    absence = (5.5 if primary else 8.6) + (0.7 if primary else 1.3) * draws.bell() + 4.0 * (fsm - 0.25)
    drift = draws.between(-3, 3)
    for index, year in enumerate(YEARS):
        nor = max(20, roll + drift * (index - 2) + (draws.between(-4, 4) if roll > 60 else draws.between(-2, 2)))
        this = max(0.0, rate * GROWTH[index] + 0.28 * draws.bell())
        ehcp, n_support = draws.rounded(nor * this / 100), draws.rounded(nor * (support + 0.012 * draws.bell()))
        if told:
            nor = told[0] + (drift * (index - 2))
            ehcp = told[1] if index == 2 else min(told[1], draws.rounded(told[1] * GROWTH[index]))
            n_support = told[2] if index == 2 else max(1, told[2] + draws.between(-3, 3))
        tenths_absent = int(10 * (absence + (0.4, 0.1, 0.0)[index]) + 0.5)
        school.counts[year] = _counts(draws, nor, ehcp, n_support, fsm, eal, max(22, tenths_absent) / 10,
                                      school.kind)
    school.capacity = _capacity(roll, primary)
    school.sixth_form = not primary and draws.chance(0.45)
    # Attainment follows intake here, loosely, and not the number of plans alone.
    score = -2.4 * (fsm - 0.25) * 4 + 0.8 * draws.bell()
    school.band = next(name for cut, name in ((-1.5, "Well below average"), (-0.5, "Below average"),
                                              (0.5, "Average"), (1.5, "Above average"),
                                              (99, "Well above average")) if score < cut)


def _capacity(roll: int, primary: bool) -> int:
    step = 105 if primary and roll > 110 else 15 if primary else 50
    return ((roll - 1) // step + 1) * step if roll % step > 8 else (roll // step) * step


def _base(draws: Draws, primary: bool) -> tuple[str, int, int, str]:
    kind = UNIT if draws.chance(0.35) else RP
    need = draws.pick((ASD, ASD, ASD, SLCN, SEMH, "HI - Hearing Impairment", "MLD - Moderate Learning Difficulty"))
    places = draws.pick((6, 7, 8, 10, 12) if primary else (10, 12, 15, 18, 20, 24))
    return kind, places, max(4, places + draws.between(-2, 2)), need


def _special(draws: Draws, school: School, roll: int, places: int) -> None:
    for index, year in enumerate(YEARS):
        nor = roll - (2 - index) * draws.between(1, 4)
        school.counts[year] = _counts(draws, nor, nor - draws.between(0, 1), draws.between(0, 1), 0.43, 0.08,
                                      12.6 + draws.bell(), school.kind)
    school.capacity = places


def _others(draws: Draws, school: School) -> None:
    size = {"independent": (90, 520), "nursery": (70, 140), "ap": (14, 80)}[school.kind]
    roll = draws.between(*size)
    for index, year in enumerate(YEARS):
        nor = max(6, roll + draws.between(-5, 5) - (2 - index) * 2)
        share = {"independent": 0.012, "nursery": 0.012, "ap": 0.22}[school.kind]
        support = {"independent": 0.14, "nursery": 0.2, "ap": 0.66}[school.kind]
        school.counts[year] = _counts(draws, nor, draws.rounded(nor * share), draws.rounded(nor * support),
                                      0.55 if school.kind == "ap" else 0.24, 0.12, 14.0, school.kind)
    school.capacity = (roll // 10 + 1) * 10


def _named(draws: Draws, schools: list[School]) -> None:
    pool = draws.shuffled([f"{first} {second}" for first in FIRST for second in SECOND])
    used: set[str] = set()
    for school in schools:
        if school.name:
            continue
        stem = pool.pop()
        if school.kind == "primary":
            _name_primary(draws, school, stem, used)
        elif school.kind == "secondary":
            _name_secondary(draws, school, stem, used)
        else:
            _name_other(draws, school, stem)
        school.town = school.town or draws.pick(TOWNS[school.la])
        school.ofsted = draws.pick(("Outstanding", "Good", "Good", "Good", "Good", "Good", "Good",
                                    "Requires improvement", "Requires improvement", ""))
        if draws.chance(0.015):
            school.ofsted = draws.pick(("Serious Weaknesses", "Special Measures"))


def _name_primary(draws: Draws, school: School, stem: str, used: set[str]) -> None:
    saint = draws.pick(SAINTS)
    if draws.chance(0.24) and f"{saint} {school.la}" not in used:
        used.add(f"{saint} {school.la}")
        catholic = draws.chance(0.4)
        school.faith = "Roman Catholic" if catholic else "Church of England"
        school.name = f"{saint} {'Catholic' if catholic else 'CofE'} Primary School"
        school.type_code = 2 if catholic or draws.chance(0.4) else 3
    else:
        school.name = f"{stem} {draws.pick(('Primary School', 'Primary School', 'Community Primary School'))}"
        school.type_code = draws.pick((1, 1, 1, 5))
    if draws.chance(0.38):
        school.type_code, school.trust = draws.pick((34, 34, 28)), draws.pick(TRUSTS)
        school.name = school.name.replace("Community Primary School", "Primary Academy")


def _name_secondary(draws: Draws, school: School, stem: str, used: set[str]) -> None:
    school.type_code = draws.pick((34, 34, 34, 28, 28, 1, 5))
    academy = school.type_code in (28, 34)
    ending = "Academy" if academy and draws.chance(0.6) else draws.pick(("School", "High School", "Community College"))
    short = stem.split()[0]
    if draws.chance(0.4) and short not in used:
        used.add(short)
        stem = short
    school.name = f"{stem} {ending}"
    if academy:
        school.trust = draws.pick(TRUSTS)


def _name_other(draws: Draws, school: School, stem: str) -> None:
    ending = {"nursery": "Nursery School", "ap": "Pupil Referral Unit"}.get(school.kind, "School")
    school.name = f"{stem} {ending}"
    school.type_code = {"special": draws.pick((7, 44)), "nmss": 8, "independent": 11, "nursery": 15,
                        "ap": 14}[school.kind]
    if school.type_code == 44:
        school.trust = draws.pick(TRUSTS)


def build_schools(seed: int) -> list[School]:
    """Every open school, its counts, and the earlier URNs of those that changed."""
    draws = Draws(seed)
    schools = _case_schools(draws)
    told = {(la, kind): [row for row in TOLD_OF if row[:2] == (la, kind)] for la, kind, *_ in TOLD_OF}
    for la, kinds in PLAN.items():
        for kind, number in kinds.items():
            have = sum(1 for s in schools if s.la == la and s.kind == kind)
            for position in range(number - have):
                school = School(la=la, kind=kind)
                rows = told.get((la, kind), [])
                row = rows[position] if position < len(rows) else None
                if kind in ("primary", "secondary"):
                    _mainstream(draws, school, row[3:] if row else None)
                    school.name, school.told_of = (row[2] or "") if row else "", row is not None
                elif kind == "special":
                    _special(draws, school, *SPECIALS[la][position])
                    if la == "992" and position == 1:
                        school.name, school.type_code, school.town = "Tansy Fold School", 7, "Tansy Fold"
                elif kind == "nmss":
                    _special(draws, school, 58, 60)
                else:
                    _others(draws, school)
                schools.append(school)
    _named(draws, schools)
    four = next(s for s in schools if s.counts[YEARS[2]].nor == 1104)
    four.type_code, four.trust = 34, "Long Shore Schools Trust"  # "We're in the same trust as one of them!"
    _share_of_denholme(schools)
    _language_bases_of_penwold(schools)
    _number(draws, schools)
    _changes(draws, schools)
    return schools


def _share_of_denholme(schools: list[School]) -> None:
    """Denholme has about an eighth of the secondary plans of Eastmarch: fit its neighbours to that."""
    year = YEARS[2]
    pool = [s for s in schools if (s.la, s.kind) == ("993", "secondary")]
    free = [s for s in pool if not s.letter and s.counts[year].nor != 1104]
    fixed = sum(s.counts[year].ehcp for s in pool if s not in free)
    wanted, have = 57 * 8 - fixed, sum(s.counts[year].ehcp for s in free)
    for school in free:
        for counts in school.counts.values():
            counts.ehcp = (2 * counts.ehcp * wanted + have) // (2 * have)
    position = 0
    while (total := sum(s.counts[year].ehcp for s in free)) != wanted:
        free[position % len(free)].counts[year].ehcp += 1 if total < wanted else -1
        position += 1


def _language_bases_of_penwold(schools: list[School]) -> None:
    """Penwold "only has two of these", Millrace's and one other."""
    others = [s for s in schools if s.la == "992" and s.base and not s.letter]
    for position, school in enumerate(others):
        kind, places, pupils, need = school.base or ("", 0, 0, "")
        need = SLCN if position == 0 else ASD if need == SLCN else need
        school.base = (kind, places, pupils, need)


def _number(draws: Draws, schools: list[School]) -> None:
    rest = draws.shuffled([s for s in schools if not s.urn])
    for offset, school in enumerate(rest):
        school.urn = str(900013 + offset)
    next_estab: dict[tuple[str, str], int] = {}
    for school in sorted(schools, key=lambda s: s.urn):
        key = (school.la, school.kind)
        number = next_estab.get(key, FIRST_ESTAB[school.kind])
        school.estab = str(number)
        next_estab[key] = number + draws.between(1, 4)
        school.opened = "" if draws.chance(0.7) else f"01-09-{draws.between(1968, 2019)}"


def _changes(draws: Draws, schools: list[School]) -> None:
    """Six academy conversions, one amalgamation, one new school, one empty school."""
    plain = [s for s in schools if s.kind == "primary" and s.type_code in (1, 5) and not s.base and not s.told_of
             and not s.letter and s.counts[YEARS[2]].nor > 180]
    secondaries = [s for s in schools if not s.letter and s.kind == "secondary" and s.type_code == 34 and not s.told_of]
    # (date, index of the last census under the old URN)
    when = (("01-09-2023", 0), ("01-01-2024", 0), ("01-04-2023", 0), ("01-11-2024", 1), ("01-06-2023", 0),
            ("01-09-2024", 1))
    for offset, (school, (date, last)) in enumerate(zip([*plain[:4], *secondaries[:2]], when, strict=True)):
        old_estab = school.estab if offset < 4 else str(int(school.estab) + 400)
        school.earlier.append((str(900391 + offset), school.name.replace("Academy", "School"), old_estab,
                               draws.pick((1, 5)), last, date))
        school.type_code, school.opened = 34, date
        school.trust = school.trust or draws.pick(TRUSTS)
        if school.kind == "primary":
            school.name = school.name.replace("Primary School", "Primary Academy").replace("Community ", "")
    merged = plain[4]
    merged.earlier += [
        ("900397", merged.name.replace("Community ", "").replace("Primary", "Infant"), "3301", 1, 1, "01-09-2024"),
        ("900398", merged.name.replace("Community ", "").replace("Primary", "Junior"), "3302", 1, 1, "01-09-2024"),
    ]
    merged.opened, merged.base_known = "01-09-2024", False
    new = plain[5]
    new.type_code, new.trust, new.opened, new.ofsted = 35, draws.pick(TRUSTS), "01-09-2024", ""
    del new.counts[YEARS[0]], new.counts[YEARS[1]]
    empty = next(s for s in schools if s.la == "995" and s.kind == "primary" and not s.base and not s.earlier)
    empty.counts[YEARS[2]] = Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0)
