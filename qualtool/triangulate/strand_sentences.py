"""What a strand found, in words that claim no more than it can carry.

Every sentence with a number says whose number it is: unit, denominator, frame and weights stand in it.
"""

from __future__ import annotations

from .findings import Finding, tested_p
from .propositions import Direction, Proposition, StrandKind
from .sentences import UNTESTABLE, p_value, percent, quantifier
from .shares import DENOMINATORS
from .strand_result import FRAMES, GroupRow, StrandResult

_MATERIAL = {
    StrandKind.INTERVIEW: "interviews",
    StrandKind.FOCUS_GROUP: "focus groups",
    StrandKind.FREE_TEXT: "written answers",
    StrandKind.SURVEY_CLOSED: "closed survey answers",
    StrandKind.INDICATOR: "school figures",
    StrandKind.EXTERNAL_FINDING: "published findings",
}
_FEW = 30
_UNITS = {"school": "schools", "participant": "people", "respondent": "respondents", "study": "studies"}
_LIMITS = {
    "probability": "The survey was drawn by chance; its interval allows for that and for nothing else.",
    "self_selected": "The respondents chose to answer; these shares do not estimate a population.",
    "purposive": "Schools and people were chosen on purpose; these shares do not estimate a population.",
    "census": "Figures of schools say nothing of single pupils.",
    "published": "The number is as its authors printed it; nothing of it was computed here.",
}
NOT_A_CAUSE = "A contrast of groups seen once tells of no cause and of no change over time."
NOT_NO_DIFFERENCE = "this is not a finding of no difference"
# Beside each number, short: how those counted came in, and who of them counts.
_DRAWN = {
    "probability": "drawn by chance",
    "self_selected": "who chose to answer",
    "purposive": "chosen on purpose",
    "census": "all that published",
    "published": "as published",
}
_WHOSE = {
    DENOMINATORS["asked"]: "of those asked or voicing it unasked",
    DENOMINATORS["all"]: "of all participants",
    "denominator: respondents who answered the question": "of those who answered",
    "denominator: schools that published both indicators": "of those with both figures",
}
_WORDS = {
    Finding.SUPPORTS: "as predicted, by at least the difference set as important",
    Finding.LEANS_FOR: "a lean as predicted, not a clear finding",
    Finding.OPPOSES: "against the prediction, by at least the difference set as important",
    Finding.LEANS_AGAINST: "a lean against the prediction, not a clear finding",
    Finding.NO_MEANINGFUL_DIFFERENCE: "any difference is smaller than the one set as important",
    Finding.UNCLEAR: f"too imprecise to say: {NOT_NO_DIFFERENCE}",
}


def material(kind: StrandKind) -> str:
    """What a strand consists of, as a plain noun."""
    return _MATERIAL[kind]


def strand_sentences(result: StrandResult, proposition: Proposition) -> tuple[str, ...]:
    """The finding, its number with all that belongs to it, and what it may not be taken for."""
    theme = f"'{proposition.theme_text}'" + (f" ({result.scope})" if result.scope else "")
    if result.finding.is_silent:
        return _silence(result, theme)
    if result.finding is Finding.TOO_THIN:
        return (f"{_head(result)} are too few for a finding on {theme}: {too_thin_of(result)}.",)
    if result.kind is StrandKind.EXTERNAL_FINDING:
        return (_published(result), _LIMITS["published"])
    found = [_groups(result, theme), _weighing(result), _thin(result)]
    found += [_estimate(result, proposition), _test(result), _LIMITS[result.frame]]
    if not result.bound:
        found.append(NOT_A_CAUSE)
    return tuple(s for s in found if s)


def too_thin_of(result: StrandResult) -> str:
    """Why a strand is too thin, without saying so twice."""
    return (result.reason or "").removeprefix("too thin: ")


def _head(result: StrandResult) -> str:
    return f"The {_material(result)}"


def _material(result: StrandResult) -> str:
    more = " and focus groups" if "with focus groups" in result.flags else ""
    return f"{_MATERIAL[result.kind]}{more}"


