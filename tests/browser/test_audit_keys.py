"""Judging a blind audit by keyboard, in a real browser: fast, in order, and with nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_look import bring_axe, look
from playwright.sync_api import Page, expect

from qualtool.store.file import connection
from qualtool.workflows.auditing.audit_drawing import draw_audit
from qualtool.workflows.auditing.auditing import finish_audit, running_audit
from qualtool.workflows.keeping.checking import check_study
from qualtool.workflows.people.people import greet_coder

pytestmark = pytest.mark.browser
MAIN = Path(__file__).resolve().parents[2] / "qualtool" / "pages" / "main.py"
DECK = "[...globalThis.__qtaudit.queues.values()][0]"
CODES = ("MAGNET", "WORKLOAD", "PARTNERSHIP")
Serve = Callable[[], Any]
# Puts each answer that waits into a place of its own, as after several reloads, the last one first.
EACH_ELSEWHERE = """() => {
  const key = Object.keys(localStorage).find((name) => name.startsWith('qt-outbox:audit-'));
  const ops = JSON.parse(localStorage.getItem(key)), prefix = key.slice(0, key.lastIndexOf(':') + 1);
  localStorage.removeItem(key);
  ops.forEach((op, at) => {
    const source = `place ${ops.length - at}`;
    localStorage.setItem(prefix + source, JSON.stringify([{...op, source}]));
  });
}"""


@pytest.fixture(scope="module")
def drawn_master(sample_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study with an audit of three codes and forty passages drawn for Zoe."""
    study = tmp_path_factory.mktemp("audit") / "sample.db"
    connection.back_up(sample_study, study)
    greet_coder(study, "Zoe")
    draw_audit(study, coder="Zoe", codes=CODES, n=40)
    return study


@pytest.fixture
def drawn(drawn_master: Path, tmp_path: Path) -> Path:
    connection.back_up(drawn_master, tmp_path / "drawn.db")
    return tmp_path / "drawn.db"


@pytest.fixture
def app(drawn: Path, serve: Callable[..., Any], page: Page, tmp_path: Path) -> Serve:
    """Serve the study with the audit."""
    return lambda: serve(MAIN, QUALTOOL_STUDY=str(drawn), XDG_STATE_HOME=str(tmp_path / "state"))


def open_audit(page: Page, served: Any) -> None:
    page.goto(f"{served.url}/suggestions?coder=Zoe")
    page.wait_for_selector(".ja[data-ready='1']")  # whoever audits comes to the tab at once


def settle(page: Page) -> None:
    """Wait until the study has answered to everything."""
    page.wait_for_function(f"{DECK}.outbox.ops.size === 0")


def stored(study: Path) -> list[tuple[int, str]]:
    """Position and answers in the order in which they were stored, as ``yns`` of the three codes."""
    with connection.reading(study) as db:
        rows = db.conn.execute(
            "SELECT u.position, substr(x.answer, 1, 1) FROM audit_answer x"
            " JOIN audit_unit u ON u.id = x.unit_id JOIN code c ON c.id = x.code_id"
            " ORDER BY (x.id - 1) / 3, c.position, c.id"
        ).fetchall()
    return [
        (rows[at][0], "".join(answer for _, answer in rows[at : at + 3])) for at in range(0, len(rows), 3)
    ]


def test_keys_may_come_faster_than_the_study(drawn: Path, app: Serve, page: Page) -> None:
    """Keys without a pause are stored once each, in their order, and seen at once; a held key does none."""
    open_audit(page, app())
    page.get_by_role("tab", name="Codes").click()
    page.wait_for_selector(".qu[data-ready='1']:not(.ja)")
    page.get_by_role("tab", name="Audit").click()
    page.wait_for_selector(".ja[data-ready='1']")
    expect(page.locator(".ja-card")).to_be_focused()  # nothing was clicked in it
    for key in "1n2n3nnk13n" + "n" * 8 + "11nb1n":
        page.keyboard.press(key)
    expect(page.locator(".ja .qu-counts")).to_contain_text("15 of 40 passages read · 1 skipped")
    page.keyboard.down("k")
    page.keyboard.down("k")
    page.keyboard.up("k")
    settle(page)
    expected = ["ynn", "nyn", "nny", "nnn", "sss", "yny", *["nnn"] * 8, "nnn"]
    assert stored(drawn) == [*enumerate(expected), (14, "ynn"), (15, "sss")]
    expect(page.locator(".ja .qu-counts")).to_contain_text("16 of 40 passages read · 2 skipped")
    expect(page.locator(".ja-card")).to_be_focused()
    assert check_study(drawn)["problems"] == []


def test_answers_outlive_the_server_the_page_and_the_tab(drawn: Path, app: Serve, page: Page) -> None:
    """What is judged while the app is dead is kept through a closed tab and a reload, and stored once, in
    the order in which it was done, in whatever order the browser has kept it."""
    served = app()
    open_audit(page, served)
    page.keyboard.press("n")
    settle(page)
    served.kill()
    for key in "1nknb1n":
        page.keyboard.press(key)
    expect(page.locator(".ja .qt-saved")).to_contain_text("4 kept here")
    page.evaluate(EACH_ELSEWHERE)
    again: Page = page.context.new_page()
    page.close(run_before_unload=False)  # the tab is closed, and nobody waits for its question
    served.start()
    open_audit(again, served)
    settle(again)
    expected = [(0, "nnn"), (1, "ynn"), (2, "sss"), (3, "nnn"), (3, "ynn")]
    assert stored(drawn) == expected
    expect(again.locator(".ja .qu-counts")).to_contain_text("4 of 40 passages read · 1 skipped")
    again.keyboard.press("n")
    again.reload()
    again.wait_for_selector(".ja[data-ready='1']")
    settle(again)
    assert stored(drawn) == [*expected, (4, "nnn")]
    expect(again.locator(".ja .qu-where")).to_contain_text("Passage 6")
    assert (
        again.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('qt-outbox')).length") == 0
    )


