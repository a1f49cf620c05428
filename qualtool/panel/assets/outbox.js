// What was done but not yet acknowledged by the study. Every message carries all of it, so that a
// lost message costs nothing; every operation has an id, so that a repeated one does nothing.
// It is kept in sessionStorage: a reload or a visit to another page loses nothing.
const RETRY_MS = 3000;
const OFFLINE_MS = 6000;
const QUIET = new Set(["reading"]); // sent along, but nothing a person would wait for

class Outbox {
  constructor(storageKey, onChange) {
    this.key = storageKey;
    this.onChange = onChange;
    this.ops = new Map();
    this.send = null; // set by the sync component at every run
    this.holdUntil = 0;
  }

  restore() {
    try {
      for (const op of JSON.parse(sessionStorage.getItem(this.key) ?? "[]")) this.ops.set(op.op_id, op);
    } catch { /* a blocked or damaged storage: nothing to restore */ }
    if (this.ops.size) this.flushSoon();
    return [...this.ops.values()];
  }
  keep() {
    try {
      if (this.ops.size) sessionStorage.setItem(this.key, JSON.stringify([...this.ops.values()]));
      else sessionStorage.removeItem(this.key);
    } catch { /* a full or blocked storage: the operations stay in memory */ }
  }

  add(op) {
    op.op_id = newGuid();
    op.since = Date.now();
    if (QUIET.has(op.kind)) for (const [id, old] of this.ops) if (old.kind === op.kind) this.ops.delete(id);
    this.ops.set(op.op_id, op);
    this.keep();
    this.onChange();
    this.flushSoon();
    return op;
  }

  // Paint first, then talk to Streamlit. The timer serves hidden tabs, where no frame comes.
  flushSoon() {
    if (this.queued) return;
    this.queued = true;
    const go = () => {
      if (!this.queued) return;
      this.queued = false;
      clearTimeout(timer);
      this.flush();
    };
    const timer = setTimeout(go, 100);
    requestAnimationFrame(() => setTimeout(go));
  }
  flush(extra) {
    clearTimeout(this.retry);
    this.retry = null;
    if (!this.ops.size && !extra) return;
    // A rerun that starts while a page link is followed swallows the navigation: wait a moment.
    const wait = this.holdUntil - Date.now();
    if (wait > 0) {
      this.retry = setTimeout(() => this.flush(extra), wait);
      return;
    }
    this.send?.([...this.ops.values()].map(({ local, since, ...op }) => op), extra);
    if (this.ops.size) this.retry = setTimeout(() => { this.onChange(); this.flush(); }, RETRY_MS);
  }

  // Returns the operations that were answered, with their results.
  acknowledge(list) {
    const done = [];
    for (const [id, result] of list ?? []) {
      const op = this.ops.get(id);
      if (!op) continue;
      this.ops.delete(id);
      done.push([op, result ?? {}]);
    }
    if (done.length) {
      this.keep();
      this.onChange();
    }
    if (!this.ops.size) {
      clearTimeout(this.retry);
      this.retry = null;
    }
    return done;
  }

  get waiting() {
    let n = 0;
    for (const op of this.ops.values()) if (!QUIET.has(op.kind)) n++;
    return n;
  }
  get state() {
    if (!this.waiting) return "saved";
    const oldest = Math.min(...[...this.ops.values()].filter((op) => !QUIET.has(op.kind)).map((op) => op.since));
    return Date.now() - oldest > OFFLINE_MS ? "offline" : "saving";
  }
  stop() {
    this.queued = false;
    clearTimeout(this.retry);
  }
}
