// The map of keys: what the help shows, and what each does. Keys with Ctrl, Meta or Alt belong to
// the browser, but for undo, redo and Alt+Shift+arrows. Streamlit's own keys (r, c) must not fire
// while somebody codes, so the panel stops every key press at its border.
const KEY_MAP = [
  ["Code", [
    ["1–9", "apply the code on that key; with nothing selected: hold it as a marker"],
    ["/", "find a code by a few letters (Enter as well)"],
    ["Q", "repeat the last code"],
    ["R", "recent codes"],
    ["B", "marker: hold a code, then paint with the mouse"],
    ["N", "new code"],
    ["V", "new code in the speaker's own words"],
    ["K", "put the last code on a key"],
  ]],
  ["Select without a mouse", [
    ["↑ ↓", "turn before, turn after"],
    ["← →", "word before, word after"],
    ["W Shift+W", "longer or shorter by a word (Shift+→ Shift+←)"],
    ["S Shift+S", "whole sentence, then longer; the next sentence (Shift+↓ longer, Shift+↑ shorter)"],
    ["T", "whole turn, then longer"],
    ["Alt+Shift+← Alt+Shift+→", "move the start by a word"],
  ]],
  ["The coding in focus", [
    ["O Shift+O", "next or previous coding here"],
    ["M", "memo"],
    ["F", "facets: stance, valence, basis, level"],
    ["E", "change its stretch (of a suggestion too); Enter keeps it"],
    ["U", "remove (Delete as well)"],
    ["A X", "accept or reject a suggestion"],
  ]],
  ["Move and read", [
    ["J Shift+J", "next or previous coding"],
    ["G Shift+G", "next or previous turn without a coding"],
    ["L", "look for words in this source"],
    ["D", "read to the end: mark the source as read"],
  ]],
  ["Always", [
    ["Ctrl+Z Ctrl+Shift+Z", "undo, redo"],
    ["Esc", "close, let go of the marker, clear"],
    ["?", "this map"],
  ]],
];

class Keys {
  constructor(panel) {
    const p = (this.p = panel);
    const s = panel.select;
    this.plain = {
      "/": () => p.picker.open(),
      Enter: () => p.enter(),
      q: () => p.repeatLast(),
      r: () => p.picker.open({ recent: true }),
      b: () => p.toggleMarker(),
      n: () => p.dialogs.newCode(),
      v: () => p.inVivo(),
      k: () => p.waitForSlot(),
      ArrowDown: () => p.goTurn(p.current + 1),
      ArrowUp: () => p.goTurn(p.current - 1),
      ArrowRight: () => s.step("word", true),
      ArrowLeft: () => s.step("word", false),
      w: () => s.extend("word", true),
      W: () => s.extend("word", false),
      s: () => s.extend("sentence", true),
      S: () => s.step("sentence", true),
      t: () => s.extend("turn", true),
      o: () => p.cycle(1),
      O: () => p.cycle(-1),
      m: () => p.withFocused((item) => p.dialogs.memo(item)),
      f: () => p.withFocused((item) => p.dialogs.facets(item)),
      e: () => p.editStretch(),
      u: () => p.removeFocused(),
      Delete: () => p.removeFocused(),
      a: () => p.accept(),
      x: () => p.reject(),
      j: () => p.nextCoded(1),
      J: () => p.nextCoded(-1),
      g: () => p.nextUncoded(1),
      G: () => p.nextUncoded(-1),
      l: () => p.finder.open(),
      d: () => p.markRead(),
      "?": () => p.dialogs.keys(),
      Escape: () => p.escape(),
    };
    this.shifted = {
      ArrowRight: () => s.extend("word", true),
      ArrowLeft: () => s.extend("word", false),
      ArrowDown: () => s.extend("sentence", true),
      ArrowUp: () => s.extend("sentence", false),
    };
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
    const act = this.find(event);
    if (!act) return;
    event.preventDefault();
    act();
  }
  find(event) {
    const { p } = this;
    const { key } = event;
    const onControl = event.target.closest("button, select, input, textarea");
    const control = event.ctrlKey || event.metaKey;
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
    if (onControl && !onControl.matches(".qt-chip") && ["Enter", " "].includes(key)) return null;
    if (/^[1-9]$/.test(key)) return () => p.slot(Number(key));
    if (event.shiftKey && this.shifted[key]) return this.shifted[key];
    // With Caps Lock on, letters arrive as capitals without Shift.
    const letter = key.length === 1 && /\p{L}/u.test(key) ? (event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key;
    return this.plain[letter] ?? this.plain[letter.toLowerCase()] ?? null;
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
