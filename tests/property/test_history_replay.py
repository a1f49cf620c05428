"""The state of a study at any moment, rebuilt from the log, is the state it had."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualtool.errors import UserInputError
from qualtool.importing import SurveyMapping
from qualtool.model import Code, Codebook
from qualtool.store.file import connection
from qualtool.store.log.history import last_erasure
from qualtool.store.reading import replay
from qualtool.store.reading.overview import newest_event
from qualtool.text.pseudonyms import Pseudonym, PseudonymTable
from qualtool.workflows.coding import coding
from qualtool.workflows.coding.panel_coding import apply_operations
from qualtool.workflows.editing import edit_codebook, edit_source, memos
from qualtool.workflows.gathering import import_codebook, import_codings, import_survey, import_transcripts
from qualtool.workflows.keeping import checking, key_file, pseudonymise, purge
from qualtool.workflows.reports import ImportReport
from qualtool.workflows.study import studies
from qualtool.workflows.undoing import history, undo_edit, undo_event

TEXT = b"Interviewer: How is it?\nRuth: Good \xf0\x9f\x91\xa9 here, caf\xc3\xa9 and all. We like it here.\n"
BOOK = Codebook(
    title="T",
    codes=tuple(
        Code(guid=f"00000000-0000-4000-8000-00000000000{n}", name=f"Code {n}", short_id=f"C{n}")
        for n in range(3)
    ),
)
CODERS = ("Ada", "Ben")
FACETS = {"stance": ("affirms", "denies", None), "basis": ("own", "reported", None)}
AT = "2026-03-01T09:00:00.000+00:00"
SOURCE = "first.txt"
NAMES = (("Ruth", "[P-01]"), ("café", "tea"), ("like it", "X"))


@pytest.fixture(autouse=True, scope="module")
def cheap_keys() -> Iterator[None]:
    """What a guess of a passphrase costs is of no matter here, and would be most of the time."""
    cost, key_file._N = key_file._N, 2
    yield
    key_file._N = cost


class Study:
    """A study and the acts that a test may do in it; each act is drawn by numbers."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "study.db"
        studies.create_study(self.path, by="Ada")
        import_codebook.save_codebook(self.path, BOOK, by="Ada", note="first")
        import_transcripts.import_loaded(self.path, [(SOURCE, TEXT)], ImportReport(), by="Ada")
        mapping = SurveyMapping(id="id", text=("t",))
        import_survey.import_survey(self.path, Path("s.csv"), mapping, data=b"id,t\n1,fine\n", by="Ada")
        with connection.reading(self.path) as db:
            # By GUID: a source of somebody who withdrew has another name.
            self.source = db.conn.execute("SELECT guid FROM source WHERE name = ?", (SOURCE,)).fetchone()[0]

    def state(self) -> tuple[int, dict[str, Any]]:
        with connection.reading(self.path) as db:
            return newest_event(db), replay.stored_state(db).standing()

    def guids(self) -> list[str]:
        with connection.reading(self.path) as db:
            return [r[0] for r in db.conn.execute("SELECT guid FROM coding ORDER BY id")]

    def span(self, a: int, b: int) -> tuple[int, int]:
        n = len(coding.text_of(self.path, self.source))
        return (start := a % (n - 1)), start + 1 + b % min(12, n - start)

    def panel(self, coder: str, **op: Any) -> None:
        apply_operations(self.path, self.source, coder, [{"op_id": str(uuid.uuid4()), **op}], at=AT)

    def code(self, a: int, b: int, c: int) -> None:
        coding.code_selection(self.path, self.source, *self.span(a, b), f"C{c % 3}", coder=CODERS[c % 2])

    def remove(self, a: int, b: int, c: int) -> None:
        if guids := self.guids():
            kind = ("remove", "restore")[b % 2]
            self.panel(CODERS[c % 2], kind=kind, guid=guids[a % len(guids)])

    def facets(self, a: int, b: int, c: int) -> None:
        if guids := self.guids():
            name = sorted(FACETS)[b % 2]
            values = {name: FACETS[name][c % 3]}
            self.panel(CODERS[(c // 3) % 2], kind="facets", guid=guids[a % len(guids)], values=values)

    def resize(self, a: int, b: int, c: int) -> None:
        if guids := self.guids():
            start, end = self.span(b, c)
            with connection.reading(self.path) as db:
                version = db.conn.execute("SELECT max(current_version) FROM source").fetchone()[0]
            quote = coding.text_of(self.path, self.source)[start:end]
            span = {"start_char": start, "end_char": end, "quote": quote, "version": version}
            new = str(uuid.uuid4())
            self.panel(CODERS[c % 2], kind="resize", guid=guids[a % len(guids)], new_guid=new, **span)

    def memo(self, a: int, b: int, c: int) -> None:
        guids = self.guids()
        target = ("coding", guids[a % len(guids)]) if guids and a % 2 else ("code", BOOK.codes[a % 3].guid)
        memos.write_memo(self.path, *target, ("", "one", "two ✓")[b % 3], coder=CODERS[c % 2])

    def codebook(self, a: int, b: int, c: int) -> None:
        codes = edit_codebook.code_rows(self.path)
        if b % 3 == 0 and len(codes) > 2:
            edit_codebook.remove_code(self.path, codes[-1]["guid"], by=CODERS[c % 2])
        else:
            edit_codebook.add_code(self.path, {"name": f"New {uuid.uuid4().hex[:8]}"}, by=CODERS[c % 2])

    def import_(self, a: int, b: int, c: int) -> None:
        start, end = self.span(a, b)
        rows = f"{self.source},{start},{end},C0,Ada,denies\n{self.source},,,C1,Cy,\n"
        rows += f"s.csv#1#t,,,C{c % 3},Ben,affirms\n"
        data = f"source,start_char,end_char,code,coder,stance\n{rows}".encode()
        import_codings.import_codings(self.path, Path("c.csv"), data=data, skip_bad=True, by="Ada")

    def edit(self, a: int, b: int, c: int) -> None:
        if b % 4 == 0:
            undo_edit.undo_edit(self.path, self.source, by="Ada")
        else:
            start, end = self.span(a, b)
            text = coding.text_of(self.path, self.source)
            edited = text[:start] + ("", "xy", "é")[c % 3] + text[end:]
            edit_source.edit_source(self.path, self.source, text=edited, by="Ada")

    def undo(self, a: int, b: int, c: int) -> None:
        coder = CODERS[c % 2]
        own = history.events_of(self.path, by=coder, limit=20)
        if own:
            undo_event.undo_event(self.path, own[-1 - a % len(own)]["id"], coder)

    def pseudonymise(self, a: int, b: int, c: int) -> None:
        name, pseudonym = NAMES[a % len(NAMES)]
        table = PseudonymTable((Pseudonym(real=name, pseudonym=pseudonym),))
        key = self.path.with_name("names.key")
        pseudonymise.apply(self.path, table, key=key, passphrase="p w", keep_backups=True, by=CODERS[c % 2])

    def put_back(self, a: int, b: int, c: int) -> None:
        key = self.path.with_name("names.key")
        pseudonymise.reverse(self.path, key=key, passphrase="p w", by=CODERS[c % 2])

    def purge(self, a: int, b: int, c: int) -> None:
        who = (f"Ruth ({SOURCE})", "s.csv#1")[a % 2]
        purge.purge(self.path, who, keep_counts=b % 2 == 0, keep_backups=True, by=CODERS[c % 2])


ACTS: dict[str, Callable[[Study, int, int, int], None]] = {
    name: getattr(Study, name)
    for name in (
        "code",
        "remove",
        "facets",
        "resize",
        "memo",
        "codebook",
        "import_",
        "edit",
        "undo",
        "pseudonymise",
        "put_back",
        "purge",
    )
}
NUMBERS = st.integers(0, 59)
DRAWN = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), NUMBERS, NUMBERS, NUMBERS), max_size=10)


