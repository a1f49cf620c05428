"""Numbers with their noun, as pages tell them."""

from __future__ import annotations


def counted(n: int, one: str, many: str | None = None) -> str:
    """1 segment, 2 segments, 1,200 people."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
