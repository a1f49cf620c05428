// Above the rows: codes on keys, what is shown, what is saved. Below them: what the keys do now.
const GRID_KEYS = [
  ["Code", [
    ["1–9", "code the answer (or the words chosen in it) with that key's code"],
    ["/ Enter", "find a code by a few letters"],
    ["Q", "repeat the last code"],
    ["R", "recent codes"],
    ["N", "new code"],
    ["0", "no substantive answer: read, nothing in it to code (again takes it back)"],
    ["U Delete", "remove the code chosen by O, or the last of yours"],
    ["O", "choose the next code of this answer"],
  ]],
  ["A part of an answer", [
    ["W Shift+W", "choose a word, then more or fewer (Shift+→ Shift+← as well)"],
    ["← →", "while words are chosen: word before, word after"],
    ["S", "the next sentence"],
    ["Mouse", "drag over the words"],
    ["Esc", "let go: codes go to the whole answer again"],
  ]],
  ["Move", [
    ["↑ ↓", "answer before, answer after"],
    ["← →", "cell before, cell after"],
    ["PgUp PgDn", "a screen up or down; Ctrl+Home and Ctrl+End go to the first and last answer"],
    ["G Shift+G", "next or previous answer not done"],
    ["L", "find answers with some words"],
  ]],
  ["Always", [
    ["Ctrl+Z Ctrl+Shift+Z", "undo, redo"],
    ["?", "this map"],
  ]],
];

