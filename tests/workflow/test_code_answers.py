"""Coding survey answers from the grid: equal answers together, each act once, undo of exactly that."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qualtool.errors import UserInputError
from qualtool.workflows.coding.answers_page import answer_questions, open_answers
from qualtool.workflows.coding.code_answers import apply_answer_operations, rows_now
from qualtool.workflows.coding.coding import code_selection
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.study.studies import create_study

AT = "2026-01-02T09:00:00+00:00"


class Answers:
    """A study of answers, and short ways to act on it as Anna and look."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.path: Path = made["path"]
        self.question: int = made["question"]
        self.closed: list[int] = made["closed"]
        self.payload = open_answers(self.path, self.question, "Anna", closed=self.closed)
        self.up_to = self.payload["up_to"]
        self.packed = unpacked(self.payload)
        self.n = 0

    def row(self, text: str) -> int:
        rows = self.packed["rows"]
        return rows["row"][rows["text"].index(text)]

    def do(self, coder: str = "Anna", **op: Any) -> dict[str, Any]:
        self.n += 1
        sent = {"op_id": f"operation-{self.n}", "question": self.question, "up_to": self.up_to, **op}
        return apply_answer_operations(self.path, coder, [sent], at=AT)[0][1]

    def add(self, text: str, code: str, coder: str = "Anna", quote: str | None = None, **more: Any) -> Any:
        quote = text if quote is None else quote
        start = text.index(quote)
        return self.do(
            coder,
            kind="add",
            row=self.row(text),
            code=code,
            start_char=start,
            end_char=start + len(quote),
            quote=quote,
            **more,
        )

    def now(self, text: str, coder: str = "Anna", blind: bool = False) -> dict[str, Any]:
        row = self.row(text)
        return rows_now(self.path, self.question, coder, [row], up_to=self.up_to, blind=blind)[row]

    def query(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as db, db:
            return db.execute(sql).fetchall()


def unpacked(payload: dict[str, Any]) -> dict[str, Any]:
    return json.loads(zlib.decompress(base64.b64decode(payload["packed"])))


@pytest.fixture
def answers(tmp_path: Path, answer_studies: ModuleType) -> Answers:
    return Answers(answer_studies.make_study(tmp_path / "answers.db"))


@pytest.fixture
def codes(answer_studies: ModuleType) -> list[str]:
    return [code.guid for code in answer_studies.codes() if code.is_codable]


def test_equal_answers_are_one_row_with_their_closed_answers(answers: Answers) -> None:
    """Three people who wrote the same are one row that says which closed answers they gave."""
    rows = answers.packed["rows"]
    at = rows["text"].index("More staff.")
    assert rows["n"][at] == 3
    assert (answers.payload["n_rows"], answers.payload["n_answers"]) == (6, 8)
    shown = {c["name"]: c["values"][c["of"][at]] for c in answers.packed["columns"]}
    assert shown == {"phase": "primary (2), secondary (1)", "happy": "4 (1), 2 (1), 3 (1)"}


def test_a_question_without_answers_and_too_many_columns_are_refused(answers: Answers) -> None:
    """The grid opens only on a question with free text, with at most four closed questions beside."""
    with pytest.raises(UserInputError, match="no such question"):
        open_answers(answers.path, 999, "Anna")
    with pytest.raises(UserInputError, match="up to 4"):
        open_answers(answers.path, answers.question, "Anna", closed=[answers.question])


def test_one_act_codes_every_equal_answer(answers: Answers, codes: list[str]) -> None:
    """A code on a row of three is three codings, each on its own source with its own quote."""
    assert answers.add("More staff.", codes[0]) == {"n": 3}
    made = answers.query("SELECT DISTINCT source_id, quote, made_by FROM coding")
    assert len(made) == 3
    assert {m[1:] for m in made} == {("More staff.", "Anna")}
    assert answers.now("More staff.")["codings"] == [[codes[0], "Anna", 0, 11, 3]]
    assert check_study(answers.path)["problems"] == []


def test_an_act_sent_again_is_done_once(answers: Answers, codes: list[str]) -> None:
    """An operation that comes twice gets its first answer and changes nothing."""
    first = answers.add("More staff.", codes[0], op_id="the-same-id")
    again = answers.add("More staff.", codes[0], op_id="the-same-id")
    assert first == again
    assert answers.query("SELECT count(*) FROM coding") == [(3,)]


def test_undo_takes_back_exactly_what_was_done(answers: Answers, codes: list[str]) -> None:
    """What stood before an act stands after its undo, and redo is the undo of the undo."""
    one = answers.query("SELECT guid FROM source WHERE kind = 'answer' ORDER BY id LIMIT 2")[1][0]

    code_selection(answers.path, one, 0, 11, "N-0", coder="Anna")
    assert answers.add("More staff.", codes[0], op_id="operation-add") == {"n": 2}
    undo = {"kind": "undo", "of": "operation-add", "row": answers.row("More staff.")}
    assert answers.do(**undo, op_id="operation-undo") == {"n": 2}
    assert answers.now("More staff.")["codings"] == [[codes[0], "Anna", 0, 11, 1]]
    redo = {"kind": "undo", "of": "operation-undo", "row": answers.row("More staff.")}
    assert answers.do(**redo) == {"n": 2}
    assert answers.now("More staff.")["codings"] == [[codes[0], "Anna", 0, 11, 3]]


def test_removing_takes_ones_own_codings_only(answers: Answers, codes: list[str]) -> None:
    """Another coder's coding of the same words stays, and cannot be removed by anybody else."""
    answers.add("No", codes[1])
    answers.add("No", codes[1], coder="Ben")
    remove = {"kind": "remove", "row": answers.row("No"), "code": codes[1], "start_char": 0, "end_char": 2}
    assert answers.do(**remove, op_id="operation-rem") == {"n": 1}
    assert answers.now("No")["codings"] == [[codes[1], "Ben", 0, 2, 1]]
    assert "only your own" in answers.do(**remove)["error"]
    answers.do(kind="undo", of="operation-rem", row=answers.row("No"))
    assert [c[1] for c in answers.now("No")["codings"]] == ["Anna", "Ben"]
    assert [c[1] for c in answers.now("No", blind=True)["codings"]] == ["Anna"]


def test_no_substantive_answer_is_neither_coded_nor_left_over(answers: Answers, codes: list[str]) -> None:
    """The state counts as read, goes when a code comes, and returns when that is undone."""
    row = answers.row("No")
    assert answers.do(kind="empty", row=row, empty=True) == {"n": 1}
    assert answers.now("No") == {"codings": [], "empty": 1}
    assert answers.now("No", coder="Ben")["empty"] == 0
    assert answers.query("SELECT state FROM reading") == [("read",)]
    answers.add("No", codes[0], op_id="operation-add")
    assert answers.now("No") == {"codings": [[codes[0], "Anna", 0, 2, 1]], "empty": 0}
    assert "carries codes" in answers.do(kind="empty", row=row, empty=True)["error"]
    answers.do(kind="undo", of="operation-add", row=row)
    assert answers.now("No") == {"codings": [], "empty": 1}
    assert answers.do(kind="empty", row=row, empty=False) == {"n": 1}
    assert answers.now("No") == {"codings": [], "empty": 0}


def test_undo_and_redo_keep_the_state_for_ever(answers: Answers, codes: list[str]) -> None:
    """However often a code on an answer without substance is taken back and made again, the state comes
    and goes with it; what was no more than begun is no more than begun when the state goes."""
    row = answers.row("No")
    answers.do(kind="empty", row=row, empty=True)
    answers.add("No", codes[0], op_id="operation-0000")
    for n in range(4):
        answers.do(kind="undo", of=f"operation-000{n}", row=row, op_id=f"operation-000{n + 1}")
        assert answers.now("No")["empty"] == (n + 1) % 2
        assert len(answers.now("No")["codings"]) == n % 2
    answers.do(kind="undo", of="operation-0004", row=row)
    answers.do(kind="empty", row=row, empty=False)
    assert answers.query("SELECT state FROM reading") == [("reading",)]
    assert check_study(answers.path)["problems"] == []


def test_words_of_an_answer_can_be_coded(answers: Answers, codes: list[str]) -> None:
    """A part is coded with code points that count an emoji family as what it is."""
    text = next(t for t in answers.packed["rows"]["text"] if t.startswith("Emoji"))
    answers.add(text, codes[2], quote="café words")
    assert answers.query("SELECT quote FROM coding") == [("café words",)]


def test_answers_that_came_later_are_not_meant(
    answers: Answers, codes: list[str], answer_studies: ModuleType
) -> None:
    """A row stands for the answers its coder could see, not for equal ones imported meanwhile."""
    later = min(answers.packed["rows"]["row"]) + 1
    answers.add("More staff.", codes[0], up_to=later)
    assert answers.query("SELECT count(*) FROM coding") == [(1,)]


@pytest.mark.parametrize(
    "op",
    [
        {"kind": "add", "row": 10**9},
        {"kind": "add", "row": "1"},
        {"kind": "add", "row": True},
        {"kind": "add", "row": 1, "code": "none", "start_char": 0, "end_char": 1, "quote": "M"},
        {"kind": "remove", "row": 1},
        {"kind": "empty", "row": 1, "empty": "yes"},
        {"kind": "undo", "of": "never-done"},
        {"kind": "resize", "row": 1},
        {"kind": None},
        {"kind": "add", "row": 1, "question": "1"},
    ],
)
def test_what_a_browser_must_not_send_is_refused(answers: Answers, op: dict[str, Any]) -> None:
    """An operation that makes no sense is answered with words and changes nothing."""
    assert answers.do(**op)["error"]
    assert answers.query("SELECT count(*) FROM coding") == [(0,)]


def test_a_quote_that_is_not_the_answer_is_refused_for_all(answers: Answers, codes: list[str]) -> None:
    """Words the study does not have at these offsets are coded on none of the equal answers."""
    op = {"kind": "add", "row": answers.row("More staff."), "code": codes[0], "start_char": 0, "end_char": 4}
    assert "error" in answers.do(**op, quote="Less")
    assert answers.query("SELECT count(*) FROM coding") == [(0,)]


def test_operations_without_an_id_are_refused(answers: Answers) -> None:
    """What has no id of its own could be done twice, so it is not done."""
    found = apply_answer_operations(answers.path, "Anna", [{"kind": "add"}, 7], at=AT)
    assert [("error" in result) for _, result in found] == [True, True]


def test_codes_and_keys_can_be_made_from_the_grid(answers: Answers, codes: list[str]) -> None:
    """A code made in the grid is in the codebook, and a favourite is kept for the coder."""
    guid = "11111111-1111-4111-8111-111111111111"
    new = {"kind": "new_code", "guid": guid, "name": "Lunch queue", "parent": None, "definition": ""}
    assert answers.do(**new) == {"n": 0}
    assert answers.add("No", guid) == {"n": 1}
    answers.do(kind="favourite", slot=3, code=guid)
    assert open_answers(answers.path, answers.question, "Anna")["favourites"] == {3: guid}


def test_the_grid_opens_with_what_was_coded(answers: Answers, codes: list[str]) -> None:
    """A fresh opening shows own and others' codings grouped by row, and in blind coding only own."""
    answers.add("More staff.", codes[0])
    answers.add("More staff.", codes[1], coder="Ben")
    answers.do(kind="empty", row=answers.row("No"), empty=True)
    seen = unpacked(open_answers(answers.path, answers.question, "Anna"))
    at = seen["rows"]["text"].index("More staff.")
    shown = [[c[0], seen["code_guids"][c[1]], seen["coders"][c[2]], *c[3:]] for c in seen["codings"]]
    assert shown == [[at, codes[0], "Anna", 0, 11, 3], [at, codes[1], "Ben", 0, 11, 3]]
    assert seen["empty"] == [[seen["rows"]["text"].index("No"), 1]]
    assert unpacked(open_answers(answers.path, answers.question, "Anna", blind=True))["coders"] == ["Anna"]


def test_twenty_thousand_answers_travel_in_less_than_three_megabytes(
    tmp_path: Path, answer_studies: ModuleType
) -> None:
    """What is sent when the page opens stays small, so that all rows can be there at once."""
    made = answer_studies.make_study(tmp_path / "many.db", answer_studies.many_answers(20_000))
    payload = open_answers(made["path"], made["question"], "Anna", closed=made["closed"])
    assert payload["n_answers"] == 20_000
    assert len(json.dumps(payload)) < 3_000_000


def test_a_study_without_a_survey_has_no_questions(empty: Callable[[], Path]) -> None:
    """A study with nothing in it has no question to show."""
    assert answer_questions(empty()) == []


@pytest.fixture
def empty(tmp_path: Path) -> Callable[[], Path]:

    def make() -> Path:
        create_study(tmp_path / "empty.db", by="Anna")
        return tmp_path / "empty.db"

    return make
