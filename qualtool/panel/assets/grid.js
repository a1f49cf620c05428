// The answers grid: what is shown, where one is, and what a coder does. Everything done is painted at
// once and sent afterwards; an answer given by several people is coded for all of them by one act.
let gridNumber = 0;

class Grid {
  constructor(host) {
    this.uid = `qg${gridNumber++}`;
    this.root = el("div", "qt qg");
    this.scroller = el("div", "qg-scroll", null, { role: "grid", tabindex: "0", "aria-label": "Answers", "aria-readonly": "true" });
    this.head = el("div", "qg-head", null, { role: "rowgroup" });
    this.body = el("div", "qg-body", null, { role: "rowgroup" });
    this.scroller.append(this.head, this.body);
    this.middle = el("div", "qt-middle");
    this.middle.append(this.scroller);
    this.rows = new AnswerRows({ rows: { row: [], n: [], text: [] }, columns: [], codings: [], empty: [] }, "");
    this.view = [];
    this.active = -1;
    this.cell = 1;
    this.chosen = null; // index of a code of the active row
    this.selected = null; // {row, start, end} in UTF-16 units
    this.codes = new Map();
    this.slots = {};
    this.recent = [];
    this.history = { done: [], undone: [] };
    this.painter = new GridPainter(this);
    this.window = new RowWindow(this);
    this.bars = new GridBars(this);
    this.dialogs = { newCode: (name) => this.bars.newCode(name) };
    this.picker = new Picker(this);
    this.keys = new GridKeys(this);
    this.root.append(this.bars.codes, this.bars.line, this.bars.alerts, this.middle, this.bars.foot, this.bars.live);
    host.append(this.root);
    this.listen();
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.keys.handle(event));
    this.scroller.addEventListener("scroll", () => {
      if (this.scrolling) return;
      this.scrolling = requestAnimationFrame(() => {
        this.scrolling = 0;
        this.window.draw();
      });
    }, { passive: true });
    this.body.addEventListener("pointerup", (event) => this.pointed(event));
    this.outer = {
      beforeunload: (event) => { if (this.outbox?.waiting && !this.outbox.isLeaving) event.preventDefault(); },
      resize: () => this.fit(),
      pointerdown: (event) => { if (!this.root.contains(event.target)) this.outbox?.hold(event.target); },
      click: (event) => this.outer.pointerdown(event), // by keyboard nothing else tells of it
    };
    for (const [name, act] of Object.entries(this.outer)) window.addEventListener(name, act, true);
    this.letKeysGo = keepKeys(this.root);
    document.fonts.addEventListener("loadingdone", this.outer.resize); // other letters, other heights
  }
  destroy() {
    for (const [name, act] of Object.entries(this.outer)) window.removeEventListener(name, act, true);
    this.letKeysGo();
    document.fonts.removeEventListener("loadingdone", this.outer.resize);
    clearTimeout(this.bars.timer);
    cancelAnimationFrame(this.scrolling);
    this.gone = true;
    this.outbox?.stop();
    this.root.remove();
  }
  fit() {
    const page = this.root.closest("[data-testid=stMain]");
    const top = this.root.getBoundingClientRect().top + (page?.scrollTop ?? 0) + window.scrollY;
    const room = window.innerHeight - top - 20;
    if (room > 0 && this.root.offsetParent) this.root.style.setProperty("--qt-height", `${Math.round(room)}px`);
    this.window.measure();
    this.window.draw();
    this.window.correct([...this.window.drawn.keys()]); // lines break elsewhere now
  }
  answerWidth() {
    const columns = this.rows.columns.length * 108;
    return Math.max(150, this.scroller.clientWidth - 56 - 250 - columns - 40);
  }

  // ---- what the study sends ----
  async load(data) {
    this.themed();
    if (data.packed === this.packed) return; // the theme changed, nothing else
    this.packed = data.packed;
    const unpacked = await unpack(data.packed);
    if (this.gone || data.packed !== this.packed) return;
    Object.assign(this, { coder: data.coder, question: data.question, upTo: data.up_to, title: data.name, favourites: data.favourites, recent: data.recent, isReader: !!data.is_reader });
    this.root.classList.toggle("qt-reader", this.isReader);
    this.rows = new AnswerRows(unpacked, data.coder);
    this.codes = new Map(data.codes.map((code) => [code.guid, code]));
    this.outbox?.stop();
    this.outbox = new Outbox(`grid-${data.study}:${data.coder}`, `q${data.question}`, () => this.bars.drawState());
    this.outbox.wake = () => this.wake?.();
    this.outbox.mayLeave = () => !this.over && !isTyping();
    this.outbox.isClosed = this.isReader;
    this.historyKey = `qt-grid-steps:${data.study}:${data.coder}:${data.question}`;
    try {
      this.history = JSON.parse(sessionStorage.getItem(this.historyKey)) ?? { done: [], undone: [] };
    } catch { /* a blocked or damaged storage: the history starts anew */ }
    for (const op of this.outbox.restore()) this.applyHere(op);
    this.view = this.rows.view({});
    this.active = this.view.length ? 0 : -1;
    this.setSlots();
    this.painter.head();
    this.window.reset();
    this.fit();
    this.drawAll();
    takeKeys(this.scroller);
    requestAnimationFrame(() => { this.root.dataset.ready = "1"; });
  }
  themed() {
    const found = (getComputedStyle(this.root).backgroundColor.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    if (found.length < 3 || found.join() === page.background.join()) return;
    page.background = found;
    page.seen.clear();
    if (this.root.dataset.ready) this.drawAll();
  }
  sync(data, send) {
    if (!this.outbox) return false;
    this.outbox.met((ops) => {
      this.lastSent = ops;
      send({ ops, nonce: newGuid() });
    });
    if (data.trouble) this.bars.say(data.trouble);
    const answered = this.outbox.acknowledge(data.acks);
    const waiting = new Set([...this.outbox.ops.values()].map((op) => op.row));
    for (const [id, { codings, empty }] of Object.entries(data.rows ?? {})) {
      const row = this.rows.at.get(Number(id));
      if (row === undefined || waiting.has(Number(id))) continue;
      const items = codings.map(([code, coder, start, end, n]) => ({ code, coder, start, end, n }));
      const now = this.rows.state(row);
      if (JSON.stringify(now) === JSON.stringify({ items, empty })) continue;
      this.rows.setState(row, { items, empty });
      this.window.redraw(row);
    }
    for (const [op, result] of answered) {
      if (op.kind === "new_code" && result.guid) this.useCode(op.guid, result.guid);
      if (!result.error) continue;
      this.history.done = this.history.done.filter((step) => step.op_id !== op.op_id);
      this.history.undone = this.history.undone.filter((step) => step.op_id !== op.op_id);
      this.bars.alert(`Not stored: ${op.local?.name ?? op.kind}. ${result.error}`);
    }
    if (answered.length) this.root.dispatchEvent(new CustomEvent("qt-stored", { detail: answered.map(([op]) => op.op_id) }));
    this.bars.drawState();
    const isNew = data.session !== this.session;
    this.session = data.session;
    if (this.outbox.ops.size && (isNew || !this.outbox.retry)) this.outbox.flushSoon();
    return true;
  }

  // ---- drawing ----
  get row() {
    return this.view[this.active];
  }
  get nOpen() {
    return this.rows.nOpen;
  }
  get nCodable() {
    return [...this.codes.values()].filter((code) => code.is_codable).length;
  }
  colour(guid) {
    return safeColour(this.codes.get(guid)?.colour ?? "#7f7f7f");
  }
  nameOf(guid) {
    return this.codes.get(guid)?.name ?? "a code no longer in the codebook";
  }
  drawAll() {
    this.scroller.setAttribute("aria-rowcount", String(this.view.length + 1));
    this.scroller.setAttribute("aria-colcount", String(this.rows.columns.length + 3));
    this.bars.drawCodes();
    this.window.refill();
    this.window.draw();
    this.here();
    this.bars.drawState();
  }
  // The cell in focus, for those who hear the page.
  here() {
    if (this.row === undefined) this.scroller.removeAttribute("aria-activedescendant");
    else this.scroller.setAttribute("aria-activedescendant", `${this.uid}-${this.row}-${this.cell + 1}`);
    this.bars.drawFoot();
  }
  repaint(row) {
    this.window.redraw(row);
    this.here();
  }
  refilter() {
    const kept = this.row;
    const { find, show, sort } = this.bars;
    this.filter = { words: find.value, show: show.value, sort: sort.value };
    this.view = this.rows.view(this.filter);
    const at = this.view.indexOf(kept);
    this.active = at >= 0 ? at : this.view.length ? 0 : -1;
    this.isStale = false;
    this.selected = this.chosen = null;
    this.drawAll();
    if (at < 0) this.scroller.scrollTop = 0;
    if (this.active >= 0) this.window.show(this.active);
    this.bars.say(plural(this.view.length, "answer"));
  }

  // ---- moving ----
  go(at) {
    if (!this.view.length) return;
    const before = this.row;
    this.active = Math.max(0, Math.min(this.view.length - 1, at));
    this.selected = this.chosen = null;
    if (before !== undefined && before !== this.row) this.window.redraw(before);
    this.window.show(this.active);
    this.repaint(this.row);
  }
  goCell(to) {
    this.cell = Math.max(0, Math.min(this.rows.columns.length + 2, to));
    this.repaint(this.row);
  }
  goPage(direction) {
    const { scroller, window: shown } = this;
    const room = scroller.clientHeight - this.head.offsetHeight;
    const at = shown.placeAt(shown.top[this.active] + direction * room);
    this.go(at === this.active ? at + direction : at);
  }
  nextOpen(direction) {
    for (let at = this.active + direction; at >= 0 && at < this.view.length; at += direction) {
      if (this.rows.isOpen(this.view[at])) return this.go(at);
    }
    this.bars.say(direction > 0 ? "No answer after this one is left to do." : "No answer before this one is left to do.");
    return undefined;
  }
  pointed(event) {
    const line = event.target.closest?.(".qg-row");
    if (!line) return;
    const at = Number(line.dataset.at);
    const taken = this.readSelection();
    this.scroller.focus({ preventScroll: true });
    const cells = [...line.children];
    const cell = cells.findIndex((c) => c.contains(event.target));
    if (cell >= 0) this.cell = cell;
    if (at !== this.active) this.go(at);
    const chip = event.target.closest(".qg-chip[data-item]");
    this.chosen = chip ? Number(chip.dataset.item) : null;
    this.selected = taken;
    this.repaint(this.row);
  }

  // ---- words of an answer ----
  // What the mouse selected inside one answer, grown to whole words.
  readSelection() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const cell = (range.startContainer.nodeType === 1 ? range.startContainer : range.startContainer.parentElement)?.closest(".qg-text");
    if (!cell || !this.body.contains(cell) || !cell.contains(range.endContainer)) return null;
    const units = (node, offset) => {
      const before = document.createRange();
      before.selectNodeContents(cell);
      before.setEnd(node, offset);
      return before.toString().length;
    };
    const from = units(range.startContainer, range.startOffset);
    const to = units(range.endContainer, range.endOffset);
    selection.removeAllRanges();
    const row = this.view[Number(cell.parentElement.dataset.at)];
    const words = stretches(this.rows.text[row], WORD).filter((word) => word.start < to && word.end > from);
    return words.length ? { row, start: words[0].start, end: words.at(-1).end } : null;
  }
  selectWord(grow) {
    const { row } = this;
    if (row === undefined) return;
    const words = stretches(this.rows.text[row], WORD);
    if (!words.length) return;
    if (!this.selected) {
      if (grow > 0) this.selected = { row, ...words[0] };
      return this.repaint(row);
    }
    const last = words.findIndex((word) => word.end >= this.selected.end);
    const next = words[last + grow];
    if (next && next.end > this.selected.start) this.selected.end = next.end;
    this.tellSelection();
    return undefined;
  }
  moveWord(direction) {
    const words = stretches(this.rows.text[this.row], WORD);
    const at = words.findIndex((word) => word.end > this.selected.start);
    const next = words[at + direction];
    if (next) this.selected = { row: this.row, ...next };
    this.tellSelection();
  }
  selectSentence() {
    const { row } = this;
    if (row === undefined) return;
    const all = stretches(this.rows.text[row], SENTENCE);
    const next = this.selected ? all.find((s) => s.start > this.selected.start) ?? all[0] : all[0];
    if (!next) return;
    this.selected = { row, ...next };
    this.tellSelection();
  }
  tellSelection() {
    this.repaint(this.row);
    this.bars.say(this.rows.text[this.row].slice(this.selected.start, this.selected.end));
  }

  // ---- what lies over the rows ----
  openOver(box, focus) {
    this.closeOver();
    this.over = box;
    this.middle.append(box);
    (focus ?? box).focus();
  }
  closeOver() {
    if (!this.over) return;
    this.over.remove();
    this.over = null;
    this.scroller.focus({ preventScroll: true });
  }
  openKeys() {
    this.openOver(this.bars.keyMap());
  }
  openPicker(options) {
    this.picker.open(options);
    this.picker.foot.textContent = "Enter applies · Esc closes";
  }
}
