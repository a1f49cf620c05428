"""The twelve case-study schools: what the interviews say of them, kept true in the numbers.

``years`` holds, for 2022-2023, 2023-2024 and 2024-2025, pupils on roll, pupils with an EHC plan
and pupils with SEN support on census day in January. An interview later in the year may name one
or two more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseSchool:
    """One case-study school. ``base`` is (type, places, pupils, kind of need) or None."""

    letter: str
    urn: str
    name: str
    la: str
    phase: str
    group: str
    type_code: int
    years: tuple[tuple[int, int, int], ...]
    fsm: float
    eal: float
    absence: float
    ofsted: str
    capacity: int
    town: str
    base: tuple[str, int, int, str] | None = None
    trust: str = ""
    faith: str = ""
    band: str = ""


ASD = "ASD - Autistic Spectrum Disorder"
SLCN = "SLCN - Speech, language and Communication"
SEMH = "SEMH - Social, Emotional and Mental Health"
RP, UNIT = "Resourced provision", "SEN unit"

CASES: tuple[CaseSchool, ...] = (
    CaseSchool("A", "900001", "Thornbeck Primary School", "991", "primary", "high-SEND", 1,
               ((378, 22, 81), (385, 27, 88), (391, 30, 93)), 0.18, 0.07, 5.4, "Good", 420,
               "Thorley Cross", base=(RP, 12, 12, ASD)),
    CaseSchool("B", "900002", "St Aldhelm's CofE Primary School", "991", "primary", "high-SEND", 2,
               ((201, 9, 45), (206, 12, 49), (204, 14, 52)), 0.27, 0.16, 5.9, "Good", 210,
               "Harrowmere", faith="Church of England"),
    CaseSchool("C", "900003", "Millrace Community Primary School", "992", "primary", "high-SEND", 1,
               ((316, 31, 108), (319, 35, 76), (321, 37, 85)), 0.39, 0.21, 6.3, "Good", 330,
               "Penwold", base=(UNIT, 16, 16, SLCN)),
    CaseSchool("D", "900004", "Lower Quay Primary School", "993", "primary", "high-SEND", 1,
               ((212, 10, 33), (187, 14, 31), (164, 19, 34)), 0.44, 0.04, 7.4, "Good", 420,
               "Quayhaven"),
    CaseSchool("E", "900005", "Carrow Vale Academy", "991", "secondary", "high-SEND", 34,
               ((1189, 52, 171), (1197, 61, 176), (1204, 69, 182)), 0.24, 0.09, 8.6, "Good", 1200,
               "Harrowmere", base=(RP, 20, 22, ASD), trust="Carrow and District Learning Trust",
               band="Below average"),
    CaseSchool("F", "900006", "Ridgeway Park School", "992", "secondary", "high-SEND", 5,
               ((978, 64, 196), (955, 72, 201), (941, 80, 207)), 0.33, 0.05, 11.2,
               "Requires improvement", 1100, "Penwold", base=(UNIT, 16, 16, SEMH),
               band="Well below average"),
    CaseSchool("G", "900007", "Denholme High School", "993", "secondary", "high-SEND", 34,
               ((788, 39, 171), (799, 48, 182), (812, 57, 189)), 0.37, 0.12, 9.4, "Good", 850,
               "Staithe End", trust="Long Shore Schools Trust", band="Below average"),
    CaseSchool("H", "900008", "Fenwater Road Academy", "992", "secondary", "high-SEND", 28,
               ((1172, 48, 187), (1185, 55, 199), (1196, 63, 208)), 0.31, 0.18, 9.1, "Good", 1250,
               "Penwold", trust="Fenwater Partnership", band="Average"),
    CaseSchool("I", "900009", "Oakenhay Primary School", "991", "primary", "comparison", 1,
               ((211, 1, 14), (209, 1, 15), (208, 1, 18)), 0.05, 0.03, 4.1, "Outstanding", 210,
               "Oakenhay"),
    CaseSchool("J", "900010", "Whitlow Hill Primary School", "993", "primary", "comparison", 1,
               ((304, 5, 41), (307, 6, 38), (310, 7, 40)), 0.19, 0.05, 5.2, "Good", 315,
               "Whitlow Hill", base=(RP, 6, 6, SLCN)),
    CaseSchool("K", "900011", "Marlstone School", "991", "secondary", "comparison", 34,
               ((1109, 6, 52), (1117, 8, 50), (1128, 9, 48)), 0.07, 0.06, 6.2, "Outstanding", 1120,
               "Harrowmere", trust="Marlstone Academies", band="Well above average"),
    CaseSchool("L", "900012", "Hallowbourne Academy", "993", "secondary", "comparison", 34,
               ((921, 5, 66), (912, 6, 64), (904, 7, 62)), 0.16, 0.05, 7.7, "Good", 1050,
               "Staithe End", trust="Hallowbourne Trust", band="Above average"),
)
