"""Pseudonyms over all of Unicode: quotes are kept but for the names, and the way back is exact."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.text import Reanchoring, apply_edits, count_words
from qualtool.text.pseudonyms import Pseudonym, PseudonymTable, edits_of
from qualtool.text.verbatim import masked
from qualtool.workflows.coding import coding
from qualtool.workflows.gathering import import_codebook, import_survey
from qualtool.workflows.keeping import checking, key_file, pseudonymise
from qualtool.workflows.study import studies

ANY = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00\r\ufeff"), max_size=12)
NAMES = st.sampled_from(("Alice", "ALICE", "alice", "Zoe\u0308", "Zoë", "Al\u00adice", "Mary\nJane", "山田"))
TEXTS = st.lists(ANY | NAMES | st.sampled_from((" ", ", ", "\n", "’s ")), min_size=1, max_size=12).map(
    "".join
)
TABLE = PseudonymTable(
    tuple(
        Pseudonym(real=real, pseudonym=pseudonym)
        for real, pseudonym in (
            ("Alice", "[P-01]"),
            ("Zoë", "X"),
            ("Mary-Jane", "\U0001f469"),
            ("山田", "甲"),
        )
    )
)
PASS = "a long enough passphrase"


@pytest.fixture(autouse=True, scope="module")
def cheap_keys() -> Iterator[None]:
    """What a guess costs is of no matter here, and would be most of the time."""
    cost, key_file._N = key_file._N, 2
    yield
    key_file._N = cost


@given(text=TEXTS)
def test_what_is_no_name_stays_as_it_is(text: str) -> None:
    """Outside the names not one character changes, and a second run finds nothing more."""
    edits = edits_of(text, TABLE)
    new = apply_edits(text, edits)
    assert Reanchoring(text, edits).inverse().new == text
    assert edits_of(new, TABLE) == []


@given(text=TEXTS, numbers=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_a_mask_keeps_the_number_of_words_alone(text: str, numbers: tuple[int, int]) -> None:
    """Masked, a stretch keeps how many words it had and none of its letters but x."""
    start, end = sorted(n % (len(text) + 1) for n in numbers)
    cut = text[:start] + "\n" + text[start:end] + "\n" + text[end:]
    new = apply_edits(cut, masked(cut, start + 1, end + 1))
    inner = new[start + 1 : len(new) - (len(text) - end) - 1]
    assert set(inner) <= set("x –")
    assert count_words(inner) == count_words(text[start:end])


def _study(folder: Path, texts: list[str]) -> Path:
    study = folder / "study.db"
    studies.create_study(study, by="Ada")
    guids = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(2)]
    codes = tuple(Code(guid=g, name=f"Code {n}", short_id=f"C{n}") for n, g in enumerate(guids))
    import_codebook.save_codebook(study, Codebook(title="T", codes=codes), by="Ada", note="first")
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "t"), *((n, text) for n, text in enumerate(texts))])
    mapping = SurveyMapping(id="id", text=("t",))
    import_survey.import_survey(study, Path("s.csv"), mapping, data=out.getvalue().encode(), by="Ada")
    return study


def _codings(study: Path) -> dict[str, tuple[int, int, str, str]]:
    with connection.reading(study) as db:
        rows = db.conn.execute(
            "SELECT g.guid, g.start_char, g.end_char, g.quote, s.name FROM coding g JOIN source s"
            " ON s.id = g.source_id WHERE g.removed_at IS NULL"
        )
        return {guid: tuple(rest) for guid, *rest in rows}


def _texts(study: Path) -> list[tuple[Any, ...]]:
    with connection.reading(study) as db:
        return db.conn.execute("SELECT source_id, version, text, sha256 FROM text_version").fetchall()


@given(
    texts=st.lists(TEXTS.filter(lambda t: bool(t.strip())), min_size=1, max_size=3),
    spans=st.lists(st.tuples(*[st.integers(0, 200)] * 4), max_size=15),
)
# Without shrinking, which would take minutes: each example makes a study.
@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
def test_quotes_are_kept_but_for_the_names_and_the_way_back_is_exact(
    texts: list[str], spans: list[tuple[int, int, int, int]]
) -> None:
    """No coding is lost; one that cuts no name keeps its quote but for names; reversed, all is as before."""
    with tempfile.TemporaryDirectory() as folder:
        study = _study(Path(folder), texts)
        for which, a, b, c in spans:
            source = f"s.csv#{which % len(texts)}#t"
            try:
                text = coding.text_of(study, source)
            except UserInputError:
                continue  # a blank answer is no source
            start = a % len(text)
            end = start + 1 + b % min(10, len(text) - start)
            coding.code_selection(study, source, start, end, f"C{c % 2}", coder="Ada")
        before, was = _codings(study), _texts(study)
        key = Path(folder) / "k"
        found = pseudonymise.apply(study, TABLE, key=key, passphrase=PASS, keep_backups=True, by="Ada")
        after = _codings(study)
        merged = {guid for row in found["sources"] for guid in row["merged"]}
        assert set(after) == set(before) - merged
        cut = {one["guid"] for row in found["sources"] for one in row["needs_review"]}
        for guid, (_, _, quote, _) in before.items():
            if guid not in cut | merged and quote != after[guid][2]:
                assert apply_edits(quote, edits_of(quote, TABLE)) == after[guid][2]
        assert checking.check_study(study)["problems"] == []
        if key.exists():
            pseudonymise.reverse(study, key=key, passphrase=PASS, by="Ada")
        assert _texts(study) == was
        assert _codings(study) == before
        assert checking.check_study(study)["problems"] == []
