"""From an old text and a new one to the edits between them, in bounded time.

Lines first, then words, then characters: each step looks only at what the step before left without
a partner. A step keeps what is equal at both ends, then pairs tokens that occur once on either side
(patience diff, B. Cohen), and then searches the shortest way between the two (E. Myers, "An O(ND)
difference algorithm and its variations", Algorithmica 1, 1986). Work is counted: what is too
different to be matched within the budget is one replacement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import SelectionError

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Scripts from U+2E80 on are written without spaces: there each character is a token.
_TOKEN = re.compile(r"[\u2e80-\U0010ffff]|(?:(?![\u2e80-\U0010ffff])\w)+|\s|.", re.DOTALL)
_STEPS_PER_CHARACTER = 12
_MOST_CHANGES = 200
# An equal stretch this short between two changed ones is chance ("Alice" and "Elise").
_CHANCE = 3
# So many tokens in a row are seldom there twice.
_ROW = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """``[start_char, end_char)`` of the old text becomes ``text``; an insertion has an empty stretch.

    Raises:
        SelectionError: impossible offsets.
    """

    start_char: int
    end_char: int
    text: str

    def __post_init__(self) -> None:
        if not 0 <= self.start_char <= self.end_char:
            raise SelectionError(f"An edit has impossible offsets {self.start_char} to {self.end_char}.")


def ordered(edits: Sequence[Edit], *, n_chars: int) -> tuple[Edit, ...]:
    """Edits in the order of the text, without those that change nothing.

    Raises:
        SelectionError: two edits overlap, or one leaves a text of ``n_chars`` characters.
    """
    rising = sorted(edits, key=lambda e: (e.start_char, e.end_char))
    at = 0
    for edit in rising:
        if edit.start_char < at or edit.end_char > n_chars:
            raise SelectionError(f"The edit at {edit.start_char} overlaps another, or leaves the text.")
        at = edit.end_char
    return tuple(e for e in rising if e.text or e.end_char > e.start_char)


def apply_edits(old: str, edits: Sequence[Edit]) -> str:
    """The text after the edits; they may come in any order."""
    parts: list[str] = []
    at = 0
    for edit in ordered(edits, n_chars=len(old)):
        parts += [old[at : edit.start_char], edit.text]
        at = edit.end_char
    return "".join([*parts, old[at:]])


def edits_between(old: str, new: str) -> tuple[Edit, ...]:
    """Edits that turn ``old`` into ``new``: small ones where the texts are alike, none where equal.

    A text of a million characters takes seconds at most, whatever the two hold.
    """
    if old == new:
        return ()
    work = _Work(_STEPS_PER_CHARACTER * (len(old) + len(new)))
    found: list[Edit] = []
    for a, b in _changed(old, new, _LINE, work):
        for c, d in _changed(old[slice(*a)], new[slice(*b)], _TOKEN, work):
            old_span = (a[0] + c[0], a[0] + c[1])
            new_span = (b[0] + d[0], b[0] + d[1])
            found += _refined(old, new, old_span, new_span, work)
    return ordered(found, n_chars=len(old))


def pieces_between(old: str, new: str, base: int) -> list[Edit]:
    """The edits inside one replaced stretch that begins at ``base``."""
    return [
        Edit(start_char=base + e.start_char, end_char=base + e.end_char, text=e.text)
        for e in edits_between(old, new)
    ]


class _Work:
    """Steps that may still be taken."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int) -> bool:
        self.left -= steps
        return self.left >= 0


_Span = tuple[int, int]
_Block = tuple[int, int, int]


def _changed(old: str, new: str, token: re.Pattern[str], work: _Work) -> Iterator[tuple[_Span, _Span]]:
    """Pairs of stretches that differ, as offsets into the two texts."""
    a, b = token.findall(old), token.findall(new)
    at_a, at_b = _offsets(a), _offsets(b)
    for x, y in _gaps(_matches(a, b, work), len(a), len(b)):
        yield (at_a[x[0]], at_a[x[1]]), (at_b[y[0]], at_b[y[1]])


def _offsets(tokens: Sequence[str]) -> list[int]:
    found = [0]
    for token in tokens:
        found.append(found[-1] + len(token))
    return found


def _gaps(blocks: Sequence[_Block], n_a: int, n_b: int) -> Iterator[tuple[_Span, _Span]]:
    i = j = 0
    for x, y, n in [*blocks, (n_a, n_b, 0)]:
        if x > i or y > j:
            yield (i, x), (j, y)
        i, j = x + n, y + n


