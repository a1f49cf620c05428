"""Who may do what in a study served with login: the workflows that write, for every role."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from qualtool.errors import NotAllowedError
from qualtool.model import Role
from qualtool.store.file import acting, connection
from qualtool.store.log.events import Stamp, record
from qualtool.store.records import people
from qualtool.workflows import roles
from qualtool.workflows.auditing.judging import apply_judgements
from qualtool.workflows.coding.answers_page import answer_questions, open_answers
from qualtool.workflows.coding.code_answers import apply_answer_operations
from qualtool.workflows.coding.coding import code_selection, text_of
from qualtool.workflows.coding.find_text import uncode_hits
from qualtool.workflows.coding.panel_coding import apply_operations, open_panel
from qualtool.workflows.displays.display_files import display_bytes, make_display
from qualtool.workflows.editing.edit_codebook import add_code
from qualtool.workflows.editing.edit_source import edit_source
from qualtool.workflows.editing.memos import write_memo
from qualtool.workflows.editing.review import accept_all, resolve_review, review_worklist
from qualtool.workflows.exports.coded_source import coded_source_bytes
from qualtool.workflows.exports.exporting import export_bytes
from qualtool.workflows.gathering.import_codebook import codebook_of, import_codebook
from qualtool.workflows.gathering.import_codings import import_asked, import_codings
from qualtool.workflows.gathering.import_indicators import import_indicators
from qualtool.workflows.gathering.import_transcripts import import_transcripts
from qualtool.workflows.gathering.sources import save_source_set, sources_of
from qualtool.workflows.keeping.backups import back_up_if_due, back_up_now, restore, set_backups_folder
from qualtool.workflows.people import members
from qualtool.workflows.people.consent import change_consents, consent_table, undo_consent
from qualtool.workflows.people.people import greet_coder
from qualtool.workflows.study.studies import create_study, overview, save_copy
from qualtool.workflows.suggestions.finding_topics import find_topics
from qualtool.workflows.suggestions.suggesting import suggest_codes
from qualtool.workflows.undoing.history import history
from qualtool.workflows.undoing.undo_edit import undo_edit
from qualtool.workflows.undoing.undo_event import undo_event

WORKFLOWS = Path(roles.__file__).parent
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
NEW = "22222222-1111-4111-8111-111111111111"
AT = "2026-03-01T10:00:00.000+00:00"
NAMES = {Role.OWNER: "olga", Role.CODER: "amira", Role.READER: "rita"}
Run = Callable[[Path, str], Any]


def email_of(role: Role) -> str:
    return f"{NAMES[role]}@example.ac.uk"


def acting_as(study: Path, role: Role) -> AbstractContextManager[None]:
    """The study served with login, with the member of this role logged in."""
    return acting.hosted(study, lambda: email_of(role))


@pytest.fixture
def served(tiny: Path) -> Path:
    """The small study with an owner, a coder and a reader."""
    for role in Role:
        members.add_member(tiny, email_of(role), role.value, coder=NAMES[role], by="setup")
    return tiny


def guid_of(study: Path) -> str:
    return str(next(r["guid"] for r in sources_of(study) if r["name"] == "ashgrove.txt"))


def panel(study: Path, name: str, *ops: dict[str, Any]) -> list[Any]:
    """Results of operations sent from a browser as this coder; a refusal is raised."""
    sent = [{"op_id": f"op-{n}-{name}-0000", **op} for n, op in enumerate(ops)]
    results = [result for _, result in apply_operations(study, guid_of(study), name, sent, at=AT)]
    for result in results:
        if "Only an owner" in result.get("error", ""):
            raise NotAllowedError(result["error"])
    return results


def a_display(study: Path, **options: Any) -> bytes:
    code = next(c for c in codebook_of(study).codes if c.is_codable and not c.is_restricted)
    return display_bytes(study, make_display(study, "d6", theme=code.key), "csv", **options)


def an_add(study: Path) -> dict[str, Any]:
    quote = text_of(study, "ashgrove.txt")[66:80]
    code = next(c.guid for c in codebook_of(study).codes if c.is_codable)
    guid = "11111111-1111-4111-8111-111111111111"
    span = {"start_char": 66, "end_char": 80, "quote": quote, "version": 1}
    return {"kind": "add", "guid": guid, "code": code, **span}


def answer(study: Path, name: str) -> Any:
    number = answer_questions(study)[0]["id"]
    shown = open_answers(study, number, name)
    code = next(c.guid for c in codebook_of(study).codes if c.is_codable)
    op = {"op_id": "op-answer-0001", "kind": "code", "question": number, "up_to": shown["up_to"]}
    return apply_answer_operations(study, name, [{**op, "row": 1, "code": code, "guid": "x" * 36}], at=AT)


def as_codings(study: Path, name: str) -> Any:
    file = study.with_name("more.csv")
    file.write_text("source,start_char,end_char,code,coder\nashgrove.txt,0,5,PUSH,zoe\n", encoding="utf-8")
    return import_codings(study, file, by=name)


def as_transcript(study: Path, name: str) -> Any:
    file = study.with_name("gorse.txt")
    file.write_text("Interviewer: Well?\n\nHead: It is quiet here.\n", encoding="utf-8")
    return import_transcripts(study, [file], by=name)


def as_codebook(study: Path, name: str) -> Any:
    file = study.with_name("book.yaml")
    file.write_text("title: Another\ncodes:\n  - name: Rain\n", encoding="utf-8")
    return import_codebook(study, file, by=name)


def as_indicators(study: Path, name: str) -> Any:
    file = study.with_name("2023-2024_england_census.csv")
    file.write_bytes((EXAMPLES / "2024-2025_england_census.csv").read_bytes())
    with file.open("a") as end:  # other bytes, or the study holds it already
        end.write("\n")
    return import_indicators(study, [file], by=name)


def corrected(study: Path, name: str) -> Any:
    return edit_source(study, "ashgrove.txt", replace=("Three", "Four"), by=name)


def whole_backup(study: Path, name: str) -> Any:
    with acting.as_server():
        made = connection_copy(study)
    return restore(study, made, by=name)


def connection_copy(study: Path) -> Path:
    made = study.with_name("copy-to-restore.db")
    if not made.exists():
        connection.back_up(study, made)
    return made


def undone(study: Path, name: str, kind: str) -> Any:
    number = next(e["id"] for e in history(study)["events"] if e["kind"] == kind)
    return undo_event(study, number, name)


def mine(study: Path, name: str) -> Any:
    with acting.as_server():
        codings = [e for e in history(study)["events"] if e["kind"] == "coding_added" and e["by"] == name]
        if not codings:
            code_selection(study, "ashgrove.txt", 66, 90, "PUSH", coder=name)
    return undone(study, name, "coding_added")


AN_END = {"op_id": "op-audit-0000", "kind": "finish", "audit": "any"}

# What is done, and the least role that may do it.
WRITES: dict[str, tuple[Role, Run]] = {
    "code a selection": (
        Role.CODER,
        lambda s, n: code_selection(s, "ashgrove.txt", 66, 138, "PUSH", coder=n),
    ),
    "code in the panel": (Role.CODER, lambda s, n: panel(s, n, an_add(s))),
    "mark as read": (Role.CODER, lambda s, n: panel(s, n, {"kind": "read", "state": "read"})),
    "keep one's place": (Role.CODER, lambda s, n: panel(s, n, {"kind": "reading", "turn": 1})),
    "code answers": (Role.CODER, answer),
    "write a memo": (Role.CODER, lambda s, n: write_memo(s, "study", "study", "A thought", coder=n)),
    "judge an audit": (Role.CODER, lambda s, n: apply_judgements(s, n, [AN_END])),
    "be greeted": (Role.CODER, lambda s, n: greet_coder(s, n)),
    "take back found words": (Role.CODER, lambda s, n: uncode_hits(s, [], coder=n)),
    "take back an own coding": (Role.CODER, mine),
    "accept corrected places": (Role.CODER, lambda s, n: accept_all(s, [], by=n)),
    "new code in the panel": (
        Role.OWNER,
        lambda s, n: panel(s, n, {"kind": "new_code", "guid": NEW, "name": "Rain"}),
    ),
    "import codings": (Role.OWNER, as_codings),
    "import transcripts": (Role.OWNER, as_transcript),
    "import a codebook": (Role.OWNER, as_codebook),
    "import asked": (Role.OWNER, lambda s, n: import_asked(s, EXAMPLES / "asked.csv", by=n)),
    "import indicators": (
        Role.OWNER,
        as_indicators,
    ),
    "change the codebook": (Role.OWNER, lambda s, n: add_code(s, {"name": "Rain"}, by=n)),
    "correct a text": (
        Role.OWNER,
        corrected,
    ),
    "consent": (
        Role.OWNER,
        lambda s, n: change_consents(s, [consent_table(s)[0]["name"]], "withdrawn", by=n),
    ),
    "a set of sources": (Role.OWNER, lambda s, n: save_source_set(s, "Some", ["ashgrove.txt"], by=n)),
    "suggestions": (Role.OWNER, lambda s, n: suggest_codes(s, by=n)),
    "backups elsewhere": (Role.OWNER, lambda s, n: set_backups_folder(s, str(s.parent), by=n)),
    "back up now": (Role.OWNER, lambda s, n: back_up_now(s)),
    "restore": (Role.OWNER, whole_backup),
    "save a copy": (Role.OWNER, lambda s, n: save_copy(s, s.with_name("a copy.db"))),
    "add a member": (Role.OWNER, lambda s, n: members.add_member(s, "new@example.org", "owner", by=n)),
    "change a role": (Role.OWNER, lambda s, n: members.change_role(s, email_of(Role.READER), "coder", by=n)),
    "remove a member": (Role.OWNER, lambda s, n: members.remove_member(s, email_of(Role.READER), by=n)),
    "the whole study as a file": (Role.OWNER, lambda s, n: export_bytes(s, format="json")),
    "a working copy": (Role.CODER, lambda s, n: export_bytes(s, format="csv", what="quotes")),
    "a coded source as a file": (
        Role.CODER,
        lambda s, n: coded_source_bytes(s, "ashgrove.txt", format="html"),
    ),
    "a release": (Role.READER, lambda s, n: export_bytes(s, format="csv", what="quotes", release=True)),
    "a display": (Role.CODER, lambda s, n: a_display(s)),
    "a released display": (Role.READER, lambda s, n: a_display(s, release=True)),
    "look at the study": (Role.READER, lambda s, n: overview(s)),
    "open the panel": (Role.READER, lambda s, n: open_panel(s, guid_of(s), n)),
    "a backup that is due": (Role.READER, lambda s, n: back_up_if_due(s)),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("what", sorted(WRITES))
def test_each_role_does_what_it_may_and_no_more(
    served: Path, state_of: Callable[[Path], dict[str, Any]], what: str, role: Role
) -> None:
    """Every operation is done for the roles that may do it, and refused whole to the others."""
    least, run = WRITES[what]
    before = state_of(served)
    with acting_as(served, role):
        if role.may(least):
            run(served, NAMES[role])
            return
        with pytest.raises(NotAllowedError):
            run(served, NAMES[role])
    allowed: set[str] = set()
    if what == "take back an own coding":  # which the server made for this test
        allowed = {"coding", "coder", "source", "event", "seal", "sqlite_sequence"}
    if "panel" in what and role is Role.CODER:  # the refusal of a coder's operation is remembered
        allowed = {"operation", "seal"}
    after = state_of(served)
    assert {name for name in after if after[name] != before[name]} <= allowed
    assert not served.with_name("a copy.db").exists()


def writers() -> Iterator[tuple[str, str | None]]:
    """Every function of the workflows that opens a write transaction, with the least role it names."""
    for file in sorted(WORKFLOWS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
                name = (
                    call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                )
                if name in ("writing", "writing_or_setting_aside"):
                    least = next((ast.unparse(k.value) for k in call.keywords if k.arg == "least"), None)
                    yield f"{file.stem}.{node.name}", least


CODERS_WRITE = {
    "audit_drawing._store",
    "auditing.finish_audit",
    "code_answers.apply_answer_operations",
    "coding.code_selection",
    "deciding.accept_suggestion",
    "deciding.apply_decisions",
    "deciding.reject_suggestion",
    "deciding.undo_decision",
    "find_text.code_hits",
    "find_text.uncode_hits",
    "judging.answer_passage",
    "judging.apply_judgements",
    "judging.skip_passage",
    "memos.write_memo",
    "panel_coding.apply_operations",
    "people.greet_coder",
    "review.accept_all",
    "review.resolve_review",
    "topics_by_hand.merge_topics",
    "topics_by_hand.part_topic",
    "topics_by_hand.rename_topic",
    "topics_by_hand.set_topic_aside",
    "undo_event.undo_event",
    "vectors.encode",
}


def test_what_coders_may_write_is_a_list() -> None:
    """Workflows open to coders are these; every other that writes needs an owner, none is a reader's."""
    found = dict(writers())
    assert len(found) > 30
    assert {name for name, least in found.items() if least is not None} == CODERS_WRITE
    assert {least for least in found.values() if least is not None} == {"Role.CODER"}


