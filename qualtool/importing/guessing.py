"""A first guess at a survey's mapping, for a person to correct: names first, then the answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .mapping import SurveyMapping

_SAMPLE = 2_000
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("weight", re.compile(r"(?:survey|design|sample|final|calibrated)?_?(?:weight|wgt|wt)s?\d*")),
    ("urn", re.compile(r"(?:school_?)?urn(?:_?number)?")),
    ("role", re.compile(r"(?:job_?)?role|position|job(?:_?title)?|respondent_?type|i_am_a|who_are_you")),
    ("stratum", re.compile(r"strat(?:um|a)(?:_?id)?|survey_?stratum")),
    ("psu", re.compile(r"psu(?:_?id)?|cluster(?:_?id)?|primary_sampling_unit")),
)
_ID = re.compile(
    r"(?:respondent|response|participant|record|case|comment|submission|survey|person|entry|row)?_?"
    r"(?:id|identifier|number|no|guid|uuid)|respid|resp_?id|pid|serial(?:_?(?:no|number))?|external_?reference"
)
_AGREE = re.compile(
    r"(?:strongly |slightly |somewhat |tend to |completely |neither |partly |mostly )*(?:dis)?agree"
    r"(?: nor disagree| strongly| slightly)?|neither.*"
    r"|never|rarely|seldom|occasionally|sometimes|often|usually|always"
    r"|almost (?:never|always)|most of the time"
    r"|(?:very |fairly |quite |somewhat |extremely |not (?:very |at all |so )?)*"
    r"(?:dis|un)?(?:satisfied|confident|likely|important|useful|helpful|good|poor|happy|concerned)"
    r"|neutral|undecided|not at all|a little|a lot|to some extent|to a great extent|fair|excellent"
    r"|don'?t know|not sure|unsure|not applicable|n/a|prefer not to say"
)
_TICK = frozenset(
    {"0", "1", "yes", "no", "true", "false", "x", "ticked", "selected", "not selected", "y", "n", "checked"}
)
# A space is no such mark: "Staff attitude" and "Staff numbers" are two questions.
_PREFIX = re.compile(r"([^_:.\-]*[^\W_][_:.\-]+ *).+")
_LONG = 25.0
_MAX_SINGLE = 20
_MAX_SCALE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """What a column's filled cells look like."""

    name: str
    key: str
    n_rows: int
    values: tuple[str, ...]

    @property
    def distinct(self) -> set[str]:
        return {value.casefold() for value in self.values}

    @property
    def is_unique(self) -> bool:
        return len(self.values) == self.n_rows > 0 and len(self.distinct) == self.n_rows

    @property
    def mean_length(self) -> float:
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0

    @property
    def mean_words(self) -> float:
        return sum(len(value.split()) for value in self.values) / len(self.values) if self.values else 0.0


def guess_mapping(header: Sequence[str], rows: Sequence[Sequence[str]]) -> SurveyMapping:
    """A mapping to begin with. Looks at the names of columns and at up to 2,000 rows.

    A column whose use is not clear is left out, so nothing is imported that nobody chose.
    """
    sample = rows[:_SAMPLE]
    profiles = [_profile(name, [row[at].strip() for row in sample]) for at, name in enumerate(header)]
    named = _named(profiles)
    id_column = _id(profiles, named)
    free = [p for p in profiles if p.name not in {*named.values(), id_column} and p.values]
    free = [p for p in free if not _ID.fullmatch(p.key)]
    text = tuple(p.name for p in free if _is_text(p))
    rest = [p for p in free if p.name not in text]
    prefixes, ticked = _multi(rest)
    rest = [p for p in rest if p.name not in ticked]
    likert = tuple(p.name for p in rest if _is_likert(p))
    rest = [p for p in rest if p.name not in likert]
    single = tuple(p.name for p in rest if _is_single(p))
    number = tuple(p.name for p in rest if p.name not in single and all(_is_number(v) for v in p.values))
    return SurveyMapping(
        id=id_column,
        text=text,
        weight=named.get("weight"),
        stratum=named.get("stratum"),
        psu=named.get("psu"),
        urn=named.get("urn"),
        role=named.get("role"),
        single=single,
        multi=prefixes,
        likert=likert,
        number=number,
    )


