"""What goes into a study file comes out as it was, whatever the characters."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.workflows.coding import coding
from qualtool.workflows.gathering import import_codebook, import_survey
from qualtool.workflows.keeping import checking
from qualtool.workflows.study import studies
from qualtool.workflows.themes import themes

ODD = st.sampled_from([*"\n\"',;=\t 'İß…’\u2028\x85\u200d\U0001f469\u0301"])
CELLS = st.text(
    alphabet=ODD | st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=25
)
BOOK = Codebook(title="T", codes=(Code(guid="00000000-0000-4000-8000-000000000001", name="C", short_id="C"),))


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@given(cells=st.lists(CELLS, min_size=1, max_size=5), data=st.data())
@settings(max_examples=40, deadline=None)
def test_answers_and_quotes_come_back(cells: list[str], data: st.DataObject) -> None:
    """Every answer that is not blank is a source with its very text; any slice of it can be coded."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study.db"
        studies.create_study(study, by="A")
        import_codebook.save_codebook(study, BOOK, by="A", note="n")
        rows = "".join(f"{n},{quoted(cell)}\n" for n, cell in enumerate(cells))
        mapping = SurveyMapping(id="id", text=("t",))
        report = import_survey.import_survey(
            study, Path("s.csv"), mapping, data=f"id,t\n{rows}".encode(), by="A"
        )
        filled = {f"s.csv#{n}#t": cell for n, cell in enumerate(cells) if cell.strip()}
        assert report.accepted == len(filled)
        assert report.extra["n_blank_answers"] == len(cells) - len(filled)
        wanted = set()
        for name, cell in filled.items():
            assert coding.text_of(study, name) == cell
            start = data.draw(st.integers(0, len(cell) - 1))
            end = data.draw(st.integers(start + 1, len(cell)))
            made = coding.code_selection(study, name, start, end, "C", coder="A", quote=cell[start:end])
            again = coding.code_selection(study, name, start, end, "C", coder="A")
            assert again["guid"] == made["guid"]
            wanted.add((name, start, end, cell[start:end]))
        found = {(r["source"], r["start_char"], r["end_char"], r["quote"]) for r in themes.quotes(study)}
        assert found == wanted
        assert checking.check_study(study)["problems"] == []
