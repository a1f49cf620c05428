"""Faults of other programs when names are taken out, each as a test that ours does not have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.text.pseudonyms import Pseudonym, PseudonymTable
from qualtool.workflows.coding import coding
from qualtool.workflows.gathering import import_codebook, import_survey, import_transcripts
from qualtool.workflows.keeping import checking, pseudonymise
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.themes import themes

TABLE = PseudonymTable((Pseudonym(real="Alice", pseudonym="[PUPIL-01]"),))
TEXT = (
    "Interviewer: How did Alice find school?\n"
    "Mother: Alice loved school. I felt listened to, and Alice's teacher rang us every week.\n"
    "Interviewer: And now?\nMother: Now it is quiet. We left in May.\n"
)
QUOTES = (
    "Alice loved school",
    "school",
    "I felt listened to",
    "Alice's teacher rang us every week",
    "it is quiet",
    "We left in May.",
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.db"
    studies.create_study(path, by="Ada")
    code = Code(guid="00000000-0000-4000-8000-000000000001", name="Home", short_id="C0")
    import_codebook.save_codebook(path, Codebook(title="T", codes=(code,)), by="Ada", note="first")
    return path


def test_replacing_alice_by_pupil_01_shifts_no_coding(study: Path, tmp_path: Path) -> None:
    """QualCoder: later codings drift, stored quotes are overwritten; here they differ by the name alone."""
    import_transcripts.import_loaded(study, [("a.txt", TEXT.encode())], ImportReport(), by="Ada")
    for quote in QUOTES:
        start = TEXT.index(quote)
        coding.code_selection(study, "a.txt", start, start + len(quote), "C0", coder="Ada")
    found = pseudonymise.apply(study, TABLE, key=tmp_path / "k", passphrase="pass words", by="Ada")
    (row,) = found["sources"]
    assert (row["kept"], row["moved"], row["needs_review"], row["lost"]) == (0, 6, [], 0)
    assert row["renamed"] == 2
    quotes = {r["quote"] for r in themes.quotes(study)}
    assert quotes == {quote.replace("Alice", "[PUPIL-01]") for quote in QUOTES}
    assert checking.check_study(study)["problems"] == []


def test_no_raw_name_of_a_survey_stays_in_quotes_or_vectors(study: Path, tmp_path: Path) -> None:
    """QualCoder: raw text stays in quotes and the AI index; here no byte of it is outside the key file."""
    data = b"id,t\n1,Alice cried every morning\n2,nothing to say\n"
    import_survey.import_survey(
        study, Path("s.csv"), SurveyMapping(id="id", text=("t",)), data=data, by="Ada"
    )
    coding.code_selection(study, "s.csv#1#t", 0, 11, "C0", coder="Ada")
    with connection.writing(study) as db:
        db.conn.execute(
            "INSERT INTO embedding (text_sha256, model_digest, backend, vector) VALUES ('k', 'm', 'b', ?)",
            (b"\x00Alice cried every morning",),
        )
    assert b"Alice" in study.read_bytes()
    pseudonymise.apply(study, TABLE, key=tmp_path / "k", passphrase="pass words", by="Ada")
    for path in tmp_path.rglob("*"):
        assert b"alice" not in path.read_bytes().lower(), path.name
    assert [r["quote"] for r in themes.quotes(study)] == ["[PUPIL-01] cried"]
    with connection.reading(study) as db:
        assert db.conn.execute("SELECT count(*) FROM embedding").fetchone()[0] == 0