def _profile(name: str, cells: Sequence[str]) -> _Profile:
    key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return _Profile(name=name, key=key, n_rows=len(cells), values=tuple(cell for cell in cells if cell))


def _named(profiles: Sequence[_Profile]) -> dict[str, str]:
    found: dict[str, str] = {}
    for use, pattern in _NAMES:
        for profile in profiles:
            fits = pattern.fullmatch(profile.key) is not None and _fits(use, profile)
            if fits and use not in found:
                found[use] = profile.name
    return found


def _fits(use: str, profile: _Profile) -> bool:
    """A weight holds numbers and a URN six digits, whatever the column is called."""
    if use == "weight":
        return bool(profile.values) and all(_is_number(v) for v in profile.values)
    if use == "urn":
        return all(re.fullmatch(r"\d{6}(?:\.0+)?", v) for v in profile.values)
    return True


def _id(profiles: Sequence[_Profile], named: dict[str, str]) -> str | None:
    """The first column that is called an id and is unique, else the first unique short first column."""
    candidates = [p for p in profiles if p.is_unique and p.name not in named.values()]
    by_name = next((p.name for p in candidates if _ID.fullmatch(p.key)), None)
    if by_name is not None:
        return by_name
    first = candidates[0] if candidates and candidates[0] is profiles[0] else None
    is_short = first is not None and first.mean_length <= 20 and first.mean_words <= 2
    return first.name if first is not None and is_short else None


def _is_text(profile: _Profile) -> bool:
    """Long answers, most of them different; a few short ones do not make a closed question."""
    if _looks_like_dates(profile) or all(_is_number(v) for v in profile.values):
        return False
    n_distinct = len(profile.distinct)
    varied = n_distinct > 0.5 * len(profile.values)
    is_long = profile.mean_length >= _LONG and profile.mean_words >= 4
    return varied and n_distinct >= 2 and (is_long or (profile.mean_words >= 2 and n_distinct > _MAX_SINGLE))


def _looks_like_dates(profile: _Profile) -> bool:
    pattern = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ].*)?")
    return bool(profile.values) and all(pattern.fullmatch(v) for v in profile.values)


def _multi(profiles: Sequence[_Profile]) -> tuple[tuple[str, ...], set[str]]:
    """Prefixes shared by two or more columns of ticks, and those columns."""
    groups: dict[str, list[_Profile]] = {}
    for profile in profiles:
        match = _PREFIX.fullmatch(profile.name)
        if match is not None:
            groups.setdefault(match[1], []).append(profile)
    ticks = {
        prefix: group
        for prefix, group in groups.items()
        if len(group) >= 2 and all(_is_tick(p) for p in group)
    }
    return tuple(ticks), {p.name for group in ticks.values() for p in group}


def _is_tick(profile: _Profile) -> bool:
    """0/1 or yes/no, or one word that is there or not."""
    distinct = profile.distinct
    return distinct <= _TICK or (len(distinct) == 1 and len(profile.values) < profile.n_rows)


def _is_likert(profile: _Profile) -> bool:
    distinct = profile.distinct
    if len(distinct) >= 3 and distinct <= {str(n) for n in range(1, _MAX_SCALE + 1)}:
        return True
    scale = {value for value in distinct if _AGREE.fullmatch(value)}
    return len(distinct) <= 9 and len(scale) >= 2 and len(scale) >= 0.6 * len(distinct)


def _is_single(profile: _Profile) -> bool:
    n_distinct = len(profile.distinct)
    few = n_distinct <= _MAX_SINGLE and 2 * n_distinct <= len(profile.values)
    if n_distinct > _MAX_SCALE and all(_is_number(v) for v in profile.values):
        return False
    return few and not _looks_like_dates(profile)


def _is_number(raw: str) -> bool:
    return re.fullmatch(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", raw) is not None
