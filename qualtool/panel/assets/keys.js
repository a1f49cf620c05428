// What each key does. Keys with Ctrl, Meta or Alt belong to the browser, but for undo, redo and
// Alt+Shift+arrows. Streamlit's own keys (r, c) must not fire while somebody codes, so the panel
// stops every key press at its border.
// Somebody who only reads moves, selects and looks for words.
const READERS_KEYS = new Set(["words", "coded", "cycle", "word", "sentence", "turn"]);
const READERS_FIXED = new Set(["Escape", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"]);

class Keys {
  constructor(panel) {
    const p = (this.p = panel);
    const s = panel.select;
    this.map = new KeyMap();
    // By action of the map; the second of two is for Shift.
    this.acts = {
      find: () => p.picker.open(),
      repeat: () => p.repeatLast(),
      recent: () => p.picker.open({ recent: true }),
      marker: () => p.toggleMarker(),
      new: () => p.dialogs.newCode(),
      invivo: () => p.inVivo(),
      slot: () => p.waitForSlot(),
      word: (shift) => s.extend("word", !shift),
      sentence: (shift) => (shift ? s.step("sentence", true) : s.extend("sentence", true)),
      turn: () => s.extend("turn", true),
      cycle: (shift) => p.cycle(shift ? -1 : 1),
      memo: (shift) => (shift ? p.dialogs.sourceMemo() : p.withFocused((item) => p.dialogs.memo(item))),
      codememo: () => p.aboutCode(),
      facets: () => p.withFocused((item) => p.dialogs.facets(item)),
      stretch: () => p.editStretch(),
      remove: () => p.removeFocused(),
      accept: () => p.accept(),
      reject: () => p.reject(),
      coded: (shift) => p.nextCoded(shift ? -1 : 1),
      uncoded: (shift) => p.nextUncoded(shift ? -1 : 1),
      nothing: (shift) => (shift ? p.markRest() : p.markTurn()),
      words: () => p.finder.open(),
      read: () => p.markRead(),
    };
    this.fixed = {
      Enter: () => p.enter(),
      Escape: () => p.escape(),
      Delete: () => p.removeFocused(),
      "?": () => p.dialogs.keys(),
      ArrowDown: () => p.goTurn(p.current + 1),
      ArrowUp: () => p.goTurn(p.current - 1),
      ArrowRight: () => s.step("word", true),
      ArrowLeft: () => s.step("word", false),
    };
    this.shifted = {
      ArrowRight: () => s.extend("word", true),
      ArrowLeft: () => s.extend("word", false),
      ArrowDown: () => s.extend("sentence", true),
      ArrowUp: () => s.extend("sentence", false),
      PageDown: () => s.extend("turn", true),
      PageUp: () => s.extend("turn", false),
    };
  }
  shown(id) {
    return this.map.shown(id);
  }
  bind(own) {
    this.map.bind(own);
    this.p.bars.nameKeys();
    this.p.bars.drawCodes();
    this.p.bars.drawFoot();
  }

  handle(event) {
    event.stopPropagation();
    if (event.isComposing || event.defaultPrevented) return;
    const { p } = this;
    if (p.over) {
      if (event.key === "Escape") {
        event.preventDefault();
        p.closeOver();
      } else if (event.key === "Tab") this.keepInside(event);
      return;
    }
    const cap = `${event.shiftKey ? "Shift+" : ""}${event.key}`;
    if (/^F[89]$/.test(event.key) && p.conflicts.press(cap)) {
      event.preventDefault();
      return;
    }
    const act = this.find(event);
    if (!act) return;
    event.preventDefault();
    act();
  }
  find(event) {
    const { p } = this;
    const { key } = event;
    const control = event.ctrlKey || event.metaKey;
    if (p.isReader && !this.isReaders(event)) return null;
    if (control && !event.altKey) {
      const letter = key.toLowerCase();
      if (letter === "z") return () => p.step(!event.shiftKey);
      return letter === "y" ? () => p.step(false) : null;
    }
    if (control) return null;
    if (event.altKey) {
      if (!event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(key)) return null;
      return () => p.select.moveStart(key === "ArrowLeft");
    }
    // A button in the bar answers Enter and Space itself; a code's name beside the text does not.
    const onControl = event.target.closest("button, select, input, textarea");
    if (onControl && !onControl.matches(".qt-chip") && ["Enter", " "].includes(key)) return null;
    if (/^[1-9]$/.test(key)) return () => p.slot(Number(key));
    if (event.shiftKey && this.shifted[key]) return this.shifted[key];
    if (this.fixed[key]) return this.fixed[key];
    // With Caps Lock on, letters arrive as capitals without Shift.
    const act = key.length === 1 ? this.acts[this.map.actionOf.get(key.toLowerCase())] : null;
    return act ? () => act(event.shiftKey) : null;
  }
  isReaders({ key, ctrlKey, metaKey, shiftKey }) {
    if (ctrlKey || metaKey) return false;
    if (READERS_FIXED.has(key) || (shiftKey && this.shifted[key])) return true;
    return key.length === 1 && READERS_KEYS.has(this.map.actionOf.get(key.toLowerCase()));
  }
  // While something lies over the text, Tab goes round inside it.
  keepInside(event) {
    const inside = [...this.p.over.box.querySelectorAll("input, select, textarea, button, [tabindex='0']")].filter((x) => x.offsetParent);
    if (!inside.length) return;
    const first = inside[0], last = inside[inside.length - 1];
    const active = document.activeElement;
    if (event.shiftKey ? active === first || active === this.p.over.box : active === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
}
