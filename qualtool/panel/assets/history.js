// Named undo and redo. The study keeps the line of acts of each coder and source; this is the part of
// it that the panel knows: what was done, oldest first, and after it what was undone.
class Steps {
  constructor(rows, rev) {
    this.rev = rev;
    this.line = rows.map(([guid, name, undo, redo, state]) => ({ guid, name, undo, redo, state }));
  }
  add(entry) {
    this.line = this.line.filter((known) => known.state === "done");
    this.line.push({ ...entry, state: "done" });
  }
  // An act the study refused, or one that can be neither undone nor done again any more.
  forget(guid) {
    this.line = this.line.filter((known) => known.guid !== guid);
  }
  next(backwards) {
    if (backwards) return this.line.findLast((known) => known.state === "done") ?? null;
    return this.line.find((known) => known.state === "undone") ?? null;
  }
  take(backwards) {
    const entry = this.next(backwards);
    if (entry) entry.state = backwards ? "undone" : "done";
    return entry;
  }
  // An operation that waits here since an earlier visit, which the study may not have heard of yet.
  expect(op) {
    if (op.kind === "step") {
      const known = this.line.find((entry) => entry.guid === op.act);
      if (known) known.state = op.to;
    } else if (op.act && !this.line.some((entry) => entry.guid === op.act.guid)) this.add(op.act);
  }
  // What the study tells, of other tabs too; ``waiting`` are acts it has not heard the last of.
  merge(rows, rev, waiting) {
    this.rev = Math.max(this.rev, rev);
    for (const [guid, name, undo, redo, state] of rows) {
      const known = this.line.find((entry) => entry.guid === guid);
      if (state === "dropped") {
        if (!waiting.has(guid)) this.forget(guid);
      } else if (!known) {
        if (!waiting.has(guid)) this.line.push({ guid, name, undo, redo, state });
      } else Object.assign(known, { undo, redo }, waiting.has(guid) ? {} : { state });
    }
  }
}
