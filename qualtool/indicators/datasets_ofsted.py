"""Ofsted's management information: the latest inspections, under two frameworks.

Until November 2025 schools had grades (the education inspection framework, "OEIF"; no single word
since September 2024); since then report cards with a judgement for each area. The two never share an
axis: a grade stays in ``ofsted_grade``, the areas of a report card are indicators of their own, and
``ofsted_framework`` says which of them is the school's latest. A grade may belong to the school's
predecessor; ``ofsted_grade_inherited`` says so.

No real copy was at hand. The headers of the grades are those of the publisher's notes; those of the
report cards are those of "State-funded schools inspections and outcomes: management information", sheet
of the most recent inspections, as public code lists them that loads the CSV files of January to August
2026. Its areas end in "(where applicable)" where a school may lack the provision, and each has a date of
its own beside it, which is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..model import ValueStatus
from .cells import day_of
from .dataset import Dataset, Extra, Get, column, normalise_header
from .symbols import NO_TOKENS

Headers = tuple[str, ...]
OEIF, REPORT_CARD = "OEIF", "report_card"
_GRADE_URN = ("URN at time of latest OEIF graded inspection", "URN at time of latest graded inspection")
_IS_OWN = (
    "Does the latest OEIF graded inspection relate to the URN of the current school?",
    "Does the latest graded inspection relate to the URN of the current school?",
)
_CARD_URN = ("URN at time of latest full inspection",)
_CARD_IS_OWN = ("Does the latest full inspection relate to the URN of the current school?",)
_CARD_DATE = "Report card inspection start date"
_TOKENS: Mapping[str, ValueStatus] = {
    **NO_TOKENS,
    "NULL": ValueStatus.BLANK,
    "8": ValueStatus.NOT_APPLICABLE,
    "9": ValueStatus.NOT_AVAILABLE,
    "Not judged": ValueStatus.NOT_AVAILABLE,
    "Not applicable": ValueStatus.NOT_APPLICABLE,
}
GRADES: Mapping[str, str] = {
    "1": "Outstanding",
    "2": "Good",
    "3": "Requires improvement",
    "4": "Inadequate",
}
"""What the codes of a grade mean; the register prints the words."""
_AREAS = {
    "inclusion": ("Inclusion",),
    "curriculum": ("Curriculum and teaching",),
    "achievement": ("Achievement",),
    "attendance_behaviour": ("Attendance and behaviour",),
    "development": ("Personal development and wellbeing", "Personal development and well-being"),
    "early_years": ("Early years (where applicable)", "Early years"),
    "post_16": ("Post-16 provision (where applicable)", "Post-16 provision"),
    "leadership": ("Leadership and governance",),
    "safeguarding": ("Safeguarding standards", "Safeguarding"),
}
_SCHOOL = (
    column("school_name", "School name", kind="text"),
    column("la_name", "Local authority", kind="text"),
    column(
        "ofsted_category_of_concern",
        "Most recent category of concern",
        "Category of concern",
        kind="category",
        keeps_blank=False,
    ),
    column("ofsted_grade_urn", *_GRADE_URN, kind="code", keeps_blank=False),
    column("ofsted_grade_is_of_this_urn", *_IS_OWN, kind="text"),
    # An inspection without grades has an outcome in words, such as "School remains Good".
    column(
        "ofsted_ungraded_outcome", "Ungraded inspection overall outcome", kind="category", keeps_blank=False
    ),
    column("ofsted_ungraded_date", "Date of latest ungraded inspection", kind="date", keeps_blank=False),
)


def _given(get: Get, *headers: str) -> str:
    """The first of these cells that says something."""
    cells = (get(normalise_header(h)) for h in headers)
    return next((cell for cell in cells if cell and _TOKENS.get(cell) is None), "")


def _inherited(
    get: Get, name: str = "ofsted_grade_inherited", is_own: Headers = _IS_OWN, urn: Headers = _GRADE_URN
) -> Iterator[Extra]:
    """Whether the grade is of a predecessor, from the plain answer or else from its URN."""
    answer = _given(get, *is_own).lower()
    graded = _given(get, *urn)
    if answer in ("yes", "no"):
        yield name, "no" if answer == "yes" else "yes"
    elif graded:
        yield name, "no" if graded == get("urn") else "yes"


def _graded(get: Get, warn: Callable[[str], None]) -> Iterator[Extra]:
    if _given(get, "Overall effectiveness", "Inspection start date"):
        yield "ofsted_framework", OEIF
    yield from _inherited(get)


def _report_card(get: Get, warn: Callable[[str], None]) -> Iterator[Extra]:
    card = _given(get, _CARD_DATE, "Inspection start date")
    graded = _given(get, *_OLD_DATES)
    if any(_given(get, *headers) for headers in _AREAS.values()):
        yield "ofsted_framework", REPORT_CARD
        yield from _inherited(get, "ofsted_card_inherited", _CARD_IS_OWN, _CARD_URN)
        card_day, graded_day = day_of(card), day_of(graded)
        if card_day and graded_day and card_day < graded_day:
            warn("a report card older than the grade beside it: both were kept")
    elif _given(get, "Latest OEIF overall effectiveness", *_OLD_DATES):
        yield "ofsted_framework", OEIF
    yield from _inherited(get)


_OLD_DATES = ("Inspection start date of latest OEIF graded inspection",)
OFSTED_CARDS = Dataset(
    id="ofsted_mi",
    label="Ofsted management information: latest inspections, with report cards",
    signature=(("urn",), ("latest_oeif_overall_effectiveness",)),
    la=(),
    tokens=_TOKENS,
    columns=(
        *_SCHOOL,
        column("ofsted_grade", "Latest OEIF overall effectiveness", kind="category"),
        column("ofsted_date", *_OLD_DATES, kind="date"),
        column("ofsted_card_date", _CARD_DATE, "Inspection start date", kind="date", keeps_blank=False),
        *(
            column(f"ofsted_card_{area}", *headers, kind="category", keeps_blank=False)
            for area, headers in _AREAS.items()
        ),
    ),
    extras=_report_card,
)
OFSTED = Dataset(
    id="ofsted_mi",
    label="Ofsted management information: latest inspections",
    signature=(("urn",), ("overall_effectiveness",), ("inspection_start_date",)),
    la=(),
    tokens=_TOKENS,
    columns=(
        *_SCHOOL,
        column("ofsted_grade", "Overall effectiveness", kind="category"),
        column("ofsted_date", "Inspection start date", kind="date"),
    ),
    extras=_graded,
)
CARD_AREAS = tuple(f"ofsted_card_{area}" for area in _AREAS)
