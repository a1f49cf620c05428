// Small makers of elements. Text enters the page by textContent only: a transcript or a code name
// is never read as markup, and a colour is used only when it is written #rrggbb.
const QT = (globalThis.__qt ??= { panels: new Map(), waiting: new Map() });

const el = (tag, cls, text, attributes) => {
  const made = document.createElement(tag);
  if (cls) made.className = cls;
  if (text != null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  return made;
};

// Buttons do not take the focus on a mouse press: the selection and the place in the text stay.
const button = (cls, text, onClick, attributes) => {
  const made = el("button", cls, text, attributes);
  made.type = "button";
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", onClick);
  return made;
};

// Whether somebody is typing in the page. A box in which a name or a source was chosen keeps the focus,
// but its list is closed: the next key is for what came of the choice.
const isTyping = () => {
  const at = document.activeElement;
  if (at?.getAttribute("role") === "combobox" && at.getAttribute("aria-expanded") !== "true") return false;
  return !!at?.closest("input, textarea, select, [contenteditable]");
};

// Keys work at once, unless somebody is typing elsewhere in the page.
const takeKeys = (target) => {
  if (!isTyping()) target.focus({ preventScroll: true });
};

// Where the server does not answer for a few seconds Streamlit lays a window over the page and takes the
// keys. Work goes on here meanwhile, and the bar says what is kept until the server is back: who presses a
// key as before has done with that window. Returns whether it was there, and is closed now.
const closeConnectionError = () => {
  const found = [...document.querySelectorAll("[role=dialog]")].find((box) => box.querySelector("h2")?.textContent === "Connection error");
  found?.querySelector("button[aria-label=Close]")?.click();
  return !!found;
};
const OF_A_WINDOW = new Set(["Escape", "Enter", "Tab", " ", "Shift", "Control", "Alt", "Meta"]);

// Keys that were for ``root`` before that window came are for it still. Returns what ends this.
const keepKeys = (root) => {
  let held = null; // what in root had the keys last
  const letters = []; // typed under the window, and not written yet
  const write = () => {
    held?.focus({ preventScroll: true });
    for (const letter of letters.splice(0)) document.execCommand("insertText", false, letter);
  };
  const focused = ({ target }) => {
    if (root.contains(target)) held = target;
    else if (!target.closest?.("[role=dialog]")) held = null;
  };
  const pointed = ({ target }) => { if (!root.contains(target)) held = null; };
  const pressed = (event) => {
    const { target, key, code, ctrlKey, shiftKey, altKey, metaKey } = event;
    if (letters.length && root.contains(target)) write(); // in the order of the keys
    if (!held?.isConnected || root.contains(target) || OF_A_WINDOW.has(key)) return;
    if (document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState === "CONNECTED") return;
    if (target !== document.body && !target.closest?.("[role=dialog]")) return;
    if (!closeConnectionError() && target !== document.body) return;
    event.preventDefault();
    event.stopPropagation();
    const to = held;
    const same = new KeyboardEvent("keydown", { key, code, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true });
    if (to.dispatchEvent(same) && key.length === 1 && !ctrlKey && !metaKey && to.matches("input, textarea")) letters.push(key);
    setTimeout(write); // when the window is gone, which holds the focus until then
  };
  const all = [["focusin", focused], ["pointerdown", pointed], ["keydown", pressed]];
  for (const [name, act] of all) window.addEventListener(name, act, true);
  return () => { for (const [name, act] of all) window.removeEventListener(name, act, true); };
};

const newGuid = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages served over plain http from another machine have no randomUUID.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

// A code's colour as it can be seen on this page: moved towards white or black until its contrast
// with the page is 3:1. The codebook keeps the colour somebody chose.
const page = { background: [255, 255, 255], seen: new Map() };

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const safeColour = (colour) => {
  const wanted = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#7f7f7f";
  const known = page.seen.get(wanted);
  if (known) return known;
  const away = luminance(page.background) > 0.4 ? 0 : 255;
  let rgb = channels(wanted);
  for (let n = 0; n < 20 && contrast(rgb, page.background) < 3; n++) rgb = rgb.map((v) => Math.round(v + (away - v) * 0.1));
  const shown = "#" + rgb.map((v) => v.toString(16).padStart(2, "0")).join("");
  page.seen.set(wanted, shown);
  return shown;
};

const tint = (hex, alpha) => {
  const n = parseInt(hex.slice(1), 16);
  return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${alpha})`;
};

const shorten = (text, most) => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= most ? line : [...line].slice(0, most - 1).join("").trimEnd() + "…";
};

const clock = (ms) => {
  const s = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
};

const plural = (n, one, many) => `${n} ${n === 1 ? one : many ?? one + "s"}`;

// The first index of a sorted array whose element passes the test.
const firstIndex = (array, test) => {
  let low = 0, high = array.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(array[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
};
