// Rows as elements: how many gave the answer, its words, closed answers, codes.
class GridPainter {
  constructor(grid) {
    this.g = grid;
  }

  head() {
    const { g } = this;
    const names = ["People", g.title, ...g.rows.columns.map((c) => c.name), "Codes"];
    const row = el("div", "qg-row qg-headrow", null, { role: "row", "aria-rowindex": "1" });
    names.forEach((name, n) => {
      const made = el("div", "qg-cell qg-headcell", name, { role: "columnheader", "aria-colindex": String(n + 1), title: name });
      row.append(made);
    });
    g.head.replaceChildren(row);
    g.scroller.style.setProperty("--qg-columns", `56px minmax(0,1fr) ${g.rows.columns.map(() => "108px").join(" ")} minmax(150px,250px)`);
  }

  row(at) {
    const { g } = this;
    const { rows } = g;
    const row = g.view[at];
    const active = at === g.active;
    const made = el("div", `qg-row${active ? " qg-active" : ""}${rows.isOpen(row) ? "" : " qg-done"}`, null, {
      role: "row", "aria-rowindex": String(at + 2), "aria-selected": String(active),
    });
    made.dataset.at = at;
    let column = 0;
    const cell = (cls) => {
      column += 1;
      const here = el("div", `qg-cell ${cls}`, null, { role: "gridcell", "aria-colindex": String(column), id: `${g.uid}-${row}-${column}` });
      if (active && g.cell === column - 1) here.classList.add("qg-at");
      made.append(here);
      return here;
    };
    const people = cell("qg-people");
    if (rows.n[row] > 1) people.append(el("span", "qg-times", `× ${rows.n[row].toLocaleString("en-GB")}`, { title: `${rows.n[row]} people gave this answer` }));
    else people.append(el("span", "qg-once", "1"));
    this.words(cell("qg-text"), row);
    rows.columns.forEach((_, n) => { cell("qg-closed").textContent = rows.value(n, row); });
    this.chips(cell("qg-codes"), row, active);
    return made;
  }

  // The answer, cut where a coded part or the selection begins or ends.
  words(cell, row) {
    const { g } = this;
    const text = g.rows.text[row];
    const parts = g.rows.itemsOf(row).filter((item) => !g.rows.isWhole(row, item))
      .map((item) => ({ start: toUnits(text, item.start), end: toUnits(text, item.end), colour: g.colour(item.code), name: g.nameOf(item.code) }));
    const selected = g.selected?.row === row ? g.selected : null;
    if (!parts.length && !selected) {
      cell.textContent = text;
      return;
    }
    const cuts = new Set([0, text.length]);
    for (const { start, end } of selected ? [...parts, selected] : parts) cuts.add(start).add(end);
    const sorted = [...cuts].sort((a, b) => a - b);
    for (let n = 0; n + 1 < sorted.length; n++) {
      const [start, end] = [sorted[n], sorted[n + 1]];
      const over = parts.filter((part) => part.start < end && part.end > start);
      const chosen = selected && selected.start < end && selected.end > start;
      const piece = el(over.length ? "mark" : "span", `${over.length ? "qg-part" : ""}${chosen ? " qg-chosen" : ""}`.trim(), text.slice(start, end));
      if (over.length) {
        piece.style.setProperty("--c", over[0].colour);
        piece.title = over.map((part) => part.name).join(", ");
      }
      cell.append(piece);
    }
  }

  chips(cell, row, active) {
    const { g } = this;
    const { rows } = g;
    if (rows.empty.get(row)) cell.append(el("span", "qg-chip qg-nothing", "no substantive answer"));
    rows.itemsOf(row).forEach((item, n) => {
      const own = item.coder === rows.coder;
      const chip = el("span", `qg-chip${own ? "" : " qg-other"}`);
      chip.dataset.item = n;
      chip.style.setProperty("--c", g.colour(item.code));
      const name = g.nameOf(item.code);
      chip.append(el("span", "qg-chipname", name));
      const notes = [];
      if (!rows.isWhole(row, item)) notes.push("part");
      if (item.n < rows.n[row]) notes.push(`${item.n} of ${rows.n[row]}`);
      if (!own) notes.push(item.coder);
      if (notes.length) chip.append(el("span", "qg-chipnote", notes.join(" · ")));
      chip.title = `${name}, by ${item.coder}${notes.includes("part") ? `: “${shorten([...rows.text[row]].slice(item.start, item.end).join(""), 80)}”` : ""}`;
      if (active && g.chosen === n) chip.classList.add("qg-on");
      cell.append(chip);
    });
  }
}
