"""Written numbers and addresses that name one person or school: found by their form and check digits.

UPN: a check letter and twelve signs (Department for Education, *Unique Pupil Numbers*; letters without
I, O and S, weights 2 to 13, modulo 23). NHS number: ten digits, weights 10 to 2, modulo 11 (NHS Data
Dictionary). Postcodes: areas of Royal Mail, and letters its inward codes never use left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


class Written(NamedTuple):
    """One place: half-open offsets, what was found, the word of its pseudonym, and the rule."""

    start_char: int
    end_char: int
    stem: str
    why: str


def is_upn(sign: str) -> bool:
    """Is this a unique pupil number with the right check letter? A temporary one ends in a letter."""
    if not re.fullmatch(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]", sign):
        return False
    values = [int(s) if s.isdigit() else _UPN_LETTERS.index(s) for s in sign[1:]]
    return _UPN_LETTERS[sum(v * w for w, v in enumerate(values, 2)) % 23] == sign[0]


def is_nhs_number(sign: str) -> bool:
    """Is this an NHS number, blanks and hyphens aside, with the right check digit?"""
    digits = re.sub(r"[ -]", "", sign)
    if not re.fullmatch(r"\d{10}", digits):
        return False
    check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(digits[9])


_AREAS = (
    "AB AL BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EC EH EN EX"
    " FK FY GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA LD LE LL LN LS LU ME MK ML NE NG"
    " NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ"
    " TR TS TW UB WA WC WD WF WN WR WS WV YO ZE ZZ B E G L M N S W"
)
_POSTCODE = re.compile(
    rf"\b(?:{'|'.join(_AREAS.split())})\d[\dA-Z]?[ \t]?\d[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}\b")
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'“”‘’)\]]{3,300}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+/.-])(?:\+44[ ]?(?:\(0\)[ ]?)?[1-9]|\(0\d{2,5}\)|0[1-9])(?:[ -]?\d){4,10}(?![\w/]|\.\d|-\d)"
)
_NHS = re.compile(r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])")
_UPN = re.compile(r"(?<!\w)[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z](?!\w)")
_URN = re.compile(
    r"\bURN\b[^\w\n]{0,3}(?:(?:is|was|number|no)\b[^\w\n]{0,3}){0,2}(\d{6})(?!\d)", re.IGNORECASE
)
_INSURANCE = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ ]?\d{2}){3}[ ]?[A-D](?!\w)")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?,? {_MONTH}(?:,? (?:in )?\d{{4}})?"
    rf"|{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}})(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(r"\b(?:born|date of birth|d\.?\s?o\.?\s?b\b\.?|birthdays?|birth date)", re.IGNORECASE)
# How far from the word a date of birth may stand: "born, if you can believe it, on 3 May 2014".
_BEFORE, _AFTER = 30, 40


def _is_phone(sign: str) -> bool:
    digits = re.sub(r"\D", "", sign.replace("(0)", ""))
    national = digits[2:] if sign.startswith("+44") else digits[1:]
    return 9 <= len(national) <= 10 and national[0] in "123578"


def _any(_: str) -> bool:
    return True


# In this order: what one rule takes, a later one leaves alone.
# The last cell is what a text must hold for the rule to be worth the time.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], bool], str, str, re.Pattern[str]], ...] = (
    (_EMAIL, _any, "EMAIL", "e-mail address", re.compile("@")),
    (_WEB, _any, "WEB", "web address", re.compile(r"://|[Ww]{3}\.")),
    (_UPN, is_upn, "NUMBER", "unique pupil number with a right check letter", re.compile(r"\d{11}")),
    (_NHS, is_nhs_number, "NUMBER", "NHS number with a right check digit", re.compile(r"\d{3}[ -]?\d{3}")),
    (_INSURANCE, _any, "NUMBER", "national insurance number", re.compile(r"\d\d[ ]?\d\d[ ]?\d\d")),
    (_PHONE, _is_phone, "PHONE", "telephone number", re.compile(r"\d{3}")),
    (_POSTCODE, _any, "POSTCODE", "postcode", re.compile(r"\d[A-Za-z]{2}\b")),
)


def written_identifiers(text: str) -> list[Written]:
    """Every written number or address in a text, in order, none overlapping another."""
    found: list[Written] = []
    for written in _all(text):
        if all(written.end_char <= w.start_char or written.start_char >= w.end_char for w in found):
            found.append(written)
    return sorted(found)


def _all(text: str) -> Iterator[Written]:
    for pattern, is_right, stem, why, needed in _FORMS:
        for match in pattern.finditer(text) if needed.search(text) else ():
            if is_right(match.group()):
                end = match.end() - (len(match.group()) - len(match.group().rstrip(".,;:!?")))
                yield Written(match.start(), end, stem, why)
    for match in _URN.finditer(text):
        yield Written(match.start(1), match.end(1), "NUMBER", "number of a school beside 'URN'")
    for birth in _BIRTH.finditer(text):
        low = max(0, birth.start() - _BEFORE)
        for date in _DATE.finditer(text, low, birth.end() + 2 * _AFTER):
            between = text[min(date.start(), birth.start()) : max(date.end(), birth.end())]
            if date.start() <= birth.end() + _AFTER and "\n" not in between:
                yield Written(date.start(), date.end(), "DATE", "date beside 'born' or 'birthday'")
