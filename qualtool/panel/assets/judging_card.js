// One passage to judge: the words in their turn, yes or no to each code, and what the codebook says.
const DEFINED = [["", "definition"], ["Apply when", "apply_when"], ["Not when", "do_not_apply_when"]];
const SAYS = { yes: "Yes", no: "No", skipped: "Skipped" };

class JudgingCard {
  constructor(judging) {
    this.j = judging;
    // The focus is here between two passages: the next Tab leads to the first code.
    this.root = el("div", "qu-card ja-card", null, { tabindex: "-1" });
    this.passage = el("div", "ja-passage");
    this.codes = el("section", "qu-box ja-codes", null, { "aria-label": "Answers" });
    this.defined = el("section", "qu-box ja-defined", null, { "aria-label": "Definitions", tabindex: "0" });
    this.fault = el("p", "qu-fault", null, { role: "alert" });
    this.before = el("p", "qu-note");
    this.rows = new Map();
    this.places = new Map();
    this.root.append(this.passage, this.codes, this.defined);
  }

  draw(card, codes, said, earlier) {
    if (JSON.stringify(codes) !== this.drawn) this.drawCodes(codes);
    const [box] = passageBox(card, card.speaker);
    box.querySelector(".qu-where").prepend(el("b", "", `Passage ${card.position + 1}`), document.createTextNode(" · "));
    if (card.is_changed) box.append(el("p", "qu-note", "The text was corrected after the draw; judge the words as they stand here."));
    this.passage.replaceChildren(box);
    this.root.classList.remove("ja-done");
    this.drawSaid(said, earlier);
  }
  drawSaid(said, earlier, fault = "") {
    for (const [guid, row] of this.rows) for (const [answer, made] of row) made.setAttribute("aria-pressed", String(said.get(guid) === answer));
    this.fault.textContent = fault;
    this.fault.hidden = !fault;
    this.before.textContent = earlier;
    this.before.hidden = !earlier;
  }
  drawCodes(codes) {
    this.drawn = JSON.stringify(codes);
    this.rows.clear();
    this.places.clear();
    const isOne = codes.length === 1;
    const head = isOne ? `Does “${codes[0].name}” apply to the marked words?` : "Which codes apply to the marked words?";
    const rows = isOne ? [] : codes.map((code, at) => this.row(code, at));
    this.codes.replaceChildren(el("p", "ja-head", head), ...rows, this.before, this.fault);
    this.defined.replaceChildren(...codes.map((code) => this.definition(code)));
  }
  row(code, at) {
    const row = el("div", "ja-row", null, { role: "group", "aria-label": code.name });
    const key = at < 10 ? String((at + 1) % 10) : "";
    if (key) row.append(el("kbd", "qt-key", key));
    row.append(el("span", "ja-name", code.name));
    for (const name of ["pointerenter", "focusin"]) row.addEventListener(name, () => this.lookUp(code.guid));
    const made = ["yes", "no"].map((answer) => [answer, button("ja-say", SAYS[answer], () => this.j.choose(code.guid, answer), { "aria-pressed": "false" })]);
    if (key) made[0][1].title = made[1][1].title = `Key ${key}: yes; pressed again: no.`;
    row.append(...made.map(([, its]) => its));
    this.rows.set(code.guid, made);
    return row;
  }
  definition(code) {
    const lines = DEFINED.filter(([, field]) => code[field]).map(([title, field]) => (title ? named(title, code[field]) : el("p", "", code[field])));
    if (!lines.length) lines.push(el("p", "qu-note", "This code has no definition yet."));
    const box = el("div", "ja-definition");
    box.append(el("p", "ja-term", code.name), ...lines);
    this.places.set(code.guid, box);
    return box;
  }
  // Where the definitions do not all fit, that of the code in hand is brought up.
  lookUp(guid) {
    const { defined } = this, place = this.places.get(guid);
    if (place && defined.scrollHeight > defined.clientHeight) defined.scrollTop = place.offsetTop - 12;
  }
  // Nothing to judge: words in place of the passage, and perhaps a button.
  drawDone(words, ...more) {
    const box = el("div", "qu-empty");
    box.append(el("p", "", words), ...more);
    this.passage.replaceChildren(box);
    this.root.classList.add("ja-done");
  }
  // The definitions end where the window does, so that the answers stay in sight.
  fit() {
    const box = this.defined;
    if (!box.offsetParent) return;
    const top = box.getBoundingClientRect().top + (this.root.closest("[data-testid=stMain]")?.scrollTop ?? 0);
    box.style.maxHeight = `${Math.max(160, innerHeight - top - 48)}px`;
  }
}
