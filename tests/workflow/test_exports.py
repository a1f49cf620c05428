"""Files that leave: what they say of themselves, and what never leaves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from qualtool.store.file import connection
from qualtool.workflows.exports import exporting
from qualtool.workflows.people.consent import change_consents
from qualtool.workflows.themes import themes

Run = Callable[..., Any]
SECRET = "Only I know about the flooded cellar"
LEAK = "Nobody asked me whether I minded"


@pytest.fixture
def delicate(tiny: Path, tmp_path: Path, qualtool: Run) -> Path:
    """The small study with a restricted code, formula-like quotes, and people of every kind of consent."""
    extra = tmp_path / "extra.yaml"
    extra.write_text(
        "title: Extra\ncodes:\n  - {id: SECRET, name: Safeguarding, restricted: true}\n"
        "  - {id: PLAIN, name: Plain}\n"
    )
    assert qualtool("import", "codebook", tiny, extra).code == 0
    lines = {
        "yes": f"{SECRET}. We are open about it.",
        "paraphrase": f"{LEAK}, paraphrase.",
        "no": f"{LEAK}, no.",
        "withdrawn": f"{LEAK}, withdrawn.",
        "unknown": f"{LEAK}, unknown.",
    }
    starts = ["=1+1 is what she said", "+44 is the number", "-5 degrees in the hall", "@home is a scheme"]
    talk = "Interviewer: Well?\n" + "".join(f"P{kind}: {words}\n" for kind, words in lines.items())
    talk += "".join(f"Pyes: {words}\n" for words in starts)
    (tmp_path / "group.txt").write_text(talk)
    sheet = tmp_path / "group.csv"
    rows = ["file,speaker,participant,role,case,urn,consent_quote"]
    rows += [
        f"group.txt,P{k},Person {k},Parent,Ashgrove Primary,900101,{'' if k == 'unknown' else k}"
        for k in lines
    ]
    sheet.write_text("\n".join(rows) + "\n")
    assert qualtool("import", "transcripts", tiny, tmp_path / "group.txt", "--sheet", sheet).code == 0
    for words in (*lines.values(), *starts):
        at = talk.index(words)
        assert qualtool("code", tiny, "group", at, at + len(words), "PLAIN", "--coder", "amira").code == 0
    at = talk.index(SECRET)
    assert qualtool("code", tiny, "group", at, at + len(SECRET), "SECRET", "--coder", "amira").code == 0
    return tiny


def table(content: bytes, format: str) -> list[dict[str, Any]]:
    """The rows of an export, as a spreadsheet program would read them."""
    if format == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    head, *rows = load_workbook(io.BytesIO(content))["Data"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def whole(content: bytes, format: str) -> str:
    """All text in an export, every sheet included."""
    if format != "xlsx":
        return content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["frequencies", "quotes", "codings"])
def test_a_working_copy_says_it_is_confidential(delicate: Path, format: str, what: str) -> None:
    """A working copy says inside that it is confidential, and by which version it was made."""
    made = exporting.export_bytes(delicate, format=format, what=what)
    text = whole(made.content, format)
    assert "CONFIDENTIAL" in text
    assert "Release:" not in text
    if format == "xlsx":
        assert "qualtool 0." in text and "Codebook version" in text
    assert len(table(made.content, format)) == made.rows


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["frequencies", "quotes"])
def test_a_release_does_not_say_it_is_confidential(delicate: Path, format: str, what: str) -> None:
    """A release says that it is one."""
    text = whole(exporting.export_bytes(delicate, format=format, what=what, release=True).content, format)
    assert "Release:" in text
    assert "CONFIDENTIAL" not in text


def test_the_transfer_says_it_is_confidential_and_holds_all(
    delicate: Path, tmp_path: Path, qualtool: Run
) -> None:
    """The JSON of a whole study is a transfer: confidential, and with everybody's words."""
    file = tmp_path / "study.json"
    assert qualtool("export", delicate, file).code == 0
    text = file.read_text(encoding="utf-8")
    document = json.loads(text)
    assert "CONFIDENTIAL transfer" in document["about"][0]["text"]
    for kind in ("paraphrase", "no", "withdrawn", "unknown"):
        assert f"{LEAK}, {kind}." in text
    quotes = {c["guid"]: c["quote"] for c in document["codings"]}
    assert quotes == {r["guid"]: r["quote"] for r in themes.quotes(delicate)}
    with connection.reading(delicate) as db:
        for name, table_name in (
            ("sources", "source"),
            ("participants", "participant"),
            ("cases", "study_case"),
            ("codes", "code"),
            ("segments", "segment"),
            ("answers", "answer"),
            ("asked", "asked"),
            ("events", "event"),
        ):
            n = db.conn.execute(f"SELECT count(*) FROM {table_name}").fetchone()[0]
            assert len(document[name]) == n, name


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["quotes", "codings"])
def test_a_no_stays_a_no(delicate: Path, format: str, what: str) -> None:
    """Words of people who said no or withdrew are in no working copy, and are counted as withheld."""
    made = exporting.export_bytes(delicate, format=format, what=what)
    text = whole(made.content, format)
    assert f"{LEAK}, no." not in text and f"{LEAK}, withdrawn." not in text
    assert "Person no" not in text
    assert f"{LEAK}, unknown." in text and f"{LEAK}, paraphrase." in text
    assert made.withheld["consent no"] == 1
    assert made.withheld["consent withdrawn"] == 1


