// The selection: always one stretch [start, end) of the whole text, kept as offsets, so that it
// lives through repainting, pickers and reruns. The browser's own selection only shows it.
class Selecting {
  constructor(panel) {
    this.p = panel;
    this.now = null;
    this.onChange = () => this.read();
    document.addEventListener("selectionchange", this.onChange);
  }
  stop() {
    document.removeEventListener("selectionchange", this.onChange);
    this.ghost(false);
  }

  // ---- from the page ----
  read() {
    const found = document.getSelection();
    if (!found?.rangeCount || !this.p.source) return;
    const range = found.getRangeAt(0);
    if (!this.p.body.contains(range.commonAncestorContainer)) return;
    if (range.collapsed) {
      if (this.now && this.p.pressed) this.set(null, false);
      return;
    }
    const start = this.toOffset(range.startContainer, range.startOffset);
    const end = this.toOffset(range.endContainer, range.endOffset);
    const stretch = this.p.source.normalise(start, end);
    this.set(stretch, false);
  }
  toOffset(node, offset) {
    const { source, body } = this.p;
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const holder = element.closest(".qt-piece");
    if (holder && body.contains(holder)) {
      const range = document.createRange();
      range.selectNodeContents(holder);
      range.setEnd(node, offset);
      return source.pieces[holder.dataset.p].start + range.toString().length;
    }
    // Between pieces, rows or turns: the start of what comes next inside, else the end of the last.
    for (const child of [...element.childNodes].slice(offset)) {
      const next = child.matches?.(".qt-piece") ? child : child.querySelector?.(".qt-piece");
      if (next) return source.pieces[next.dataset.p].start;
    }
    const last = [...element.querySelectorAll(".qt-piece")].pop();
    if (last) return source.pieces[last.dataset.p].end;
    const row = element.closest(".qt-row");
    if (row) return source.pieces[row.dataset.row].start;
    const section = element.closest(".qt-turn");
    return section ? source.turns[section.dataset.t].start : source.text.length;
  }

  // ---- to the page ----
  // The text node and place of an offset; at a border between two nodes the earlier one for an end.
  toDom(offset, isEnd) {
    const { pieces } = this.p.source;
    const n = isEnd ? firstIndex(pieces, (p) => p.end >= offset) : firstIndex(pieces, (p) => p.end > offset);
    const piece = pieces[Math.min(n, pieces.length - 1)];
    let left = Math.max(0, Math.min(offset, piece.end) - piece.start);
    const walker = document.createTreeWalker(piece.el, NodeFilter.SHOW_TEXT);
    let last = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      last = node;
      if (isEnd ? left <= node.length : left < node.length) return [node, left];
      left -= node.length;
    }
    return last ? [last, last.length] : [piece.el, 0];
  }
  show() {
    const selection = document.getSelection();
    if (!this.now) {
      if (selection.rangeCount && this.p.body.contains(selection.anchorNode)) selection.removeAllRanges();
      return;
    }
    const [a, from] = this.toDom(this.now.start, false);
    const [b, to] = this.toDom(this.now.end, true);
    selection.setBaseAndExtent(a, from, b, to);
  }
  // While an input has the focus the browser shows no selection in the text: a highlight does.
  ghost(on) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("qt-held");
    if (!on || !this.now) return;
    const range = document.createRange();
    range.setStart(...this.toDom(this.now.start, false));
    range.setEnd(...this.toDom(this.now.end, true));
    CSS.highlights.set("qt-held", new Highlight(range));
  }
  set(stretch, show = true) {
    const same = this.now?.start === stretch?.start && this.now?.end === stretch?.end;
    this.now = stretch;
    if (show) this.show();
    if (!same) this.p.selectionChanged();
  }
  clear() {
    this.set(null);
  }

  // ---- by key ----
  start() {
    const { source, focused, items } = this.p;
    const at = focused && items.get(focused) ? items.get(focused).start : source.turns[this.p.current].start;
    return at;
  }
  step(kind, forward) {
    const { source } = this.p;
    const from = this.now;
    const unit = !from
      ? source.unitAfter(kind, this.start(), (u) => u.end > this.start())
      : forward
        ? source.unitAfter(kind, from.end, (u) => u.start >= from.end)
        : source.unitBefore(kind, from.start, (u) => u.end <= from.start);
    this.take(unit && { ...unit });
  }
  // Move the end by a unit (grow or shrink); with no selection, take the first unit.
  extend(kind, forward) {
    const { source } = this.p;
    const from = this.now;
    if (!from) return this.step(kind, true);
    if (forward) {
      const unit = source.unitAfter(kind, from.end - 1, (u) => u.end > from.end);
      if (unit) this.take({ start: kind === "word" ? from.start : this.grown(kind, from), end: unit.end });
      return;
    }
    const unit = source.unitBefore(kind, from.end, (u) => u.end < from.end);
    if (unit && unit.end > from.start) this.take({ start: from.start, end: unit.end });
  }
  // A sentence or turn that is only partly selected is taken from its start.
  grown(kind, from) {
    const unit = this.p.source.unitBefore(kind, from.start + 1, (u) => u.start <= from.start && u.end > from.start);
    return unit ? unit.start : from.start;
  }
  moveStart(back) {
    const { source } = this.p;
    const from = this.now;
    if (!from) return this.step("word", true);
    const unit = back
      ? source.unitBefore("word", from.start, (u) => u.start < from.start)
      : source.unitAfter("word", from.start, (u) => u.start > from.start);
    if (unit && unit.start < from.end) this.take({ start: unit.start, end: from.end });
  }
  take(stretch) {
    if (!stretch) return;
    const whole = this.p.source.normalise(stretch.start, stretch.end);
    if (!whole) return;
    this.set(whole);
    this.p.reveal(whole.end);
  }
}
