// One suggestion to decide on: the words in their turn, the code, why it is suggested, other words.
// Words enter by textContent only.
const CODEBOOK_PARTS = [["Definition", "definition"], ["Apply when", "apply_when"], ["Do not apply when", "do_not_apply_when"]];

class SuggestionCard {
  constructor(queue) {
    this.q = queue;
    this.root = el("div", "qu-card");
    this.isWhyOpen = false;
  }

  draw(card, { isEditing, words, fault }) {
    this.card = card;
    this.root.replaceChildren(this.passage(card, isEditing, words, fault), this.code(card));
  }

  passage(card, isEditing, words, fault) {
    const role = card.role && card.role !== card.speaker ? ` (${card.role})` : "";
    const [box, text] = passageBox(card, card.speaker + role);
    this.text = text;
    this.field = null;
    if (isEditing) box.append(this.otherWords(card, words, fault));
    return box;
  }
  otherWords(card, words, fault) {
    const form = el("form", "qu-form");
    const label = el("label", "qu-label", "The words this code is right for");
    this.field = el("textarea", "qt-input", null, { rows: "3" });
    this.field.value = words ?? card.quote;
    label.append(this.field);
    const foot = el("div", "qt-foot");
    foot.append(
      el("button", "qt-button qt-main", "Accept these words (Ctrl+Enter)", { type: "submit" }),
      button("qt-button", "Cancel (Esc)", () => this.q.edit(false)),
      el("span", "", "Shorten them, or add words that stand before or after them in the turn."),
    );
    form.append(label);
    if (fault) form.append(el("p", "qu-fault", fault, { role: "alert" }));
    form.append(foot);
    const send = () => this.q.acceptWords(this.field.value);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.q.edit(false);
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return form;
  }
  // What the mouse selected in the passage, for the box of other words.
  selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed || !this.text?.contains(selection.getRangeAt(0).commonAncestorContainer)) return null;
    return selection.toString().trim() || null;
  }

  code(card) {
    const box = el("section", "qu-box", null, { "aria-label": "The code" });
    box.append(el("p", "qu-code", card.code_name));
    if (card.code_path !== card.code_name) box.append(el("p", "qu-where", card.code_path));
    const told = card.probability == null ? `${card.strength} suggestion` : card.told;
    const kind = card.probability == null ? card.strength : card.probability >= 0.5 ? "strong" : "weak";
    box.append(el("span", `qu-badge qu-${kind}`, told), el("p", "qu-reason", card.reason), this.why(card));
    for (const [title, key] of CODEBOOK_PARTS) if (card[key]) box.append(named(title, card[key]));
    return box;
  }
  why(card) {
    const box = el("details", "qu-why");
    box.append(el("summary", "", "Why this code?"));
    this.reasons = el("div", "qu-reasons");
    box.append(this.reasons);
    box.open = this.isWhyOpen;
    box.addEventListener("toggle", () => {
      this.isWhyOpen = box.open;
      if (box.open) this.q.askWhy();
    });
    this.drawWhy(this.q.whys.get(card.guid));
    return box;
  }
  drawWhy(why) {
    const { reasons } = this;
    if (!why) return reasons.replaceChildren(el("p", "qu-note", "Looking …"));
    if (why.fault) return reasons.replaceChildren(el("p", "qu-note", why.fault));
    const parts = [];
    if (why.quotes.length) parts.push(el("p", "qu-note", "Nearest passages coded with it (likeness from 0 to 1)"));
    for (const near of why.quotes) {
      const quote = el("p", "qu-near");
      quote.append(el("b", "", near.likeness.toFixed(2)), document.createTextNode(` ${near.quote}`));
      parts.push(quote, el("p", "qu-where", `${near.source} · coded by ${near.coder}`));
    }
    if (why.words.length) parts.push(named("Words that counted", why.words.join(", ")));
    if (why.definition) parts.push(named(`Nearest in the codebook (${why.definition.likeness.toFixed(2)})`, why.definition.words));
    if (why.note) parts.push(el("p", "qu-note", why.note));
    const learnt = why.n_labels == null ? "" : `, learnt from ${why.n_labels.toLocaleString("en-GB")} coded passages`;
    parts.push(el("p", "qu-where", `Found by ${why.encoder || "an unnamed model"}${learnt}.`));
    return reasons.replaceChildren(...parts);
  }
}
