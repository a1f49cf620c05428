// The judging of a blind audit: the next passages are held here, so that an answer is seen at once and
// sent afterwards. What waits to be sent has no words of anybody and is kept though the tab is closed.
const JUDGING_ACTS = [
  ["yes", "Yes", "Y", "", true],
  ["save", "Save", "S", "Every code needs an answer.", true],
  ["rest", "No to the rest", "N", "Saves, with no to every code that has no answer here; at once, where none applies."],
  ["skip", "Skip", "K", "It cannot be judged. It counts as neither yes nor no."],
  ["back", "Back", "B", "Look again at the passage before; a new answer stands, the old one stays on record."],
  ["unread", "Next unread", "U", "Leave this passage as it is."],
];
const FEW_BEFORE = 4; // when to ask for those that stand further back
const stateOf = (answers) => {
  const given = Object.values(answers);
  if (given.some((answer) => answer === "yes" || answer === "no")) return "answered";
  return given.includes("skipped") ? "skipped" : "unread";
};

class Judging extends Deck {
  constructor(host) {
    super(host, { cls: "ja", label: "Passages to judge", toolbar: "Answer", acts: JUDGING_ACTS });
    this.progress = el("progress", "ja-progress", null, { "aria-label": "Passages read" });
    this.end = button("qt-button ja-end", "Finish early", () => this.askEnd(), { "aria-expanded": "false" });
    this.line.append(this.progress, this.end);
    this.card = new JudgingCard(this);
    this.root.append(this.bar, this.line, this.alerts, this.card.root, this.live);
    this.root.dataset.idle = "1";
    this.cards = new Map();
    this.said = new Map(); // the answers to the passage that is read, not saved yet
    this.outer.resize = () => this.card.fit();
    window.addEventListener("resize", this.outer.resize, true);
  }

  // ---- what the study sends ----
  load({ place }) {
    this.themed();
    if (!this.outbox) this.opened(new Outbox(`audit-${place}`, newGuid(), () => this.drawLine(), () => localStorage));
  }
  sync(data, send) {
    if (!this.outbox) return false;
    this.outbox.met((ops, extra) => send({ ops, nonce: newGuid(), at: this.current?.position ?? null, ...extra }));
    const isNew = data.session !== this.data?.session;
    if (data.audit !== this.data?.audit) { // another one, or none any more
      this.current = this.ending = null;
      this.alerts.querySelector(".ja-ending")?.remove();
    }
    this.data = data;
    this.drawTrouble(data.trouble);
    this.heard(data);
    this.cards = new Map((data.cards ?? []).map((card) => [card.position, card]));
    if (data.audit) this.settle();
    this.drawLine();
    if (!this.root.dataset.ready) setTimeout(() => this.takeFocus(), 500);
    this.root.dataset.ready = "1";
    if (this.outbox.ops.size && (isNew || !this.outbox.retry)) this.outbox.flushSoon();
    if (this.ending && !this.outbox.ops.size) this.finish();
    return true;
  }
  // What is read stays; it is drawn anew where nothing was said here and another window answered it.
  settle() {
    const { current } = this;
    if (!current) return this.advance();
    const now = this.cards.get(current.position);
    const isOther = now && JSON.stringify(this.answersOf(now)) !== JSON.stringify(this.had);
    if (!this.isTouched && isOther) return this.show(now);
    return JSON.stringify(this.data.codes) === this.card.drawn ? undefined : this.draw();
  }
  answered(op, result) {
    if (result.conflict) this.torn(op, result.conflict);
    if (result.error) this.note(`Not stored: the answer to passage ${op.position + 1}. ${result.error}`).classList.add("ja-refused");
  }
  torn(op, { theirs, yours }) {
    const box = el("div", "qt-conflict", null, { role: "group", "aria-label": "Two answers" });
    box.append(el("div", "qt-conflicthead", `Passage ${op.position + 1} was answered meanwhile, in another window. Nothing was overwritten.`));
    for (const { guid, name } of this.data.codes ?? []) {
      if (theirs[guid] !== yours[guid]) box.append(el("div", "", `${name}: ${SAYS[theirs[guid]] ?? "nothing"} there, ${SAYS[yours[guid]] ?? "nothing"} here.`));
    }
    const foot = el("div", "qt-foot");
    const again = () => {
      box.remove();
      const more = op.kind === "judge" ? { answers: op.answers } : {};
      this.outbox.add({ kind: op.kind, audit: op.audit, position: op.position, ...more, had: theirs, local: { was: stateOf(theirs) } });
    };
    foot.append(button("qt-button qt-main", "Keep what stands", () => box.remove()), button("qt-button", "Answer as here", again));
    box.append(foot);
    this.alerts.append(box);
  }

