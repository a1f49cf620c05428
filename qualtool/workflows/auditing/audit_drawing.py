"""Drawing the sample of a blind audit: random, stratified where asked, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UserInputError
from ...model import Role
from ...store import Database
from ...store.file import connection
from ...store.machine import machine
from ...store.reading import overview
from ...store.records import audits, people
from ...store.records import codes as code_store
from ...store.records.audits import DrawnUnit
from ..clock import stamp
from ..suggestions.machine_units import libraries_of
from .audit_calls import THRESHOLD, Calls, calls_of

Progress = Callable[[int, int], None]
KIND, CALLED = "kind", "called"
N_USUAL = 60
MOST_CODES = 12
_N_CODES = 5
EVERY = "every passage"


def draw_audit(
    study: Path,
    *,
    coder: str,
    codes: Sequence[str] = (),
    n: int = N_USUAL,
    seed: int = 0,
    sources: str = "all",
    strata: Sequence[str] = (KIND, CALLED),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Draw passages for ``coder`` to judge blind; the document of ``qualtool audit STUDY draw``.

    What the machine calls is fixed now, before anybody judges. Passages on which this coder decided a
    suggestion are left out of sample and population alike, for they saw what the machine thinks.

    Args:
        codes: short ids, paths or names; without any, the five the machine calls most often.
        n: passages to judge; all of them where the study has fewer.
        strata: ``KIND`` (interviews, answers), ``CALLED`` (is any of the codes called? half of the sample
            each, so that rare codes come up), or neither for a plain random draw.

    Returns:
        ``audit`` (GUID), ``coder``, ``codes``, ``n``, ``n_population``, ``n_left_out``, ``strata``
        [{name, n_population, n}], ``seed``, ``notes``.

    Raises:
        UserInputError: the coder has a running audit, a code is not there, or a number is no use.
        SuggestionError: no codes, nothing to read.
    """
    name = _name(coder)
    if n < 1:
        raise UserInputError(f"At least one passage has to be judged, not {n}.")
    with connection.reading(study) as db:
        wanted = [code_store.find_code(db, code) for code in codes]
        for row in wanted:
            code_store.require_codable(row)
        _require_none_running(db, name)
        who = overview.coder_id(db, name)
        seen = set() if who is None else audits.decided_segments(db, who)
    calls = calls_of(study, sources, progress=progress)
    columns = _columns(calls, [str(row["guid"]) for row in wanted])
    kept = [i for i, unit in enumerate(calls.rows) if unit["id"] not in seen]
    if not kept:
        raise UserInputError("You decided a suggestion on every passage already: somebody else has to audit.")
    stratum_of = _strata(calls, columns, kept, strata)
    drawn = drawn_of(
        {i: stratum_of[i] for i in kept},
        {i: (u["source_guid"], u["start_char"]) for i, u in enumerate(calls.rows)},
        n=n,
        seed=seed,
    )
    if progress:  # the last moment at which a person can stop it: then nothing is stored
        progress(len(calls.rows), len(calls.rows))
    return _store(study, name, calls, columns, stratum_of, kept, drawn, seed=seed, sources=sources, asked=n)


def _name(coder: str) -> str:
    name = coder.strip()
    if not name:
        raise UserInputError.single("coder", "An audit needs a person.", "Name who judges (--coder).")
    return name


def _require_none_running(db: Database, name: str) -> None:
    who = overview.coder_id(db, name)
    if who is not None and audits.running(db, who) is not None:
        raise UserInputError("You are in the middle of an audit: finish it before another is drawn.")


def _columns(calls: Calls, wanted: Sequence[str]) -> list[int]:
    place = {profile.guid: at for at, profile in enumerate(calls.profiles)}
    if not wanted:
        often = np.argsort(-calls.called.sum(axis=0), kind="stable")
        return sorted(often[:_N_CODES].tolist())
    missing = [guid for guid in wanted if guid not in place]
    if missing:
        raise UserInputError("Restricted codes are not suggested, so there is nothing of them to audit.")
    found = sorted({place[guid] for guid in wanted})
    if len(found) > MOST_CODES:
        raise UserInputError(
            f"Nobody keeps {len(found)} codes in mind at once: audit up to {MOST_CODES} at a time."
        )
    return found


_KINDS = {"transcript": "interviews", "answer": "answers"}


def _strata(
    calls: Calls, columns: Sequence[int], kept: Sequence[int], wanted: Sequence[str]
) -> dict[int, tuple[str, str]]:
    """Stratum of each passage: its kind, and whether any of the codes is called."""
    called = set(np.flatnonzero(calls.called[:, list(columns)].sum(axis=1)).tolist())
    return {
        i: (
            _KINDS[calls.rows[i]["kind"]] if KIND in wanted else "",
            ("called" if i in called else "not called") if CALLED in wanted else "",
        )
        for i in kept
    }


