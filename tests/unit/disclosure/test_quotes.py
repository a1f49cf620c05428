"""Which quotes may leave."""

import pytest

from qualtool.disclosure import QuoteCandidate, release_quotes
from qualtool.errors import DisclosureError
from qualtool.model import Consent


def candidate(consent: Consent = Consent.YES, **fields: str | None) -> QuoteCandidate:
    values = {
        "quote": f"words {consent}",
        "code": "MAGNET",
        "code_path": "Steering > Magnet reputation",
        "participant": "P-7",
        "role": "SENCO",
        "phase": "primary",
        "case": "Hill School",
        "case_pseudonym": "School A",
        **fields,
    }
    return QuoteCandidate(consent=consent, **values)  # pyright: ignore


def test_only_consented_quotes_leave() -> None:
    """Yes leaves; paraphrase, no, withdrawn and, by default, unknown stay and are counted."""
    found = release_quotes([candidate(c) for c in Consent])
    assert [q.quote for q in found.quotes] == ["words yes"]
    assert found.withheld == {"paraphrase": 1, "no": 1, "withdrawn": 1, "unknown": 1}
    assert found.notes[0].startswith("4 quotes withheld")


def test_unknown_consent_leaves_only_when_told_so() -> None:
    """'include' lets unknown consent out with a note, and never no or withdrawn."""
    found = release_quotes([candidate(c) for c in Consent], unknown_consent="include")
    assert [q.quote for q in found.quotes] == ["words yes", "words unknown"]
    assert any("not recorded" in note for note in found.notes)


def test_restricted_codes_stay_unless_named() -> None:
    """A restricted code leaves only when it is named."""
    quote = candidate(code="ADULT-CONDUCT")
    stays = release_quotes([quote], restricted_codes=["ADULT-CONDUCT"])
    leaves = release_quotes([quote], restricted_codes=["ADULT-CONDUCT"], named_codes=["ADULT-CONDUCT"])
    assert stays.withheld == {"restricted": 1}
    assert len(leaves.quotes) == 1


def test_the_role_alone_is_the_default() -> None:
    """By default nothing but the role stands beside a quote."""
    quote = release_quotes([candidate()]).quotes[0]
    assert (quote.attribution, quote.case_pseudonym) == ("SENCO", "")


def test_more_attribution_is_given_only_when_asked_for() -> None:
    """Phase or the school's pseudonym can be added; the school's name and the person never."""
    phase = release_quotes([candidate()], attribution="role+phase").quotes[0]
    school = release_quotes([candidate()], attribution="role+school").quotes[0]
    assert (phase.attribution, phase.case_pseudonym) == ("SENCO, primary", "")
    assert (school.attribution, school.case_pseudonym) == ("SENCO, School A", "School A")


@pytest.mark.parametrize("attribution", ["role", "role+phase", "role+school"])
def test_no_level_lets_a_name_out(attribution: str) -> None:
    """Participant and school name stand in no released field."""
    found = release_quotes([candidate(), candidate(case_pseudonym=None)], attribution=attribution)  # pyright: ignore
    assert "Hill School" not in repr(found)
    assert "P-7" not in repr(found)


def test_a_role_one_person_holds_gets_a_note() -> None:
    """One SENCO a school: role and school together tell who spoke; not so with four teachers."""
    quotes = [candidate(), candidate(role="teacher")]
    counts = {("Hill School", "SENCO"): 1, ("Hill School", "teacher"): 4}
    found = release_quotes(quotes, attribution="role+school", n_people=counts)
    assert found.notes == (
        "1 quote beside a role that one person of the school holds in this study: "
        "role and school together tell a reader who knows the school who spoke.",
    )
    assert release_quotes(quotes, n_people=counts).notes == ()


def test_a_school_without_a_pseudonym_is_not_named() -> None:
    """Role only, with a note."""
    found = release_quotes([candidate(case_pseudonym=None)], attribution="role+school")
    assert found.quotes[0].attribution == "SENCO"
    assert "no pseudonym" in found.notes[0]


def test_a_person_without_a_role_is_a_participant() -> None:
    """A blank role does not leave the attribution blank."""
    assert release_quotes([candidate(role=" ")]).quotes[0].attribution == "participant"


def test_levels_that_do_not_exist_are_refused() -> None:
    """The error lists what may be chosen."""
    with pytest.raises(DisclosureError, match=r"role\+phase"):
        release_quotes([], attribution="name")  # pyright: ignore
    with pytest.raises(DisclosureError, match="withhold or include"):
        release_quotes([], unknown_consent="ask")  # pyright: ignore
