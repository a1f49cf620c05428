// Drawing: turns, coloured marks in the text, and beside it the coding stripes with their names.
// A turn is a row for each of its pieces; only the pieces that a change touches are drawn again, so
// the cost of a coding depends neither on the length of the source nor on that of the turn.
const MOST_LINES = 4; // underlines that can be told apart below one another
const CHIP = 20; // height of a code's name beside the text, in pixels
const GROUP = 16; // turns, or pieces of a long turn, that are laid out together
const LANE = 7; // width of a stripe with its gap

class Painter {
  constructor(panel) {
    this.p = panel;
    this.stale = new Set(); // pieces whose stripes must be drawn in the next frame
    this.near = new Set(); // pieces on the screen or close to it
    this.watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        for (const piece of this.groups.get(target) ?? []) {
          if (!isIntersecting) this.near.delete(piece);
          else {
            this.near.add(piece);
            if (!piece.drawn) this.stripesSoon(piece);
          }
        }
      }
    }, { root: panel.body, rootMargin: "300px 0px" });
    this.sizes = new ResizeObserver(() => {
      const width = panel.body.clientWidth;
      if (width === this.width) return;
      this.width = width;
      this.moved();
    });
    this.sizes.observe(panel.body);
    // Over a slow line the letters come after the text was shown in others, and the lines break anew.
    this.lettered = () => this.moved();
    document.fonts.addEventListener("loadingdone", this.lettered);
  }
  stop() {
    this.watch.disconnect();
    this.sizes.disconnect();
    document.fonts.removeEventListener("loadingdone", this.lettered);
  }
  // The words stand elsewhere than they did: what lies beside them is measured again.
  moved() {
    for (const piece of this.p.source?.pieces ?? []) piece.drawn = false;
    for (const piece of this.near) this.stripesSoon(piece);
    this.p.handles.follow();
  }

  // ---- turns ----
  build() {
    const { body, source } = this.p;
    this.watch.disconnect();
    this.near.clear();
    this.stale.clear();
    this.groups = new Map();
    for (const turn of source.turns) {
      const { who } = turn;
      const name = who ? `Turn ${turn.number}, ${who.label}` : "Text without a speaker";
      turn.el = el("section", "qt-turn" + (who?.is_interviewer ? " qt-asks" : ""), null, { tabindex: "-1", "aria-label": name });
      turn.el.dataset.t = turn.n;
      turn.words = el("div", "qt-words");
      const rows = turn.pieces.map((piece) => this.row(piece));
      if (rows.length <= GROUP) turn.words.append(...rows);
      else turn.words.append(...this.grouped(rows, (n) => [turn.pieces[n]]));
      turn.el.append(this.speaker(turn), turn.words);
    }
    const sections = source.turns.map((turn) => turn.el);
    body.replaceChildren(...this.grouped(sections, (n) => (source.turns[n].pieces.length <= GROUP ? source.turns[n].pieces : [])));
    for (const group of this.groups.keys()) this.watch.observe(group);
  }
  // Groups keep layout local: without them each change would lay out thousands of siblings again.
  grouped(elements, piecesOf) {
    const made = [];
    for (let n = 0; n < elements.length; n += GROUP) {
      const group = el("div", "qt-group");
      const members = elements.slice(n, n + GROUP);
      group.append(...members);
      this.groups.set(group, members.flatMap((_, k) => piecesOf(n + k)));
      made.push(group);
    }
    return made;
  }
  row(piece) {
    piece.row = el("div", "qt-row");
    piece.row.dataset.row = piece.n;
    piece.names = el("div", "qt-names");
    piece.lanes = el("div", "qt-lanes", null, { "aria-hidden": "true" });
    piece.el = el("div", "qt-piece", this.p.source.slice(piece));
    piece.el.dataset.p = piece.n;
    piece.row.append(piece.names, piece.lanes, piece.el);
    piece.shown = [];
    return piece.row;
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
    if (turn.ms != null) gutter.append(el("div", "qt-role qt-time", clock(turn.ms)));
    turn.mark = el("div", "qt-role qt-done", "✓ read", { title: "Read, nothing to code" });
    turn.mark.hidden = true;
    gutter.append(turn.mark);
    return gutter;
  }
  // The sign of a turn in which one found nothing to code; a coding there says otherwise.
  readMark(turn) {
    if (turn.mark) turn.mark.hidden = this.p.stateOf(turn) !== "read";
  }
  readMarks() {
    for (const turn of this.p.source.turns) this.readMark(turn);
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

  // Draw again what a stretch touches.
  stretch(start, end) {
    const pieces = this.p.source.piecesOf(start, end);
    for (const piece of pieces) {
      this.piece(piece);
      piece.drawn = false;
      this.stripesSoon(piece);
    }
  }

  // ---- stripes ----
  stripesSoon(piece) {
    if (!piece.row) return;
    this.stale.add(piece);
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
  // Two passes over all waiting pieces, writing then measuring, so that the page is laid out twice
  // and not twice for every piece. What is far away waits until it comes near.
  stripes() {
    const pieces = [...this.stale].filter((piece) => this.near.has(piece) || piece.turn.n === this.p.current);
    this.stale.clear();
    for (const piece of pieces) this.names(piece);
    const measured = pieces.filter((piece) => piece.shown.length).map((piece) => [piece, this.measure(piece)]);
    for (const [piece, spans] of measured) this.place(piece, spans);
    this.p.handles.follow();
    this.density.soon();
  }
  names(piece) {
    piece.drawn = true;
    piece.shown = this.itemsIn(piece).sort((a, b) => a.start - b.start || b.end - a.end);
    piece.names.replaceChildren(...piece.shown.map((item, n) => this.chip(piece, item, n)));
    piece.names.style.minHeight = `${piece.shown.length * CHIP}px`;
    piece.lanes.replaceChildren();
  }
  chip(piece, item, n) {
    const { p } = this;
    const code = p.codes.get(item.code);
    const name = code?.name ?? "removed code";
    const made = el("button", "qt-chip" + (item.kind === "suggestion" ? " qt-guess" : ""), null, { tabindex: "-1" });
    made.type = "button";
    made.dataset.id = item.guid;
    made.style.setProperty("--c", p.colour(item));
    made.style.top = `${n * CHIP}px`;
    if (item.guid === p.focused) made.classList.add("qt-on");
    made.append(el("span", "qt-chipname", (item.start < piece.start ? "↑ " : "") + name));
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
  measure(piece) {
    const top = piece.lanes.getBoundingClientRect().top;
    return piece.shown.map((item) => {
      const first = this.rect(Math.max(item.start, piece.start));
      const last = this.rect(Math.min(item.end, piece.end) - 1);
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
  place(piece, spans) {
    const ends = []; // where the last stripe of each lane ends, in pixels
    const lanes = spans.map(([top, bottom]) => {
      let lane = ends.findIndex((end) => end <= top + 1);
      if (lane < 0) lane = ends.length;
      ends[lane] = bottom;
      return lane;
    });
    const width = Math.min(LANE, 28 / ends.length);
    piece.lanes.replaceChildren(...piece.shown.map((item, n) => {
      const bar = el("i", "qt-lane" + (item.kind === "suggestion" ? " qt-guess" : ""));
      bar.dataset.id = item.guid;
      bar.style.cssText = `right:${lanes[n] * width}px;width:${Math.max(1, width - 2)}px;top:${spans[n][0]}px;height:${spans[n][1] - spans[n][0]}px`;
      bar.style.setProperty("--c", this.p.colour(item));
      if (item.guid === this.p.focused) bar.classList.add("qt-on");
      return bar;
    }));
    // A name stands beside the start of its stripe, pushed down below the one before, and the last
    // ones up again where the piece ends.
    const tops = [];
    spans.forEach(([top], n) => tops.push(Math.max(top, n ? tops[n - 1] + CHIP : 0)));
    let floor = Math.max(piece.names.clientHeight, tops.length * CHIP);
    for (let n = tops.length - 1; n >= 0; n--) {
      tops[n] = Math.min(tops[n], floor - CHIP);
      floor = tops[n];
    }
    [...piece.names.children].forEach((chip, n) => { chip.style.top = `${tops[n]}px`; });
  }

  // ---- one coding among many ----
  partsOf(guid) {
    const item = this.p.items.get(guid);
    if (!item) return [];
    const found = [];
    const pieces = this.p.source.piecesOf(item.start, item.end);
    for (const piece of pieces) {
      for (const mark of piece.el.children) if (mark.dataset.ids?.includes(guid)) found.push(mark);
      for (const part of [...piece.names.children, ...piece.lanes.children]) if (part.dataset.id === guid) found.push(part);
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
