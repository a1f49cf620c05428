"""The register of schools (GIAS): the full file, the web search's export, and the links.

Two layouts of one register. The export has names without codes, and its last field is printed
without quotes although it holds commas. Head teachers' names, telephone numbers and proprietors
are personal data that the open licence does not cover: they are never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .dataset import Column, Dataset, Extra, Get, column, normalise_header

PERSONAL = frozenset(
    normalise_header(h)
    for h in (
        "HeadTitle (name)",
        "HeadTitle (code)",
        "HeadFirstName",
        "HeadLastName",
        "HeadPreferredJobTitle",
        "HeadHonours",
        "TelephoneNum",
        "PropsName",
    )
)
_STATUS_NAMES = {"1": "open", "2": "closed", "3": "open, but proposed to close", "4": "proposed to open"}
_NO_NEED = frozenset({"", "not applicable"})
_PROVISION = {
    "not applicable": ("no", "no"),
    "resourced provision": ("yes", "no"),
    "sen unit": ("no", "yes"),
    "resourced provision and sen unit": ("yes", "yes"),
}


def provision_of(label: str, rp_on_roll: str, unit_on_roll: str) -> tuple[str, str, bool]:
    """``(resourced provision, SEN unit, told by pupils only)``, each yes, no or unknown.

    A blank type is unknown, not no; pupils on roll of a blank type make it yes, with a warning.
    """
    known = _PROVISION.get(label.strip().lower())
    if known is not None:
        return (*known, False)
    rp, unit = (_some(rp_on_roll), _some(unit_on_roll)) if not label.strip() else (False, False)
    return "yes" if rp else "unknown", "yes" if unit else "unknown", rp or unit


def _some(token: str) -> bool:
    return token.isdigit() and int(token) > 0


def _extras(get: Get, warn: Callable[[str], None]) -> Iterator[Extra]:
    rp, unit, only_pupils = provision_of(
        get("typeofresourcedprovision_(name)"), get("resourcedprovisiononroll"), get("senunitonroll")
    )
    if only_pupils:
        warn("a base has pupils on roll although its type is blank: counted as yes")
    yield "resourced_provision_gias", rp
    yield "sen_unit_gias", unit
    needs = [get(f"sen{n}_(name)") for n in range(1, 14)]
    yield "sen_provision", "; ".join(dict.fromkeys(n for n in needs if n.lower() not in _NO_NEED))
    code, name = get("establishmentstatus_(code)"), get("establishmentstatus_(name)")
    if code and _STATUS_NAMES.get(code.lstrip("0"), "").lower() != name.lower():
        warn("code and name of the establishment status differ: the name is used")


def _text(name: str, header: str, *, keeps_blank: bool = False) -> Column:
    return column(name, header, kind="text", keeps_blank=keeps_blank)


_COLUMNS = (
    _text("school_name", "EstablishmentName", keeps_blank=True),
    _text("la_name", "LA (name)", keeps_blank=True),
    column("establishment_number", "EstablishmentNumber", kind="code"),
    _text("establishment_type", "TypeOfEstablishment (name)", keeps_blank=True),
    _text("establishment_group", "EstablishmentTypeGroup (name)"),
    _text("status", "EstablishmentStatus (name)", keeps_blank=True),
    _text("phase_gias", "PhaseOfEducation (name)", keeps_blank=True),
    column("open_date", "OpenDate", kind="date", keeps_blank=False),
    column("close_date", "CloseDate", kind="date", keeps_blank=False),
    column("low_age", "StatutoryLowAge", kind="count", keeps_blank=False),
    column("high_age", "StatutoryHighAge", kind="count", keeps_blank=False),
    _text("gender", "Gender (name)"),
    _text("religious_character", "ReligiousCharacter (name)"),
    _text("admissions_policy", "AdmissionsPolicy (name)"),
    column("school_capacity", "SchoolCapacity", kind="count"),
    _text("special_classes", "SpecialClasses (name)"),
    column("census_date", "CensusDate", kind="date", keeps_blank=False),
    column("roll_gias", "NumberOfPupils", kind="count"),
    # Official figures: their denominators differ, so they are kept and never made again.
    column("fsm_rate_gias", "PercentageFSM", kind="percent"),
    column("fsm_count_gias", "FSM", kind="count"),
    _text("trust", "Trusts (name)"),
    _text("ofsted_grade", "OfstedRating (name)", keeps_blank=True),
    column("ofsted_date", "OfstedLastInsp", kind="date", keeps_blank=False),
    _text("resourced_provision_type", "TypeOfResourcedProvision (name)", keeps_blank=True),
    column("resourced_provision_on_roll", "ResourcedProvisionOnRoll", kind="count", keeps_blank=False),
    column("resourced_provision_capacity", "ResourcedProvisionCapacity", kind="count", keeps_blank=False),
    column("sen_unit_on_roll", "SenUnitOnRoll", kind="count", keeps_blank=False),
    column("sen_unit_capacity", "SenUnitCapacity", kind="count", keeps_blank=False),
    _text("region", "GOR (name)"),
    _text("district", "DistrictAdministrative (name)"),
    _text("urban_rural", "UrbanRural (name)"),
    column("easting", "Easting", kind="number"),
    column("northing", "Northing", kind="number"),
)
_REQUIRED = tuple(
    normalise_header(h)
    for h in (
        "EstablishmentName",
        "LA (code)",
        "EstablishmentNumber",
        "EstablishmentStatus (name)",
        "TypeOfEstablishment (name)",
        "PhaseOfEducation (name)",
    )
)
_REGISTER = (("urn",), ("establishmentstatus_(name)",), ("establishmentname",))

GIAS_SEARCH = Dataset(
    id="gias_search",
    label="register of schools: export of a web search",
    signature=(*_REGISTER, ("linked_establishments",)),
    required=_REQUIRED,
    la=("la_(code)",),
    columns=(*_COLUMNS, _text("linked_establishments", "Linked establishments", keeps_blank=True)),
    extras=_extras,
    personal=PERSONAL,
    joins_tail=True,
)
GIAS_FULL = Dataset(
    id="gias",
    label="register of schools: all establishments",
    signature=_REGISTER,
    without=frozenset({"linked_establishments"}),
    required=_REQUIRED,
    la=("la_(code)",),
    columns=_COLUMNS,
    extras=_extras,
    personal=PERSONAL,
)
GIAS_LINKS = Dataset(
    id="gias_links",
    label="register of schools: links between establishments",
    signature=(("urn",), ("linkurn",), ("linktype",)),
    columns=(
        column("linked_establishments", "linkurn", kind="code"),
        column("link_type", "linktype", kind="text"),
        column("link_date", "linkestablisheddate", kind="date"),
    ),
    is_links=True,
)
