// The queue: a few suggestions are held here, so that a decision is seen at once and sent afterwards.
// What is being read is never taken away under the reader, but for one that was decided elsewhere.
const MOST_QUEUE_STEPS = 50;
const LEARNING_MS = 1500; // when to look again while the machine is learning
const QUEUE_ACTS = [
  ["accept", "Accept", "A", "", true],
  ["reject", "Reject", "X", ""],
  ["edit", "Edit words", "E", "The code is right for other words of this turn; what the mouse selected is taken up."],
  ["wrong", "Wrong words", "W", "Right code, wrong words: put it aside and select the right ones in the panel."],
  ["later", "Later", "L", ""],
  ["undo", "Undo", "U", "Take back your last decision; a coding made of it is removed."],
];
const DONE_WORDS = { accept: "Accepted", reject: "Rejected", wrong: "Right code, wrong words" };

class Queue extends Deck {
  constructor(host) {
    super(host, { label: "Suggestions to decide on", toolbar: "Decide", acts: QUEUE_ACTS });
    this.learnt = el("span", "qu-learning");
    this.line.append(this.learnt);
    this.card = new SuggestionCard(this);
    this.root.append(this.bar, this.line, this.alerts, this.card.root, this.live);
    this.front = []; // brought back: they come before what the study sends
    this.later = [];
    this.whys = new Map();
  }
  destroy() {
    clearTimeout(this.looking);
    super.destroy();
  }

  // ---- what the study sends ----
  load({ study, coder }) {
    this.themed();
    if (this.outbox) return;
    this.coder = coder;
    this.stepsKey = `qt-queue-steps:${study}:${coder}`;
    try {
      this.steps = JSON.parse(sessionStorage.getItem(this.stepsKey)) ?? [];
    } catch { // a blocked or damaged storage: undo starts anew
      this.steps = [];
    }
    this.opened(new Outbox(`queue-${study}:${coder}`, "queue", () => this.drawLine()));
    this.outbox.mayLeave = () => !this.isEditing && !isTyping();
  }
  sync(data, send) {
    if (!this.outbox) return false;
    this.outbox.met((ops, extra) => send({ ops, nonce: newGuid(), later: this.later, shown: this.current?.guid ?? null, ...extra }));
    const isNew = data.session !== this.data?.session;
    const isOther = data.filters !== this.data?.filters;
    this.data = data;
    for (const [guid, why] of Object.entries(data.why)) this.whys.set(guid, why);
    if (data.trouble) this.say(data.trouble);
    this.heard(data);
    if (isOther) {
      this.front = [];
      if (!this.isEditing) this.current = null;
    }
    if (this.current && data.shown === this.current.guid && !data.is_shown_open && !this.isDecided(this.current.guid)) this.withdrawn();
    const before = this.current;
    if (!this.current) this.advance();
    if (this.current !== before || !this.root.dataset.ready) this.draw();
    else this.card.isWhyOpen && this.current && this.card.drawWhy(this.whys.get(this.current.guid));
    this.drawLine();
    this.root.dataset.ready = "1";
    clearTimeout(this.looking);
    if (data.learning.doing === "learning") this.looking = setTimeout(() => this.ask(), LEARNING_MS);
    if (this.outbox.ops.size && (isNew || !this.outbox.retry)) this.outbox.flushSoon();
    if (this.afterwards && !this.outbox.ops.size) {
      this.afterwards();
      this.afterwards = null;
    }
    return true;
  }
  answered(op, result) {
    if (result.took_mark) this.note("Your mark “no substantive answer” was taken off this answer. Undo brings it back.");
    if (result.conflict) this.torn(op, result.conflict);
    if (!result.error) return;
    this.steps = this.steps.filter((step) => step.op_id !== op.op_id);
    this.keepSteps();
    const card = op.local?.card;
    if (op.words != null && card && !this.isDecided(card.guid)) { // other words that do not stand in the turn
      if (this.current && this.current.guid !== card.guid) this.front.unshift(this.current);
      this.current = card;
      this.edit(true, op.words, result.error);
    } else this.note(`Not stored: ${op.local?.name ?? op.kind}. ${result.error}`);
  }
  // The machine took it back, or somebody else decided: nothing was done here yet.
  withdrawn() {
    if (this.isEditing) return; // what is being written is not lost: the study answers when it is sent
    this.current = null;
    this.say("The suggestion shown was withdrawn or decided elsewhere. This is the next one.");
  }
  torn(op, found) {
    this.steps = this.steps.filter((step) => step.op_id !== op.op_id);
    this.keepSteps();
    const who = !found.by ? "elsewhere" : found.by === this.coder ? "by you, in another window" : `by ${found.by}`;
    const box = el("div", "qt-conflict", null, { role: "group", "aria-label": "Two decisions" });
    box.append(el("div", "qt-conflicthead", `“${op.local?.card.code_name}” was ${found.theirs} meanwhile, ${who}: you had ${found.yours} it. Nothing was overwritten.`));
    if (op.local) box.append(el("div", "qt-versionwords", shorten(op.local.card.quote, 300)));
    const foot = el("div", "qt-foot");
    foot.append(button("qt-button qt-main", "Keep theirs", () => box.remove()));
    if (found.yours === "accepted" && op.local) {
      const label = found.theirs === "rejected" ? "Accept it all the same" : "Code it as well";
      foot.append(button("qt-button", label, () => {
        box.remove();
        this.send("accept", op.local.card, { words: op.words, despite: found.theirs });
        this.drawLine();
      }));
    }
    box.append(foot);
    this.alerts.append(box);
  }