def test_no_door_beside_the_guarded_ones() -> None:
    """No workflow, page, panel or command opens a study but through doors that ask for the role."""
    doors = {"reading", "writing", "back_up", "compact", "create", "is_study"}
    root = WORKFLOWS.parent
    for folder in ("workflows", "pages", "panel", "cli"):
        for file in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "connection":
                    assert node.attr in doors, f"{file.name}: connection.{node.attr}"
                if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("store.file.connection"):
                    assert {a.name for a in node.names} <= doors, file.name


@pytest.mark.parametrize("least", [Role.OWNER, Role.CODER])
def test_a_reader_opens_no_write_transaction(served: Path, least: Role) -> None:
    """Whatever a workflow would do, a reader does not get as far as its first statement."""
    reader, refused = acting_as(served, Role.READER), pytest.raises(NotAllowedError)
    with reader, refused, connection.writing(served, least=least):
        pytest.fail("a reader was let in")


def test_a_coder_acts_as_nobody_else(served: Path) -> None:
    """A coder's panel operations, codings, memos and undo under another name are refused."""
    with acting_as(served, Role.CODER):
        for run in (
            lambda: panel(served, "tom", an_add(served)),
            lambda: panel(served, "tom", {"kind": "reading", "turn": 1}),
            lambda: code_selection(served, "ashgrove.txt", 66, 138, "PUSH", coder="tom"),
            lambda: write_memo(served, "study", "study", "Not mine", coder="tom"),
            lambda: apply_judgements(served, "tom", [AN_END]),
            lambda: greet_coder(served, "somebody new"),
            lambda: greet_coder(served, "tom"),
        ):
            with pytest.raises(NotAllowedError, match="own name"):
                run()


