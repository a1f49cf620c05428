// The panel: what is shown, what a coder does, and what the study says of it. Everything done is
// painted at once and sent afterwards.

class Panel {
  constructor(host) {
    this.host = host;
    this.root = el("div", "qt");
    this.body = el("div", "qt-body", null, { role: "document", "aria-label": "Transcript", tabindex: "0" });
    this.middle = el("div", "qt-middle");
    this.items = new Map(); // codings and suggestions by GUID
    this.gone = new Map(); // removed ones, for undo
    this.aliases = new Map(); // GUID made here -> GUID of the coding that stood already
    this.codes = new Map();
    this.recent = [];
    this.slots = {};
    this.filter = {};
    this.current = 0;
    this.rev = 0;
    this.nothing = new Set(); // positions of turns read, with nothing to code
    this.memos = new Map(); // on the source and on codes
    this.select = new Selecting(this);
    this.keys = new Keys(this);
    this.painter = new Painter(this);
    this.bars = new Bars(this);
    this.picker = new Picker(this);
    this.dialogs = new Dialogs(this);
    this.finder = new Finder(this);
    this.conflicts = new Conflicts(this);
    this.painter.density = new Density(this);
    this.handles = new Handles(this);
    this.middle.append(this.body, this.painter.density.canvas);
    this.root.append(this.bars.codes, this.bars.line, this.bars.alerts, this.middle, this.bars.foot, this.bars.live);
    host.append(this.root);
    this.listen();
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.keys.handle(event));
    this.body.addEventListener("pointerdown", (event) => { if (event.button === 0) this.pressed = true; });
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("focusin", (event) => {
      const section = event.target.closest?.(".qt-turn");
      if (section) this.setCurrent(Number(section.dataset.t));
    });
    this.body.addEventListener("mouseover", (event) => {
      const { id, ids } = event.target.closest("[data-id], [data-ids]")?.dataset ?? {};
      this.painter.isolate(id ?? (ids && !this.pressed ? this.smallest(ids.split(" ")) : null));
    });
    this.body.addEventListener("mouseleave", () => this.painter.isolate(null));
    this.body.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.outer = {
      beforeunload: (event) => { if ((this.outbox?.waiting && !this.outbox.isLeaving) || this.over?.box.matches(".qt-memobox")) event.preventDefault(); },
      pagehide: () => this.keepOpenMemo(),
      resize: () => this.fit(),
      pointercancel: () => { this.pressed = false; },
      pointerup: () => { if (this.pressed) this.released(); },
      pointerdown: (event) => { if (!this.root.contains(event.target)) this.outbox?.hold(event.target); },
      click: (event) => this.outer.pointerdown(event), // by keyboard nothing else tells of it
    };
    for (const [name, act] of Object.entries(this.outer)) window.addEventListener(name, act, true);
    this.letKeysGo = keepKeys(this.root);
  }
  // Take the height from where the panel begins down to the lower edge of the window.
  fit() {
    const page = this.root.closest("[data-testid=stMain]");
    const top = this.root.getBoundingClientRect().top + (page?.scrollTop ?? 0) + window.scrollY;
    const room = window.innerHeight - top - 20;
    if (room > 0 && this.root.offsetParent) this.root.style.setProperty("--qt-height", `${Math.round(room)}px`);
  }
  // A memo that is open when the page goes away is kept with what waits to be sent.
  keepOpenMemo() {
    if (this.over?.box.matches(".qt-memobox")) this.closeOver();
  }
  destroy() {
    this.keepOpenMemo();
    for (const [name, act] of Object.entries(this.outer)) window.removeEventListener(name, act, true);
    this.letKeysGo();
    clearTimeout(this.scrollTimer);
    this.outbox?.stop();
    this.select.stop();
    this.painter.stop();
    this.root.remove();
  }

  // ---- what the study sends ----
  load(data) {
    const signature = [data.source.guid, data.source.version, data.coder, data.blind].join("|");
    const fresh = signature !== this.signature;
    if (fresh) {
      this.signature = signature;
      Object.assign(this, { coder: data.coder, blind: data.blind, isReader: !!data.is_reader, hasFixedCodes: !!data.has_fixed_codes, version: data.source.version, guid: data.source.guid });
      this.source = new SourceText(data);
      this.nTurns = this.source.turns.filter((turn) => turn.who).length;
      this.items.clear();
      this.gone.clear();
      this.conflicts.clear();
      this.reading = data.reading;
      this.recent = data.recent;
      this.favourites = data.favourites;
      const asked = data.start_char ?? -1;
      const at = this.source.turns.findIndex((turn) => turn.start <= asked && asked < turn.end);
      this.current = at >= 0 ? at : Math.min(data.reading.turn, this.source.turns.length - 1);
      this.outbox?.stop();
      this.outbox = new Outbox(`${data.study}:${data.coder}`, this.guid, () => this.bars.drawState());
      this.outbox.wake = () => this.wake?.();
      this.outbox.mayLeave = () => !this.over && !isTyping();
      this.outbox.isClosed = this.isReader;
      this.root.classList.toggle("qt-reader", this.isReader);
      this.steps = new Steps(data.acts, data.acts_rev);
      this.setMemos(data.memos);
      this.keys.map.bind(data.keys);
      this.bars.nameKeys();
      this.painter.build();
      this.setNothing(data.turns_read);
      for (const row of data.gone.codings) this.gone.set(row[0], this.coding(row));
      for (const row of data.gone.suggestions) this.gone.set(row[0], this.suggestion(row));
    }
    // Streamlit runs this again when the theme changes, with data that may be older than what is here.
    if (fresh || data.codebook_version >= this.bookVersion) {
      this.bookVersion = data.codebook_version;
      this.setCodes(data.codes);
    }
    if (fresh || data.source.rev > this.rev) {
      this.merge(data.codings.rows, data.suggestions.rows, true);
      this.rev = data.source.rev;
      if (!fresh) this.applyWaiting();
    }
    if (fresh) {
      for (const op of this.outbox.restore()) {
        this.steps.expect(op);
        this.applyHere(op);
      }
      this.repaintAll();
      if (data.n_other_version) this.bars.alert(`${plural(data.n_other_version, "coding")} of this source wait for a decision after the text was changed; they are not shown here.`);
      this.restorePlace();
    }
    this.bars.drawFoot();
    this.bars.drawState();
    requestAnimationFrame(() => {
      this.fit();
      this.themed();
      requestAnimationFrame(() => { this.root.dataset.ready = "1"; });
    });
  }
  // Light or dark: colours are chosen anew when the page behind them changed.
  themed() {
    const found = (getComputedStyle(this.root).backgroundColor.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    if (found.length < 3 || found.join() === page.background.join()) return;
    page.background = found;
    page.seen.clear();
    this.bars.drawCodes();
    this.bars.drawState();
    this.repaintAll();
  }
  setCodes(codes) {
    const known = JSON.stringify(codes);
    if (known === this.knownCodes) return;
    this.knownCodes = known;
    this.codes = new Map(codes.map((code) => [code.guid, code]));
    this.order = new Map(codes.map((code, n) => [code.guid, n]));
    this.setSlots();
    if (this.root.dataset.ready) this.repaintAll();
  }
  // Keys nobody has set hold the first codes of the codebook, so that a newcomer finds nine at once.
  setSlots() {
    const codable = [...this.codes.values()].filter((code) => code.is_codable);
    const set = Object.values(this.favourites ?? {});
    const rest = codable.filter((code) => !set.includes(code.guid));
    for (let slot = 1; slot <= 9; slot++) {
      const own = this.favourites?.[slot];
      this.slots[slot] = this.codes.has(own) ? own : rest.shift()?.guid;
    }
    this.bars.drawCodes();
  }
  slotOf(guid) {
    return Number(Object.keys(this.slots).find((slot) => this.slots[slot] === guid)) || null;
  }

  // Rows of codings; ``all`` says that there are no others. What waits here is applied on top.
  merge(rows, suggested, all) {
    const held = this.focused;
    const dirty = [];
    if (all) {
      const kept = new Set([...rows.map((row) => row[0]), ...(suggested ?? []).map((row) => row[0])]);
      for (const item of [...this.items.values()]) {
        if (kept.has(item.guid) || (item.kind === "suggestion" && !suggested)) continue;
        this.drop(item.guid);
        dirty.push(item);
      }
    }
    for (const row of rows) {
      const old = this.items.get(row[0]);
      if (row[11]) {
        if (old) dirty.push(this.drop(row[0]));
        else if (row[4] === this.coder) this.gone.set(row[0], this.coding(row)); // undone in another tab
        continue;
      }
      const item = this.coding(row);
      if (old && Object.keys(item).every((name) => old[name] === item[name])) continue;
      if (old && old.start === item.start && old.end === item.end) dirty.push(Object.assign(old, item));
      else {
        if (old) this.drop(row[0]);
        dirty.push(this.put(item));
      }
    }
    for (const row of suggested ?? []) if (!this.items.has(row[0])) dirty.push(this.put(this.suggestion(row)));
    if (this.root.dataset.ready) this.repaint(dirty);
    if (dirty.some((item) => item?.guid === this.focused)) this.bars.drawFoot();
    this.refocus(held);
  }
  // A coding that an answer of the study put anew, or put in the place of this one, has its focus.
  refocus(held) {
    if (!held || this.focused) return;
    if (this.items.has(held)) {
      this.focus(held);
      return;
    }
    const was = this.gone.get(held);
    const stands = (item) => item.kind === "coding" && this.isOwn(item) && item.code === was.code && item.start < was.end && item.end > was.start;
    const now = was && [...this.items.values()].find(stands);
    if (now) this.focus(now.guid);
  }
  coding([guid, code, start, end, coder, origin, stance, valence, basis, level, memo]) {
    const { offsets } = this.source;
    return { kind: "coding", guid, code, start: offsets.toUtf16(start), end: offsets.toUtf16(end), coder, origin, stance, valence, basis, level, memo };
  }
  suggestion([guid, code, start, end, told, reason]) {
    const { offsets } = this.source;
    return { kind: "suggestion", guid, code, start: offsets.toUtf16(start), end: offsets.toUtf16(end), told, reason, memo: "" };
  }
  stillOpen(guids) {
    const open = new Set(guids);
    for (const item of [...this.items.values()]) {
      if (item.kind === "suggestion" && !open.has(item.guid)) this.repaint([this.drop(item.guid)]);
    }
    for (const guid of guids) if (!this.items.has(guid) && this.gone.has(guid)) this.repaint([this.put(this.gone.get(guid))]);
  }
  sync(data, send) {
    this.outbox.met((ops, extra) => {
      this.lastSent = { nonce: newGuid(), have: this.rev, codes: this.bookVersion, acts: this.steps.rev, ops, ...extra };
      send(this.lastSent);
    });
    this.trouble = data.trouble ?? null;
    if (data.version !== this.version && !this.outdated) {
      this.outdated = true;
      this.bars.alert("The text of this source was changed. Open it again before you code on.");
    }
    if (data.since > this.rev) { // something was missed while this page was away
      this.outbox.flush({ ask: true });
      return;
    }
    if (data.codes) {
      this.bookVersion = data.codebook_version;
      this.setCodes(data.codes);
    }
    const answered = this.outbox.acknowledge(data.acks);
    this.merge(data.codings, null, data.since === 0);
    if (data.suggestions) this.stillOpen(data.suggestions);
    this.rev = Math.max(this.rev, data.rev);
    if (data.own) this.mergeOwn(data.own);
    this.applyWaiting();
    this.answers(answered);
    this.bars.drawState();
    if (this.outbox.ops.size && !this.outbox.retry) this.outbox.flushSoon();
  }
  // Acts of this coder that the study knows and this page may not: another tab's, or its own answered.
  mergeOwn({ acts, rev, turns_read }) {
    const waiting = new Set([...this.outbox.ops.values()].map((op) => op.act?.guid ?? op.act).filter(Boolean));
    this.steps.merge(acts, rev, waiting);
    if (turns_read) this.setNothing(turns_read);
  }
  answers(answered) {
    let refused = false;
    for (const [op, result] of answered) {
      const made = op.new_guid ?? op.guid;
      if (result.error) {
        refused = true;
        this.steps.forget(op.act?.guid ?? op.act);
        if (result.conflict && op.kind !== "step") {
          this.conflicts.add(op, result.conflict);
          if (op.kind === "memo" && op.target_kind !== "coding") this.applyMemo({ ...op, text: result.conflict.theirs.text });
          if (op.kind === "favourite") this.applyHere({ ...op, code: result.conflict.theirs.code });
          continue;
        }
        const what = op.kind !== "step" ? "Not stored" : op.to === "undone" ? "Not undone" : "Not done again";
        this.bars.alert(`${what}: ${op.local?.name ?? op.kind}. ${result.error}`);
        if (op.kind === "step") this.takeBack(op.local.op);
      } else if (result.note) {
        this.applyMemo({ ...op, text: result.text });
        if (result.conflict) this.conflicts.add(op, result.conflict, result.note);
        else this.bars.alert(result.note);
      } else if (result.joined) {
        this.useCode(op.guid, result.guid);
        if (result.conflict) this.conflicts.add(op, result.conflict);
      } else if (result.guid && made && result.guid !== made && op.kind !== "memo") {
        this.aliases.set(made, result.guid);
        if (this.items.has(made)) this.repaint([this.drop(made)]);
      }
      if (result.cleared) this.bars.alert("Your mark “no substantive answer” was taken off this answer. Undo brings it back.");
    }
    if (refused) this.outbox.flush({ resync: true });
    if (answered.length) this.root.dispatchEvent(new CustomEvent("qt-stored", { detail: answered.map(([op]) => op.op_id) }));
  }
  // A refused step was shown already. The study sends codings again; what it does not send is put right here.
  takeBack(op) {
    if (op.kind === "turns") this.applyTurns({ ...op, nothing: !op.nothing, state: null });
    if (op.kind === "favourite") this.applyHere({ ...op, code: op.expect });
    if (op.kind === "read") this.applyHere({ ...op, state: op.expect });
    if (op.kind === "memo" && op.target_kind !== "coding") this.applyMemo({ ...op, text: op.expect });
  }
  alias(guid) {
    return this.aliases.get(guid) ?? guid;
  }

  // What the study has not answered yet stays shown, whatever it sent meanwhile.
  applyWaiting() {
    const held = this.focused;
    for (const op of this.outbox.ops.values()) if (op.source === this.guid) this.repaint(this.applyHere(op));
    this.refocus(held);
  }

  // ---- items ----
  put(item) {
    this.items.set(item.guid, item);
    for (const piece of this.source.piecesOf(item.start, item.end)) piece.items.add(item);
    this.countOwn(item, 1);
    return item;
  }
  drop(guid) {
    const item = this.items.get(guid);
    if (!item) return null;
    this.items.delete(guid);
    this.gone.set(guid, item);
    for (const piece of this.source.piecesOf(item.start, item.end)) piece.items.delete(item);
    this.countOwn(item, -1);
    if (this.focused === guid) this.focus(null);
    return item;
  }
  countOwn(item, by) {
    if (item.kind !== "coding" || !this.isOwn(item)) return;
    for (const turn of new Set(this.source.piecesOf(item.start, item.end).map((piece) => piece.turn))) {
      turn.nOwn += by;
      if (turn.nOwn === 0 || turn.nOwn === by) this.painter.readMark(turn);
    }
  }
  repaint(items) {
    const found = items.filter(Boolean);
    if (!found.length) return;
    const inText = this.select.now && !this.over && !this.pressed;
    for (const item of found) this.painter.stretch(item.start, item.end);
    if (inText) this.select.show();
    if (this.over) this.select.ghost(true);
  }
  repaintAll() {
    for (const piece of this.source.pieces) this.painter.piece(piece);
    for (const piece of this.source.pieces) piece.drawn = false;
    for (const piece of this.painter.near) this.painter.stripesSoon(piece);
    this.painter.density.soon();
  }
  get nOwn() {
    let n = 0;
    for (const item of this.items.values()) if (item.kind === "coding" && this.isOwn(item)) n++;
    return n;
  }
  isOwn(item) {
    return item.coder === this.coder;
  }
  colour(item) {
    return safeColour(this.codes.get(item.code)?.colour ?? "#7f7f7f");
  }
  initials(name) {
    return name.split(/\s+/).map((word) => [...word][0] ?? "").join("").slice(0, 3).toUpperCase();
  }
  smallest(guids) {
    const found = guids.map((guid) => this.items.get(guid)).filter(Boolean);
    return found.sort((a, b) => a.end - a.start - (b.end - b.start))[0]?.guid ?? null;
  }
  shows(item) {
    const { coder, code, origin } = this.filter;
    if (code && item.code !== code) return false;
    if (item.kind === "suggestion") return !origin ? !coder : origin === "suggestion";
    return (!coder || item.coder === coder) && (!origin || item.origin === origin);
  }
}
