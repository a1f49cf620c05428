// One thing changed in two places at once: both versions beside each other, and one key to decide. It
// lies above the text and takes no focus, so that whoever is coding codes on; F8 and F9 answer the
// first one from anywhere in the panel.
const FIELD_WORDS = { start_char: "stretch", removed: "coding", text: "memo", code: "code", decision: "decision" };
const TO_DECIDE = { F8: "theirs", F9: "mine", "Shift+F8": "both" };

class Conflicts {
  constructor(panel) {
    this.p = panel;
    this.open = [];
  }
  // What an answer of the study carries: ``op`` is what was done here.
  add(op, found, note) {
    const { p } = this;
    const offer = this.offer(op, found);
    const box = el("div", "qt-conflict", null, { role: "group", "aria-label": "Two versions" });
    box.append(el("div", "qt-conflicthead", note ?? this.head(op, found)));
    const columns = el("div", "qt-versions");
    for (const [whose, fields, name] of [["theirs", found.theirs, this.whose(found)], ["yours", found.yours, "Yours, here"]]) {
      const column = el("div", "qt-version", null, { role: "group", "aria-label": name });
      column.append(el("div", "qt-versionname", name));
      for (const line of this.lines(fields, whose)) column.append(el("div", "qt-versionwords", line));
      columns.append(column);
    }
    const foot = el("div", "qt-foot");
    const entry = { box, offer };
    for (const [cap, choice] of Object.entries(TO_DECIDE)) {
      if (!offer[choice]) continue;
      const made = button(`qt-button ${choice === "theirs" ? "qt-main" : ""}`, null, () => this.decide(entry, choice), { "aria-keyshortcuts": cap });
      made.append(el("kbd", "qt-key", cap), document.createTextNode(` ${offer[choice][0]}`));
      foot.append(made);
    }
    foot.append(el("span", "", found.what === "memo" && note ? "Both texts are stored now." : "Neither is lost: what you do not keep is in History."));
    box.append(columns, foot);
    this.open.push(entry);
    p.bars.alerts.append(box);
    p.bars.noteUntil = 0; // what was said of the act when it was painted is not true any more
    p.bars.drawFoot();
    p.fit();
  }
  decide(entry, choice) {
    this.open = this.open.filter((other) => other !== entry);
    const inside = entry.box.contains(document.activeElement);
    entry.box.remove();
    const [words, act] = entry.offer[choice];
    act?.();
    this.p.bars.say(`Decided: ${words}`);
    if (inside) (this.p.source.turns[this.p.current]?.el ?? this.p.body).focus({ preventScroll: true });
  }
  // The key that was pressed answers the conflict that came first; false where it means nothing now.
  press(cap) {
    const choice = TO_DECIDE[cap];
    const entry = choice && this.open.find(({ offer }) => offer[choice]);
    if (!entry) return false;
    this.decide(entry, choice);
    return true;
  }
  clear() {
    for (const { box } of this.open) box.remove();
    this.open = [];
  }

  // ---- words ----
  whose({ by, at }) {
    const time = at ? `, ${new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}` : "";
    if (!by) return `What stands${time}`;
    return by === this.p.coder ? `Yours, in another window${time}` : `${by}${time}`;
  }
  head(op, found) {
    const who = !found.by ? "elsewhere" : found.by === this.p.coder ? "in another window of yours" : `by ${found.by}`;
    const what = { memo: "This memo", coding: "This coding", suggestion: "This suggestion", favourite: "This key", code: "A code of this name" }[found.what];
    const done = found.what === "suggestion" ? "was decided" : found.what === "code" ? "was made" : "was changed";
    return `${what} ${done} ${who} meanwhile: ${op.local?.name ?? op.kind} was not stored over it.`;
  }
  lines(fields, whose) {
    const { p } = this;
    const found = [];
    for (const [name, value] of Object.entries(fields)) {
      if (["on", "slot", "end_char", "version"].includes(name)) continue;
      if (name === "start_char") found.push(`“${shorten(p.source.text.slice(p.source.offsets.toUtf16(value), p.source.offsets.toUtf16(fields.end_char)), 300)}”`);
      else if (name === "removed") found.push(whose === "yours" ? "remove this coding" : "the coding is removed");
      else if (name === "text" || name === "memo") found.push(String(value).trim() || "(no memo)");
      else if (name === "code") found.push(p.codes.get(value)?.name ?? "(no code)");
      else found.push(`${FIELD_WORDS[name] ?? name}: ${value == null || value === "" ? "none" : FACET_WORDS[value] ?? value}`);
    }
    return found;
  }

