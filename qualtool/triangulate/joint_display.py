"""Side-by-side joint display (D2): an indicator by group, a theme by group, quotes by group.

After Guetterman, Fetters & Creswell 2015 (Ann Fam Med 13:554). Which quotes are shown follows from
rules, not from a hand: consent first, then one that stands against the expectation, then other schools.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .theme_cell import ThemeCell

VERBATIM, PARAPHRASE = "yes", "paraphrase"
MOST_QUOTES = 3
PARAPHRASE_MARK = "[may only be paraphrased: put it into your own words]"
_LENGTH = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A school of the study among all loaded schools of its phase.

    ``position`` is the share of them with a smaller number, in [0, 1]; ``band`` the quarter in words.
    """

    urn: str
    label: str
    group: str
    value: float | None
    position: float | None
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenQuote:
    """A quote beside its group. ``words`` are blank where the person may only be paraphrased.

    ``negative`` says how it stands against what was expected, or is blank.
    """

    group: str
    words: str
    role: str
    school: str
    consent: Literal["yes", "paraphrase"]
    negative: str
    denies: bool = False
    source_guid: str = ""
    start_char: int = 0

    @property
    def who(self) -> str:
        """The role, and that the passage denies the theme where it does."""
        return f"{self.role} (denies it)" if self.denies else self.role

    @property
    def shown(self) -> str:
        return self.words if self.consent == VERBATIM else PARAPHRASE_MARK


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDisplay:
    """The display. ``withheld`` counts quotes by consent that are not shown; ``foot`` is the meta-inference.

    ``silent`` are, by group, the schools that were asked and silent, where a voice was expected.
    ``is_survey`` says that the people answered in writing: stricter rules hold for their numbers.
    """

    title: str
    theme: str
    indicator: str
    groups: tuple[str, ...]
    expected_high: tuple[str, ...]
    standings: tuple[Standing, ...]
    themes: tuple[ThemeCell, ...]
    quotes: tuple[ChosenQuote, ...]
    silent: Mapping[str, tuple[str, ...]]
    withheld: Mapping[str, int]
    sentences: tuple[str, ...] = ()
    foot: str = ""
    n_suppressed: int = 0
    reason: str = ""
    is_survey: bool = False


def expected_groups(groups: Sequence[str], sign: int) -> tuple[str, ...]:
    """The groups in which more voices are expected: the first of two, or the upper half of an order."""
    if not sign or len(groups) < 2:
        return ()
    if len(groups) == 2:
        return (groups[0],) if sign > 0 else (groups[1],)
    half = len(groups) // 2
    return tuple(groups[-half:]) if sign > 0 else tuple(groups[:half])


def choose_quotes(
    rows: Sequence[Mapping[str, Any]],
    group_of: Mapping[str, str],
    expected_high: Sequence[str],
    *,
    most: int = MOST_QUOTES,
) -> tuple[tuple[ChosenQuote, ...], dict[str, int]]:
    """Up to ``most`` quotes a group, and how many stay out by consent.

    ``rows`` are as ``workflows.themes.quotes`` gives them; ``group_of`` maps a URN to its group. Words
    of people who said yes stand as they were said; of those who allow a paraphrase only the place is
    marked; of no, withdrawn and unknown nothing is shown. One of a group's quotes stands against the
    expectation, where there is such a one. One quote a person while others are left.
    """
    withheld: dict[str, int] = {}
    by_group: dict[str, list[_Said]] = {group: [] for group in dict.fromkeys(group_of.values())}
    for row in rows:
        group = group_of.get(row["urn"] or "")
        if group is None:
            continue
        consent = row["consent"] or "unknown"
        if consent not in (VERBATIM, PARAPHRASE):
            withheld[consent] = withheld.get(consent, 0) + 1
            continue
        quote = ChosenQuote(
            group=group,
            words=" ".join(row["quote"].split()) if consent == VERBATIM else "",
            role=row["role"] or "participant",
            school=row["case"] or "",
            consent=consent,
            negative=_negative(row["stance"] == "denies", group, expected_high),
            denies=row["stance"] == "denies",
            source_guid=row["source_guid"],
            start_char=row["start_char"],
        )
        by_group[group].append((row["participant"] or "", quote))
    chosen: list[ChosenQuote] = []
    for found in by_group.values():
        chosen += _some(found, most)
    return tuple(chosen), withheld


_Said = tuple[str, ChosenQuote]


def _negative(denies: bool, group: str, expected_high: Sequence[str]) -> str:
    if not expected_high or group in expected_high:
        return "denies" if denies else ""
    return "" if denies else "voiced in the other group"


def _rank(said: _Said) -> tuple[bool, int, str, int]:
    quote = said[1]
    return (
        quote.consent != VERBATIM,
        abs(len(quote.words) - _LENGTH),
        quote.source_guid,
        quote.start_char,
    )


def _some(found: Sequence[_Said], most: int) -> list[ChosenQuote]:
    """As many as ``most``: one that stands against, then new people, then whoever is left."""
    # Two coders, or two codes, on one passage are one quote.
    places = {(said[1].source_guid, said[1].start_char): said for said in reversed(found)}
    ordered = sorted(places.values(), key=_rank)
    against = [said for said in ordered if said[1].negative][:1]
    rest = [said for said in ordered if said not in against]
    rest.sort(key=lambda said: bool(said[1].negative))
    kept = list(against)
    for is_new in (True, False):
        for said in rest:
            is_known = said[0] in {person for person, _ in kept}
            if len(kept) < most and said not in kept and is_known != is_new:
                kept.append(said)
    return [quote for _, quote in [*kept[len(against) :], *against]]
