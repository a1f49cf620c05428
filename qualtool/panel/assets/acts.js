// What a coder does. Every act is a list of operations: applied here at once, sent, and kept with
// the operations that undo it under a name a person would use.
const OWN_FACETS = ["stance", "valence", "basis", "level"];

Object.assign(Panel.prototype, {
  // ---- doing, undoing ----
  // ``undo`` and ``redo`` are kept by the study, which performs them when a step is asked for.
  act(name, op, undo, redo = op) {
    if (this.isReader) return this.note("You only read in this study: nothing was changed.");
    const entry = undo ? { guid: newGuid(), name, undo, redo } : null;
    this.perform(op, name, entry);
    if (entry) this.steps.add(entry);
    this.bars.say(name);
    this.bars.drawState();
    return undefined;
  },
  perform(op, name, entry) {
    const sent = { ...op, local: { ...op.local, name } };
    for (const field of ["guid", "new_guid", "target_guid"]) if (sent[field]) sent[field] = this.alias(sent[field]);
    if (entry) sent.act = entry;
    this.outbox.add(sent);
    this.repaint(this.applyHere(sent));
  },
  step(backwards) {
    const entry = this.steps.take(backwards);
    if (!entry) {
      this.bars.say(backwards ? "Nothing to undo." : "Nothing to redo.");
      return this.note(backwards ? "Nothing to undo." : "Nothing to redo.");
    }
    const op = backwards ? entry.undo : entry.redo;
    this.perform({ kind: "step", act: entry.guid, to: backwards ? "undone" : "done", local: { op } }, entry.name);
    const words = `${backwards ? "Undone" : "Done again"}: ${entry.name}`;
    this.bars.say(words);
    this.bars.drawState();
    this.note(words);
  },
  // What was just said stays a moment: an answer of the study that comes meanwhile does not wipe it out.
  note(words) {
    this.bars.noteUntil = Date.now() + 2500;
    this.bars.foot.replaceChildren(el("span", "qt-hint", words));
  },

  // The effect of an operation on what is shown; doing it twice changes nothing. Returns what to paint.
  applyHere(op) {
    const { local = {} } = op;
    const item = this.items.get(op.guid);
    const back = (guid) => (this.items.has(guid) || !this.gone.has(guid) ? null : this.put(this.gone.get(guid)));
    switch (op.kind) {
      case "step":
        return this.applyHere(local.op);
      case "add":
        return item || !local.item ? [] : [this.put({ ...local.item, guid: op.guid })];
      case "restore":
        return [back(this.alias(op.guid))];
      case "remove":
        return [this.drop(this.alias(op.guid))];
      case "swap":
        return [this.drop(this.alias(op.off)), back(this.alias(op.on))];
      case "facets":
        if (item) Object.assign(item, op.values);
        if (item?.guid === this.focused) this.bars.drawFoot();
        return [item];
      case "memo":
        return this.applyMemo(op);
      case "turns":
        this.applyTurns(op);
        return [];
      case "keys":
        this.keys.bind(op.keys);
        return [];
      case "resize":
        return [this.drop(op.guid), this.items.has(op.new_guid) ? null : this.put({ ...local.item, guid: op.new_guid })];
      case "accept":
        return [this.drop(op.suggestion), item ? null : this.put({ ...local.item, guid: op.guid })];
      case "reject":
        return [this.drop(op.suggestion)];
      case "accept_again":
        return [this.drop(op.suggestion), back(this.alias(op.guid))];
      case "reopen":
        return [op.made ? this.drop(this.alias(op.made)) : null, back(op.suggestion)];
      case "read":
        this.reading.state = op.state;
        return [];
      case "new_code":
        if (!this.codes.has(op.guid)) {
          this.codes.set(op.guid, local.code);
          this.setSlots();
        }
        return [];
      case "favourite":
        this.favourites[op.slot] = op.code;
        this.setSlots();
        return [];
      default:
        return [];
    }
  },

  // ---- coding ----
  anchor(stretch) {
    const { offsets } = this.source;
    return {
      start_char: offsets.toCodePoint(stretch.start), end_char: offsets.toCodePoint(stretch.end),
      quote: this.source.slice(stretch), version: this.version,
    };
  },
  newItem(code, stretch, more) {
    const facets = Object.fromEntries(OWN_FACETS.map((name) => [name, null]));
    return { kind: "coding", code, start: stretch.start, end: stretch.end, coder: this.coder, origin: "typed", memo: "", ...facets, ...more };
  },
  where(stretch) {
    const turn = this.source.turnAt(stretch.start);
    return turn.number ? `turn ${turn.number}` : "the text";
  },
  applyCode(guid) {
    const code = this.codes.get(guid);
    const stretch = this.select.now;
    if (!code?.is_codable) return;
    this.recent = [guid, ...this.recent.filter((other) => other !== guid)].slice(0, 9);
    if (!stretch) return this.holdMarker(guid);
    for (const item of this.items.values()) {
      if (item.kind === "coding" && item.code === guid && item.start === stretch.start && item.end === stretch.end && this.isOwn(item)) {
        this.bars.say(`${code.name} is on these words already.`);
        return this.note(`“${code.name}” is on these words already.`);
      }
    }
    const made = newGuid();
    const item = this.newItem(guid, stretch);
    const add = { kind: "add", guid: made, code: guid, ...this.anchor(stretch), local: { item } };
    // Redo brings the same coding back, so it holds no words of the text.
    this.act(`coded “${code.name}” in ${this.where(stretch)}`, add, { kind: "remove", guid: made }, { kind: "restore", guid: made });
    this.bars.say(`Coded with ${code.name}`);
    this.bars.drawFoot();
  },
  slot(number) {
    if (this.waitingForSlot) {
      const guid = this.waitingForSlot;
      this.waitingForSlot = null;
      return this.setFavourite(number, guid);
    }
    const guid = this.slots[number];
    if (guid) this.applyCode(guid);
  },
  waitForSlot() {
    const guid = this.items.get(this.focused)?.code ?? this.marker ?? this.recent[0];
    if (!guid) return this.note(`Apply a code first; then ${this.keys.shown("slot")} puts it on a key.`);
    this.waitingForSlot = guid;
    this.bars.drawFoot();
  },
  setFavourite(slot, guid) {
    const before = this.favourites[slot] ?? null;
    const op = (code, expect) => ({ kind: "favourite", slot, code, expect });
    this.act(`put “${this.codes.get(guid)?.name}” on key ${slot}`, op(guid, before), op(before, guid));
    this.bars.drawFoot();
  },
  repeatLast() {
    if (this.recent.length) this.applyCode(this.recent[0]);
    else this.note(`No code applied yet: press 1–9 or ${this.keys.shown("find")} first.`);
  },
  inVivo() {
    if (!this.select.now) return this.note(`Select the speaker's words first; ${this.keys.shown("invivo")} makes a code of them.`);
    this.dialogs.newCode("", this.source.slice(this.select.now));
  },
  makeCode(name, parent, definition) {
    const guid = newGuid();
    const path = parent ? `${this.codes.get(parent).path} > ${name}` : name;
    const colour = PALETTE[this.codes.size % PALETTE.length];
    const code = { guid, short_id: "", name, path, parent, colour, definition, apply_when: "", do_not_apply_when: "", is_codable: true };
    this.act(`made the code “${name}”`, { kind: "new_code", guid, name, parent, definition, colour, local: { code } }, null);
    if (this.select.now) this.applyCode(guid);
    else this.recent = [guid, ...this.recent].slice(0, 9);
  },

  // ---- marker ----
  holdMarker(guid) {
    this.marker = guid;
    this.root.classList.toggle("qt-marking", !!guid);
    if (guid) this.recent = [guid, ...this.recent.filter((other) => other !== guid)].slice(0, 9);
    this.bars.drawCodes();
    this.bars.drawState();
    this.bars.drawFoot();
    this.bars.say(guid ? `Marker holds ${this.codes.get(guid)?.name}` : "Marker let go");
  },
  toggleMarker() {
    if (this.marker) return this.holdMarker(null);
    if (this.recent.length) return this.holdMarker(this.recent[0]);
    this.picker.open();
  },
  released() {
    this.select.read(); // the browser may tell of the last movement only later
    this.pressed = false;
    if (this.marker && this.select.now && !this.editing && !this.over) {
      this.applyCode(this.marker);
      this.select.clear();
      this.paintedAt = performance.now();
    }
  },

  // ---- the coding in focus ----
  withFocused(act) {
    const item = this.items.get(this.focused);
    if (item?.kind === "coding") act(item);
    else this.note(`Choose a coding first: click its name, or press ${this.keys.shown("cycle")}.`);
  },
  ownFocused() {
    const item = this.items.get(this.focused);
    if (!item || item.kind !== "coding") this.note(`Choose a coding first: click its name, or press ${this.keys.shown("cycle")}.`);
    else if (!this.isOwn(item)) this.note("This coding is another coder's; you can change only your own.");
    else return item;
    return null;
  },
  removeFocused() {
    const item = this.ownFocused();
    if (!item) return;
    const name = `removed “${this.codes.get(item.code)?.name}” from ${this.where(item)}`;
    // What is removed is what is seen here: where another window changed it, both are shown first.
    const seen = Object.fromEntries([...OWN_FACETS, "memo"].map((field) => [field, item[field]]));
    this.act(name, { kind: "remove", guid: item.guid, seen }, { kind: "restore", guid: item.guid }, { kind: "remove", guid: item.guid });
    this.note(`${name[0].toUpperCase()}${name.slice(1)}. Ctrl+Z brings it back.`);
  },
  setFacet(guid, facet, value) {
    const item = this.items.get(guid);
    if (!item || !this.isOwn(item)) return;
    const op = (v, expect) => ({ kind: "facets", guid, values: { [facet]: v }, expect: { [facet]: expect } });
    const before = item[facet];
    this.act(`${value ? `set ${facet} to ${value}` : `cleared ${facet}`} of “${this.codes.get(item.code)?.name}”`, op(value, before), op(before, value));
  },

  // ---- changing a stretch ----
  editStretch() {
    const item = this.items.get(this.focused);
    if (item?.kind !== "suggestion" && !this.ownFocused()) return;
    this.editing = item.guid;
    this.select.set({ start: item.start, end: item.end });
    this.bars.drawFoot();
  },
  keepStretch() {
    const item = this.items.get(this.editing);
    const stretch = this.select.now;
    this.editing = null;
    if (item && stretch) this.restretch(item, stretch);
    this.select.clear();
    this.bars.drawFoot();
  },
  restretch(item, stretch) {
    if (item.kind === "suggestion") return this.acceptAt(item, stretch);
    if (stretch.start === item.start && stretch.end === item.end) return;
    const made = newGuid();
    const moved = { ...item, start: stretch.start, end: stretch.end, guid: made, origin: item.origin === "accepted" ? "edited" : item.origin };
    const name = `changed the stretch of “${this.codes.get(item.code)?.name}” in ${this.where(stretch)}`;
    const resize = { kind: "resize", guid: item.guid, new_guid: made, ...this.anchor(stretch), local: { item: moved } };
    this.act(name, resize, { kind: "swap", off: made, on: item.guid }, { kind: "swap", off: item.guid, on: made });
    this.focus(made);
    this.bars.say(name);
  },

  // ---- suggestions ----
  acceptAt(item, stretch) {
    const made = newGuid();
    const same = stretch.start === item.start && stretch.end === item.end;
    const coding = this.newItem(item.code, stretch, { origin: same ? "accepted" : "edited" });
    const name = `accepted the suggestion “${this.codes.get(item.code)?.name}” in ${this.where(stretch)}`;
    const accept = { kind: "accept", suggestion: item.guid, guid: made, ...this.anchor(stretch), local: { item: coding } };
    this.act(name, accept, { kind: "reopen", suggestion: item.guid, made }, { kind: "accept_again", suggestion: item.guid, guid: made });
    this.focus(this.alias(made));
  },
  accept() {
    const item = this.items.get(this.focused);
    if (item?.kind !== "suggestion") return this.note(this.chooseSuggestion("accept"));
    this.acceptAt(item, item);
    this.nextSuggestion(item);
  },
  reject() {
    const item = this.items.get(this.focused);
    if (item?.kind !== "suggestion") return this.note(this.chooseSuggestion("reject"));
    const name = `rejected the suggestion “${this.codes.get(item.code)?.name}” in ${this.where(item)}`;
    this.act(name, { kind: "reject", suggestion: item.guid }, { kind: "reopen", suggestion: item.guid });
    this.nextSuggestion(item);
  },
  // Deciding goes on with the next suggestion, so that a row of them takes one key each.
  nextSuggestion(after) {
    const left = [...this.items.values()].filter((item) => item.kind === "suggestion" && this.shows(item));
    const next = left.filter((item) => item.start >= after.start).sort((a, b) => a.start - b.start)[0];
    if (next) this.focus(next.guid, true);
  },
  chooseSuggestion(id) {
    return `${this.keys.shown(id)} ${id}s a suggestion: choose one by ${this.keys.shown("cycle")} or by a click on its dashed name.`;
  },
});
