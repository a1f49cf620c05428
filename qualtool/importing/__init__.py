"""Files to records: one module a format, pure functions from bytes and a name.

Nothing here opens a study. What cannot be used is refused with its place, all faults at once; what
was left out is said in warnings.
"""

from .asked import Asked, AskedRow, read_asked
from .codings import CodingRow, read_codings
from .findings import FindingRow, read_findings
from .guessing import guess_mapping
from .label_words import is_interviewer_label, label_key
from .mapping import ROW_NUMBER, SurveyMapping
from .raw import NO_LABEL
from .read_marks import ReadRow, read_read_marks
from .sheet import Sheet, read_sheet
from .sheet_row import SheetRow
from .surveys import read_survey
from .tables import Table, read_table
from .transcripts import READERS, read_transcript, skip_reason

__all__ = [
    "NO_LABEL",
    "READERS",
    "ROW_NUMBER",
    "Asked",
    "AskedRow",
    "CodingRow",
    "FindingRow",
    "ReadRow",
    "Sheet",
    "SheetRow",
    "SurveyMapping",
    "Table",
    "guess_mapping",
    "is_interviewer_label",
    "label_key",
    "read_asked",
    "read_codings",
    "read_findings",
    "read_read_marks",
    "read_sheet",
    "read_survey",
    "read_table",
    "read_transcript",
    "skip_reason",
]
