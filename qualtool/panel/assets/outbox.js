// What was done but not yet acknowledged by the study. Every message carries all of it, so that a
// lost message costs nothing; every operation has an id, so that a repeated one does nothing.
// It is kept in sessionStorage: a reload or a visit to another page loses nothing. What holds no words of
// anybody may be kept in localStorage, which outlives a closed tab.
const RETRY_MS = 3000;
const OFFLINE_MS = 6000;
const WAKE_MS = 5000;
const DEAD_MS = 30000; // nothing sent and nothing heard for so long
const REVIVE_MS = 60000;
const AT_WORK_MS = 5000; // a page is not opened anew under the hands of somebody who did something so recently
const HOLD_MS = 1000; // after something elsewhere in the page was pressed
const FOLLOW_MS = 15000; // after a link to another page, which a slow server follows late
const QUIET = new Set(["reading"]); // sent along, but nothing a person would wait for

class Outbox {
  // ``prefix`` names the study and the coder, ``source`` the source; together the place in ``storage()``.
  constructor(prefix, source, onChange, storage = () => sessionStorage) {
    this.prefix = `qt-outbox:${prefix}:`;
    this.source = source;
    this.key = this.prefix + source;
    this.onChange = onChange;
    this.storage = storage;
    this.ops = new Map();
    this.send = null; // set by the sync component at every run
    this.wake = null; // asks for a run of the whole page
    this.mayLeave = () => true; // whether nobody is typing what a reload would take away
    this.isBusy = () => false; // whether the app is at work on the whole page, which asking would end
    this.isKept = true;
    this.holdUntil = this.nAnswers = 0;
    this.woken = this.heard = Date.now();
  }

  // What an earlier visit left here, of other sources of the study too: they are sent from wherever
  // the coder is now. Returns those of this source, to be shown.
  restore() {
    try {
      const store = this.storage(), found = [];
      for (let n = 0; n < store.length; n++) {
        const key = store.key(n);
        if (key.startsWith(this.prefix)) found.push(...JSON.parse(store.getItem(key)));
      }
      found.sort((a, b) => a.since - b.since); // what was done first is told first
      for (const op of found) this.ops.set(op.op_id, op);
    } catch { /* a blocked or damaged storage: nothing to restore */ }
    if (this.ops.size) this.flushSoon();
    return [...this.ops.values()].filter((op) => op.source === this.source);
  }
  // ``gone`` were answered. Of other sources, which another tab may be adding to, only these are taken out.
  keep(gone = []) {
    try {
      const store = this.storage();
      const put = (source, left) => {
        if (left.length) store.setItem(this.prefix + source, JSON.stringify(left));
        else store.removeItem(this.prefix + source);
      };
      put(this.source, [...this.ops.values()].filter((op) => op.source === this.source));
      const ids = new Set(gone.map((op) => op.op_id));
      for (const source of new Set(gone.map((op) => op.source))) {
        if (source === this.source) continue;
        const known = JSON.parse(store.getItem(this.prefix + source)) ?? [];
        put(source, known.filter((op) => !ids.has(op.op_id)).map((op) => this.ops.get(op.op_id) ?? op));
      }
      this.isKept = true;
    } catch {
      this.isKept = false; // a full or blocked storage: the operations stay in memory
    }
  }

  add(op) {
    if (this.isClosed) return op; // somebody who only reads sends nothing
    op.op_id = newGuid();
    op.source = this.source;
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
    const wait = this.holdUntil - Date.now();
    if (wait > 0) {
      this.retry = setTimeout(() => this.flush(extra), wait);
      return;
    }
    if (!this.wakes()) this.send?.([...this.ops.values()].map(({ local, since, ...op }) => op), extra);
    if (this.ops.size) this.retry = setTimeout(() => { this.onChange(); this.flush(); }, RETRY_MS);
  }

  // Something elsewhere in the page was pressed. A rerun that is asked for before the server has followed
  // a link swallows it, and a blank page is left: nothing is sent until that page has come, or should have.
  hold(target) {
    const wait = target.closest?.("a[href]:not([target=_blank]):not([download])") ? FOLLOW_MS : HOLD_MS;
    this.holdUntil = Math.max(this.holdUntil, Date.now() + wait);
  }

  // The study's side is there: how to send, from now on.
  met(send) {
    this.send = send;
    this.heard = Date.now();
  }
  // A server that was started anew answers only after the whole page has run once, which nobody but the
  // page can ask for. It is asked alone: in one message with a part of the page it would be read as a
  // question to that part, which a new server does not know.
  wakes() {
    if (!this.wake || !this.isStuck || this.isBusy() || Date.now() - this.woken < WAKE_MS) return false;
    this.woken = Date.now();
    this.wake();
    if (this.age() > DEAD_MS && this.woken - this.heard > DEAD_MS) this.revive();
    return true;
  }
  // The server is there, and yet nothing of this page reaches it: a message that meets a connection in
  // the making can end Streamlit's sending for good. The page, opened anew, goes on with all that is
  // kept here. Not before the server has answered twice: one that dies again would leave a blank page.
  async revive() {
    try {
      const { ok } = await fetch(new URL("_stcore/health", document.baseURI), { cache: "no-store" });
      this.nAnswers = ok ? this.nAnswers + 1 : 0;
      const last = Number(sessionStorage.getItem("qt-revived"));
      if (this.nAnswers < 2 || !this.isStuck || !this.isKept || !this.mayLeave() || this.isAtWork || Date.now() - last < REVIVE_MS) return;
      sessionStorage.setItem("qt-revived", String(Date.now()));
    } catch {
      this.nAnswers = 0;
      return; // no server, or no storage: what waits stays here
    }
    this.isLeaving = true;
    location.reload();
  }

  // A GUID made here turned out to be another's: what still waits names the one that stands.
  rename(field, made, stands) {
    for (const op of this.ops.values()) if (op[field] === made) op[field] = stands;
    this.keep();
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
      this.keep(done.map(([op]) => op));
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
  // Milliseconds since the oldest of these operations was done; 0 where there is none.
  age(ops = [...this.ops.values()]) {
    return ops.length ? Date.now() - Math.min(...ops.map((op) => op.since)) : 0;
  }
  get state() {
    if (!this.waiting) return "saved";
    const age = this.age([...this.ops.values()].filter((op) => !QUIET.has(op.kind)));
    return age > OFFLINE_MS ? "offline" : "saving";
  }
  get isAtWork() {
    return [...this.ops.values()].some((op) => Date.now() - op.since < AT_WORK_MS);
  }
  // Nobody answers: also where only a quiet operation waits, of which the coder is not told.
  get isStuck() {
    return this.age() > OFFLINE_MS;
  }
  stop() {
    this.queued = false;
    clearTimeout(this.retry);
  }
}
