"""Where names stand in a text, and tables that contradict themselves."""

from __future__ import annotations

import pytest

from qualtool.errors import UserInputError
from qualtool.importing.pseudonym_table import read_pseudonyms
from qualtool.text import apply_edits
from qualtool.text.pseudonyms import Kind, Pseudonym, PseudonymTable, edits_of
from qualtool.text.verbatim import Said

TABLE = PseudonymTable(
    (
        Pseudonym(real="Alice Smith", pseudonym="[P-01]"),
        Pseudonym(real="Alice", pseudonym="[P-01]"),
        Pseudonym(real="James", pseudonym="Tim"),
        Pseudonym(real="May", pseudonym="Rowan"),
        Pseudonym(real="St. Mary's School", pseudonym="School A", kind=Kind.SCHOOL),
        Pseudonym(real="José", pseudonym="Pablo"),
        Pseudonym(real="Mary-Jane", pseudonym="Ann"),
        Pseudonym(real="山田", pseudonym="甲"),
        Pseudonym(real="Base 7", pseudonym="Base X", kind=Kind.OTHER),
    )
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Alice's and Alice’s", "[P-01]'s and [P-01]’s"),
        ("James' bag, James’s bag", "Tim' bag, Tim’s bag"),
        ("ALICE! alice.", "[P-01]! [P-01]."),
        ("JAMES james", "TIM Tim"),
        ("Alicea, malice, Alices", "Alicea, malice, Alices"),
        ("alice.smith@x.org alice_1.txt Alice2", "[P-01]@x.org [P-01]_1.txt [P-01]2"),
        ("A. Smith and Smith, Alice; A Smith", "[P-01] and [P-01]; A Smith"),
        ("Alice\nSmith, Alice  Smith, Alice-Smith", "[P-01], [P-01], [P-01]"),
        ("Alice. Smith came", "[P-01]. Smith came"),
        ("may I? MAY I? In May", "may I? ROWAN I? In Rowan"),
        ("St Mary’s School, ST. MARY'S\nSCHOOL", "School A, SCHOOL A"),
        ("Jose\u0301, José, Jose", "Pablo, Pablo, Jose"),
        ("Mary Jane, Mary\u2011Jane, MaryJane", "Ann, Ann, MaryJane"),
        ("Al\u00adice A\u200blice", "[P-01] [P-01]"),
        ("これは山田さんです", "これは甲さんです"),
        ("Base 7, base 7a, Base 77, Base 7.", "Base X, base 7a, Base 77, Base X."),
        ("Alice\u0301", "Alice\u0301"),
    ],
)
def test_names_are_found_as_whole_words_in_any_dress(text: str, wanted: str) -> None:
    """Possessives, capitals, line ends, signs and composition do not hide a name; longer words do."""
    assert apply_edits(text, edits_of(text, TABLE)) == wanted


def test_no_name_reaches_from_one_turn_into_another() -> None:
    """Across a barrier the shorter name alone is replaced."""
    text = "So said Alice\nSmith: and so on"
    assert apply_edits(text, edits_of(text, TABLE, barriers=(0, 13))) == "So said [P-01]\nSmith: and so on"


def test_an_initial_that_two_rows_claim_is_nobodys() -> None:
    """ "A. Smith" stays where both Alice and Anna Smith are in the table."""
    both = PseudonymTable(
        (Pseudonym(real="Alice Smith", pseudonym="P1"), Pseudonym(real="Anna Smith", pseudonym="P2"))
    )
    text = "A. Smith met Smith, Anna"
    assert apply_edits(text, edits_of(text, both)) == "A. Smith met P2"


def test_what_is_left_is_counted_by_row() -> None:
    """Longer words and ordinary words in small letters are told."""
    assert dict(TABLE.left("Alicea, malice, may")) == {1: 2, 3: 1}


def test_every_fault_of_a_table_is_told_without_a_name() -> None:
    """Blanks, twins, chains, swaps and unknown kinds are all told at once, by row."""
    data = (
        b"real,pseudonym,kind,case\n,P1,person,\nBob,,person,\nBob,Al,person,\nALICE,Bob,dog,\n"
        b"Carol,Alice Cooper,person,never\nx,P2,person,\n"
    )
    with pytest.raises(UserInputError) as told:
        read_pseudonyms(data, name="t.csv")
    rows = [p.where for p in told.value.problems]
    assert {f"row {n}" for n in (1, 2, 3, 4, 5, 6)} == set(rows)
    text = str(told.value)
    assert not any(name in text for name in ("Bob", "ALICE", "Alice", "Carol"))


def test_kind_and_case_of_a_row_are_read() -> None:
    """A kind left blank is a person's, a case left blank is nobody's decision."""
    data = b"real,pseudonym,kind,case\nAlice,P1,,\nElm School,School A,school,any\nMay,P2,person,as-written\n"
    assert read_pseudonyms(data, name="t.csv").entries == (
        Pseudonym(real="Alice", pseudonym="P1"),
        Pseudonym(real="Elm School", pseudonym="School A", kind=Kind.SCHOOL, any_case=True),
        Pseudonym(real="May", pseudonym="P2", any_case=False),
    )


def test_a_table_of_a_spreadsheet_is_read() -> None:
    """Semicolons, a byte-order mark and columns in capitals do not matter."""
    data = "\ufeffReal;Pseudonym;Kind\r\nAlice;P1;\r\n\r\n".encode()
    assert read_pseudonyms(data, name="t.csv").entries == (Pseudonym(real="Alice", pseudonym="P1"),)


def test_what_somebody_said_is_found_where_it_is_repeated() -> None:
    """Six words in a row, or a whole short sentence, are found whatever case and signs; less is not."""
    said = Said(["We never saw the lake again after that.", "It was cold."])
    memo = "She: “never saw the LAKE again after”. Then: it was cold, he said. We never saw it."
    wanted = "She: “-”. Then: -, he said. We never saw it."
    assert apply_edits(memo, said.edits(memo, "-")) == wanted
