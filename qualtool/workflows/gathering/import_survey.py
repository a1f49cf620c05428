"""Take a survey file into a study, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import SurveyError
from ...importing import SurveyMapping, read_survey
from ...model import Case, CaseKind
from ...store.file import connection
from ...store.records import people
from ...store.records import surveys as survey_store
from ...text import canonical
from ..clock import stamp
from ..files import read_bytes
from ..reports import ImportReport

Progress = Callable[[int, int], None]


def import_survey(
    study: Path,
    file: Path,
    mapping: SurveyMapping,
    *,
    by: str | None = None,
    data: bytes | None = None,
    frame: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a survey with a mapping of its columns.

    Each free-text answer becomes a source; a blank answer is skipped and counted, and its
    respondent is no respondent to that question. ``frame`` is ``probability``, ``self_selected`` or
    ``purposive``; without it, a survey with weights counts as a probability sample.

    Raises:
        SurveyError: with every fault and its line; nothing is stored.
    """
    content = read_bytes(file, SurveyError) if data is None else data
    survey = read_survey(content, name=file.name, mapping=mapping)
    report = ImportReport(warnings=list(survey.warnings), extra={"encoding": survey.encoding})
    made = stamp(by)
    with connection.writing(study) as db:
        if survey_store.is_imported(db, survey):
            report.skip(file.name, "this very file is in the study already; nothing was changed")
            return report
        urns = sorted({r.urn for r in survey.respondents if r.urn})
        case_ids = {
            urn: people.ensure_case(db, Case(name=urn, kind=CaseKind.SCHOOL, urn=urn), made) for urn in urns
        }
        chosen = frame or ("probability" if survey.weight_column else "self_selected")
        stored = survey_store.add_survey(
            db,
            survey,
            made,
            case_ids=case_ids,
            frame=chosen,
            canonical=lambda cell: canonical(cell, where=file.name),
            progress=progress,
        )
    report.accepted = stored["n_answers"]
    report.sources = stored["sources"]
    if stored["n_blank"]:
        report.skip(
            f"{stored['n_blank']} blank answers",
            "a blank is no answer; these respondents are not in the denominator of their question",
        )
    report.extra |= {
        "n_respondents": len(survey.respondents),
        "n_blank_answers": stored["n_blank"],
        "n_questions": len(survey.questions),
        "frame": chosen,
    }
    return report
