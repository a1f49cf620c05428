// Drawing: turns, coloured marks in the text, and beside it the coding stripes with their names.
// Only the pieces and turns that a change touches are drawn again.
const MOST_LINES = 4; // underlines that can be told apart below one another
const CHIP = 20; // height of a code's name beside the text, in pixels
const LANE = 7; // width of a stripe with its gap

class Painter {
  constructor(panel) {
    this.p = panel;
    this.stale = new Set(); // turns whose stripes must be drawn in the next frame
    this.near = new Set(); // turns on the screen or close to it
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const turn = this.p.source.turns[target.dataset.t];
        if (!turn) continue;
        if (isIntersecting) {
          this.near.add(turn);
          if (!turn.drawn) this.stripesSoon(turn);
        } else this.near.delete(turn);
      }
    }, { root: panel.body, rootMargin: "300px 0px" });
    this.sizes = new ResizeObserver(() => {
      const width = panel.body.clientWidth;
      if (width === this.width) return;
      this.width = width;
      for (const turn of this.p.source?.turns ?? []) turn.drawn = false;
      for (const turn of this.near) this.stripesSoon(turn);
    });
    this.sizes.observe(panel.body);
  }
  stop() {
    this.watch.disconnect();
    this.sizes.disconnect();
  }

  // ---- turns ----
  build() {
    const { body, source } = this.p;
    this.watch.disconnect();
    this.near.clear();
    this.stale.clear();
    const all = document.createDocumentFragment();
    let shownBefore = null;
    for (const turn of source.turns) {
      const { who } = turn;
      const name = who ? `Turn ${turn.number}, ${who.label}` : "Text without a speaker";
      turn.el = el("section", "qt-turn" + (who?.is_interviewer ? " qt-asks" : ""), null, { tabindex: "-1", "aria-label": name });
      turn.el.dataset.t = turn.n;
      turn.names = el("div", "qt-names");
      turn.lanes = el("div", "qt-lanes", null, { "aria-hidden": "true" });
      const words = el("div", "qt-words");
      for (const piece of turn.pieces) {
        piece.el = el("div", "qt-piece", source.slice(piece));
        piece.el.dataset.p = piece.n;
        words.append(piece.el);
      }
      turn.words = words;
      turn.el.append(this.speaker(turn, shownBefore), turn.names, turn.lanes, words);
      shownBefore = who;
      all.append(turn.el);
    }
    body.replaceChildren(all);
    for (const turn of source.turns) this.watch.observe(turn.el);
  }
  speaker(turn) {
    const gutter = el("div", "qt-who");
    if (turn.who) {
      const line = el("div", "qt-label");
      line.append(el("span", "qt-number", String(turn.number)), el("span", "", turn.who.label));
      gutter.append(line);
      const role = turn.who.is_interviewer ? "" : turn.who.role;
      if (role) gutter.append(el("div", "qt-role", role));
    }
    if (turn.ms != null) gutter.append(el("div", "qt-role", clock(turn.ms)));
    return gutter;
  }

  // ---- marks ----
  itemsIn(piece) {
    return [...piece.items].filter((item) => this.p.shows(item));
  }
  piece(piece) {
    const items = this.itemsIn(piece);
    const text = this.p.source.text;
    if (!items.length) {
      if (piece.el.firstElementChild) piece.el.textContent = text.slice(piece.start, piece.end);
      return;
    }
    const cuts = new Set([piece.start, piece.end]);
    for (const item of items) {
      cuts.add(Math.max(item.start, piece.start));
      cuts.add(Math.min(item.end, piece.end));
    }
    const at = [...cuts].sort((a, b) => a - b);
    const made = document.createDocumentFragment();
    for (let i = 0; i + 1 < at.length; i++) {
      const words = text.slice(at[i], at[i + 1]);
      const here = items.filter((item) => item.start <= at[i] && item.end >= at[i + 1]);
      made.append(here.length ? this.mark(words, here, at[i], at[i + 1]) : words);
    }
    piece.el.replaceChildren(made);
  }
  mark(words, here, start, end) {
    const made = el("mark", "qt-mark", words);
    made.dataset.ids = here.map((item) => item.guid).join(" ");
    const codings = here.filter((item) => item.kind === "coding");
    const suggested = here.filter((item) => item.kind === "suggestion");
    const lines = codings.slice(0, MOST_LINES).map((item) => this.p.colour(item));
    const flat = (colour) => `linear-gradient(${colour},${colour})`;
    const alpha = Math.min(0.2, 0.42 / codings.length); // many codes on one place must stay readable
    made.style.backgroundImage = [...lines.map(flat), ...codings.map((item) => flat(tint(this.p.colour(item), alpha)))].join(",");
    made.style.backgroundSize = [...lines.map(() => "100% 2px"), ...codings.map(() => "100% 100%")].join(",");
    made.style.backgroundPosition = [...lines.map((_, n) => `0 calc(100% - ${n * 3}px)`), ...codings.map(() => "0 0")].join(",");
    made.style.setProperty("--lines", lines.length);
    if (suggested.length) {
      made.classList.add("qt-suggested");
      if (suggested.some((item) => item.start === start)) made.classList.add("qt-first");
      if (suggested.some((item) => item.end === end)) made.classList.add("qt-last");
      made.style.setProperty("--c", this.p.colour(suggested[0]));
    }
    if (here.some((item) => item.guid === this.p.focused)) made.classList.add("qt-on");
    return made;
  }

  // Draw again what a stretch touches; the selection is put back where it was.
  stretch(start, end) {
    const pieces = this.p.source.piecesOf(start, end);
    for (const piece of pieces) this.piece(piece);
    for (const turn of new Set(pieces.map((piece) => piece.turn))) {
      turn.drawn = false;
      this.stripesSoon(turn);
    }
  }

  // ---- stripes ----
  stripesSoon(turn) {
    if (!turn.el) return;
    this.stale.add(turn);
    if (this.frame) return;
    this.frame = true;
    const go = () => {
      if (!this.frame) return;
      this.frame = false;
      clearTimeout(timer);
      this.stripes();
    };
    const timer = setTimeout(go, 120); // hidden tabs get no frames
    requestAnimationFrame(go);
  }
  // Two passes over all waiting turns, writing then measuring, so that the page is laid out twice
  // and not twice for every turn.
  stripes() {
    const turns = [...this.stale].filter((turn) => this.near.has(turn) || turn.names.firstChild || turn.n === this.p.current);
    this.stale.clear();
    for (const turn of turns) this.names(turn);
    const measured = turns.filter((turn) => turn.shown.length).map((turn) => [turn, this.measure(turn)]);
    for (const [turn, spans] of measured) this.place(turn, spans);
    this.p.density?.soon();
  }
  shownIn(turn) {
    const items = new Set();
    for (const piece of turn.pieces) for (const item of this.itemsIn(piece)) items.add(item);
    return [...items].sort((a, b) => a.start - b.start || b.end - a.end);
  }
  names(turn) {
    turn.drawn = true;
    turn.shown = this.shownIn(turn);
    turn.names.replaceChildren(...turn.shown.map((item, n) => this.chip(turn, item, n)));
    turn.names.style.minHeight = `${turn.shown.length * CHIP}px`;
    turn.lanes.replaceChildren();
  }
  chip(turn, item, n) {
    const { p } = this;
    const code = p.codes.get(item.code);
    const name = code?.name ?? "removed code";
    const made = el("button", "qt-chip" + (item.kind === "suggestion" ? " qt-guess" : ""), null, { tabindex: "-1" });
    made.type = "button";
    made.dataset.id = item.guid;
    made.style.setProperty("--c", p.colour(item));
    made.style.top = `${n * CHIP}px`;
    if (item.guid === p.focused) made.classList.add("qt-on");
    made.append(el("span", "qt-chipname", (item.start < turn.start ? "↑ " : "") + name));
    const extra = [
      item.kind === "suggestion" ? "?" : "",
      item.memo ? "✎" : "",
      item.kind === "coding" && !p.isOwn(item) ? p.initials(item.coder) : "",
    ].filter(Boolean).join(" ");
    if (extra) made.dataset.extra = extra; // shown by the style sheet; the label says it in words
    const kind = item.kind === "suggestion" ? "suggested" : `by ${item.coder}`;
    made.setAttribute("aria-label", `${name}, ${kind}: ${shorten(p.source.slice(item), 60)}`);
    made.title = `${code?.path ?? name} · ${kind}`;
    return made;
  }
  measure(turn) {
    const top = turn.lanes.getBoundingClientRect().top;
    return turn.shown.map((item) => {
      const first = this.rect(Math.max(item.start, turn.start));
      const last = this.rect(Math.min(item.end, turn.end) - 1);
      return first && last ? [first.top - top, Math.max(last.bottom - top, first.top - top + 8)] : [0, 16];
    });
  }
  rect(offset) {
    const [node, at] = this.p.select.toDom(offset, false);
    if (node.nodeType !== Node.TEXT_NODE) return null;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, Math.min(at + 1, node.length));
    return range.getBoundingClientRect();
  }
  place(turn, spans) {
    const ends = []; // where the last stripe of each lane ends, in pixels
    const lanes = spans.map(([top, bottom]) => {
      let lane = ends.findIndex((end) => end <= top + 1);
      if (lane < 0) lane = ends.length;
      ends[lane] = bottom;
      return lane;
    });
    const width = Math.min(LANE, 28 / ends.length);
    turn.lanes.replaceChildren(...turn.shown.map((item, n) => {
      const bar = el("i", "qt-lane" + (item.kind === "suggestion" ? " qt-guess" : ""));
      bar.dataset.id = item.guid;
      bar.style.cssText = `right:${lanes[n] * width}px;width:${Math.max(1, width - 2)}px;top:${spans[n][0]}px;height:${spans[n][1] - spans[n][0]}px`;
      bar.style.setProperty("--c", this.p.colour(item));
      if (item.guid === this.p.focused) bar.classList.add("qt-on");
      return bar;
    }));
    // A name stands beside the start of its stripe, pushed down below the one before, and the last
    // ones up again where the turn ends.
    const tops = [];
    spans.forEach(([top], n) => tops.push(Math.max(top, n ? tops[n - 1] + CHIP : 0)));
    let floor = Math.max(turn.names.clientHeight, tops.length * CHIP);
    for (let n = tops.length - 1; n >= 0; n--) {
      tops[n] = Math.min(tops[n], floor - CHIP);
      floor = tops[n];
    }
    [...turn.names.children].forEach((chip, n) => { chip.style.top = `${tops[n]}px`; });
  }

  // ---- one coding among many ----
  partsOf(guid) {
    const item = this.p.items.get(guid);
    if (!item) return [];
    const found = [];
    const pieces = this.p.source.piecesOf(item.start, item.end);
    for (const piece of pieces) {
      for (const mark of piece.el.children) if (mark.dataset.ids?.includes(guid)) found.push(mark);
    }
    for (const turn of new Set(pieces.map((piece) => piece.turn))) {
      for (const part of [...turn.names.children, ...turn.lanes.children]) if (part.dataset.id === guid) found.push(part);
    }
    return found;
  }
  toggle(guid, cls, on) {
    for (const part of this.partsOf(guid)) part.classList.toggle(cls, on);
  }
  isolate(guid) {
    if (this.alone === guid) return;
    if (this.alone) this.toggle(this.alone, "qt-alone", false);
    this.alone = guid;
    this.p.body.classList.toggle("qt-isolating", !!guid);
    if (guid) this.toggle(guid, "qt-alone", true);
  }
}