def test_an_owner_codes_under_their_own_name_too(served: Path) -> None:
    """An owner may import another coder's codings, and cannot code under another's name."""
    with acting_as(served, Role.OWNER):
        with pytest.raises(NotAllowedError):
            panel(served, "tom", an_add(served))
        assert as_codings(served, "olga").accepted == 1


def test_a_coder_decides_on_own_codings_only(served: Path) -> None:
    """After a correction, a coder decides where their own codings go, and not where another's do."""
    edit_source(served, "ashgrove.txt", replace=("The estate agent", "Some agent"), by="olga")
    edit_source(served, "ashgrove.txt", replace=("Three families", "Two families"), by="olga")
    waiting = {row["coder"]: row["guid"] for row in review_worklist(served)}
    assert set(waiting) == {"amira", "tom"}
    with acting_as(served, Role.CODER):
        with pytest.raises(NotAllowedError):
            resolve_review(served, waiting["tom"], "remove", by="amira")
        assert resolve_review(served, waiting["amira"], "accept", by="amira")["guid"] == waiting["amira"]


def test_a_coder_takes_back_no_act_of_an_owner_role(served: Path) -> None:
    """Somebody who was an owner and is a coder now cannot take back what only owners do."""
    members.add_member(served, "second@example.ac.uk", "owner", coder="second", by="setup")
    with acting_as(served, Role.OWNER):
        change_consents(served, [consent_table(served)[0]["name"]], "no", by="olga")
    members.change_role(served, email_of(Role.OWNER), "coder", by="setup")
    with acting_as(served, Role.OWNER):
        for run in (
            lambda: undone(served, "olga", "consent_changed"),
            lambda: undo_consent(served, by="olga"),
        ):
            with pytest.raises(NotAllowedError):
                run()


