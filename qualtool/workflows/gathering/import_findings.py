"""Take in findings of published studies, to stand beside the study's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ...errors import Problem, UserInputError
from ...importing import read_findings
from ...store.file import connection
from ...store.log.events import record
from ...store.records import propositions as store
from ...triangulate.claims import baseless
from ...triangulate.external_strand import ExternalFinding
from ...triangulate.printed_numbers import doubts
from ...triangulate.sentences import counted
from ..clock import stamp
from ..files import read_bytes
from ..propositions.evidence import finding_from
from ..reports import ImportReport

# Indicators are named from one vocabulary, so that suspended is not read as excluded.
NAMES = frozenset(
    (
        *("ehcp_rate", "sen_support_rate", "any_sen_rate", "ehcp_quartile", "any_sen_quartile", "q4_ehcp"),
        *("high_ehcp_proxy", "has_base", "sen_unit", "resourced_provision", "fsm_rate", "fsm6_rate"),
        *("suspension_rate", "exclusion_rate", "absence_rate", "persistent_absence_rate", "attainment8"),
        *("progress8", "ofsted_grade", "roll", "phase", "region", "la_code", "special_school_pressure"),
        *("non_standard_leavers", "ehcp_quartile_ratio", "any_sen_ratio"),
    )
)


def import_findings(
    study: Path, file: Path, *, by: str | None = None, data: bytes | None = None
) -> ImportReport:
    """Import published findings from CSV, XLSX or YAML: all rows or none.

    The report warns of numbers without a base, words in place of numbers, missing intervals, unclear
    kinds of effect, accounts of a study that count with it as one, unknown indicators, and shares that no
    count of their base gives or that cannot go together.

    Raises:
        UserInputError: a row is wrong; nothing is stored.
    """
    content = read_bytes(file, UserInputError) if data is None else data
    rows = read_findings(content, name=file.name)
    report, made = ImportReport(), stamp(by)
    ignored = max((row.ignored for row in rows), default=0)
    if ignored:
        report.warnings.append(f"{file.name}: {counted(ignored, 'unknown column')} left out")
    problems: list[Problem] = []
    ready: list[tuple[str, ExternalFinding, dict[str, object]]] = []
    for row in rows:
        try:
            ready.append((row.where, finding_from(row.values), dict(row.values)))
        except UserInputError as err:
            problems += [Problem(where=row.where, message=p.message, next=p.next) for p in err.problems]
    if problems:
        raise UserInputError(
            f"{file.name}: {len(problems)} problem(s) found; nothing was stored.", problems=problems
        )
    sha256 = hashlib.sha256(content).hexdigest()
    odd = doubts([finding for _, finding, _ in ready], [row.decimals for row in rows])
    with connection.writing(study) as db:
        for (where, finding, values), more in zip(ready, odd, strict=True):
            guid = store.add_finding(db, values, made, study=finding.study, file=file.name, sha256=sha256)
            if guid is None:
                report.skip(where, "the study holds this very finding already")
                continue
            report.accepted += 1
            report.warnings += [f"{where}: {warning}" for warning in (*warnings_of(finding), *more)]
        if report.accepted:
            after = {"file": file.name, "n": report.accepted}
            record(db, made, "findings_imported", target_kind="study", target_guid="study", after=after)
    return report


def warnings_of(finding: ExternalFinding) -> list[str]:
    """What a reader of a published finding should know before it is believed."""
    found = []
    if finding.is_secondary:
        found.append("an account of another study: the two count as one")
    if finding.estimate is None:
        found.append("no number is given")
    elif finding.low is None:
        found.append("no uncertainty is given, so it can lean and no more")
    if finding.effect_type.value == "unclear":
        found.append("odds or risks are not told apart, so its size is unclear")
    if finding.n is None:
        word = baseless(finding.quantifier)
        what = f"{word.where} has no base" if word is not None else "no base (n) is given"
        found.append(f"{what}: several sources may say it in other words")
    if finding.indicator and finding.indicator not in NAMES:
        found.append("the indicator is not one of the stable names: is it another measure?")
    return found
