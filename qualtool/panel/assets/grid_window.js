// Which rows are in the page: those one can see and a few around them. Heights are guessed from the
// length of the text and corrected when a row was drawn, while what one reads stays where it is.
const AROUND = 500; // pixels above and below

class RowWindow {
  constructor(grid) {
    this.g = grid;
    this.drawn = new Map(); // place in the view -> element
    this.heights = new Float32Array(0); // by row index; 0 = not drawn yet
    this.top = new Float64Array(1); // by place in the view
  }
  reset() {
    this.heights = new Float32Array(this.g.rows.length);
    this.refill();
  }
  refill() {
    for (const made of this.drawn.values()) made.remove();
    this.drawn.clear();
    this.measure();
  }
  // Guesses are good enough for the scroll bar; a row that was drawn has its true height.
  guess(row) {
    const lines = Math.ceil(this.g.rows.text[row].length / this.perLine);
    return Math.max(38, 15 + lines * 23);
  }
  measure() {
    const { view } = this.g;
    this.perLine = Math.max(20, this.g.answerWidth() / 7.4);
    if (this.top.length !== view.length + 1) this.top = new Float64Array(view.length + 1);
    for (let at = 0; at < view.length; at++) this.top[at + 1] = this.top[at] + (this.heights[view[at]] || this.guess(view[at]));
    this.g.body.style.height = `${this.top[view.length]}px`;
  }
  placeAt(pixels) {
    return Math.max(0, firstIndex(this.top, (top) => top > pixels) - 1);
  }

  draw() {
    const { scroller, view, active } = this.g;
    const height = scroller.clientHeight - this.g.head.offsetHeight;
    const from = this.placeAt(scroller.scrollTop - AROUND);
    const to = Math.min(view.length - 1, this.placeAt(scroller.scrollTop + height + AROUND));
    for (const [at, made] of this.drawn) {
      if ((at < from || at > to) && at !== active) {
        made.remove();
        this.drawn.delete(at);
      }
    }
    const fresh = [];
    const want = (at) => {
      if (at < 0 || at >= view.length || this.drawn.has(at)) return;
      const made = this.g.painter.row(at);
      made.style.top = `${this.top[at]}px`;
      this.drawn.set(at, made);
      this.g.body.append(made);
      fresh.push(at);
    };
    for (let at = from; at <= to; at++) want(at);
    want(active);
    if (fresh.length) this.correct(fresh);
  }
  // Take over true heights. The row at the upper edge keeps its place under the reader's eyes.
  correct(places) {
    const { scroller, view } = this.g;
    let changed = false;
    for (const at of places) {
      const height = this.drawn.get(at)?.offsetHeight;
      if (!height || Math.abs(height - (this.top[at + 1] - this.top[at])) < 0.5) {
        if (height) this.heights[view[at]] = height;
        continue;
      }
      this.heights[view[at]] = height;
      changed = true;
    }
    if (!changed) return;
    const edge = this.placeAt(scroller.scrollTop);
    const into = scroller.scrollTop - this.top[edge];
    this.measure();
    for (const [at, made] of this.drawn) made.style.top = `${this.top[at]}px`;
    const wanted = this.top[edge] + into;
    if (Math.abs(wanted - scroller.scrollTop) > 0.5) scroller.scrollTop = wanted;
  }
  // One row was changed: draw it anew in its place.
  redraw(row) {
    for (const [at, old] of this.drawn) {
      if (this.g.view[at] !== row) continue;
      const made = this.g.painter.row(at);
      made.style.top = old.style.top;
      old.replaceWith(made);
      this.drawn.set(at, made);
      this.correct([at]);
    }
  }
  // Bring a row into sight, whole where it fits.
  show(at) {
    const { scroller, head } = this.g;
    this.draw();
    const room = scroller.clientHeight - head.offsetHeight;
    const { scrollTop } = scroller;
    if (this.top[at] < scrollTop) scroller.scrollTop = this.top[at];
    else if (this.top[at + 1] > scrollTop + room) scroller.scrollTop = Math.min(this.top[at], this.top[at + 1] - room);
    this.draw();
  }
}
