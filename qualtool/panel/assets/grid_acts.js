// What a coder does in the grid: each act is one operation, however many people gave the answer. What
// the row was before and after stays with it, so that undo is painted at once too.
const MOST_GRID_STEPS = 200;

Object.assign(Grid.prototype, {
  applyHere(op) {
    const { local = {} } = op;
    if (local.code && !this.codes.has(local.code.guid)) {
      this.codes.set(local.code.guid, local.code);
      if (this.root.dataset.ready) this.setSlots();
    }
    if (op.kind === "favourite") {
      this.favourites = { ...this.favourites, [op.slot]: op.code };
      if (this.root.dataset.ready) this.setSlots();
    }
    const row = this.rows.at.get(op.row);
    if (local.after && row !== undefined) this.rows.setState(row, local.after);
    return row;
  },
  // Do, show, send. ``change`` makes the new state of the active row out of the old one.
  act(name, op, row, change) {
    if (this.isReader) return;
    const before = this.rows.state(row);
    const after = structuredClone(before);
    change(after);
    this.perform(name, { ...op, row: this.rows.id[row] }, row, before, after);
    this.remember({ op_id: this.lastOp, name, row: this.rows.id[row], before, after });
  },
  perform(name, op, row, before, after) {
    const sent = this.outbox.add({ ...op, question: this.question, up_to: this.upTo, local: { name, after } });
    this.lastOp = sent.op_id;
    this.applyHere(sent);
    this.repaint(row);
    this.isStale ||= !!this.filter && (this.filter.show !== "all");
    this.bars.say(name);
    this.bars.drawState();
  },
  remember(step) {
    this.history.done.push(step);
    if (this.history.done.length > MOST_GRID_STEPS) this.history.done.shift();
    this.history.undone = [];
    this.keepHistory();
  },
  keepHistory() {
    try {
      sessionStorage.setItem(this.historyKey, JSON.stringify(this.history));
    } catch { /* the history lives as long as the page */ }
    this.bars.drawState();
  },
  // Undo takes back exactly what an operation did; redo takes back the undo.
  step(from) {
    const entry = this.history[from].pop();
    if (!entry) return this.bars.say(from === "done" ? "Nothing to undo." : "Nothing to redo.");
    const row = this.rows.at.get(entry.row);
    const words = `${from === "done" ? "Undone" : "Done again"}: ${entry.name}`;
    if (row === undefined) return this.keepHistory();
    this.perform(words, { kind: "undo", of: entry.op_id, row: entry.row }, row, entry.after, entry.before);
    const back = { ...entry, op_id: this.lastOp, before: entry.after, after: entry.before };
    this.history[from === "done" ? "undone" : "done"].push(back);
    this.keepHistory();
    const at = this.view.indexOf(row);
    if (at >= 0 && at !== this.active) this.go(at);
    this.note(words);
    return undefined;
  },
  note(words) {
    this.bars.foot.replaceChildren(el("span", "qt-hint", words));
    this.bars.say(words);
  },
  people(row) {
    const n = this.rows.n[row];
    return n > 1 ? ` for ${n} equal answers` : "";
  },

  applyCode(guid) {
    const code = this.codes.get(guid);
    const { row } = this;
    if (!code?.is_codable || row === undefined) return;
    this.recent = [guid, ...this.recent.filter((other) => other !== guid)].slice(0, 9);
    const text = this.rows.text[row];
    const { start, end } = this.selected ?? this.rows.whole(row);
    const item = { code: guid, coder: this.coder, start: toPoints(text, start), end: toPoints(text, end), n: this.rows.n[row] };
    const same = (other) => ["code", "coder", "start", "end"].every((field) => other[field] === item[field]);
    if (this.rows.itemsOf(row).some((other) => same(other) && other.n === item.n)) {
      return this.note(`“${code.name}” is on ${this.selected ? "these words" : "this answer"} already.`);
    }
    const op = { kind: "add", code: guid, start_char: item.start, end_char: item.end, quote: text.slice(start, end) };
    this.selected = null;
    const wasEmpty = !!this.rows.empty.get(row);
    const taken = wasEmpty ? "; “no substantive answer” taken off" : "";
    this.act(`coded “${code.name}”${this.people(row)}${taken}`, op, row, (state) => {
      state.items = [...state.items.filter((other) => !same(other)), item];
      state.empty = 0;
    });
    // The chip goes as the code comes: said where one looks, too.
    if (wasEmpty) this.note(`Coded “${code.name}”${this.people(row)}. Your mark “no substantive answer” was taken off; undo brings it back.`);
  },
  holdMarker(guid) {
    this.applyCode(guid);
  },
  repeatLast() {
    if (this.recent.length) this.applyCode(this.recent[0]);
    else this.note("No code applied yet: press 1–9 or / first.");
  },
  toggleEmpty() {
    const { row } = this;
    if (row === undefined) return;
    if (this.rows.isCoded(row)) return this.note("This answer carries codes of yours: remove them first (U).");
    const empty = !this.rows.empty.get(row);
    const name = empty ? `no substantive answer${this.people(row)}` : `took back “no substantive answer”${this.people(row)}`;
    this.act(name, { kind: "empty", empty }, row, (state) => { state.empty = empty ? this.rows.n[row] : 0; });
  },
  cycle(direction) {
    const n = this.rows.itemsOf(this.row).length;
    if (!n) return this.note("This answer has no codes yet.");
    this.chosen = this.chosen === null ? (direction > 0 ? 0 : n - 1) : (this.chosen + direction + n) % n;
    this.repaint(this.row);
    const item = this.rows.itemsOf(this.row)[this.chosen];
    this.bars.say(`${this.nameOf(item.code)}, by ${item.coder}`);
  },
  removeChosen() {
    const { row } = this;
    const items = this.rows.itemsOf(row);
    const item = this.chosen === null ? items.findLast((other) => other.coder === this.coder) : items[this.chosen];
    if (!item) return this.note("There is no code of yours on this answer.");
    if (item.coder !== this.coder) return this.note("This code is another coder's; you can remove only your own.");
    this.chosen = null;
    const op = { kind: "remove", code: item.code, start_char: item.start, end_char: item.end };
    const is = (other) => ["code", "coder", "start", "end"].every((field) => other[field] === item[field]);
    this.act(`removed “${this.nameOf(item.code)}”${this.people(row)}`, op, row, (state) => { state.items = state.items.filter((other) => !is(other)); });
  },
  makeCode(name) {
    const guid = newGuid();
    const code = { guid, short_id: "", name, path: name, parent: null, colour: "#0072b2", definition: "", apply_when: "", do_not_apply_when: "", is_codable: true };
    const op = this.outbox.add({ kind: "new_code", guid, name, parent: null, definition: "", colour: code.colour, question: this.question, up_to: this.upTo, local: { name: `made the code “${name}”`, code } });
    this.applyHere(op);
    this.applyCode(guid);
  },
  // A code of this name was made elsewhere at the same moment: it is used in place of the one made here.
  useCode(made, stands) {
    const code = this.codes.get(made);
    this.codes.delete(made);
    if (code) this.codes.set(stands, { ...code, guid: stands });
    this.outbox.rename("code", made, stands);
    this.recent = this.recent.map((guid) => (guid === made ? stands : guid));
    this.setSlots();
  },
  setFavourite(slot, code) {
    this.applyHere(this.outbox.add({ kind: "favourite", slot, code, question: this.question, up_to: this.upTo, local: { name: `put “${this.nameOf(code)}” on key ${slot}` } }));
  },
  // Keys nobody has set hold the first codes of the codebook.
  setSlots() {
    const set = Object.values(this.favourites ?? {});
    const rest = [...this.codes.values()].filter((code) => code.is_codable && !set.includes(code.guid));
    for (let slot = 1; slot <= 9; slot++) {
      const own = this.favourites?.[slot];
      this.slots[slot] = this.codes.has(own) ? own : rest.shift()?.guid;
    }
    this.bars.drawCodes();
  },
  slotOf(guid) {
    return Number(Object.keys(this.slots).find((slot) => this.slots[slot] === guid)) || null;
  },
});