  // ---- which one is shown ----
  waitingFor(position) {
    return [...this.outbox.ops.values()].filter((op) => op.audit === this.data.audit && op.position === position);
  }
  // What was answered to a passage, here or in the study, by code.
  answersOf(card) {
    const last = this.waitingFor(card.position).at(-1);
    const given = last?.answers ?? card.answers;
    return Object.fromEntries(this.data.codes.map(({ guid }) => [guid, last?.kind === "skip" ? "skipped" : given[guid] ?? null]));
  }
  get unread() {
    return [...this.cards.values()].filter((card) => stateOf(this.answersOf(card)) === "unread");
  }
  get nUnread() {
    return this.data.n - this.counted.read;
  }
  get here() {
    return this.current?.position ?? Infinity;
  }
  advance() {
    const next = this.unread[0];
    if (next) return this.show(next);
    this.current = null;
    return this.draw();
  }
  show(card) {
    this.current = card;
    this.had = this.answersOf(card);
    this.said = new Map(Object.entries(this.had).filter(([, answer]) => answer === "yes" || answer === "no"));
    this.isTouched = false;
    this.draw();
  }

  // ---- what a person does ----
  actOf(key) {
    const at = /^\d$/.test(key) ? (Number(key) + 9) % 10 : -1;
    if (at >= 0) return this.isOne ? null : this.data?.codes?.[at] && `code ${at}`;
    const act = super.actOf(key);
    return act && !this.buttons.get(act).hidden ? act : null;
  }
  get isOne() {
    return this.data?.codes?.length === 1;
  }
  press(act) {
    if (!this.data?.audit || this.ending) return undefined;
    if (act === "back") return this.back();
    if (!this.current) return undefined;
    if (act === "unread") return stateOf(this.had) === "unread" ? undefined : this.advance();
    const codes = this.data.codes;
    if (act.startsWith("code ")) {
      const { guid } = codes[Number(act.slice(5))];
      return this.choose(guid, this.said.get(guid) === "yes" ? "no" : "yes");
    }
    if (act === "skip") return this.judge("skip");
    if (act === "yes") return this.judge("judge", { [codes[0].guid]: "yes" });
    const missing = codes.filter(({ guid }) => !this.said.has(guid));
    if (act === "save" && missing.length) return this.drawSaid("Say yes or no to every code, or press N: no to the rest.");
    return this.judge("judge", Object.fromEntries(codes.map(({ guid }) => [guid, this.isOne ? "no" : this.said.get(guid) ?? "no"])));
  }
  choose(guid, answer) {
    if (!this.current || this.ending) return;
    if (this.said.get(guid) === answer) this.said.delete(guid);
    else this.said.set(guid, answer);
    this.isTouched = true;
    this.card.lookUp(guid);
    this.drawSaid();
    this.say(`${this.data.codes.find((code) => code.guid === guid).name}: ${SAYS[this.said.get(guid)] ?? "no answer"}.`);
  }
  judge(kind, answers) {
    const { position } = this.current;
    const said = answers ? { answers } : {};
    this.outbox.add({ kind, audit: this.data.audit, position, ...said, had: this.had, local: { was: stateOf(this.had) } });
    this.advance();
    const next = this.current ? ` Next: ${shorten(this.current.quote, 200)}` : "";
    this.say(`${kind === "skip" ? "Skipped" : "Answered"}.${next}`);
  }
  back() {
    const before = [...this.cards.values()].filter((card) => card.position < this.here);
    if (before.length) this.show(before.at(-1));
    if (before.length <= FEW_BEFORE && this.data.first < this.here) this.ask();
  }
  askEnd() {
    const open = this.alerts.querySelector(".ja-ending");
    this.end.setAttribute("aria-expanded", String(!open));
    if (open) return open.remove();
    const box = el("div", "qu-note qu-told ja-ending", null, { role: "group", "aria-label": "Finish the audit" });
    const left = this.nUnread > 0 ? `${this.nUnread.toLocaleString("en-GB")} of ${this.data.n.toLocaleString("en-GB")} passages are not read and will count for nothing. They come in random order, so what is read is a fair sample, only a smaller one. ` : "";
    const foot = el("div", "qt-foot");
    foot.append(button("qt-button qt-main", "Finish the audit", () => this.finish()), button("qt-button", "Go on judging", () => this.askEnd()));
    box.append(el("p", "", `${left}A finished audit takes no more answers, and nothing is hidden from you any longer. To give it up, finish it as it is.`), foot);
    return this.alerts.append(box);
  }
  // Not before the study has taken every answer, and nothing is left to decide on.
  finish() {
    const isTold = !!this.alerts.querySelector(".qt-conflict, .ja-refused");
    this.ending = isTold ? null : this.data.audit;
    this.alerts.querySelector(".ja-ending")?.remove();
    this.end.setAttribute("aria-expanded", "false");
    if (!isTold && !this.outbox.ops.size) this.outbox.add({ kind: "finish", audit: this.ending, local: {} });
    this.draw();
    if (isTold) this.say("Look at what is told above first.");
  }

