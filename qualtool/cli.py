"""The command line: read options, call one workflow, print its result.

With ``--json`` stdout is exactly one JSON document and everything else goes to stderr. Exit 0 done,
1 input error or damaged study, 2 usage. Errors are translated here and nowhere else.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Never

import click

from . import __version__
from .errors import QualtoolError

STUDY = click.Path(path_type=Path, dir_okay=False)
FILE = click.Path(path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def _document(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)


def _fail(err: QualtoolError, *, as_json: bool) -> Never:
    if as_json:
        problems = [p.as_dict() for p in err.problems] or [{"where": "", "message": err.message, "next": ""}]
        click.echo(_document({"error": {"message": err.message, "problems": problems}}))
    click.echo(f"qualtool: {err}", err=True)
    sys.exit(1)


def _command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Translate errors; print the result as JSON, or through the text the function returns."""

    @json_option
    @functools.wraps(function)
    def wrapped(*args: Any, as_json: bool, **options: Any) -> None:
        try:
            outcome = function(*args, **options)
        except QualtoolError as err:
            _fail(err, as_json=as_json)
        content, text, code = outcome
        click.echo(_document(content) if as_json else text)
        sys.exit(code)

    return wrapped


Outcome = tuple[object, str, int]


def _progress(done: int, total: int, what: str = "") -> None:
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        click.echo(f"\r{done} of {total} {what[:50]:<50}", err=True, nl=False)
        click.echo(end, err=True, nl=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qualtool")
def cli() -> None:
    """Code what people said, and set it beside what the numbers say."""


# --- the study ------------------------------------------------------------------------------------


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--codebook", type=FILE, help="A codebook (.yaml) to start with.")
@_command
def init(study: Path, codebook: Path | None) -> Outcome:
    """Make an empty study file; an existing file is never overwritten."""
    from .workflows.studies import create_study

    found = create_study(study, codebook=codebook)
    return found, f"Made the study {study}.", 0


@cli.command()
@click.argument("study", type=STUDY)
@_command
def check(study: Path) -> Outcome:
    """Test every promise of a study file; exit 1 when one is broken."""
    from .workflows.checking import check_study

    found = check_study(study)
    lines = [f"{p['rule']}: {p['where']}: {p['what']} {p['next']}" for p in found["problems"]]
    text = "\n".join(lines) if lines else f"{study} is whole: {_counts(found['counts'])}."
    return found, text, 0 if found["ok"] else 1


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())


