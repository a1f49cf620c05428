"""Written numbers and addresses: their forms, their check digits, and what only looks like them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qualtool.suggest.identifiers import is_nhs_number, is_upn, written_identifiers


def found(text: str) -> list[tuple[str, str]]:
    return [(text[w.start_char : w.end_char], w.stem) for w in written_identifiers(text)]


def test_published_pupil_numbers() -> None:
    """The numbers that python-stdnum's page on UPNs gives as valid and as wrong are told apart."""
    assert is_upn("B801200005001")
    assert not is_upn("A801200005001")
    assert not is_upn("X80120000A001")


def test_pupil_number_letters() -> None:
    """Of 23 possible check letters one is right; a temporary number ends in a letter, never I, O or S."""
    right = [letter for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" if is_upn(f"{letter}82043200112A")]
    assert len(right) == 1
    assert not any(is_upn(f"{letter}80120000500{last}") for letter in "ISO" for last in "1A")
    assert not any(is_upn(f"B80120000500{last}") for last in "IOS")


@pytest.mark.parametrize("number", ["943 476 5919", "9434765919", "943-476-5919", "401 023 2137"])
def test_published_nhs_numbers(number: str) -> None:
    """Numbers that the NHS publishes as examples have the right check digit."""
    assert is_nhs_number(number)


@pytest.mark.parametrize("number", ["943 476 5918", "943 476 591", "943 476 59190", "1234567890"])
def test_other_numbers_are_no_nhs_numbers(number: str) -> None:
    """A wrong check digit or another length is refused."""
    assert not is_nhs_number(number)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("write to a.b-c@school.sch.uk, please", [("a.b-c@school.sch.uk", "EMAIL")]),
        ("it is on https://example.org/a_b.", [("https://example.org/a_b", "WEB")]),
        ("ring 01632 960123 after nine", [("01632 960123", "PHONE")]),
        ("or (01632) 960 123 then", [("(01632) 960 123", "PHONE")]),
        ("text +44 7700 900123.", [("+44 7700 900123", "PHONE")]),
        ("text +44 (0)7700 900123.", [("+44 (0)7700 900123", "PHONE")]),
        ("on 07700900456 or", [("07700900456", "PHONE")]),
        ("live at SW1A 1AA, then m1 1ae.", [("SW1A 1AA", "POSTCODE"), ("m1 1ae", "POSTCODE")]),
        ("his UPN B801200005001 is", [("B801200005001", "NUMBER")]),
        ("NHS number 943 476 5919", [("943 476 5919", "NUMBER")]),
        ("her number is AB 12 34 56 C", [("AB 12 34 56 C", "NUMBER")]),
        ("the URN is 900001, and", [("900001", "NUMBER")]),
        ("URN: 900001", [("900001", "NUMBER")]),
        ("he was born on 3 May 2014 in", [("3 May 2014", "DATE")]),
        ("born, would you believe, on the 3rd of May 2014", [("3rd of May 2014", "DATE")]),
        ("DOB 03/05/2014", [("03/05/2014", "DATE")]),
        ("date of birth: 2014-05-03", [("2014-05-03", "DATE")]),
        ("her birthday's May 3rd", [("May 3rd", "DATE")]),
        ("on 3 May 2014 she was born", [("3 May 2014", "DATE")]),
    ],
)
def test_what_is_found(text: str, wanted: list[tuple[str, str]]) -> None:
    """Each form is found whole, without the marks around it."""
    assert found(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "about 1,000 of 200000 pupils in 2024",
        "from 01/02/2024 to 03/04/2024 we had 12",
        "on 3 May 2014 the base opened",
        "his number A801200005001 is wrong",
        "call 999 or 101, or 0845",
        "page 900001 of 123456",
        "Year 6 and Key Stage 2, 4B and 5A",
        "at 10 4th graders",
        "the ratio 943 476 5918",
        "born\non 3 May 2014",
        "@home and a@b",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    """Dates of anything but a birth, wrong check digits and ordinary numbers are no identifiers."""
    assert found(text) == []


def test_places_do_not_overlap() -> None:
    """One stretch is one identifier, taken by the first rule that fits."""
    text = "a.b@c.org www.c.org/01632960123 SW1A 1AA 07700 900123 B801200005001 943 476 5919"
    written = written_identifiers(text)
    assert len(written) == 6
    assert all(a.end_char <= b.start_char for a, b in pairwise(written))
