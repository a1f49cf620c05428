// Moving about: turns, codings, what lies over the text, and the place where one stopped reading.
const SETTLED_MS = 2500; // how long one must stay at a place before it is remembered

Object.assign(Panel.prototype, {
  setCurrent(n) {
    if (this.current === n) return;
    this.current = n;
    this.bars.drawState();
    this.rememberSoon();
  },
  goTurn(n) {
    const { turns } = this.source;
    const to = Math.max(0, Math.min(turns.length - 1, n));
    this.select.clear();
    this.focus(null);
    this.setCurrent(to);
    turns[to].el.focus({ preventScroll: true });
    turns[to].el.scrollIntoView({ block: "nearest" });
  },
  // Bring a place of the text into view without moving what is in view already.
  reveal(offset, block = "nearest") {
    const turn = this.source.turnAt(offset);
    const seen = this.body.getBoundingClientRect();
    const [node] = this.select.toDom(Math.min(offset, turn.end - 1), false);
    const spot = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".qt-mark, .qt-piece");
    let rect = this.painter.rect(Math.max(turn.start, Math.min(offset, turn.end - 1))) ?? spot.getBoundingClientRect();
    if (rect.height && rect.top >= seen.top + 4 && rect.bottom <= seen.bottom - 4) return;
    turn.el.scrollIntoView({ block: "nearest" }); // lays the turn out, if it was skipped so far
    rect = this.painter.rect(Math.max(turn.start, Math.min(offset, turn.end - 1))) ?? spot.getBoundingClientRect();
    const room = seen.height * (block === "center" ? 0.4 : 0.15);
    if (rect.top < seen.top + 4) this.body.scrollTop += rect.top - seen.top - room;
    else if (rect.bottom > seen.bottom - 4) this.body.scrollTop += rect.bottom - seen.bottom + room;
  },

  // ---- codings ----
  focus(guid, scroll = false) {
    const before = this.focused;
    if (before) this.painter.toggle(before, "qt-on", false);
    this.focused = guid;
    const item = this.items.get(guid);
    if (item) {
      this.painter.toggle(guid, "qt-on", true);
      if (scroll) {
        this.current = this.source.turnAt(item.start).n;
        this.reveal(item.start);
      }
      const kind = item.kind === "suggestion" ? "suggestion" : `by ${this.isOwn(item) ? "you" : item.coder}`;
      this.bars.say(`${this.codes.get(item.code)?.name}, ${kind}: ${shorten(this.source.slice(item), 80)}`);
    }
    this.handles.show(item);
    this.bars.drawFoot();
  },
  inOrder() {
    return [...this.items.values()].filter((item) => this.shows(item)).sort((a, b) => a.start - b.start || a.end - b.end || (a.guid < b.guid ? -1 : 1));
  },
  cycle(by) {
    const now = this.select.now;
    const held = this.items.get(this.focused);
    const turn = this.source.turns[this.current];
    const place = now ?? held ?? turn;
    let here = this.inOrder().filter((item) => item.start < place.end && item.end > place.start);
    // From a coding that stands alone, go round in its turn.
    if (!now && held && here.length < 2) here = this.inOrder().filter((item) => item.start < turn.end && item.end > turn.start);
    if (!here.length) return this.note(`No coding here. ${this.keys.shown("coded")} goes to the next one.`);
    const at = here.findIndex((item) => item.guid === this.focused);
    this.focus(here[(at + (at < 0 && by < 0 ? 0 : by) + here.length) % here.length].guid, true);
  },
  nextCoded(by) {
    const all = this.inOrder();
    if (!all.length) return this.note("Nothing is coded here yet.");
    const at = all.findIndex((item) => item.guid === this.focused);
    let to;
    if (at >= 0) to = all[at + by];
    else {
      const from = this.select.now?.start ?? this.source.turns[this.current].start;
      to = by > 0 ? all.find((item) => item.start >= from) : all.filter((item) => item.start < from).pop();
    }
    if (!to) return this.note(by > 0 ? "No coding after this one." : "No coding before this one.");
    this.select.clear();
    this.focus(to.guid, true);
  },
  click(event) {
    if (performance.now() - this.paintedAt < 50) return; // the end of a marker stroke is no click
    this.select.read();
    if (this.select.now) return;
    const chip = event.target.closest(".qt-chip, .qt-lane");
    const mark = event.target.closest(".qt-mark");
    const guid = chip ? chip.dataset.id : mark ? this.smallest(mark.dataset.ids.split(" ")) : null;
    // A second click on the same words goes on to the next coding there.
    if (mark && guid && mark.dataset.ids.split(" ").includes(this.focused)) return this.cycle(1);
    this.focus(guid);
    const section = event.target.closest(".qt-turn");
    if (section) {
      this.setCurrent(Number(section.dataset.t));
      if (document.activeElement === document.body) section.focus({ preventScroll: true });
    }
  },
  selectionChanged() {
    if (this.select.now && this.focused && !this.editing) this.focus(null);
    if (this.select.now) this.setCurrent(this.source.turnAt(this.select.now.start).n);
    if (!this.footFrame) {
      this.footFrame = requestAnimationFrame(() => {
        this.footFrame = null;
        this.bars.drawFoot();
      });
    }
  },
  enter() {
    if (this.editing) this.keepStretch();
    else if (this.marker && this.select.now) {
      this.applyCode(this.marker);
      this.select.clear();
    } else if (document.activeElement?.matches(".qt-chip")) this.focus(document.activeElement.dataset.id);
    else this.picker.open();
  },
  escape() {
    if (this.waitingForSlot) this.waitingForSlot = null;
    else if (this.editing) {
      this.editing = null;
      this.select.clear();
    } else if (this.select.now) this.select.clear();
    else if (this.marker) return this.holdMarker(null);
    else this.focus(null);
    this.bars.drawFoot();
  },
  setFilter(name, value) {
    this.filter = name ? { ...this.filter, [name]: value } : {};
    this.repaintAll();
    this.bars.drawState();
  },

  // ---- what lies over the text ----
  openOver(box, focus, onClose) {
    this.closeOver();
    const back = this.root.contains(document.activeElement) ? document.activeElement : this.body;
    this.over = { box, back, onClose };
    this.middle.append(box);
    this.select.ghost(true);
    focus.focus({ preventScroll: true });
  },
  closeOver() {
    if (!this.over) return;
    const { box, back, onClose } = this.over;
    this.over = null;
    box.remove();
    onClose?.();
    this.select.ghost(false);
    const to = back.isConnected ? back : this.source.turns[this.current]?.el ?? this.body;
    to.focus({ preventScroll: true });
    if (this.select.now) this.select.show();
    this.bars.drawFoot();
  },

  // ---- the place of reading ----
  scrolled() {
    this.handles.follow();
    this.painter.density.soon();
    this.rememberSoon();
  },
  rememberSoon() {
    clearTimeout(this.scrollTimer);
    this.scrollTimer = setTimeout(() => {
      const top = this.body.getBoundingClientRect().top + 8;
      const n = firstIndex(this.source.turns, (turn) => turn.el.getBoundingClientRect().bottom > top);
      const turn = Math.min(n, this.source.turns.length - 1);
      if (turn === this.reading.turn) return;
      this.reading.turn = turn;
      this.outbox.add({ kind: "reading", turn });
    }, SETTLED_MS);
  },
  restorePlace() {
    const turn = this.source.turns[this.current];
    // Twice: the first time lays out the turns around it, and their heights become true.
    const go = () => turn?.el.isConnected && turn.el.scrollIntoView({ block: "start" });
    if (this.current > 0) {
      requestAnimationFrame(() => {
        go();
        requestAnimationFrame(go);
      });
    }
    takeKeys(turn?.el ?? this.body);
  },
});
