// The bars: codes on keys above the text, where one is and what is saved below them, and at the
// foot what can be done with the selection or the coding in focus. Their heights do not change while
// one codes, so that the text stays where it is.
const scoreWords = (score) => (score >= 0.75 ? "strong" : score >= 0.5 ? "fair" : "weak");

class Bars {
  constructor(panel) {
    const p = (this.p = panel);
    this.codes = el("div", "qt-bar", null, { role: "toolbar", "aria-label": "Codes on keys" });
    this.line = el("div", "qt-line");
    this.foot = el("div", "qt-strip", null, { role: "group", "aria-label": "Selection and coding" });
    this.live = el("div", "qt-live", null, { role: "status", "aria-live": "polite" });
    this.alerts = el("div", "qt-alerts", null, { role: "alert" });
    this.place = el("span", "qt-place");
    this.saved = el("span", "qt-saved", "saved");
    this.marker = el("span", "qt-marker");
    this.undo = button("qt-button", "Undo", () => p.step(true), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button("qt-button", "Redo", () => p.step(false), { "aria-keyshortcuts": "Control+Shift+Z" });
    this.read = button("qt-button", "Mark as read", () => p.markRead(), { "aria-keyshortcuts": "D" });
    this.filters = button("qt-button", "Show only…", () => p.dialogs.filter());
    this.line.append(
      this.undo, this.redo,
      this.key("L", "find words", () => p.finder.open()),
      this.filters, this.read, this.marker, this.place, this.saved,
      this.key("?", "keys", () => p.dialogs.keys()),
    );
  }

  drawCodes() {
    const { p } = this;
    const made = [];
    for (let slot = 1; slot <= 9; slot++) {
      const code = p.codes.get(p.slots[slot]);
      if (!code) continue;
      const key = button("qt-code", null, () => p.slot(slot), {
        "aria-keyshortcuts": String(slot), title: `${code.path}${code.definition ? ` – ${code.definition}` : ""}`,
        "aria-pressed": String(p.marker === code.guid),
      });
      key.style.setProperty("--c", safeColour(code.colour));
      key.append(el("kbd", "qt-key", String(slot)), el("span", "qt-codename", code.name));
      made.push(key);
    }
    const all = button("qt-code qt-all", null, () => p.picker.open(), { "aria-keyshortcuts": "/" });
    all.append(el("kbd", "qt-key", "/"), el("span", "", "all codes"));
    this.codes.replaceChildren(...made, all);
  }
  drawState() {
    const { p } = this;
    const { state, waiting } = p.outbox;
    const words = {
      saved: "✓ saved",
      saving: `saving ${waiting}…`,
      offline: `offline: ${waiting} kept here, trying again`,
    };
    this.saved.textContent = p.trouble && waiting ? `not saved yet: ${waiting} waiting` : words[state];
    this.saved.title = p.trouble ?? "";
    this.saved.dataset.state = state;
    const turns = p.source.turns;
    const own = p.nOwn;
    this.place.textContent = `${turns[p.current]?.number ? `turn ${turns[p.current].number} of ${p.nTurns} · ` : ""}${plural(own, "coding")} of yours`;
    this.undo.disabled = !p.steps.done.length;
    this.redo.disabled = !p.steps.undone.length;
    this.undo.title = p.steps.done.length ? `Undo: ${p.steps.done[p.steps.done.length - 1].name} (Ctrl+Z)` : "Nothing to undo";
    this.redo.title = p.steps.undone.length ? `Redo: ${p.steps.undone[p.steps.undone.length - 1].name} (Ctrl+Shift+Z)` : "Nothing to redo";
    this.read.textContent = p.reading.state === "read" ? "✓ Read" : "Mark as read";
    this.read.setAttribute("aria-pressed", String(p.reading.state === "read"));
    const filtered = Object.values(p.filter).some(Boolean);
    this.filters.textContent = filtered ? "Filtered…" : "Show only…";
    this.filters.setAttribute("aria-pressed", String(filtered));
    const code = p.codes.get(p.marker);
    this.marker.hidden = !code;
    if (code) {
      this.marker.style.setProperty("--c", safeColour(code.colour));
      this.marker.textContent = `Marker: ${shorten(code.name, 32)} (Esc lets go)`;
    }
  }

  drawFoot() {
    const { p } = this;
    const item = p.items.get(p.focused);
    if (p.editing) return this.foot.replaceChildren(...this.aboutEditing());
    if (p.waitingForSlot) return this.foot.replaceChildren(el("span", "qt-hint", `Press 1–9 to put “${p.codes.get(p.waitingForSlot)?.name}” on that key, Esc to leave.`));
    if (item) return this.foot.replaceChildren(...this.aboutItem(item));
    return this.foot.replaceChildren(...this.aboutSelection());
  }
  key(letter, text, action, cls = "") {
    const made = button(`qt-button ${cls}`, null, action, { "aria-keyshortcuts": letter });
    made.append(el("kbd", "qt-key", letter), document.createTextNode(` ${text}`));
    return made;
  }
  aboutEditing() {
    return [
      el("span", "qt-hint", "Select the words it should cover (mouse, Shift+arrows, Alt+Shift+arrows)."),
      this.key("Enter", "keep", () => this.p.enter(), "qt-main"),
      this.key("Esc", "leave as it was", () => this.p.escape()),
    ];
  }
  aboutSelection() {
    const { p } = this;
    const now = p.select.now;
    if (!now) {
      const hint = p.marker ? "Paint over words to code them." : "Select words, then press 1–9 or / to code them. ? shows all keys.";
      return [el("span", "qt-hint", hint)];
    }
    const n = (p.source.slice(now).match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? []).length;
    const turn = p.source.turnAt(now.start);
    const where = turn.who ? `${plural(n, "word")} of turn ${turn.number}, ${turn.who.label}` : plural(n, "word");
    return [
      el("span", "qt-hint", `Selected: ${where}`),
      this.key("1–9", "code", () => p.picker.open()),
      this.key("/", "find a code", () => p.picker.open()),
      ...(p.recent.length ? [this.key("Q", `again: ${shorten(p.codes.get(p.recent[0])?.name ?? "", 24)}`, () => p.repeatLast())] : []),
      this.key("N", "new code", () => p.dialogs.newCode()),
      this.key("V", "in their words", () => p.inVivo()),
    ];
  }
  aboutItem(item) {
    const { p } = this;
    const code = p.codes.get(item.code);
    const name = el("span", "qt-itemname", code?.name ?? "removed code");
    name.style.setProperty("--c", p.colour(item));
    name.title = code?.path ?? "";
    if (item.kind === "suggestion") {
      return [
        name, el("span", "qt-hint", `suggested, ${scoreWords(item.score)} (${item.score.toFixed(2)}): ${item.reason}`),
        this.key("A", "accept", () => p.accept(), "qt-main"), this.key("X", "reject", () => p.reject()), this.key("E", "change stretch", () => p.editStretch()),
      ];
    }
    const facets = Object.keys(FACETS).map((facet) => item[facet] && (FACET_WORDS[item[facet]] ?? item[facet])).filter(Boolean);
    const origin = { accepted: "accepted suggestion", edited: "edited suggestion", imported: "imported" }[item.origin];
    const facts = [`by ${p.isOwn(item) ? "you" : item.coder}`, origin, ...facets].filter(Boolean).join(" · ");
    const parts = [name, el("span", "qt-hint", facts)];
    if (item.memo) parts.push(el("span", "qt-memo", `✎ ${shorten(item.memo, 70)}`));
    parts.push(this.key("M", "memo", () => p.dialogs.memo(item)));
    if (p.isOwn(item)) {
      parts.push(this.key("F", "facets", () => p.dialogs.facets(item)), this.key("E", "stretch", () => p.editStretch()), this.key("U", "remove", () => p.removeFocused()));
    }
    return parts;
  }

  say(text) {
    this.live.textContent = text;
  }
  // A refusal stays until it was read: it is the one thing that must not be missed.
  alert(text) {
    const row = el("div", "qt-alert");
    row.append(el("span", "", text), button("qt-button", "Understood", () => row.remove()));
    this.alerts.append(row);
  }
}