@given(acts=DRAWN)
@settings(max_examples=12, deadline=None)
def test_replaying_the_log_gives_every_state_there_was(acts: list[tuple[str, int, int, int]]) -> None:
    """After any acts, each state rebuilt from the log is the one that was there; check is clean."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study(Path(folder))
        seen = [study.state()]
        for name, a, b, c in acts:
            try:
                ACTS[name](study, a, b, c)
            except UserInputError:
                # Refused: then nothing at all may have changed.
                assert study.state() == seen[-1]
            seen.append(study.state())
        with connection.reading(study.path) as db:
            # Before an erasure there is nothing to go back to: its event holds the state after it.
            last = last_erasure(db)
            for event, state in (one for one in seen if one[0] >= last):
                assert replay.state_at(db, event).standing() == state
        assert checking.check_study(study.path)["problems"] == []


@given(acts=DRAWN)
@settings(max_examples=12, deadline=None)
def test_an_undo_leaves_what_was_before(acts: list[tuple[str, int, int, int]]) -> None:
    """An act of one event, undone at once, leaves codings, memos and codes as they were before it."""
    with tempfile.TemporaryDirectory() as folder:
        study = Study(Path(folder))
        for name, a, b, c in acts:
            before, was = study.state()
            try:
                ACTS[name](study, a, b, c)
            except UserInputError:
                continue
            new = [e for e in history.events_of(study.path) if e["id"] > before]
            if len(new) != 1 or not new[0]["can_undo"]:
                continue
            undo_event.undo_event(study.path, new[0]["id"], new[0]["by"])
            _, now = study.state()
            assert (now["codings"], now["memos"]) == (was["codings"], was["memos"])