class GridBars {
  constructor(grid) {
    const g = (this.g = grid);
    this.codes = el("div", "qt-bar", null, { role: "toolbar", "aria-label": "Codes on keys" });
    this.line = el("div", "qt-line", null, { role: "group", "aria-label": "Answers shown" });
    this.foot = el("div", "qt-strip qg-strip", null, { role: "group", "aria-label": "This answer" });
    this.live = el("div", "qt-live", null, { role: "status", "aria-live": "polite" });
    this.alerts = el("div", "qt-alerts", null, { role: "alert" });
    this.undo = button("qt-button qt-edit", "Undo", () => g.step("done"), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button("qt-button qt-edit", "Redo", () => g.step("undone"), { "aria-keyshortcuts": "Control+Shift+Z" });
    this.find = el("input", "qt-input qg-find", null, { type: "search", "aria-label": "Answers with the words", placeholder: "With the words… (L)", spellcheck: "false" });
    this.show = el("select", "qt-input qg-select", null, { "aria-label": "Show" });
    this.sort = el("select", "qt-input qg-select", null, { "aria-label": "Sort" });
    this.again = button("qt-button", "Update the list", () => g.refilter());
    this.place = el("span", "qt-place");
    this.saved = el("span", "qt-saved", "saved");
    this.line.append(this.undo, this.redo, this.find, this.show, this.sort, this.again, this.place, this.saved, button("qt-button qt-edit", "? keys", () => g.openKeys(), { "aria-keyshortcuts": "?" }));
    this.find.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => g.refilter(), 120);
    });
    this.find.addEventListener("keydown", (event) => {
      if (!["Enter", "ArrowDown", "Escape"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Escape") this.find.value = "";
      g.refilter();
      g.scroller.focus();
    });
    for (const box of [this.show, this.sort]) box.addEventListener("change", () => g.refilter());
  }

  drawCodes() {
    const { g } = this;
    const made = [];
    for (let slot = 1; slot <= 9; slot++) {
      const code = g.codes.get(g.slots[slot]);
      if (!code) continue;
      const key = button("qt-code", null, () => g.applyCode(code.guid), { "aria-keyshortcuts": String(slot), title: `${code.path}${code.definition ? ` – ${code.definition}` : ""}` });
      key.style.setProperty("--c", safeColour(code.colour));
      key.append(el("kbd", "qt-key", String(slot)), el("span", "qt-codename", code.name));
      made.push(key);
    }
    const nothing = button("qt-code qt-all qg-zero", null, () => g.toggleEmpty(), { "aria-keyshortcuts": "0" });
    nothing.append(el("kbd", "qt-key", "0"), el("span", "qt-codename", "No substantive answer"));
    const all = button("qt-code qt-all", null, () => g.openPicker(), { "aria-keyshortcuts": "/" });
    all.append(el("kbd", "qt-key", "/"), el("span", "qt-codename", `All ${g.nCodable} codes`));
    this.codes.replaceChildren(...made, nothing, all);
    const option = (value, text) => el("option", "", text, { value });
    const used = [...g.codes.values()].filter((code) => code.is_codable);
    const { value } = this.show;
    this.show.replaceChildren(
      option("all", "All answers"), option("open", "Not done"), option("coded", "Coded"),
      option("empty", "No substantive answer"), option("many", "Given more than once"),
      ...used.map((code) => option(code.guid, `Code: ${code.name}`)),
    );
    this.show.value = value || "all";
    const order = this.sort.value;
    this.sort.replaceChildren(
      option("first", "As imported"), option("often", "Most frequent"), option("long", "Longest"),
      option("short", "Shortest"), option("letters", "A to Z"),
      ...g.rows.columns.map((column, n) => option(`column${n}`, `By ${column.name}`)),
    );
    this.sort.value = order || "first";
  }

  drawState() {
    const { g } = this;
    const { state, waiting } = g.outbox;
    this.saved.dataset.state = state;
    this.saved.textContent = g.isReader ? "read only" : state === "saved" ? "saved" : state === "offline" ? `offline: ${waiting} kept here` : `saving ${waiting}…`;
    this.undo.disabled = !g.history.done.length;
    this.redo.disabled = !g.history.undone.length;
    this.undo.title = g.history.done.at(-1)?.name ?? "";
    this.redo.title = g.history.undone.at(-1)?.name ?? "";
    const shown = g.view.length === g.rows.length ? "" : ` of ${g.rows.length.toLocaleString("en-GB")}`;
    this.place.textContent = `${g.view.length.toLocaleString("en-GB")}${shown} answers · ${g.nOpen.toLocaleString("en-GB")} not done`;
    this.again.hidden = !g.isStale;
  }

  drawFoot() {
    const { g } = this;
    const row = g.row;
    if (row === undefined) return this.foot.replaceChildren(el("span", "qt-hint", "No answer fits. Take away a filter."));
    const n = g.rows.n[row];
    const parts = [el("span", "qg-number", `${(g.active + 1).toLocaleString("en-GB")} of ${g.view.length.toLocaleString("en-GB")}`)];
    if (n > 1) parts.push(el("span", "qt-itemname", `the same answer by ${n} people: codes go to all of them`));
    const selected = g.selected;
    const hint = g.isReader ? "You read in this study: nothing can be changed." : selected
      ? `“${shorten(g.rows.text[row].slice(selected.start, selected.end), 60)}” chosen: 1–9 or / codes these words, W more, Esc the whole answer`
      : "1–9 or / codes the whole answer, W chooses words in it, 0 nothing substantive, G next not done";
    parts.push(el("span", "qt-hint", hint));
    this.foot.replaceChildren(...parts);
    return undefined;
  }

  keyMap() {
    const box = el("div", "qt-over qt-keys", null, { role: "dialog", "aria-label": "Keys", tabindex: "-1" });
    const groups = el("div", "qt-keygroups");
    for (const [title, rows] of GRID_KEYS) {
      const group = el("div", "qt-keygroup");
      group.append(el("div", "qt-keytitle", title));
      for (const [keys, about] of rows) {
        const line = el("div", "qt-keyrow");
        const cell = el("span", "qt-keycell");
        for (const key of keys.split(" ")) cell.append(el("kbd", "qt-key", key));
        line.append(cell, el("span", "", about));
        group.append(line);
      }
      groups.append(group);
    }
    const foot = el("div", "qt-foot");
    foot.append(button("qt-button", "Close (Esc)", () => this.g.closeOver()));
    box.append(el("div", "qt-overtitle", "Keys"), groups, foot);
    return box;
  }
  newCode(name) {
    const { g } = this;
    const box = el("div", "qt-over qt-low", null, { role: "dialog", "aria-label": "New code" });
    const form = el("form", "qg-form");
    const input = el("input", "qt-input", null, { "aria-label": "Name of the new code", autocomplete: "off" });
    input.value = name ?? "";
    const near = el("div", "qt-near qg-near");
    const hint = () => {
      const alike = nearCodes([...g.codes.values()].filter((code) => code.is_codable), input.value);
      near.replaceChildren(...(alike.length ? [el("span", "", "Much like:")] : []), ...alike.map((code) => button("qt-choice", code.name, () => { g.closeOver(); g.applyCode(code.guid); })));
    };
    input.addEventListener("input", hint);
    const foot = el("div", "qt-foot");
    const keep = el("button", "qt-button qt-main", "Make and apply (Enter)", { type: "submit" });
    foot.append(keep, button("qt-button", "Cancel (Esc)", () => g.closeOver()));
    form.append(el("div", "qt-overtitle", "New code"), input, near, foot);
    box.append(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wanted = input.value.trim().replace(/\s+/g, " ");
      if (!wanted) return;
      g.closeOver();
      g.makeCode(wanted);
    });
    hint();
    g.openOver(box, input);
  }

  say(words) {
    this.live.textContent = "";
    requestAnimationFrame(() => { this.live.textContent = words; });
  }
  alert(words) {
    const box = el("div", "qt-alert", words);
    box.append(button("qt-button", "Close", () => box.remove()));
    this.alerts.append(box);
  }
}
