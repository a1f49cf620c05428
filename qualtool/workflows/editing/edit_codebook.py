"""Change the codebook code by code; each change is a new version, and no coding is ever lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ...codebook import PALETTE, difference, near_names, write_codebook
from ...errors import CodebookError
from ...model import Code, Codebook
from ...store import Database
from ...store.file import connection
from ...store.log.conflicts import codebook_change, writing_or_setting_aside
from ...store.log.events import Stamp
from ...store.log.identity import new_guid
from ...store.records import codebook_versions as version_store
from ...store.records import codes as code_store
from ..clock import stamp
from ..conflicts import conflict, merged
from ..gathering.import_codebook import codebook_of


def code_rows(study: Path) -> list[dict[str, Any]]:
    """The codebook as a table, parents before their children.

    Keys: guid, depth (0 at the top), path, codings (with this code itself), and the fields of ``Code``.
    """
    with connection.reading(study) as db:
        n_codings = version_store.codings_by_code(db)
    book = codebook_of(study)
    depth: dict[str | None, int] = {None: -1}
    rows: list[dict[str, Any]] = []
    for code in _as_tree(book.codes):
        depth[code.guid] = depth[code.parent] + 1
        row = {"depth": depth[code.guid], "path": book.path(code), "codings": n_codings.get(code.guid, 0)}
        rows.append({**asdict(code), **row})
    return rows


def _as_tree(codes: Iterable[Code]) -> tuple[Code, ...]:
    """Codes in the order of their tree; brothers and sisters keep their order."""
    children: dict[str | None, list[Code]] = {}
    for code in codes:
        children.setdefault(code.parent, []).append(code)
    ordered: list[Code] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        code = waiting.pop()
        ordered.append(code)
        waiting += children.get(code.guid, [])[::-1]
    return tuple(ordered)


def similar_codes(study: Path, name: str) -> list[dict[str, str]]:
    """Codes whose name or short id is nearly ``name``: path and definition."""
    book = codebook_of(study)
    return [
        {"code": code.key, "path": book.path(code), "definition": code.definition}
        for code in near_names(name, book)
    ]


def colour_under(study: Path, parent: str | None) -> str:
    """The colour a new code begins with: its parent's, or the next of the palette."""
    book = codebook_of(study)
    if parent is not None and parent in book.by_guid():
        return book.by_guid()[parent].colour
    n_groups = sum(code.parent is None for code in book.codes)
    return PALETTE[n_groups % len(PALETTE)]


# Each change reads the codebook and saves it in one transaction: what somebody else saves meanwhile is
# never undone by it.


def add_code(study: Path, fields: dict[str, Any], *, by: str | None) -> str:
    """Add a code with these fields of ``Code`` (without a GUID); returns its GUID.

    Raises:
        CodebookError: no name, a short id or name that is taken, an odd short id.
    """
    made = stamp(by)
    with connection.writing(study) as db:
        book = code_store.codebook(db)
        code = Code(guid=new_guid(), **_tidy(fields))
        codes = _checked(book, (*book.codes, code))
        code_store.save_codebook(db, replace(book, codes=codes), made, note=f"added {code.key}")
    return code.guid


def change_code(study: Path, was: Code, fields: dict[str, Any], *, by: str | None) -> int | None:
    """Give a code new fields; returns the new version, None when nothing changed.

    ``was`` is the code as the person saw it. Fields that only one person changed since are merged.

    Raises:
        ConflictError: somebody changed the same fields meanwhile to something else, or removed the
            code; nothing is saved, and what was wanted is kept in the log.
        CodebookError: the new fields do not fit the codebook.
    """
    made = stamp(by)
    wanted = _tidy(fields)
    with writing_or_setting_aside(study, made) as db:
        book = code_store.codebook(db)
        stands = book.by_guid().get(was.guid)
        asked = {name: value for name, value in wanted.items() if value != getattr(was, name)}
        if not asked:
            return None
        if stands is None:
            raise _torn(db, was, {"removed": True}, asked, made)
        changes, torn = merged(asdict(was), asdict(stands), wanted)
        if torn:
            theirs = {name: getattr(stands, name) for name in torn}
            # Fields that merge are named too: the decision is made on everything that was typed.
            raise _torn(db, was, theirs, asked, made)
        now = replace(stands, **changes)
        if now == stands:
            return None
        if stands.is_codable and not now.is_codable:
            _refuse_applied(db, stands)
        codes = tuple(now if code.guid == was.guid else code for code in book.codes)
        codes = _checked(book, codes) if now.parent != stands.parent else codes
        return code_store.save_codebook(db, replace(book, codes=codes), made, note=f"changed {now.key}")


def _torn(db: Database, was: Code, theirs: dict[str, Any], yours: dict[str, Any], made: Stamp) -> Exception:
    return conflict(
        "code",
        was.guid,
        f"code {was.key}",
        theirs=theirs,
        yours=yours,
        change=codebook_change(db),
        message="This code was removed while you had it open"
        if "removed" in theirs
        else "This code was changed while you had it open",
        me=made.by,
    )


def _refuse_applied(db: Database, code: Code) -> None:
    n_codings = version_store.codings_by_code(db).get(code.guid, 0)
    if n_codings:
        counted = "1 coding" if n_codings == 1 else f"{n_codings} codings"
        raise CodebookError.single(
            f"code {code.key}",
            f"It is applied in {counted}, so it cannot become a heading.",
            "Make a new heading, and put this code under it.",
        )


