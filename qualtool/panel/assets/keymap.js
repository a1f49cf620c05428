// The map of keys: what the help shows, and which action each key calls. One action a line. A row
// with an id can be put on another key; ``both`` means that Shift with its letter does the second thing.
const KEY_MAP = [
  ["Always", [
    { keys: "Ctrl+Z Ctrl+Y", what: "undo, redo (Ctrl+Shift+Z as well)" },
    { keys: "Esc", what: "close, let go of the marker, clear" },
    { keys: "F8 F9", what: "of two versions keep theirs, use mine (Shift+F8 both)" },
    { keys: "?", what: "this map" },
  ]],
  ["Code", [
    { keys: "1–9", what: "apply that code; with nothing selected, hold it as a marker" },
    { id: "find", key: "/", what: "find a code by a few letters (Enter as well)" },
    { id: "repeat", key: "q", what: "repeat the last code" },
    { id: "recent", key: "r", what: "recent codes" },
    { id: "marker", key: "b", what: "marker: hold a code, paint with the mouse" },
    { id: "new", key: "n", what: "new code" },
    { id: "invivo", key: "v", what: "new code in the speaker's own words" },
    { id: "slot", key: "k", what: "put the last code on a key" },
  ]],
  ["Move and read", [
    { id: "coded", key: "j", both: true, what: "next or previous coding" },
    { id: "uncoded", key: "g", both: true, what: "next or previous turn not coded or read" },
    { id: "nothing", key: "h", both: true, what: "nothing to code: this turn; the whole rest" },
    { id: "words", key: "l", what: "look for words in this source" },
    { id: "read", key: "d", what: "mark the source as read to the end" },
  ]],
  ["The coding in focus", [
    { id: "cycle", key: "o", both: true, what: "next or previous coding here" },
    { id: "memo", key: "m", both: true, what: "memo on the coding; on the source" },
    { id: "codememo", key: "i", what: "about its code, with your memo on the code" },
    { id: "facets", key: "f", what: "facets: stance, valence, basis, level" },
    { id: "stretch", key: "e", what: "change its stretch (a suggestion's too)" },
    { id: "remove", key: "u", what: "remove (Delete as well)" },
    { id: "accept", key: "a", what: "accept a suggestion" },
    { id: "reject", key: "x", what: "reject a suggestion" },
  ]],
  ["Select without a mouse", [
    { keys: "↑ ↓", what: "turn before, turn after" },
    { keys: "← →", what: "word before, word after" },
    { id: "word", key: "w", both: true, what: "longer or shorter by a word (Shift+→ ←)" },
    { id: "sentence", key: "s", both: true, what: "sentence, then longer; the next one (Shift+↓ ↑)" },
    { id: "turn", key: "t", what: "turn, then longer (Shift+PageDown PageUp)" },
    { keys: "Alt+Shift+← →", what: "move the start by a word" },
  ]],
];
const ACTIONS = KEY_MAP.flatMap(([, rows]) => rows).filter((row) => row.id);

// Which key calls which action. A coder's own keys come from the study; the rest are the defaults.
class KeyMap {
  constructor() {
    this.bind({});
  }
  bind(own) {
    this.own = {};
    this.keyOf = new Map(ACTIONS.map(({ id, key }) => [id, key]));
    for (const { id } of ACTIONS) {
      if (typeof own[id] !== "string" || own[id] === this.keyOf.get(id)) continue;
      this.own[id] = own[id];
      this.keyOf.set(id, own[id]);
    }
    this.actionOf = new Map([...this.keyOf].map(([id, key]) => [key, id]));
  }
  // The key of an action as it stands on its cap; anything else is a fixed key and stays as written.
  shown(id) {
    return this.keyOf.get(id)?.toUpperCase() ?? id;
  }
  // The keys of a row as they are written on caps.
  caps(row) {
    if (!row.id) return row.keys.split(" ");
    const cap = this.shown(row.id);
    return row.both ? [cap, `Shift+${cap}`] : [cap];
  }

  // Why a key cannot be put on an action, in words; null when it can.
  trouble(event, action) {
    const { key } = event;
    const cap = key.length === 1 ? key.toUpperCase() : key;
    if (event.ctrlKey || event.metaKey || event.altKey) return "Keys with Ctrl, Alt or Command belong to the browser and the system. Choose a plain letter or sign.";
    if (key === "Dead") return "This key only begins an accent. Choose another.";
    if (key.length !== 1) return `${cap} has a fixed meaning in the browser or in this panel. Choose a letter or a sign.`;
    if (/\s/.test(key)) return "The space bar presses buttons and scrolls the page. Choose another key.";
    if (/\p{N}/u.test(key)) return "The digits carry your codes. Choose a letter or a sign.";
    if (key === "?") return "? always shows this map, so that nobody is lost. Choose another key.";
    const low = key.toLowerCase();
    const isDefault = action.key === low;
    if (!isDefault && (low === "c" || low === "r")) return `${cap} is Streamlit's own key (${low === "c" ? "clear the cache" : "run again"}) wherever the panel has no focus. Choose another.`;
    if (!isDefault && (low === "'" || low === "/")) return `${cap} opens the quick search of some browsers. Choose another.`;
    if (action.both && !/\p{L}/u.test(key)) return "This action needs a letter, because Shift with it does the second thing.";
    const taken = this.actionOf.get(low);
    if (taken && taken !== action.id) return `${cap} is taken: ${ACTIONS.find(({ id }) => id === taken).what}. Put that on another key first.`;
    return null;
  }
}
