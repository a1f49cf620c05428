"""Turn the hand-written codings into rows with offsets, and gather the asked files.

Run by hand, from anywhere: ``python corpora/sample/make_codings.py``. Reads every
``transcripts/*.codings.csv`` and ``*.asked.csv``; writes ``codings.csv``, ``asked.csv`` and
``read.csv`` (who read which interview to the end: everybody who coded it) here.
Nothing is written if any row does not fit: every fault is listed with its file and line.

Offsets are half-open code points into the text of the transcript: the decoded file, speaker labels
included, line ends as LF. A quote must occur exactly once, inside one turn of somebody who is not
the interviewer.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRANSCRIPTS = HERE / "transcripts"
LABEL = re.compile(r"^(?:\[\d\d:\d\d:\d\d\] )?([^:\n\[\]]{1,40}): ", re.MULTILINE)
INTERVIEWERS = {"interviewer", "q", "moderator"}
CODES = frozenset(
    """MAGNET PUSH RESIST DISSUADED SPIRAL EXPECT ATTAIN-TENSION UNEVEN RECORDING EXPERTISE LOWSEND CULTURE
    WORKLOAD FUNDING SAFETY LIMITS BASE-JOINT BASE-PEER BASE-FIT BASE-LOAD UNMET DELAY EARLY-ID INFLEX FLEX
    UNIVERSAL STAFF-KNOW SUPPORT-1TO1 PLAN-ADHERENCE COVERT-EXCL SUSPENSION OFFROLL ATTENDANCE LOW-EXPECT
    PARTNERSHIP ADULT-CONDUCT VOICE DISTRESS FAMILY-COST ENGAGE PEER-BENEFIT WORKFORCE SPECIALIST-SUPPLY
    EARLY-YEARS COLLAB REMEDY""".split()
)
FACETS = {
    "stance": {"", "affirms", "denies", "mixed"},
    "valence": {"", "positive", "negative", "neutral"},
    "basis": {"", "own", "reported"},
    "level": {"", "pupil", "class", "base", "school", "la", "nation"},
}
ASKED_CODES = ("MAGNET", "PUSH", "EXPECT", "RESIST", "EXPERTISE", "WORKLOAD", "FUNDING", "SAFETY", "LOWSEND",
               "BASE-JOINT", "SUSPENSION")
COLUMNS = ("source", "start_char", "end_char", "code", "coder", "quote", "stance", "valence", "basis", "level")


def text_of(path: Path) -> str:
    """The decoded text with LF line ends and no byte order mark."""
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def turns_of(text: str) -> list[tuple[int, int, int, str]]:
    """(start of the turn, start of its words, end of the turn, label) of each turn."""
    marks = list(LABEL.finditer(text))
    ends = [m.start() for m in marks[1:]] + [len(text)]
    return [(m.start(), m.end(), end, m.group(1)) for m, end in zip(marks, ends, strict=True)]


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with a row number for messages (the header is row 1)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(enumerate(csv.DictReader(file), 2))


def fault_of(row: dict[str, str], text: str) -> str | None:
    """What is wrong with one codings row, or None."""
    quote = row["quote"]
    if row["code"] not in CODES:
        return f"unknown code {row['code']}"
    if not row["coder"]:
        return "no coder"
    for facet, allowed in FACETS.items():
        if row[facet] not in allowed:
            return f"{facet} cannot be {row[facet]!r}"
    if not quote or quote != quote.strip():
        return "the quote is blank or has white space at an end"
    if text.count(quote) != 1:
        return f"the quote occurs {text.count(quote)} times: {quote[:50]!r}"
    start = text.index(quote)
    inside = [t for t in turns_of(text) if t[1] <= start and start + len(quote) <= t[2]]
    if not inside:
        return f"the quote is not inside the words of one turn: {quote[:50]!r}"
    if inside[0][3].lower() in INTERVIEWERS:
        return f"the quote is the interviewer's: {quote[:50]!r}"
    return None


def codings(faults: list[str]) -> list[dict[str, str]]:
    """All codings with offsets, in order of source and place."""
    made: dict[tuple[str, int, int, str, str], dict[str, str]] = {}
    for path in sorted(TRANSCRIPTS.glob("*.codings.csv")):
        source = path.name.removesuffix(".codings.csv") + ".txt"
        text = text_of(TRANSCRIPTS / source)
        for number, row in read_rows(path):
            fault = fault_of(row, text)
            if fault:
                faults.append(f"{path.name} row {number}: {fault}")
                continue
            start = text.index(row["quote"])
            end = start + len(row["quote"])
            key = (source, start, end, row["code"], row["coder"])
            if key in made:
                faults.append(f"{path.name} row {number}: the same coding twice")
            made[key] = {**row, "source": source, "start_char": str(start), "end_char": str(end)}
    return [made[key] for key in sorted(made)]


def asked(faults: list[str]) -> list[dict[str, str]]:
    """The asked rows of every transcript; each must answer for the eleven codes."""
    made: list[dict[str, str]] = []
    for path in sorted(TRANSCRIPTS.glob("*.txt")):
        beside = path.with_name(path.stem + ".asked.csv")
        if not beside.exists():
            faults.append(f"{path.name}: no asked file")
            continue
        rows = read_rows(beside)
        if sorted(r["code"] for _, r in rows) != sorted(ASKED_CODES):
            faults.append(f"{beside.name}: the eleven codes are not each there once")
        for number, row in rows:
            if row["asked"] not in ("yes", "no", "unclear"):
                faults.append(f"{beside.name} row {number}: asked cannot be {row['asked']!r}")
            made.append({"source": path.name, "code": row["code"], "asked": row["asked"]})
    return made


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """Write rows as UTF-8 CSV with LF."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def main() -> int:
    """Check everything, then write all files or none."""
    faults: list[str] = []
    coding_rows, asked_rows = codings(faults), asked(faults)
    if faults:
        print(f"{len(faults)} rows do not fit; nothing was written:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    write(HERE / "codings.csv", COLUMNS, coding_rows)
    read = sorted({(row["source"], row["coder"]) for row in coding_rows})
    write(HERE / "read.csv", ("source", "coder"), [{"source": s, "coder": c} for s, c in read])
    write(HERE / "asked.csv", ("source", "code", "asked"), asked_rows)
    print(f"{len(coding_rows)} codings, {len(asked_rows)} asked rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