def test_an_answer_is_changed_by_mouse_and_key(drawn: Path, app: Serve, page: Page) -> None:
    """Back shows what was said; a new answer stands, the old one stays; Save wants one for each code."""
    open_audit(page, app())
    row = page.get_by_role("group", name="Magnet reputation")
    row.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="Say yes or no to every code")).to_be_visible()
    page.get_by_role("button", name="No to the rest").click()
    expect(page.locator(".ja .qu-where")).to_contain_text("Passage 2")
    page.keyboard.press("b")
    expect(row.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("You answered this passage.")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".ja .qu-where")).to_contain_text("Passage 2")
    page.keyboard.press("b")
    page.keyboard.press("1")  # yes becomes no
    page.keyboard.press("s")
    settle(page)
    assert stored(drawn) == [(0, "ynn"), (0, "nnn")]
    expect(page.locator(".ja .qu-counts")).to_contain_text("1 of 40 passages read")


def test_two_windows_at_one_passage(drawn: Path, app: Serve, page: Page) -> None:
    """Whose answer came second sees both, nothing is overwritten, and may answer all the same."""
    served = app()
    open_audit(page, served)
    other = page.context.new_page()
    open_audit(other, served)
    page.keyboard.press("1")
    page.keyboard.press("n")
    settle(page)
    other.keyboard.press("n")
    box = other.get_by_role("group", name="Two answers")
    expect(box).to_contain_text("Passage 1 was answered meanwhile, in another window")
    expect(box).to_contain_text("Magnet reputation: Yes there, No here.")
    settle(other)
    assert stored(drawn) == [(0, "ynn")]
    box.get_by_role("button", name="Answer as here").click()
    expect(box).to_have_count(0)
    settle(other)
    assert stored(drawn) == [(0, "ynn"), (0, "nnn")]


def test_the_end_waits_for_every_answer(drawn: Path, app: Serve, page: Page) -> None:
    """Finishing right after a key stores the answer first; then the result is shown, keys do nothing, and
    the next audit begins anew."""
    open_audit(page, app())
    page.keyboard.press("n")
    page.get_by_role("button", name="Finish early").click()
    page.keyboard.press("k")
    page.get_by_role("button", name="Finish the audit").click()
    expect(page.get_by_text("1 passage judged, 1 skipped")).to_be_visible()
    page.keyboard.press("n")
    assert running_audit(drawn, "Zoe") is None
    assert stored(drawn) == [(0, "nnn"), (1, "sss")]
    page.get_by_text("Draw an audit").click()
    page.get_by_role("spinbutton", name="Passages").fill("5")
    page.get_by_role("button", name="Draw", exact=True).click()
    expect(page.locator(".ja .qu-counts")).to_contain_text("0 of 5 passages read")
    page.keyboard.press("k")
    settle(page)
    expect(page.locator(".ja .qu-counts")).to_contain_text("1 of 5 passages read · 1 skipped")
    running = running_audit(drawn, "Zoe")  # the end of the one before is not its end
    assert running is not None
    assert running["n_skipped"] == 1


def test_an_answer_after_the_end_is_told(drawn: Path, app: Serve, page: Page) -> None:
    """An answer that comes after the audit was finished elsewhere is refused, and the page says so."""
    open_audit(page, app())
    finish_audit(drawn, "Zoe")
    page.keyboard.press("n")
    expect(page.get_by_text("Not stored: the answer to passage 1.")).to_be_visible()
    expect(page.get_by_text("0 passages judged, 0 skipped")).to_be_visible()
    assert stored(drawn) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_judging(app: Serve, page: Page, scheme: Any) -> None:
    """At first, with a fault, gone back, before the end and at the end no rule of accessibility is broken;
    all that is needed to judge stands in a window of 1280 x 800."""
    page.emulate_media(color_scheme=scheme)
    open_audit(page, app())
    bring_axe(page)
    page.keyboard.press("s")
    found = {"a fault": look(page, ".ja")}
    for part in (".qu-bar", ".ja-passage .qu-box", ".ja-codes"):
        at = page.locator(f".ja {part}").bounding_box()
        assert at is not None
        assert at["y"] + at["height"] <= 800
    page.keyboard.press("1")
    page.keyboard.press("n")
    page.keyboard.press("b")
    page.get_by_role("button", name="Finish early").click()
    found["back"] = look(page, ".ja")
    page.get_by_role("button", name="Go on judging").click()
    page.keyboard.press("u")
    for _ in range(39):
        page.wait_for_selector(".ja .qu-quote")
        page.keyboard.press("n")
    expect(page.get_by_text("Every passage is read.")).to_be_visible()
    found["the end"] = look(page, ".ja")
    assert {name: faults for name, faults in found.items() if faults} == {}
