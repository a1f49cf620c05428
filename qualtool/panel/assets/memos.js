// Memos beside the text: on a coding, on the source, on a code. Esc keeps what was written: nothing
// typed is lost, and undo takes it back. Other coders' memos are shown to be read, never in blind mode.
Object.assign(Dialogs.prototype, {
  memoBox(title, text, { others = [], about = [], keep }) {
    const { p } = this;
    const box = this.frame(title, "qt-low qt-memobox");
    for (const [head, words] of about) {
      if (!words) continue;
      const row = el("div", "qt-memoabout");
      if (head) row.append(el("b", "", `${head}: `));
      row.append(document.createTextNode(words));
      box.append(row);
    }
    for (const [coder, words] of others) {
      const row = el("div", "qt-memoabout");
      row.append(el("b", "", `${coder} wrote: `), document.createTextNode(words));
      box.append(row);
    }
    const area = el("textarea", "qt-input", null, { rows: "4", maxlength: "20000", "aria-label": title });
    area.value = text;
    const foot = el("div", "qt-foot", "Esc keeps it as well; Ctrl+Z takes it back.");
    foot.prepend(button("qt-button qt-main", "Keep (Ctrl+Enter)", () => p.closeOver()));
    box.append(area, foot);
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      p.closeOver();
    });
    p.openOver(box, area, () => keep(area.value));
  },
  memo(item) {
    const title = `Memo on ${this.p.codes.get(item.code)?.name ?? "coding"}`;
    this.memoBox(title, item.memo, { keep: (text) => this.p.writeMemo(item.guid, text) });
  },
  sourceMemo() {
    const { p } = this;
    const { own, others } = p.memoOn("source", p.guid);
    this.memoBox("Memo on this source", own, { others, keep: (text) => p.keepMemo("source", p.guid, text, "the source") });
  },
  codeMemo(code) {
    const { p } = this;
    const { own, others } = p.memoOn("code", code.guid);
    const about = [["", code.definition], ["Apply when", code.apply_when], ["Do not apply when", code.do_not_apply_when]];
    this.memoBox(`Memo on the code ${code.name}`, own, {
      others, about, keep: (text) => p.keepMemo("code", code.guid, text, `the code “${code.name}”`),
    });
  },
});

Object.assign(Panel.prototype, {
  setMemos(rows) {
    this.memos = new Map();
    for (const [kind, guid, coder, own, text] of rows) {
      const memo = this.memoOn(kind, guid);
      if (own) memo.own = text;
      else memo.others.push([coder, text]);
      this.memos.set(`${kind}:${guid}`, memo);
    }
  },
  memoOn(kind, guid) {
    return this.memos.get(`${kind}:${guid}`) ?? { own: "", others: [] };
  },
  // The code a key is about: of the coding in focus, held by the marker, or applied last.
  aboutCode() {
    const guid = this.items.get(this.focused)?.code ?? this.marker ?? this.recent[0];
    const code = this.codes.get(guid);
    if (code) this.dialogs.codeMemo(code);
    else this.note(`Choose a coding first: click its name, or press ${this.keys.shown("cycle")}.`);
  },
  writeMemo(guid, text) {
    const item = this.items.get(this.alias(guid));
    if (item) this.rewrite("coding", item.guid, item.memo, text, `“${this.codes.get(item.code)?.name}” in ${this.where(item)}`);
  },
  keepMemo(kind, guid, text, on) {
    this.rewrite(kind, guid, this.memoOn(kind, guid).own, text, on);
  },
  rewrite(target_kind, target_guid, before, text, on) {
    if (before === text || (!before && !text.trim())) return;
    const op = (words, more) => ({ kind: "memo", target_kind, target_guid, text: words, ...more });
    const name = text.trim() ? `wrote a memo on ${on}` : `removed the memo on ${on}`;
    this.act(name, op(text, { before }), op(before, { expect: text }), op(text, { expect: before }));
  },
  applyMemo(op) {
    const text = op.text.trim() ? op.text : "";
    if (op.target_kind === "coding") {
      const item = this.items.get(this.alias(op.target_guid));
      if (item) item.memo = text;
      if (item?.guid === this.focused) this.bars.drawFoot();
      return [item];
    }
    const memo = this.memoOn(op.target_kind, op.target_guid);
    memo.own = text;
    this.memos.set(`${op.target_kind}:${op.target_guid}`, memo);
    this.bars.drawFoot();
    return [];
  },
});
