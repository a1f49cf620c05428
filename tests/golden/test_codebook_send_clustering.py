"""The codebook that comes with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qualtool.codebook import read_codebook, write_codebook
from qualtool.model import Codebook

FILE = Path(__file__).resolve().parents[2] / "codebooks" / "send-clustering.yaml"

TREE = {
    "Steering": "MAGNET PUSH RESIST DISSUADED SPIRAL UNEVEN RECORDING ATTAIN-TENSION SPECIALIST-SUPPLY",
    "Limits and expectations": "EXPECT LIMITS LOWSEND LOW-EXPECT",
    "Bases": "BASE-JOINT BASE-PEER BASE-FIT BASE-LOAD",
    "Practice": "EXPERTISE CULTURE FLEX INFLEX UNIVERSAL STAFF-KNOW SUPPORT-1TO1 EARLY-ID PLAN-ADHERENCE "
    "COLLAB EARLY-YEARS",
    "Pressure": "WORKLOAD FUNDING SAFETY WORKFORCE",
    "Exclusion": "COVERT-EXCL SUSPENSION OFFROLL ATTENDANCE UNMET DELAY ADULT-CONDUCT",
    "Families and effects": "PARTNERSHIP VOICE DISTRESS FAMILY-COST ENGAGE PEER-BENEFIT",
}
# GUIDs of studies made with this codebook: they must never change.
GUIDS = {
    "MAGNET": "a0a2264a-348b-5883-9bcf-244cddf5356b",
    "BASE-JOINT": "408db982-f143-5b58-9666-5642e2b644d9",
    "REMEDY": "e6b73195-faa8-5872-bbb3-c75f85bcdff2",
}
WORKS = ("NFER (2026)", "Schools Week (2026)", "nasen (2026)", "Tes (2026)", "Mime (2024)")


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return read_codebook(FILE.read_bytes(), name=FILE.name)


def test_all_codes_stand_under_their_headings(codebook: Codebook) -> None:
    """The file has the 46 codes under seven headings, with the proposed change alone at the top."""
    known = codebook.by_guid()
    found = {code.name: [] for code in codebook.codes if not code.is_codable}
    for code in codebook.codes:
        if code.parent is not None:
            found[known[code.parent].name].append(code.short_id)
    assert found == {heading: ids.split() for heading, ids in TREE.items()}
    assert [code.short_id for code in codebook.codes if code.is_codable and code.parent is None] == ["REMEDY"]
    assert sum(code.is_codable for code in codebook.codes) == 46


@pytest.mark.parametrize(
    ("short_id", "path"),
    [
        ("MAGNET", "Steering > Magnet reputation"),
        ("EXPECT", "Limits and expectations > Unrealistic expectations"),
        ("BASE-JOINT", "Bases > Base-mainstream integration"),
        ("REMEDY", "Proposed change"),
    ],
)
def test_names_on_screen(codebook: Codebook, short_id: str, path: str) -> None:
    """A code is found by its short id and shown by its readable path."""
    code = codebook.find(short_id)
    assert code is not None
    assert codebook.path(code) == path
    assert codebook.find(path) == codebook.find(code.name) == code


@pytest.mark.parametrize(("short_id", "guid"), GUIDS.items())
def test_guids_never_change(codebook: Codebook, short_id: str, guid: str) -> None:
    """A code has the GUID it has had from the first release."""
    code = codebook.find(short_id)
    assert code is not None
    assert code.guid == guid


def test_every_code_is_described_in_whole_sentences(codebook: Codebook) -> None:
    """Definitions and rules of use are sentences, and only the restricted code has no example."""
    for code in codebook.codes:
        assert re.fullmatch(r"[A-Z].{25,}\.", code.definition), code.key
        if code.is_codable:
            assert re.fullmatch(r"[A-Z].{10,}\.", code.apply_when), code.key
            assert re.fullmatch(r"[A-Z].{10,}\.", code.do_not_apply_when), code.key
            assert bool(code.example) is not code.is_restricted, code.key


def test_definitions_and_examples_are_distinct(codebook: Codebook) -> None:
    """No two codes share a name, a definition or an example."""
    codable = [code for code in codebook.codes if code.is_codable]
    assert len({code.name.casefold() for code in codebook.codes}) == len(codebook.codes)
    assert len({code.definition for code in codable}) == len(codable)
    assert len({code.example for code in codable}) == len(codable)


def test_only_the_conduct_of_adults_is_restricted(codebook: Codebook) -> None:
    """One code is restricted, and it holds no example."""
    assert [(c.short_id, c.example) for c in codebook.codes if c.is_restricted] == [("ADULT-CONDUCT", "")]


def test_citations_name_known_works(codebook: Codebook) -> None:
    """Every code cites one or more of the works that the head of the file lists."""
    head = FILE.read_text(encoding="utf-8").partition("title:")[0]
    for code in codebook.codes:
        cited = code.citation.split("; ") if code.citation else []
        assert set(cited) <= set(WORKS), code.key
        assert bool(cited) is code.is_codable, code.key
    assert all(work.split(" ")[0] in head for work in WORKS)


def test_codes_that_rules_point_to_are_there(codebook: Codebook) -> None:
    """Every short id that a rule of use points to is a code of this file."""
    ids = {code.short_id for code in codebook.codes}
    pointed = {
        short_id
        for code in codebook.codes
        for group in re.findall(r"\(([A-Z0-9, -]+)\)", code.do_not_apply_when)
        for short_id in group.split(", ")
    }
    assert len(pointed) > 20
    assert pointed <= ids


def test_each_group_has_its_own_colour(codebook: Codebook) -> None:
    """The eight groups at the top have eight colours, and codes have that of their group."""
    known = codebook.by_guid()
    tops = [code.colour for code in codebook.codes if code.parent is None]
    assert len(set(tops)) == len(tops) == 8
    assert all(code.colour == known[code.parent].colour for code in codebook.codes if code.parent)


def test_the_file_survives_writing(codebook: Codebook) -> None:
    """Written out and read again the codebook is equal."""
    assert read_codebook(write_codebook(codebook).encode(), name="again.yaml") == codebook