  // ---- drawing ----
  draw() {
    if (this.current) this.card.draw(this.current, this.data.codes, this.said, this.earlier);
    else this.drawDone();
    this.drawLine();
    this.card.fit();
    this.takeFocus();
  }
  // Also from the tab that was pressed to come here, which may take it back while the page is drawn.
  takeFocus() {
    const at = document.activeElement;
    if (at === document.body || at?.getAttribute("role") === "tab" || !this.root.dataset.ready) takeKeys(this.card.root);
  }
  drawSaid(fault) {
    this.card.drawSaid(this.said, this.earlier, fault);
  }
  get earlier() {
    const state = stateOf(this.had);
    if (state === "unread") return "";
    const said = state === "skipped" ? "You skipped this passage." : this.isOne ? `You said ${Object.values(this.had)[0]} to this passage.` : "You answered this passage.";
    return `${said} A new answer stands, the old one stays on record.`;
  }
  drawDone() {
    if (this.ending) return this.card.drawDone("Finishing …");
    if (this.nUnread > 0) return this.card.drawDone("The next ones are on their way …");
    const end = button("qu-act qu-first ja-finish", "Finish and see the result", () => this.finish());
    return this.card.drawDone("Every passage is read. Finish the audit to see the result, or go back to change an answer.", end);
  }
  drawTrouble(words) {
    this.trouble?.remove();
    this.trouble = words ? el("div", "qu-note qu-told", words) : null;
    if (words) this.alerts.prepend(this.trouble);
  }
  // What the study told last, and what was answered here since.
  get counted() {
    const counted = { read: this.data.n_read, skipped: this.data.n_skipped };
    for (const { audit, kind, local } of this.outbox.ops.values()) {
      if (audit !== this.data.audit || kind === "finish") continue;
      counted.read += local.was === "unread" ? 1 : 0;
      counted.skipped += (kind === "skip" ? 1 : 0) - (local.was === "skipped" ? 1 : 0);
    }
    return counted;
  }
  drawLine() {
    if (!this.data) return;
    this.drawSaved();
    const isIdle = !this.data.audit;
    this.root.dataset.idle = isIdle ? (this.outbox.waiting || this.alerts.children.length ? "told" : "1") : "";
    if (isIdle) return;
    const { read, skipped } = this.counted;
    const n = (value) => value.toLocaleString("en-GB");
    this.counts.replaceChildren(el("b", "", n(read)), document.createTextNode(` of ${n(this.data.n)} passages read · ${n(skipped)} skipped`));
    this.progress.max = Math.max(1, this.data.n);
    this.progress.value = read;
    const isOff = { back: !(this.data.first < this.here), unread: !this.current || stateOf(this.had) === "unread" };
    for (const [act, made] of this.buttons) made.disabled = !!this.ending || (isOff[act] ?? !this.current);
    this.buttons.get("yes").hidden = !this.isOne;
    this.buttons.get("save").hidden = this.isOne;
    const no = this.isOne ? "No" : "No to the rest";
    this.buttons.get("rest").firstChild.textContent = no;
    this.buttons.get("rest").setAttribute("aria-label", no);
    this.end.hidden = !this.current || !!this.ending;
  }
}
