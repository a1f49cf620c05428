// Named undo and redo. An entry holds the operations that undo it and those that do it again; both
// are sent like any other operation, so that the study's log shows them too. Kept for the session.
const MOST_STEPS = 300;

class Steps {
  constructor(storageKey) {
    this.key = storageKey;
    this.done = [];
    this.undone = [];
    try {
      const kept = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
      if (kept) [this.done, this.undone] = kept;
    } catch { /* a blocked or damaged storage: the history starts anew */ }
  }
  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify([this.done, this.undone]));
    } catch { /* the history lives as long as the page */ }
  }
  add(entry) {
    this.done.push(entry);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone = [];
    this.keep();
  }
  // A step the study refused cannot be undone.
  forget(guid) {
    const other = (entry) => ![...entry.undo, ...entry.redo].some((op) => op.guid === guid || op.new_guid === guid);
    this.done = this.done.filter(other);
    this.undone = this.undone.filter(other);
    this.keep();
  }
  take(backwards) {
    const entry = (backwards ? this.done : this.undone).pop();
    if (!entry) return null;
    (backwards ? this.undone : this.done).push(entry);
    this.keep();
    return entry;
  }
}
