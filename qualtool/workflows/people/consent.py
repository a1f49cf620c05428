"""What participants allowed: see it, change it, take a change back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import Problem, UserInputError
from ...model import Consent
from ...store.file import connection
from ...store.log.conflicts import last_change, writing_or_setting_aside
from ...store.log.identity import scalar
from ...store.records import consent as consent_store
from ...store.records import people
from ..clock import stamp
from ..conflicts import conflict

CONSENTS = {
    Consent.YES.value: "yes: may be quoted",
    Consent.PARAPHRASE.value: "paraphrase: not word by word",
    Consent.NO.value: "no: not to be quoted",
    Consent.WITHDRAWN.value: "withdrawn",
    Consent.UNKNOWN.value: "unknown: ask",
}


def consent_table(study: Path, *, with_surveys: bool = False) -> list[dict[str, Any]]:
    """Participants with role, case, consent and number of sources; survey respondents where asked for."""
    with connection.reading(study) as db:
        rows = consent_store.people_with_consent(db)
    return [row for row in rows if with_surveys or not row["from_survey"]]


def change_consents(
    study: Path,
    names: Sequence[str],
    consent: str,
    *,
    by: str | None,
    seen: Mapping[str, str] | None = None,
) -> int:
    """Set what these participants allowed; returns for how many it changed.

    ``seen`` is each participant's consent as the person saw it.

    Raises:
        ConflictError: somebody set one of them meanwhile to something else; nobody's is changed.
        UserInputError: nobody is named, somebody unknown is, or the word is not a consent.
    """
    if not names:
        raise UserInputError("Choose the participants whose consent you want to set.")
    if consent not in CONSENTS:
        raise UserInputError("Consent is one of: " + ", ".join(CONSENTS) + ".")
    made = stamp(by)
    with writing_or_setting_aside(study, made) as db:
        known = {row["name"]: row["consent"] for row in consent_store.people_with_consent(db)}
        torn = [
            name
            for name in dict.fromkeys(names)
            if seen is not None
            and name in seen
            and name in known
            and known[name] not in (seen[name], consent)
        ]
        if torn:
            guid = str(scalar(db, "SELECT guid FROM participant WHERE name = ?", (torn[0],)))
            raise conflict(
                "participant",
                guid,
                f"consent of {len(torn)} participants" if len(torn) > 1 else "consent of a participant",
                theirs={name: known[name] for name in torn},
                yours={name: consent for name in torn},
                change=last_change(db, guid, "consent_changed"),
                me=made.by,
            )
        changed = [name for name in dict.fromkeys(names) if known.get(name) != consent]
        for name in changed:
            people.set_consent(db, name, consent, made)
    return len(changed)


def last_consent_change(study: Path, *, by: str | None) -> list[dict[str, Any]]:
    """A person's newest change that was not taken back: name, before, after; empty without one."""
    with connection.reading(study) as db:
        return consent_store.last_changes(db, stamp(by).by)


def undo_consent(study: Path, *, by: str | None) -> int:
    """Take back a person's newest change of consent; returns for how many participants.

    Raises:
        UserInputError: there is none, or somebody changed one of them since; nothing is changed.
    """
    made = stamp(by)
    with connection.writing(study) as db:
        changes = consent_store.last_changes(db, made.by)
        if not changes:
            raise UserInputError("There is no change of consent to take back.")
        problems = [
            Problem(
                where=f"participant '{row['name']}'",
                message=f"Consent was changed again since, to '{row['consent']}'.",
                next="Set it by hand.",
            )
            for row in changes
            if row["consent"] != row["after"]
        ]
        if problems:
            raise UserInputError("The change cannot be taken back.", problems=problems)
        for row in changes:
            people.set_consent(db, row["name"], row["before"], made, undoes=row["id"])
    return len(changes)
