"""Build the sample study from `corpora/sample/` and `codebooks/`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...errors import StudyFileError
from ...importing import SurveyMapping
from ..gathering.import_codings import import_asked, import_codings
from ..gathering.import_findings import import_findings
from ..gathering.import_indicators import import_indicators
from ..gathering.import_survey import import_survey
from ..gathering.import_transcripts import import_transcripts
from ..propositions.propositions import import_propositions, look_at
from ..reports import ImportReport
from ..suggestions.finding_topics import find_topics
from ..suggestions.suggesting import suggest_codes
from .studies import create_study

ROOT = Path(__file__).resolve().parents[3]

SENCO_SURVEY = SurveyMapping(
    id="respondent_id",
    text=("comments",),
    weight="weight",
    stratum="stratum",
    role="role",
    single=("phase", "region", "ehcp_quartile", "has_base"),
    likert=(
        "exp_rise",
        "workload",
        "admissions_shared",
        "base_meets_needs",
        "base_joint_working",
        "base_pupils_mix",
        "base_strain",
    ),
    multi=("pressures_tick_",),
    number=("training_last_year",),
)


def build_sample(study: Path, *, tell: Callable[[str], None] = lambda line: None) -> None:
    """Build the sample study at ``study``, with topics and suggestions ready to look at.

    Raises:
        StudyFileError: the sample files are not beside the program, or the file exists.
    """
    folder = ROOT / "corpora" / "sample"
    if not folder.is_dir():
        raise StudyFileError.single(
            str(folder),
            "The sample files are not here: they come with the source, not with the package.",
            "Run this in a checkout of qualtool, with 'make demo'.",
        )
    create_study(study, codebook=ROOT / "codebooks" / "send-clustering.yaml", by="sample")
    _tell(
        tell,
        "interviews",
        import_transcripts(
            study,
            sorted((folder / "transcripts").glob("*.txt")),
            sheet=folder / "transcripts_sheet.csv",
            by="sample",
        ),
    )
    read = folder / "read.csv"
    _tell(tell, "codings", import_codings(study, folder / "codings.csv", read=read, by="sample"))
    _tell(tell, "marks of what was asked", import_asked(study, folder / "asked.csv", by="sample"))
    survey = folder / "survey"
    _tell(
        tell,
        "answers of SENCOs",
        import_survey(study, survey / "senco_survey.csv", SENCO_SURVEY, by="sample", frame="probability"),
    )
    _tell(
        tell,
        "answers of parents",
        import_survey(study, survey / "parent_survey.csv", parent_mapping(), by="sample"),
    )
    _tell(tell, "codings of answers", import_codings(study, survey / "survey_codings.csv", by="sample"))
    files = sorted((folder / "indicators").glob("*.csv"))
    _tell(tell, "school files", import_indicators(study, files, by="sample"))
    published = import_findings(study, folder / "findings.csv", by="sample")
    _tell(tell, "published findings", published)
    stated = import_propositions(study, folder / "propositions.yaml", by="sample")
    _tell(tell, "propositions", stated)
    look_at(study, by="sample")
    topics = find_topics(study, on_words=True, by="sample")
    tell(f"  {len(topics['topics'])} topics")
    suggestions = suggest_codes(study, by="sample", top=1)
    tell(f"  {len(suggestions['suggestions'])} suggestions")


def parent_mapping() -> SurveyMapping:
    """The mapping of the parents' survey."""
    return SurveyMapping(
        id="respondent_id", text=("good", "poor"), role="role", multi=("q1_", "q2_", "q3_"), single=("phase",)
    )


def _tell(tell: Callable[[str], None], what: str, report: ImportReport) -> None:
    tell(f"  {report.accepted} {what}")