def _frame(result: StrandResult) -> str:
    weights = "weights supplied" if result.weights == "supplied" else "no weights"
    return f"{FRAMES[result.frame]}; {weights}"


def _silence(result: StrandResult, theme: str) -> tuple[str, ...]:
    if result.finding is Finding.SILENT_STRUCTURAL:
        return (
            f"{_head(result)} cannot speak to {theme}: {result.reason}.",
            "That nothing was said here is not evidence that there is nothing.",
        )
    reach = f"; shares of up to {percent(result.silent_high)} fit with that" if result.silent_high else ""
    return (
        f"In the {_material(result)} {theme} was voiced by none of {result.n_asked} "
        f"{_people(result)} asked (denominator: those asked; {_frame(result)}){reach}.",
        _LIMITS[result.frame],
        "Where people were chosen for their good practice, that a theme is absent shows little.",
    )


def _people(result: StrandResult) -> str:
    return "respondents" if result.unit == "respondent" else "people"


def _groups(result: StrandResult, theme: str) -> str:
    if not result.groups:
        return ""
    shown = ", ".join(_group(g, result) for g in result.groups)
    if result.frame == "census":
        return f"Mean rate over schools: {shown} ({result.denominator}; {_frame(result)})."
    return f"{theme} in the {_material(result)}: {shown} ({result.denominator}; {_frame(result)})."


def _weighing(result: StrandResult) -> str:
    """What weights and clusters cost: how many answers of equal weight these are worth."""
    if result.frame != "probability":
        return ""
    shown = ", ".join(
        f"{g.label} {g.n} respondents worth {g.n_effective:.0f} of equal weight "
        f"(design effect {'not defined' if g.design_effect is None else f'{g.design_effect:.2f}'})"
        for g in result.groups
        if g.n_effective is not None
    )
    whose = f"{_WHOSE.get(result.denominator, 'all counted')}; {_drawn(result)}"
    return f"What the weights cost ({whose}): {shown}." if shown else ""


def _thin(result: StrandResult) -> str:
    """What a small base or a merged group takes from the shares."""
    few = [g.label for g in result.groups if g.n < _FEW] if result.unit == "respondent" else []
    words = (
        f"Fewer than {_FEW} respondents in {' and '.join(few)}: take the shares as indicative." if few else ""
    )
    merged = f"Groups were put together: {result.merge_note}." if result.merge_note else ""
    return " ".join(part for part in (words, merged) if part)


def _group(group: GroupRow, result: StrandResult) -> str:
    unit = "respondents" if result.unit == "respondent" else "people"
    if result.frame == "census":
        return f"{group.label} {percent(group.share or 0.0)} of pupils in {group.n} schools"
    label = "" if len(result.groups) == 1 and group.label == "all" else f"{group.label} "
    if result.unit == "school" and result.contrast not in ("theme_pair", "ordering"):
        schools = f" at {group.n_cases} school{'' if group.n_cases == 1 else 's'}"
        mean = f", mean school share {percent(group.share)}" if group.share is not None else ""
        return f"{label}{group.n_voiced} of {group.n} {unit}{schools}{mean}"
    unit = _UNITS[result.unit]
    weighted = ""
    if result.weights == "supplied" and group.share is not None:
        weighted = f", weighted {percent(group.share)}"
    return f"{label}{group.n_voiced} of {group.n} {unit}{weighted}"