def _refined(old: str, new: str, a: _Span, b: _Span, work: _Work) -> Iterator[Edit]:
    """One changed stretch to edits of characters."""
    left, right = old[slice(*a)], new[slice(*b)]
    blocks = _matches(left, right, work) if left and right else []
    inner = [k for k in blocks if k[2] >= _CHANCE or _at_an_end(k, len(left), len(right))]
    for x, y in _gaps(inner, len(left), len(right)):
        yield Edit(start_char=a[0] + x[0], end_char=a[0] + x[1], text=right[slice(*y)])


def _at_an_end(block: _Block, n_a: int, n_b: int) -> bool:
    i, j, n = block
    return (i == 0 and j == 0) or (i + n == n_a and j + n == n_b)


def _matches(a: Sequence[str], b: Sequence[str], work: _Work) -> list[_Block]:
    """Blocks ``(i, j, n)`` with ``a[i:i+n] == b[j:j+n]``, rising in both."""
    blocks: list[_Block] = []
    todo = [(0, len(a), 0, len(b))]
    while todo:
        lo, hi, low, high = todo.pop()
        i, j = lo, low
        while i < hi and j < high and a[i] == b[j]:
            i, j = i + 1, j + 1
        if i > lo:
            blocks.append((lo, low, i - lo))
        n = 0
        while hi - n > i and high - n > j and a[hi - n - 1] == b[high - n - 1]:
            n += 1
        if n:
            blocks.append((hi - n, high - n, n))
        hi, high = hi - n, high - n
        # Counting tokens costs several times a comparison.
        if i < hi and j < high and work.take(5 * (hi - i + high - j)):
            anchors = _anchors(a[i:hi], b[j:high], i, j)
            if anchors:
                todo += _between(anchors, (i, hi, j, high))
                blocks += [(x, y, 1) for x, y in anchors]
            else:
                blocks += [(i + x, j + y, k) for x, y, k in _shortest(a[i:hi], b[j:high], work)]
    return _joined(sorted(blocks))


def _between(anchors: Sequence[_Span], box: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    i, hi, j, high = box
    for x, y in [*anchors, (hi, high)]:
        if x > i and y > j:
            yield i, x, j, y
        i, j = x + 1, y + 1


def _joined(blocks: Sequence[_Block]) -> list[_Block]:
    found: list[_Block] = []
    for i, j, n in blocks:
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + n)
        else:
            found.append((i, j, n))
    return found


def _anchors(a: Sequence[str], b: Sequence[str], i: int, j: int) -> list[_Span]:
    """Pairs of tokens that begin something both sides have once, in one run that rises in both.

    That is one token, or several in a row where every token is common. ``i`` and ``j`` are where the
    two stretches begin in their texts.
    """
    for width in (1, _ROW):
        rows_a = list(zip(*(a[n:] for n in range(width)), strict=False))
        rows_b = list(zip(*(b[n:] for n in range(width)), strict=False))
        n_a, n_b = Counter(rows_a), Counter(rows_b)
        place = {row: at for at, row in enumerate(rows_b) if n_b[row] == 1}
        pairs = [(at, place[row]) for at, row in enumerate(rows_a) if n_a[row] == 1 and row in place]
        if pairs:
            return [(i + x, j + y) for x, y in _rising(pairs)]
    return []


def _rising(pairs: Sequence[_Span]) -> list[_Span]:
    """The longest run of pairs, in order, whose second members rise."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(holders[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(j)
            holders.append(number)
        else:
            tops[pile], holders[pile] = j, number
    found: list[_Span] = []
    at = holders[-1]
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _shortest(a: Sequence[str], b: Sequence[str], work: _Work) -> list[_Block]:
    """Blocks of the shortest way from ``a`` to ``b``; none where more than 200 tokens differ."""
    ends: dict[int, int] = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(min(len(a) + len(b), _MOST_CHANGES) + 1):
        trace.append(dict(ends))
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and ends[k - 1] < ends[k + 1])
            x = first = ends[k + 1] if down else ends[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            ends[k] = x
            if x >= len(a) and y >= len(b):
                return _walked_back(trace, len(a), len(b))
            if not work.take(2 + x - first):
                return []
    return []


def _walked_back(trace: Sequence[dict[int, int]], x: int, y: int) -> list[_Block]:
    blocks: list[_Block] = []
    for d in range(len(trace) - 1, -1, -1):
        ends, k = trace[d], x - y
        down = k == -d or (k != d and ends[k - 1] < ends[k + 1])
        before = k + 1 if down else k - 1
        x0 = ends[before] if d else 0
        y0 = x0 - before if d else 0
        start = (x0 if down else x0 + 1) if d else 0
        if x > start:
            blocks.append((start, start - k, x - start))
        x, y = x0, y0
    return blocks[::-1]
