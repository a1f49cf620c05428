"""Which quotes may leave, and what may stand beside them: the only maker of a released quote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ..errors import DisclosureError
from ..model import Consent, ReleasedQuote

Attribution = Literal["role", "role+phase", "role+school"]
UnknownConsent = Literal["withhold", "include"]

ATTRIBUTIONS: tuple[str, ...] = ("role", "role+phase", "role+school")
UNKNOWN_CONSENT: tuple[str, ...] = ("withhold", "include")
REASONS = {
    "paraphrase": "consent to paraphrase only",
    "no": "no consent to quote",
    "withdrawn": "consent withdrawn",
    "unknown": "consent unknown",
    "restricted": "restricted code",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteCandidate:
    """A coded quote before it is decided whether it may leave.

    ``participant`` and ``case`` only join it to counts and never leave; ``case_pseudonym`` may.
    """

    quote: str
    code: str
    code_path: str
    participant: str
    role: str = ""
    consent: Consent = Consent.UNKNOWN
    phase: str | None = None
    case: str | None = None
    case_pseudonym: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRelease:
    """The quotes that may leave, how many stay by reason, and notes to print with them."""

    quotes: tuple[ReleasedQuote, ...]
    withheld: Mapping[str, int]
    notes: tuple[str, ...]


def release_quotes(
    candidates: Iterable[QuoteCandidate],
    *,
    unknown_consent: UnknownConsent = "withhold",
    attribution: Attribution = "role",
    restricted_codes: Collection[str] = (),
    named_codes: Collection[str] = (),
    n_people: Mapping[tuple[str, str], int] | None = None,
) -> QuoteRelease:
    """Decide quote by quote.

    Consent yes leaves word for word; paraphrase, no and withdrawn stay; unknown follows
    ``unknown_consent``. ``restricted_codes`` stay unless in ``named_codes``. Beside a quote stands
    the role alone unless ``attribution`` asks for the phase or the school's pseudonym; a school
    without a pseudonym is never named. ``n_people`` maps (case, role) to the number of such people
    in the study: where role and school go together and it is 1, or not known, a note warns.
    ``withheld`` has every reason of ``REASONS`` that occurred, by its key; a quote held back for
    both reasons counts under its consent.

    Raises:
        DisclosureError: an attribution level or an answer on unknown consent that does not exist.
    """
    _check(attribution, unknown_consent)
    barred = set(restricted_codes) - set(named_codes)
    quotes: list[ReleasedQuote] = []
    withheld: dict[str, int] = {}
    n_single = n_no_pseudonym = n_unknown = 0
    for candidate in candidates:
        reason = _withheld(candidate, unknown_consent, barred)
        if reason:
            withheld[reason] = withheld.get(reason, 0) + 1
            continue
        quotes.append(_released(candidate, attribution))
        n_unknown += candidate.consent is Consent.UNKNOWN
        if attribution == "role+school" and candidate.case is not None:
            if not candidate.case_pseudonym:
                n_no_pseudonym += 1
            elif (n_people or {}).get((candidate.case, candidate.role), 1) <= 1:
                n_single += 1
    notes = _notes(withheld, n_single, n_no_pseudonym, n_unknown)
    return QuoteRelease(quotes=tuple(quotes), withheld=withheld, notes=notes)


def _check(attribution: str, unknown_consent: str) -> None:
    if attribution not in ATTRIBUTIONS:
        raise DisclosureError.single(
            "attribution", f"'{attribution}' is not a level.", f"Use {', '.join(ATTRIBUTIONS)}."
        )
    if unknown_consent not in UNKNOWN_CONSENT:
        raise DisclosureError.single(
            "unknown consent", f"'{unknown_consent}' is no answer.", f"Use {' or '.join(UNKNOWN_CONSENT)}."
        )


def _withheld(candidate: QuoteCandidate, unknown_consent: str, barred: set[str]) -> str | None:
    if candidate.consent is Consent.UNKNOWN:
        if unknown_consent == "withhold":
            return "unknown"
    elif candidate.consent is not Consent.YES:
        return str(candidate.consent)
    if candidate.code in barred or candidate.code_path in barred:
        return "restricted"
    return None


def _released(candidate: QuoteCandidate, attribution: str) -> ReleasedQuote:
    parts = [candidate.role.strip() or "participant"]
    pseudonym = ""
    if attribution == "role+phase" and candidate.phase:
        parts.append(candidate.phase)
    if attribution == "role+school" and candidate.case_pseudonym:
        pseudonym = candidate.case_pseudonym
        parts.append(pseudonym)
    return ReleasedQuote(
        quote=candidate.quote,
        code=candidate.code,
        code_path=candidate.code_path,
        attribution=", ".join(parts),
        case_pseudonym=pseudonym,
    )


def _quotes(n: int) -> str:
    return "1 quote" if n == 1 else f"{n} quotes"


def _notes(
    withheld: Mapping[str, int], n_single: int, n_no_pseudonym: int, n_unknown: int
) -> tuple[str, ...]:
    notes: list[str] = []
    if withheld:
        counts = "; ".join(f"{REASONS[key]}: {withheld[key]}" for key in REASONS if key in withheld)
        notes.append(f"{_quotes(sum(withheld.values()))} withheld ({counts}).")
    if n_unknown:
        notes.append(f"{_quotes(n_unknown)} from people whose consent is not recorded.")
    if n_single:
        notes.append(
            f"{_quotes(n_single)} beside a role that one person of the school holds in this study: "
            "role and school together tell a reader who knows the school who spoke."
        )
    if n_no_pseudonym:
        notes.append(f"{_quotes(n_no_pseudonym)} with the role only, as the school has no pseudonym.")
    return tuple(notes)
