"""A study in which everything a person can write holds given words: texts, names, memos, answers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from qualtool.importing import SurveyMapping, read_sheet
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.editing.memo_page import memo_targets, save_memo
from qualtool.workflows.gathering.import_codings import import_asked
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.import_transcripts import import_loaded
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study.studies import create_study

INDICATORS = Path(__file__).resolve().parents[2] / "corpora" / "sample" / "indicators"
URNS = ("900001", "900002", "900003", "900009", "900010", "900058")
_SAID = (
    "Families ask around before they choose a school",
    "The base has a good name in the whole town",
    "We had no room left in the spring term",
    "Other schools send children on to us every year",
    "The money does not follow the child at all",
    "Two families moved house to be nearer to us",
)


def _csv(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


def transcript(words: str, number: int) -> str:
    """An interview whose turns hold the words; the first answer begins after the first line."""
    lines = []
    for turn in range(12):
        said = _SAID[(turn + number) % len(_SAID)]
        lines += [f"Interviewer: What of this, {words}?", f"Ruth: {said}, {words}."]
    return "\n".join(lines) + "\n"


def survey(words: str, said: str) -> bytes:
    """A survey whose questions and roles hold the words, and whose answers hold ``said``."""
    head = ["id", f"Why? {words}", "weight", "role", "urn", f"Happy {words}"]
    rows = [
        [f"r{n}", f"{_SAID[n % len(_SAID)]} {said}", "1", f"parent {words}", URNS[n % 6], f"{n % 5} {said}"]
        for n in range(18)
    ]
    return _csv([head, *rows])


def codebook(words: str) -> str:
    """Three codes whose names and definitions hold the words."""
    quoted = words.replace("'", "''")
    return (
        f"title: 'Title {quoted}'\ncodes:\n"
        f"  - name: 'Heading {quoted}'\n    is_codable: false\n    children:\n"
        f"      - id: MAGNET\n        name: 'Magnet {quoted}'\n        definition: 'Draws {quoted}'\n"
        f"        apply_when: 'When {quoted}'\n        do_not_apply_when: 'Not {quoted}'\n"
        f"  - id: SPACE\n    name: 'No room {quoted}'\n    definition: 'Full {quoted}'\n"
    )


def build_hostile(folder: Path, words: str, file_words: str = "", said: str | None = None) -> Path:
    """Make the study; ``file_words`` go into file names, which hold no slash.

    ``said`` are the words in texts, answers and memos, where they differ from those in names. The
    coder is called ``Ada`` and then the words.
    """
    said = words if said is None else said
    coder = f"Ada {words}"
    (folder / "codes.yaml").write_text(codebook(words), encoding="utf-8")
    study = folder / "hostile.db"
    create_study(study, codebook=folder / "codes.yaml", by=coder)
    names = [f"{n} {file_words}.txt" for n in range(6)]
    head = "file,speaker,participant,role,case,urn,la_code,is_interviewer,consent_quote,phase,pseudonym"
    rows = [head.split(",")]
    for n, (name, urn) in enumerate(zip(names, URNS, strict=True)):
        consent = ("yes", "no", "paraphrase", "unknown", "yes", "yes")[n]
        who = [f"Ruth {n} {words}", f"SENCO {words}", f"School {n} {words}"]
        rows.append([name, "Ruth", *who, urn, "", "no", consent, f"primary {words}", f"P{n} {words}"])
    report = ImportReport()
    files = [(name, transcript(said, n).encode()) for n, name in enumerate(names)]
    sheet = read_sheet(_csv(rows), name=f"sheet {file_words}.csv")
    import_loaded(study, files, report, sheet=sheet, by=coder)
    if report.refused:
        raise ValueError(report.problems)
    _code(study, names, said, coder)
    mapping = SurveyMapping(
        id="id",
        text=(f"Why? {words}",),
        weight="weight",
        role="role",
        urn="urn",
        likert=(f"Happy {words}",),
    )
    import_survey(study, Path(f"survey {file_words}.csv"), mapping, by=coder, data=survey(words, said))
    for kind, targets in memo_targets(study).items():
        for guid, _ in list(dict(targets).items())[:2]:
            save_memo(study, kind, guid, f"Memo {said}", coder=coder)
    import_indicators(study, _school_files(folder, words), by=coder)
    return study


def _code(study: Path, names: list[str], words: str, coder: str) -> None:
    for n, name in enumerate(names):
        text = transcript(words, n)
        for turn, code in enumerate(("MAGNET", "SPACE", "MAGNET")[: 2 + n % 2]):
            said = _SAID[(turn + n) % len(_SAID)]
            start = text.index(said)
            code_selection(study, name, start, start + len(said) + 2 + len(words), code, coder=coder)
    asked = [["source", "code", "asked"], *([name, "MAGNET", "yes"] for name in names)]
    import_asked(study, Path("asked.csv"), by=coder, data=_csv(asked))


def _school_files(folder: Path, words: str) -> list[Path]:
    """The sample's school files; in the register the schools' names hold the words."""
    register = "edubasealldata20250601.csv"
    raw = (INDICATORS / register).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    head, *rows = list(csv.reader(io.StringIO(text)))
    at = head.index("EstablishmentName")
    for row in rows:
        row[at] = f"{row[at]} {words}"
    made = folder / register
    made.write_bytes(_csv([head, *rows]))
    return [*(INDICATORS / f"{y}_england_census.csv" for y in ("2023-2024", "2024-2025")), made]
