// Beside the text: where in the whole source codings lie, and handles to drag the ends of one.

// A strip with a line for each coding at its place in the source. It repeats what J and Shift+J do
// for the keyboard, so it is hidden from screen readers.
class Density {
  constructor(panel) {
    this.p = panel;
    this.canvas = el("canvas", "qt-density", null, { "aria-hidden": "true", title: "Where codings lie; click to go there" });
    this.canvas.addEventListener("mousedown", (event) => event.preventDefault());
    this.canvas.addEventListener("click", (event) => {
      const { source } = this.p;
      const at = (event.offsetY / this.canvas.clientHeight) * source.text.length;
      this.p.goTurn(source.turnAt(Math.floor(at)).n);
    });
  }
  soon() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.draw();
    }, 150);
  }
  draw() {
    const { p, canvas } = this;
    if (!canvas.isConnected || !p.source) return;
    const height = canvas.clientHeight, width = canvas.clientWidth, scale = devicePixelRatio || 1;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const length = p.source.text.length || 1;
    for (const item of p.items.values()) {
      if (!p.shows(item)) continue;
      pen.fillStyle = p.colour(item);
      pen.globalAlpha = item.kind === "suggestion" ? 0.4 : 0.9;
      const column = (p.order.get(item.code) ?? 0) % 3;
      pen.fillRect(1 + column * 4, (item.start / length) * height, 3, Math.max(2, ((item.end - item.start) / length) * height));
    }
    const { scrollTop, scrollHeight, clientHeight } = p.body;
    pen.globalAlpha = 0.18;
    pen.fillStyle = getComputedStyle(p.root).color;
    pen.fillRect(0, (scrollTop / scrollHeight) * height, width, Math.max(6, (clientHeight / scrollHeight) * height));
  }
}

// Two grips at the ends of the coding in focus. Dragging one changes the stretch, by words.
class Handles {
  constructor(panel) {
    this.p = panel;
    this.grips = ["start", "end"].map((side) => {
      const grip = el("div", `qt-grip qt-grip-${side}`, null, { "aria-hidden": "true", title: "Drag to change the stretch" });
      grip.hidden = true;
      grip.addEventListener("pointerdown", (event) => this.grab(event, side));
      return grip;
    });
    panel.middle.append(...this.grips);
  }
  show(item) {
    this.item = item && !this.p.isReader && (item.kind === "suggestion" || this.p.isOwn(item)) ? item : null;
    this.follow();
  }
  follow() {
    const { item, p } = this;
    for (const grip of this.grips) grip.hidden = true;
    if (!item) return;
    const frame = p.middle.getBoundingClientRect(), seen = p.body.getBoundingClientRect();
    [item.start, item.end - 1].forEach((offset, n) => {
      const rect = p.painter.rect(offset);
      if (!rect || rect.top < seen.top || rect.bottom > seen.bottom) return;
      const grip = this.grips[n];
      grip.style.left = `${(n ? rect.right : rect.left) - frame.left}px`;
      grip.style.top = `${rect.top - frame.top}px`;
      grip.style.height = `${rect.height}px`;
      grip.hidden = false;
    });
  }
  offsetAt(x, y) {
    let node, offset;
    if (document.caretPositionFromPoint) {
      const at = document.caretPositionFromPoint(x, y);
      if (!at) return null;
      ({ offsetNode: node, offset } = at);
    } else {
      const at = document.caretRangeFromPoint?.(x, y);
      if (!at) return null;
      [node, offset] = [at.startContainer, at.startOffset];
    }
    return this.p.body.contains(node) ? this.p.select.toOffset(node, offset) : null;
  }
  grab(event, side) {
    event.preventDefault();
    event.stopPropagation();
    const { p, item } = this;
    const grip = event.currentTarget;
    grip.setPointerCapture(event.pointerId);
    for (const other of this.grips) other.style.pointerEvents = "none"; // so that the text below is hit
    p.editing = item.guid;
    p.select.set({ start: item.start, end: item.end });
    const move = (e) => {
      const at = this.offsetAt(e.clientX, e.clientY);
      if (at == null) return;
      const stretch = side === "start" ? { start: Math.min(at, item.end - 1), end: item.end } : { start: item.start, end: Math.max(at, item.start + 1) };
      const whole = p.source.normalise(stretch.start, stretch.end);
      if (whole) p.select.set(whole);
    };
    const done = (e) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", done);
      grip.removeEventListener("pointercancel", done);
      for (const other of this.grips) other.style.pointerEvents = "";
      if (e.type === "pointerup") p.keepStretch();
      else p.escape();
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", done);
    grip.addEventListener("pointercancel", done);
  }
}
