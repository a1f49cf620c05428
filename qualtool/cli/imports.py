"""`qualtool import`: take files into a study, each whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .shared import FILE, STUDY, Outcome, command, progress


@click.group(name="import")
def import_() -> None:
    """Take files into a study: each whole or not at all."""


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def report_of(found: dict[str, Any], what: str, refused: int = 0) -> Outcome:
    lines = [f"Accepted: {_counted(found['accepted'], what.removesuffix('s'))}."]
    lines += [f"Skipped {s['item']}: {s['reason']}" for s in found["skipped"]]
    lines += [f"Note: {w}" for w in found.get("warnings", [])]
    lines += [f"  - {p['where']}: {p['message']} {p['next']}" for p in found.get("problems", [])]
    return found, "\n".join(lines), 1 if refused else 0


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--sheet", type=FILE, help="CSV or XLSX: who speaks in which file.")
@click.option("--interviewer", multiple=True, help="A label that is an interviewer's.")
@click.option("--name", help="Another name for the one file given.")
@command
def transcripts(
    study: Path, paths: Sequence[Path], sheet: Path | None, interviewer: Sequence[str], name: str | None
) -> Outcome:
    """Import transcripts: files, or folders with all that is in them."""
    from ..workflows.gathering.import_transcripts import import_transcripts

    report = import_transcripts(
        study, paths, sheet=sheet, interviewer=interviewer, name=name, progress=progress
    )
    return report_of(report.as_dict(), "transcripts", report.refused)


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@click.option("--id", "id_column", required=True, help="Column of respondent ids (#row: the row's number).")
@click.option("--text", "text_columns", multiple=True, help="A column of free-text answers.")
@click.option("--weight", help="Column of weights.")
@click.option("--stratum", help="Column of strata.")
@click.option("--psu", help="Column of primary sampling units.")
@click.option("--urn", help="Column of school URNs.")
@click.option("--role", help="Column of respondents' roles.")
@click.option("--single", multiple=True, help="A closed question with one answer.")
@click.option("--multi", multiple=True, help="Prefix of the columns of a tick-all question.")
@click.option("--likert", multiple=True, help="A question on an ordered scale.")
@command
def survey(study: Path, file: Path, id_column: str, **columns: Any) -> Outcome:
    """Import a survey file with a mapping of its columns."""
    from ..importing import SurveyMapping
    from ..workflows.gathering.import_survey import import_survey

    mapping = SurveyMapping(
        id=id_column,
        text=tuple(columns["text_columns"]),
        weight=columns["weight"],
        stratum=columns["stratum"],
        psu=columns["psu"],
        urn=columns["urn"],
        role=columns["role"],
        single=tuple(columns["single"]),
        multi=tuple(columns["multi"]),
        likert=tuple(columns["likert"]),
    )
    report = import_survey(study, file, mapping, progress=progress)
    return report_of(report.as_dict(), "answers")


@import_.command(name="codebook")
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@command
def codebook_(study: Path, file: Path) -> Outcome:
    """Import a codebook (.yaml)."""
    from ..workflows.gathering.import_codebook import import_codebook

    return report_of(import_codebook(study, file), "codes")


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@click.option("--skip-bad", is_flag=True, help="Import the rows that are right, list the others.")
@click.option("--read", type=FILE, help="CSV source[,coder]: sources read to the end, coded or not.")
@command
def codings(study: Path, file: Path, skip_bad: bool, read: Path | None) -> Outcome:
    """Import codings made elsewhere (CSV): all of them or none."""
    from ..workflows.gathering.import_codings import import_codings

    report = import_codings(study, file, skip_bad=skip_bad, read=read, progress=progress)
    return report_of(report.as_dict(), "codings")


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@command
def asked(study: Path, file: Path) -> Outcome:
    """Import marks of what was asked in which source (CSV)."""
    from ..workflows.gathering.import_codings import import_asked

    return report_of(import_asked(study, file).as_dict(), "marks")


@import_.command(name="indicators")
@click.argument("study", type=STUDY)
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--year", help="School year of the files, where they do not tell; or the one year to take.")
@click.option("--map", "mapping", type=FILE, help="YAML that says what the columns of your own table are.")
@command
def import_indicators_(study: Path, files: Sequence[Path], year: str | None, mapping: Path | None) -> Outcome:
    """Import published school files (or folders and zip files of them), recognised by their columns, or a
    table of your own with --map."""
    from ..workflows.gathering.import_indicators import import_indicators

    report = import_indicators(study, files, year=year, mapping=mapping, progress=progress)
    found = report.as_dict()
    _, text, code = report_of(found, "files", report.refused)
    accepted, *others = text.split("\n")
    read = [line for file in found["files"] for line in _file_lines(file)]
    return found, "\n".join([accepted, *read, *others]), code


def _file_lines(file: dict[str, Any]) -> list[str]:
    """What a file is, its totals against its schools, tokens that nobody knows."""
    lines = [
        f"{file['file']}: {file['dataset']}, {file['year'] or 'no year'}, "
        f" {_counted(file['n_schools'], 'school')}, {_counted(file['n_aggregate_rows'], 'row')} of areas,"
        f" {file['encoding']}."
    ]
    for check in file["checksums"]:
        what = f"  {check['where']}, {check['name']}: published {check['published']:,.0f}"
        if check["agrees"] is None:
            lines.append(f"{what}; not compared, {check['n_withheld']} schools are suppressed")
        else:
            told = "equal" if check["agrees"] else "NOT EQUAL"
            lines.append(f"{what}, sum of its schools {check['summed']:,.0f}: {told}")
    if file["unknown_tokens"]:
        told = ", ".join(f"'{token}' ({n})" for token, n in file["unknown_tokens"].items())
        lines.append(f"  Unknown tokens, kept as no number: {told}")
    return lines


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@command
def findings(study: Path, file: Path) -> Outcome:
    """Import findings of published studies (CSV, XLSX, YAML), to stand beside your own."""
    from ..workflows.gathering.import_findings import import_findings

    return report_of(import_findings(study, file).as_dict(), "findings")


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@command
def propositions(study: Path, file: Path) -> Outcome:
    """Import propositions (.yaml), before looking at any result."""
    from ..workflows.propositions.propositions import import_propositions

    return report_of(import_propositions(study, file).as_dict(), "propositions")


COMMANDS = (import_,)
