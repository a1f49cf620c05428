// The map of keys as a window, where keys can be changed: press the button of a row, then the new key.
Object.assign(Dialogs.prototype, {
  keys() {
    const { p } = this;
    const box = this.frame("Keys", "qt-keys");
    const said = el("div", "qt-keysaid", "To change a key, press its button, then the new key.", { role: "status" });
    const groups = el("div", "qt-keygroups", null, { tabindex: "0", role: "group", "aria-label": "Map of keys" });
    let waiting = null; // the row whose new key is awaited
    const draw = () => {
      groups.replaceChildren(...KEY_MAP.map(([title, rows]) => {
        const list = el("dl", "qt-keygroup");
        list.append(el("dt", "qt-keytitle", title), ...rows.map((row) => this.keyRow(row, waiting, (chosen) => wait(chosen))));
        return list;
      }));
    };
    const focusOn = (row) => groups.querySelector(`[data-action="${row.id}"]`)?.focus({ preventScroll: true });
    const wait = (row) => {
      waiting = row;
      said.textContent = `Press the new key for “${row.what}”; Esc leaves it at ${p.keys.shown(row.id)}.`;
      draw();
      focusOn(row);
    };
    const leave = (words) => {
      const row = waiting;
      waiting = null;
      said.textContent = words;
      draw();
      focusOn(row);
    };
    box.addEventListener("keydown", (event) => {
      if (!waiting || event.isComposing || ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"].includes(event.key)) return;
      if (event.key === "Tab") return leave("Nothing was changed.");
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") return leave("Nothing was changed.");
      const words = p.keys.map.trouble(event, waiting);
      if (words) {
        said.textContent = words; // still waiting: the next key may fit
        return;
      }
      p.setKeys({ ...p.keys.map.own, [waiting.id]: event.key.toLowerCase() });
      leave(`“${waiting.what}” is on ${p.keys.shown(waiting.id)} now.`);
    });
    const foot = el("div", "qt-foot");
    foot.append(
      button("qt-button", "Close (Esc)", () => p.closeOver()),
      button("qt-button", "All keys as at first", () => {
        waiting = null;
        p.setKeys({});
        said.textContent = "Every key is as it was at first.";
        draw();
      }),
    );
    box.tabIndex = -1;
    draw();
    foot.append(said);
    box.append(groups, foot);
    p.openOver(box, box);
  },
  keyRow(row, waiting, choose) {
    const { map } = this.p.keys;
    const made = el("dd", "qt-keyrow");
    const cell = el("span", "qt-keycell");
    const caps = map.caps(row).map((cap) => el("kbd", "qt-key", cap));
    if (!row.id) cell.append(...caps);
    else {
      const change = button("qt-keybutton", null, () => choose(row), {
        "aria-label": `${map.caps(row).join(" and ")}: change the key of “${row.what}”`, title: "Change this key",
      });
      change.dataset.action = row.id;
      if (waiting === row) change.append(el("span", "", "press a key…"));
      else change.append(...caps);
      cell.append(change);
    }
    made.append(cell, el("span", "", row.what));
    return made;
  },
});

Object.assign(Panel.prototype, {
  setKeys(own) {
    // Keys equal to the defaults are not kept.
    const keys = Object.fromEntries(ACTIONS.filter(({ id, key }) => own[id] && own[id] !== key).map(({ id }) => [id, own[id]]));
    this.perform({ kind: "keys", keys }, "changed a key");
  },
});
