// The rows of the answers grid without any page: unpacking, finding, sorting, codings of each row.

// What Python packed: base64 of deflated JSON.
const unpack = async (packed) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
};

// Letters without case and accents, for finding only: its offsets are not those of the text.
const folded = (text) => text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[’‘]/g, "'");

// Offsets in the study count code points; in the page they count UTF-16 units.
const SURROGATE = /[\ud800-\udbff]/;
const toUnits = (text, points) => (SURROGATE.test(text) ? [...text].slice(0, points).join("").length : points);
const toPoints = (text, units) => (SURROGATE.test(text) ? [...text.slice(0, units)].length : units);

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’\u200d-]*|[^\s\p{L}\p{N}]+/gu;
const SENTENCE = /[^.!?…\n]+[.!?…]*/g;
const stretches = (text, pattern) => [...text.matchAll(pattern)]
  .map((m) => ({ start: m.index + (m[0].length - m[0].trimStart().length), end: m.index + m[0].trimEnd().length }))
  .filter((s) => s.end > s.start);

class AnswerRows {
  constructor(data, coder) {
    this.coder = coder;
    this.id = data.rows.row;
    this.n = data.rows.n;
    this.text = data.rows.text;
    this.columns = data.columns;
    this.length = this.id.length;
    this.items = new Map(); // row index -> codings {code, coder, start, end, n}
    this.empty = new Map(); // row index -> answers of this coder without substance
    this.at = new Map(this.id.map((id, index) => [id, index]));
    for (const [row, code, who, start, end, n] of data.codings) {
      this.itemsOf(row, true).push({ code: data.code_guids[code], coder: data.coders[who], start, end, n });
    }
    for (const [row, n] of data.empty) this.empty.set(row, n);
    this.nOpen = 0;
    for (let row = 0; row < this.length; row++) if (this.isOpen(row)) this.nOpen++;
  }
  itemsOf(row, make = false) {
    const found = this.items.get(row);
    if (found || !make) return found ?? [];
    const made = [];
    this.items.set(row, made);
    return made;
  }
  // What stands on a row, as it can be kept and put back.
  state(row) {
    return { items: this.itemsOf(row).map((item) => ({ ...item })), empty: this.empty.get(row) ?? 0 };
  }
  setState(row, { items, empty }) {
    const was = this.isOpen(row);
    if (items.length) this.items.set(row, items.map((item) => ({ ...item })));
    else this.items.delete(row);
    if (empty) this.empty.set(row, empty);
    else this.empty.delete(row);
    this.nOpen += Number(this.isOpen(row)) - Number(was);
  }
  isCoded(row) {
    return this.itemsOf(row).some((item) => item.coder === this.coder);
  }
  isOpen(row) {
    return !this.empty.get(row) && !this.isCoded(row);
  }
  // The stretch a whole answer is coded on, without the white space around it.
  whole(row) {
    const text = this.text[row];
    return { start: text.length - text.trimStart().length, end: text.trimEnd().length };
  }
  isWhole(row, item) {
    const { start, end } = this.whole(row);
    const text = this.text[row];
    return toUnits(text, item.start) <= start && toUnits(text, item.end) >= end;
  }
  value(column, row) {
    const { values, of } = this.columns[column];
    return of[row] < 0 ? "" : values[of[row]];
  }

  // The indexes of rows that fit, in the order wished.
  view({ words = "", show = "all", sort = "first" }) {
    const wanted = folded(words.trim());
    if (wanted && !this.foldedTexts) this.foldedTexts = this.text.map(folded);
    const fits = {
      all: () => true,
      open: (row) => this.isOpen(row),
      coded: (row) => this.isCoded(row),
      empty: (row) => !!this.empty.get(row),
      many: (row) => this.n[row] > 1,
    }[show] ?? ((row) => this.itemsOf(row).some((item) => item.code === show));
    const found = [];
    for (let row = 0; row < this.length; row++) {
      if (fits(row) && (!wanted || this.foldedTexts[row].includes(wanted))) found.push(row);
    }
    return this.sorted(found, sort);
  }
  sorted(rows, sort) {
    const by = (value, other = (a, b) => a - b) => rows.sort((a, b) => other(value(a), value(b)) || a - b);
    const alphabet = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
    if (sort === "often") return by((row) => -this.n[row]);
    if (sort === "long") return by((row) => -this.text[row].length);
    if (sort === "short") return by((row) => this.text[row].length);
    if (sort === "letters") return by((row) => this.text[row], alphabet.compare);
    if (sort.startsWith("column")) return by((row) => this.value(Number(sort.slice(6)), row), alphabet.compare);
    return rows;
  }
}
