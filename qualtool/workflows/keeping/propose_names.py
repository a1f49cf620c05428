"""Propose what to replace in a study before others see it, and write the table a person goes through."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import ExportError
from ...importing.label_words import ROLES, is_role, label_key
from ...store.file import connection
from ...store.reading import naming
from ...suggest.capitals import is_ordinary, is_shout, key
from ...suggest.entity_model import entities_of, installed_models, load_model
from ...suggest.gazetteer import gazetteer_of
from ...suggest.identifying import KnownName, NamedText, Proposal, propose_names
from ...suggest.name_rules import TITLE, is_school_word, school_head
from ..roles import Role, require

COLUMNS = ("real", "pseudonym", "kind", "case", "certainty", "n", "n_sources", "why", "caution")
_CASE_KINDS = {"school": "school", "la": "place", "family": "person", "other": "other"}
NO_MODEL = "No spaCy model is installed: names were looked for by rules and lists alone."
NO_REGISTER = (
    "No register of schools is loaded: schools were looked for by the form of their names and the"
    " study's own cases alone."
)
READ_IT = (
    "Rules do not find every name: read the texts for what no rule knows, such as a job, an illness or a"
    " remark that only one person could have made."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedNames:
    """Proposals, surest first, and plain lines on how they were found."""

    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]
    n_sources: int


def propose_for(
    study: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    model: str | None = None,
    use_model: bool = True,
) -> ProposedNames:
    """Read a study and propose what to replace; writes nothing.

    ``model`` names a spaCy model; left out, the best one installed is used, if any and if ``use_model``.
    """
    with connection.reading(study) as db:
        texts = [NamedText(source=name, text=text) for name, text in naming.texts_by_name(db)]
        memos = [NamedText(source="a memo", text=text) for text in naming.memo_texts(db)]
        cases = naming.cases_named(db)
        people, labels = naming.people_named(db), naming.labels_named(db)
        register = naming.register_named(db)
    known = list(_known(cases, people, labels))
    schools = [*(c["name"] for c in cases if c["kind"] == "school"), *register["school_name"]]
    places = [*(c["name"] for c in cases if c["kind"] == "la"), *register["la_name"], *register["district"]]
    named = model or (next(iter(installed_models()), None) if use_model else None)
    notes = [READ_IT]
    entities: Iterator[tuple[str, str]] = iter(())
    if named is None:
        notes.append(NO_MODEL)
    else:
        entities = entities_of([one.text for one in texts], load_model(named), progress)
        notes.append(f"The spaCy model {named} was asked too.")
    if not register["school_name"]:
        notes.append(NO_REGISTER)
    proposals = propose_names(
        [*texts, *memos],
        known=known,
        gazetteer=gazetteer_of(schools, places),
        entities=entities,
        progress=progress,
    )
    return ProposedNames(proposals=proposals, notes=tuple(notes), n_sources=len(texts))


def _known(
    cases: Sequence[Mapping[str, Any]], people: Sequence[str], labels: Sequence[str]
) -> Iterator[KnownName]:
    """Names in the study's own tables, and the short forms of its schools."""
    heads: set[str] = set()
    shorts: dict[str, list[str]] = {}
    for case in cases:
        name, kind = case["name"], _CASE_KINDS[case["kind"]]
        yield KnownName(name=name, kind=kind, why="name of a case", pseudonym=case["pseudonym"])
        heads.add(key(name))
        for short in _short_forms(name) if kind == "school" else ():
            shorts.setdefault(short, []).append(name)
    for short, full in shorts.items():
        heads.add(key(short))
        yield KnownName(
            name=short,
            kind="school",
            why="part of the name of a case",
            is_kept=False,
            short_for=full[0] if len(full) == 1 else None,
        )
    seen: set[str] = set()
    for why, names in (("name of a participant", people), ("label of a speaker", labels)):
        for name in names:
            person = _person_in(name)
            if person and key(person) not in heads and key(person) not in seen:
                seen.add(key(person))
                yield KnownName(name=person, kind="person", why=why)


def _short_forms(name: str) -> Iterator[str]:
    """What people call a school: Carrow Vale and Carrow for Carrow Vale Academy."""
    head = school_head(name)
    if not head:
        return
    if head != name:
        yield head
    first = head.split()[0]
    if (
        first != head
        and first.rstrip(".") not in ("St", "Saint", "Our", "All", "The")
        and not is_ordinary(first)
    ):
        yield first


def _person_in(name: str) -> str:
    """The name in a label or a participant's name; blank where it says only what somebody is.

    "Ruth" and "Mrs Okafor" are names, "Parent 2" and "Thornbeck SENCO" (a school's) are not.
    """
    if is_role(label_key(name)) and label_key(name).split()[0] in ROLES:
        return ""
    title = TITLE.match(name)
    start = title.end() if title and title.end() < len(name) else 0
    words: list[str] = []
    for word in name[start:].split():
        bare = word.strip("()[],;")
        is_name = bare[:1].isupper() and bare.replace("-", "").replace("'", "").replace("’", "").isalpha()
        if not is_name or len(bare) < 2 or key(bare) in ROLES or is_school_word(bare):
            break
        if is_shout(bare) or (is_ordinary(bare) and not (start or words)):
            break
        words.append(bare)
    return f"{name[:start]}{' '.join(words)}" if words else ""


# --- the table ------------------------------------------------------------------------------------


def rows_of(proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Proposals as rows of the table: see ``COLUMNS``.

    A name that is also an ordinary word is replaced only where it is written with its capital.
    """
    return [
        {
            "real": one.real,
            "pseudonym": one.pseudonym,
            "kind": one.kind,
            "case": _case_of(one),
            "certainty": one.certainty,
            "n": one.n,
            "n_sources": one.n_sources,
            "why": "; ".join(one.why),
            "caution": one.caution,
        }
        for one in proposals
    ]


def _case_of(one: Proposal) -> str:
    if not any(c.isalpha() for c in one.real):
        return "any"  # a number is no ordinary word
    return "as-written" if one.caution else ""


def table_of(proposals: Sequence[Proposal]) -> bytes:
    """The table as CSV for a spreadsheet; replacing reads ``real``, ``pseudonym``, ``kind``, ``case``.

    Cells are written as they are: no rule proposes one that a spreadsheet would run, and a sign put
    before it would be looked for in the texts.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([row[column] for column in COLUMNS] for row in rows_of(proposals))
    return out.getvalue().encode("utf-8-sig")


def write_names(
    study: Path, file: Path, *, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Write the table of proposals to a file: ``{"file", "n", "by_kind", "by_certainty", "notes"}``.

    Raises:
        ExportError: the file exists already, which a person may have gone through, or cannot be written.
        NotAllowedError: the study is served with login, and the person may not take copies.
    """
    if file.exists():
        raise ExportError.single(
            str(file), "This file exists already; it was left alone.", "Choose another name."
        )
    require(study, Role.CODER, "write a table of names")
    found = propose_for(study, progress=progress)
    try:
        file.write_bytes(table_of(found.proposals))
    except OSError as err:
        raise ExportError.single(
            str(file),
            f"The table cannot be written: {err.strerror or 'unknown reason'}.",
            "Choose another folder.",
        ) from err
    kinds, sure = [p.kind for p in found.proposals], [p.certainty for p in found.proposals]
    return {
        "file": str(file),
        "n": len(found.proposals),
        "by_kind": {kind: kinds.count(kind) for kind in ("person", "school", "place", "other")},
        "by_certainty": {name: sure.count(name) for name in ("sure", "likely", "look")},
        "notes": list(found.notes),
    }
