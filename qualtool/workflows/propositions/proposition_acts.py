"""A researcher's word on a verdict: overrides with a note, meta-inferences, feedback, negative cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...errors import Problem, UserInputError
from ...store.file import connection
from ...store.reading import evidence as evidence_store
from ...store.records import propositions as store
from ...triangulate.convergence import Convergence, one_step_down
from ..clock import stamp
from .judged import Judged, told_verdict
from .propositions import differs, judge, proposition_of, record_one, require


def override(
    study: Path,
    key: str,
    code: str | None,
    note: str,
    *,
    by: str | None = None,
    examples_agree: str = "na",
    seed: int = 0,
) -> Judged:
    """Write a researcher's convergence code beside the computed one, with a note that says why.

    The computed code is never erased. ``code=None`` takes the override back, which is kept too.

    Raises:
        UserInputError: no such proposition or code, no note, or it cannot be judged.
    """
    faults = []
    if code is not None and code not in [c.value for c in Convergence]:
        known = ", ".join(c.value for c in Convergence)
        faults.append(Problem(where=f"code '{code}'", message="This is none.", next=f"Use {known}."))
    if not note.strip():
        faults.append(Problem(where="note", message="It is blank.", next="Say why the code differs."))
    if examples_agree not in ("yes", "no", "na"):
        faults.append(Problem(where="examples", message="Say yes, no or na.", next="Use one of these."))
    if faults:
        raise UserInputError(str(faults[0]), problems=faults)
    row = _row_of(study, key, seed)
    made = stamp(by)
    with connection.writing(study) as db:
        recorded = row.recorded
        if recorded is None or differs(row):
            number = record_one(db, row.verdict, made, seed)
            store.record_verdicts(db, [key], made, n_contrasts=len(row.verdict.strands))
        else:
            number = int(recorded["id"])
        store.add_override(
            db, key, number, made, convergence=code, examples_agree=examples_agree, note=note.strip()
        )
    return _row_of(study, key, seed)


def _row_of(study: Path, key: str, seed: int) -> Judged:
    proposition_of(study, key)
    whole = judge(study, seed=seed)  # q-values belong to the whole family
    for lost in whole.not_judged:
        if lost.id == key:
            raise UserInputError(lost.sentence)
    return next(row for row in whole.rows if row.verdict.id == key)


def proposed_code(row: Judged, examples_agree: str) -> str:
    """The code to propose: computed, or one step down where the examples do not agree."""
    code = row.verdict.assessment.headline.convergence
    return (one_step_down(code) if examples_agree == "no" else code).value


def write_meta_inference(study: Path, key: str, text: str, *, by: str | None = None) -> str:
    """Write what the strands say together; a blank text takes the last one back. Returns its GUID."""
    return _write(study, key, "meta_inference", text, by=by)


def write_feedback(study: Path, key: str, stakeholder: str, text: str, *, by: str | None = None) -> str:
    """Write what a stakeholder answered to a finding. Returns its GUID."""
    return _write(study, key, "feedback", text, by=by, stakeholder=stakeholder)


def _write(study: Path, key: str, kind: str, text: str, *, by: str | None, stakeholder: str = "") -> str:
    with connection.writing(study) as db:
        require(db, key)
        return store.add_text(db, key, kind, text.strip(), stamp(by), stakeholder=stakeholder)


def settle_negative_case(
    study: Path, key: str, case: str, disposition: str, *, note: str = "", by: str | None = None
) -> str:
    """Write how a negative case was dealt with: explained, scope condition or unexplained.

    ``case`` is the URN, or URN and participant joined by ``/``, as in ``negative_cases_of``.

    Raises:
        UserInputError: another disposition, or no such proposition.
    """
    known = ("explained", "scope condition", "unexplained")
    if disposition not in known:
        raise UserInputError(f"'{disposition}' is no disposition; use {', '.join(known)}.")
    with connection.writing(study) as db:
        require(db, key)
        return store.add_disposition(db, key, case, disposition, note.strip(), stamp(by))


def negative_cases_of(study: Path, row: Judged) -> list[dict[str, Any]]:
    """The negative cases of a verdict with their dispositions; ``unexplained`` where none is written.

    Keys: case (as ``settle_negative_case`` takes it), urn, participant, label, why, strand, disposition,
    note, by, at.
    """
    with connection.reading(study) as db:
        settled = store.dispositions(db, row.verdict.id)
        labels = evidence_store.labels_by_urn(db)
    found: dict[str, dict[str, Any]] = {}
    for strand in row.verdict.strands:
        for negative in strand.negative_cases:
            case = "/".join(part for part in (negative.case, negative.participant) if part)
            done = settled.get((row.verdict.id, case), {})
            found.setdefault(
                case,
                {
                    "case": case,
                    "urn": negative.case,
                    "participant": negative.participant,
                    "label": labels.get(negative.case, negative.case),
                    "why": negative.why,
                    "strand": strand.kind.value,
                    "disposition": done.get("disposition", "unexplained"),
                    "note": done.get("note", ""),
                    "by": done.get("made_by", ""),
                    "at": done.get("made_at", ""),
                },
            )
    return list(found.values())


def history_of(study: Path, key: str) -> dict[str, Any]:
    """Everything kept of a proposition: versions, verdicts, overrides, meta-inferences, feedback."""
    with connection.reading(study) as db:
        require(db, key)
        verdicts = store.verdicts_of(db, key)
        return {
            "id": key,
            "versions": store.versions_of(db, key),
            "verdicts": [told_verdict(v) for v in verdicts],
            "overrides": store.overrides_of(db, key),
            "texts": store.texts_of(db, key),
        }
