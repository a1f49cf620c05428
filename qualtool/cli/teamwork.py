"""Several people, one study: copies that travelled apart become one again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ..text.showing import visible
from .shared import FILE, STUDY, Outcome, command, progress

if TYPE_CHECKING:
    from ..workflows.keeping.merge import MergeReport, Side


@click.command(name="merge")
@click.argument("study", type=STUDY)
@click.argument("other", type=FILE)
@click.option("--by", help="Who merges; the person logged in when left out.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and change nothing.")
@click.option(
    "--codebook",
    type=click.Choice(["ours", "theirs", "ask"]),
    default="ours",
    show_default=True,
    help="Which version of a code stands where the codebooks differ.",
)
@click.option("--same-coders", is_flag=True, help="Coders of one name are one person.")
@command
def merge_(
    study: Path,
    other: Path,
    by: str | None,
    dry_run: bool,
    codebook: Literal["ours", "theirs", "ask"],
    same_coders: bool,
) -> Outcome:
    """Bring the work of another copy of the study, the file OTHER, into it; OTHER is only read."""
    from ..workflows.keeping.merge import Decisions, merge, preview

    codes: dict[str, Side] = {}
    if codebook == "ask":
        codes = _asked(preview(study, other, decisions=Decisions(same_coders=same_coders)).codebook)
    decisions = Decisions(
        codebook="ours" if codebook == "ask" else codebook, codes=codes, same_coders=same_coders
    )
    if dry_run:
        found = preview(study, other, decisions=decisions)
    else:
        found = merge(
            study,
            other,
            by=by,
            decisions=decisions,
            progress=progress if sys.stderr.isatty() else None,
        )
    return found.as_dict(), "\n".join(lines_of(found)), 0


def _asked(differences: tuple[Mapping[str, Any], ...]) -> dict[str, Side]:
    """Ask once a code that the other copy changed."""
    if not sys.stdin.isatty():
        raise click.UsageError("--codebook ask needs a person at the keyboard; give ours or theirs.")
    found: dict[str, Side] = {}
    for row in differences:
        if row["changed_by"] == "ours" or row["guid"] in found:
            continue
        same = [r for r in differences if r["guid"] == row["guid"]]
        for one in same:
            told = f"{one['code']}, {one['field']}:\n  ours:   {one['ours']}\n  theirs: {one['theirs']}"
            click.echo(visible(told), err=True)
        wanted = click.prompt("Keep", type=click.Choice(["ours", "theirs"]), default="ours", err=True)
        found[row["guid"]] = "theirs" if wanted == "theirs" else "ours"
    return found


def lines_of(found: MergeReport) -> list[str]:
    """A report as lines of text, without anybody's words."""
    if not found.is_new:
        return ["Nothing new: this study has everything of that copy already.", *_differences(found)]
    told = found.as_dict()
    verb = "would be" if found.dry_run else "were"
    lines = [
        f"{found.n_acts} acts of the other copy {verb} taken over.",
        f"Added: {_counted(found.added)}.",
        f"Changed: {_counted(found.changed)}.",
        f"Codings of {len(found.sources)} sources touched: {told['kept']} kept, {told['moved']} moved,"
        f" {len(told['needs_review'])} need review, {told['lost']} lost.",
    ]
    lines += [f"  {one['guid']} needs review" for one in told["needs_review"]]
    lines += _differences(found)
    if found.backup:
        lines.append(f"What the study was is in the backup {found.backup}.")
    return lines


def _differences(found: MergeReport) -> list[str]:
    lines = [
        f"Both changed {one['kind'].replace('_', ' ')} {one['where']}: {one['kept']} stands."
        for one in found.conflicts
    ]
    lines += [
        f"Codebook: {one['code']}, {one['field'].replace('_', ' ')} (changed by {one['changed_by']}):"
        f" {one['kept']} stands."
        for one in found.codebook
    ]
    lines += [f"Made in both: {one['kind']} {one['name']}." for one in found.matched]
    lines += [f"Coding {one['other']} is the same as {one['kept']}." for one in found.duplicates]
    lines += [
        f"Two named alike: {one['kind']} {one['name']} of the other copy is {one['now']} here."
        for one in found.renamed
    ]
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in sorted(counts.items())) or "nothing"


COMMANDS = (merge_,)