@pytest.mark.parametrize(
    "who", [None, "", "stranger@example.ac.uk", "OLGA@example.ac.uk", "olga@example.ac.uk' --"]
)
def test_nobody_else_sees_anything(served: Path, who: str | None) -> None:
    """Who is not logged in, or has no part in the study, can neither read nor write it."""
    with acting.hosted(served, lambda: who):
        assert roles.member_now() is None
        for run in (
            overview,
            sources_of,
            lambda s: code_selection(s, "ashgrove.txt", 0, 5, "PUSH", coder="olga"),
        ):
            with pytest.raises(NotAllowedError):
                run(served)


def test_another_study_is_out_of_reach(served: Path, tmp_path: Path) -> None:
    """A server with login reads, makes and copies no study but the one it serves, also for an owner."""
    other = tmp_path / "other.db"
    shutil.copyfile(served, other)
    with acting_as(served, Role.OWNER):
        for run in (
            lambda: overview(other),
            lambda: greet_coder(other, "olga"),
            lambda: save_copy(other, tmp_path / "third.db"),
            lambda: create_study(tmp_path / "fourth.db"),
            lambda: restore(other, served),
        ):
            with pytest.raises(NotAllowedError):
                run()
    assert not (tmp_path / "third.db").exists()
    assert not (tmp_path / "fourth.db").exists()


