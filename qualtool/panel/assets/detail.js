// The bars: codes on keys above the text, where one is and what is saved below them, and at the
// foot what can be done with the selection or the coding in focus. Their heights do not change while
// one codes, so that the text stays where it is.

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
    this.marker = el("span", "qt-marker qt-edit");
    this.undo = button("qt-button qt-edit", "Undo", () => p.step(true), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button("qt-button qt-edit", "Redo", () => p.step(false), { "aria-keyshortcuts": "Control+Shift+Z" });
    this.read = button("qt-button qt-edit", "Mark as read", () => p.markRead());
    this.counts = el("span");
    this.progress = el("span", "qt-progress", null, { "aria-hidden": "true" });
    this.progress.append(el("i", "qt-bar-coded"), el("i", "qt-bar-read"));
    this.place.append(this.counts, this.progress);
    this.words = this.key("words", "find", () => p.finder.open());
    this.memo = button("qt-button qt-edit", "Source memo", () => p.dialogs.sourceMemo());
    this.filters = button("qt-button", "Show only…", () => p.dialogs.filter());
    this.line.append(
      this.undo, this.redo,
      this.words, this.filters, this.memo, this.read, this.marker, this.place, this.saved,
      this.key("?", "keys", () => p.dialogs.keys(), "qt-edit"),
    );
  }

  // The caps of the keys that can be changed, as they are now.
  nameKeys() {
    const { p } = this;
    const name = (made, cap) => {
      made.setAttribute("aria-keyshortcuts", cap);
      const shown = made.querySelector(".qt-key");
      if (shown) shown.textContent = cap;
    };
    name(this.words, p.keys.shown("words"));
    name(this.memo, `Shift+${p.keys.shown("memo")}`);
    name(this.read, p.keys.shown("read"));
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
    const find = p.keys.shown("find");
    const all = button("qt-code qt-all", null, () => p.picker.open(), { "aria-keyshortcuts": find });
    all.append(el("kbd", "qt-key", find), el("span", "", "all codes"));
    this.codes.replaceChildren(...made, all);
  }
  drawState() {
    const { p } = this;
    const { state, waiting } = p.outbox;
    const words = {
      saved: p.isReader ? "read only" : "✓ saved",
      saving: `saving ${waiting}…`,
      offline: `offline: ${waiting} kept here, trying again`,
    };
    this.saved.textContent = p.trouble && waiting ? `not saved yet: ${waiting} waiting` : words[state];
    this.saved.title = p.trouble ?? "";
    this.saved.dataset.state = state;
    const turn = p.source.turns[p.current];
    const { coded, read, unread } = p.tally();
    this.progress.hidden = p.isReader;
    this.counts.textContent = p.isReader ? (turn?.number ? `turn ${turn.number}/${p.nTurns}` : "") : `${turn?.number ? `turn ${turn.number}/${p.nTurns} · ` : ""}${coded} coded, ${read} read, ${unread} to read`;
    this.place.title = p.isReader ? "" : `Participants' turns: ${coded} with a coding of yours, ${read} read with nothing to code, ${unread} left. ${plural(p.nOwn, "coding")} of yours.`;
    const [barCoded, barRead] = this.progress.children;
    const share = (n) => `${(100 * n) / Math.max(1, coded + read + unread)}%`;
    barCoded.style.width = share(coded);
    barRead.style.width = share(read);
    for (const [made, backwards, word, keys] of [[this.undo, true, "Undo", "Ctrl+Z"], [this.redo, false, "Redo", "Ctrl+Shift+Z"]]) {
      const next = p.steps.next(backwards);
      made.disabled = !next;
      made.title = next ? `${word}: ${next.name} (${keys})` : `Nothing to ${word.toLowerCase()}`;
    }
    const noted = p.memoOn("source", p.guid);
    const about = noted.own ? shorten(noted.own, 200) : noted.others.length ? "Others wrote on this source" : "No memo on this source yet";
    this.memo.title = `${about} (Shift+${p.keys.shown("memo")})`;
    this.memo.textContent = noted.own || noted.others.length ? "✎ Source memo" : "Source memo";
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
    if (!p.select.now && !p.marker && Date.now() < (this.noteUntil ?? 0)) return undefined;
    return this.foot.replaceChildren(...this.aboutSelection());
  }
  // A button with the key that does the same: an action of the map, or a fixed key as it is written.
  key(id, text, action, cls = "") {
    const cap = this.p.keys.shown(id);
    const made = button(`qt-button ${cls}`, null, action, { "aria-keyshortcuts": cap });
    made.append(el("kbd", "qt-key", cap), document.createTextNode(` ${text}`));
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
    if (p.isReader) return [el("span", "qt-hint", "You read in this study: codings are shown, and nothing can be changed. Click a code's name to see who applied it.")];
    if (!now) {
      const hint = p.marker ? "Paint over words to code them." : `Select words, then press 1–9 or ${p.keys.shown("find")} to code them. ? shows all keys.`;
      const here = [el("span", "qt-hint", hint)];
      const turn = p.source.turns[p.current];
      const state = turn && p.stateOf(turn);
      if (state === "unread") here.push(this.key("nothing", `turn ${turn.number}: nothing to code`, () => p.markTurn()));
      if (state === "read") here.push(this.key("nothing", `turn ${turn.number}: read again`, () => p.markTurn()));
      if (p.tally().unread > 1) here.push(this.key(`Shift+${p.keys.shown("nothing")}`, "nothing in the rest", () => p.markRest()));
      return here;
    }
    const n = (p.source.slice(now).match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? []).length;
    const turn = p.source.turnAt(now.start);
    const where = turn.who ? `${plural(n, "word")} of turn ${turn.number}, ${turn.who.label}` : plural(n, "word");
    return [
      el("span", "qt-hint", `Selected: ${where}`),
      this.key("1–9", "code", () => p.picker.open()),
      this.key("find", "find a code", () => p.picker.open()),
      ...(p.recent.length ? [this.key("repeat", `again: ${shorten(p.codes.get(p.recent[0])?.name ?? "", 24)}`, () => p.repeatLast())] : []),
      ...(p.hasFixedCodes ? [] : [this.key("new", "new code", () => p.dialogs.newCode()), this.key("invivo", "in their words", () => p.inVivo())]),
    ];
  }
  aboutItem(item) {
    const { p } = this;
    const code = p.codes.get(item.code);
    const name = el("span", "qt-itemname", code?.name ?? "removed code");
    name.style.setProperty("--c", p.colour(item));
    name.title = code?.path ?? "";
    if (item.kind === "suggestion") {
      const why = el("span", "qt-hint", `suggested, ${item.told}: ${item.reason}`);
      if (p.isReader) return [name, why];
      return [
        name, why,
        this.key("accept", "accept", () => p.accept(), "qt-main"), this.key("reject", "reject", () => p.reject()), this.key("stretch", "change stretch", () => p.editStretch()),
      ];
    }
    const facets = Object.keys(FACETS).map((facet) => item[facet] && (FACET_WORDS[item[facet]] ?? item[facet])).filter(Boolean);
    const origin = { accepted: "accepted suggestion", edited: "edited suggestion", imported: "imported" }[item.origin];
    const facts = [`by ${p.isOwn(item) ? "you" : item.coder}`, origin, ...facets].filter(Boolean).join(" · ");
    const parts = [name, el("span", "qt-hint", facts)];
    if (item.memo) parts.push(el("span", "qt-memo", `✎ ${shorten(item.memo, 70)}`));
    if (p.isReader) return parts;
    parts.push(this.key("memo", "memo", () => p.dialogs.memo(item)), this.key("codememo", "about the code", () => p.aboutCode()));
    if (p.isOwn(item)) {
      parts.push(this.key("facets", "facets", () => p.dialogs.facets(item)), this.key("stretch", "stretch", () => p.editStretch()), this.key("remove", "remove", () => p.removeFocused()));
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
