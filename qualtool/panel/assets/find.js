// Finding words in this source. The browser's own find stays on Ctrl+F.
class Finder {
  constructor(panel) {
    this.p = panel;
    this.hits = [];
    this.at = -1;
    this.box = el("div", "qt-over qt-find", null, { role: "search", "aria-label": "Find in this source" });
    this.input = el("input", "qt-input", null, { "aria-label": "Find in this source", placeholder: "Find in this source", autocomplete: "off" });
    this.count = el("span", "qt-count", "", { role: "status" });
    this.box.append(
      this.input, this.count,
      button("qt-button", "↑", () => this.go(-1), { "aria-label": "Previous (Shift+Enter)" }),
      button("qt-button", "↓", () => this.go(1), { "aria-label": "Next (Enter)" }),
      button("qt-button", "✕", () => this.p.closeOver(), { "aria-label": "Close (Esc)" }),
    );
    this.input.addEventListener("input", () => this.search());
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== this.input || event.isComposing) return;
      event.preventDefault();
      this.go(event.shiftKey ? -1 : 1);
    });
  }
  open() {
    this.p.openOver(this.box, this.input, () => this.show(false));
    this.input.select();
    if (this.input.value) this.search();
  }
  // The pattern is matched on the text itself: a lower-cased copy could have other offsets.
  search() {
    const wanted = this.input.value.trim().replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+");
    this.hits = [];
    this.at = -1;
    if (wanted) {
      const { source } = this.p;
      for (const piece of source.pieces) {
        for (const hit of source.slice(piece).matchAll(new RegExp(wanted, "giu"))) {
          if (hit[0]) this.hits.push({ start: piece.start + hit.index, end: piece.start + hit.index + hit[0].length });
        }
        if (this.hits.length > 5000) break;
      }
    }
    this.show(true);
    if (this.hits.length) this.go(1);
    else this.count.textContent = wanted ? "no hit" : "";
  }
  show(on) {
    if (!globalThis.CSS?.highlights) return;
    CSS.highlights.delete("qt-hits");
    CSS.highlights.delete("qt-hit");
    if (!on || !this.hits.length) return;
    CSS.highlights.set("qt-hits", new Highlight(...this.hits.slice(0, 1000).map((hit) => this.range(hit))));
  }
  range(hit) {
    const range = document.createRange();
    range.setStart(...this.p.select.toDom(hit.start, false));
    range.setEnd(...this.p.select.toDom(hit.end, true));
    return range;
  }
  go(by) {
    if (!this.hits.length) return;
    const here = this.p.source.turns[this.p.current].start;
    if (this.at < 0) this.at = Math.max(0, this.hits.findIndex((hit) => hit.start >= here));
    else this.at = (this.at + by + this.hits.length) % this.hits.length;
    const hit = this.hits[this.at];
    this.count.textContent = `${this.at + 1} of ${this.hits.length}`;
    this.p.current = this.p.source.turnAt(hit.start).n;
    this.p.select.now = hit; // closing the search leaves the words selected, ready to be coded
    this.p.reveal(hit.start, "center");
    if (globalThis.CSS?.highlights) CSS.highlights.set("qt-hit", new Highlight(this.range(hit)));
  }
}
