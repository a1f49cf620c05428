// How far one has read: turns with a coding of one's own, turns with nothing to code, turns to read.
// Only participants' turns count: nobody needs to tick off the interviewer's questions.
Object.assign(Panel.prototype, {
  stateOf(turn) {
    if (!turn.who || turn.who.is_interviewer || turn.position == null) return null;
    if (turn.nOwn > 0) return "coded";
    return this.nothing.has(turn.position) ? "read" : "unread";
  },
  // Counts of turns; in a source marked as read to the end no turn is left to read.
  tally() {
    const found = { coded: 0, read: 0, unread: 0 };
    for (const turn of this.source.turns) {
      const state = this.stateOf(turn);
      if (state) found[state === "unread" && this.reading.state === "read" ? "read" : state] += 1;
    }
    return found;
  },
  // The turn an act is about: of the selection, of the coding in focus, else where one is.
  turnHere() {
    const place = this.select.now ?? this.items.get(this.focused);
    return place ? this.source.turnAt(place.start) : this.source.turns[this.current];
  },

  markTurn() {
    const turn = this.turnHere();
    const state = this.stateOf(turn);
    if (!state) return this.note("Only participants' turns are marked: there is nothing to tick off in this one.");
    const op = (nothing) => ({ kind: "turns", positions: [turn.position], nothing });
    if (this.nothing.has(turn.position)) {
      this.act(`took back “nothing to code” in turn ${turn.number}`, op(false), op(true));
      return this.note(`Turn ${turn.number} is to be read again.`);
    }
    if (state === "coded") return this.note(`Turn ${turn.number} has codings of yours: there was something to code.`);
    this.act(`marked turn ${turn.number} as read, nothing to code`, op(true), op(false));
    const next = this.source.turns.slice(turn.n + 1).find((other) => this.stateOf(other) === "unread");
    if (next) this.goTurn(next.n);
    this.note(`Turn ${turn.number}: read, nothing to code. ${this.leftWords()}`);
  },
  markRest() {
    const here = this.turnHere();
    const unread = this.source.turns.filter((turn) => this.stateOf(turn) === "unread");
    const rest = unread.filter((turn) => turn.n >= here.n);
    if (!rest.length) return this.note("No turn from here on is left to read.");
    const positions = rest.map((turn) => turn.position);
    const whole = rest.length === unread.length && this.reading.state !== "read";
    const op = (nothing) => ({ kind: "turns", positions, nothing, ...(whole ? { state: nothing ? "read" : "reading" } : {}) });
    const name = `marked ${plural(rest.length, "turn")} from turn ${rest[0].number} on as read, nothing to code`;
    this.act(name, op(true), op(false));
    this.note(`${name[0].toUpperCase()}${name.slice(1)}. ${this.leftWords()}`);
  },
  leftWords() {
    const { unread } = this.tally();
    if (unread) return `${plural(unread, "turn")} left to read.`;
    return this.reading.state === "read" ? "The source is read to the end." : `Every turn is coded or read: ${this.keys.shown("read")} marks the source as read.`;
  },
  markRead() {
    const before = this.reading.state === "read" ? "read" : "reading";
    const state = before === "read" ? "reading" : "read";
    const op = (to, expect) => ({ kind: "read", state: to, expect });
    const name = state === "read" ? "marked the source as read" : "marked the source as not finished";
    this.act(name, op(state), op(before, state), op(state, before));
    this.note(`${name[0].toUpperCase()}${name.slice(1)}.`);
  },

  // What an operation on turns changes here.
  applyTurns(op) {
    for (const position of op.positions) {
      if (op.nothing) this.nothing.add(position);
      else this.nothing.delete(position);
    }
    if (op.state) this.reading.state = op.state;
    this.painter.readMarks();
  },
  setNothing(positions) {
    this.nothing = new Set(positions);
    if (this.source) this.painter.readMarks();
  },
  nextUncoded(by) {
    const { turns } = this.source;
    for (let n = this.current + by; n >= 0 && n < turns.length; n += by) {
      if (this.stateOf(turns[n]) === "unread") return this.goTurn(n);
    }
    this.note(by > 0 ? "Every later turn of a participant is coded or read." : "Every earlier turn of a participant is coded or read.");
  },
});