@cli.command()
@click.argument("study", type=STUDY)
@click.argument("source")
@click.option("--version", "version", type=int, help="An older text version.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def text(study: Path, source: str, version: int | None, as_json: bool) -> None:
    """Print the text that offsets count in: exactly that, no newline added."""
    from .workflows.coding import text_of

    try:
        found = text_of(study, source, version=version)
    except QualtoolError as err:
        _fail(err, as_json=as_json)
    if as_json:
        click.echo(_document({"source": source, "text": found, "n_chars": len(found)}))
    else:
        sys.stdout.buffer.write(found.encode())
        sys.stdout.buffer.flush()


@cli.command()
@click.argument("study", type=STUDY)
@click.argument("source")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.argument("code")
@click.option("--coder", required=True, help="Who codes.")
@_command
def code(study: Path, source: str, start: int, end: int, code: str, coder: str) -> Outcome:
    """Code the characters START to END (half-open) of a source."""
    from .workflows.coding import code_selection

    found = code_selection(study, source, start, end, code, coder=coder)
    return found, f"Coded {found['source']} {start} to {end} with {found['code']}.", 0


# --- import ---------------------------------------------------------------------------------------


@cli.group(name="import")
def import_() -> None:
    """Take files into a study: each whole or not at all."""


def _report(found: dict[str, Any], what: str, refused: int = 0) -> Outcome:
    lines = [f"Accepted: {found['accepted']} {what}."]
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
@_command
def transcripts(
    study: Path, paths: Sequence[Path], sheet: Path | None, interviewer: Sequence[str], name: str | None
) -> Outcome:
    """Import transcripts: files, or folders with all that is in them."""
    from .workflows.import_transcripts import import_transcripts

    report = import_transcripts(
        study, paths, sheet=sheet, interviewer=interviewer, name=name, progress=_progress
    )
    return _report(report.as_dict(), "transcripts", report.refused)


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
@_command
def survey(study: Path, file: Path, id_column: str, **columns: Any) -> Outcome:
    """Import a survey file with a mapping of its columns."""
    from .importing import SurveyMapping
    from .workflows.import_survey import import_survey

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
    report = import_survey(study, file, mapping, progress=_progress)
    return _report(report.as_dict(), "answers")


@import_.command(name="codebook")
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@_command
def codebook_(study: Path, file: Path) -> Outcome:
    """Import a codebook (.yaml)."""
    from .workflows.import_codebook import import_codebook

    return _report(import_codebook(study, file), "codes")


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@click.option("--skip-bad", is_flag=True, help="Import the rows that are right, list the others.")
@click.option("--read", type=FILE, help="CSV source[,coder]: sources read to the end, coded or not.")
@_command
def codings(study: Path, file: Path, skip_bad: bool, read: Path | None) -> Outcome:
    """Import codings made elsewhere (CSV): all of them or none."""
    from .workflows.import_codings import import_codings

    report = import_codings(study, file, skip_bad=skip_bad, read=read, progress=_progress)
    return _report(report.as_dict(), "codings")


@import_.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@_command
def asked(study: Path, file: Path) -> Outcome:
    """Import marks of what was asked in which source (CSV)."""
    from .workflows.import_codings import import_asked

    return _report(import_asked(study, file).as_dict(), "marks")


@import_.command(name="indicators")
@click.argument("study", type=STUDY)
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--year", help="School year of the files, where they do not tell.")
@_command
def import_indicators_(study: Path, files: Sequence[Path], year: str | None) -> Outcome:
    """Import published school files, recognised by their columns."""
    from .workflows.import_indicators import import_indicators

    report = import_indicators(study, files, year=year, progress=_progress)
    return _report(report.as_dict(), "files", report.refused)


# --- suggest --------------------------------------------------------------------------------------


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--k", "n_topics", type=int, help="How many topics (chosen by size when left out).")
@click.option("--sources", type=click.Choice(["all", "transcripts", "answers"]), default="all")
@_command
def topics(study: Path, seed: int, n_topics: int | None, sources: str) -> Outcome:
    """Find topics in what participants said and wrote (BERTopic)."""
    from .workflows.finding_topics import find_topics

    found = find_topics(study, seed=seed, n_topics=n_topics, sources=sources, progress=_progress)
    lines = [f"{t['size']:>5}  {', '.join(t['words'][:8])}" for t in found["topics"]]
    return found, "\n".join([*lines, *found["notes"]]), 0


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--top", type=int, default=3, show_default=True, help="Suggestions a segment at most.")
@click.option("--sources", type=click.Choice(["all", "transcripts", "answers"]), default="all")
@_command
def suggest(study: Path, top: int, sources: str) -> Outcome:
    """Suggest codes for uncoded segments; a person decides."""
    from .workflows.suggesting import suggest_codes

    found = suggest_codes(study, top=top, sources=sources, progress=_progress)
    lines = [
        f"{s['score']:.2f}  {s['code']:<18} {s['source']} {s['start_char']}-{s['end_char']}"
        for s in found["suggestions"][:50]
    ]
    return found, "\n".join([*lines, f"{len(found['suggestions'])} suggestions.", *found["notes"]]), 0


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--folds", type=int, default=5, show_default=True)
@_command
def evaluate(study: Path, folds: int) -> Outcome:
    """Measure how good code suggestions are, cross-validated by participant."""
    from .workflows.suggesting import evaluate_suggestions

    found = evaluate_suggestions(study, folds=folds)
    lines = [f"{r['code']:<20} n {r['n']:>4}  F1 {_number(r['f1'])}" for r in found["rows"]]
    return found, "\n".join([*lines, f"macro-F1 {_number(found['macro_f1'])}"]), 0


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


# --- findings -------------------------------------------------------------------------------------


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--by", default="all", show_default=True, help="role, case, phase, ehcp_quartile, ...")
@click.option("--layer", default="union", show_default=True, help="union, or coder:NAME.")
@click.option("--sources", default="all", show_default=True, help="all, transcripts, answers, or a set.")
@_command
def frequencies(study: Path, by: str, layer: str, sources: str) -> Outcome:
    """Count who voiced which code, by group."""
    from .workflows.themes import frequencies as count

    found = count(study, by=by, layer=layer, sources=sources)
    lines = [
        f"{r['code']:<18} {r['group']:<16} {r['n_participants']} of {r['denominator_participants']} "
        f"participants, {r['n_cases']} of {r['denominator_cases']} cases, {r['n_codings']} codings"
        for r in found["rows"]
        if r["n_codings"]
    ]
    return found, "\n".join(lines) or "Nothing is coded yet.", 0


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--code", help="A code, with everything under it.")
@click.option("--urn", help="A school.")
@click.option("--coder", help="One person's codings.")
@_command
def quotes(study: Path, code: str | None, urn: str | None, coder: str | None) -> Outcome:
    """Print coded quotes with speaker and school."""
    from .workflows.themes import quotes as find

    rows = find(study, code=code, urn=urn, coder=coder)
    lines = [
        f"[{r['code']}] {r['quote']}\n    {r['role'] or ''} {r['case'] or ''} ({r['source']})" for r in rows
    ]
    return {"rows": rows}, "\n".join(lines) or "No quotes.", 0


@cli.command(name="indicators")
@click.argument("study", type=STUDY)
@click.option("--derive", is_flag=True, help="Rates, quartiles and flags in place of raw values.")
@click.option("--year", help="One school year, as 2022-2023.")
@click.option("--name", help="One indicator.")
@_command
def indicators_(study: Path, derive: bool, year: str | None, name: str | None) -> Outcome:
    """Show school indicators, as published or derived."""
    from .workflows.derived import indicators

    found = indicators(study, derive=derive, year=year, name=name)
    lines = [f"{r['urn']} {r['year']} {r['name']} {r['raw'] or r['status']}" for r in found["rows"][:200]]
    more = len(found["rows"]) - len(lines)
    return found, "\n".join([*lines, f"... and {more} more (see --json)"] if more > 0 else lines), 0


@cli.command()
@click.argument("study", type=STUDY)
@click.option("--theme", required=True, help="A code, or an expression such as 'MAGNET and not PUSH'.")
@click.option("--indicator", required=True)
@click.option(
    "--contrast",
    type=click.Choice(["q4_v_rest", "base_v_none", "quartiles", "continuous"]),
    default="q4_v_rest",
    show_default=True,
)
@click.option("--year", help="School year of the indicator; the latest when left out.")
@click.option("--stance", type=click.Choice(["voiced", "own", "any"]), default="voiced", show_default=True)
@_command
def triangulate(
    study: Path, theme: str, indicator: str, contrast: str, year: str | None, stance: str
) -> Outcome:
    """Set a theme beside a school indicator, school by school."""
    from .workflows.triangulating import triangulate_theme

    found = triangulate_theme(study, theme, indicator, contrast=contrast, year=year, stance=stance)
    return found, found["sentence"], 0


@cli.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=FILE)
@click.option(
    "--what", type=click.Choice(["frequencies", "quotes", "codings", "study"]), help="What to export."
)
@click.option("--by", default="all", show_default=True, help="Variable of frequencies.")
@click.option("--code", help="Quotes of one code and everything under it.")
@click.option("--release", is_flag=True, help="Small numbers suppressed, quotes under consent rules.")
@click.option(
    "--unknown-consent", type=click.Choice(["withhold", "include"]), default="withhold", show_default=True
)
@click.option("--restricted", multiple=True, help="A restricted code to include by name.")
@_command
def export(study: Path, file: Path, **options: Any) -> Outcome:
    """Write a working copy, a release (--release), or the whole study (.json)."""
    from .workflows.exporting import export_study

    found = export_study(study, file, **options)
    return found, f"Wrote {found['rows']} rows to {file}.\n" + "\n".join(found["notes"]), 0


# --- the app --------------------------------------------------------------------------------------


@cli.command()
@click.argument("study", type=STUDY, required=False)
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
def app(study: Path | None, port: int, no_browser: bool) -> None:
    """Open the app on this machine."""
    from .workflows.serving import serve

    try:
        sys.exit(serve(study, port=port, open_browser=not no_browser))
    except QualtoolError as err:
        _fail(err, as_json=False)


@cli.command()
@click.option("--build-only", type=STUDY, help="Build the sample study here and stop.")
@click.option("--port", type=int, default=8501, show_default=True)
@click.option("--no-browser", is_flag=True)
def demo(build_only: Path | None, port: int, no_browser: bool) -> None:
    """Build the sample study and open it."""
    from .workflows.sample import build_sample
    from .workflows.serving import serve

    try:
        study = build_only or Path("qualtool-sample.db")
        if build_only or not study.exists():
            build_sample(study, tell=lambda line: click.echo(line, err=True))
        if not build_only:
            sys.exit(serve(study, port=port, open_browser=not no_browser))
    except QualtoolError as err:
        _fail(err, as_json=False)


def main() -> None:
    """Entry point of the command ``qualtool``."""
    cli(prog_name="qualtool")


if __name__ == "__main__":
    main()
