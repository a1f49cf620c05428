// Finding a code by a few letters of its name, path or short id, with what the codebook says of it.

// How well the letters fit a text, in their order: starts of words and runs count more. -1 = not.
const fuzzyScore = (letters, text) => {
  const low = text.toLowerCase();
  let score = 0, at = -1, run = 0;
  for (const letter of letters) {
    let next = low.indexOf(letter, at + 1);
    if (next < 0) return -1;
    // Prefer the start of a later word to the inside of this one.
    if (next !== at + 1) {
      for (let i = next; i >= 0; i = low.indexOf(letter, i + 1)) {
        if (i === 0 || /[^\p{L}\p{N}]/u.test(low[i - 1])) {
          next = i;
          break;
        }
      }
    }
    const starts = next === 0 || /[^\p{L}\p{N}]/u.test(low[next - 1]);
    run = next === at + 1 ? run + 1 : 0;
    score += 1 + (starts ? 4 : 0) + run * 2;
    at = next;
  }
  return score - low.length / 100;
};

const findCodes = (codes, query) => {
  const letters = [...query.toLowerCase().replace(/\s+/g, "")];
  if (!letters.length) return codes;
  const plain = query.trim().toLowerCase();
  const scored = [];
  for (const code of codes) {
    const inName = fuzzyScore(letters, code.name);
    const best = Math.max(inName < 0 ? -1 : inName + 3, fuzzyScore(letters, code.short_id), fuzzyScore(letters, code.path));
    const whole = code.name.toLowerCase().includes(plain) || code.short_id.toLowerCase() === plain ? 20 : 0;
    if (best >= 0) scored.push([best + whole, code]);
  }
  return scored.sort((a, b) => b[0] - a[0]).map(([, code]) => code);
};

// Names so alike that a new code may be the old one again.
const nearCodes = (codes, name) => {
  const words = (text) => new Set((text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []).map((w) => w.slice(0, 6)));
  const wanted = words(name);
  if (!wanted.size) return [];
  return codes
    .map((code) => {
      const have = words(code.name);
      const common = [...wanted].filter((w) => have.has(w)).length;
      return [common / Math.max(1, Math.min(wanted.size, have.size)), code];
    })
    .filter(([share]) => share >= 0.5)
    .sort((a, b) => b[0] - a[0])
    .slice(0, 4)
    .map(([, code]) => code);
};