def remove_code(study: Path, guid: str, *, by: str | None, was: Code | None = None) -> int | None:
    """Take a code out of the codebook; its codings stay, its children move up to its parent.

    ``was`` is the code as the person saw it, where a page asks for the removal.

    Raises:
        ConflictError: it was changed since the person looked at it.
        CodebookError: it is not there, or a child has the name of a code it would stand beside.
    """
    made = stamp(by)
    with writing_or_setting_aside(study, made) as db:
        book = code_store.codebook(db)
        code = book.by_guid().get(guid)
        if code is None:
            raise CodebookError.single("codebook", "This code is not there any more.", "Look again.")
        if was is not None and code != was:
            before, now = asdict(was), asdict(code)
            theirs = {name: now[name] for name in now if now[name] != before[name]}
            raise _torn(db, was, theirs, {"removed": True}, made)
        rest = tuple(
            replace(other, parent=code.parent) if other.parent == guid else other
            for other in book.codes
            if other.guid != guid
        )
        note = f"removed {code.key}"
        return code_store.save_codebook(db, replace(book, codes=rest), made, note=note)


def bring_code_back(study: Path, code: Code, *, by: str | None) -> int | None:
    """Put a code that somebody removed back, as given; at the top where its parent is gone.

    Raises:
        CodebookError: its name or short id was given to another code meanwhile.
    """
    made = stamp(by)
    with connection.writing(study) as db:
        book = code_store.codebook(db)
        known = book.by_guid()
        if code.guid in known:
            return None
        back = code if code.parent in known else replace(code, parent=None)
        codes = _checked(book, (*book.codes, back))
        note = f"brought {code.key} back"
        return code_store.save_codebook(db, replace(book, codes=codes), made, note=note)


def _tidy(fields: dict[str, Any]) -> dict[str, Any]:
    """Names on one line, short ids in capitals, other text without space at its ends."""
    tidied = {key: value.strip() if isinstance(value, str) else value for key, value in fields.items()}
    if "name" in tidied:
        tidied["name"] = " ".join(tidied["name"].split())
    if "short_id" in tidied:
        tidied["short_id"] = tidied["short_id"].upper()
    return tidied


def _checked(book: Codebook, codes: tuple[Code, ...]) -> tuple[Code, ...]:
    """The codes in tree order, after the codebook they make has been checked for circles and repeats."""
    return _as_tree(replace(book, codes=codes).codes)


# --- versions -------------------------------------------------------------------------------------


def codebook_versions(study: Path) -> list[dict[str, Any]]:
    """Saved versions, newest first: version, note, made_by, made_at."""
    with connection.reading(study) as db:
        return version_store.versions(db)


def version_changes(study: Path, old: int, new: int) -> list[dict[str, str]]:
    """What changed from one version to another: code, what, before, after; one row a change."""
    with connection.reading(study) as db:
        found = difference(version_store.codebook_at(db, old), version_store.codebook_at(db, new))
    rows = [_change(at.code_path, "added") for at in found.added]
    rows += [_change(at.code_path, "removed") for at in found.removed]
    rows += [
        _change(change.code_path, change.field.replace("_", " "), str(change.before), str(change.after))
        for change in (*found.renamed, *found.moved, *found.changed)
    ]
    if found.title is not None:
        rows.append(_change("(the codebook)", "title", *found.title))
    if found.is_reordered:
        rows.append(_change("(the codebook)", "order of codes"))
    return rows


def _change(code: str, what: str, before: str = "", after: str = "") -> dict[str, str]:
    return {"code": code, "change": what, "before": before, "after": after}


def go_back_to_version(
    study: Path, version: int, *, by: str | None, newest_seen: int | None = None
) -> int | None:
    """Make the codebook what it was in a version, as a new version; None when it is that already.

    Codes added since are removed; their codings stay. ``newest_seen`` is the newest version the person
    knew of.

    Raises:
        ConflictError: the codebook was saved again since; going back would undo that unseen.
        UserInputError: there is no such version.
    """
    made = stamp(by)
    with writing_or_setting_aside(study, made) as db:
        now = code_store.current_version(db)
        if newest_seen is not None and now != newest_seen:
            raise conflict(
                "codebook",
                str(now),
                "codebook",
                theirs={"version": now},
                yours={"version": version},
                change=codebook_change(db),
                message="It was saved again after you looked at its versions",
                me=made.by,
            )
        book = version_store.codebook_at(db, version)
        return code_store.save_codebook(db, book, made, note=f"as in version {version}")


def codebook_yaml(study: Path) -> str:
    """The codebook as a YAML file that imports as it is."""
    return write_codebook(codebook_of(study))


def code_as_shown(study: Path, guid: str) -> Code | None:
    """A code as it stands, to be handed back to ``change_code``; None when it is gone."""
    return codebook_of(study).by_guid().get(guid)


def parents_for(study: Path, guid: str | None) -> dict[str | None, str]:
    """Where a code may stand: GUID -> path, None for the top; not under itself."""
    book = codebook_of(study)
    found: dict[str | None, str] = {None: "(top of the codebook)"}
    below = {guid} if guid is not None else set()
    for code in _as_tree(book.codes):
        if code.guid in below or code.parent in below:
            below.add(code.guid)
        else:
            found[code.guid] = book.path(code)
    return found
