"""The two operations that erase: real names for pseudonyms (and back), and a participant's withdrawal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import UserInputError
from .shared import FILE, STUDY, Outcome, command

_PASSPHRASE = "QUALTOOL_PASSPHRASE"


def backup_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What becomes of the copies that hold what is erased."""
    delete = click.option(
        "--delete-backups", is_flag=True, help="Delete older backups, once a new, clean one is verified."
    )
    keep = click.option("--keep-backups", is_flag=True, help="Leave older backups, without asking.")
    return delete(keep(function))


@click.command()
@click.argument("study", type=STUDY)
@click.option("--table", type=FILE, help="CSV: real,pseudonym,kind (person, school, place, other)[,case].")
@click.option("--key", type=FILE, required=True, help="The encrypted file that alone keeps the real names.")
@click.option("--reverse", "is_reverse", is_flag=True, help="Put the real names back, with the key file.")
@backup_options
@click.option("--by", help="Who does it; the person logged in when left out.")
@command
def pseudonymise(
    study: Path,
    table: Path | None,
    key: Path,
    is_reverse: bool,
    delete_backups: bool,
    keep_backups: bool,
    by: str | None,
) -> Outcome:
    """Replace real names by pseudonyms everywhere in a study, for good."""
    from ..importing.pseudonym_table import read_pseudonyms
    from ..workflows.keeping import pseudonymise as work

    if (table is None) != is_reverse:
        raise click.UsageError("Give either --table FILE or --reverse.")
    if table is None:
        found = work.reverse(study, key=key, passphrase=passphrase_of(is_new=False), by=by)
        head = f"{found['layers']} replacements put back."
        return outcome(found, [head, *source_lines(found)])
    try:
        data = table.read_bytes()
    except OSError as err:
        raise UserInputError.single(
            str(table), f"The table cannot be read: {err.strerror}.", "Check the path."
        ) from err
    names = read_pseudonyms(data, name=table.name)
    decided = decide(study, delete=delete_backups, keep=keep_backups)
    found = work.apply(
        study,
        names,
        key=key,
        passphrase=passphrase_of(is_new=not key.exists()),
        table_file=table,
        by=by,
        **decided,
    )
    told = f"{found['replaced']} names replaced in {len(found['sources'])} texts"
    lines = [f"{told}, and in {found['other_places']} other places.", *source_lines(found)]
    lines += [f"Holds real names: {one['file']} ({one['why']})." for one in found["holds_names"]]
    return outcome(found, lines)


def passphrase_of(*, is_new: bool) -> str:
    """From the environment, or asked for; a new one is asked twice."""
    given = os.environ.get(_PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UserInputError.single(
            "passphrase", "None was given.", f"Set {_PASSPHRASE}, or run the command in a terminal."
        )
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))


def decide(study: Path, *, delete: bool, keep: bool) -> dict[str, bool]:
    """Show the copies that hold what is erased, and ask; where nobody can be asked, they are kept."""
    from ..workflows.keeping.copies import known_copies

    if delete and keep:
        raise click.UsageError("Give one of --delete-backups and --keep-backups.")
    known = known_copies(study) if study.is_file() else {"backups": [], "other": []}
    files = [row["file"] for row in (*known["backups"], *known["other"])]
    if files:
        click.echo("These copies hold what is to be erased:", err=True)
        for name in files:
            click.echo(f"  {name}", err=True)
    if files and not delete and not keep and sys.stdin.isatty():
        delete = click.confirm("Delete them, once a new, clean backup is verified?", err=True)
    return {"delete_backups": delete, "keep_backups": not delete}


def source_lines(found: Mapping[str, Any]) -> list[str]:
    """One line a source: what became of its codings."""
    lines: list[str] = []
    for row in found["sources"]:
        lines.append(
            f"{row['source']} version {row['version']}: {row['kept']} codings kept, {row['moved']} moved, "
            f"{len(row['needs_review'])} need review, {row['lost']} lost."
        )
        lines += [f"  {one['guid']} needs review" for one in row["needs_review"]]
    return lines


def outcome(found: dict[str, Any], lines: Sequence[str]) -> Outcome:
    """The document of the contract: one source's row, or a list of rows; the first also has the ``run``."""
    run = {name: value for name, value in found.items() if name != "sources"}
    lines = [*lines, *(f"Deleted: {name}" for name in found.get("backups_deleted", ()))]
    if found.get("new_backup"):
        lines.append(f"New backup: {found['new_backup']}")
    lines += [f"Note: {warning}" for warning in found["warnings"]]
    lines.append(f"Note: {found['elsewhere']}")
    rows = [dict(row) for row in found["sources"]]
    if rows:
        rows[0]["run"] = run
    nothing = {
        "source": None,
        "version": None,
        "kept": 0,
        "moved": 0,
        "needs_review": [],
        "lost": 0,
        "run": run,
    }
    document: object = rows if len(rows) > 1 else rows[0] if rows else {**nothing, "run": run}
    return document, "\n".join(lines), 0 if found["finished"] else 1


@click.command()
@click.argument("study", type=STUDY)
@click.option("--participant", required=True, help="Their name as the study lists it, or their GUID.")
@click.option("--keep-counts", is_flag=True, help="Keep what can be counted, where consent allows it.")
@backup_options
@click.option("--by", help="Who does it; the person logged in when left out.")
@command
def purge(
    study: Path, participant: str, keep_counts: bool, delete_backups: bool, keep_backups: bool, by: str | None
) -> Outcome:
    """Erase what a participant said, and everything made of it, for good."""
    from ..workflows.keeping import purge as work

    decided = decide(study, delete=delete_backups, keep=keep_backups)
    found = work.purge(study, participant, keep_counts=keep_counts, by=by, **decided)
    head = (
        f"{found['participant']}: {found['n_codings']} codings, {found['n_memos']} memos and "
        f"{found['n_answers']} answers in {len(found['sources'])} texts "
        + ("keep their counts only." if keep_counts else "erased.")
    )
    return outcome(found, [head, *source_lines(found)])


COMMANDS = (pseudonymise, purge)
