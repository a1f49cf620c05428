"""What was done in a study, and going back: the event log, backups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .shared import FILE, STUDY, Outcome, command


@click.command(name="history")
@click.argument("study", type=STUDY)
@click.option("--at", help="The state at that time too; a date alone means its end. UTC.")
@click.option("--by", help="Events of one person.")
@click.option("--kind", "kinds", multiple=True, help="A kind of event; may be given several times.")
@click.option("--since", help="Events from this time on.")
@click.option("--until", help="Events up to this time.")
@click.option("--target", help="Events of one source (its name), or of anything by its GUID.")
@click.option("--limit", type=click.IntRange(min=1), help="So many of the newest events that fit.")
@command
def history_(study: Path, at: str | None, kinds: Sequence[str], limit: int | None, **filters: Any) -> Outcome:
    """Show who did what and when, and the study as it was at a time."""
    from ..workflows.undoing.history import history

    found = history(study, at=at, kinds=kinds, limit=limit or -1, **filters)
    lines = [
        f"{e['id']:>6}  {e['at'][:19]}  {e['by']:<16} {e['kind']:<22} {e['target']}"
        + ("  (undone)" if e["is_undone"] else "")
        for e in found["events"]
    ]
    if at is not None:
        state = found["state"]
        lines.append(
            f"At {found['at']}: {len(state['codings'])} codings, {len(state['memos'])} memos,"
            f" codebook version {state['codebook']['version']}."
        )
    return found, "\n".join(lines) or "Nothing happened yet.", 0


@click.command(name="restore")
@click.argument("study", type=STUDY)
@click.option("--from", "backup", type=FILE, help="The backup to restore, by its name or path.")
@command
def restore_(study: Path, backup: Path | None) -> Outcome:
    """List the backups of a study, or make it what one of them is."""
    from ..workflows.keeping.backups import backups_of, restore

    if backup is None:
        rows = backups_of(study)
        lines = [
            f"{r['made_at']}  {r['n_events']:>7} events  {r['bytes']:>12} bytes  {r['file']}" for r in rows
        ]
        hint = f"Restore one with: qualtool restore {study} --from FILE"
        return {"backups": rows}, "\n".join([*lines, hint]) if lines else "There are no backups of it.", 0
    found = restore(study, backup)
    kept = f" What it was is kept as {found['replaced']}." if found["replaced"] else ""
    return found, f"Restored {study} from {found['from']}.{kept}", 0


COMMANDS = (
    history_,
    restore_,
)
