// What the queue of suggestions and the judging of an audit share: acts with a key and a button each, a
// line that tells what is stored, what is told, and the passage. What is done is seen at once and sent
// afterwards; words enter by textContent only.

// The words in their turn, and where they stand.
const passageBox = (card, who) => {
  const box = el("section", "qu-box", null, { "aria-label": "The passage" });
  box.append(el("p", "qu-where", `${card.source} · ${who}`));
  if (card.asked) box.append(el("p", "qu-asked", `${card.asked.speaker}: ${card.asked.text}`));
  const text = el("p", "qu-text");
  text.append(document.createTextNode(card.before), el("mark", "qu-quote", card.quote), document.createTextNode(card.after));
  box.append(text);
  return [box, text];
};
const named = (name, text) => {
  const line = el("p", "qu-note");
  line.append(el("b", "", `${name}: `), document.createTextNode(text));
  return line;
};

class Deck {
  // ``acts``: [name, label, key, about, is it the main one] of each button.
  constructor(host, { cls, label, toolbar, acts }) {
    this.acts = acts;
    this.root = el("div", `qt qu ${cls ?? ""}`, null, { role: "region", "aria-label": label });
    this.bar = el("div", "qu-bar", null, { role: "toolbar", "aria-label": toolbar });
    this.line = el("p", "qu-line");
    this.counts = el("span", "qu-counts");
    this.saved = el("span", "qt-saved", "saved");
    this.line.append(this.counts, this.saved);
    this.alerts = el("div", "qu-alerts", null, { role: "alert" });
    this.live = el("div", "qt-live", null, { role: "status", "aria-live": "polite" });
    this.buttons = new Map(acts.map((act) => [act[0], this.made(act)]));
    this.bar.append(...this.buttons.values());
    this.data = null;
    this.current = null;
    this.outer = {
      keydown: (event) => this.key(event),
      beforeunload: (event) => { if (this.outbox?.waiting && !this.outbox.isLeaving) event.preventDefault(); },
      pointerdown: (event) => { if (!this.root.contains(event.target)) this.outbox?.hold(event.target); },
      click: (event) => this.outer.pointerdown(event), // by keyboard nothing else tells of it
    };
    for (const [name, act] of Object.entries(this.outer)) window.addEventListener(name, act, true);
    host.append(this.root);
  }
  made([act, label, key, about, isFirst]) {
    const made = button(`qu-act ${isFirst ? "qu-first" : ""}`, null, () => this.press(act), { "aria-keyshortcuts": key, "aria-label": label });
    if (about) made.title = about;
    made.append(el("span", "", label), el("kbd", "qt-key", key));
    return made;
  }
  destroy() {
    for (const [name, act] of Object.entries(this.outer)) window.removeEventListener(name, act, true);
    this.outbox?.stop();
    this.root.remove();
  }

  // ---- what waits to be stored ----
  opened(outbox) {
    this.outbox = outbox;
    outbox.wake = () => this.wake?.();
    outbox.mayLeave = () => !isTyping();
    outbox.isBusy = () => this.isBusy;
    outbox.restore();
  }
  themed() {
    const found = (getComputedStyle(this.root).backgroundColor.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    if (found.length === 3) page.background = found;
  }
  // The app is at work on the whole page: what is done meanwhile is stored when that is over.
  get isBusy() {
    const app = this.root.closest("[data-test-script-state]")?.dataset;
    return !!this.root.closest("[data-stale=true]") && app?.testScriptState === "running" && app.testConnectionState === "CONNECTED";
  }
  // Answers of the study to what was sent; returns whether there were any.
  heard(data) {
    const answered = this.outbox.acknowledge(data.acks);
    for (const [op, result] of answered) this.answered(op, result);
    if (answered.length) this.root.dispatchEvent(new CustomEvent("qt-stored"));
    return answered.length > 0;
  }
  ask(extra = {}) {
    this.outbox.flush({ asks: newGuid(), ...extra });
  }
  drawSaved() {
    const { state, waiting } = this.outbox;
    this.saved.dataset.state = state;
    const kept = this.isBusy ? `${waiting} kept here until the work above is done` : `offline: ${waiting} kept here`;
    this.saved.textContent = state === "saved" ? "saved" : state === "offline" ? kept : `saving ${waiting}…`;
  }

  // ---- what a person does, and is told ----
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (isTyping() || !this.root.offsetParent) return;
    const act = this.actOf(event.key.toUpperCase());
    if (act == null || (document.querySelector("[role=dialog], [role=alertdialog]") && !closeConnectionError())) return;
    event.preventDefault();
    event.stopPropagation();
    this.press(act);
  }
  actOf(key) {
    return this.acts.find(([, , its]) => its === key)?.[0];
  }
  say(words) {
    this.live.textContent = "";
    requestAnimationFrame(() => { this.live.textContent = words; });
  }
  note(words) {
    const box = el("div", "qu-note qu-told", words);
    box.append(button("qt-button", "Close", () => box.remove()));
    this.alerts.append(box);
    return box;
  }
}
