"""Save a small study of this version as SQL text, for tests of later versions to open.

Run by hand once for every version that is released, before its release:
``python tests/migration/save_study.py 0.1``. A file saved for a released version is never written again.
"""

from __future__ import annotations

import getpass
import re
import sqlite3
import sys
import tempfile
from pathlib import Path

from qualtool.importing import SurveyMapping
from qualtool.workflows.gathering.import_codings import import_asked, import_codings
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_survey import import_survey
from qualtool.workflows.gathering.import_transcripts import import_transcripts
from qualtool.workflows.study.studies import create_study

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "docs" / "examples"


def build(study: Path) -> None:
    """The study of ``docs/examples`` with one of each kind of import."""
    create_study(study, codebook=EXAMPLES / "codes.yaml", by="Ada")
    import_transcripts(study, [EXAMPLES / "interviews"], sheet=EXAMPLES / "sheet.csv", by="Ada")
    mapping = SurveyMapping(id="id", text=("comment",), weight="weight", role="role", likert=("happy",))
    import_survey(study, EXAMPLES / "survey.csv", mapping, by="Ada")
    import_codings(study, EXAMPLES / "codings.csv", read=EXAMPLES / "read.csv", by="Ada")
    import_asked(study, EXAMPLES / "asked.csv", by="Ada")
    import_indicators(study, [EXAMPLES / "2024-2025_england_census.csv"], by="Ada")


def dumped(study: Path) -> str:
    """The study as SQL text, with its application id."""
    conn = sqlite3.connect(study)
    try:
        number = conn.execute("PRAGMA application_id").fetchone()[0]
        lines = [f"PRAGMA application_id={number};", *conn.iterdump()]
    finally:
        conn.close()
    text = "\n".join(lines) + "\n"
    return re.sub(rf"'{re.escape(getpass.getuser())}'", "'Ada'", text)


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study.db"
        build(study)
        (HERE / f"study_{version}.sql").write_text(dumped(study), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