class Picker {
  constructor(panel) {
    this.p = panel;
    this.box = el("div", "qt-over qt-picker", null, { role: "dialog", "aria-label": "Find a code" });
    this.input = el("input", "qt-input", null, {
      role: "combobox", "aria-label": "Code", "aria-expanded": "true", "aria-controls": "qt-codes",
      "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: "Type a few letters of a code",
    });
    this.list = el("ul", "qt-list", null, { role: "listbox", id: "qt-codes", "aria-label": "Codes" });
    this.about = el("div", "qt-about");
    const columns = el("div", "qt-columns");
    columns.append(this.list, this.about);
    this.foot = el("div", "qt-foot");
    this.box.append(this.input, columns, this.foot);
    this.input.addEventListener("input", () => { this.at = 0; this.draw(); });
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  open({ recent = false } = {}) {
    this.recent = recent;
    this.input.value = "";
    this.at = 0;
    this.foot.textContent = recent
      ? "1–9 or Enter applies · Shift+Enter holds the code as a marker · Esc closes"
      : "Enter applies · Shift+Enter holds the code as a marker · Esc closes";
    this.p.openOver(this.box, this.input);
    this.draw();
  }

  draw() {
    const { p } = this;
    const query = this.input.value;
    const codable = [...p.codes.values()].filter((code) => code.is_codable);
    const used = p.recent.map((guid) => p.codes.get(guid)).filter((code) => code?.is_codable);
    if (query.trim()) this.found = findCodes(codable, query);
    else if (this.recent) this.found = used;
    else this.found = [...used, ...codable.filter((code) => !used.includes(code))];
    this.found = this.found.slice(0, 60);
    const name = query.trim().replace(/\s+/g, " ");
    this.canMake = name && !codable.some((code) => code.name.toLowerCase() === name.toLowerCase());
    const rows = this.found.map((code, n) => this.row(code, n));
    if (this.canMake) rows.push(this.makeRow(name, rows.length));
    this.at = Math.max(0, Math.min(this.at, rows.length - 1));
    this.list.replaceChildren(...rows);
    if (!rows.length) this.list.append(el("li", "qt-none", this.recent ? "No code applied yet." : "The codebook has no codes."));
    this.mark();
  }
  row(code, n) {
    const made = el("li", "qt-option", null, { role: "option", id: `qt-code-${n}`, "aria-selected": "false" });
    made.style.setProperty("--c", safeColour(code.colour));
    const slot = this.p.slotOf(code.guid);
    const parts = code.path.split(" > ");
    const label = el("span", "qt-optionname", code.name);
    made.append(label);
    if (parts.length > 1) made.append(el("span", "qt-optionpath", parts.slice(0, -1).join(" › ")));
    const key = this.recent && !this.input.value.trim() ? n + 1 : slot;
    if (key && key < 10) made.append(el("kbd", "qt-key", String(key)));
    this.onPick(made, n);
    return made;
  }
  makeRow(name, n) {
    const made = el("li", "qt-option qt-make", `New code “${shorten(name, 50)}” …`, { role: "option", id: `qt-code-${n}`, "aria-selected": "false" });
    this.onPick(made, n);
    return made;
  }
  onPick(row, n) {
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.pick(n, event.shiftKey);
    });
    row.addEventListener("mousemove", () => {
      if (this.at === n) return;
      this.at = n;
      this.mark(false);
    });
  }
  mark(scroll = true) {
    [...this.list.children].forEach((row, n) => {
      row.classList.toggle("qt-at", n === this.at);
      if (row.getAttribute("role")) row.setAttribute("aria-selected", String(n === this.at));
    });
    const row = this.list.children[this.at];
    if (row && scroll) row.scrollIntoView({ block: "nearest" });
    if (row?.id) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
    this.describe(this.found[this.at]);
  }
  describe(code) {
    this.about.replaceChildren();
    if (!code) return;
    const head = el("div", "qt-aboutname", code.name);
    head.style.setProperty("--c", safeColour(code.colour));
    this.about.append(head, el("div", "qt-aboutpath", [code.short_id, code.path.split(" > ").join(" › ")].filter(Boolean).join(" · ")));
    for (const [title, text] of [["", code.definition], ["Apply when", code.apply_when], ["Do not apply when", code.do_not_apply_when]]) {
      if (!text) continue;
      if (title) this.about.append(el("div", "qt-abouthead", title));
      this.about.append(el("div", "qt-abouttext", text));
    }
    if (!code.definition && !code.apply_when) this.about.append(el("div", "qt-abouttext", "The codebook says no more about this code."));
    this.about.append(this.keysFor(code));
  }
  keysFor(code) {
    const row = el("div", "qt-keysrow");
    row.append(el("span", "", "Put it on key"));
    for (let slot = 1; slot <= 9; slot++) {
      const made = button("qt-slot", String(slot), () => {
        this.p.setFavourite(slot, code.guid);
        this.draw();
      }, { "aria-label": `Put ${code.name} on key ${slot}` });
      if (this.p.slotOf(code.guid) === slot) made.setAttribute("aria-pressed", "true");
      row.append(made);
    }
    return row;
  }

  pick(n, hold) {
    const code = this.found[n];
    const name = this.input.value;
    this.p.closeOver();
    if (!code) {
      if (this.canMake) this.p.dialogs.newCode(name);
    } else if (hold) this.p.holdMarker(code.guid);
    else this.p.applyCode(code.guid);
  }
  key(event) {
    const { key } = event;
    const rows = this.found.length + (this.canMake ? 1 : 0);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.isComposing) return;
    if (key in moves && rows) {
      this.at = Math.max(0, Math.min(rows - 1, this.at + moves[key]));
      this.mark();
    } else if (key === "Enter" && event.target === this.input) {
      if (rows) this.pick(this.at, event.shiftKey);
    } else if (this.recent && !this.input.value && /^[1-9]$/.test(key)) {
      if (this.found[key - 1]) this.pick(key - 1, false);
    } else return;
    event.preventDefault();
  }
}
