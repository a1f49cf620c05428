"""Files that leave: working copies, releases, transfers. One module a format.

A *working copy* says inside that it is confidential. A *release* is made of released types only,
which the room ``disclosure`` alone makes. A *transfer* is the whole study for a colleague with the
same permissions, and says so.
"""

from .about import About
from .csv_file import write_csv
from .json_transfer import write_json
from .released import write_released_quotes, write_released_table
from .table_file import write_table
from .whole_file import write_whole
from .xlsx_file import write_xlsx

__all__ = [
    "About",
    "write_csv",
    "write_json",
    "write_released_quotes",
    "write_released_table",
    "write_table",
    "write_whole",
    "write_xlsx",
]