def stratum_name(stratum: tuple[str, str]) -> str:
    return ", ".join(part for part in stratum if part) or EVERY


def drawn_of(
    stratum_of: Mapping[int, tuple[str, str]],
    places: Mapping[int, tuple[str, int]],
    *,
    n: int,
    seed: int,
) -> list[int]:
    """Passages drawn without replacement, in random order; the order of rows given changes nothing.

    ``n`` is split evenly over called and not called (as far as there are enough), then in proportion
    to size. Each stratum gets two at least, where it and ``n`` allow it.
    """
    rng = np.random.default_rng(seed)
    members: dict[tuple[str, str], list[int]] = {}
    for i in sorted(stratum_of, key=lambda i: places[i]):
        members.setdefault(stratum_of[i], []).append(i)
    sizes = {stratum: len(members[stratum]) for stratum in sorted(members)}
    drawn: list[int] = []
    for stratum, wanted in _shares(sizes, n).items():
        drawn += rng.choice(members[stratum], size=wanted, replace=False).tolist()
    return [drawn[i] for i in rng.permutation(len(drawn)).tolist()]


def _shares(sizes: Mapping[tuple[str, str], int], n: int) -> dict[tuple[str, str], int]:
    """How many to draw of each stratum."""
    n = min(n, sum(sizes.values()))
    sides: dict[str, dict[tuple[str, str], int]] = {}
    for stratum, size in sizes.items():
        sides.setdefault(stratum[1], {})[stratum] = size
    left = {side: sum(members.values()) for side, members in sides.items()}
    quota = dict.fromkeys(sides, 0)
    for _ in range(n):  # one at a time to the side that has fewest, as far as it has any left
        side = min((s for s in sides if left[s]), key=lambda s: (quota[s], s))
        quota[side] += 1
        left[side] -= 1
    found: dict[tuple[str, str], int] = {}
    for side, members in sides.items():
        found |= _in_proportion(members, quota[side])
    return found


def _in_proportion(sizes: Mapping[tuple[str, str], int], n: int) -> dict[tuple[str, str], int]:
    least = 2 if n >= 2 * len(sizes) else 0
    found = {stratum: min(least, size) for stratum, size in sizes.items()}
    total = sum(sizes.values())
    while sum(found.values()) < n:
        open_ones = [s for s, size in sizes.items() if found[s] < size]
        stratum = max(open_ones, key=lambda s: (sizes[s] / total * n - found[s], s))
        found[stratum] += 1
    return found


def _store(
    study: Path,
    coder: str,
    calls: Calls,
    columns: Sequence[int],
    stratum_of: Mapping[int, tuple[str, str]],
    kept: Sequence[int],
    drawn: Sequence[int],
    *,
    seed: int,
    sources: str,
    asked: int,
) -> dict[str, Any]:
    ids = calls.known.code_ids
    code_of = {c: ids[calls.profiles[c].guid] for c in columns}
    sizes: dict[str, int] = {}
    for i in kept:
        name = stratum_name(stratum_of[i])
        sizes[name] = sizes.get(name, 0) + 1
    units = [
        DrawnUnit(
            segment_id=calls.rows[i]["id"],
            stratum=stratum_name(stratum_of[i]),
            calls={code_of[c]: (bool(calls.called[i, c]), float(calls.scores[i, c])) for c in columns},
        )
        for i in drawn
    ]
    made = stamp(coder)
    with connection.writing(study, least=Role.CODER) as db:
        _require_none_running(db, coder)
        run_id, _ = machine.add_run(
            db,
            "audit",
            made,
            parameters={
                "codes": [calls.profiles[c].guid for c in columns],
                "n": asked,
                "sources": sources,
                "threshold": THRESHOLD,
                "n_labels": len(calls.known.evidence.labels),
            },
            seed=seed,
            libraries=libraries_of(calls.encoder),
            note=" ".join(calls.notes),
        )
        guid = audits.add_audit(
            db,
            run_id,
            people.ensure_coder(db, coder, made),
            made,
            strata=dict(sorted(sizes.items())),
            n_called={code_of[c]: int(calls.called[list(kept), c].sum()) for c in columns},
            units=units,
        )
    names = calls.known.book.by_guid()
    return {
        "audit": guid,
        "coder": coder,
        "codes": [names[calls.profiles[c].guid].key for c in columns],
        "n": len(units),
        "n_population": len(kept),
        "n_left_out": len(calls.rows) - len(kept),
        "strata": [
            {"name": name, "n_population": size, "n": sum(u.stratum == name for u in units)}
            for name, size in sorted(sizes.items())
        ],
        "seed": seed,
        "notes": calls.notes,
    }