def _estimate(result: StrandResult, proposition: Proposition) -> str:
    if result.estimate is None:
        return f"Nothing is estimated: {result.reason}."
    is_points = "rho" not in result.estimate_kind and "tau" not in result.estimate_kind
    is_level = proposition.direction is Direction.LEVEL and bool(result.bound)
    numbers = (result.estimate, result.ci_low, result.ci_high)
    if is_level:
        shown, low, high = ("" if x is None else percent(x) for x in numbers)
    else:
        shown, low, high = (_number(x, is_points) for x in numbers)
    interval = _interval(low, high, is_points=is_points and not is_level)
    kind = f"{result.estimate_kind[:1].upper()}{result.estimate_kind[1:]}"
    if is_level:
        side = f"held against {result.bound}: {_level_words(result)}"
        return f"{kind} {shown} ({interval}; {_base(result)}), {side}."
    mid = _number(result.mid, is_points)
    sign = "positive is as predicted; " if proposition.direction is not Direction.NO_DIFFERENCE else ""
    words = _words(result, proposition)
    return (
        f"{kind} {shown} ({interval}; {sign}set as important: {mid.lstrip('+')}; {_base(result)}): {words}."
    )


def _interval(low: str, high: str, *, is_points: bool) -> str:
    if not (low and high):
        return "given without an interval"
    return f"95% interval {low.removesuffix(' points') if is_points else low} to {high}"


def _base(result: StrandResult) -> str:
    """Over how many of which unit, who of them counts, how they came in, and with what weight."""
    return f"over {_counted(result)}, {_WHOSE.get(result.denominator, 'all counted')}; {_drawn(result)}"


def _drawn(result: StrandResult) -> str:
    weights = "weighted" if result.weights == "supplied" else "no weights"
    return f"{_DRAWN[result.frame]}, {weights}"


def _counted(result: StrandResult) -> str:
    n = result.n_participants if result.unit == "participant" else result.n_cases
    return f"{n} {_UNITS[result.unit]}"


def _words(result: StrandResult, proposition: Proposition) -> str:
    if proposition.direction is Direction.NO_DIFFERENCE:
        if result.finding is Finding.SUPPORTS:
            return _WORDS[Finding.NO_MEANINGFUL_DIFFERENCE]
        if result.finding is Finding.OPPOSES:
            return "a difference at least as large as the one set as important"
    return _WORDS[result.finding]


def _level_words(result: StrandResult) -> str:
    return {
        Finding.SUPPORTS: "the whole interval lies on the stated side",
        Finding.OPPOSES: "the whole interval lies on the other side",
    }.get(result.finding, "the interval holds the bound, so the side is not sure")


def _number(x: float | None, is_points: bool) -> str:
    if x is None:
        return ""
    return f"{x * 100:+.0f} points" if is_points else f"{x:+.2f}"


def _test(result: StrandResult) -> str:
    if result.p is None or result.min_p is None:
        return f"No p is given: {result.reason.removeprefix('no p: ')}." if result.reason else ""
    if tested_p(result.p, result.min_p) is None:
        return UNTESTABLE if result.unit == "school" else "No p is given: no test could find anything here."
    q = f"; q over the family {p_value(result.q)}" if result.q is not None else ""
    return (
        f"The smallest p that {_counted(result)} ({_drawn(result)}) can give here is "
        f"{p_value(result.min_p)}; p is {p_value(result.p)}{q}."
    )


def _published(result: StrandResult) -> str:
    kind = result.estimate_kind
    article = "an" if kind[:1] in "aeiou" else "a"
    number = "no number" if result.estimate is None else f"{article} {kind} of {result.estimate:g}"
    if result.ci_low is not None and result.ci_high is not None:
        number += f" (95% interval {result.ci_low:g} to {result.ci_high:g})"
    elif result.estimate is not None:
        number += " (without an interval)"
    base = f"{result.n_participants:,} in all" if result.n_participants else "base not printed"
    odds = " Odds are not chances: this is no 'times as likely'." if "odds" in kind else ""
    return (
        f"{result.study} prints {number} ({base}; {result.method}; a published study; weights unknown).{odds}"
    )


def negative_sentence(result: StrandResult) -> str:
    """How many schools or people contradict the proposition, with the number beside the word."""
    cases = {c.case for c in result.negative_cases if c.why != "denies" and c.case}
    if not cases or not result.n_cases:
        return ""
    n = max(result.n_cases, len(cases))
    return f"Against it stand {quantifier(len(cases), n, unit=f'schools counted, {_DRAWN[result.frame]}')}."