def test_a_role_taken_away_holds_at_once(served: Path) -> None:
    """A member who is removed, or made a reader, is refused at the next act of the same session."""
    with acting_as(served, Role.CODER):
        write_memo(served, "study", "study", "First", coder="amira")
        with acting_as(served, Role.OWNER):
            members.change_role(served, email_of(Role.CODER), "reader", by="olga")
        with pytest.raises(NotAllowedError, match="reader"):
            write_memo(served, "study", "study", "Second", coder="amira")
        with acting_as(served, Role.OWNER):
            members.remove_member(served, email_of(Role.CODER), by="olga")
        with pytest.raises(NotAllowedError):
            overview(served)


def test_an_event_carries_the_name_of_who_acts(served: Path) -> None:
    """Within a transaction no event of another name, and no coder of another name, can be written."""
    forged = Stamp(by="olga", at=AT)
    with acting_as(served, Role.CODER):
        with pytest.raises(NotAllowedError), connection.writing(served, least=Role.CODER) as db:
            record(db, forged, "memo_written", target_kind="memo", target_guid="x")
        with pytest.raises(NotAllowedError), connection.writing(served, least=Role.CODER) as db:
            people.ensure_coder(db, "olga", Stamp(by="amira", at=AT))


def test_without_a_name_the_member_is_who_acts(served: Path) -> None:
    """Where no name is given the log has the member's, not that of the server's account."""
    with acting_as(served, Role.OWNER):
        save_source_set(served, "Some", ["ashgrove.txt"], by="olga")
        edit_source(served, "ashgrove.txt", replace=("Three", "Four"))
        undo_edit(served, "ashgrove.txt")
        assert {e["by"] for e in history(served, limit=3)["events"]} == {"olga"}


def test_work_that_is_put_off_stays_the_person_s(served: Path) -> None:
    """A file made outside the session is made for whoever pressed, by the role they have when it is made."""
    logged_in: list[str | None] = [email_of(Role.CODER)]
    with acting.hosted(served, lambda: logged_in[0]):
        later = roles.put_off(lambda: export_bytes(served, format="csv", what="codings").content)
        logged_in[0] = None  # the browser fetches the file: there is no session
        with pytest.raises(NotAllowedError):
            export_bytes(served, format="csv", what="codings")
        assert later().startswith(b"\xef\xbb\xbf")
        logged_in[0] = email_of(Role.READER)
        as_reader = roles.put_off(lambda: export_bytes(served, format="csv", what="codings").content)
        logged_in[0] = None
        with pytest.raises(NotAllowedError):
            as_reader()


def test_without_login_nothing_is_asked(tiny: Path) -> None:
    """On one's own computer everybody may do everything under any name, members or none."""
    assert roles.may(Role.OWNER)
    assert not roles.is_hosted()
    assert greet_coder(tiny, "anybody") == "anybody"
    members.add_member(tiny, "r@example.org", "reader", by="me")
    assert greet_coder(tiny, "r") == "r"


def test_topics_are_an_owner_s(served: Path) -> None:
    """A coder starts no run of topics, and nothing of one is stored."""
    with acting_as(served, Role.CODER), pytest.raises(NotAllowedError):
        find_topics(served, by="amira")
