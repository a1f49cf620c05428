// What opens over the text: a new code, facets, filters; memos and keys have files of their own.
const FACETS = {
  stance: [["a", "affirms"], ["d", "denies"], ["x", "mixed"]],
  valence: [["+", "positive"], ["-", "negative"], ["0", "neutral"]],
  basis: [["o", "own"], ["r", "reported"]],
  level: [["p", "pupil"], ["c", "class"], ["b", "base"], ["s", "school"], ["l", "la"], ["n", "nation"]],
};
const FACET_WORDS = { own: "own experience", reported: "reported from others", la: "local authority" };

class Dialogs {
  constructor(panel) {
    this.p = panel;
  }
  frame(label, cls) {
    const box = el("div", `qt-over ${cls}`, null, { role: "dialog", "aria-label": label });
    box.append(el("div", "qt-overtitle", label));
    return box;
  }

  newCode(name = "", quote = null) {
    const { p } = this;
    if (p.hasFixedCodes) return p.note("Owners of the study make new codes: write in a memo what you miss.");
    const box = this.frame(quote ? "New code in the speaker's words" : "New code", "qt-form");
    const field = (label, input) => {
      const row = el("label", "qt-field");
      input.setAttribute("aria-label", label);
      row.append(el("span", "", label), input);
      box.append(row);
      return input;
    };
    const input = field("Name", el("input", "qt-input", null, { maxlength: "120", autocomplete: "off" }));
    input.value = quote ? shorten(quote, 60) : name.trim();
    const near = el("div", "qt-near", null, { role: "status" });
    box.append(near);
    const parent = field("Under", el("select", "qt-input"));
    parent.append(el("option", "", "(top of the codebook)", { value: "" }));
    for (const code of p.codes.values()) parent.append(el("option", "", code.path.split(" > ").join(" › "), { value: code.guid }));
    const last = p.codes.get(p.recent[0]);
    if (last?.parent && p.codes.has(last.parent)) parent.value = last.parent;
    const definition = field("Definition", el("textarea", "qt-input", null, { rows: "2", maxlength: "2000" }));
    const foot = el("div", "qt-foot");
    const ok = button("qt-button qt-main", p.select.now ? "Make and apply (Enter)" : "Make (Enter)", () => make());
    foot.append(ok, button("qt-button", "Leave (Esc)", () => p.closeOver()));
    box.append(foot);
    const hint = () => {
      near.replaceChildren();
      const alike = nearCodes([...p.codes.values()].filter((c) => c.is_codable), input.value);
      if (!alike.length) return;
      near.append(el("span", "", "The codebook has already:"));
      for (const code of alike) {
        near.append(button("qt-button", `Use ${code.name}`, () => {
          p.closeOver();
          p.applyCode(code.guid);
        }));
      }
    };
    const make = () => {
      const wanted = input.value.trim().replace(/\s+/g, " ");
      const same = [...p.codes.values()].some((c) => (c.parent ?? "") === parent.value && c.name.toLowerCase() === wanted.toLowerCase());
      if (!wanted || same) {
        p.say(wanted ? "There is a code of this name in that place already." : "A code needs a name.");
        input.focus();
        return;
      }
      p.closeOver();
      p.makeCode(wanted, parent.value || null, definition.value.trim());
    };
    input.addEventListener("input", hint);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName === "BUTTON" || event.isComposing) return;
      event.preventDefault();
      make();
    });
    p.openOver(box, input);
    input.select();
    hint();
  }

  facets(item) {
    const { p } = this;
    const box = this.frame(`Facets of ${p.codes.get(item.code)?.name ?? "coding"}`, "qt-low qt-facets");
    const first = [];
    const draw = () => {
      const now = p.items.get(p.alias(item.guid)) ?? item;
      [...box.querySelectorAll(".qt-facet")].forEach((row) => row.remove());
      first.length = 0;
      for (const [facet, choices] of Object.entries(FACETS)) {
        const row = el("div", "qt-facet", null, { role: "group", "aria-label": facet });
        row.append(el("span", "qt-facetname", facet));
        for (const [key, value] of choices) {
          const made = button("qt-choice", null, () => pick(facet, value), { "aria-pressed": String(now[facet] === value) });
          made.append(el("kbd", "qt-key", key), document.createTextNode(` ${FACET_WORDS[value] ?? value}`));
          row.append(made);
          first.push(made);
        }
        box.insertBefore(row, foot);
      }
    };
    const pick = (facet, value) => {
      const now = p.items.get(p.alias(item.guid));
      if (!now) return;
      p.setFacet(now.guid, facet, now[facet] === value ? null : value);
      draw();
      box.focus({ preventScroll: true });
    };
    const foot = el("div", "qt-foot", "One key each; the same key again clears it · Esc closes");
    box.append(foot);
    box.tabIndex = -1;
    box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      for (const [facet, choices] of Object.entries(FACETS)) {
        const hit = choices.find(([key]) => key === event.key);
        if (!hit) continue;
        event.preventDefault();
        return pick(facet, hit[1]);
      }
      // The key that opened it closes it again.
      if (p.keys.map.actionOf.get(event.key) !== "facets" && (event.key !== "Enter" || event.target !== box)) return;
      event.preventDefault();
      p.closeOver();
    });
    draw();
    p.openOver(box, box);
  }

  filter() {
    const { p } = this;
    const box = this.frame("Show only", "qt-form");
    const rows = {
      coder: [...new Set([p.coder, ...[...p.items.values()].map((i) => i.coder).filter(Boolean)])].map((name) => [name, name]),
      code: [...p.codes.values()].map((code) => [code.guid, code.path.split(" > ").join(" › ")]),
      origin: [["typed", "typed by hand"], ["accepted", "accepted suggestions"], ["edited", "edited suggestions"], ["imported", "imported"], ["suggestion", "open suggestions"]],
    };
    let first = null;
    for (const [name, choices] of Object.entries(rows)) {
      const row = el("label", "qt-field");
      const list = el("select", "qt-input");
      list.append(el("option", "", "all", { value: "" }));
      for (const [value, text] of choices) list.append(el("option", "", text, { value }));
      list.value = p.filter[name] ?? "";
      list.addEventListener("change", () => p.setFilter(name, list.value || null));
      const label = { coder: "Coder", code: "Code", origin: "Origin" }[name];
      list.setAttribute("aria-label", label);
      row.append(el("span", "", label), list);
      box.append(row);
      first ??= list;
    }
    const foot = el("div", "qt-foot");
    foot.append(
      button("qt-button qt-main", "Close (Esc)", () => p.closeOver()),
      button("qt-button", "Show all", () => { p.setFilter(null); p.closeOver(); }),
    );
    box.append(foot);
    p.openOver(box, first);
  }
}