  // ---- what can be chosen: words and what they do ----
  offer(op, found) {
    const keep = { theirs: ["keep theirs"] };
    switch (found.what) {
      case "memo": return this.aboutMemo(op, found);
      case "coding": return { ...keep, ...this.aboutCoding(op, found) };
      case "suggestion": return { ...keep, ...this.aboutSuggestion(op, found) };
      case "favourite": return { ...keep, mine: ["use mine", () => this.p.setFavourite(op.slot, op.code)] };
      default: return { theirs: ["understood"] };
    }
  }
  aboutMemo(op, { theirs, yours }) {
    const { p } = this;
    const [kind, guid] = yours.on;
    const own = () => (kind === "coding" ? p.items.get(p.alias(guid))?.memo ?? "" : p.memoOn(kind, guid).own);
    const write = (text) => () => p.rewrite(kind, p.alias(guid), own(), text, { coding: "the coding", source: "the source", code: "the code" }[kind]);
    const offer = { theirs: ["keep theirs", write(theirs.text)], mine: [yours.text.trim() ? "use mine" : "remove it", write(yours.text)] };
    if (yours.text.trim() && theirs.text.trim()) offer.both = ["keep both", write(`${theirs.text.trim()}\n\n${yours.text.trim()}`)];
    return offer;
  }
  aboutCoding(op, { guid, theirs, yours }) {
    const { p } = this;
    const again = () => { // a coding that the other window removed comes back before it is changed
      if (!theirs.removed || p.items.has(guid)) return;
      const name = `brought back “${p.codes.get(p.gone.get(guid)?.code)?.name}”`;
      p.act(name, { kind: "restore", guid }, { kind: "remove", guid }, { kind: "restore", guid });
    };
    if (yours.removed) return { mine: ["remove it", () => { p.focus(guid); p.removeFocused(); }] };
    if ("start_char" in yours) {
      const stretch = { start: p.source.offsets.toUtf16(yours.start_char), end: p.source.offsets.toUtf16(yours.end_char) };
      return { mine: ["use mine", () => { again(); const item = p.items.get(guid); if (item) p.restretch(item, stretch); }] };
    }
    return { mine: ["use mine", () => { again(); for (const [facet, value] of Object.entries(yours)) p.setFacet(guid, facet, value); }] };
  }
  aboutSuggestion(op, { theirs, yours }) {
    const { p } = this;
    if (yours.decision !== "accepted" || !op.local?.item) return {};
    const beside = theirs.decision !== "rejected";
    return { mine: [beside ? "code it as well" : "accept it all the same", () => p.acceptDespite(op, theirs.decision, beside)] };
  }
}

Object.assign(Panel.prototype, {
  // A suggestion that somebody else decided: their decision is known, and this coder codes it too.
  acceptDespite(op, despite, beside) {
    const guid = newGuid();
    const { act, op_id, source, since, ...rest } = op;
    const wanted = { ...rest, guid, despite };
    const { suggestion } = op;
    if (beside) this.act(op.local.name, wanted, { kind: "remove", guid }, { kind: "restore", guid });
    else this.act(op.local.name, wanted, { kind: "reopen", suggestion, made: guid }, { kind: "accept_again", suggestion, guid });
  },
  // A code of this name was made elsewhere at the same moment: it is used in place of the one made here.
  useCode(made, stands) {
    const code = this.codes.get(made);
    this.codes.delete(made);
    if (code && !this.codes.has(stands)) this.codes.set(stands, { ...code, guid: stands });
    for (const item of [...this.items.values(), ...this.gone.values()]) if (item.code === made) item.code = stands;
    this.outbox.rename("code", made, stands);
    this.recent = [...new Set(this.recent.map((guid) => (guid === made ? stands : guid)))];
    if (this.marker === made) this.marker = stands;
    this.setSlots();
  },
});