  // ---- which one is shown ----
  // Decided here, whether the study has answered or not.
  isDecided(guid) {
    let is = false;
    for (const op of this.outbox.ops.values()) if (op.guid === guid) is = op.kind !== "undo";
    return is;
  }
  get waiting() {
    const isFree = (card) => !this.isDecided(card.guid) && card.guid !== this.current?.guid;
    const first = this.front.filter(isFree);
    const known = new Set(first.map((card) => card.guid));
    const sent = (this.data?.cards ?? []).filter((card) => isFree(card) && !known.has(card.guid));
    const off = (card) => this.later.indexOf(card.guid);
    return [...first, ...sent.filter((card) => off(card) < 0), ...sent.filter((card) => off(card) >= 0).sort((a, b) => off(a) - off(b))];
  }
  advance() {
    this.current = null;
    const next = this.waiting[0] ?? null;
    this.front = this.front.filter((card) => card !== next);
    this.current = next;
    this.isEditing = false;
  }

  // ---- what a person does ----
  press(act) {
    if (act === "undo") return this.undo();
    if (!this.current) return undefined;
    if (act === "edit") return this.edit(!this.isEditing, this.card.selected());
    if (act === "later") return this.putOff();
    return this.decide(act);
  }
  decide(kind, more = {}) {
    const card = this.current;
    const op = this.send(kind, card, more);
    this.steps = [...this.steps, { op_id: op.op_id, card }].slice(-MOST_QUEUE_STEPS);
    this.keepSteps();
    this.alerts.querySelector(".qu-select")?.remove();
    if (kind === "wrong") this.offerPlace(card);
    this.advance();
    this.draw();
    this.say(`${op.local.name}.${this.current ? ` Next: ${this.current.code_name}.` : ""}`);
  }
  send(kind, card, more = {}) {
    const name = `${DONE_WORDS[kind] ?? "Taken back"}: ${card.code_name}`;
    const read = kind === "accept" ? { quote: card.quote } : {};
    return this.outbox.add({ kind, guid: card.guid, ...read, ...more, local: { name, card } });
  }
  acceptWords(words) {
    if (words.trim()) this.decide("accept", words === this.current.quote ? {} : { words });
  }
  edit(isOpen, words, fault) {
    this.isEditing = isOpen && !!this.current;
    this.draw({ words, fault });
    if (this.isEditing) this.card.field.focus();
  }
  putOff() {
    const card = this.current;
    this.later = [...this.later.filter((guid) => guid !== card.guid), card.guid];
    this.front = this.front.filter((other) => other.guid !== card.guid);
    this.advance();
    if (!this.current) this.current = card; // the only one left
    this.draw();
    this.say(this.current === card ? "This is the only one left." : "Put off: it comes again at the end.");
    this.ask();
  }
  undo() {
    const step = this.steps.pop();
    if (!step) return this.say("Nothing to undo.");
    this.keepSteps();
    this.send("undo", step.card);
    this.alerts.querySelector(".qu-select")?.remove();
    if (this.current) this.front.unshift(this.current);
    this.current = step.card;
    this.isEditing = false;
    this.draw();
    return this.say(`Taken back: ${step.card.code_name}.`);
  }
  keepSteps() {
    try {
      sessionStorage.setItem(this.stepsKey, JSON.stringify(this.steps));
    } catch { /* undo lives as long as the page */ }
  }
  // After "right code, wrong words": the way to the place where the right ones can be selected.
  offerPlace(card) {
    const box = el("div", "qu-note qu-select");
    const go = button("qt-button qt-main", "Select the words", () => {
      go.disabled = true;
      this.afterwards = () => this.select?.({ guid: card.guid, nonce: newGuid() });
      if (this.outbox.ops.size) return;
      this.afterwards();
      this.afterwards = null;
    });
    box.append(el("span", "", `Right code, wrong words: ${card.code_name} in ${card.source}. Select the right words in the panel, or go on here.`), go);
    this.alerts.append(box);
  }
  askWhy() {
    const wanted = [this.current, this.waiting[0]].filter((card) => card && !this.whys.has(card.guid)).map((card) => card.guid);
    if (wanted.length) this.ask({ why: wanted });
  }

