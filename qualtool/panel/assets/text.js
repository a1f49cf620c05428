// The text of a source: code points <-> UTF-16, pieces to paint, words, sentences, graphemes.
// Python and the study count code points, JavaScript counts UTF-16 units; all offsets inside the
// panel are UTF-16 offsets into the whole text, converted when they leave or arrive.

class Offsets {
  constructor(text) {
    this.pairs = []; // UTF-16 index of every surrogate pair, rising; empty for most texts
    if (!/[\u{10000}-\u{10FFFF}]/u.test(text)) return;
    for (let i = 0; i < text.length - 1; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0xd800 && unit < 0xdc00) this.pairs.push(i++);
    }
  }
  toCodePoint(utf16) {
    return utf16 - firstIndex(this.pairs, (at) => at >= utf16);
  }
  toUtf16(codePoint) {
    if (!this.pairs.length) return codePoint;
    // Pair number k stands at code point pairs[k] - k.
    let low = 0, high = this.pairs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pairs[middle] - middle < codePoint) low = middle + 1;
      else high = middle;
    }
    return codePoint + low;
  }
}

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WORDS = new Intl.Segmenter(undefined, { granularity: "word" });
const SENTENCES = new Intl.Segmenter(undefined, { granularity: "sentence" });
const PIECE = 2400; // characters repainted at once at most: keeps a 5,000-word turn quick

// Cut a turn into pieces: after line ends where there are some, else after a sentence, else a space.
const cutPieces = (text, start, end) => {
  const pieces = [];
  let at = start;
  while (end - at > PIECE) {
    const window = text.slice(at, at + PIECE);
    let cut = window.lastIndexOf("\n") + 1;
    if (cut < PIECE / 4) cut = Math.max(...[". ", "? ", "! ", "。"].map((mark) => window.lastIndexOf(mark) + mark.length));
    if (cut < PIECE / 4) cut = window.lastIndexOf(" ") + 1;
    if (cut < PIECE / 4) cut = GRAPHEMES.segment(window).containing(PIECE - 1).index || PIECE;
    pieces.push([at, at + cut]);
    at += cut;
  }
  if (end > at) pieces.push([at, end]);
  return pieces;
};

class SourceText {
  constructor(data) {
    this.text = data.text;
    this.offsets = new Offsets(data.text);
    this.turns = [];
    this.pieces = [];
    let spoken = 0;
    data.turns.forEach(([start, end, speaker, ms], n) => {
      const who = speaker == null ? null : data.speakers[speaker];
      const turn = {
        n, ms, who, number: who ? ++spoken : null, pieces: [], nOwn: 0, position: data.positions[start] ?? null,
        start: this.offsets.toUtf16(start), end: this.offsets.toUtf16(end),
      };
      for (const [s, e] of cutPieces(this.text, turn.start, turn.end)) {
        const piece = { turn, n: this.pieces.length, start: s, end: e, items: new Set(), el: null };
        turn.pieces.push(piece);
        this.pieces.push(piece);
      }
      this.turns.push(turn);
    });
  }

  // Pieces that a stretch touches, in order.
  piecesOf(start, end) {
    const from = firstIndex(this.pieces, (p) => p.end > start);
    const found = [];
    for (let i = from; i < this.pieces.length && this.pieces[i].start < end; i++) found.push(this.pieces[i]);
    return found;
  }
  turnAt(offset) {
    const n = firstIndex(this.turns, (t) => t.end > offset);
    return this.turns[Math.min(n, this.turns.length - 1)];
  }

  // The stretch a person meant: ends moved out of speaker labels, white space trimmed, no half
  // emoji or accent. Null when no word is left.
  normalise(start, end) {
    const touched = this.piecesOf(start, end);
    const blank = (i) => /\s/.test(this.text[i]);
    while (touched.length) {
      const first = touched[0];
      start = Math.max(start, first.start);
      while (start < Math.min(end, first.end) && blank(start)) start++;
      if (start < Math.min(end, first.end)) break;
      touched.shift();
    }
    while (touched.length) {
      const last = touched[touched.length - 1];
      end = Math.min(end, last.end);
      while (end > Math.max(start, last.start) && blank(end - 1)) end--;
      if (end > Math.max(start, last.start)) break;
      touched.pop();
    }
    if (!touched.length || end <= start) return null;
    const first = touched[0], last = touched[touched.length - 1];
    start = first.start + GRAPHEMES.segment(this.slice(first)).containing(start - first.start).index;
    const grapheme = GRAPHEMES.segment(this.slice(last)).containing(end - 1 - last.start);
    end = last.start + grapheme.index + grapheme.segment.length;
    return { start, end };
  }
  slice(stretch) {
    return this.text.slice(stretch.start, stretch.end);
  }

  words(piece) {
    piece.words ??= [...WORDS.segment(this.slice(piece))]
      .filter((w) => w.isWordLike)
      .map((w) => ({ start: piece.start + w.index, end: piece.start + w.index + w.segment.length }));
    return piece.words;
  }
  sentences(piece) {
    piece.sentences ??= [...SENTENCES.segment(this.slice(piece))]
      .map((s) => this.normalise(piece.start + s.index, piece.start + s.index + s.segment.length))
      .filter(Boolean);
    return piece.sentences;
  }
  units(kind, piece) {
    if (kind === "turn") return piece === piece.turn.pieces[0] ? [{ start: piece.turn.start, end: piece.turn.end }] : [];
    return kind === "word" ? this.words(piece) : this.sentences(piece);
  }

  // The first unit after an offset that passes the test, searched through the pieces either way.
  unitAfter(kind, offset, test) {
    let n = firstIndex(this.pieces, (p) => p.end > offset);
    if (kind === "turn" && this.pieces[n]) n = this.pieces[n].turn.pieces[0].n;
    for (; n < this.pieces.length; n++) {
      const found = this.units(kind, this.pieces[n]).find(test);
      if (found) return found;
    }
    return null;
  }
  unitBefore(kind, offset, test) {
    for (let n = firstIndex(this.pieces, (p) => p.start >= offset) - 1; n >= 0; n--) {
      const found = this.units(kind, this.pieces[n]).filter(test).pop();
      if (found) return found;
    }
    return null;
  }
}
