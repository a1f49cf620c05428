"""Commands that count, show, compare and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .shared import FILE, STUDY, Outcome, command, origin_option


@click.command()
@click.argument("study", type=STUDY)
@click.option("--by", default="all", show_default=True, help="role, case, phase, ehcp_quartile, ...")
@click.option("--layer", default="union", show_default=True, help="union, or coder:NAME.")
@click.option("--sources", default="all", show_default=True, help="all, transcripts, answers, or a set.")
@origin_option
@command
def frequencies(study: Path, by: str, layer: str, sources: str, origin: str) -> Outcome:
    """Count who voiced which code, by group."""
    from ..workflows.themes.themes import frequencies as count

    found = count(study, by=by, layer=layer, sources=sources, origin=origin)
    lines = [
        f"{r['code']:<18} {r['group']:<16} {r['n_participants']} of {r['denominator_participants']} "
        f"participants, {r['n_cases']} of {r['denominator_cases']} cases, {r['n_codings']} codings"
        for r in found["rows"]
        if r["n_codings"]
    ]
    return found, "\n".join(lines) or "Nothing is coded yet.", 0


@click.command()
@click.argument("study", type=STUDY)
@click.option("--code", help="A code, with everything under it.")
@click.option("--urn", help="A school.")
@click.option("--coder", help="One person's codings.")
@origin_option
@command
def quotes(study: Path, code: str | None, urn: str | None, coder: str | None, origin: str) -> Outcome:
    """Print coded quotes with speaker and school."""
    from ..workflows.editing.review import n_waiting
    from ..workflows.themes.themes import quotes as find

    rows = find(study, code=code, urn=urn, coder=coder, origin=origin)
    lines = [
        f"[{r['code']}] {r['quote']}\n    {r['role'] or ''} {r['case'] or ''} ({r['source']})" for r in rows
    ]
    stale = n_waiting(study)
    if stale:
        lines.append(f"{stale} codings of the study wait for a decision after an edit and are left out.")
    return {"rows": rows, "stale": stale}, "\n".join(lines) or "No quotes.", 0


_SHOWN = 200


@click.command(name="indicators")
@click.argument("study", type=STUDY)
@click.option("--derive", is_flag=True, help="Rates, quartiles and flags in place of raw values.")
@click.option("--year", help="One school year, as 2022-2023.")
@click.option("--name", help="One indicator.")
@command
def indicators_(study: Path, derive: bool, year: str | None, name: str | None) -> Outcome:
    """Show school indicators, as published or derived."""
    from ..workflows.schools.derived import indicators
    from ..workflows.schools.indicator_words import document_lines, row_line

    found = indicators(study, derive=derive, year=year, name=name)
    lines = [row_line(row) for row in found["rows"][:_SHOWN]]
    more = len(found["rows"]) - len(lines)
    if more > 0:
        lines.append(f"... and {more} more (see --json)")
    return found, "\n".join([*lines, *document_lines(found)]), 0


@click.command()
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
@origin_option
@command
def export(study: Path, file: Path, **options: Any) -> Outcome:
    """Write a working copy, a release (--release), or the whole study (.json)."""
    from ..workflows.exports.exporting import export_study

    found = export_study(study, file, **options)
    return found, f"Wrote {found['rows']} rows to {file}.\n" + "\n".join(found["notes"]), 0


COMMANDS = (
    frequencies,
    quotes,
    indicators_,
    export,
)