  // ---- drawing ----
  draw({ words, fault } = {}) {
    if (this.current) {
      this.card.draw(this.current, { isEditing: this.isEditing, words, fault });
      if (this.card.isWhyOpen) this.askWhy();
    } else this.card.root.replaceChildren(this.nothing());
    this.drawLine();
  }
  nothing() {
    if (this.nLeft > 0) return el("p", "qu-empty", "The next ones are on their way …");
    const left = this.shownCounts.open > 0;
    return el("p", "qu-empty", left ? "Nothing is left under these filters. Clear one to go on." : "No suggestions wait for you. Make suggestions above, or link a topic to a code.");
  }
  // What the study told last, and what was decided here since.
  get shownCounts() {
    const counts = { ...(this.data?.counts ?? { open: 0, accepted: 0, rejected: 0 }) };
    for (const op of this.outbox.ops.values()) {
      if (op.despite) continue;
      if (op.kind === "undo") counts.open += 1;
      else {
        counts.open -= 1;
        counts[op.kind === "accept" ? "accepted" : "rejected"] += 1;
      }
    }
    return counts;
  }
  get nLeft() {
    let n = this.data?.n ?? 0;
    for (const op of this.outbox.ops.values()) if (!op.despite) n += op.kind === "undo" ? 1 : -1;
    return Math.max(n, this.current ? 1 : 0);
  }
  drawLine() {
    if (!this.data) return;
    const { open, accepted, rejected } = this.shownCounts;
    const n = (value) => Math.max(0, value).toLocaleString("en-GB");
    this.counts.replaceChildren(el("b", "", n(this.nLeft)), document.createTextNode(` to decide here · ${n(open)} open · ${n(accepted)} accepted · ${n(rejected)} rejected`));
    this.drawSaved();
    this.learnt.textContent = this.data.learning.words;
    this.learnt.dataset.doing = this.data.learning.doing;
    for (const [act, made] of this.buttons) made.disabled = act === "undo" ? !this.steps.length : !this.current;
    this.buttons.get("edit").setAttribute("aria-expanded", String(!!this.isEditing));
  }
}