const GRID_READERS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Escape", "g", "l", "o"]);

class GridKeys {
  constructor(grid) {
    const g = (this.g = grid);
    this.plain = {
      "/": () => g.openPicker(),
      Enter: () => g.openPicker(),
      q: () => g.repeatLast(),
      r: () => g.openPicker({ recent: true }),
      n: () => g.bars.newCode(),
      0: () => g.toggleEmpty(),
      u: () => g.removeChosen(),
      Delete: () => g.removeChosen(),
      o: () => g.cycle(1),
      O: () => g.cycle(-1),
      w: () => g.selectWord(1),
      W: () => g.selectWord(-1),
      s: () => g.selectSentence(),
      g: () => g.nextOpen(1),
      G: () => g.nextOpen(-1),
      l: () => g.bars.find.focus(),
      "?": () => g.openKeys(),
      ArrowDown: () => g.go(g.active + 1),
      ArrowUp: () => g.go(g.active - 1),
      ArrowRight: () => (g.selected ? g.moveWord(1) : g.goCell(g.cell + 1)),
      ArrowLeft: () => (g.selected ? g.moveWord(-1) : g.goCell(g.cell - 1)),
      PageDown: () => g.goPage(1),
      PageUp: () => g.goPage(-1),
      Home: () => g.goCell(0),
      End: () => g.goCell(99),
      Escape: () => { g.selected = g.chosen = null; g.repaint(g.row); },
    };
    this.shifted = { ArrowRight: () => g.selectWord(1), ArrowLeft: () => g.selectWord(-1) };
    this.control = { Home: () => g.go(0), End: () => g.go(g.view.length - 1) };
  }
  // Streamlit's own keys (r, c) must not fire while somebody codes.
  handle(event) {
    event.stopPropagation();
    if (event.isComposing || event.defaultPrevented) return;
    const { g } = this;
    if (g.over) {
      if (event.key !== "Escape") return;
      event.preventDefault();
      g.closeOver();
      return;
    }
    const act = this.find(event);
    if (!act) return;
    event.preventDefault();
    act();
  }
  find(event) {
    const { g } = this;
    const { key } = event;
    const inField = event.target.closest("input, select, textarea");
    if (event.altKey) return null;
    if (g.isReader && !inField && !GRID_READERS.has(key.length === 1 ? key.toLowerCase() : key)) return null;
    if (event.ctrlKey || event.metaKey) {
      if (inField) return null;
      const low = key.toLowerCase();
      if (low === "z") return () => g.step(event.shiftKey ? "undone" : "done");
      if (low === "y") return () => g.step("undone");
      return this.control[key] ?? null;
    }
    if (inField || (event.target.closest("button") && (key === "Enter" || key === " "))) return null;
    if (/^[1-9]$/.test(key)) return () => g.applyCode(g.slots[key]);
    if (event.shiftKey && this.shifted[key]) return this.shifted[key];
    return this.plain[key] ?? this.plain[key.toLowerCase()] ?? null;
  }
}