@pytest.mark.parametrize("answer", ["withhold", "include"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_release_asks_for_consent(delicate: Path, format: str, answer: Any) -> None:
    """In a release only a yes leaves; unknown consent is withheld unless it is asked to be included."""
    made = exporting.export_bytes(
        delicate, format=format, what="quotes", release=True, unknown_consent=answer
    )
    text = whole(made.content, format)
    for kind in ("paraphrase", "no", "withdrawn"):
        assert f"{LEAK}, {kind}." not in text
        assert made.withheld[kind] >= 1
    assert (f"{LEAK}, unknown." in text) == (answer == "include")
    assert "Three families have moved" in text
    assert "Person " not in text and "group.txt" not in text and "amira" not in text


def test_unknown_is_withheld_by_default(delicate: Path, tmp_path: Path, qualtool: Run) -> None:
    """The command withholds unknown consent without being told to."""
    file = tmp_path / "quotes.csv"
    ran = qualtool("export", delicate, file, "--what", "quotes", "--release", "--json")
    assert ran.code == 0
    assert ran.json["withheld"]["unknown"] >= 1
    assert f"{LEAK}, unknown." not in file.read_text(encoding="utf-8-sig")


def test_a_changed_mind_counts_at_once(delicate: Path) -> None:
    """Consent withdrawn today keeps the quote out of today's export."""
    before = exporting.export_bytes(delicate, format="csv", what="quotes")
    change_consents(delicate, ["Person yes"], "withdrawn", by="amira")
    after = exporting.export_bytes(delicate, format="csv", what="quotes")
    assert b"44 is the number" in before.content
    assert b"44 is the number" not in after.content


def test_a_quote_over_two_turns_needs_a_yes_from_both(delicate: Path, qualtool: Run) -> None:
    """A passage that begins with a yes and runs into the words of a no leaves in no file."""
    text = qualtool("text", delicate, "group").out
    start, end = text.index("We are open"), text.index(f"{LEAK}, no.") + len(LEAK) + 5
    assert qualtool("code", delicate, "group", start, end, "MAGNET", "--coder", "amira").code == 0
    for options in ({}, {"release": True, "unknown_consent": "include"}):
        made = exporting.export_bytes(delicate, format="csv", what="quotes", **options)
        assert f"{LEAK}, no.".encode() not in made.content
    (row,) = [r for r in themes.quotes(delicate, code="MAGNET") if r["source"] == "group.txt"]
    assert (row["participant"], row["consent"]) == ("Person yes", "no")


@pytest.mark.parametrize("release", [False, True])
@pytest.mark.parametrize("what", ["frequencies", "quotes"])
def test_restricted_codes_leave_only_by_name(delicate: Path, what: str, release: bool) -> None:
    """A restricted code is left out of every table and quote unless it is named."""
    options: dict[str, Any] = {"format": "csv", "what": what, "release": release}
    made = exporting.export_bytes(delicate, **options)
    assert "SECRET" not in {r["code"] for r in table(made.content, "csv")}
    named = exporting.export_bytes(delicate, restricted=["SECRET"], **options)
    assert "SECRET" in {r["code"] for r in table(named.content, "csv")}
    assert named.rows == made.rows + 1


def test_codings_of_restricted_codes_stay(delicate: Path) -> None:
    """An export of codings leaves restricted codes out too."""
    made = exporting.export_bytes(delicate, format="csv", what="codings")
    assert "SECRET" not in {r["code"] for r in table(made.content, "csv")}
    assert made.withheld["restricted code"] == 1


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_cell_is_a_formula(delicate: Path, format: str) -> None:
    """Quotes that begin like formulas come out as text with an apostrophe, and are otherwise whole."""
    made = exporting.export_bytes(delicate, format=format, what="quotes")
    quotes = {r["quote"] for r in table(made.content, format)}
    for words in (
        "=1+1 is what she said",
        "+44 is the number",
        "-5 degrees in the hall",
        "@home is a scheme",
    ):
        assert f"'{words}" in quotes and words not in quotes
    if format == "xlsx":
        book = load_workbook(io.BytesIO(made.content))
        assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_numbers_stay_numbers(format: str) -> None:
    """Negative and positive numbers are written as numbers; text that begins like a formula is not."""
    from qualtool.exporting import About, write_csv, write_xlsx

    about = About(
        standing="working copy",
        tool_version="0",
        codebook_version=1,
        made_at="now",
        title="t",
        rows_in=1,
        rows_out=1,
    )
    row = {
        "a": -5,
        "b": -0.25,
        "c": "-5+1",
        "i": "-0.53",
        "j": "+4%",
        "d": "\tx",
        "e": "=cmd|' /C calc'!A0",
        "f": None,
        "g": "\rx",
        "h": "x=1",
    }
    content = (write_csv if format == "csv" else write_xlsx)([row], list(row), about)
    (found,) = table(content, format)
    if format == "csv":
        assert (found["a"], found["b"]) == ("-5", "-0.25")
    else:
        assert (found["a"], found["b"]) == (-5, -0.25)
    assert found["c"] == "'-5+1"
    assert (found["i"], found["j"]) == ("-0.53", "+4%")  # a signed number computes nothing
    assert found["e"] == "'=cmd|' /C calc'!A0"
    assert found["d"].startswith("'") and found["g"].startswith("'")
    assert (found["f"] or "", found["h"]) == ("", "x=1")


def test_released_tables_hide_small_numbers(delicate: Path) -> None:
    """A released table reads 'suppressed' where a cell is hidden, and differs from the working copy."""
    working = exporting.export_bytes(delicate, format="csv", by="group")
    released = exporting.export_bytes(delicate, format="csv", by="group", release=True)
    hidden = [r for r in table(released.content, "csv") if "suppressed" in r.values()]
    assert hidden
    assert released.withheld["suppressed cells"] > 0
    assert not [r for r in table(working.content, "csv") if "suppressed" in r.values()]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.docx", ()),
        ("x", ()),
        ("x.json", ("--what", "quotes")),
        ("x.csv", ("--what", "study")),
        ("x.json", ("--release",)),
        ("x.csv", ("--what", "codings", "--release")),
        ("no/folder/x.csv", ()),
    ],
)
def test_what_cannot_be_exported_is_refused(
    delicate: Path, tmp_path: Path, qualtool: Run, name: str, options: tuple[str, ...]
) -> None:
    """An unknown format, and a release of what is never released, leave no file."""
    file = tmp_path / "out" / name
    (tmp_path / "out").mkdir()
    ran = qualtool("export", delicate, file, *options, "--json")
    assert ran.code == 1
    assert all(p["where"] and p["message"] and p["next"] for p in ran.problems)
    assert list((tmp_path / "out").iterdir()) == []


def test_quotes_come_back_as_codings(delicate: Path, tmp_path: Path, qualtool: Run) -> None:
    """An export of codings can be imported into the study again, and adds nothing."""
    file = tmp_path / "codings.csv"
    assert qualtool("export", delicate, file, "--what", "codings").code == 0
    rows = [r for r in table(file.read_bytes(), "csv") if not r["quote"].startswith("'")]
    again = tmp_path / "again.csv"
    with again.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(
            out, ["source", "start_char", "end_char", "code", "coder", "quote"], extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
    ran = qualtool("import", "codings", delicate, again, "--json")
    assert (ran.code, ran.json["accepted"], len(ran.json["skipped"])) == (0, 0, len(rows))
